/** Fields that differ in nothing but what stays home: values, presence, moments, errors. */
import { quantities } from '../../drivers/quantities.ts'
import type { PointId } from '../../drivers/reading.ts'
import type { Plan } from '../plan.ts'
import type { Field } from './twin.ts'

/**
 * Points in no release, and of which control does not make light either: what a lamp confirms, a contact orders, or a device says
 * it is, shows in the street.
 */
export function unseenPoints({ policy, devices, segments, inputs, points }: Plan): PointId[] {
  const lit = new Set([...segments.values()].flatMap(({ outputs }) => outputs.map(({ device }) => device)))
  return policy.home.filter((point) => {
    const [device = '', name = ''] = point.split('.')
    const { quantity } = points.get(point) ?? {}
    const { kind } = quantity === undefined ? { kind: 'text' } : quantities[quantity]
    const telltale = devices.get(device)?.instance.profile.identify.point === name
    return !lit.has(device) && !inputs.has(point) && !telltale && (kind === 'gauge' || kind === 'counter')
  })
}

/** Declared points follow one course, the same for all seeds; the others are made up of the seed, and sometimes have no value. */
export function fieldOf(plan: Plan, seed: number): Field {
  const unseen = new Set(unseenPoints(plan))
  return (point, second) => {
    const told = plan.points.get(point)
    if (told === undefined || !(plan.policy.routes.has(point) || unseen.has(point))) return 'as-it-was'
    const [least, most] = told.range
    const share = unseen.has(point) ? chance(`${seed} ${point} ${second}`) : 0.2 + (second % 30) / 100
    // Not at the same moments: a seed tells when something changes, too.
    if (unseen.has(point) && chance(`${seed} when ${point} ${second}`) < 0.5 && second > 0) return 'as-it-was'
    if (unseen.has(point) && told.absent.size > 0 && chance(`${seed} none ${point} ${second}`) < 0.2)
      return { value: undefined }
    const value = least + share * (Math.min(most, 60_000) - least)
    return { value: told.as.startsWith('f') ? value : Math.round(value) }
  }
}

/** From 0 to 1, the same for the same text (FNV-1a). */
function chance(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}
