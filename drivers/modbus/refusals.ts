/**
 * What a device was found to refuse: points of its profile, holes between them, blocks that are too long. Each is left out of
 * its requests for a while, and then tried again: the device may have been exchanged, or set up anew.
 */
import type { Clock } from '../clock.ts'
import type { Defect } from '../driver.ts'
import type { InstancePoint } from '../instance.ts'
import type { Illegal, LearnedRegisters, Learning, Refused } from '../learned-registers.ts'
import type { Table } from '../profile.ts'
import type { Extent } from './layout.ts'
import type { Limits } from './read-plan.ts'

const firstTermMs = 10 * 60_000
const longestTermMs = 24 * 60 * 60_000

interface Fact {
  readonly refused: Refused
  readonly exception: Illegal
  readonly termMs: number
  /** on the monotonic clock */
  readonly untilMs: number
  /** its term is over, and nothing has shown yet whether it still holds */
  isDue: boolean
}

export class Refusals {
  /** Grows whenever something is learned or forgotten: what was planned before is planned anew. */
  revision = 0
  readonly #clock: Clock
  readonly #changed: Learning['changed'] | undefined
  readonly #points: readonly InstancePoint[]
  readonly #facts = new Map<string, Fact>()
  /** when the next term ends */
  #nextMs = Infinity
  #startedOverMs = -Infinity
  /** the most that was ever answered to one request: what is shorter is not refused for its length */
  readonly #longest: Record<Table, number> = { coil: 0, discrete: 0, input: 0, holding: 0 }

  /** `points`: all that the device is taken to have. */
  constructor(clock: Clock, { before = [], changed }: Partial<Learning> = {}, points: readonly InstancePoint[] = []) {
    this.#clock = clock
    this.#points = points
    this.#changed = changed
    const nowMs = clock.monotonicMs()
    for (const { refused, exception, termMs, until } of before) {
      if (refused.kind === 'point' && !points.some((point) => isExtent(point, refused))) continue
      const leftMs = Temporal.Instant.from(until).epochMilliseconds - clock.now().epochMilliseconds
      // A wall clock that is wrong makes it at worst be tried at once, or after one term.
      const untilMs = nowMs + Math.max(0, Math.min(leftMs, termMs))
      this.#facts.set(keyOf(refused), { refused, exception, termMs, untilMs, isDue: false })
    }
    this.#setNext()
  }

  /** The device refuses this. What it has refused before is believed for twice as long, up to a day. */
  note(refused: Refused, exception: Illegal): void {
    const key = keyOf(refused)
    const known = this.#facts.get(key)
    if (known !== undefined && !known.isDue && !isShorter(refused, known.refused)) return
    const againMs = known?.isDue === true ? Math.min(2 * known.termMs, longestTermMs) : known?.termMs
    const termMs = againMs ?? firstTermMs
    const untilMs = this.#clock.monotonicMs() + termMs
    this.#facts.set(key, { refused, exception, termMs, untilMs, isDue: false })
    this.#tell()
  }

  /** The device answered this request, of `points` points: what it was found to refuse before it refuses no more. */
  answered(table: Table, address: number, count: number, points: number): void {
    if (count > this.#longest[table]) this.#longest[table] = count
    if (this.#facts.size === 0) return
    for (const [key, fact] of this.#facts) {
      if (!isBelied(fact, table, address, address + count, points)) continue
      this.#facts.delete(key)
      if (!fact.isDue) this.#startOver()
      this.#tell()
    }
  }

  /** Ends the terms that are over. */
  look(): void {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs < this.#nextMs) return
    for (const fact of this.#facts.values()) fact.isDue ||= nowMs >= fact.untilMs
    this.#setNext()
    this.revision++
  }

  /** Whether the point is refused; `due`: it was, and is to be asked for again, alone. */
  of({ table, address, count }: InstancePoint): 'read' | 'refused' | 'due' {
    const fact = this.#facts.get(keyOf({ kind: 'point', table, from: address, to: address + count }))
    if (fact === undefined) return 'read'
    return fact.isDue ? 'due' : 'refused'
  }

  /** The most that the device has answered to one request. */
  longestAnswered(table: Table): number {
    return this.#longest[table]
  }

  /** These limits, and what the device was found to refuse besides. */
  within({ longest, readable, wire }: Limits): Limits {
    const apart: Extent[] = []
    const lengths = new Map<Table, number>()
    for (const { refused, isDue } of this.#facts.values()) {
      // A point that is due is asked for alone: it would take its neighbours with it.
      if (isDue && refused.kind !== 'point') continue
      if (refused.kind === 'length') lengths.set(refused.table, refused.longest)
      else apart.push(refused)
    }
    return {
      longest: (table) => Math.min(longest(table), lengths.get(table) ?? Infinity),
      readable: (table, from, to) =>
        readable(table, from, to) && !apart.some((hole) => hole.table === table && hole.from < to && hole.to > from),
      wire,
    }
  }

  /** What of the profile the device belies, in the order in which it was found. */
  defects(): Defect[] {
    return [...this.#facts.values()].map(({ refused, exception }) => {
      const { kind, table } = refused
      if (kind === 'length') return { kind, register: table, count: refused.longest, points: [], exception }
      const { from, to } = refused
      const points = this.#points.filter((point) => (kind === 'point' ? isExtent : isBeside)(point, refused))
      return {
        kind,
        register: `${table}/${from}`,
        count: to - from,
        points: points.map(({ name }) => name),
        exception,
      }
    })
  }

  /** Who answers what was refused is another device, or awake only now. At most once in a term: some refuse at random. */
  #startOver(): void {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#startedOverMs < firstTermMs) return
    this.#startedOverMs = nowMs
    this.#facts.clear()
    for (const table of ['coil', 'discrete', 'input', 'holding'] as const) this.#longest[table] = 0
  }

  #tell(): void {
    this.revision++
    this.#setNext()
    this.#changed?.(this.#told())
  }

  #told(): LearnedRegisters {
    const nowMs = this.#clock.monotonicMs()
    const now = this.#clock.now()
    return [...this.#facts.values()].map(({ refused, exception, termMs, untilMs }) => {
      const until = now.add({ milliseconds: Math.round(untilMs - nowMs) }).toString()
      return { refused, exception, termMs, until }
    })
  }

  #setNext(): void {
    this.#nextMs = Infinity
    for (const { isDue, untilMs } of this.#facts.values()) if (!isDue) this.#nextMs = Math.min(this.#nextMs, untilMs)
  }
}

/** Of a length there is one a table. */
function keyOf(refused: Refused): string {
  const { kind, table } = refused
  return kind === 'length' ? `length ${table}` : `${kind} ${table} ${refused.from} ${refused.to}`
}

function isShorter(refused: Refused, before: Refused): boolean {
  return refused.kind === 'length' && before.kind === 'length' && refused.longest < before.longest
}

/**
 * Whether a request that was answered shows that a fact holds no more. Of a hole and of a length only one that was made of
 * several points after their term: one point by itself is read whatever lies in it.
 */
function isBelied({ refused, isDue }: Fact, table: Table, from: number, to: number, points: number): boolean {
  if (refused.table !== table) return false
  if (refused.kind === 'point') return from <= refused.from && refused.to <= to
  if (!isDue || points < 2) return false
  if (refused.kind === 'length') return to - from > refused.longest
  return from < refused.from && refused.to < to
}

function isExtent({ table, address, count }: InstancePoint, extent: Extent): boolean {
  return table === extent.table && address === extent.from && address + count === extent.to
}

/** Whether the point ends where this begins, or begins where this ends. */
function isBeside({ table, address, count }: InstancePoint, extent: Extent): boolean {
  return table === extent.table && (address + count === extent.from || address === extent.to)
}
