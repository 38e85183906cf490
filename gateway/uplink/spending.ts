/** What each month has cost on the wire, kept over restarts, and rarely written: a power cut may forget some minutes of it. */
import { z } from 'zod'
import type { Clock } from '../../drivers/clock.ts'
import type { Month } from './budget.ts'

/** Where it is kept: a file that takes the latest and is written soon. */
export interface Kept {
  section<T>(name: string, schema: z.ZodType<T>): T | undefined
  keep(name: string, value: unknown): void
}

export interface SpendingOptions {
  /** bytes of the plan; absent: it is counted all the same */
  readonly monthly?: number | undefined
  /** whose calendar the months are of */
  readonly timeZone: string
  readonly clock: Clock
  /** absent: it is forgotten at the end */
  readonly kept?: Kept | undefined
}

/** `2026-12` → bytes. Several, since a clock that wakes up in 1970 must not forget what this month has cost. */
const months = z.record(z.string().regex(/^-?\d{4,6}-\d\d$/), z.number().nonnegative())
const mostMonths = 6

const section = 'spent'
const keepEveryMs = 600_000

export class Spending {
  readonly #options: SpendingOptions
  readonly #months: Map<string, number>
  #keptMs = -Infinity
  #seen: (Today & { readonly atMs: number }) | undefined

  constructor(options: SpendingOptions) {
    this.#options = options
    this.#months = new Map(Object.entries(options.kept?.section(section, months) ?? {}))
  }

  add(bytes: number): void {
    const name = this.#today().name
    const spent = (this.#months.get(name) ?? 0) + bytes
    // The one last spent in stands last: that which is forgotten was left the longest ago.
    this.#months.delete(name)
    this.#months.set(name, spent)
    const [oldest] = this.#months.keys()
    if (this.#months.size > mostMonths && oldest !== undefined) this.#months.delete(oldest)
    if (this.#options.clock.monotonicMs() - this.#keptMs >= keepEveryMs) this.keep()
  }

  /** Also at an orderly end. */
  keep(): void {
    if (this.#months.size === 0) return
    this.#keptMs = this.#options.clock.monotonicMs()
    this.#options.kept?.keep(section, Object.fromEntries(this.#months))
  }

  /** This month's, so far. */
  get spent(): number {
    return this.#months.get(this.#today().name) ?? 0
  }

  /** Where the month stands; undefined: there is no plan to keep. */
  month(): Month | undefined {
    const { monthly } = this.#options
    if (monthly === undefined) return undefined
    return { monthly, ...this.calendar() }
  }

  /** The same without a plan. */
  calendar(): Omit<Month, 'monthly'> {
    const { name, days, daysLeft } = this.#today()
    return { spent: this.#months.get(name) ?? 0, days, daysLeft }
  }

  /** Asked for with each message, and a calendar is slow. */
  #today(): Today {
    const nowMs = this.#options.clock.monotonicMs()
    if (this.#seen === undefined || nowMs - this.#seen.atMs >= seenForMs)
      this.#seen = { ...todayOn(this.#options.clock.now(), this.#options.timeZone), atMs: nowMs }
    return this.#seen
  }
}

interface Today {
  readonly name: string
  readonly days: number
  readonly daysLeft: number
}

const seenForMs = 1_000

function todayOn(instant: Temporal.Instant, timeZone: string): Today {
  const now = instant.toZonedDateTimeISO(timeZone)
  const next = now.toPlainDate().with({ day: 1 }).add({ months: 1 }).toZonedDateTime(timeZone)
  const daysLeft = (next.epochMilliseconds - now.epochMilliseconds) / 86_400_000
  return {
    name: now.toPlainDate().toPlainYearMonth().toString(),
    days: now.daysInMonth,
    daysLeft: Math.min(now.daysInMonth, daysLeft),
  }
}
