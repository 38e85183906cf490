/** F19: answers that stop short, and answers that come byte by byte, as through adapters and radio modems. */
import { ModbusLine } from '../../drivers/modbus/client.ts'
import { Debts } from '../../drivers/modbus/debts.ts'
import type { Framing } from '../../drivers/modbus/frame.ts'
import { MbapFraming } from '../../drivers/modbus/mbap.ts'
import type { ReadRequest, WriteRequest } from '../../drivers/modbus/request.ts'
import { RtuFraming } from '../../drivers/modbus/rtu.ts'
import { TcpPort } from '../../drivers/modbus/tcp-port.ts'
import { serialTiming } from '../../drivers/modbus/timing.ts'
import { bench, never, reading, soon, type Bench } from '../../drivers/testing/bench.ts'
import { Heedless } from '../../drivers/testing/heedless.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { wireFaults } from '../../drivers/testing/faults.ts'
import { answer, mbapFrame, rtuFrame, telling, type Asked, type Script } from '../../drivers/testing/scripted-wire.ts'
import { systemClock, systemRandom } from '../clock.ts'
import { serial } from './bus.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { respond } from './respondent.ts'

type Protocol = 'rtu' | 'mbap'
type Make = Readonly<Record<Protocol, () => Framing>>

const protocols: readonly Protocol[] = ['rtu', 'mbap']
const frames = { rtu: rtuFrame, mbap: mbapFrame }
const manners = { timeoutMs: 300, worstResponseMs: 500, pauseMs: 0 }
const byteGapMs = 5

/** So long, at most, beyond the timeout and the time that the bytes need on the wire. */
const mostBeyondMs = 50

interface Tally {
  looked: number
  wrong: number
  slowestMs: number
  readonly broken: Set<string>
}

/** Registers, or bits, that tell where they are from. */
function isRight({ unit, function: fn, address, count }: ReadRequest, into: Uint16Array): boolean {
  const mask = fn <= 2 ? 1 : 0xffff
  return into.subarray(0, count).every((value, index) => value === (telling(unit, address + index) & mask))
}

const reads: readonly ReadRequest[] = [
  ...([1, 2] as const).map((fn) => reading(1, 3, 20, { ...manners, function: fn })),
  ...([3, 4] as const).map((fn) => reading(1, 10, 6, { ...manners, function: fn })),
]
const writes: readonly WriteRequest[] = ([5, 6, 15, 16] as const).map((fn) => ({
  ...manners,
  unit: 1,
  function: fn,
  address: 7,
  values: Uint16Array.of(1),
}))

/** What is looked at is one request by itself: before a first write nothing is read. */
const unasked = () => new Heedless(() => 0.5)

function simulated(protocol: Protocol, make: Make): Bench & { right: Script } {
  const isSerial = protocol === 'rtu'
  const timing = isSerial ? serialTiming(serial) : { charMs: 0, gapMs: 0 }
  const made = bench(protocol, timing, isSerial ? new Debts() : undefined, make[protocol](), unasked())
  const right = (asked: Asked) => [{ afterMs: 15, bytes: answer(frames[protocol], asked) }]
  return { ...made, right }
}

/** Every answer, cut after every byte: nothing of it is believed, and what is asked next is answered. */
async function cutShort(protocol: Protocol, make: Make, tally: Tally): Promise<void> {
  for (const request of [...reads, ...writes]) {
    const { clock, line, wire, right } = simulated(protocol, make)
    const name = `${protocol}, function ${request.function}`
    const into = new Uint16Array(32)
    const ask = () => soon(clock, 'values' in request ? line.write(request, never) : line.read(request, into, never))
    wire.script = right
    const length = answer(frames[protocol], {
      ...request,
      count: 'values' in request ? 1 : request.count,
      transaction: 0,
      atMs: 0,
    }).length
    for (let kept = 0; kept < length; kept++) {
      const cut = wireFaults.truncate(kept)
      wire.script = (asked) => (asked.unit === 1 ? cut(right(asked), asked, () => 0) : right(asked))
      into.fill(0)
      const beganMs = clock.monotonicMs()
      let tookMs = Infinity
      const { state } = await ask().finally(() => {
        tookMs = clock.monotonicMs() - beganMs
      })
      tally.looked++
      if (state !== (kept === 0 ? 'no-answer' : 'garbled') || into.some((value) => value !== 0)) {
        if (state === 'answered') tally.wrong++
        tally.broken.add(`${name}: cut after ${kept} of ${length} bytes it is ${state}`)
      }
      tally.slowestMs = Math.max(tally.slowestMs, tookMs)
      if (tookMs > manners.timeoutMs + 40 + mostBeyondMs) tally.broken.add(`${name}: it was waited for ${tookMs} ms`)

      // Half an answer may lie in the line: neither a neighbour nor the unit itself, when it has rested, is to suffer.
      wire.script = right
      const neighbour = reading(2, 40, 3, manners)
      const heard = await soon(clock, line.read(neighbour, into, never))
      if (heard.state !== 'answered' || !isRight(neighbour, into))
        tally.broken.add(`${name}: cut after ${kept} bytes, and the neighbour is ${heard.state}`)
      await clock.advance(manners.worstResponseMs)
      const again = await ask()
      if (again.state !== 'answered' || (!('values' in request) && !isRight(request, into)))
        tally.broken.add(`${name}: cut after ${kept} bytes, and then ${again.state}`)
    }
    await line[Symbol.asyncDispose]()
  }
}

/** Byte by byte, with more than t3.5 between, up to the longest answer there is; and in two pieces at every place. */
async function inPieces(protocol: Protocol, make: Make, seed: number, tally: Tally): Promise<void> {
  const random = dice(seed)
  const { clock, line, wire, right } = simulated(protocol, make)
  const hear = async (request: ReadRequest, how: string, mostMs: number) => {
    const into = new Uint16Array(request.count)
    const beganMs = clock.monotonicMs()
    const { state } = await soon(clock, line.read(request, into, never))
    const tookMs = clock.monotonicMs() - beganMs
    tally.looked++
    if (state === 'answered' && !isRight(request, into)) tally.wrong++
    if (state !== 'answered' || !isRight(request, into))
      tally.broken.add(`${protocol}: ${request.count} registers ${how} are ${state}`)
    if (tookMs > mostMs) tally.broken.add(`${protocol}: ${request.count} registers ${how} took ${tookMs} ms`)
    await clock.advance(10 * manners.worstResponseMs)
  }
  const trickling = wireFaults['byte-by-byte'](byteGapMs)
  for (const count of [1, 2, 10, 20, 50, 100, 125]) {
    wire.script = (asked) => trickling(right(asked), asked, random)
    const request = reading(1, 10, count, manners)
    await hear(request, `byte by byte, ${byteGapMs} ms apart,`, (2 * count + 9) * byteGapMs + 40 + mostBeyondMs)
  }
  for (let kept = 1; kept < 2 * 6 + 5; kept++) {
    const pauseMs = byteGapMs + 100 * random()
    wire.script = (asked) =>
      right(asked).flatMap(({ afterMs, bytes }) => [
        { afterMs, bytes: bytes.slice(0, kept) },
        { afterMs: afterMs + pauseMs, bytes: bytes.slice(kept) },
      ])
    await hear(reading(1, 10, 6, manners), `in two pieces, cut after ${kept} bytes,`, pauseMs + 40 + mostBeyondMs)
  }
  await line[Symbol.asyncDispose]()
}

/** The same over a real connection, with the machine's clock. */
async function overTcp(protocol: Protocol, make: Make, tally: Tally): Promise<void> {
  const trickling = wireFaults['byte-by-byte'](byteGapMs)
  const cut = wireFaults.truncate(7)
  let fault = trickling
  await using units = await respond(protocol, (asked) =>
    fault([{ afterMs: 5, bytes: answer(frames[protocol], asked) }], asked, systemRandom),
  )
  await using line = new ModbusLine({
    name: 'tcp',
    url: `${protocol}://127.0.0.1:${units.port}`,
    clock: systemClock,
    random: systemRandom,
    port: new TcpPort('test://tcp', '127.0.0.1', units.port, systemClock),
    framing: make[protocol](),
    timing: { charMs: 0, gapMs: protocol === 'rtu' ? 2 : 0 },
    ...(protocol === 'rtu' ? { debts: new Debts() } : {}),
  })
  for (const [index, isCut] of [false, true, false].entries()) {
    fault = isCut ? cut : trickling
    const request = reading(index + 1, 20, 10, { ...manners, timeoutMs: 1_000 }) // the machine's own clock may stumble
    const into = new Uint16Array(10)
    const { state } = await line.read(request, into, never)
    tally.looked++
    if (state === 'answered' && !isRight(request, into)) tally.wrong++
    if (state !== (isCut ? 'garbled' : 'answered'))
      tally.broken.add(`${protocol} over TCP: ${isCut ? 'cut short' : 'byte by byte'} it is ${state}`)
  }
}

async function look({ seed }: FaultContext, make: Make): Promise<Found> {
  const tally: Tally = { looked: 0, wrong: 0, slowestMs: 0, broken: new Set() }
  for (const protocol of protocols) {
    await inPieces(protocol, make, seed, tally)
    await cutShort(protocol, make, tally)
    await overTcp(protocol, make, tally)
  }
  return {
    broken: [...tally.broken],
    figures: {
      looked: tally.looked,
      'longest wait for a cut answer': `${tally.slowestMs.toFixed(0)} ms of a timeout of ${manners.timeoutMs} ms`,
      'wrong value accepted': tally.wrong,
    },
  }
}

/** Frames that end where the line falls silent, as t3.5 was once meant: what came before a silence is thrown away. */
class RtuBySilence extends RtuFraming {
  override hear: RtuFraming['hear'] = (heard, request, strays) => {
    const verdict = super.hear(heard, request, strays)
    if (verdict === 'more') heard.discard(heard.length)
    return verdict
  }
}

class MbapBySilence extends MbapFraming {
  override hear: MbapFraming['hear'] = (heard, request, strays) => {
    const verdict = super.hear(heard, request, strays)
    if (verdict === 'more') heard.discard(heard.length)
    return verdict
  }
}

export const fault: Fault = {
  id: 'F19',
  title: 'answers cut after every byte, byte by byte with 5 ms between, and in two pieces; over RTU and TCP',
  passes:
    'what is cut short is never believed and costs no more than its timeout, the next question is answered; what comes whole is taken, however slowly its bytes follow one another',
  run: (context) => look(context, { rtu: () => new RtuFraming(), mbap: () => new MbapFraming() }),
  control: {
    without: 'frames that end by their length (they end by silence)',
    run: (context) => look(context, { rtu: () => new RtuBySilence(), mbap: () => new MbapBySilence() }),
  },
}
