/** Polls the devices of one line, earliest deadline first. Lines have a poller each and never wait for one another. */
import type { Clock, Random } from '../../drivers/clock.ts'
import type { Driver, Identity } from '../../drivers/driver.ts'
import { bad, hasValue, type PointId, type Reading } from '../../drivers/reading.ts'
import { after, defaultBackOff, healthy, mayAsk, type BackOff, type Health } from './health.ts'

/** A device whose identity could not be read is asked for it again after so long. */
const identifyAgainMs = 60_000

/** The points of one device that are read equally often. */
export interface Job {
  readonly device: string
  readonly driver: Driver
  readonly points: readonly PointId[]
  readonly periodMs: number
}

export interface PollerEvents {
  readings(readings: readonly Reading[]): void
  health(device: string, health: Health): void
  /** when a device first answers, and when that changes */
  identity(device: string, identity: Identity): void
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
  dueMs: number
}

export class Poller {
  readonly figures: PollerFigures = { polls: 0, missed: 0, worstLateMs: 0 }
  readonly #turns: readonly Turn[]
  readonly #clock: Clock
  readonly #random: Random
  readonly #events: PollerEvents
  readonly #backOff: BackOff
  readonly #health = new Map<string, Health>()
  readonly #identities = new Map<string, Identity['state']>()
  /** when a device is to be asked who it is, if not at once */
  readonly #identifyAtMs = new Map<string, number>()

  constructor(
    jobs: readonly Job[],
    options: { clock: Clock; random: Random; events: PollerEvents; backOff?: BackOff },
  ) {
    this.#turns = jobs.map((job) => ({ job, dueMs: 0 }))
    this.#clock = options.clock
    this.#random = options.random
    this.#events = options.events
    this.#backOff = options.backOff ?? defaultBackOff
  }

  healthOf(device: string): Health {
    return this.#health.get(device) ?? healthy
  }

  /** Runs until the signal aborts, and then resolves. Rejects with what a driver or an event threw; may be run again. */
  async run(signal: AbortSignal): Promise<void> {
    const beginsMs = this.#clock.monotonicMs()
    for (const turn of this.#turns) turn.dueMs = beginsMs
    const first = new Set(this.#turns)
    try {
      while (!signal.aborted) {
        const nowMs = this.#clock.monotonicMs()
        const turn = this.#next(nowMs)
        if (turn === undefined) return
        if (turn.dueMs > nowMs) {
          await this.#clock.sleep(turn.dueMs - nowMs, signal)
          continue
        }
        const isFirst = first.delete(turn)
        if (!isFirst) this.figures.worstLateMs = Math.max(this.figures.worstLateMs, nowMs - turn.dueMs)
        await this.#take(turn.job, signal)
        // The first poll comes at once, the second at a random place in the period: so that a cabinet's devices, and a
        // district's cabinets after a power cut, do not all speak at the same moment for ever.
        this.#reschedule(turn, isFirst ? this.#random() : 1)
      }
    } catch (error) {
      if (!signal.aborted) throw error
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

  async #take(job: Job, signal: AbortSignal): Promise<void> {
    const { device, driver, points } = job
    const before = this.healthOf(device)
    if (!mayAsk(before, this.#clock.monotonicMs())) {
      const at = this.#clock.now()
      this.#events.readings(points.map((point) => ({ point, at, quality: bad('no-answer') })))
      return
    }
    this.figures.polls++
    // One that is dead must show first that it answers: its probe is a read.
    if (before.state === 'alive') await driver.tend(signal)
    const readings = await driver.read(points, signal)
    this.#events.readings(readings)
    // A line that is down says nothing about the units on it; the line itself knows when to try again.
    if (readings.some((reading) => isBad(reading, 'line-down'))) return
    const answered = readings.some((reading) => !isBad(reading, 'no-answer') && !isBad(reading, 'garbled'))
    const nowMs = this.#clock.monotonicMs()
    const health = after(before, answered, nowMs, this.#backOff, this.#random())
    this.#health.set(device, health)
    if (health.state !== before.state) this.#events.health(device, health)
    // Whoever comes back may be another: meters are exchanged while they are dead.
    if (health.state === 'dead') this.#identifyAtMs.delete(device)
    if (answered && nowMs >= (this.#identifyAtMs.get(device) ?? 0)) await this.#identify(job, signal)
  }

  async #identify({ device, driver }: Job, signal: AbortSignal): Promise<void> {
    const identity = await driver.identify(signal)
    const againMs = identity.state === 'unknown' ? this.#clock.monotonicMs() + identifyAgainMs : Infinity
    this.#identifyAtMs.set(device, againMs)
    if (identity.state === this.#identities.get(device)) return
    this.#identities.set(device, identity.state)
    this.#events.identity(device, identity)
  }
}

function isBad(reading: Reading, reason: string): boolean {
  return !hasValue(reading) && reading.quality.reason === reason
}
