/** Polls the devices of one line, earliest deadline first. Lines have a poller each and never wait for one another. */
import type { Clock, Random } from '../../drivers/clock.ts'
import type { Driver, Identity, Recognition } from '../../drivers/driver.ts'
import { bad, hasValue, type PointId, type Reading } from '../../drivers/reading.ts'
import { after, defaultBackOff, healthy, mayAsk, type BackOff, type Health } from './health.ts'
import { Identities } from './identities.ts'

/** So many points, and this share of those read at once, or all of these, that turn implausible or illegal are no accident. */
const oddAtOnce = { points: 2, share: 0.25 }

/** The points of one device that are read equally often. */
export interface Job {
  readonly device: string
  /** what answers or does not, of this line: devices may share it, and then live and die together */
  readonly unit: string
  readonly driver: Driver
  readonly points: readonly PointId[]
  readonly periodMs: number
  /** the point that tells who the device is, and what a reading of it says; absent: it is only ever asked by itself */
  readonly telltale?: { readonly point: PointId; judge(reading: Reading): Identity }
}

export interface PollerEvents {
  readings(readings: readonly Reading[]): void
  health(device: string, health: Health): void
  /** when a device first says who it is, or does not, and when that changes */
  identity(device: string, identity: Identity): void
  /** something else is known of a device than `before`: whoever wants to write to it has waited for that */
  recognised?(device: string, before: Recognition): void
}

export interface PollerFigures {
  polls: number
  /** polls left out, since their period was over before their turn came */
  missed: number
  /** between the moment a poll was due and the moment it began; the first polls, which all come at once, do not count */
  worstLateMs: number
}

interface Turn {
  readonly job: Job
  /** where in its readings the telling point is; -1: nowhere */
  readonly telltaleAt: number
  dueMs: number
  /** points that were implausible or illegal at its last read */
  odd: number
}

/** A device, whatever is read of it. */
type Party = Pick<Job, 'device' | 'unit' | 'driver'>

export class Poller {
  readonly figures: PollerFigures = { polls: 0, missed: 0, worstLateMs: 0 }
  readonly #turns: readonly Turn[]
  readonly #clock: Clock
  readonly #random: Random
  readonly #events: PollerEvents
  readonly #backOff: BackOff
  /** by unit */
  readonly #health = new Map<string, Health>()
  /** units whose last read brought damaged bytes, and no answer */
  readonly #damaged = new Set<string>()
  readonly #parties = new Map<string, Party>()
  readonly #identities: Identities
  /** what was last told of a device */
  readonly #told = new Map<string, Identity['state']>()
  /** those that are being asked who they are */
  readonly #asking = new Map<string, Promise<Identity>>()
  /** to be told after what was read */
  readonly #recognised: [device: string, before: Recognition][] = []
  /** those that somebody wanted to write to before it ran */
  readonly #wanted = new Set<string>()
  #signal: AbortSignal | undefined
  /** by a question that nobody waits for */
  #thrown: unknown[] = []

  constructor(
    jobs: readonly Job[],
    options: {
      clock: Clock
      random: Random
      events: PollerEvents
      backOff?: BackOff
      /** how often the line has been opened; absent: it stays as it is */
      opening?: () => number
    },
  ) {
    this.#turns = jobs.map((job) => ({
      job,
      telltaleAt: job.telltale === undefined ? -1 : job.points.indexOf(job.telltale.point),
      dueMs: 0,
      odd: 0,
    }))
    this.#clock = options.clock
    this.#random = options.random
    this.#events = options.events
    this.#backOff = options.backOff ?? defaultBackOff
    this.#identities = new Identities(options.opening ?? (() => 0))
    for (const job of jobs) this.#parties.set(job.device, job)
  }

  healthOf(device: string): Health {
    return this.#healthAt(this.#parties.get(device)?.unit ?? '')
  }

  /** Whether what came when it was last asked was damaged, rather than missing. */
  isDamaged(device: string): boolean {
    return this.#damaged.has(this.#parties.get(device)?.unit ?? '')
  }

  /** What is known of a device at this very moment, for whoever wants to write to it. */
  recognition(device: string): Recognition {
    return this.#identities.forWriting(device, this.#clock.monotonicMs())
  }

  /**
   * Somebody wants to write to the device: it is asked who it is, between two questions of the poll, unless that is known,
   * was asked a moment ago, or it is dead: then its next probe asks.
   */
  identifySoon(device: string): void {
    const party = this.#parties.get(device)
    if (party === undefined || this.#asking.has(device)) return
    if (this.#signal === undefined) {
      this.#wanted.add(device) // before it runs
      return
    }
    const isAlive = this.#healthAt(party.unit).state === 'alive'
    if (!isAlive || !this.#identities.isDue(device, this.#clock.monotonicMs(), false)) return
    const signal = this.#signal
    this.#identify(party, signal).catch((error: unknown) => {
      if (!signal.aborted) this.#thrown.push(error)
    })
  }

  /** Runs until the signal aborts, and then resolves. Rejects with what a driver or an event threw; may be run again. */
  async run(signal: AbortSignal): Promise<void> {
    const beginsMs = this.#clock.monotonicMs()
    for (const turn of this.#turns) turn.dueMs = beginsMs
    const first = new Set(this.#turns)
    // The first polls come at once, the second ones at a random place in the shortest period: so that a district's cabinets
    // do not all speak at the same moment for ever after a power cut. All of this line at the same one: the machine wakes
    // up once for many polls, which costs it half of what it takes to wake up for each.
    const shiftMs = this.#random() * Math.min(...this.#turns.map(({ job }) => job.periodMs))
    this.#signal = signal
    this.#thrown = []
    for (const device of this.#wanted) this.identifySoon(device)
    this.#wanted.clear()
    try {
      while (!signal.aborted) {
        if (this.#thrown.length > 0) throw this.#thrown[0]
        const nowMs = this.#clock.monotonicMs()
        const turn = this.#next(nowMs)
        if (turn === undefined) return
        if (turn.dueMs > nowMs) {
          await this.#clock.sleep(turn.dueMs - nowMs, signal)
          continue
        }
        const isFirst = first.delete(turn)
        if (!isFirst) this.figures.worstLateMs = Math.max(this.figures.worstLateMs, nowMs - turn.dueMs)
        await this.#take(turn, signal)
        if (isFirst) turn.dueMs = beginsMs + shiftMs
        this.#reschedule(turn, isFirst ? 0 : 1)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      this.#signal = undefined
      await Promise.allSettled(this.#asking.values())
    }
  }

  /** Of those due, the one whose period ends first; of none, the one due next. */
  #next(nowMs: number): Turn | undefined {
    let next: Turn | undefined
    for (const turn of this.#turns) {
      if (next === undefined) next = turn
      else if (turn.dueMs <= nowMs && next.dueMs <= nowMs) {
        if (turn.dueMs + turn.job.periodMs < next.dueMs + next.job.periodMs) next = turn
      } else if (turn.dueMs < next.dueMs) next = turn
    }
    return next
  }

  #reschedule(turn: Turn, periods: number): void {
    const { periodMs } = turn.job
    turn.dueMs += periods * periodMs
    const overdue = Math.floor((this.#clock.monotonicMs() - turn.dueMs) / periodMs)
    if (overdue <= 0) return
    this.figures.missed += overdue
    turn.dueMs += overdue * periodMs
  }

  async #take(turn: Turn, signal: AbortSignal): Promise<void> {
    const { device, unit, points } = turn.job
    const before = this.#healthAt(unit)
    if (!mayAsk(before, this.#clock.monotonicMs())) {
      this.#events.readings(silence(points, this.#clock.now()))
      return
    }
    this.figures.polls++
    const readings = await this.#read(turn.job, before, signal)
    const heard = listenTo(readings)
    // A line that is down says nothing about the units on it; the line itself knows when to try again.
    if (!heard.lineDown) {
      this.#fares(unit, before, heard.answered)
      if (heard.answered || heard.missed) this.#damaged.delete(unit)
      else this.#damaged.add(unit)
      if (heard.answered) await this.#recognise(turn, readings, heard.odd, signal)
    }
    this.#events.readings(this.#identities.vouchesFor(device) ? readings : readings.map(unbelieved))
    for (const [recognised, was] of this.#recognised.splice(0)) this.#events.recognised?.(recognised, was)
    if (heard.missed) this.#silent(unit)
    // Only after what it has just said: no stranger is tended, nor one that has become another.
    else if (heard.answered && this.#identities.of(device) === 'matches') await turn.job.driver.tend(signal)
  }

  async #read(job: Job, before: Health, signal: AbortSignal): Promise<readonly Reading[]> {
    const { device, driver, points } = job
    // One that is dead must show first that it answers: its probe is a read.
    if (before.state === 'alive' && this.#identities.of(device) === 'unasked') {
      const identity = await this.#identify(job, signal)
      if (identity.state === 'unknown' && identity.reason === 'no-answer') return silence(points, this.#clock.now())
    }
    return await driver.read(points, signal)
  }

  #healthAt(unit: string): Health {
    return this.#health.get(unit) ?? healthy
  }

  #fares(unit: string, before: Health, answered: boolean): void {
    const health = after(before, answered, this.#clock.monotonicMs(), this.#backOff, this.#random())
    this.#health.set(unit, health)
    if (health.state === before.state) return
    for (const { device, unit: at } of this.#parties.values()) if (at === unit) this.#events.health(device, health)
  }

  /** Whoever was silent may be another when it answers again, or have other registers: meters are exchanged, and start anew. */
  #silent(unit: string): void {
    const nowMs = this.#clock.monotonicMs()
    for (const { device, unit: at } of this.#parties.values()) {
      if (at !== unit) continue
      this.#identities.silent(device, nowMs)
      // This is the moment at which it may be written to unheard.
      if (this.recognition(device) === 'unknown') this.#events.recognised?.(device, 'unasked')
    }
  }

  /** It has answered: is it still the one that the site names? Asked by itself only where what was read does not say so. */
  async #recognise(turn: Turn, readings: readonly Reading[], odd: number, signal: AbortSignal): Promise<void> {
    const { device, telltale } = turn.job
    const identities = this.#identities
    const telling = readings[turn.telltaleAt]
    const says = telling && telltale?.judge(telling)
    // Of a line that was opened anew under the read nobody knows what was answered before.
    if (says?.state === 'matches' && identities.of(device) !== 'unasked') this.#takes(device, says, true)
    const turned = odd - turn.odd
    turn.odd = odd
    const isOdd =
      turned > 0 && (odd === readings.length || turned >= Math.max(oddAtOnce.points, oddAtOnce.share * readings.length))
    if (says?.state === 'differs' || isOdd) identities.suspect(device)
    if (identities.isDue(device, this.#clock.monotonicMs(), true)) await this.#identify(turn.job, signal, true)
  }

  /** Whoever wants to know while it is being asked hears the same answer. `answers`: it has just said something else. */
  #identify(party: Party, signal: AbortSignal, answers = false): Promise<Identity> {
    const { device } = party
    const before = this.#asking.get(device)
    if (before !== undefined) return before
    const asking = this.#ask(party, signal, answers).finally(() => this.#asking.delete(device))
    this.#asking.set(device, asking)
    return asking
  }

  async #ask({ device, driver }: Party, signal: AbortSignal, answers: boolean): Promise<Identity> {
    const identity = await driver.identify(signal)
    this.#takes(device, identity, answers)
    return identity
  }

  #takes(device: string, identity: Identity, answers: boolean): void {
    const identities = this.#identities
    const before = this.recognition(device)
    identities.take(device, identity, this.#clock.monotonicMs())
    const now = identities.of(device)
    // One question in vain is no news, and that it is silent is told otherwise.
    const isTold = now === identity.state && (now !== 'unknown' || (answers && identities.isUncertain(device)))
    if (isTold && now !== this.#told.get(device)) {
      this.#told.set(device, now)
      this.#events.identity(device, identity)
    }
    if (this.recognition(device) === before) return
    // Whoever waits to write must first hear what was read with it: nothing is written from what was never read.
    if (answers) this.#recognised.push([device, before])
    else this.#events.recognised?.(device, before)
  }
}

/** What a read says of its unit and its line. */
function listenTo(readings: readonly Reading[]): {
  answered: boolean
  missed: boolean
  lineDown: boolean
  odd: number
} {
  let answered = false
  let illegal = false
  let missed = false
  let garbled = false
  let lineDown = false
  let odd = 0
  for (const reading of readings) {
    const reason = hasValue(reading) ? undefined : reading.quality.reason
    if (reason === 'line-down') lineDown = true
    else if (reason === 'no-answer') missed = true
    else if (reason === 'garbled') garbled = true
    else if (reason === 'illegal-address') illegal = true
    else answered = true
    if (reason === 'implausible' || reason === 'illegal-address') odd++
  }
  // A point that is known to be refused is told so unasked: where others brought nothing, that is no word of the unit's.
  answered ||= illegal && !missed && !garbled
  return { answered, missed, lineDown, odd }
}

function silence(points: readonly PointId[], at: Temporal.Instant): Reading[] {
  return points.map((point) => ({ point, at, quality: bad('no-answer') }))
}

/** What a stranger said is nobody's value. */
function unbelieved(reading: Reading): Reading {
  return hasValue(reading) ? { point: reading.point, at: reading.at, quality: bad('not-identified') } : reading
}
