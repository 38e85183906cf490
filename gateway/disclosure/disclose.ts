/**
 * The gate: readings and alarms go in, and only what the policy declares comes out, in the form that it declares.
 * A function of (policy, event, state); the only maker of records that the outbox takes.
 */
import type { PointId, Reading } from '../../drivers/reading.ts'
import type { Disclosed, Sample, Unsealed } from './disclosed.ts'
import { alarmName, finish, type Means } from './finish.ts'
import { heldKept, heldRestored, spentKept, spentRestored, type GateFound, type GateKept } from './kept.ts'
import type { Policy, Release } from './policy.ts'
import { portions } from './portions.ts'
import { end, hear, pass, see, streamOf, type Draft, type Slot, type Stream } from './stream.ts'
import { calendarOf, type Calendar, type Span } from './treatments/calendar.ts'
import { coarseMs, coarseSpan } from './treatments/coarsen.ts'
import { dueAt, takeDue, type Held } from './treatments/delay.ts'
import type { AlarmEvent } from './treatments/detail.ts'
import { plus, rational, times, zero, type Rational } from './treatments/discrete-laplace.ts'
import { dayOf, spendAll, type Spent } from './treatments/noise.ts'

/** Time has come this far: closes the windows of silent devices too, and lets out what waited. Comes about once a second. */
export interface Tick {
  readonly tick: Temporal.Instant
  /** the gateway stops: what is open goes out, short as it is */
  readonly last?: true
}

export type { AlarmEvent, GateFound, GateKept, Means }
export type Event = Reading | AlarmEvent | Tick

/** One release: what is open of it, and what may not leave yet. */
interface Flow {
  readonly stream: Stream
  readonly held: Held<Unsealed>[]
}

interface Step {
  readonly out: readonly Disclosed[]
  readonly state: WindowState
}

/**
 * What is open. Belongs to the caller and is used up by each call: go on with the one returned (it is changed in place, so that
 * a reading costs no copy of every window).
 */
export class WindowState {
  readonly means: Means
  readonly spent: Spent
  /** made of the policy with the first event */
  flows: readonly Flow[] | undefined
  routes: ReadonlyMap<PointId, readonly (readonly [Flow, Slot])[]> = new Map()
  /** a budget was spent, or what is held is other than before */
  isToKeep = false
  /** UTC, days since 1970: a budget begins with it */
  day = 0
  /** what was held before this start */
  readonly kept: GateFound
  /** empty between two calls */
  readonly drafts: Draft[] = []
  /** what most calls return */
  readonly nothing: Step = { out: [], state: this }

  constructor(means: Means, kept: GateFound) {
    this.means = means
    this.kept = kept
    this.spent = spentRestored(kept === 'damaged' ? {} : (kept?.spent ?? {}))
  }
}

/** `kept`: what a gate before this start had to keep. */
export function noWindows(means: Means = {}, kept?: GateFound): WindowState {
  return new WindowState(means, kept)
}

/** What is to be kept now, if that is something else than when it was last asked for. */
export function takeKept(state: WindowState): GateKept | undefined {
  if (!state.isToKeep) return undefined
  state.isToKeep = false
  const flows = state.flows ?? []
  return {
    v: 1,
    spent: spentKept(state.spent, aheadOf(flows), state.day),
    held: Object.fromEntries(
      flows.flatMap(({ stream, held }) => (held.length === 0 ? [] : [[stream.release.name, heldKept(held)]])),
    ),
  }
}

/** What the next records may spend of each point's budget of noise: a number of each statistic. */
function aheadOf(flows: readonly Flow[]): Map<PointId, Rational> {
  const ahead = new Map<PointId, Rational>()
  for (const { stream } of flows) {
    const { noise, aggregate } = stream.release.treatment
    if (noise === undefined) continue
    const next = times(rational(noise.epsilon), aggregate?.of.length ?? 1)
    for (const point of stream.release.points) ahead.set(point, plus(ahead.get(point) ?? zero, next))
  }
  return ahead
}

export function disclose(policy: Policy, event: Event, state: WindowState): Step {
  const flows = state.flows ?? begin(policy, state, ('tick' in event ? event.tick : event.at).epochMilliseconds)
  if ('tick' in event) return passAll(policy, flows, event, state)
  const atMs = event.at.epochMilliseconds
  if ('alarm' in event) {
    for (const { stream } of flows) if (!isOver(stream.release, atMs)) hear(stream, event)
    return state.nothing
  }
  const route = state.routes.get(event.point)
  if (route === undefined) return state.nothing
  const { drafts } = state
  let out: Disclosed[] | undefined
  for (const [flow, slot] of route) {
    if (isOver(flow.stream.release, atMs)) continue
    see(flow.stream, slot, event, atMs, drafts)
    if (drafts.length > 0) letOut(policy, flow, atMs, state, (out ??= []))
  }
  return out === undefined ? state.nothing : { out, state }
}

function begin(policy: Policy, state: WindowState, atMs: number): readonly Flow[] {
  const calendar = calendarOf(policy.timeZone)
  const noisy = policy.releases.filter(({ treatment }) => treatment.noise)
  // Nobody knows what was spent of it: rather a day without numbers than one with twice its budget.
  if (state.kept === 'damaged') for (const { points } of noisy) spendAll(points, atMs, state.spent)
  if (noisy.length > 0) state.isToKeep = true // that the disk takes it is known before the first number
  const held = new Map(Object.entries(state.kept === 'damaged' ? {} : (state.kept?.held ?? {})))
  const flows = policy.releases.map((release): Flow => ({
    stream: streamOf(policy, release, calendar),
    held: heldRestored(release.name, held.get(release.name)),
  }))
  state.flows = flows
  state.routes = new Map(
    [...policy.routes].map(([point, indices]) => [
      point,
      indices.flatMap((index) => {
        const flow = flows[index]
        const slot = flow?.stream.slots.find((each) => each.point === point)
        return flow && slot ? [[flow, slot] as const] : []
      }),
    ]),
  )
  return flows
}

function passAll(policy: Policy, flows: readonly Flow[], { tick, last }: Tick, state: WindowState): Step {
  const nowMs = tick.epochMilliseconds
  const day = dayOf(nowMs)
  if (day !== state.day && flows.some(({ stream }) => stream.release.treatment.noise)) state.isToKeep = true
  state.day = day
  const out: Disclosed[] = []
  for (const flow of flows) {
    const { stream, held } = flow
    const { expiresMs } = stream.release
    if (last === true || isOver(stream.release, nowMs)) end(stream, Math.min(nowMs, expiresMs ?? nowMs), state.drafts)
    else pass(stream, nowMs, state.drafts)
    letOut(policy, flow, nowMs, state, out)
    const waited = held.length
    if (isOver(stream.release, nowMs)) held.length = 0
    else for (const record of takeDue(held, nowMs)) out.push(seal(record))
    if (held.length !== waited) state.isToKeep = true
  }
  return out.length === 0 ? state.nothing : { out, state }
}

/** What was read before the release ended still leaves with its end; nothing does after it. */
function isOver({ expiresMs }: Release, atMs: number): boolean {
  return expiresMs !== undefined && atMs >= expiresMs
}

/** The drafts as they leave: at once, or when they may. */
function letOut(policy: Policy, { stream, held }: Flow, nowMs: number, state: WindowState, out: Disclosed[]): void {
  const { release, calendar } = stream
  const { delayMs = 0, coarsen } = release.treatment
  for (const draft of state.drafts) {
    const span = coarsen?.timeMs === undefined ? draft : coarseSpan(draft, coarsen.timeMs, calendar)
    // When it comes would tell when it was.
    const dueMs = dueAt(Math.max(draft.untilMs, coarsen?.timeMs === undefined ? -Infinity : span.untilMs), delayMs)
    const isHeld = dueMs > nowMs && (delayMs > 0 || coarsen?.timeMs !== undefined)
    for (const record of recordsOf(policy, stream, draft, span, state)) {
      // What the disk did not take is tried again with the next number that waits for it.
      if (isHeld || release.treatment.noise !== undefined) state.isToKeep = true
      if (isHeld) held.push({ dueMs, record })
      else out.push(seal(record))
    }
  }
  state.drafts.length = 0
}

function recordsOf(
  policy: Policy,
  { release, calendar }: Stream,
  draft: Draft,
  span: Span,
  { means, spent }: WindowState,
): Unsealed[] {
  const finishing = { policy, release, means, spent, atMs: draft.fromMs }
  const offset = offsetIn(calendar, release, draft, span)
  const record = {
    release: release.name,
    from: Temporal.Instant.fromEpochMilliseconds(span.fromMs),
    until: Temporal.Instant.fromEpochMilliseconds(span.untilMs),
    ...(draft.partial === undefined ? {} : { partial: draft.partial }),
  }
  if (draft.alarms !== undefined) {
    const alarms = draft.alarms.map((alarm) => ({
      ...alarm,
      offsetMs: offset(alarm.offsetMs),
      of: alarmName(alarm.of, finishing),
    }))
    return [{ ...record, series: [], alarms }]
  }
  const { series, epsilon } = finish(draft.series, finishing)
  const coarse = span === draft ? series : series.map((one) => ({ ...one, samples: one.samples.map(told) }))
  return portions(coarse).map((portion, index) => ({
    ...record,
    series: portion,
    ...(epsilon === 0 || index > 0 ? {} : { epsilon }),
  }))

  function told(sample: Sample): Sample {
    return { ...sample, offsetMs: offset(sample.offsetMs) }
  }
}

/** Moments of a draft, from its own begin to that which is told. */
function offsetIn(
  calendar: Calendar,
  { treatment: { coarsen } }: Release,
  draft: Draft,
  span: Span,
): (ms: number) => number {
  const { timeMs } = coarsen ?? {}
  if (timeMs === undefined) return (ms) => ms
  return (ms) => coarseMs(draft.fromMs + ms, timeMs, calendar) - span.fromMs
}

function seal(record: Unsealed): Disclosed {
  return record as Disclosed // the seal itself: here and in announce.ts only, eslint sees to it
}
