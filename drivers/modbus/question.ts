/** What a driver asks its line for one set of points, worked out once. */
import type { InstancePoint } from '../instance.ts'
import type { Table } from '../profile.ts'
import type { PointId } from '../reading.ts'
import { plan, type Limits } from './read-plan.ts'
import type { Manners, ReadFunction, ReadRequest } from './request.ts'

const functions: Record<Table, ReadFunction> = { coil: 1, discrete: 2, holding: 3, input: 4 }

/** A point, and the places it has among those that were asked for. */
export interface Wanted {
  readonly id: PointId
  readonly point: InstancePoint
  readonly places: readonly number[]
}

/** One request, and the points that its answer tells. */
export interface Question {
  readonly request: ReadRequest
  /** Reads of the same points at the same time share it: what either receives, the device said to both. */
  readonly registers: Uint16Array
  readonly wanted: readonly Wanted[]
}

export function questionsFor(wanted: readonly Wanted[], limits: Limits, manners: Manners): Question[] {
  const byPoint = new Map(wanted.map((one) => [one.point, one]))
  return plan([...byPoint.keys()], limits).map(({ points }) =>
    questionOf(
      points.flatMap((point) => byPoint.get(point) ?? []),
      manners,
    ),
  )
}

/** All of these, at least one and of one table, by one request. */
export function questionOf(wanted: readonly Wanted[], manners: Manners): Question {
  const points = wanted.map(({ point }) => point)
  const address = Math.min(...points.map((point) => point.address))
  const count = Math.max(...points.map((point) => point.address + point.count)) - address
  const [{ table } = { table: 'holding' as const }] = points
  return {
    request: { ...manners, function: functions[table], address, count },
    registers: new Uint16Array(count),
    wanted,
  }
}

/** Whether these ask the same, for the same points, in the same order. */
export function areSame(some: readonly Question[], others: readonly Question[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ request: { function: fn, address, count }, wanted }, index) => {
      const other = others[index]
      return (
        other?.request.function === fn &&
        other.request.address === address &&
        other.request.count === count &&
        other.wanted.length === wanted.length &&
        wanted.every(({ id }, place) => other.wanted[place]?.id === id)
      )
    })
  )
}
