/** What leaves no sooner than so long after it was waits here, in the order in which it was. */

export interface Held<T> {
  readonly dueMs: number
  readonly record: T
}

/** When what was until `untilMs` may leave. */
export function dueAt(untilMs: number, delayMs: number): number {
  return untilMs + delayMs
}

/** Takes what is due out of those that wait, in their order. */
export function takeDue<T>(held: Held<T>[], nowMs: number): T[] {
  if (held.every(({ dueMs }) => dueMs > nowMs)) return []
  const due = held.filter(({ dueMs }) => dueMs <= nowMs)
  const waiting = held.filter(({ dueMs }) => dueMs > nowMs)
  held.splice(0, held.length, ...waiting)
  return due.map(({ record }) => record)
}
