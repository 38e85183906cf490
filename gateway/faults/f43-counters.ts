/** F43 and the counters: they roll over, are reset, belong to another meter from now on, and the gateway restarts in between. */
import { instantiate, type InstancePoint } from '../../drivers/instance.ts'
import { decode, encode } from '../../drivers/modbus/codec.ts'
import type { Random } from '../../drivers/clock.ts'
import { profileSchema, type Encoding } from '../../drivers/profile.ts'
import { bad, hasValue, type PointId, type Reading } from '../../drivers/reading.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { countersKept, keepEveryMs } from '../acquisition/plausibility/memory.ts'
import { Plausibility, type PlausibilityNews } from '../acquisition/plausibility/plausibility.ts'
import { disclose, noWindows } from '../disclosure/disclose.ts'
import { compilePolicy } from '../disclosure/policy.ts'
import { Keeping } from '../history/keeping.ts'
import { openLearned } from '../learned.ts'
import { siteSchema } from '../site.ts'
import { CutDisk, dice as diceOf, folder } from '../testing/cut-disk.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

const everyMs = 10_000
const point: PointId = 'meter.energy_active_import'

/** At which a meter for 36 kW counts, and some more. */
const fullKw = 45

/** A meter for 36 kW, whose counter lies so in its registers. */
function pointOf(as: Encoding, more: { scale?: number; rolls_over_at?: number }): readonly InstancePoint[] {
  const profile = profileSchema.parse({
    id: 'fault-counter',
    maker: 'Fanal',
    model: 'Fault counter',
    kind: 'energy_meter',
    grade: 'drafted',
    source: 'made up for the faults alone',
    modbus: { order: 'ABCD', serial: ['19200 8E1'], timeout: '300ms', worst_response: '600ms' },
    identify: { point: 'power_active', range: [-36_000, 36_000] },
    points: {
      power_active: { at: 'holding/0', as: 'f32', quantity: 'power_active', range: [-36_000, 36_000] },
      energy_active_import: { at: 'holding/2', as, quantity: 'energy_active_import', ...more },
    },
  })
  return [...instantiate(profile).points.values()]
}

interface Register {
  readonly name: string
  readonly points: readonly InstancePoint[]
  /** in counts: where it begins anew */
  readonly capacity: number
  /** in kWh */
  readonly count: number
}

const registers: readonly Register[] = [
  { name: '16 bits', points: pointOf('u16', { scale: 0.01 }), capacity: 2 ** 16, count: 0.01 },
  { name: '32 bits', points: pointOf('u32', { scale: 0.01 }), capacity: 2 ** 32, count: 0.01 },
  { name: '31 bits', points: pointOf('i32', { scale: 0.01 }), capacity: 2 ** 31, count: 0.01 },
  { name: 'four digits', points: pointOf('bcd16', { scale: 0.1 }), capacity: 1e4, count: 0.1 },
  { name: 'seven digits', points: pointOf('u32', { rolls_over_at: 100_000, scale: 0.01 }), capacity: 1e7, count: 0.01 },
  { name: 'a float', points: pointOf('f32', { rolls_over_at: 10_000 }), capacity: 1e6, count: 0.01 },
]

/** What of the gateway looks at readings before others do. */
interface Guard {
  pass(readings: readonly Reading[]): readonly Reading[]
  /** `isCut`: the power fails; else it stops, and keeps what it knows */
  end(isCut: boolean): Promise<void>
}

type Open = (parts: {
  register: Register
  clock: FakeClock
  disk: CutDisk
  seed: number
  news: (news: PlausibilityNews) => void
}) => Promise<Guard>

const guarded: Open = async ({ register, clock, disk, seed, news }) => {
  const learned = await openLearned(`${folder}/learned.json`, { clock, disk })
  const keep = () => {
    const counters = plausibility.changed()
    if (counters !== undefined) learned.keep('counters', counters)
  }
  const plausibility = new Plausibility({
    devices: new Map([['meter', register.points]]),
    clock,
    kept: learned.section('counters', countersKept),
    news,
    remember: () => keep(),
  })
  let keptMs = clock.monotonicMs()
  return {
    pass: (readings) => {
      if (clock.monotonicMs() - keptMs >= keepEveryMs) {
        keptMs = clock.monotonicMs()
        keep()
      }
      return plausibility.pass(readings)
    },
    end: async (isCut) => {
      if (isCut) disk.cutAfter(0)
      else keep()
      await learned[Symbol.asyncDispose]()
      if (isCut) disk.powerUp(diceOf(seed))
    },
  }
}

const unguarded: Open = () => Promise.resolve({ pass: (readings) => readings, end: () => Promise.resolve() })

const releases = siteSchema.shape.releases.parse({
  'as-read': {
    points: ['meter.*'],
    purpose: 'energy_efficiency',
    basis: { 'not-personal': 'made up for the faults' },
    recipient: { name: 'nobody', role: 'controller' },
    delivery: 'durable',
    retention: '3y',
  },
  quarters: {
    points: ['meter.*'],
    purpose: 'energy_efficiency',
    basis: { 'not-personal': 'made up for the faults' },
    recipient: { name: 'nobody', role: 'controller' },
    treatment: [{ aggregate: { every: '15m', of: ['last', 'min', 'max'] } }],
    delivery: 'durable',
    retention: '3y',
  },
})
const policy = compilePolicy(releases, new Map([[point, 'energy_active_import']]))

/** What history and outbox see, each of their series by itself: it never falls. */
class Watchers {
  fell = 0
  looked = 0
  readonly #last = new Map<string, number>()
  readonly #keeping = new Keeping([{ name: point, sensitivity: 'usage', digits: 2 }], (_, __, scaled) =>
    this.#note('history', scaled),
  )
  #windows = noWindows()

  see(readings: readonly Reading[], clock: FakeClock): void {
    for (const reading of readings) {
      this.#keeping.see(reading, clock.monotonicMs())
      this.#disclose(reading)
    }
    this.#disclose({ tick: clock.now() })
  }

  #disclose(event: Parameters<typeof disclose>[1]): void {
    const { out, state } = disclose(policy, event, this.#windows)
    this.#windows = state
    for (const { release, series } of out)
      for (const { statistic, samples } of series)
        for (const { value } of samples) this.#note(`${release} ${statistic ?? ''}`, value)
  }

  #note(series: string, value: unknown): void {
    if (typeof value !== 'number') return
    this.looked++
    if (value < (this.#last.get(series) ?? -Infinity)) this.fell++
    this.#last.set(series, value)
  }
}

interface Life {
  readonly looked: number
  readonly fell: number
  /** in kWh: counted and never told; told and never counted; and what may be missing, or too many */
  readonly missing: number
  readonly surplus: number
  readonly mayMiss: number
  readonly mayAdd: number
  readonly told: ReadonlyMap<string, number>
  readonly happened: ReadonlyMap<string, number>
}

/** So many readings lie between two things that happen, at least: what was learned is written a minute later. */
const quietReadings = 12

async function live(register: Register, open: Open, random: Random, readings: number): Promise<Life> {
  const clock = fakeClock('2026-11-25T00:00:00Z')
  const disk = new CutDisk()
  const told = new Map<string, number>()
  const happened = new Map<string, number>()
  const add = (counts: Map<string, number>, what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  const start = () =>
    open({
      register,
      clock,
      disk,
      seed: Math.floor(random() * 2 ** 31),
      news: (news) => news.event === 'counter' && add(told, news.what),
    })
  const { capacity, count, points } = register
  const [, counter] = points
  if (counter === undefined) throw new Error('the profile has two points')
  const watchers = new Watchers()
  let guard = await start()
  /** near its end, so that most roll over */
  let shown = Math.max(0, Math.floor(capacity - (random() * 10) / count))
  let [truth, mayMiss, mayAdd, quiet, first, last] = [0, 0, 0, 0, NaN, NaN]
  let load = 0.5

  const turnOn = (ms: number) => {
    const counts = Math.floor((load * 36 * ms) / 3_600_000 / count + random())
    truth += counts
    shown += counts
    if (shown < capacity) return counts
    shown -= capacity
    add(happened, 'rolled-over')
    return counts
  }
  const reset = (counts: number, awayMs: number) => {
    mayMiss += counts
    // Where it could as well have come to its end meanwhile, nobody can tell which of the two it did.
    const toEnd = capacity - shown + counts
    if (toEnd * count <= (fullKw * (awayMs + 2 * everyMs + 60_000)) / 3_600_000) mayAdd += toEnd
    shown = 0
    add(happened, 'reset')
  }
  const read = (raw: number): Reading => {
    const at = clock.now()
    const decoded = decode(counter, encode(counter, Math.min(raw, capacity - 1) * count), 0)
    return 'value' in decoded
      ? { point, at, quality: decoded.quality, value: decoded.value }
      : { point, at, quality: bad('implausible') }
  }
  const see = (reading: Reading) => {
    const passed = guard.pass([reading])
    watchers.see(passed, clock)
    const [seen] = passed
    if (seen === undefined || !hasValue(seen) || seen.quality.state !== 'good') return
    if (Number.isNaN(first)) first = Number(seen.value)
    last = Number(seen.value)
  }

  see(read(shown))
  for (let index = 0; index < readings; index++) {
    await clock.advance(everyMs)
    if (random() < 0.02) load = random() * 0.9
    quiet++
    let counts = turnOn(everyMs)
    const what = quiet < quietReadings || index > readings - 2 * quietReadings ? 1 : random()
    if (what < 0.004) {
      quiet = 0
      await guard.end(what < 0.002)
      add(happened, what < 0.002 ? 'power cut' : 'restart')
      const awayMs = random() * 1_800_000
      await clock.advance(awayMs)
      counts += turnOn(awayMs)
      // Its own power failed as well while the gateway was away: it had stopped properly, and kept what it knew.
      if (what >= 0.003) {
        reset(counts, awayMs)
      }
      guard = await start()
    } else if (what < 0.006) {
      quiet = 0
      reset(counts, 0)
    } else if (what < 0.008) {
      quiet = 0
      mayMiss += counts
      shown = Math.floor(capacity * (0.25 + random() / 2))
      add(happened, 'exchanged')
    } else if (what < 0.02) {
      add(happened, 'wild value')
      see(read(Math.floor(random() * capacity)))
      await clock.advance(everyMs)
      turnOn(everyMs)
    }
    see(read(shown))
  }
  await guard.end(false)
  const gap = truth * count - (last - first)
  return {
    looked: watchers.looked,
    fell: watchers.fell,
    missing: Math.max(0, gap),
    surplus: Math.max(0, -gap),
    mayMiss: mayMiss * count,
    mayAdd: mayAdd * count,
    told,
    happened,
  }
}

async function look({ seed, short }: FaultContext, open: Open): Promise<Found> {
  const random = dice(seed)
  const lives = short ? 3 : 40
  const readings = short ? 1_500 : 4_000
  const broken = new Set<string>()
  const sums = {
    looked: 0,
    fell: 0,
    'rolled over': 0,
    reset: 0,
    exchanged: 0,
    restarts: 0,
    'power cuts': 0,
    'wild values': 0,
  }
  let [missing, mayMiss, wrong, worst] = [0, 0, 0, 0]
  for (const register of registers)
    for (let n = 0; n < lives; n++) {
      const life = await live(register, open, random, readings)
      const happened = (what: string) => life.happened.get(what) ?? 0
      sums.looked += life.looked
      sums.fell += life.fell
      sums['rolled over'] += happened('rolled-over')
      sums.reset += happened('reset')
      sums.exchanged += happened('exchanged')
      sums.restarts += happened('restart')
      sums['power cuts'] += happened('power cut')
      sums['wild values'] += happened('wild value')
      missing += life.missing
      mayMiss += life.mayMiss
      worst = Math.max(worst, life.surplus)
      const dust = 1e-3 + 4 * register.count * (1 + happened('reset') + happened('exchanged'))
      const name = `${register.name}, life ${n}`
      if (life.fell > 0) broken.add(`${name}: what others see fell ${life.fell} times`)
      if (life.surplus > life.mayAdd + dust)
        broken.add(`${name}: ${life.surplus.toFixed(2)} kWh were told that nobody counted`)
      if (life.missing > life.mayMiss + dust)
        broken.add(`${name}: ${life.missing.toFixed(2)} kWh are missing, of ${life.mayMiss.toFixed(2)} that may`)
      if (life.fell > 0 || life.surplus > life.mayAdd + dust || life.missing > life.mayMiss + dust) wrong++
    }
  for (const what of ['rolled over', 'reset', 'exchanged', 'restarts', 'power cuts', 'wild values'] as const)
    if (sums[what] === 0) broken.add(`${what}: none happened`)
  return {
    broken: [...broken].slice(0, 10),
    figures: {
      ...sums,
      'kWh missing': missing,
      'kWh that may': mayMiss,
      'most kWh too many in a life': worst,
      'wrong value accepted': wrong,
    },
  }
}

export const fault: Fault = {
  id: 'F43+counters',
  title:
    'counters of 16 and 32 bits and of digits roll over, are reset, or another meter’s, with restarts and power cuts between',
  passes:
    'what history and outbox see never falls, and its differences are what was counted, but for the step in which a count was lost; not tried: a counter that loses its count in the same power cut as the gateway, or in the minute before, which may be told lower by ten minutes’ worth. A reset so near to its end that it could have come there is taken for that',
  run: (context) => look(context, guarded),
  control: {
    without: 'the look at counters before others see them',
    run: (context) => look(context, unguarded),
  },
}
