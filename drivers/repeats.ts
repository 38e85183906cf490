/** Points that a device has many of: described once with an index in braces, here each by itself. */
import type { Profile, ProfilePoint, ProfileSetpoint } from './profile.ts'

/** Which of each kind a site has: `gear` → 0, 1, 5. */
export type Installed = Readonly<Record<string, readonly number[]>>

/** The name in a template's braces; undefined for a plain name. */
export function repeatIn(template: string): string | undefined {
  return /\{([a-z]+)\}/.exec(template)?.[1]
}

export function nameOf(template: string, index: number): string {
  return template.replace(/\{[a-z]+\}/, String(index))
}

/** Every index that a repeat can have. */
export function indicesOf({ from, to }: Profile['repeats'][string]): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}

/** What a site has of each kind, where it says nothing: all that are always there, none of the others. */
export function usuallyInstalled({ repeats }: Pick<Profile, 'repeats'>): Installed {
  return Object.fromEntries(
    Object.entries(repeats).map(([name, repeat]) => [name, repeat.installed === 'always' ? indicesOf(repeat) : []]),
  )
}

/** Everything that devices of this profile can have. */
export function allInstalled({ repeats }: Pick<Profile, 'repeats'>): Installed {
  return Object.fromEntries(Object.entries(repeats).map(([name, repeat]) => [name, indicesOf(repeat)]))
}

interface Expanded {
  readonly points: readonly (readonly [name: string, point: ProfilePoint])[]
  readonly setpoints: readonly (readonly [name: string, setpoint: ProfileSetpoint])[]
}

/** Points and setpoints with their own names and addresses. */
export function expand(profile: Profile, installed: Installed): Expanded {
  const each = <T, R>(entries: Readonly<Record<string, T>>, at: (entry: T, offset: number, index: number) => R) =>
    Object.entries(entries).flatMap(([template, entry]): [string, R][] => {
      const repeat = repeatIn(template)
      const { from } = (repeat === undefined ? undefined : profile.repeats[repeat]) ?? { from: 0 }
      if (repeat === undefined) return [[template, at(entry, 0, 0)]]
      return (installed[repeat] ?? []).map((index) => [nameOf(template, index), at(entry, index - from, index)])
    })
  return {
    points: each(profile.points, ({ swap, ...point }, offset, index) => ({
      ...moved(point, offset),
      ...(swap && { swap: { when: swap.when, with: nameOf(swap.with, index) } }),
    })),
    setpoints: each(profile.setpoints, (setpoint, offset, index) => ({
      ...moved(setpoint, offset),
      confirm:
        'by' in setpoint.confirm ? { ...setpoint.confirm, by: nameOf(setpoint.confirm.by, index) } : setpoint.confirm,
      on_loss:
        'keeps' in setpoint.on_loss
          ? setpoint.on_loss
          : { ...setpoint.on_loss, armed_by: setpoint.on_loss.armed_by.map((register) => moved(register, offset)) },
    })),
  }
}

function moved<T extends { at: ProfilePoint['at']; step?: number | undefined }>(entry: T, offset: number): T {
  return { ...entry, at: { table: entry.at.table, address: entry.at.address + offset * (entry.step ?? 0) } }
}
