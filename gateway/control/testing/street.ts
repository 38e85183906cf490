/**
 * A street that can be lived through in seconds, with everything that goes wrong in one: late and mad orders, dead and
 * forgetful devices, a clock that leaps by decades, restarts. An overseer who knows the true time and what the hardware
 * could give watches every write and every lamp.
 */
import type { Clock, Random } from '../../../drivers/clock.ts'
import type { Cleared, Driver, Recognition, SetpointValue, Written } from '../../../drivers/driver.ts'
import { bad, good, type PointId, type Reading } from '../../../drivers/reading.ts'
import { dice } from '../../../drivers/testing/dice.ts'
import { siteSchema, type Place, type SiteSegment } from '../../site.ts'
import { Control } from '../control.ts'
import { envelope, type GuardName } from '../envelope.ts'
import type { Kept } from '../keeping.ts'
import { levelOf, rangeOf } from '../levels.ts'
import { Nights } from '../ground.ts'
import type { Output, Segment } from '../segment.ts'
import { beginTrust, observe, type Trust, type TrustState } from '../trust.ts'
import { unheard } from './unheard.ts'

/** A guard of the envelope, or the distrust of a clock that leaps. */
export type Removable = GuardName | 'trust'

export interface Violation {
  readonly rule: string
  readonly step: number
  readonly detail: string
}

export interface Lived {
  readonly steps: number
  readonly seed: number
  readonly days: number
  readonly writes: number
  readonly orders: number
  readonly refused: number
  readonly restarts: number
  readonly leaps: number
  readonly faults: number
  /** moments at which a segment's light was held against its floor */
  readonly looked: number
  readonly violations: readonly Violation[]
}

const hourMs = 3_600_000
const yearMs = 365.25 * 24 * hourMs

const place: Place = { latitude: 48.27, longitude: 7.4, time_zone: 'Europe/Paris' }

function declared(text: object): SiteSegment {
  return siteSchema.shape.segments.unwrap().valueType.parse(text)
}

const point = (name: string) => name as PointId

const outputBase = { confirmWithinMs: 5_000, tolerance: 1, onLoss: undefined, off: true } as const

/** A dimmed main street; a square on a relay with an interlock and a contact; an alley on raw DALI levels with a photocell. */
const segments: readonly Segment[] = (
  [
    {
      name: 'main',
      title: 'main',
      setpoint: 'main.level',
      place,
      outputs: [
        {
          ...outputBase,
          setpoint: point('lamps.level'),
          device: 'lamps',
          form: 'light_level',
          limits: [10, 100],
          slewPerS: 20,
          restMs: 500,
          confirmBy: [point('lamps.level')],
        },
      ],
      declared: declared({
        setpoints: ['lamps.level'],
        program: {
          from: 'sunset + 10m',
          until: 'sunrise - 5m',
          level: 100,
          late: { from: '23:00', until: '05:00', level: 40 },
        },
        floor: 30,
        switchings: 6,
        on_loss: 'program',
        interlocks: [{ point: 'relay.crowd', is: true, forbids: 'off', because: 'people are about' }],
      }),
    },
    {
      name: 'square',
      title: 'square',
      setpoint: 'square.level',
      place,
      outputs: [
        {
          ...outputBase,
          setpoint: point('relay.k1'),
          device: 'relay',
          form: 'relay',
          limits: [0, 1],
          slewPerS: Infinity,
          restMs: 1_000,
          confirmBy: [point('relay.k1')],
        },
      ],
      declared: declared({
        setpoints: ['relay.k1'],
        program: {
          from: 'civil-dusk',
          until: 'civil-dawn',
          level: 100,
          late: { from: '00:30', until: '04:30', level: 0, act: 'arrêté 2026-12' },
        },
        floor: 100,
        switchings: 4,
        on_loss: 'on',
        local: { point: 'relay.forced', level: 100 },
        interlocks: [{ point: 'relay.working', is: true, forbids: 'on', because: 'somebody works on the line' }],
      }),
    },
    {
      name: 'alley',
      title: 'alley',
      setpoint: 'alley.level',
      place,
      outputs: [
        {
          ...outputBase,
          setpoint: point('dali.group'),
          device: 'dali',
          form: 'dali_level',
          limits: [85, 254],
          slewPerS: 3,
          restMs: 200,
          confirmBy: [point('dali.group')],
        },
      ],
      declared: declared({
        setpoints: ['dali.group'],
        program: { from: 'sunset', until: 'sunrise', level: 60 },
        floor: 20,
        switchings: 6,
        on_loss: 'photocell',
        photocell: { point: 'dali.lux', on_below: 20, off_above: 60 },
      }),
    },
  ] satisfies Omit<Segment, 'range'>[]
).map((segment) => ({ ...segment, range: rangeOf(segment.outputs) }))

/** One output's hardware. */
class Lamp {
  readonly output: Output
  readonly segment: Segment
  value: SetpointValue
  fault: 'none' | 'silent' | 'refuses' | 'deaf' = 'none'
  /** since when it could have given light as asked, in true time */
  soundSinceMs: number
  stranger = false
  /** its register that tells who it is can be read */
  tells = true
  /** it has been asked since it was away */
  asked = false
  /** it has once said who it is */
  met = false
  written: { value: SetpointValue; atMs: number } | undefined
  constructor(segment: Segment, output: Output, nowMs: number) {
    this.segment = segment
    this.output = output
    this.value = output.form === 'relay' ? false : 0
    this.soundSinceMs = nowMs
  }
}

/** How long the hardware must have been sound, and the night have lasted, before a dark lamp is a fault of ours. */
const graceMs = 240_000

/** Leases are held against the clock no more exactly than time is lived through. */
const slowestLookMs = 25_000

export async function live({
  steps,
  seed,
  without,
}: {
  steps: number
  seed: number
  without?: Removable
}): Promise<Lived> {
  const life = new Life(seed, without)
  return life.live(steps)
}

class Life {
  readonly #seed: number
  readonly #random: Random
  readonly #without: Removable | undefined
  readonly #violations: Violation[] = []
  readonly #lamps: readonly Lamp[]
  readonly #drivers: ReadonlyMap<string, Driver>
  readonly #nights = new Map(segments.map((segment) => [segment, new Nights(segment)]))
  /** true time; the machine's monotonic clock */
  #trueMs = Date.UTC(2026, 11, 21, 10)
  #monotonicMs = 0
  /** the machine's wall clock is so far off */
  #offsetMs = 0
  #synchronised = true
  #lieEndsMs = Infinity
  #boot = 0
  #control: Control
  #trust: TrustState
  #contacts = { forced: false, crowd: false, working: false, workingReadable: true }
  /** what the gateway last heard of the interlock */
  #workingHeard: boolean | undefined
  #crowdHeard: boolean | undefined
  #workingSinceMs = -Infinity
  #leases = new Map<string, number>()
  #offsMs = new Map<string, number[]>()
  #step = 0
  readonly #count = { writes: 0, orders: 0, refused: 0, restarts: 0, leaps: 0, faults: 0, looked: 0 }
  #nonces = 0
  /** of an order without flaw, and when it came */
  #lastNonce: { nonce: string; atMs: number } | undefined

  constructor(seed: number, without: Removable | undefined) {
    this.#seed = seed
    this.#random = dice(seed)
    this.#without = without
    this.#lamps = segments.flatMap((segment) =>
      segment.outputs.map((output) => new Lamp(segment, output, this.#trueMs)),
    )
    this.#drivers = new Map(this.#lamps.map((lamp) => [lamp.output.device, this.#driverOf(lamp)]))
    this.#trust = this.#newTrust(undefined)
    this.#control = this.#newControl()
  }

  async live(steps: number): Promise<Lived> {
    for (this.#step = 1; this.#step <= steps && this.#violations.length === 0; this.#step++) {
      await this.#something()
      this.#look()
    }
    const { writes, orders, refused, restarts, leaps, faults, looked } = this.#count
    return {
      steps: this.#step - 1,
      seed: this.#seed,
      days: Math.round(this.#monotonicMs / 86_400_000),
      writes,
      orders,
      refused,
      restarts,
      leaps,
      faults,
      looked,
      violations: this.#violations,
    }
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #among<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#random() * choices.length)] as T
  }

  async #something(): Promise<void> {
    const roll = this.#random()
    if (roll < 0.45) await this.#pass(this.#chance(0.3) ? 60_000 + this.#random() * 1_800_000 : this.#random() * 12_000)
    else if (roll < 0.75) await this.#order()
    else if (roll < 0.8) this.#input()
    else if (roll < 0.87) this.#fault()
    else if (roll < 0.885) this.#leap()
    else if (roll < 0.89) await this.#restart()
    else if (roll < 0.9) this.#identity()
    else await this.#pass(this.#random() * 1_500)
  }

  /** Time goes by: polls every two seconds, turns whenever control wants one. */
  async #pass(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms
    let pollMs = this.#monotonicMs
    while (this.#monotonicMs < endMs) {
      if (this.#monotonicMs >= pollMs) {
        this.#poll()
        // A long wait is lived through faster, but never past a change of the night.
        pollMs = this.#monotonicMs + (ms > 60_000 ? 20_000 : 2_000)
      }
      const wantedMs = this.#control.turn()
      await settle()
      const slowestMs = ms > 60_000 ? 20_000 : 1_000
      const dt = Math.max(1, Math.min(wantedMs, slowestMs, endMs - this.#monotonicMs))
      this.#monotonicMs += dt
      this.#trueMs += dt
      if (this.#trueMs > this.#lieEndsMs) this.#toldRight()
      if (ms > 60_000) this.#look()
    }
  }

  async #order(): Promise<void> {
    const { segment } = this.#among(this.#lamps)
    this.#count.orders++
    this.#trust = this.#sample()
    const { now, trust } = { now: this.#wall(), trust: this.#believed() }
    const mad = this.#chance(0.5)
    const value: unknown = mad
      ? this.#among<unknown>([-1, 101, 1e9, 'full', null, Number.NaN, {}, 0, 3, 100, 5])
      : this.#among<unknown>([0, 0, 0, 100, 100, 30, 45, 20, true, false, this.#random() * 100])
    const leaseMs = this.#among([1_000, 60_000, hourMs, 12 * hourMs])
    const before = this.#count.writes
    if (this.#chance(0.5)) {
      const release = this.#chance(0.15)
      const act = release ? ({ kind: 'release' } as const) : ({ kind: 'set', value, leaseMs } as const)
      const verdict = this.#control.take({ setpoint: segment.setpoint, act, reason: 'a test', who: 'tester' })
      if (!release) this.#check(segment, value, leaseMs, verdict.verdict, before)
      await settle()
      return
    }
    const last = this.#lastNonce
    const replayable = last !== undefined && this.#monotonicMs - last.atMs < 23 * hourMs
    const flaws = ['none', 'none', 'none', 'late', 'retained', 'no-lease', 'no-end', 'garbage'] as const
    const flaw = replayable && this.#chance(0.1) ? 'replayed' : this.#among(flaws)
    const nonce = flaw === 'replayed' && last !== undefined ? last.nonce : `nonce-${++this.#nonces}`
    const end = now.add({ milliseconds: flaw === 'late' ? -60_000 : 60_000 })
    const payload = {
      v: 1,
      value,
      ...(flaw === 'no-lease' ? {} : { lease: `${leaseMs / 1_000}s` }),
      reason: 'a test',
      who: 'far away',
      nonce,
      ...(flaw === 'no-end' ? {} : { notAfter: end.toString() }),
    }
    const reply = this.#control.hear({
      segment: segment.name,
      payload: new TextEncoder().encode(flaw === 'garbage' ? '{"v":1,' : JSON.stringify(payload)),
      retained: flaw === 'retained',
    })
    const flawed = flaw !== 'none' || trust === 'unknown'
    if (!flawed) this.#lastNonce = { nonce, atMs: this.#monotonicMs }
    if (flawed && reply.verdict !== 'refused') this.#violate('a flawed order was accepted', `${flaw}, ${trust}`)
    if (flawed && this.#count.writes !== before) this.#violate('a flawed order was written', flaw)
    if (!flawed) this.#check(segment, value, leaseMs, reply.verdict, before)
    await settle()
  }

  /** What can be said of an order by its value alone. */
  #check(segment: Segment, value: unknown, leaseMs: number, verdict: string, writesBefore: number): void {
    const level = typeof value === 'boolean' ? (value ? 100 : 0) : value
    const { from, to } = rangeOf(segment.outputs)
    const sayable = typeof level === 'number' && (level === 0 || (level >= from && level <= to))
    if (verdict === 'refused') {
      this.#count.refused++
      if (this.#count.writes !== writesBefore) this.#violate('a refused order was written', segment.name)
      return
    }
    if (!sayable) this.#violate('an order out of limits was accepted', `${segment.name} ${String(value)}`)
    this.#leases.set(segment.setpoint, Math.max(this.#leases.get(segment.setpoint) ?? 0, this.#trueMs + leaseMs))
  }

  #input(): void {
    const was = this.#contacts.working
    const roll = this.#random()
    if (roll < 0.4) this.#contacts.forced = !this.#contacts.forced
    else if (roll < 0.6) this.#contacts.crowd = this.#chance(0.3)
    else {
      this.#contacts.working = this.#chance(0.2)
      this.#contacts.workingReadable = this.#chance(0.9)
    }
    if (was !== this.#contacts.working || !this.#contacts.workingReadable) this.#workingSinceMs = this.#trueMs
    this.#poll()
  }

  #fault(): void {
    const lamp = this.#among(this.#lamps)
    this.#count.faults++
    if (this.#chance(0.3)) {
      // Its supply was gone for a moment: it comes back as it likes.
      lamp.value = lamp.output.form === 'relay' ? this.#chance(0.5) : this.#among([0, lamp.output.limits[1]])
      lamp.soundSinceMs = this.#trueMs
      return
    }
    const fault = this.#chance(0.5) ? 'none' : this.#among(['silent', 'refuses', 'deaf'] as const)
    if (fault !== lamp.fault) lamp.soundSinceMs = this.#trueMs
    lamp.fault = fault
  }

  #identity(): void {
    const lamp = this.#among(this.#lamps)
    lamp.stranger = this.#chance(0.3)
    lamp.tells = lamp.stranger || this.#chance(0.6)
    lamp.asked = false
    lamp.soundSinceMs = this.#trueMs
  }

  #recognitionOf({ asked, stranger, tells }: Lamp): Recognition {
    if (!asked) return 'unasked'
    return stranger ? 'differs' : tells ? 'matches' : 'unknown'
  }

  /** Who was away is asked; where control waits for it, at once. */
  #askAll(): void {
    for (const lamp of this.#lamps) {
      if (lamp.asked) continue
      lamp.asked = true
      lamp.met ||= this.#recognitionOf(lamp) === 'matches'
      this.#control.recognised(lamp.output.device)
    }
  }

  /** The wall clock leaps; or it is put right, by a time server that this machine follows. */
  #leap(): void {
    this.#count.leaps++
    if (this.#chance(0.5)) this.#toldRight()
    else {
      this.#offsetMs = (this.#random() * 2 - 1) * this.#among([56 * yearMs, 12 * hourMs, 30 * 24 * hourMs])
      // A lying server says that all is well. Nobody can tell at the first word of a boot, nor when the lie lasts for days.
      this.#synchronised = this.#sample().trust !== 'unknown' && this.#chance(0.5)
      this.#lieEndsMs = this.#trueMs + this.#random() * 20 * hourMs
    }
  }

  #toldRight(): void {
    this.#offsetMs = 0
    this.#synchronised = true
    this.#lieEndsMs = Infinity
  }

  async #restart(): Promise<void> {
    this.#count.restarts++
    const kept = this.#kept()
    this.#control[Symbol.dispose]()
    await settle()
    const reboot = this.#chance(0.4)
    const downMs = 2_000 + this.#random() * (reboot ? 6 * hourMs : 60_000)
    this.#trueMs += downMs
    this.#monotonicMs += downMs
    if (reboot) {
      this.#boot++
      this.#synchronised = this.#chance(0.5)
      // Without a hardware clock a machine wakes at the time when it went to sleep, or in 1970; synchronised, it is right.
      this.#lieEndsMs = Infinity
      this.#offsetMs = this.#synchronised ? 0 : this.#chance(0.5) ? -downMs + this.#offsetMs : -this.#trueMs
    }
    for (const lamp of this.#lamps) {
      lamp.written = undefined
      lamp.asked = false
      lamp.soundSinceMs = this.#trueMs
    }
    this.#workingHeard = undefined
    this.#crowdHeard = undefined
    this.#trust = this.#newTrust(kept)
    this.#control = this.#newControl()
    const elapsedMs = kept.bootId === this.#bootId() ? downMs : undefined
    this.#control.restore(kept, elapsedMs)
  }

  #kept(): Kept {
    const { floorMs, reckoned } = this.#trust
    return {
      v: 1,
      wall: this.#wall().toString(),
      trusted: this.#believed() !== 'unknown',
      bootId: this.#bootId(),
      uptimeMs: this.#monotonicMs,
      ...(reckoned === undefined ? {} : { believed: { wall: iso(reckoned.wallMs), uptimeMs: reckoned.monotonicMs } }),
      floor: iso(floorMs),
      ...this.#control.kept(),
    }
  }

  #bootId(): string {
    return `boot-${this.#boot}`
  }

  #newTrust(kept: Kept | undefined): TrustState {
    return beginTrust({
      wallMs: this.#trueMs + this.#offsetMs,
      monotonicMs: this.#monotonicMs,
      uptimeMs: this.#monotonicMs,
      bootId: this.#bootId(),
      rtc: false,
      ...(kept === undefined ? {} : { kept }),
      declared: false,
    })
  }

  #sample(): TrustState {
    return observe(this.#trust, {
      wallMs: this.#trueMs + this.#offsetMs,
      monotonicMs: this.#monotonicMs,
      synchronised: this.#synchronised,
    })
  }

  #believed(): Trust {
    return this.#without === 'trust' ? 'synced' : this.#trust.trust
  }

  #newControl(): Control {
    const clock: Clock = {
      now: () => this.#wall(),
      monotonicMs: () => this.#monotonicMs,
      sleep: () => Promise.resolve(),
    }
    const without = this.#without === 'trust' ? undefined : this.#without
    return new Control({
      segments,
      drivers: this.#drivers,
      acquaintance: {
        recognition: (device) => {
          const lamp = this.#lamps.find(({ output }) => output.device === device)
          return lamp === undefined ? 'unasked' : this.#recognitionOf(lamp)
        },
        identifySoon: () => undefined, // each poll asks
      },
      points: new Set(),
      clock,
      envelope: envelope(without),
      trust: () => {
        this.#trust = this.#sample()
        return this.#believed()
      },
      on: { ...unheard, fault: (error) => this.#violate('control threw', String(error)) },
    })
  }

  #wall(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(Math.floor(this.#trueMs + this.#offsetMs))
  }

  #driverOf(lamp: Lamp): Driver {
    return {
      identify: () => Promise.resolve({ state: 'matches' }),
      read: () => Promise.resolve([]),
      write: (command) => Promise.resolve(this.#written(lamp, command)),
      arm: () => Promise.resolve({ state: 'armed', written: 0 }),
      tend: () => Promise.resolve(),
      raw: () => undefined,
      defects: () => [],
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
  }

  /** Every write comes by here: the overseer looks at it first. */
  #written(lamp: Lamp, { value, confirm }: Cleared): Written {
    this.#count.writes++
    this.#overseeWrite(lamp, value)
    lamp.written = { value, atMs: this.#monotonicMs }
    switch (lamp.fault) {
      case 'silent':
        return { state: 'unconfirmed', because: 'no-answer' }
      case 'refuses':
        return { state: 'rejected', because: 'refused' }
      case 'deaf':
        return confirm ? { state: 'unconfirmed', because: 'differs' } : { state: 'unconfirmed', because: 'not-asked' }
      case 'none': {
        this.#switched(lamp, value)
        lamp.value = value
        return confirm ? { state: 'applied' } : { state: 'unconfirmed', because: 'not-asked' }
      }
    }
  }

  #overseeWrite(lamp: Lamp, value: SetpointValue): void {
    const { output, segment } = lamp
    const { limits, off, restMs, slewPerS, form } = output
    const number = Number(value)
    const said = `${segment.name} := ${String(value)}`
    if (!(number >= limits[0] && number <= limits[1]) && !(off && number === 0))
      this.#violate('written out of limits', said)
    const recognition = this.#recognitionOf(lamp)
    if (recognition === 'differs' || recognition === 'unasked' || !lamp.met)
      this.#violate('written to a stranger', `${said}: ${recognition}`)
    const isHeld = segment.name === 'square' && this.#workingHeard !== false
    if (recognition === 'unknown' && number === 0 && !isHeld) this.#violate('put out unheard', said)
    if (segment.name === 'square' && this.#workingHeard !== false && number > 0)
      this.#violate('written against an interlock', said)
    if (segment.name === 'main' && this.#crowdHeard !== false && number === 0)
      this.#violate('written against an interlock', said)
    // A write that was refused did not move the lamp: the next step may begin where it stood.
    const wasRefused = this.#refusedLately.has(lamp)
    if (lamp.fault === 'refuses') this.#refusedLately.add(lamp)
    else this.#refusedLately.delete(lamp)
    const { written } = lamp
    if (written === undefined) return
    const sinceMs = this.#monotonicMs - written.atMs
    if (sinceMs < restMs) this.#violate('written without rest', `${said} after ${sinceMs} ms`)
    const from = Math.max(Number(written.value), limits[0])
    const to = Math.max(number, limits[0])
    const stepMs = Math.max(restMs, 200, Math.ceil(1_000 / slewPerS))
    const isSwitch = form === 'relay'
    const steep = Math.abs(to - from) > (slewPerS * Math.min(sinceMs, stepMs)) / 1_000 + 1e-6
    if (steep && !isSwitch && !wasRefused) this.#violate('written too steeply', `${said} from ${String(written.value)}`)
  }

  readonly #refusedLately = new Set<Lamp>()

  /** Counts what the relay really does, but for interlocks, which may always. */
  #switched(lamp: Lamp, value: SetpointValue): void {
    if (!(Number(lamp.value) > 0) || Number(value) > 0 || this.#workingHeard !== false) return
    const { name, declared } = lamp.segment
    const offs = (this.#offsMs.get(name) ?? []).filter((atMs) => this.#trueMs - atMs < 12 * hourMs)
    offs.push(this.#trueMs)
    this.#offsMs.set(name, offs)
    if (offs.length > declared.switchings) this.#violate('switched off too often', `${name}: ${offs.length}`)
  }

  /** The gateway reads everything that can be read. */
  #poll(): void {
    const at = this.#wall()
    const readings: Reading[] = this.#lamps.map((lamp): Reading => {
      const reads = lamp.output.confirmBy[0] ?? lamp.output.setpoint
      return lamp.fault === 'silent'
        ? { point: reads, at, quality: bad('no-answer') }
        : { point: reads, at, quality: good, value: lamp.value }
    })
    this.#askAll()
    const { forced, crowd, working, workingReadable } = this.#contacts
    readings.push({ point: point('relay.forced'), at, quality: good, value: forced })
    readings.push({ point: point('relay.crowd'), at, quality: good, value: crowd })
    this.#crowdHeard = crowd
    readings.push(
      workingReadable
        ? { point: point('relay.working'), at, quality: good, value: working }
        : { point: point('relay.working'), at, quality: bad('no-answer') },
    )
    this.#workingHeard = workingReadable ? working : undefined
    const lux = this.#trueSlot(segments[2] as Segment).level > 0 ? 2 : 500
    readings.push(
      this.#step % 17 === 0
        ? { point: point('dali.lux'), at, quality: bad('no-answer') }
        : { point: point('dali.lux'), at, quality: good, value: lux },
    )
    this.#control.see(readings)
  }

  #trueSlot(segment: Segment) {
    const nights = this.#nights.get(segment)
    if (nights === undefined) throw new RangeError(segment.name)
    return nights.slotAt(Temporal.Instant.fromEpochMilliseconds(Math.floor(this.#trueMs)))
  }

  /** Is every segment as light as it must be? And does no command outlive its lease? */
  #look(): void {
    for (const { segment, state } of this.#control.states()) {
      const door = state?.ruling.source.door
      const isCommand = door === 'socket' || door === 'upstream'
      if (isCommand && this.#trueMs > (this.#leases.get(segment.setpoint) ?? 0) + slowestLookMs)
        this.#violate('a command outlived its lease', segment.name)
    }
    for (const lamp of this.#lamps) {
      const { segment, output } = lamp
      const slot = this.#trueSlot(segment)
      const nightMs = this.#trueMs - slot.fromMs
      const sound = lamp.fault === 'none' && !lamp.stranger && lamp.met && this.#trueMs - lamp.soundSinceMs > graceMs
      const held =
        segment.name === 'square' && (this.#workingHeard !== false || this.#trueMs - this.#workingSinceMs < graceMs)
      if (slot.level === 0 || nightMs < graceMs || !sound || held) continue
      this.#count.looked++
      const light = levelOf(output.form, lamp.value)
      const { floor } = segment.declared
      if (light < Math.min(floor, slot.level) - 1)
        this.#violate(
          'darker than its floor',
          `${segment.name}: ${light} % in the ${slot.ground}; ${this.#whatRules(segment)}`,
        )
    }
  }

  #whatRules({ setpoint }: Segment): string {
    for (const { segment, state } of this.#control.states())
      if (segment.setpoint === setpoint) return JSON.stringify({ ...state, time: this.#trust })
    return ''
  }

  #violate(rule: string, detail: string): void {
    if (this.#violations.length > 0) return
    this.#violations.push({ rule, step: this.#step, detail: `${detail} (seed ${this.#seed})` })
  }
}

function iso(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toString()
}

/** Lets every promise settle that can. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve()
}
