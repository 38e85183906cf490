/**
 * Brings one output to where it shall be: by ramps, written, read back, tried again with patience, and written anew when
 * the device has forgotten. The only caller of `Driver.write`.
 */
import type { Cleared, Driver, SetpointValue, Written } from '../../drivers/driver.ts'
import { hasValue, type PointId, type Reading } from '../../drivers/reading.ts'
import {
  isCleared,
  position,
  stepMs,
  type Envelope,
  type OutputState,
  type Familiarity,
  type Step,
  type Surroundings,
  type Wish,
} from './envelope.ts'
import { valueOf } from './levels.ts'
import type { Refusal } from './refusal.ts'
import type { Output, Segment } from './segment.ts'

/** After a write that did not take effect: soon, then more and more seldom, but always again: a street may not stay wrong. */
const patienceMs = [1_000, 2_000, 5_000, 15_000, 60_000] as const

/** A refusal that no time limit passes is looked at again so often. */
const askAgainMs = 1_000

/** How the output stands to what it shall be. */
export type Progress =
  | { readonly state: 'applied' }
  /** under way, or not begun */
  | { readonly state: 'ramping' }
  | { readonly state: 'unconfirmed'; readonly because: string }
  | { readonly state: 'rejected'; readonly because: string }
  /** nothing may be written now: a guard's code */
  | { readonly state: 'waiting'; readonly because: string }

export interface DispatcherParts {
  readonly segment: Segment
  readonly output: Output
  readonly driver: Driver
  readonly envelope: Envelope
  readonly signal: AbortSignal
  readonly on: {
    /** it would be written to, if it were known who answers there */
    unidentified(output: Output): void
    /** a write is about to go out */
    sending(output: Output, step: Step, nowMs: number): void
    /** it is known what became of a write: control is worth another turn */
    settled(output: Output, step: Step, written: Written): void
    /** the driver threw: a fault of ours */
    fault(error: unknown): void
  }
}

/** What the device says of itself, all points of `confirmBy` taken together. */
interface Told {
  readonly value: SetpointValue
  readonly atMs: number
}

export class Dispatcher {
  readonly #parts: DispatcherParts
  readonly #toleranceOf: number
  /** what was last written, or read where nothing was written yet */
  #present: SetpointValue | undefined
  #writtenMs = -Infinity
  /** grows with each write: what an overtaken one came to is no longer of interest */
  #writes = 0
  #inFlight: Step | undefined
  #target: SetpointValue | undefined
  /** when the target was reached, and not read back otherwise, nothing is left to do */
  #reached = false
  #tries = 0
  #notBeforeMs = -Infinity
  /** it was refused since nobody knows who answers, and is looked at again */
  #isBeingAsked = false
  #progress: Progress = { state: 'ramping' }
  readonly #told = new Map<PointId, Told | 'unreadable'>()

  constructor(parts: DispatcherParts) {
    this.#parts = parts
    this.#toleranceOf = parts.output.form === 'relay' ? 0 : parts.output.tolerance
  }

  get output(): Output {
    return this.#parts.output
  }

  get progress(): Progress {
    return this.#progress
  }

  /** Whether it gives light: it was written to, or says so since. */
  get isLit(): boolean {
    const told = this.#farthest()
    return (
      Number(this.#present ?? 0) > 0 || (told !== undefined && told.atMs > this.#writtenMs && Number(told.value) > 0)
    )
  }

  /** What the device says of itself; of several points the one that is farthest from what was last written. */
  get actual(): SetpointValue | undefined {
    return this.#farthest()?.value
  }

  /** Whether every point that tells of the output was asked at least once, with or without an answer. */
  get isHeard(): boolean {
    return this.output.confirmBy.every((point) => this.#told.has(point))
  }

  see(reading: Reading, nowMs: number): void {
    const { point } = reading
    if (!this.output.confirmBy.includes(point)) return
    if (!hasValue(reading) || typeof reading.value === 'string' || typeof reading.value === 'bigint') {
      if (hasValue(reading) || reading.quality.reason !== 'not-read') this.#told.set(point, 'unreadable')
      return
    }
    // Back from silence, it may have been exchanged, or without power: what is wrong is put right at once.
    if (this.#told.get(point) === 'unreadable') this.#notBeforeMs = -Infinity
    this.#told.set(point, { value: reading.value, atMs: nowMs })
    if (this.#writes === 0) this.#present = this.#farthest()?.value
  }

  /** Another has written to the device, and may have written this: the same is written again, whatever was read. */
  writtenBehind(): void {
    this.#reached = false
    this.#tries = 0
    this.#notBeforeMs = -Infinity
  }

  /** Turns the output towards a level; says after how many milliseconds it wants to be turned again, if nothing happens. */
  turn(wish: Wish, around: Surroundings, { device, nowMs }: { device: Familiarity; nowMs: number }): number {
    const target = valueOf(this.output.form, wish.level)
    if (target !== this.#target) this.#aim(target)
    // A step is waited for; an end that is still being read back is waited for only while nothing else is wanted.
    if (this.#inFlight !== undefined && (this.#present === target || !this.#inFlight.confirm)) return Infinity
    if (nowMs < this.#notBeforeMs) return this.#notBeforeMs - nowMs
    if (this.#present === target && !this.#mustRepeat(target, nowMs)) return Infinity

    const step = this.#stepTo(target, wish)
    const state: OutputState = { present: this.#present, writtenMs: this.#writtenMs, device, nowMs }
    const { segment, output, envelope } = this.#parts
    const judged = envelope.judge(segment, output, wish, step, around, state)
    if (!isCleared(judged)) return this.#waits(judged, nowMs)
    this.#isBeingAsked = false
    this.#write(judged, step, nowMs)
    return this.#present === target ? Infinity : stepMs(output)
  }

  #aim(target: SetpointValue): void {
    this.#target = target
    this.#reached = this.#present === target && this.#writes === 0
    this.#tries = 0
    this.#notBeforeMs = -Infinity
    this.#progress = { state: this.#reached ? 'applied' : 'ramping' }
  }

  /** The target was written, or found: whether it has to be written again. */
  #mustRepeat(target: SetpointValue, nowMs: number): boolean {
    if (!this.#reached) return true
    const told = this.#farthest()
    if (told === undefined) return false
    if (Math.abs(Number(told.value) - Number(target)) <= this.#toleranceOf) {
      // What was read before the write says nothing about it.
      if (told.atMs > this.#writtenMs) {
        this.#tries = 0
        this.#progress = { state: 'applied' }
      }
      return false
    }
    return told.atMs > this.#writtenMs + this.output.confirmWithinMs && nowMs >= this.#notBeforeMs
  }

  #stepTo(target: SetpointValue, { priority }: Wish): Step {
    const present = this.#present
    const end: Step = { value: target, confirm: true }
    if (typeof target === 'boolean' || present === undefined || priority === 'safety') return end
    const most = (this.output.slewPerS * stepMs(this.output)) / 1_000
    const [from, to] = [position(this.output, present), position(this.output, target)]
    if (Math.abs(to - from) <= most) return end
    return { value: from + Math.sign(to - from) * Math.floor(most + 1e-9), confirm: false }
  }

  #waits({ code }: Refusal, nowMs: number): number {
    if (code === 'COMMAND_TOO_SOON' || code === 'COMMAND_TOO_STEEP') {
      const { restMs } = this.output
      const afterMs = this.#writtenMs + (code === 'COMMAND_TOO_SOON' ? restMs : stepMs(this.output))
      return Math.max(1, afterMs - nowMs)
    }
    const isNew = code === 'COMMAND_NOT_IDENTIFIED' && !this.#isBeingAsked
    this.#isBeingAsked = code === 'COMMAND_NOT_IDENTIFIED'
    if (this.#isBeingAsked) this.#parts.on.unidentified(this.output)
    // Of a question that takes a moment there is nothing to tell.
    if (!isNew) this.#progress = { state: 'waiting', because: code }
    return askAgainMs
  }

  #write(cleared: Cleared, step: Step, nowMs: number): void {
    const { driver, signal, on, output } = this.#parts
    on.sending(output, step, nowMs)
    const before = { present: this.#present, writtenMs: this.#writtenMs }
    const write = ++this.#writes
    if (this.#reached && before.present === step.value) this.#repeats(nowMs) // it has forgotten
    this.#present = step.value
    this.#writtenMs = nowMs
    this.#inFlight = step
    if (this.#progress.state === 'applied' || this.#progress.state === 'waiting') this.#progress = { state: 'ramping' }
    driver.write(cleared, signal).then(
      (written) => {
        if (write === this.#writes) {
          this.#inFlight = undefined
          this.#take(step, written, before, nowMs)
        }
        on.settled(output, step, written)
      },
      (error: unknown) => {
        if (signal.aborted) return
        if (write === this.#writes) {
          this.#inFlight = undefined
          this.#failed({ state: 'rejected', because: 'fault' }, nowMs)
        }
        on.fault(error)
      },
    )
  }

  /** `sentMs`: patience counts from the write, since only control knows what time it is now. */
  #take(step: Step, written: Written, before: Pick<OutputState, 'present' | 'writtenMs'>, sentMs: number): void {
    if (written.state === 'rejected') this.#present = before.present
    // The line was opened anew under it: it was not sent, and goes as soon as it is known who is there.
    if (written.state === 'rejected' && written.because === 'not-identified') {
      this.#writtenMs = before.writtenMs
      this.#reached = false
      this.#parts.on.unidentified(this.output)
      return
    }
    if (written.state === 'rejected' || (written.state === 'unconfirmed' && written.because !== 'not-asked')) {
      this.#failed(written, sentMs)
      return
    }
    if (step.value !== this.#target) return
    this.#reached = true
    if (written.state === 'applied') this.#tries = 0
    this.#progress = written
  }

  #failed(progress: Progress, sentMs: number): void {
    this.#reached = false
    this.#progress = progress
    this.#repeats(sentMs)
  }

  /** The same again, or again in vain: the next time, later. */
  #repeats(sentMs: number): void {
    this.#notBeforeMs = sentMs + (patienceMs[Math.min(this.#tries, patienceMs.length - 1)] ?? 0)
    this.#tries++
  }

  #farthest(): Told | undefined {
    let farthest: Told | undefined
    const from = Number(this.#present ?? this.#target ?? 0)
    for (const point of this.output.confirmBy) {
      const told = this.#told.get(point)
      if (told === undefined || told === 'unreadable') return undefined
      if (farthest === undefined || Math.abs(Number(told.value) - from) > Math.abs(Number(farthest.value) - from))
        farthest = told
    }
    return farthest
  }
}
