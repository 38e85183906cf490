/**
 * The way of tools to one line: each request is asked as the gateway itself asks, in its turn and within the tools' share.
 * Of all tools of a line at most one request waits for it at a time, so polling and control wait for one at most.
 */
import type { Clock } from '../../drivers/clock.ts'
import type { Line, WriteOutcome } from '../../drivers/line.ts'
import { Lock } from '../../drivers/lock.ts'
import { longestRead, type Manners } from '../../drivers/modbus/request.ts'
import { transactionMs, usualTurnAroundMs } from '../../drivers/modbus/wire-time.ts'
import {
  exceptionPdu,
  exceptions,
  parsePdu,
  readPdu,
  writtenPdu,
  type Asked,
  type ReadAsked,
  type WriteAsked,
} from './request.ts'
import { Share, type Polled } from './share.ts'
import type { Unlock } from './unlocks.ts'

/** Whoever waits for longer is told that the line is busy: mbpoll and libmodbus give up after a second or half of one. */
const patienceMs = 400
/** What the line is not asked for is refused no faster, so that a tool that tries on and on costs nothing. */
const refusesAfterMs = 10
/** Each write is a line of the audit: of those, so many at once, and then one a second. */
const mostWritesAtOnce = 500
const writesPerMs = 1 / 1_000

/** With these the unit was asked, and the line was taken. */
const taken: ReadonlySet<WriteOutcome['state']> = new Set(['answered', 'exception', 'no-answer', 'garbled'])

export interface PassageParts {
  readonly line: Line
  readonly clock: Clock
  /** what the gateway itself asks on this line */
  readonly polled: () => Polled
  /** How the unit wants to be asked; undefined: nobody is to be asked by this number here. */
  readonly manners: (unit: number) => Manners | undefined
  /** Who lets tools write now; undefined: nobody. */
  readonly unlock: () => Unlock | undefined
  /** ends when the gateway does */
  readonly signal: AbortSignal
  readonly on: {
    /** a write, though the line is locked */
    refused(unit: number, asked: WriteAsked): void
    /** what became of a write, and who answers for it */
    wrote(unit: number, asked: WriteAsked, unlock: Unlock, outcome: WriteOutcome): void
  }
}

/** All since the start; they only grow. */
export interface PassageFigures {
  reads: number
  writes: number
  /** writes while the line was locked */
  refused: number
  /** requests that were told to come again */
  busy: number
}

export class Passage {
  readonly figures: PassageFigures = { reads: 0, writes: 0, refused: 0, busy: 0 }
  readonly #parts: PassageParts
  readonly #turn = new Lock()
  readonly #share: Share
  readonly #into = new Uint16Array(longestRead.bits)
  #writesLeft = mostWritesAtOnce
  #writesAtMs: number

  constructor(parts: PassageParts) {
    this.#parts = parts
    this.#writesAtMs = parts.clock.monotonicMs()
    this.#share = new Share(this.#writesAtMs, parts.polled())
  }

  /** The PDU that answers this one. Rejects only with the reason of `gone`, whose tool is not there any more, or at the end. */
  async answer(unit: number, pdu: Buffer, gone: AbortSignal): Promise<Buffer> {
    const asked = parsePdu(pdu)
    if (asked.kind === 'wrong') return await this.#refuse(asked, asked.exception, gone)
    if (asked.kind === 'write' && this.#parts.unlock() === undefined) {
      this.#isLocked(unit, asked)
      return await this.#refuse(asked, exceptions.illegalFunction, gone)
    }
    const how = this.#parts.manners(unit)
    if (how === undefined) return await this.#refuse(asked, exceptions.pathUnavailable, gone)

    const beganMs = this.#parts.clock.monotonicMs()
    gone.throwIfAborted()
    const turn = this.#turn.acquire(gone)
    if (turn !== undefined) await turn
    try {
      const comes = await this.#comesSoon(beganMs, gone)
      if (!comes || (asked.kind === 'write' && !this.#hasWritesLeft())) return this.#busy(asked)
      return await (asked.kind === 'read' ? this.#read(asked, how) : this.#write(asked, how))
    } finally {
      this.#turn.release()
    }
  }

  async #refuse(asked: Asked, exception: number, gone: AbortSignal): Promise<Buffer> {
    await this.#parts.clock.sleep(refusesAfterMs, gone)
    return exceptionPdu(asked.function, exception)
  }

  #busy(asked: ReadAsked | WriteAsked): Buffer {
    this.figures.busy++
    return exceptionPdu(asked.function, exceptions.busy)
  }

  #isLocked(unit: number, asked: WriteAsked): void {
    this.figures.refused++
    this.#parts.on.refused(unit, asked)
  }

  #hasWritesLeft(): boolean {
    const nowMs = this.#parts.clock.monotonicMs()
    this.#writesLeft = Math.min(mostWritesAtOnce, this.#writesLeft + (nowMs - this.#writesAtMs) * writesPerMs)
    this.#writesAtMs = nowMs
    if (this.#writesLeft < 1) return false
    this.#writesLeft--
    return true
  }

  /** Waits until tools may take the line again, if that is soon. */
  async #comesSoon(beganMs: number, gone: AbortSignal): Promise<boolean> {
    const { clock, line, polled } = this.#parts
    for (;;) {
      const nowMs = clock.monotonicMs()
      const waitMs = this.#share.waitMs(nowMs, line.load, polled())
      if (waitMs <= 0) return true
      const patientMs = beganMs + patienceMs - nowMs
      await clock.sleep(Math.ceil(Math.max(1, Math.min(waitMs, patientMs))), gone)
      if (waitMs > patientMs) return false
    }
  }

  /** A question that is on the wire is heard out though its tool has gone: the line would have to wait for the answer anyhow. */
  async #read(asked: ReadAsked, manners: Manners): Promise<Buffer> {
    const { line, clock, signal } = this.#parts
    const { function: fn, address, count } = asked
    const beganMs = clock.monotonicMs()
    this.figures.reads++
    const outcome = await line.read({ ...manners, function: fn, address, count }, this.#into, signal)
    await this.#spend(asked, manners, outcome, beganMs)
    return outcome.state === 'answered' ? readPdu(asked, this.#into) : exceptionPdu(fn, exceptionOf(outcome))
  }

  async #write(asked: WriteAsked, manners: Manners): Promise<Buffer> {
    const { line, clock, signal, on, unlock } = this.#parts
    const { function: fn, address, values } = asked
    const who = unlock() // it may have been locked meanwhile
    if (who === undefined) return this.#locked(asked, manners)
    const beganMs = clock.monotonicMs()
    // Asked again when the line's turn comes: others may have held it for long.
    const isUnlocked = () => unlock()?.who === who.who
    const request = { ...manners, function: fn, address, values }
    const outcome = await line.write(request, signal, isUnlocked).catch((error: unknown) => {
      this.figures.writes++
      on.wrote(manners.unit, asked, who, { state: 'no-answer' }) // the gateway stops, and the unit may have heard it
      throw error
    })
    if (outcome.state === 'not-identified') return this.#locked(asked, manners)
    this.figures.writes++
    on.wrote(manners.unit, asked, who, outcome)
    await this.#spend(asked, manners, outcome, beganMs)
    return outcome.state === 'answered' ? writtenPdu(asked) : exceptionPdu(fn, exceptionOf(outcome))
  }

  #locked(asked: WriteAsked, { unit }: Manners): Buffer {
    this.#isLocked(unit, asked)
    return exceptionPdu(asked.function, exceptions.illegalFunction)
  }

  /** What it cost the line: not the time that it waited for others. What cost it nothing costs the tool a moment. */
  async #spend(asked: ReadAsked | WriteAsked, manners: Manners, outcome: WriteOutcome, beganMs: number): Promise<void> {
    const { line, clock, signal } = this.#parts
    if (!taken.has(outcome.state)) {
      await clock.sleep(refusesAfterMs, signal)
      return
    }
    const nowMs = clock.monotonicMs()
    const { turnAroundMs = usualTurnAroundMs, ...wire } = line.wireTime(manners.unit)
    const isAnswered = outcome.state === 'answered' || outcome.state === 'exception'
    const { function: fn } = asked
    const isBits = fn <= 2 || fn === 5 || fn === 15
    const count = asked.kind === 'read' ? asked.count : asked.values.length
    const mostMs = transactionMs(
      { ...wire, turnAroundMs: isAnswered ? turnAroundMs : manners.timeoutMs },
      isBits ? 'coil' : 'holding',
      count,
    )
    this.#share.spent(Math.min(nowMs - beganMs, mostMs + manners.pauseMs), nowMs)
  }
}

/** As a gateway answers (Modbus Application Protocol V1.1b3, 7): the unit's own exception, or why there is none. */
function exceptionOf(outcome: Exclude<WriteOutcome, { state: 'answered' }>): number {
  switch (outcome.state) {
    case 'exception':
      return outcome.exception
    case 'no-answer':
    case 'garbled':
    case 'resting':
      return exceptions.noAnswer
    case 'line-down':
      return outcome.sent ? exceptions.noAnswer : exceptions.pathUnavailable
    case 'contended':
    case 'not-identified':
      return exceptions.pathUnavailable
  }
}
