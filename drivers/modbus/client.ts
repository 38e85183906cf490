import type { Clock, Random } from '../clock.ts'
import { LineError } from '../line-error.ts'
import type { Disturbance, Line, LineAdapter, LineCounters, Outcome, WriteOutcome } from '../line.ts'
import { Lock } from '../lock.ts'
import { u16 } from './bytes.ts'
import { readOf, type Debts } from './debts.ts'
import { Disturbances } from './disturbance.ts'
import { exceptionBit, type Framing, type Strays } from './frame.ts'
import { Pace, type Durations, type Latency } from './pace.ts'
import type { Port } from './port.ts'
import { Reopening } from './reopening.ts'
import {
  asksBits,
  isFunction,
  isWrite,
  longestRead,
  type ReadRequest,
  type Request,
  type WriteRequest,
} from './request.ts'
import type { Timing } from './timing.ts'
import { drainedMs, Silence } from './silence.ts'
import { TurnArounds } from './turn-arounds.ts'
import { wireOf } from './wire-time.ts'

const answered: Outcome = { state: 'answered' }
const noAnswer: Outcome = { state: 'no-answer' }
const garbled: Outcome = { state: 'garbled' }
const resting: Outcome = { state: 'resting' }
const contended: WriteOutcome = { state: 'contended' }
const unidentified: WriteOutcome = { state: 'not-identified' }

/** Between the bytes of an answer, on the whole: adapters and radio modems take it apart. */
const slowestByteMs = 10
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
  /** with debts; absent: as they are. Those that leave something out are for tests, to show that it is needed */
  disturbances?: Disturbances
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
  readonly #disturbances: Disturbances | undefined
  readonly #reopening: Reopening
  readonly #turnArounds: TurnArounds
  readonly #pace: Pace
  readonly #silence: Silence
  readonly #lock = new Lock()
  /** receives what probes ask for, and nobody looks at */
  readonly #scratch = new Uint16Array(longestRead.bits)
  #closed = false
  #openings = 0
  /** Units that missed their time are left alone for their declared worst response: they may be busy with it. */
  readonly #restsUntilMs = new Map<number, number>()
  /** timeouts since the last byte, and all bytes at the latest of them */
  #deaf = { timeouts: 0, total: 0 }

  constructor({ name, url, clock, random, port, framing, timing, debts, disturbances }: ModbusLineParts) {
    this.name = name
    this.url = url
    this.#clock = clock
    this.#port = port
    this.#framing = framing
    this.#timing = timing
    this.#debts = debts
    this.#disturbances = debts && (disturbances ?? new Disturbances(random))
    this.#reopening = new Reopening(port, clock, random)
    this.#turnArounds = new TurnArounds(timing.gapMs)
    this.#pace = new Pace(clock.monotonicMs())
    const sweep = () => framing.sweep(port.heard, this.#strays)
    this.#silence = new Silence({ clock, port, timing, disturbances: this.#disturbances, sweep })
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

  get adapter(): LineAdapter | undefined {
    return this.#port.adapter
  }

  get disturbance(): Disturbance | undefined {
    return this.#disturbances?.now(this.#clock.monotonicMs())
  }

  latency(unit: number): Latency | undefined {
    return this.#pace.latency(unit)
  }

  wireTime(unit: number): ReturnType<Line['wireTime']> {
    const learned = this.#turnArounds.learned(unit)
    return { ...wireOf(this.#timing), ...(learned === undefined ? {} : { turnAroundMs: learned }) }
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
      if (this.#rests(request.unit)) return resting
      if (isWrite(request) && this.#debts !== undefined && this.#disturbances?.echoIsUnknown === true) {
        const unsafe = await this.#listensForEcho(request, this.#debts, this.#disturbances, signal)
        if (unsafe !== undefined) return unsafe
      }
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
      this.#disturbances?.opened()
      this.#openings++
    }
    if (!this.#closed) return undefined
    this.#port.close()
    return new LineError('LINE_CLOSED', this.url)
  }

  #rests(unit: number): boolean {
    return this.#clock.monotonicMs() < (this.#restsUntilMs.get(unit) ?? 0)
  }

  /**
   * Before the first write after the port was opened, if nothing was read yet: asks for what it is about to change, since an
   * echo of a question is no answer to it, and that of a write may be. Undefined: the write may go out.
   */
  async #listensForEcho(
    request: WriteRequest,
    debts: Debts,
    disturbances: Disturbances,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    const outcome = await this.#askWithCare(debts, readOf(request), this.#scratch, signal)
    if (outcome.state === 'line-down') return { ...outcome, sent: false }
    if (disturbances.echoIsUnknown || this.#rests(request.unit)) return resting
    return undefined
  }

  /** Asks so that no answer to an earlier question can be taken for the answer: see debts.ts. */
  #askWithCare(debts: Debts, request: ReadRequest, into: Uint16Array, signal: AbortSignal): Promise<Outcome>
  #askWithCare(debts: Debts, request: Request, into: Uint16Array, signal: AbortSignal): Promise<WriteOutcome>
  async #askWithCare(debts: Debts, request: Request, into: Uint16Array, signal: AbortSignal): Promise<WriteOutcome> {
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

  #ask(request: ReadRequest, into: Uint16Array, signal: AbortSignal): Promise<Outcome>
  #ask(request: Request, into: Uint16Array, signal: AbortSignal): Promise<WriteOutcome>
  async #ask(request: Request, into: Uint16Array, signal: AbortSignal): Promise<WriteOutcome> {
    const port = this.#port
    const framing = this.#framing
    const disturbances = this.#disturbances
    const { charMs } = this.#timing
    let sent = false
    let sentMs = 0
    try {
      if (!(await this.#silence.comes(request.pauseMs, signal))) {
        this.#counters.garbled++
        return isWrite(request) ? contended : garbled
      }
      if (isWrite(request) && disturbances?.stopsWrites(this.#clock.monotonicMs()) === true) return contended
      const foreignBefore = this.#counters.foreign
      const bytes = framing.compose(request)
      const nowMs = this.#clock.monotonicMs()
      disturbances?.asking(request, bytes, port.heard, nowMs)
      port.write(bytes)
      sent = true
      sentMs = nowMs
      this.#counters.requests++
      this.#counters.bytesOut += bytes.length
      const askedMs = nowMs + bytes.length * charMs
      this.#silence.broken(askedMs)
      const onWireMs = framing.answerLength(request) * charMs
      const deadlineMs = askedMs + request.timeoutMs + onWireMs
      if (charMs > 0) {
        const dueMs = askedMs + this.#turnArounds.of(request.unit) + onWireMs
        await port.rest(Math.min(dueMs, deadlineMs), signal)
        port.take()
      }
      let looks = 0
      for (;;) {
        disturbances?.listen(port.heard)
        switch (framing.hear(port.heard, request, this.#strays)) {
          case 'answer':
            if (disturbances?.isDoubtful === true) return this.#doubted(request)
            this.#turnArounds.learn(request.unit, port.heard.lastMs - askedMs - onWireMs, looks > 0)
            this.#pace.answered(request.unit, port.heard.lastMs - sentMs, port.heard.lastMs - askedMs - onWireMs)
            return this.#take(request, into)
          case 'exception':
            if (disturbances?.isDoubtful === true) return this.#doubted(request)
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
            looks++
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
    else for (let index = 0; index < request.count; index++) into[index] = u16(bytes, dataAt + 2 * index)
    heard.discard(frameLength)
    this.#settle(request.unit)
    this.#reopening.worked()
    this.#counters.answers++
    this.#ends(noisy, false)
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
    this.#ends(noisy, false)
    return { state: 'exception', exception }
  }

  #missed(request: Request, heardOthers: boolean): Outcome {
    // What was kept as the beginning of an answer is none.
    const noisy = this.#framing.garbled || this.#port.heard.length > 0
    this.#owe(request)
    this.#counters.timeouts++
    this.#ends(noisy, true)
    if (this.#port.diesUnnoticed) this.#hangUpIfDeaf()
    return noisy || heardOthers ? garbled : noAnswer
  }

  /** Its answer, or that to another master's question: none that is proven. */
  #doubted(request: Request): Outcome {
    this.#port.heard.discard(this.#framing.frameLength)
    this.#owe(request)
    this.#counters.timeouts++
    this.#ends(this.#framing.garbled, true)
    return garbled
  }

  #ends(damaged: boolean, failed: boolean): void {
    if (damaged) this.#counters.garbled++
    this.#disturbances?.settled({ damaged, failed }, this.#clock.monotonicMs())
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
    this.#silence.drains(nowMs)
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

  readonly #strays: Strays = {
    foreign: (unit, fn, byteCount) => {
      const nowMs = this.#clock.monotonicMs()
      const isAnothers = this.#disturbances?.fits(unit, fn, byteCount) === true
      const owed =
        fn > exceptionBit
          ? this.#debts?.owesException(unit, fn - exceptionBit)
          : this.#debts?.heard(unit, fn, byteCount)
      if (owed !== true || isAnothers) {
        this.#counters.foreign++
        this.#disturbances?.answered(unit, fn, byteCount, nowMs)
      } else this.#counters.late++
      if (owed === true && this.#debts?.inDebt(unit, nowMs) === false) this.#restsUntilMs.delete(unit)
    },
    asked: (unit, fn, byteCount) => {
      const nowMs = this.#clock.monotonicMs()
      this.#counters.foreign++
      this.#disturbances?.asked(unit, fn, byteCount, nowMs)
      if (isFunction(fn)) this.#debts?.oweToAnother(unit, fn, byteCount, nowMs)
    },
    othersAsk: () => this.#disturbances?.othersAsk(this.#clock.monotonicMs()) ?? false,
    echo: (either) => this.#disturbances?.isEcho(either, this.#clock.monotonicMs()) ?? false,
    late: () => {
      this.#counters.late++
    },
  }
}
