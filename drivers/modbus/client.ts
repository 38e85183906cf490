import type { Clock, Random } from '../clock.ts'
import { LineError } from '../line-error.ts'
import type { Disturbance, Line, LineCounters, Outcome, WriteOutcome } from '../line.ts'
import { Lock } from '../lock.ts'
import type { Debts } from './debts.ts'
import { exceptionBit, type Framing, type Strays } from './frame.ts'
import { Pace, type Durations, type Latency } from './pace.ts'
import type { Port } from './port.ts'
import { Reopening } from './reopening.ts'
import { asksBits, isWrite, longestRead, type ReadRequest, type Request, type WriteRequest } from './request.ts'
import type { Timing } from './timing.ts'
import { TurnArounds } from './turn-arounds.ts'

const answered: Outcome = { state: 'answered' }
const noAnswer: Outcome = { state: 'no-answer' }
const garbled: Outcome = { state: 'garbled' }
const resting: Outcome = { state: 'resting' }
const unidentified: WriteOutcome = { state: 'not-identified' }

/** Reading begins so long before an answer's last byte is due. */
const leadMs = 2
/** After a missed answer the line counts as quiet when nothing came for so long: adapters deliver each 16 ms. */
const drainedMs = 20
/** Between the bytes of an answer, on the whole: adapters and radio modems take it apart. */
const slowestByteMs = 10
/** A line that is not quiet for once in so long is not asked anything. */
const babbleMs = 1_000
/** What a byte counts for where the wire is not ours to time: some 10 Mbit/s. */
const untimedCharMs = 0.001
/** After so many timeouts in a row without a single byte a connection is taken to be dead. */
const deafAfter = 3

export interface ModbusLineParts {
  name: string
  url: string
  clock: Clock
  random: Random
  port: Port
  framing: Framing
  timing: Timing
  /** where answers do not name their requests */
  debts?: Debts
}

/** Reads and writes over one line, one at a time; writes first. */
export class ModbusLine implements Line {
  readonly name: string
  readonly url: string
  readonly #counters = {
    requests: 0,
    answers: 0,
    timeouts: 0,
    garbled: 0,
    foreign: 0,
    late: 0,
    exceptions: 0,
    bytesOut: 0,
  }
  readonly #clock: Clock
  readonly #port: Port
  readonly #framing: Framing
  readonly #timing: Timing
  readonly #debts: Debts | undefined
  readonly #reopening: Reopening
  readonly #turnArounds: TurnArounds
  readonly #pace: Pace
  readonly #lock = new Lock()
  /** receives what probes ask for, and nobody looks at */
  readonly #scratch = new Uint16Array(longestRead.bits)
  #closed = false
  #openings = 0
  #lastSentMs = -Infinity
  /** since when an answer is missing, and the line not yet heard to be quiet */
  #drainSinceMs: number | undefined
  /** Units that missed their time are left alone for their declared worst response: they may be busy with it. */
  readonly #restsUntilMs = new Map<number, number>()
  /** timeouts since the last byte, and all bytes at the latest of them */
  #deaf = { timeouts: 0, total: 0 }

  constructor({ name, url, clock, random, port, framing, timing, debts }: ModbusLineParts) {
    this.name = name
    this.url = url
    this.#clock = clock
    this.#port = port
    this.#framing = framing
    this.#timing = timing
    this.#debts = debts
    this.#reopening = new Reopening(port, clock, random)
    this.#turnArounds = new TurnArounds(timing.gapMs)
    this.#pace = new Pace(clock.monotonicMs())
  }

  get counters(): LineCounters {
    return { ...this.#counters, bytesIn: this.#port.heard.total }
  }

  get trouble(): LineError | undefined {
    return this.#reopening.fault
  }

  get openings(): number {
    return this.#openings
  }

  get load(): number {
    return this.#pace.load(this.#clock.monotonicMs())
  }

  get durations(): Durations {
    return this.#pace.durations
  }

  get disturbance(): Disturbance | undefined {
    return undefined
  }

  latency(unit: number): Latency | undefined {
    return this.#pace.latency(unit)
  }

  wireTime(unit: number): ReturnType<Line['wireTime']> {
    const { charMs, gapMs } = this.#timing
    const learned = this.#turnArounds.learned(unit)
    return { charMs: charMs || untimedCharMs, gapMs, ...(learned === undefined ? {} : { turnAroundMs: learned }) }
  }

  read(request: ReadRequest, into: Uint16Array, signal: AbortSignal): Promise<Outcome> {
    return this.#inTurn(request, into, signal)
  }

  write(request: WriteRequest, signal: AbortSignal, isKnown?: () => boolean): Promise<WriteOutcome> {
    return this.#inTurn(request, this.#scratch, signal, isKnown)
  }

  #inTurn(request: ReadRequest, into: Uint16Array, signal: AbortSignal): Promise<Outcome>
  #inTurn(request: Request, into: Uint16Array, signal: AbortSignal, isKnown?: () => boolean): Promise<WriteOutcome>
  async #inTurn(
    request: Request,
    into: Uint16Array,
    signal: AbortSignal,
    isKnown?: () => boolean,
  ): Promise<WriteOutcome> {
    signal.throwIfAborted()
    const turn = this.#lock.acquire(signal, isWrite(request))
    if (turn !== undefined) await turn
    try {
      const error = await this.#open(signal)
      if (error !== undefined) return { state: 'line-down', error, sent: false }
      if (isKnown?.() === false) return unidentified
      if (this.#clock.monotonicMs() < (this.#restsUntilMs.get(request.unit) ?? 0)) return resting
      return await (this.#debts === undefined
        ? this.#ask(request, into, signal)
        : this.#askWithCare(this.#debts, request, into, signal))
    } finally {
      this.#lock.release()
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#port.close()
    return Promise.resolve()
  }

  async #open(signal: AbortSignal): Promise<LineError | undefined> {
    if (!this.#closed && !this.#port.isOpen) {
      const error = await this.#reopening.open(signal)
      if (error !== undefined) return error
      this.#openings++
    }
    if (!this.#closed) return undefined
    this.#port.close()
    return new LineError('LINE_CLOSED', this.url)
  }

  /** Asks so that no answer to an earlier question can be taken for the answer: see debts.ts. */
  async #askWithCare(debts: Debts, request: Request, into: Uint16Array, signal: AbortSignal): Promise<Outcome> {
    const unasked = isWrite(request) ? resting : noAnswer
    for (const other of [false, true]) {
      if (!debts.couldBeMistaken(request, this.#clock.monotonicMs())) break
      const probe = debts.probe(request, other)
      if (probe === undefined) return unasked
      const outcome = await this.#ask(probe, this.#scratch, signal)
      if (outcome.state === 'answered' || outcome.state === 'exception') continue
      // It was the probe that may have been heard: a write was not.
      if (outcome.state === 'line-down') return { ...outcome, sent: outcome.sent && !isWrite(request) }
      return isWrite(request) ? resting : outcome
    }
    return debts.couldBeMistaken(request, this.#clock.monotonicMs()) ? unasked : this.#ask(request, into, signal)
  }

  async #ask(request: Request, into: Uint16Array, signal: AbortSignal): Promise<Outcome> {
    const port = this.#port
    const framing = this.#framing
    const { charMs } = this.#timing
    let sent = false
    let sentMs = 0
    try {
      if (!(await this.#becomesQuiet(request.pauseMs, signal))) {
        this.#counters.garbled++
        return garbled
      }
      const foreignBefore = this.#counters.foreign
      const bytes = framing.compose(request)
      const nowMs = this.#clock.monotonicMs()
      port.write(bytes)
      sent = true
      sentMs = nowMs
      this.#counters.requests++
      this.#counters.bytesOut += bytes.length
      this.#lastSentMs = nowMs + bytes.length * charMs
      const onWireMs = framing.answerLength(request) * charMs
      const deadlineMs = this.#lastSentMs + request.timeoutMs + onWireMs
      if (charMs > 0) {
        const dueMs = this.#lastSentMs + this.#turnArounds.of(request.unit) + onWireMs
        await port.heard.wait(Math.min(dueMs - leadMs, deadlineMs), signal)
      }
      for (;;) {
        switch (framing.hear(port.heard, request, this.#strays)) {
          case 'answer':
            this.#turnArounds.learn(request.unit, port.heard.lastMs - this.#lastSentMs - onWireMs)
            this.#pace.answered(request.unit, port.heard.lastMs - sentMs)
            return this.#take(request, into)
          case 'exception':
            return this.#refused(request)
          case 'lost':
            this.#counters.garbled++
            this.#reopening.failed(new LineError('LINE_LOST', this.url))
            port.close()
            return garbled
          case 'more': {
            const untilMs = this.#patience(deadlineMs, framing.answerLength(request))
            if (this.#clock.monotonicMs() >= untilMs)
              return this.#missed(request, this.#counters.foreign > foreignBefore)
            await port.more(untilMs, framing.missing, signal)
          }
        }
      }
    } catch (error) {
      if (sent && this.#debts !== undefined) this.#owe(request)
      if (!(error instanceof LineError)) throw error
      this.#reopening.failed(error)
      return { state: 'line-down', error, sent }
    } finally {
      if (sent) this.#pace.busy(sentMs, this.#clock.monotonicMs())
    }
  }

  #take(request: Request, into: Uint16Array): Outcome {
    const { heard } = this.#port
    const { dataAt, frameLength, garbled: noisy } = this.#framing
    const { bytes } = heard
    if (isWrite(request)) {
      // its answer says nothing but that it was taken
    } else if (asksBits(request.function))
      for (let bit = 0; bit < request.count; bit++) into[bit] = ((bytes[dataAt + (bit >> 3)] ?? 0) >> (bit & 7)) & 1
    else for (let index = 0; index < request.count; index++) into[index] = bytes.readUInt16BE(dataAt + 2 * index)
    heard.discard(frameLength)
    this.#settle(request.unit)
    this.#reopening.worked()
    this.#counters.answers++
    if (noisy) this.#counters.garbled++
    return answered
  }

  #refused(request: Request): Outcome {
    const { heard } = this.#port
    const { dataAt, frameLength, garbled: noisy } = this.#framing
    const exception = heard.bytes[dataAt] ?? 0
    heard.discard(frameLength)
    if (this.#debts?.owesException(request.unit, request.function) === true) this.#owe(request)
    else this.#settle(request.unit)
    this.#reopening.worked()
    this.#counters.exceptions++
    if (noisy) this.#counters.garbled++
    return { state: 'exception', exception }
  }

  #missed(request: Request, heardOthers: boolean): Outcome {
    // What was kept as the beginning of an answer is none.
    const noisy = this.#framing.garbled || this.#port.heard.length > 0
    this.#owe(request)
    this.#counters.timeouts++
    if (noisy) this.#counters.garbled++
    if (this.#port.diesUnnoticed) this.#hangUpIfDeaf()
    return noisy || heardOthers ? garbled : noAnswer
  }

  /** An answer that is under way at its deadline is heard out, as long as its bytes keep coming. */
  #patience(deadlineMs: number, length: number): number {
    const { heard } = this.#port
    if (heard.length === 0) return deadlineMs
    return Math.max(deadlineMs, Math.min(heard.lastMs + drainedMs, deadlineMs + length * slowestByteMs))
  }

  /** The answer may still come. */
  #owe(request: Request): void {
    const nowMs = this.#clock.monotonicMs()
    this.#restsUntilMs.set(request.unit, nowMs + request.worstResponseMs)
    if (this.#debts === undefined) return
    this.#drainSinceMs = nowMs
    this.#debts.owe(request, nowMs)
  }

  /** No answer of the unit is missing any more. */
  #settle(unit: number): void {
    this.#restsUntilMs.delete(unit)
    this.#debts?.settled(unit)
  }

  /** Closes a connection that brings nothing any more: the next request opens another. */
  #hangUpIfDeaf(): void {
    const { total } = this.#port.heard
    this.#deaf = { timeouts: total === this.#deaf.total ? this.#deaf.timeouts + 1 : 1, total }
    if (this.#deaf.timeouts < deafAfter) return
    this.#deaf.timeouts = 0
    this.#port.close()
  }

  /**
   * Waits for the silence before a request, and clears away what came before it. False when the line does not fall silent.
   * Throws a LineError, or the signal's reason.
   */
  async #becomesQuiet(pauseMs: number, signal: AbortSignal): Promise<boolean> {
    const { heard } = this.#port
    const gapMs = Math.max(this.#timing.gapMs, pauseMs)
    const givesUpMs = this.#clock.monotonicMs() + gapMs + babbleMs
    for (;;) {
      this.#port.take()
      const nowMs = this.#clock.monotonicMs()
      const gapOverMs = Math.max(this.#lastSentMs, heard.lastMs) + gapMs
      const drainedAtMs = this.#drainSinceMs === undefined ? 0 : Math.max(this.#drainSinceMs, heard.lastMs) + drainedMs
      const quietMs = Math.max(gapOverMs, drainedAtMs)
      if (nowMs >= quietMs) {
        this.#framing.sweep(heard, this.#strays)
        this.#drainSinceMs = undefined
        return true
      }
      if (nowMs > givesUpMs) return false
      await heard.wait(quietMs, signal)
    }
  }

  readonly #strays: Strays = {
    foreign: (unit, fn, byteCount) => {
      const owed =
        fn > exceptionBit
          ? this.#debts?.owesException(unit, fn - exceptionBit)
          : this.#debts?.heard(unit, fn, byteCount)
      if (owed !== true) this.#counters.foreign++
      else {
        this.#counters.late++
        if (this.#debts?.inDebt(unit, this.#clock.monotonicMs()) === false) this.#restsUntilMs.delete(unit)
      }
    },
    late: () => {
      this.#counters.late++
    },
  }
}
