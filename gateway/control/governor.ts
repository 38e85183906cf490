/** Governs one segment: who rules, whether the envelope lets it, and where its outputs are to go. */
import type { Driver, Written } from '../../drivers/driver.ts'
import type { Reading } from '../../drivers/reading.ts'
import { expire, release, stand, type PriorityArray, type Standing } from './arbiter.ts'
import { outranks, type Command, type Priority } from './command.ts'
import { Dispatcher, type Progress } from './dispatcher.ts'
import type { Envelope, Familiarity, Step, Surroundings, Wish } from './envelope.ts'
import { groundOf, Nights, type Ground } from './ground.ts'
import { History, type Chapter } from './history.ts'
import { Inputs } from './inputs.ts'
import type { AuditEntry } from './keeping.ts'
import { levelOf } from './levels.ts'
import type { Refusal } from './refusal.ts'
import type { Ruler, Ruling } from './ruling.ts'
import type { Output, Segment } from './segment.ts'
import type { Trust } from './trust.ts'

/** At a start nothing is written before everything that tells how the segment is was asked once; but no longer than this. */
const listensFirstMs = 10_000
/** How long a switching counts: longer than a night that is followed by a day. */
const switchingsCountMs = 18 * 3_600_000

/** What time it is, and how far that is believed. */
export interface Moment {
  readonly now: Temporal.Instant
  readonly nowMs: number
  readonly trust: Trust
}

/** How a segment is: `actual` is what its devices say, in per cent, as far as they do. */
export interface SegmentState {
  readonly ruling: Ruling
  readonly actual: number | undefined
  readonly progress: Progress
}

/** What a command came to: how the writes went, or that another took its place first. */
export type Outcome = Progress | { readonly state: 'superseded' }

export interface GovernorParts {
  readonly segment: Segment
  readonly drivers: ReadonlyMap<string, Driver>
  readonly envelope: Envelope
  readonly signal: AbortSignal
  readonly beganMs: number
  readonly on: {
    audit(entry: AuditEntry): void
    /** another rules, or rules otherwise */
    ruling(segment: Segment, ruling: Ruling): void
    /** what must survive a restart has changed */
    changed(): void
    /** it is known what became of a write: control is worth another turn */
    settled(): void
    /** the device would be written to, if it were known who answers there */
    unidentified(device: string): void
    fault(error: unknown): void
  }
}

interface Candidate {
  readonly ruler: Ruler
  readonly standing?: Standing
}

export class Governor {
  readonly segment: Segment
  readonly #parts: GovernorParts
  readonly #nights: Nights
  /** of the moment when what rules will end: two moments, two nights to keep */
  readonly #nightsThen: Nights
  readonly #inputs: Inputs
  readonly #dispatchers: readonly Dispatcher[]
  readonly #history = new History()
  /** on the monotonic clock, the oldest first */
  #switchedOffMs: number[] = []
  #array: PriorityArray = []
  #listening = true
  #winner: (Candidate & { readonly since: Temporal.Instant }) | undefined
  readonly #followers = new Map<Standing, (outcome: Outcome) => void>()

  constructor(parts: GovernorParts) {
    const { segment, drivers, envelope, signal, on } = parts
    this.segment = segment
    this.#parts = parts
    this.#nights = new Nights(segment)
    this.#nightsThen = new Nights(segment)
    this.#inputs = new Inputs(segment)
    this.#dispatchers = segment.outputs.map((output) => {
      const driver = drivers.get(output.device)
      if (driver === undefined) throw new Error(`${output.device}: planned, and without a driver`)
      return new Dispatcher({
        segment,
        output,
        driver,
        envelope,
        signal,
        on: {
          unidentified: ({ device }) => on.unidentified(device),
          sending: (output, step, nowMs) => this.#sending(output, step, nowMs),
          settled: (output, step, written) => {
            this.#written(output, step, written)
            on.settled()
          },
          fault: (error) => on.fault(error),
        },
      })
    })
  }

  get array(): PriorityArray {
    return this.#array
  }

  /** How long ago it was switched off, each time that still counts. */
  switchings(nowMs: number): number[] {
    return this.#switchedOffMs.map((atMs) => nowMs - atMs)
  }

  restoreSwitchings(agesMs: readonly number[], nowMs: number): void {
    this.#switchedOffMs = agesMs.map((ageMs) => nowMs - ageMs).sort((a, b) => a - b)
  }

  /** Lets a command stand. It has been looked at before (`refusalOf`). */
  command(command: Command, { now, nowMs }: Moment, followed?: (outcome: Outcome) => void): Standing | undefined {
    const { array, ended } = stand(this.#array, command, now, nowMs)
    this.#array = array
    for (const one of ended) this.#end(one, 'superseded')
    const standing = array.find((one) => one.command === command)
    if (standing !== undefined && followed !== undefined) this.#followers.set(standing, followed)
    this.#parts.on.changed()
    return standing
  }

  isRuledBy(standing: Standing): boolean {
    return this.#winner?.standing === standing
  }

  /** Ends what stands at this priority; undefined when nothing does. */
  release(priority: Priority): Standing | undefined {
    const { array, ended } = release(this.#array, priority)
    this.#array = array
    for (const standing of ended) this.#end(standing, 'released')
    if (ended.length > 0) this.#parts.on.changed()
    return ended[0]
  }

  /** Puts a command back that stood before a restart. */
  restore(command: Command, since: Temporal.Instant, remainingMs: number, nowMs: number): void {
    const { array } = stand(this.#array, command, since, nowMs)
    this.#array = array.map((standing) =>
      standing.command === command ? { ...standing, untilMs: nowMs + remainingMs } : standing,
    )
  }

  remember(chapter: Parameters<History['add']>[0]): void {
    this.#history.add(chapter)
  }

  ruledSince(moment: Temporal.Instant): Chapter[] {
    return this.#history.since(moment)
  }

  why(at: Temporal.Instant): Ruling | undefined {
    return this.#history.at(this.segment.setpoint, at)
  }

  refusalOf(wish: Wish, moment: Moment): Refusal | undefined {
    return this.#parts.envelope.refusalOf(this.segment, wish, this.#surroundings(this.#ground(moment), moment.nowMs))
  }

  /** Whether an input has changed, or the last one that was waited for is heard: then the segment is worth a turn at once. */
  see(reading: Reading, nowMs: number): boolean {
    for (const dispatcher of this.#dispatchers) dispatcher.see(reading, nowMs)
    return this.#inputs.see(reading) || (this.#listening && this.#hasHeard())
  }

  /** Another has written to the device. */
  writtenBehind(device: string): void {
    for (const dispatcher of this.#dispatchers) if (dispatcher.output.device === device) dispatcher.writtenBehind()
  }

  /** One turn: says after how many milliseconds it wants the next one, if nothing happens. */
  turn(moment: Moment, familiarityOf: (device: string) => Familiarity): number {
    const { nowMs } = moment
    this.#expire(nowMs)
    const ground = this.#ground(moment)
    const around = this.#surroundings(ground, nowMs)
    const candidates = this.#candidates(ground)
    const winner = candidates.find(({ ruler }) => this.#passes(ruler, around))
    if (winner === undefined) return Infinity
    this.#rule(winner, moment)
    if (this.#listens(nowMs)) return 100

    let nextMs = Math.min(Infinity, ...this.#array.map(({ untilMs }) => untilMs - nowMs))
    const wish: Wish = { level: winner.ruler.level, priority: winner.ruler.priority }
    for (const dispatcher of this.#dispatchers) {
      const state = { device: familiarityOf(dispatcher.output.device), nowMs }
      nextMs = Math.min(nextMs, dispatcher.turn(wish, around, state))
    }
    this.#answer(winner)
    return nextMs
  }

  /** Undefined before the first turn. */
  state(moment: Moment): SegmentState | undefined {
    const ruling = this.ruling(moment)
    if (ruling === undefined) return undefined
    const levels = this.#dispatchers.flatMap(({ actual, output }) =>
      actual === undefined ? [] : [levelOf(output.form, actual)],
    )
    return { ruling, actual: levels.length === 0 ? undefined : Math.min(...levels), progress: this.#progress() }
  }

  /** What rules, until when, and what would rule next; undefined before the first turn. */
  ruling(moment: Moment): Ruling | undefined {
    if (this.#winner === undefined) return undefined
    const { ruler, standing, since } = this.#winner
    const until = this.#until(this.#winner, moment)
    const next = this.#next(this.#winner, until, moment)
    return {
      ...ruler,
      setpoint: this.segment.setpoint,
      since,
      ...(until === undefined ? {} : { until }),
      // Of what ends nobody knows when, nobody can say what comes then.
      ...(standing === undefined && until === undefined ? {} : { next }),
    }
  }

  #expire(nowMs: number): void {
    const { array, ended } = expire(this.#array, nowMs)
    if (ended.length === 0) return
    this.#array = array
    for (const standing of ended) this.#end(standing, 'lease-over')
    this.#parts.on.changed()
  }

  #end(standing: Standing, why: 'superseded' | 'released' | 'lease-over'): void {
    const { command } = standing
    const { setpoint, value, priority, source } = command
    this.#parts.on.audit({ kind: 'ended', setpoint, value, priority, source, why })
    this.#followers.get(standing)?.({ state: 'superseded' })
    this.#followers.delete(standing)
  }

  #ground({ trust, now }: Moment, nights = this.#nights): Ground {
    return groundOf(this.segment, nights, { trust, now, darkness: this.#inputs.darkness })
  }

  #surroundings({ ruler }: Ground, nowMs: number): Surroundings {
    this.#switchedOffMs = this.#switchedOffMs.filter((atMs) => nowMs - atMs < switchingsCountMs)
    return {
      asked: ruler.level,
      lit: this.#isLit(),
      switchedOff: this.#switchedOffMs.length,
      interlocks: this.#inputs.engaged,
    }
  }

  #isLit(): boolean {
    return this.#dispatchers.some(({ isLit }) => isLit)
  }

  /** Everyone who would rule, the strongest first. */
  #candidates({ ruler }: Ground): Candidate[] {
    const { declared, range } = this.segment
    const candidates: Candidate[] = this.#array.map((standing) => ({ ruler: rulerOf(standing.command), standing }))
    const fromInput = (priority: Priority, level: number, who: string, reason: string) => {
      const place = candidates.findIndex((other) => outranks(priority, other.ruler.priority))
      const input: Ruler = { priority, level, source: { door: 'input', who }, reason }
      candidates.splice(place < 0 ? candidates.length : place, 0, { ruler: input })
    }
    const { local } = declared
    if (local !== undefined && this.#inputs.isForced) fromInput('local-manual', local.level, local.point, '')
    const dark = this.#inputs.engaged.find(({ forbids }) => forbids === 'on')
    if (dark !== undefined) fromInput('safety', 0, dark.point, dark.because)
    const safe = {
      priority: 'default',
      source: { door: 'gateway', who: 'envelope' },
      reason: '',
      ground: 'safe',
    } as const
    return [...candidates, { ruler }, { ruler: { ...safe, level: range.to } }, { ruler: { ...safe, level: 0 } }]
  }

  #passes({ level, priority }: Ruler, around: Surroundings): boolean {
    return this.#parts.envelope.refusalOf(this.segment, { level, priority }, around) === undefined
  }

  /** Notes who rules, and tells when that is another than before. */
  #rule(winner: Candidate, moment: Moment): void {
    const same = this.#winner !== undefined && sameRule(this.#winner, winner)
    this.#winner = { ...winner, since: same ? (this.#winner?.since ?? moment.now) : moment.now }
    if (same) return
    const { ruler } = winner
    const { setpoint } = this.segment
    this.#history.add({ since: moment.now, ruler })
    this.#parts.on.audit({ kind: 'ruling', setpoint, ...ruler })
    this.#parts.on.ruling(this.segment, this.ruling(moment) ?? { ...ruler, setpoint, since: moment.now })
  }

  #until({ ruler, standing }: Candidate, moment: Moment): Temporal.Instant | undefined {
    if (moment.trust === 'unknown') return undefined
    if (standing !== undefined) return moment.now.add({ milliseconds: Math.round(standing.untilMs - moment.nowMs) })
    return ruler.priority === 'program' ? this.#ground(moment).until : undefined
  }

  /** The strongest of those whose own time is not over then; below them, the program as it will be. */
  #next(winner: Candidate, until: Temporal.Instant | undefined, moment: Moment): Ruler {
    const endsMs = winner.standing?.untilMs ?? moment.nowMs
    const left = this.#array.find((standing) => standing !== winner.standing && standing.untilMs > endsMs)
    const weaker = left !== undefined && outranks(winner.ruler.priority, left.command.priority)
    return weaker
      ? rulerOf(left.command)
      : this.#ground({ ...moment, now: until ?? moment.now }, this.#nightsThen).ruler
  }

  #hasHeard(): boolean {
    return this.#dispatchers.every(({ isHeard }) => isHeard) && this.#inputs.areHeard
  }

  /** Nothing is written from what was never read. */
  #listens(nowMs: number): boolean {
    if (!this.#listening) return false
    this.#listening = !this.#hasHeard() && nowMs - this.#parts.beganMs < listensFirstMs
    return this.#listening
  }

  /** Counts when the last light of the segment goes out. */
  #sending(output: Output, { value }: Step, nowMs: number): void {
    const others = this.#dispatchers.some((other) => other.output !== output && other.isLit)
    if (!this.#isLit() || others || Number(value) > 0) return
    this.#switchedOffMs.push(nowMs)
    this.#parts.on.changed()
  }

  #written({ setpoint }: Output, { value, confirm }: Step, written: Written): void {
    // Of a ramp its end is kept, and whatever went wrong.
    if (!confirm && written.state === 'unconfirmed' && written.because === 'not-asked') return
    this.#parts.on.audit({ kind: 'write', setpoint, value, ...written })
  }

  /** Of several outputs the one that fares worst. */
  #progress(): Progress {
    const order: readonly Progress['state'][] = ['rejected', 'unconfirmed', 'waiting', 'ramping', 'applied']
    const all = this.#dispatchers.map(({ progress }) => progress)
    return all.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0] ?? { state: 'applied' }
  }

  /** Tells those who wait for it what their command came to. */
  #answer({ standing }: Candidate): void {
    const followed = standing && this.#followers.get(standing)
    if (standing === undefined || followed === undefined) return
    const progress = this.#progress()
    if (progress.state === 'ramping' || progress.state === 'waiting') return
    this.#followers.delete(standing)
    followed(progress)
  }
}

function rulerOf({ priority, value, source, reason }: Command): Ruler {
  return { priority, level: value, source, reason }
}

function sameRule(a: Candidate, b: Candidate): boolean {
  return (
    a.standing?.command === b.standing?.command &&
    a.ruler.priority === b.ruler.priority &&
    a.ruler.level === b.ruler.level &&
    a.ruler.ground === b.ruler.ground &&
    a.ruler.source.who === b.ruler.source.who
  )
}
