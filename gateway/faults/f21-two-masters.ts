/** F21: another master on the bus: a tool that asks without listening, then a second gateway like this one; and an adapter that echoes. */
import type { Random } from '../../drivers/clock.ts'
import { Disturbances } from '../../drivers/modbus/disturbance.ts'
import type { WriteRequest } from '../../drivers/modbus/request.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { Heedless } from '../../drivers/testing/heedless.ts'
import { answer, rtuFrame, type Asked, type Script } from '../../drivers/testing/scripted-wire.ts'
import { wrongNow } from '../observe/alarms.ts'
import { Air } from './air.ts'
import { judged, openBus, registers, type Bus } from './bus.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { mbpollBeside } from './mbpoll-beside.ts'

const units = 4
const periodMs = 1_000
const writeEachMs = 700
const toldWithinMs = 10_000
const goneWithinMs = 75_000
/** A share of what is read alone, and of the other's questions that must be answered. */
const leastRead = 0.7

const thinksMs = 12
const never = new AbortController().signal

const questionOf = ({ unit, function: fn, address, count }: Pick<Asked, 'unit' | 'function' | 'address' | 'count'>) =>
  rtuFrame({ unit, transaction: 0 }, fn, address >> 8, address & 0xff, count >> 8, count & 0xff)

/** All that is counted of one gateway on the wire, by `phase`. */
interface Gateway {
  readonly bus: Bus
  readonly reads: Record<string, { good: number; polls: number }>
  readonly writes: Record<string, number>
  wrong: number
  /** writes on the wire though a disturbance was told that stops them */
  sentAfter: number
  contended: number
}

type Phase = { now: string }

class Street {
  readonly clock: FakeClock = fakeClock()
  readonly air: Air
  readonly phase: Phase = { now: 'alone' }
  readonly random: Random
  readonly gateways: Gateway[] = []
  /** the adapter of the first gateway hears what it sends */
  echoes = false
  readonly #make: (random: Random) => Disturbances

  constructor(seed: number, make: (random: Random) => Disturbances) {
    this.random = dice(seed)
    this.air = new Air(this.clock, this.random)
    this.#make = make
  }

  /** A gateway on the wire: what it asks is heard by the others, and answered by a unit when it came through. */
  open(): Gateway {
    const script: Script = (asked) => {
      const { kind } = gateway.bus.line.disturbance ?? {}
      if (asked.function > 4) {
        gateway.writes[this.phase.now] = (gateway.writes[this.phase.now] ?? 0) + 1
        if (kind === 'echo' || kind === 'foreign-master') gateway.sentAfter++
      }
      const bytes = questionOf(asked)
      this.air.say(bytes, (heard, isWhole) => {
        this.#hear(heard, gateway)
        if (this.echoes) gateway.bus.wire.say({ afterMs: 0, bytes: heard })
        if (isWhole) this.#answer(asked)
      })
      return []
    }
    const bus = openBus(script, {
      units,
      periodMs,
      random: this.random,
      clock: this.clock,
      disturbances: this.#make(this.random),
      readings: (unit, readings) => {
        if (readings.length === 0) return
        const { values, wrong } = judged(unit, readings)
        gateway.wrong += wrong
        const seen = (gateway.reads[this.phase.now] ??= { good: 0, polls: 0 })
        seen.polls++
        if (values === registers) seen.good++
      },
    })
    const gateway: Gateway = { bus, reads: {}, writes: {}, wrong: 0, sentAfter: 0, contended: 0 }
    this.gateways.push(gateway)
    return gateway
  }

  /** A tool asks on, and listens to nobody before; says how many of its questions were answered. */
  ask(stop: AbortSignal): { asked: number; answered: number } {
    const told = { asked: 0, answered: 0 }
    const go = async () => {
      while (!stop.aborted) {
        const asked = { unit: 1 + Math.floor(units * this.random()), function: 3, address: 40, count: 10 }
        told.asked++
        this.air.say(questionOf(asked), (heard, isWhole) => {
          this.#hear(heard, undefined)
          if (isWhole)
            this.#answer(asked, (whole) => {
              if (whole) told.answered++
            })
        })
        await this.clock.sleep(300 + 400 * this.random())
      }
    }
    void go()
    return told
  }

  #answer(asked: Omit<Asked, 'transaction' | 'atMs'>, then: (isWhole: boolean) => void = () => undefined): void {
    void this.clock.sleep(thinksMs).then(() => {
      this.air.say(answer(rtuFrame, { ...asked, transaction: 0, atMs: 0 }), (heard, isWhole) => {
        this.#hear(heard, undefined)
        then(isWhole)
      })
    })
  }

  #hear(bytes: Uint8Array, by: Gateway | undefined): void {
    for (const gateway of this.gateways) if (gateway !== by) gateway.bus.wire.say({ afterMs: 0, bytes })
  }

  /** Writes to the first unit, again and again, as control would. */
  control(gateway: Gateway, stop: AbortSignal): void {
    const go = async () => {
      for (let value = 0; !stop.aborted; value++) {
        const request: WriteRequest = {
          unit: 1,
          function: 6,
          address: 100,
          values: Uint16Array.of(value & 0xff),
          timeoutMs: 300,
          worstResponseMs: 600,
          pauseMs: 0,
        }
        if ((await gateway.bus.line.write(request, never)).state === 'contended') gateway.contended++
        await this.clock.sleep(writeEachMs)
      }
    }
    void go()
  }

  /** Lives for so long; says when the first gateway's disturbance became `kind`, counted from now. Infinity: it did not. */
  async live(phase: string, forMs: number, kind: string | undefined): Promise<number> {
    this.phase.now = phase
    let foundMs = Infinity
    const [first] = this.gateways
    for (let atMs = 0; atMs < forMs; atMs += 250) {
      await first?.bus.live(250)
      if (foundMs === Infinity && first?.bus.line.disturbance?.kind === kind) foundMs = atMs + 250
    }
    return foundMs
  }
}

type Make = (random: Random) => Disturbances

interface Part {
  readonly name: string
  readonly kind: 'echo' | 'foreign-master'
  /** begins to disturb; says how to end it, and what share of its own questions the other got answered */
  begin(street: Street): { end(): Promise<void>; share(): number }
}

const parts: readonly Part[] = [
  {
    name: 'a tool that does not listen',
    kind: 'foreign-master',
    begin: (street) => {
      const stop = new AbortController()
      const told = street.ask(stop.signal)
      const end = () => {
        stop.abort()
        return Promise.resolve()
      }
      return { end, share: () => told.answered / told.asked }
    },
  },
  {
    name: 'a second gateway',
    kind: 'foreign-master',
    begin: (street) => {
      const other = street.open()
      other.bus.start()
      const share = () => {
        const { good = 0, polls = 1 } = other.reads['disturbed'] ?? {}
        return good / polls
      }
      return { end: () => other.bus.end(), share }
    },
  },
  {
    name: 'an echo',
    kind: 'echo',
    begin: (street) => {
      street.echoes = true
      const end = () => {
        street.echoes = false
        return Promise.resolve()
      }
      return { end, share: () => 1 }
    },
  },
]

async function look({ seed, short }: FaultContext, make: Make): Promise<Found> {
  const broken: string[] = []
  const figures: Record<string, number | string> = { looked: 0, 'wrong value accepted': 0 }
  for (const part of parts) {
    const fail = (what: string) => broken.push(`${part.name}: ${what}`)
    const street = new Street(seed + part.name.length, make)
    const gateway = street.open()
    const stop = new AbortController()
    street.control(gateway, stop.signal)
    const falselyMs = await street.live('alone', 60_000, 'foreign-master')
    const other = part.begin(street)
    const toldMs = await street.live('found', toldWithinMs, part.kind)
    const alarms = wrongNow({ ...quiet, lines: { bus: { url: 'u', disturbance: gateway.bus.line.disturbance } } })
    const disturbedMs = short ? 120_000 : 900_000
    await street.live('disturbed', disturbedMs, part.kind)
    const share = other.share()
    await other.end()
    const goneMs = await street.live('after', goneWithinMs, undefined)
    await street.live('well', 30_000, undefined)
    stop.abort()
    const { good = 0, polls = 1 } = gateway.reads['disturbed'] ?? {}
    const written = gateway.writes['disturbed'] ?? 0
    await gateway.bus.end()

    const wrong = street.gateways.reduce((sum, one) => sum + one.wrong, 0)
    const sentAfter = street.gateways.reduce((sum, one) => sum + one.sentAfter, 0)
    if (falselyMs !== Infinity) fail('another master is told where there is none')
    if (toldMs > toldWithinMs) fail(`it is not told within ${toldWithinMs} ms`)
    if (!alarms.some(({ code }) => code === `line-${part.kind}`)) fail('there is no alarm of it')
    if (sentAfter > 0 || written > 0) fail(`${sentAfter} writes were sent after it was told`)
    if (wrong > 0) fail(`${wrong} wrong values`)
    if (good / polls < leastRead) fail(`only ${good} of ${polls} reads came through`)
    if (share < leastRead) fail(`only ${Math.round(100 * share)} % of the other’s questions came through`)
    if (goneMs > goneWithinMs) fail('it is still told after it is gone')
    if ((gateway.writes['alone'] ?? 0) < 50) fail('nothing was written before')
    if ((gateway.writes['well'] ?? 0) < 20) fail('nothing is written after')
    if (gateway.contended === 0) fail('no write was told to be contended')
    figures['looked'] = Number(figures['looked']) + polls
    figures['wrong value accepted'] = Number(figures['wrong value accepted']) + wrong
    figures[part.name] =
      `told after ${(toldMs / 1_000).toFixed(1)} s, ${good} of ${polls} reads and ${Math.round(100 * share)} % of the other’s came through, ` +
      `${gateway.contended} writes held back, ${sentAfter} sent; over after ${(goneMs / 1_000).toFixed(1)} s`
  }
  return { broken, figures }
}

const quiet = {
  devices: {},
  segments: {},
  unarmed: new Map<string, string>(),
  refused: new Map<string, string>(),
  unlocked: new Map<string, never>(),
  trust: undefined,
  siteRefused: undefined,
  outbox: undefined,
  keeping: undefined,
  history: undefined,
  uplink: { refusing: {} },
} as const

export const fault: Fault = {
  id: 'F21',
  title:
    'a second master on the bus: a tool that asks without listening, another gateway, mbpoll; and an adapter that echoes',
  passes:
    'told within 10 s, with an alarm; from then on no write, no wrong value, and most reads of both come through; over 75 s after it is gone, and writes go on',
  run: async (context) => {
    const simulated = await look(context, (random) => new Disturbances(random))
    const { values, wrong, toldMs, writtenBefore, sentAfter } = await mbpollBeside(context.folder)
    const broken = [...simulated.broken]
    if (toldMs > toldWithinMs) broken.push(`mbpoll: it is not told within ${toldWithinMs} ms`)
    if (sentAfter > 0) broken.push(`mbpoll: ${sentAfter} writes were sent after it was told`)
    if (wrong > 0) broken.push(`mbpoll: ${wrong} wrong values`)
    if (values === 0 || writtenBefore === 0) broken.push('mbpoll: nothing was read or written at all')
    return {
      broken,
      figures: {
        ...simulated.figures,
        'wrong value accepted': Number(simulated.figures['wrong value accepted']) + wrong,
        'mbpoll on a pseudo-terminal': `told after ${(toldMs / 1_000).toFixed(1)} s, ${values} values, ${writtenBefore} writes before, ${sentAfter} after`,
      },
    }
  },
  control: {
    without: 'the look at what disturbs the line before a write',
    run: (context) => look({ ...context, short: true }, (random) => new Heedless(random)),
  },
}
