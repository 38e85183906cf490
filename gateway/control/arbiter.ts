/** The priority array of a segment: who has asked for what, for how much longer. Pure. */
import { outranks, type Command, type Priority } from './command.ts'

/** A command that has been let in, until its lease ends. */
export interface Standing {
  readonly command: Command
  readonly since: Temporal.Instant
  /** on the monotonic clock */
  readonly untilMs: number
}

/** One command a priority, the strongest first. */
export type PriorityArray = readonly Standing[]

export interface Change {
  readonly array: PriorityArray
  /** what stood there and does no more */
  readonly ended: readonly Standing[]
}

/** Puts a command in the place of its priority; the one that stood there is over. */
export function stand(array: PriorityArray, command: Command, since: Temporal.Instant, nowMs: number): Change {
  const standing = { command, since, untilMs: nowMs + command.leaseMs }
  const { array: others, ended } = release(array, command.priority)
  const place = others.findIndex((other) => outranks(command.priority, other.command.priority))
  return { array: others.toSpliced(place < 0 ? others.length : place, 0, standing), ended }
}

export function release(array: PriorityArray, priority: Priority): Change {
  return split(array, ({ command }) => command.priority !== priority)
}

/** Ends the leases that are over. */
export function expire(array: PriorityArray, nowMs: number): Change {
  return array.every(({ untilMs }) => nowMs < untilMs)
    ? { array, ended: [] }
    : split(array, ({ untilMs }) => nowMs < untilMs)
}

function split(array: PriorityArray, stays: (standing: Standing) => boolean): Change {
  return { array: array.filter(stays), ended: array.filter((standing) => !stays(standing)) }
}
