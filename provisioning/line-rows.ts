/** What is known of each line, from a plan and from a gateway that runs; one of them is enough. Pure. */
import { lineUrl } from '../drivers/line.ts'
import type { DevicePace, Status } from '../gateway/local/answers.ts'
import { budgetTold, grouped, type CostGroup } from '../gateway/line-budget.ts'
import type { Plan } from '../gateway/plan.ts'

type LineStatus = Status['lines'][string]

export interface DeviceOnLine {
  readonly device: string
  readonly profile: string
  readonly unit: number
  readonly pace?: DevicePace
}

export interface LineOf {
  readonly name: string
  readonly url: string
  readonly planned?: NonNullable<LineStatus['planned']>
  /** what takes most first; none where only the gateway tells */
  readonly costs: readonly CostGroup[]
  readonly measured?: Omit<LineStatus, 'planned' | 'url'>
  readonly devices: readonly DeviceOnLine[]
}

/** The lines of the plan, if there is one: what it names and the gateway does not know has nothing measured. */
export function linesOf(plan: Plan | undefined, status: Status | undefined): LineOf[] {
  const names = Object.keys((plan === undefined ? status?.lines : plan.site.lines) ?? {})
  return names.map((name) => {
    const settings = plan?.site.lines[name]
    const budget = plan?.budgets.get(name)
    const { planned: told, url: open, ...measured } = status?.lines[name] ?? {}
    const planned = budget === undefined ? told : budgetTold(budget)
    return {
      name,
      url: open ?? (settings === undefined ? '' : lineUrl(settings)),
      ...(planned === undefined ? {} : { planned }),
      costs: budget === undefined ? [] : grouped(budget.costs),
      ...(isMeasured(measured) ? { measured } : {}),
      devices: devicesOn(name, plan, status),
    }
  })
}

function isMeasured(measured: Partial<NonNullable<LineOf['measured']>>): measured is NonNullable<LineOf['measured']> {
  return measured.requests !== undefined
}

/** By their units, as they are set at the devices. */
function devicesOn(line: string, plan: Plan | undefined, status: Status | undefined): DeviceOnLine[] {
  const named =
    plan === undefined
      ? Object.entries(status?.devices ?? {})
      : [...plan.devices].map(
          ([device, { line, unit, instance }]) => [device, { line, unit, profile: instance.profile.id }] as const,
        )
  return named
    .flatMap(([device, { line: on, unit, profile }]) => {
      const pace = status?.devices[device]?.pace
      return on === line ? [{ device, profile, unit, ...(pace === undefined ? {} : { pace }) }] : []
    })
    .sort((a, b) => a.unit - b.unit)
}
