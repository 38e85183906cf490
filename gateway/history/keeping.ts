/**
 * What is kept of what is seen: each datum worth its energy. Pure.
 *
 * A value is kept when it differs, at its quantity's digits, from the last kept one, but a number not more often than each
 * 10 s; a switch, a level, and a quality that goes bad or comes back, at once; and each value that stands, as a heartbeat.
 * Presence is kept as the mean of each window of its release, never by its readings.
 */
import { hasValue, type Reading } from '../../drivers/reading.ts'
import { grainMs, heartbeatMs, timeGrainMs, type Series } from './series.ts'

/** Somewhat less than 10 s, so that of a poll each 10 s, give or take, none is left out. */
const quietMs = 9_500

/** A reading stands for so many of its periods, as for those who show it now. */
const stillStands = 3

/** A window's readings begin and end a little within it, and a clock is slewed. */
const wholeShare = 0.9

/** Beyond it a scaled value, or the difference of two, would not be an exact integer any more. */
export const mostScaled = 2 ** 50

/** `index` is the series' place in the list; `scaled` the value in units of its last digit, null: not known. */
export type Keep = (index: number, atMs: number, scaled: number | null) => void

interface Row {
  readonly index: number
  readonly scale: number
  /** of presence: its release's window */
  readonly windowMs: number | undefined
  /** undefined: nothing kept since the start */
  last: { scaled: number | null; monotonicMs: number } | undefined
  window: { readonly fromMs: number; readonly sinceMs: number; sum: number; count: number } | undefined
  /** when the last reading came, and how long after the one before it; until two have come, nobody knows how long one stands */
  seenMs: number
  everyMs: number
  /** the gateway's own word, which stands until the next one */
  isNoted: boolean
}

export class Keeping {
  readonly #rows: ReadonlyMap<string, Row>
  readonly #keep: Keep

  constructor(list: readonly Series[], keep: Keep) {
    this.#keep = keep
    this.#rows = new Map(
      list.flatMap((each, index): [string, Row][] => {
        const grain = grainMs(each)
        if (grain === undefined) return []
        const windowMs = each.sensitivity === 'presence' ? grain : undefined
        const scale = 10 ** each.digits
        const none = { last: undefined, window: undefined, seenMs: NaN, everyMs: 0, isNoted: false }
        return [[each.name, { index, scale, windowMs, ...none }]]
      }),
    )
  }

  see(reading: Reading, monotonicMs: number): void {
    const row = this.#rows.get(reading.point)
    if (row === undefined) return
    const value = hasValue(reading) ? reading.value : null
    if (typeof value === 'string') return
    if (row.seenMs < monotonicMs) row.everyMs = monotonicMs - row.seenMs
    row.seenMs = monotonicMs
    const isSwitch = typeof value === 'boolean'
    const number = value === null ? null : Number(value)
    this.#take(row, reading.at.epochMilliseconds, number, monotonicMs, isSwitch ? 0 : quietMs)
  }

  note(name: string, atMs: number, value: number | null, monotonicMs: number): void {
    const row = this.#rows.get(name)
    if (row === undefined) return
    row.isNoted = true
    this.#take(row, atMs, value, monotonicMs, 0)
  }

  /** The heartbeat of what stands: of notes, and of readings that come more seldom than it. */
  beat(atMs: number, monotonicMs: number): void {
    for (const row of this.#rows.values()) {
      const { last } = row
      if (row.windowMs !== undefined || last === undefined || last.scaled === null) continue
      const stands = row.isNoted || monotonicMs - row.seenMs <= stillStands * row.everyMs
      if (stands) this.#offer(row, onGrain(atMs), last.scaled, monotonicMs, 0)
    }
  }

  #take(row: Row, atMs: number, value: number | null, monotonicMs: number, quietMs: number): void {
    if (row.windowMs === undefined) {
      this.#offer(row, onGrain(atMs), scaled(value, row.scale), monotonicMs, quietMs)
    } else this.#gather(row, row.windowMs, atMs, value, monotonicMs)
  }

  /** A window is kept only when it was seen for its whole length: a clock that swings to and fro would show its parts. */
  #gather(row: Row, windowMs: number, atMs: number, value: number | null, monotonicMs: number): void {
    const fromMs = Math.floor(atMs / windowMs) * windowMs
    const { window } = row
    if (fromMs !== window?.fromMs) {
      row.window = { fromMs, sinceMs: monotonicMs, sum: 0, count: 0 }
      if (window !== undefined && fromMs > window.fromMs) {
        const isWhole = monotonicMs - window.sinceMs >= wholeShare * windowMs
        const mean = isWhole && window.count > 0 ? window.sum / window.count : null
        this.#offer(row, window.fromMs, scaled(mean, row.scale), monotonicMs, 0)
        if (fromMs > window.fromMs + windowMs) this.#offer(row, window.fromMs + windowMs, null, monotonicMs, 0)
      }
    }
    if (row.window !== undefined && value !== null) {
      row.window.sum += value
      row.window.count++
    }
  }

  #offer(row: Row, atMs: number, scaled: number | null, monotonicMs: number, quietMs: number): void {
    const { last } = row
    if (last !== undefined) {
      const sinceMs = monotonicMs - last.monotonicMs
      if (scaled === last.scaled && (scaled === null || sinceMs < heartbeatMs)) return
      if (scaled !== null && last.scaled !== null && sinceMs < quietMs) return
    }
    row.last = { scaled, monotonicMs }
    this.#keep(row.index, atMs, scaled)
  }
}

function onGrain(atMs: number): number {
  return Math.floor(atMs / timeGrainMs) * timeGrainMs
}

/** A number that no quantity can be is no value. */
function scaled(value: number | null, scale: number): number | null {
  if (value === null) return null
  const units = Math.round(value * scale)
  return Math.abs(units) <= mostScaled ? units + 0 : null
}
