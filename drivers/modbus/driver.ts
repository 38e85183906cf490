import type { Clock } from '../clock.ts'
import type { Armed, Cleared, Defect, Driver, Identity, Raw, SetpointValue, Written } from '../driver.ts'
import { identityBy } from '../identity.ts'
import type { Instance } from '../instance.ts'
import type { Learning } from '../learned-registers.ts'
import type { Line } from '../line.ts'
import { bad, type BadReason, type PointId, type Reading } from '../reading.ts'
import { milliseconds } from '../schema.ts'
import { decode } from './codec.ts'
import { layoutOf } from './layout.ts'
import { PlannedTurnAround } from './planned-turn-around.ts'
import { areSame, questionOf, questionsFor, type Question, type Wanted } from './question.ts'
import type { Limits } from './read-plan.ts'
import { Refusals } from './refusals.ts'
import type { Manners } from './request.ts'
import { Round, usualTries, type RoundParts } from './round.ts'
import { Setpoints } from './setpoints.ts'
import { turnAroundOf } from './wire-time.ts'

export interface ModbusDriverParts {
  /** the device's id in the site */
  id: string
  /** the Modbus unit (server address) */
  unit: number
  instance: Instance
  line: Line
  clock: Clock
  /** what was learned of the device before, and where to keep what will be */
  learned?: Learning
  /** asked just before a write goes out: whether the device is the one that was identified. Absent: nobody asks */
  isKnown?: () => boolean
  /** tests have their own */
  refusals?: Refusals
  /** how often a busy device is asked again within a read: tests have their own */
  busyTries?: number
}

/** A device on a Modbus line, as its profile describes it. */
export function modbusDriver(parts: ModbusDriverParts): Driver {
  return new ModbusDriver(parts)
}

/** What was asked for, so that the same array need be looked at only once: a poller passes the same few again and again. */
interface Errand {
  readonly questions: readonly Question[]
  /** the places of points that the device does not have */
  readonly nowhere: readonly number[]
  /** of what was known when the questions were made */
  readonly revision: number
}

class ModbusDriver implements Driver {
  readonly #id: string
  readonly #instance: Instance
  readonly #line: Line
  readonly #clock: Clock
  readonly #layout: ReturnType<typeof layoutOf>
  readonly #turnAround: PlannedTurnAround
  readonly #manners: Manners
  readonly #errands = new WeakMap<readonly PointId[], Errand>()
  readonly #refusals: Refusals
  readonly #round: RoundParts
  /** by point, the question whose answer held it last */
  readonly #told = new Map<PointId, Question>()
  readonly #setpoints: Setpoints
  #defects: { readonly of: number; readonly all: readonly Defect[] } = { of: -1, all: [] }

  constructor(parts: ModbusDriverParts) {
    const { id, unit, instance, line, clock, learned, refusals, busyTries = usualTries, isKnown } = parts
    const { modbus } = instance.profile
    this.#id = id
    this.#instance = instance
    this.#line = line
    this.#clock = clock
    this.#refusals = refusals ?? new Refusals(clock, learned, [...instance.points.values()])
    this.#layout = layoutOf(instance.profile, instance.points.values())
    this.#turnAround = new PlannedTurnAround(turnAroundOf(instance.profile), clock.monotonicMs())
    this.#manners = {
      unit,
      timeoutMs: milliseconds(modbus.timeout),
      worstResponseMs: milliseconds(modbus.worst_response),
      pauseMs: modbus.pause === undefined ? 0 : milliseconds(modbus.pause),
    }
    this.#round = {
      line,
      clock,
      manners: this.#manners,
      refusals: this.#refusals,
      limits: () => this.#limits(),
      answer: (question, given, reason) => this.#answer(question, given, reason),
      tries: busyTries,
    }
    const read: Driver['read'] = (points, signal) => this.read(points, signal)
    this.#setpoints = new Setpoints({ id, instance, line, clock, manners: this.#manners, isKnown, read })
  }

  async identify(signal: AbortSignal): Promise<Identity> {
    const { identify } = this.#instance.profile
    const point: PointId = `${this.#id}.${identify.point}`
    const [reading] = await this.read([point], signal)
    return identityBy(identify, reading ?? { point, at: this.#clock.now(), quality: bad('not-read') })
  }

  async read(points: readonly PointId[], signal: AbortSignal): Promise<Reading[]> {
    signal.throwIfAborted()
    this.#refusals.look()
    const nowMs = this.#clock.monotonicMs()
    if (this.#turnAround.isDue(nowMs))
      this.#turnAround.look(nowMs, this.#line.wireTime(this.#manners.unit).turnAroundMs)
    const { questions, nowhere } = this.#errandFor(points)
    const readings = new Array<Reading>(points.length)
    const at = this.#clock.now()
    for (const place of nowhere) {
      const point = points[place]
      if (point !== undefined) readings[place] = { point, at, quality: bad('illegal-address') }
    }
    await new Round(this.#round, readings, signal).ask(questions)
    return readings
  }

  write(command: Cleared, signal: AbortSignal): Promise<Written> {
    return this.#setpoints.write(command, signal)
  }

  arm(safe: ReadonlyMap<PointId, SetpointValue>, signal: AbortSignal): Promise<Armed> {
    return this.#setpoints.arm(safe, signal)
  }

  raw(id: PointId): Raw | undefined {
    const question = this.#told.get(id)
    const point = question?.wanted.find((wanted) => wanted.id === id)?.point
    if (question === undefined || point === undefined) return undefined
    const from = point.address - question.request.address
    return {
      register: `${point.table}/${point.address}`,
      registers: [...question.registers.subarray(from, from + point.count)],
    }
  }

  defects(): readonly Defect[] {
    const { revision } = this.#refusals
    if (this.#defects.of !== revision) this.#defects = { of: revision, all: this.#refusals.defects() }
    return this.#defects.all
  }

  tend(signal: AbortSignal): Promise<void> {
    return this.#setpoints.tend(signal)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve() // the line is its opener's, and holds nothing of this device
  }

  /** Puts a question's readings in their places: its values, or `reason`. */
  #answer(question: Question, readings: Reading[], reason: BadReason | undefined): void {
    const { wanted, registers, request } = question
    const at = this.#clock.now()
    for (const { id, point, places } of wanted) {
      if (reason === undefined) this.#told.set(id, question)
      const decoded =
        reason === undefined ? decode(point, registers, point.address - request.address) : { quality: bad(reason) }
      for (const place of places) readings[place] = { point: id, at, ...decoded }
    }
  }

  #limits(): Limits {
    const wire = { ...this.#line.wireTime(this.#manners.unit), turnAroundMs: this.#turnAround.ms }
    return this.#refusals.within({ ...this.#layout, wire })
  }

  #errandFor(points: readonly PointId[]): Errand {
    const revision = this.#refusals.revision + this.#turnAround.revision
    const known = this.#errands.get(points)
    if (known?.revision === revision) return known
    const wanted = new Map<PointId, Wanted & { places: number[] }>()
    const nowhere: number[] = []
    points.forEach((id, place) => {
      const point = id.startsWith(`${this.#id}.`) ? this.#instance.points.get(id.slice(this.#id.length + 1)) : undefined
      if (point === undefined) nowhere.push(place)
      else if (wanted.get(id)?.places.push(place) === undefined) wanted.set(id, { id, point, places: [place] })
    })
    const all = Map.groupBy(wanted.values(), ({ point }) => this.#refusals.of(point))
    const { read = [], due = [], refused = [] } = Object.fromEntries(all)
    // With nothing left to ask, nobody would notice that the device has fallen silent, or got what it did not have.
    const alone = read.length + due.length > 0 ? due : refused.splice(0, 1)
    nowhere.push(...refused.flatMap(({ places }) => places))
    const planned = [
      ...questionsFor(read, this.#limits(), this.#manners),
      ...alone.map((one) => questionOf([one], this.#manners)),
    ]
    const questions = known !== undefined && areSame(known.questions, planned) ? known.questions : planned
    const errand = { questions, nowhere, revision }
    this.#errands.set(points, errand)
    return errand
  }
}
