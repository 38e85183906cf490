import type { Clock } from '../clock.ts'
import type { Armed, Cleared, Driver, Identity, Raw, SetpointValue, Written } from '../driver.ts'
import { identityBy } from '../identity.ts'
import type { Instance } from '../instance.ts'
import type { Line, Outcome } from '../line.ts'
import { bad, type BadReason, type PointId, type Reading } from '../reading.ts'
import { milliseconds } from '../schema.ts'
import { decode } from './codec.ts'
import { layoutOf } from './layout.ts'
import { Missing } from './missing.ts'
import { questionsFor, singly, type Question, type Wanted } from './question.ts'
import type { Limits } from './read-plan.ts'
import { usualTurnAroundMs } from './wire-time.ts'
import type { Manners } from './request.ts'
import { Setpoints } from './setpoints.ts'

export interface ModbusDriverParts {
  /** the device's id in the site */
  id: string
  /** the Modbus unit (server address) */
  unit: number
  instance: Instance
  line: Line
  clock: Clock
  missing?: Missing
  /** asked just before a write goes out: whether the device is the one that was identified. Absent: nobody asks */
  isKnown?: () => boolean
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
  /** of what was missing when the questions were made */
  readonly revision: number
}

/** The device itself answered so: the next question is worth asking. */
const spoken: ReadonlySet<BadReason> = new Set(['refused', 'illegal-address'])

class ModbusDriver implements Driver {
  readonly #id: string
  readonly #instance: Instance
  readonly #line: Line
  readonly #clock: Clock
  readonly #layout: ReturnType<typeof layoutOf>
  readonly #turnAroundMs: number
  readonly #manners: Manners
  readonly #errands = new WeakMap<readonly PointId[], Errand>()
  readonly #missing: Missing
  /** by point, the question whose answer held it last */
  readonly #told = new Map<PointId, Question>()
  readonly #setpoints: Setpoints

  constructor({ id, unit, instance, line, clock, missing = new Missing(), isKnown }: ModbusDriverParts) {
    const { modbus } = instance.profile
    this.#id = id
    this.#instance = instance
    this.#line = line
    this.#clock = clock
    this.#missing = missing
    this.#layout = layoutOf(instance.profile, instance.points.values())
    this.#turnAroundMs = modbus.turn_around === undefined ? usualTurnAroundMs : milliseconds(modbus.turn_around)
    this.#manners = {
      unit,
      timeoutMs: milliseconds(modbus.timeout),
      worstResponseMs: milliseconds(modbus.worst_response),
      pauseMs: modbus.pause === undefined ? 0 : milliseconds(modbus.pause),
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
    this.#missing.forget(this.#clock.monotonicMs())
    const { questions, nowhere } = this.#errandFor(points)
    const readings = new Array<Reading>(points.length)
    const at = this.#clock.now()
    for (const place of nowhere) {
      const point = points[place]
      if (point !== undefined) readings[place] = { point, at, quality: bad('illegal-address') }
    }
    await this.#ask(questions, readings, signal)
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

  tend(signal: AbortSignal): Promise<void> {
    return this.#setpoints.tend(signal)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve() // the line is its opener's, and holds nothing of this device
  }

  /** Asks until a question stays open, and says why: asking on would only cost the line as many timeouts more. */
  async #ask(questions: readonly Question[], readings: Reading[], signal: AbortSignal): Promise<BadReason | undefined> {
    let open: BadReason | undefined
    for (const question of questions) {
      if (open !== undefined) {
        this.#answer(question, readings, open)
        continue
      }
      const reason = reasonOf(await this.#line.read(question.request, question.registers, signal))
      if (reason === 'illegal-address' && question.wanted.length > 1) {
        open = await this.#ask(singly(question, this.#limits(), this.#manners), readings, signal)
        if (open === undefined && !question.wanted.some(({ point }) => this.#missing.has(point)))
          this.#missing.add('gaps', this.#clock.monotonicMs())
        continue
      }
      this.#answer(question, readings, reason)
      if (reason === 'illegal-address')
        for (const { point } of question.wanted) this.#missing.add(point, this.#clock.monotonicMs())
      if (reason !== undefined && !spoken.has(reason)) open = reason
    }
    return open
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
    const { longest, readable } = this.#layout
    const missing = this.#missing.points()
    return {
      longest,
      readable: (table, from, to) =>
        readable(table, from, to) &&
        !missing.some((hole) => hole.table === table && hole.address < to && hole.address + hole.count > from),
      wire: { turnAroundMs: this.#turnAroundMs, ...this.#line.wireTime(this.#manners.unit) },
    }
  }

  #errandFor(points: readonly PointId[]): Errand {
    const missing = this.#missing
    const known = this.#errands.get(points)
    if (known?.revision === missing.revision) return known
    const wanted = new Map<PointId, Wanted & { places: number[] }>()
    const nowhere: number[] = []
    points.forEach((id, place) => {
      const point = id.startsWith(`${this.#id}.`) ? this.#instance.points.get(id.slice(this.#id.length + 1)) : undefined
      if (point === undefined) nowhere.push(place)
      else if (wanted.get(id)?.places.push(place) === undefined) wanted.set(id, { id, point, places: [place] })
    })
    const all = [...wanted.values()]
    const there = all.filter(({ point }) => !missing.has(point))
    // With nothing left to ask, nobody would notice that the device has fallen silent.
    const asked = there.length > 0 ? there : all.slice(0, 1)
    nowhere.push(...all.filter((one) => !asked.includes(one)).flatMap(({ places }) => places))
    const errand = {
      questions: questionsFor(asked, this.#limits(), this.#manners),
      nowhere,
      revision: missing.revision,
    }
    this.#errands.set(points, errand)
    return errand
  }
}

/** Why there is no value, or undefined when there is one. */
function reasonOf(outcome: Outcome): BadReason | undefined {
  switch (outcome.state) {
    case 'answered':
      return undefined
    case 'exception':
      // 2 and 3: some register of the request is not there (Modbus Application Protocol V1.1b3, 7)
      if (outcome.exception === 2 || outcome.exception === 3) return 'illegal-address'
      // 10 and 11: it is a gateway that says so, of a unit that it did not reach
      return outcome.exception === 10 || outcome.exception === 11 ? 'no-answer' : 'refused'
    case 'no-answer':
    case 'resting':
      return 'no-answer'
    case 'garbled':
    case 'line-down':
      return outcome.state
  }
}
