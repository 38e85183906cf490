import type { Clock } from '../clock.ts'
import { Alarm } from './alarm.ts'

/** The longest frames are 256 bytes (RTU) and 260 (TCP), so this holds an answer behind a good deal of noise. */
const capacity = 1_024

/** The bytes that a port has received and nobody has taken out yet, and the one who waits for more. */
export class Intake {
  /** What was received lies in the first `length` bytes. */
  readonly bytes = Buffer.alloc(capacity)
  length = 0
  /** When the last bytes came, on the monotonic clock. */
  lastMs = -Infinity
  /** All bytes that ever came. */
  total = 0

  readonly #clock: Clock
  readonly #alarm: Alarm
  #fault: Error | undefined
  #resolve: (() => void) | undefined
  #reject: ((reason: Error) => void) | undefined
  #signal: AbortSignal | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#alarm = new Alarm(clock, this.#wake)
  }

  /** Adds the first `count` bytes of `chunk` and wakes the one who waits. When they do not fit, all that lay there goes. */
  push(chunk: Buffer, count: number): void {
    if (count > capacity - this.length) this.length = 0
    const kept = Math.min(count, capacity)
    chunk.copy(this.bytes, this.length, count - kept, count)
    this.length += kept
    this.total += count
    this.lastMs = this.#clock.monotonicMs()
    this.#wake()
  }

  /** Takes out the first `count` bytes. */
  discard(count: number): void {
    if (count < this.length) this.bytes.copyWithin(0, count, this.length)
    this.length = Math.max(0, this.length - count)
  }

  /** Resolves when bytes come or at `untilMs`; rejects with the fault, or with the signal's reason. One may wait at a time. */
  wait(untilMs: number, signal: AbortSignal): Promise<void> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault)
    if (signal.aborted) return Promise.reject(signal.reason as Error)
    this.#heed(signal)
    this.#alarm.set(untilMs)
    return new Promise(this.#hold)
  }

  /** The port is open: nothing has been received, nothing is wrong. */
  start(): void {
    this.length = 0
    this.#fault = undefined
  }

  /** The port is gone: whoever waits, or would, gets the fault. */
  fail(fault: Error): void {
    this.#fault = fault
    this.#heed(undefined)
    this.#alarm.stop()
    this.#give(fault)
  }

  readonly #hold = (resolve: () => void, reject: (reason: Error) => void) => {
    this.#resolve = resolve
    this.#reject = reject
  }

  readonly #wake = () => {
    const resolve = this.#resolve
    this.#alarm.clear()
    this.#resolve = this.#reject = undefined
    resolve?.()
  }

  readonly #abort = () => this.#give(this.#signal?.reason as Error)

  #give(reason: Error): void {
    const reject = this.#reject
    this.#alarm.clear()
    this.#resolve = this.#reject = undefined
    reject?.(reason)
  }

  /** Stays with a signal until another one comes: a poller passes the same one with every request. */
  #heed(signal: AbortSignal | undefined): void {
    if (signal === this.#signal) return
    this.#signal?.removeEventListener('abort', this.#abort)
    signal?.addEventListener('abort', this.#abort, { once: true })
    this.#signal = signal
  }
}
