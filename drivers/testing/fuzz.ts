/**
 * Any bytes on any line: what a parser makes of them must never be a crash, never a number without proof, and always
 * something that is counted. Bytes by chance, and answers and questions changed, cut, repeated and laid over one another.
 */
import type { LineCounters, WriteOutcome } from '../line.ts'
import { ModbusLine } from '../modbus/client.ts'
import { Debts } from '../modbus/debts.ts'
import type { Framing, Strays, Verdict } from '../modbus/frame.ts'
import { MbapFraming } from '../modbus/mbap.ts'
import { isWrite, type ReadFunction, type Request, type WriteFunction } from '../modbus/request.ts'
import { RtuFraming, type RtuCheck } from '../modbus/rtu.ts'
import { serialTiming } from '../modbus/timing.ts'
import { dice } from './dice.ts'
import { PassingWire, settles } from './passing-wire.ts'
import { answer, askedBy, exception, mbapFrame, rtuFrame, type Asked } from './scripted-wire.ts'

/** The two framings by themselves, and whole lines with them. */
export const parsers = ['rtu', 'mbap', 'rtu-line', 'mbap-line'] as const
export type Parser = (typeof parsers)[number]

export interface FuzzParts {
  readonly inputs: number
  readonly seed: number
  readonly parser: Parser
  /** of an RTU parser: leaves a check out, to show that it is needed */
  readonly without?: RtuCheck
}

export interface FuzzFound {
  readonly inputs: number
  readonly bytes: number
  readonly crashes: number
  /** the first, with the bytes that did it in hexadecimal */
  readonly firstCrash?: string
  /** answers and refusals that were believed */
  readonly believed: number
  /** of those, the ones that no whole and fitting frame in the input bears out */
  readonly unproven: number
  /** inputs that were not believed, and raised no counter */
  readonly uncounted: number
  /** calls that came to no end; then it stopped there */
  readonly unsettled: number
}

interface Tally {
  inputs: number
  bytes: number
  crashes: number
  firstCrash?: string
  believed: number
  unproven: number
  uncounted: number
  unsettled: number
}

const perTurn = 2_000
/** What was heard is kept, for judging, at least half as many pieces long. */
const mostPieces = 1_000
const never = new AbortController().signal

export async function fuzz(parts: FuzzParts): Promise<FuzzFound> {
  const { inputs, seed, parser } = parts
  const random = dice(seed)
  const tally: Tally = { inputs: 0, bytes: 0, crashes: 0, believed: 0, unproven: 0, uncounted: 0, unsettled: 0 }
  const framing = parser.startsWith('rtu') ? 'rtu' : 'mbap'
  const make = () => (framing === 'rtu' ? new RtuFraming(parts.without) : new MbapFraming())
  const chance = new Chance(random, framing)
  const one = parser.endsWith('line') ? onLine(make, chance, tally) : onFraming(make(), chance, tally)
  while (tally.inputs < inputs && tally.unsettled === 0) {
    const some = async () => {
      for (let input = 0; input < perTurn && tally.inputs < inputs; input++) await one()
    }
    if (!(await settles(some()))) tally.unsettled++
  }
  return tally
}

/** Input after input through one framing, with what the one before has left behind. */
function onFraming(framing: Framing, chance: Chance, tally: Tally): () => Promise<void> {
  const wire = new PassingWire()
  const { heard } = wire
  let told = 0
  const count = () => {
    told++
  }
  const strays: Strays = {
    foreign: () => count(),
    asked: () => count(),
    late: () => count(),
    othersAsk: () => false,
    echo: () => {
      count()
      return true
    },
  }
  return () => {
    const request = chance.request()
    const sent = Buffer.from(framing.compose(request))
    const input = chance.input(sent, request)
    tally.inputs++
    tally.bytes += input.length
    told = 0
    const left = Buffer.from(heard.bytes.subarray(0, heard.length))
    let verdict: Verdict = 'more'
    try {
      for (let at = 0; at < input.length && verdict === 'more';) {
        const end = at + chance.piece(input.length - at)
        heard.push(input.subarray(at, end), end - at)
        at = end
        verdict = framing.hear(heard, request, strays)
      }
      if (verdict === 'answer' || verdict === 'exception') {
        tally.believed++
        const frame = Buffer.from(heard.bytes.subarray(0, framing.frameLength))
        const isHeard = Buffer.concat([left, input]).includes(frame)
        if (!isHeard || !chance.isProof(frame, sent, request, verdict)) tally.unproven++
        heard.discard(framing.frameLength)
      } else if (input.length > 0 && told === 0 && !framing.garbled && heard.length === 0 && verdict !== 'lost')
        tally.uncounted++
      if (verdict === 'lost') heard.discard(heard.length)
      if (chance.below(3) === 0) framing.sweep(heard, strays)
    } catch (error) {
      crashed(tally, error, input)
      heard.discard(heard.length)
    }
    return Promise.resolve()
  }
}

/** Input after input as what comes after a request of a line; another line each thousand. */
function onLine(make: () => Framing, chance: Chance, tally: Tally): () => Promise<void> {
  let calls = 0
  let line: ModbusLine | undefined
  let request = chance.request()
  let sent = Buffer.alloc(0)
  let input: Buffer = Buffer.alloc(0)
  const into = new Uint16Array(2_000)
  let questions = 0
  let wire = new PassingWire()
  let stream: Buffer[] = []
  const opened = (): ModbusLine => {
    wire = new PassingWire()
    stream = []
    wire.onHeard = (bytes) => {
      stream.push(bytes)
      if (stream.length > mostPieces) stream.splice(0, mostPieces / 2)
    }
    wire.onRequest = (bytes, nowMs) => {
      questions++
      sent = Buffer.from(bytes)
      // Before a write, and from a unit that owes an answer, the line asks something else.
      input = chance.input(sent, request)
      tally.inputs++
      tally.bytes += input.length
      let atMs = nowMs + 60 * chance.random() ** 4
      for (let at = 0; at < input.length;) {
        const end = at + chance.piece(input.length - at)
        wire.say(atMs, input.subarray(at, end))
        atMs += 4 * chance.random()
        at = end
      }
    }
    const isRtu = chance.framing === 'rtu'
    return new ModbusLine({
      name: 'test',
      url: 'test://wire',
      clock: wire,
      random: chance.random,
      port: wire,
      framing: make(),
      timing: isRtu ? timing : { charMs: 0, gapMs: 0 },
      ...(isRtu ? { debts: new Debts() } : {}),
    })
  }
  return async () => {
    if (calls++ % 1_000 === 0) {
      await line?.[Symbol.asyncDispose]()
      line = undefined
    }
    line ??= opened()
    request = chance.request()
    const asked = questions
    const before = sumOf(line.counters)
    try {
      const outcome: WriteOutcome = await (isWrite(request)
        ? line.write(request, never)
        : line.read(request, into, never))
      if (questions === asked) {
        await wire.sleep(60) // the unit rests
        return
      }
      const isBelieved = outcome.state === 'answered' || outcome.state === 'exception'
      if (isBelieved) {
        tally.believed++
        const all = Buffer.concat(stream)
        const values = outcome.state === 'answered' && !isWrite(request) ? into : undefined
        if (!chance.bearsOut(all, sent, request, outcome.state === 'answered' ? 'answer' : 'exception', values))
          tally.unproven++
      }
      if (sumOf(line.counters) === before) tally.uncounted++
    } catch (error) {
      crashed(tally, error, input)
      line = undefined
    }
  }
}

const timing = serialTiming({ baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 })

function sumOf({ answers, timeouts, garbled, foreign, late, exceptions }: LineCounters): number {
  return answers + timeouts + garbled + foreign + late + exceptions
}

function crashed(tally: Tally, error: unknown, input: Buffer): void {
  tally.crashes++
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
  tally.firstCrash ??= `${input.toString('hex')}: ${said}`
}

/** Requests and inputs by chance, and a second, plainer look at what bears out an answer. */
class Chance {
  readonly random: () => number
  readonly framing: 'rtu' | 'mbap'

  constructor(random: () => number, framing: 'rtu' | 'mbap') {
    this.random = random
    this.framing = framing
  }

  below(many: number): number {
    return Math.floor(many * this.random())
  }

  pick<T>(...choices: [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0]
  }

  /** Of so many bytes, how many come at once. */
  piece(most: number): number {
    return this.below(2) === 0 ? most : 1 + this.below(most)
  }

  request(): Request {
    const manners = { unit: this.pick(1, 2, 7, 247), timeoutMs: 50, worstResponseMs: 60, pauseMs: 0 }
    const address = this.pick(0, 1, 0x0300, 0x0204, this.below(65_000))
    if (this.below(5) === 0) {
      const fn = this.pick<WriteFunction>(5, 6, 15, 16)
      const values = Uint16Array.from({ length: fn < 15 ? 1 : 1 + this.below(20) }, () => this.below(2))
      return { ...manners, function: fn, address, values }
    }
    const fn = this.pick<ReadFunction>(1, 2, 3, 4)
    const count = this.pick(1, 2, 3, 20, 1 + this.below(fn <= 2 ? 500 : 125))
    return { ...manners, function: fn, address, count }
  }

  input(sent: Buffer, request: Request): Buffer {
    const asked = askedBy(sent, this.framing, 0)
    const frames = Array.from({ length: this.pick(1, 1, 1, 2, 3) }, () => this.#frame(sent, asked, request))
    let bytes: Buffer = Buffer.concat(frames)
    if (this.below(6) === 0) bytes = this.#interleaved(bytes, this.#frame(sent, asked, request))
    for (let times = this.pick(0, 0, 1, 1, 2, 8); times > 0; times--) bytes = this.#changed(bytes)
    return bytes.subarray(0, 900)
  }

  #frame(sent: Buffer, asked: Asked, request: Request): Buffer {
    const frame = this.framing === 'rtu' ? rtuFrame : mbapFrame
    const near = { ...asked, count: Math.min(asked.count, isWrite(request) ? asked.count : 125) }
    switch (this.below(8)) {
      case 0:
        return this.#bytes(this.below(40))
      case 1:
        return Buffer.from(exception(frame, asked, this.below(256)))
      case 2:
        return Buffer.from(sent)
      case 3:
        return Buffer.from(answer(frame, { ...near, unit: this.below(256) }))
      case 4:
        return Buffer.from(answer(frame, { ...near, function: 1 + this.below(4), count: 1 + this.below(20) }))
      case 5:
        return Buffer.from(answer(frame, { ...near, transaction: this.below(65_536) }))
      default:
        return Buffer.from(answer(frame, near))
    }
  }

  #bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }

  #changed(bytes: Buffer): Buffer {
    const at = this.below(bytes.length + 1)
    switch (this.below(7)) {
      case 0:
        return bytes.subarray(0, at)
      case 1:
        return bytes.subarray(at)
      case 2:
        return Buffer.concat([bytes.subarray(0, at), this.#bytes(1 + this.below(5)), bytes.subarray(at)])
      case 3:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + this.below(4))])
      case 4:
        return Buffer.concat([bytes, bytes.subarray(at)])
      default: {
        const turned = Buffer.from(bytes)
        if (at < turned.length) turned[at] = (turned[at] ?? 0) ^ (1 << this.below(8))
        return turned
      }
    }
  }

  #interleaved(one: Buffer, other: Buffer): Buffer {
    const bytes: number[] = []
    for (let a = 0, b = 0; a < one.length || b < other.length;) {
      const fromOne = b >= other.length || (a < one.length && this.below(2) === 0)
      bytes.push((fromOne ? one[a++] : other[b++]) ?? 0)
    }
    return Buffer.from(bytes)
  }

  /** Whether this is, byte for byte, an answer or refusal to what was sent. */
  isProof(frame: Buffer, sent: Buffer, request: Request, verdict: 'answer' | 'exception'): boolean {
    const asked = askedBy(sent, this.framing, 0)
    const body = this.framing === 'rtu' ? frame.subarray(0, -2) : frame.subarray(6)
    if (this.framing === 'rtu') {
      if (frame.length < 5 || slowCrc(body) !== frame.readUInt16LE(frame.length - 2)) return false
    } else if (
      frame.readUInt16BE(0) !== asked.transaction ||
      frame.readUInt16BE(2) !== 0 ||
      frame.readUInt16BE(4) !== body.length
    )
      return false
    if (body[0] !== asked.unit) return false
    if (verdict === 'exception') return body[1] === (asked.function | 0x80) && body.length === 3
    if (body[1] !== asked.function) return false
    if (isWrite(request))
      return body.length === 6 && body.readUInt16BE(2) === asked.address && body.readUInt16BE(4) === asked.count
    const told = asked.function <= 2 ? Math.ceil(asked.count / 8) : 2 * asked.count
    return body[2] === told && body.length === 3 + told
  }

  /** Whether some frame in `all` is such an answer, and says these values. */
  bearsOut(
    all: Buffer,
    sent: Buffer,
    request: Request,
    verdict: 'answer' | 'exception',
    values: Uint16Array | undefined,
  ): boolean {
    const head = this.framing === 'rtu' ? 0 : 6
    const tail = this.framing === 'rtu' ? 2 : 0
    const asked = askedBy(sent, this.framing, 0)
    const told = isWrite(request) ? 4 : 1 + (asked.function <= 2 ? Math.ceil(asked.count / 8) : 2 * asked.count)
    const length = head + 2 + (verdict === 'exception' ? 1 : told) + tail
    for (let at = 0; at + length <= all.length; at++) {
      if (all[at + head] !== asked.unit || ((all[at + head + 1] ?? 0) & 0x7f) !== asked.function) continue
      const frame = all.subarray(at, at + length)
      if (!this.isProof(frame, sent, request, verdict)) continue
      if (values === undefined || isWrite(request) || says(frame.subarray(head + 3), request, values)) return true
    }
    return false
  }
}

function says(
  data: Buffer,
  { function: fn, count }: { function: ReadFunction; count: number },
  values: Uint16Array,
): boolean {
  for (let index = 0; index < count; index++) {
    const value = fn <= 2 ? ((data[index >> 3] ?? 0) >> (index & 7)) & 1 : data.readUInt16BE(2 * index)
    if (values[index] !== value) return false
  }
  return true
}

/** Bit by bit, as the standard describes it: shares nothing with what it is to judge. */
function slowCrc(bytes: Buffer): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}
