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
  return plan([...byPoint.keys()], limits).map(({ table, address, count, points }) => ({
    request: { ...manners, function: functions[table], address, count },
    registers: new Uint16Array(count),
    wanted: points.flatMap((point) => byPoint.get(point) ?? []),
  }))
}

/** The same points, each by a request of its own. */
export function singly({ wanted }: Question, limits: Limits, manners: Manners): Question[] {
  return wanted.flatMap((one) => questionsFor([one], limits, manners))
}
