/**
 * The alarms that stand, and each change of them; over a restart, too: one that ended while nobody looked is cleared once this
 * run has had the time to see it again.
 */
import { z } from 'zod'
import { alarmCodes, alarmsOf, changesOf, type Alarm, type AlarmChange, type Wrong } from './alarms.ts'

/** As kept over a restart. */
export const standingKept = z.array(z.object({ code: z.enum(alarmCodes), of: z.string(), since: z.iso.datetime() }))
export type StandingKept = z.output<typeof standingKept>

/** What is wrong shows within so long: a device is dead after some questions. */
const settledMs = 120_000

export class Standing {
  #alarms: readonly Alarm[] = []
  /** of the last run, until it is known which of them are over; their words are not kept */
  #before: readonly Alarm[]
  readonly #settledAtMs: number

  constructor(kept: StandingKept, nowMs: number) {
    this.#before = kept.map(({ since, ...one }) => ({ ...one, words: {}, since: Temporal.Instant.from(since) }))
    this.#settledAtMs = nowMs + settledMs
  }

  get alarms(): readonly Alarm[] {
    return this.#alarms
  }

  get kept(): StandingKept {
    return [...this.#alarms, ...this.#before].map(({ code, of, since }) => ({ code, of, since: since.toString() }))
  }

  /** Those that stand are told once more after a restart: a release may be new. */
  look(wrong: readonly Wrong[], now: Temporal.Instant, nowMs: number): AlarmChange[] {
    const last = this.#alarms
    this.#alarms = alarmsOf(wrong, [...last, ...this.#before], now)
    const changes = changesOf(last, this.#alarms, now)
    const isSeen = ({ code, of }: Alarm) => this.#alarms.some((one) => one.code === code && one.of === of)
    this.#before = this.#before.filter((one) => !isSeen(one)) // from now on it is this run's own
    if (this.#before.length === 0 || nowMs < this.#settledAtMs) return changes
    const cleared = changesOf(this.#before, [], now)
    this.#before = []
    return [...changes, ...cleared]
  }
}
