/**
 * Who answers at each device of one line, as far as is known now, and when it has to be asked. A device is known until it
 * was silent, or until its line was opened anew: whatever answers then may be another, or the same with other registers.
 */
import type { Identity, Recognition } from '../../drivers/driver.ts'
import type { BadReason } from '../../drivers/reading.ts'

/** A device that has always matched is asked again so often. */
const checkAgainMs = 3_600_000
/** One that differs, or does not say who it is: sooner, then more and more seldom. */
const patienceMs = [1_000, 5_000, 15_000, 60_000] as const

/** Who restarts is silent for a while, and may come back as another: so long nothing is written, not even blindly. */
const restartsWithinMs = 60_000
/** And later only just after a question was not answered. */
const freshMs = 5_000

/** Nobody was heard: that says nothing of who is there. */
const unheard: ReadonlySet<BadReason> = new Set(['no-answer', 'garbled', 'line-down'])

interface Known {
  readonly state: Identity['state']
  /** `unknown`, and not a word was heard: since when, and when last */
  readonly silence?: { readonly sinceMs: number; readonly lastMs: number }
  /** how often its line had been opened then */
  readonly opening: number
  /** on the monotonic clock: worth asking again */
  askAtMs: number
  /** questions in a row that did not settle it */
  readonly tries: number
}

export class Identities {
  readonly #opening: () => number
  readonly #known = new Map<string, Known>()
  /** those that have matched since the start */
  readonly #met = new Set<string>()

  /** `opening`: how often the line has been opened. */
  constructor(opening: () => number) {
    this.#opening = opening
  }

  of(device: string): Recognition {
    return this.#current(device)?.state ?? 'unasked'
  }

  /** The same for whoever wants to write: of one that is not heard nothing is known until it has been away for long. */
  forWriting(device: string, nowMs: number): Recognition {
    const silence = this.#current(device)?.silence
    const isGone =
      silence === undefined || (nowMs - silence.sinceMs >= restartsWithinMs && nowMs - silence.lastMs <= freshMs)
    return isGone ? this.of(device) : 'unasked'
  }

  /**
   * Whether what it says is its own. One that was met before, and that nobody could ask since it was away, is not believed;
   * one that never says who it is, is.
   */
  vouchesFor(device: string): boolean {
    const known = this.#current(device)
    if (known === undefined) return false
    return (
      known.state === 'matches' ||
      (known.state === 'unknown' && !(known.silence !== undefined && this.#met.has(device)))
    )
  }

  /** Whether to ask it now. `answers`: it has just been heard. */
  isDue(device: string, nowMs: number, answers: boolean): boolean {
    const known = this.#current(device)
    return known === undefined || (answers && known.silence !== undefined) || nowMs >= known.askAtMs
  }

  /** What it said. `line-down` is no word of the device's: nothing is known. */
  take(device: string, identity: Identity, nowMs: number): void {
    if (identity.state === 'unknown' && identity.reason === 'line-down') return
    const before = this.#current(device)
    const tries = identity.state === 'matches' ? 0 : (before?.tries ?? 0) + 1
    const waitMs = tries === 0 ? checkAgainMs : (patienceMs[Math.min(tries, patienceMs.length) - 1] ?? checkAgainMs)
    if (identity.state === 'matches') this.#met.add(device)
    // A question that brought nothing takes nothing back, unless the device was silent. Nor does a dead supply.
    const inVain =
      (identity.state === 'unknown' && identity.reason !== 'no-answer') ||
      (identity.state === 'differs' && identity.unsupplied === true)
    const state = inVain && before?.state === 'matches' ? 'matches' : identity.state
    const isSilent = state === 'unknown' && identity.state === 'unknown' && unheard.has(identity.reason)
    this.#known.set(device, {
      state,
      ...(isSilent ? { silence: { sinceMs: before?.silence?.sinceMs ?? nowMs, lastMs: nowMs } } : {}),
      opening: this.#opening(),
      askAtMs: nowMs + waitMs,
      tries,
    })
  }

  /** Whether it has been asked more than once in vain, or has answered that it does not say. */
  isUncertain(device: string): boolean {
    const known = this.#current(device)
    return known?.state === 'unknown' && (known.silence === undefined || known.tries > 1)
  }

  /** It did not answer. */
  silent(device: string, nowMs: number): void {
    const { silence, tries = 0, askAtMs = nowMs } = this.#silentBefore(device) ?? {}
    this.#known.set(device, {
      state: 'unknown',
      silence: { sinceMs: silence?.sinceMs ?? nowMs, lastMs: nowMs },
      opening: this.#opening(),
      askAtMs,
      tries,
    })
  }

  /** What it says has become odd: it is asked at the next opportunity. */
  suspect(device: string): void {
    const known = this.#current(device)
    if (known?.state === 'matches' && known.tries === 0) known.askAtMs = -Infinity
  }

  #silentBefore(device: string): Known | undefined {
    const known = this.#current(device)
    return known?.silence === undefined ? undefined : known
  }

  #current(device: string): Known | undefined {
    const known = this.#known.get(device)
    return known?.opening === this.#opening() ? known : undefined
  }
}
