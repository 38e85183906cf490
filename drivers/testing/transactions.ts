/**
 * Millions of transactions of a real Modbus line over a wire on which things go wrong, as fast as they can be computed; and
 * random noise, which a CRC of 16 bits lets through one time in 65 536.
 */
import { ModbusLine } from '../modbus/client.ts'
import { putCrc } from '../modbus/crc.ts'
import { Debts } from '../modbus/debts.ts'
import type { Framing } from '../modbus/frame.ts'
import { MbapFraming } from '../modbus/mbap.ts'
import { byteCountOf, type ReadRequest, type WriteRequest } from '../modbus/request.ts'
import { RtuFraming } from '../modbus/rtu.ts'
import { serialTiming } from '../modbus/timing.ts'
import { dice } from './dice.ts'
import { PassingWire, settles } from './passing-wire.ts'
import { telling } from './scripted-wire.ts'

export const transactionFaults = ['late', 'foreign', 'short', 'burst'] as const
export type TransactionFault = (typeof transactionFaults)[number]

export interface TransactionsFound {
  /** requests on the wire */
  readonly transactions: number
  readonly calls: number
  /** calls that came to no end; then it stopped there */
  readonly unsettled: number
  readonly right: number
  /** values that the unit did not say to that question, and writes told to be taken that were not */
  readonly wrong: number
  /** writes told to be taken */
  readonly written: number
  /** how many transactions each befell */
  readonly faults: Readonly<Record<TransactionFault, number>>
  /** frames of random bytes behind the right header; so many were believed, and so many may be: more happens once in a million runs */
  readonly noise: {
    readonly frames: number
    readonly believed: number
    readonly expected: number
    readonly most: number
  }
}

export interface TransactionsParts {
  readonly count: number
  readonly seed: number
  /** the share of transactions that something befalls */
  readonly share?: number
  /** leave something out, to show that it is needed */
  readonly rtu?: () => RtuFraming
  readonly debts?: () => Debts
}

const units = 16
const manners = { timeoutMs: 100, worstResponseMs: 300, pauseMs: 0 } as const
const timing = serialTiming({ baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 })
/** Transactions on one line, then another takes its place; and calls between two looks of the process at anything else. */
const perLine = 50_000
const perTurn = 5_000
const never = new AbortController().signal

interface Tally {
  transactions: number
  calls: number
  right: number
  wrong: number
  written: number
  readonly faults: Record<TransactionFault, number>
}

export async function transactions(parts: TransactionsParts): Promise<TransactionsFound> {
  const { count, seed } = parts
  const tally: Tally = {
    transactions: 0,
    calls: 0,
    right: 0,
    wrong: 0,
    written: 0,
    faults: { late: 0, foreign: 0, short: 0, burst: 0 },
  }
  let unsettled = 0
  for (let index = 0; tally.transactions < count && unsettled === 0; index++) {
    const most = Math.min(perLine, count - tally.transactions)
    unsettled += await oneLine(index, most, parts, tally)
  }
  return { ...tally, unsettled, noise: noise(count, seed, parts.rtu?.() ?? new RtuFraming()) }
}

/** Every fourth line is TCP, where nothing is damaged; to every other one nobody else speaks, so that writes go out. */
function kindOf(index: number): { framing: 'rtu' | 'mbap'; befalls: readonly TransactionFault[] } {
  if (index % 4 === 3) return { framing: 'mbap', befalls: ['late', 'foreign', 'short'] }
  return { framing: 'rtu', befalls: index % 2 === 0 ? transactionFaults : ['late', 'short', 'burst'] }
}

async function oneLine(index: number, most: number, parts: TransactionsParts, tally: Tally): Promise<number> {
  const random = dice(parts.seed + 7_919 * index)
  const below = (many: number) => Math.floor(random() * many)
  const { framing, befalls } = kindOf(index)
  const isRtu = framing === 'rtu'
  const wire = new PassingWire()
  const made: Framing = isRtu ? (parts.rtu?.() ?? new RtuFraming()) : new MbapFraming()
  const line = new ModbusLine({
    name: 'test',
    url: 'test://wire',
    clock: wire,
    random,
    port: wire,
    framing: made,
    timing: isRtu ? timing : { charMs: 0, gapMs: 0 },
    ...(isRtu ? { debts: parts.debts?.() ?? new Debts() } : {}),
  })
  const share = parts.share ?? 0.05
  const head = isRtu ? 0 : 6
  const busyUntilMs = new Float64Array(units + 1)
  /** when the unit's answer to the latest write was on its way whole */
  let takenMs = Infinity

  wire.onRequest = (bytes, nowMs) => {
    tally.transactions++
    const unit = bytes[head] ?? 0
    const fn = bytes[head + 1] ?? 0
    const asked = { unit, fn, address: bytes.readUInt16BE(head + 2), count: bytes.readUInt16BE(head + 4) }
    const transaction = isRtu ? undefined : bytes.readUInt16BE(0)
    const fault = random() < share ? befalls[below(befalls.length)] : undefined
    if (fault !== undefined) tally.faults[fault]++
    const thinksMs = fault === 'late' ? manners.timeoutMs + 6 * manners.worstResponseMs * random() : 5 + 10 * random()
    const sentMs = nowMs + bytes.length * timing.charMs
    let bytesSaid = answerTo(asked, transaction)
    const dueMs = Math.max(sentMs + thinksMs + bytesSaid.length * timing.charMs, (busyUntilMs[unit] ?? 0) + 1)
    busyUntilMs[unit] = dueMs
    // The header of TCP comes whole: what is cut is what it speaks of.
    if (fault === 'short') bytesSaid = bytesSaid.subarray(0, head + below(bytesSaid.length - head))
    else if (fault === 'burst') burst(bytesSaid, below)
    else if (fault === 'foreign' && speakOthers(asked, sentMs, dueMs, transaction)) return
    if (fn > 4) takenMs = fault === 'short' || fault === 'burst' ? Infinity : dueMs
    if (random() < 0.2 && bytesSaid.length > head + 1) {
      const cut = head + 1 + below(bytesSaid.length - head - 1)
      // TCP brings bytes in their order: nothing comes between two pieces.
      wire.say(isRtu ? dueMs - (bytesSaid.length - cut) * timing.charMs : dueMs, bytesSaid.subarray(0, cut))
      wire.say(dueMs, bytesSaid.subarray(cut))
    } else wire.say(dueMs, bytesSaid)
  }

  /** Others speak, here or in the silence after; true: the unit itself does not. */
  const speakOthers = (asked: Question, sentMs: number, dueMs: number, transaction: number | undefined): boolean => {
    const other = { ...asked, unit: 1 + (asked.unit % units) }
    const beforeMs = sentMs + (dueMs - sentMs) * (0.3 + 0.3 * random())
    const kind = below(isRtu ? 5 : 3)
    // Of reads only: a write that is the same but for its address is looked at above all by where it goes.
    const elsewhere = { ...(kind === 2 ? other : asked), address: asked.address + 100, fn: asked.fn > 4 ? 3 : asked.fn }
    if (asked.fn > 4) elsewhere.count = 2
    if (kind < 2) {
      wire.say(beforeMs, answerTo(other, transaction))
      return kind === 1
    }
    if (!isRtu) {
      wire.say(beforeMs, answerTo(elsewhere, ((transaction ?? 0) + 1 + below(1_000)) & 0xffff))
      return false
    }
    const fromMs = kind === 4 ? dueMs + 3 + 20 * random() : sentMs + 0.1
    const toMs = kind === 4 ? fromMs + 20 : beforeMs
    wire.say(fromMs, questionOf(elsewhere))
    wire.say(toMs, answerTo(elsewhere, undefined))
    return false
  }

  const into = new Uint16Array(64)
  const one = async () => {
    tally.calls++
    const unit = 1 + below(units)
    const address = below(500)
    if (random() < 0.08) {
      const fn = ([5, 6, 15, 16] as const)[below(4)] ?? 6
      const values = Uint16Array.from({ length: fn < 15 ? 1 : 1 + below(4) }, () =>
        below(fn === 5 || fn === 15 ? 2 : 65_536),
      )
      takenMs = Infinity
      const request: WriteRequest = { ...manners, unit, function: fn, address, values }
      const { state } = await line.write(request, never)
      if (state !== 'answered') return
      if (wire.monotonicMs() >= takenMs) tally.written++
      else tally.wrong++
      return
    }
    const fn = ([1, 2, 3, 3, 3, 4, 4, 4] as const)[below(8)] ?? 3
    const request: ReadRequest = { ...manners, unit, function: fn, address, count: 1 + below(fn <= 2 ? 40 : 10) }
    const { state } = await line.read(request, into, never)
    if (state !== 'answered') return
    if (isTrue(request, into)) tally.right++
    else tally.wrong++
  }

  const before = tally.transactions
  const mostCalls = tally.calls + 10 * most
  while (tally.transactions - before < most && tally.calls < mostCalls) {
    const some = async () => {
      for (let call = 0; call < perTurn && tally.transactions - before < most && tally.calls < mostCalls; call++) {
        const asked = tally.transactions
        await one()
        if (tally.transactions === asked) await wire.sleep(10) // the unit rests, or nothing may be written
      }
    }
    if (!(await settles(some()))) return 1
  }
  await line[Symbol.asyncDispose]()
  return 0
}

interface Question {
  unit: number
  fn: number
  address: number
  count: number
}

function isTrue({ unit, function: fn, address, count }: ReadRequest, into: Uint16Array): boolean {
  for (let index = 0; index < count; index++) {
    const told = telling(unit, address + index)
    if (into[index] !== (fn <= 2 ? told & 1 : told)) return false
  }
  return true
}

/** On TCP (`transaction`) as on a serial line: what the unit has to say. */
function answerTo({ unit, fn, address, count }: Question, transaction: number | undefined): Buffer {
  const head = transaction === undefined ? 0 : 6
  const told = fn > 4 ? 4 : 1 + (fn <= 2 ? Math.ceil(count / 8) : 2 * count)
  const bytes = Buffer.alloc(head + 2 + told + (head === 0 ? 2 : 0))
  if (transaction !== undefined) {
    bytes.writeUInt16BE(transaction, 0)
    bytes[5] = 2 + told
  }
  bytes[head] = unit
  bytes[head + 1] = fn
  const at = head + 2
  if (fn > 4) {
    bytes.writeUInt16BE(address, at)
    bytes.writeUInt16BE(count, at + 2)
  } else {
    bytes[at] = told - 1
    for (let index = 0; index < count; index++) {
      const value = telling(unit, address + index)
      if (fn > 2) bytes.writeUInt16BE(value, at + 1 + 2 * index)
      else if ((value & 1) === 1)
        bytes[at + 1 + (index >> 3)] = (bytes[at + 1 + (index >> 3)] ?? 0) | (1 << (index & 7))
    }
  }
  if (head === 0) putCrc(bytes, bytes.length - 2)
  return bytes
}

function questionOf({ unit, fn, address, count }: Question): Buffer {
  const bytes = Buffer.alloc(8)
  bytes[0] = unit
  bytes[1] = fn
  bytes.writeUInt16BE(address, 2)
  bytes.writeUInt16BE(count, 4)
  putCrc(bytes, 6)
  return bytes
}

/** Turns over one bit, or several no farther apart than 16. */
function burst(bytes: Buffer, below: (many: number) => number): void {
  const length = 1 + below(16)
  const from = below(8 * bytes.length - length + 1)
  for (let bit = from; bit < from + length; bit++)
    if (bit === from || bit === from + length - 1 || below(2) === 0)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
}

function noise(frames: number, seed: number, framing: RtuFraming): TransactionsFound['noise'] {
  const random = dice(seed ^ 0x5eed)
  const { heard } = new PassingWire()
  const strays = {
    foreign: () => undefined,
    asked: () => undefined,
    late: () => undefined,
    othersAsk: () => false,
    echo: () => false,
  }
  const bytes = Buffer.alloc(64)
  let believed = 0
  for (let frame = 0; frame < frames; frame++) {
    const count = 1 + Math.floor(10 * random())
    const unit = 1 + Math.floor(units * random())
    const request: ReadRequest = { ...manners, unit, function: 3, address: frame & 0xfff, count }
    framing.compose(request)
    const length = 5 + byteCountOf(3, count)
    bytes[0] = unit
    bytes[1] = 3
    bytes[2] = length - 5
    for (let at = 3; at < length; at++) bytes[at] = random() * 256
    heard.push(bytes, length)
    if (framing.hear(heard, request, strays) === 'answer') believed++
    heard.discard(heard.length)
  }
  const expected = frames / 65_536
  return { frames, believed, expected, most: mostOf(expected) }
}

/** What a number that is `expected` exceeds once in a million times (Poisson, the binomial's limit for rare things). */
function mostOf(expected: number): number {
  let [term, sum, most] = [Math.exp(-expected), 0, 0]
  for (; sum + term < 1 - 1e-6 && most < 1_000_000; most++) {
    sum += term
    term *= expected / (most + 1)
  }
  return most
}
