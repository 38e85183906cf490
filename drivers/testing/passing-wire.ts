/**
 * A wire and its clock, on which time passes only while somebody waits, and then at once: transactions follow one another
 * as fast as they can be computed, by promises alone. For one line, whose requests are put one after the other.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { LineError } from '../line-error.ts'
import { Intake } from '../modbus/intake.ts'
import type { Port } from '../modbus/port.ts'

const settled = Promise.resolve()
const began = Temporal.Instant.from('2026-12-21T16:00:00Z')

interface Coming {
  readonly atMs: number
  readonly bytes: Buffer
}

export class PassingWire implements Port, Clock {
  readonly heard: Intake
  readonly diesUnnoticed = false
  isOpen = false
  /** Is told of each request, and lets what shall be heard come (`say`). The bytes are changed after it returns. */
  onRequest: (bytes: Buffer, nowMs: number) => void = () => undefined
  /** Is told of what is heard, when it is. */
  onHeard: (bytes: Buffer) => void = () => undefined
  #nowMs = 0
  /** by time; those of the same moment in the order in which they were said */
  readonly #coming: Coming[] = []

  constructor() {
    this.heard = new PassingIntake(this, (untilMs) => this.#pass(untilMs))
  }

  now(): Temporal.Instant {
    return began.add({ milliseconds: Math.floor(this.#nowMs) })
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const endMs = this.#nowMs + ms
    while (this.#nowMs < endMs) this.#pass(endMs)
    await settled
  }

  open(): Promise<void> {
    this.isOpen = true
    this.heard.start()
    return settled
  }

  write(bytes: Buffer): void {
    this.onRequest(bytes, this.#nowMs)
  }

  /** Lets bytes come at `atMs`; they are not copied. */
  say(atMs: number, bytes: Buffer): void {
    let place = this.#coming.length
    while (place > 0 && (this.#coming[place - 1]?.atMs ?? 0) > atMs) place--
    this.#coming.splice(place, 0, { atMs, bytes })
  }

  take(): void {
    while ((this.#coming[0]?.atMs ?? Infinity) <= this.#nowMs) this.#deliver()
  }

  more(untilMs: number, _missing: number, signal: AbortSignal): Promise<void> {
    return this.heard.wait(untilMs, signal)
  }

  rest(untilMs: number, signal: AbortSignal): Promise<void> {
    return this.heard.wait(untilMs, signal)
  }

  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.heard.fail(new LineError('LINE_CLOSED', 'test://wire'))
  }

  /** Until something comes, or until then. */
  #pass(untilMs: number): void {
    const atMs = this.#coming[0]?.atMs ?? Infinity
    this.#nowMs = Math.max(this.#nowMs, Math.min(atMs, untilMs))
    if (atMs <= untilMs) this.#deliver()
  }

  #deliver(): void {
    const next = this.#coming.shift()
    if (next === undefined || !this.isOpen) return
    this.onHeard(next.bytes)
    this.heard.push(next.bytes, next.bytes.length)
  }
}

class PassingIntake extends Intake {
  readonly #pass: (untilMs: number) => void

  constructor(clock: Clock, pass: (untilMs: number) => void) {
    super(clock)
    this.#pass = pass
  }

  override wait(untilMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return super.wait(untilMs, signal)
    this.#pass(untilMs)
    return settled
  }
}

/** Whether it comes to an end: promises alone carry it on, so what is open when the process has looked at all else stays so. */
export async function settles(some: Promise<void>): Promise<boolean> {
  const end = { reached: false }
  const done = () => {
    end.reached = true
  }
  some.then(done, done)
  for (let patience = 0; !end.reached && patience < 1_000; patience++) await turn()
  if (end.reached) await some
  return end.reached
}
