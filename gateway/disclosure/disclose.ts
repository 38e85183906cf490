/**
 * The gate: readings go in, and only what the policy declares comes out, in the form that it declares.
 * A function of (policy, event, state); the only maker of records that the outbox takes.
 */
import { quantities } from '../../drivers/quantities.ts'
import { hasValue, type PointId, type Reading, type Value } from '../../drivers/reading.ts'
import type { Statistic } from '../releases.ts'
import type { Disclosed, Sample, Series } from './disclosed.ts'
import type { Policy, Release } from './policy.ts'
import { portions } from './portions.ts'
import { accumulator, add, statisticOf, type Accumulator } from './treatments/aggregate.ts'
import { round } from './treatments/round.ts'

/** Time has come this far: closes the windows of silent devices too. Comes about once a second. */
export interface Tick {
  readonly tick: Temporal.Instant
  /** the gateway stops: what is open goes out, short as it is */
  readonly last?: true
}

interface Window {
  /** where the calendar has it begin */
  readonly fromMs: number
  /** since when it has seen everything: later, if the gateway started in the middle of it */
  readonly sinceMs: number
  /** the latest tick or reading that it has seen */
  seenMs: number
  /** of an aggregating release: each of its points */
  shares: Map<PointId, Accumulator>
  /** of any other: what was read since the last tick */
  samples: Map<PointId, Sample[]>
}

/**
 * The open windows, one a release. Belongs to the caller and is used up by each call: go on with the one returned
 * (it is changed in place, so that a reading costs no copy of every window).
 */
export type WindowState = (Window | undefined)[]

export const noWindows = (): WindowState => []

export function disclose(
  policy: Policy,
  event: Reading | Tick,
  state: WindowState,
): { out: Disclosed[]; state: WindowState } {
  const out: Disclosed[] = []
  if ('tick' in event) {
    const nowMs = event.tick.epochMilliseconds
    policy.releases.forEach((release, index) => {
      const window = turn(policy, release, state[index], nowMs, out)
      window.seenMs = Math.max(window.seenMs, nowMs)
      state[index] = window
      if (event.last === true) close(policy, release, window, nowMs, out)
    })
    return { out, state: event.last === true ? noWindows() : state }
  }
  for (const index of policy.routes.get(event.point) ?? []) {
    const release = policy.releases[index]
    if (release === undefined) continue
    const atMs = event.at.epochMilliseconds
    const current = state[index]
    // What was under way when its window closed counts in the next: better than twice, or not at all. Only a tick tells
    // that the clock was set back.
    const window =
      current !== undefined && (!release.treatment.aggregate || atMs < current.fromMs)
        ? current
        : turn(policy, release, current, atMs, out)
    window.seenMs = Math.max(window.seenMs, atMs)
    state[index] = window
    if (release.treatment.aggregate) add(share(window, event.point), event)
    else samplesOf(window, event.point).push(sampleOf(event, window.fromMs, release))
  }
  return { out, state }
}

/** The window that holds `atMs`; the one before it, once over, goes out. A clock set back also ends a window. */
function turn(policy: Policy, release: Release, window: Window | undefined, atMs: number, out: Disclosed[]): Window {
  const fromMs = release.treatment.aggregate ? alignedStart(atMs, release.treatment.aggregate.everyMs) : atMs
  if (window === undefined) return open(release, fromMs, atMs)
  if (window.fromMs === fromMs) return window
  const endMs = endOf(release, window, atMs)
  close(policy, release, window, endMs, out)
  return open(release, fromMs, endMs === fromMs ? fromMs : atMs)
}

/** Where the calendar ends the window or, without an aggregate, now; after a clock set back, no later than it has seen. */
function endOf(release: Release, { fromMs, seenMs }: Window, atMs: number): number {
  const wentOnUntilMs = atMs < fromMs ? seenMs : atMs
  return release.treatment.aggregate
    ? Math.min(wentOnUntilMs, fromMs + release.treatment.aggregate.everyMs)
    : wentOnUntilMs
}

function close(policy: Policy, release: Release, window: Window, untilMs: number, out: Disclosed[]): void {
  const series = release.treatment.aggregate
    ? summary(policy, release, window, release.treatment.aggregate.of)
    : raw(release, window)
  const empty = series.length === 0 || (release.treatment.aggregate !== undefined && untilMs <= window.sinceMs)
  if (empty) return
  for (const portion of portions(series)) out.push(seal(release.name, window.sinceMs, untilMs, portion))
}

/** Windows begin at multiples of their length since 1970-01-01T00:00Z, so that those of all gateways coincide. */
function alignedStart(atMs: number, everyMs: number): number {
  return Math.floor(atMs / everyMs) * everyMs
}

function open(release: Release, fromMs: number, sinceMs: number): Window {
  return {
    fromMs,
    sinceMs,
    seenMs: sinceMs,
    shares: new Map(release.treatment.aggregate ? release.points.map((point) => [point, accumulator()]) : []),
    samples: new Map(),
  }
}

function share(window: Window, point: PointId): Accumulator {
  let share = window.shares.get(point)
  if (share === undefined) window.shares.set(point, (share = accumulator()))
  return share
}

function samplesOf(window: Window, point: PointId): Sample[] {
  let samples = window.samples.get(point)
  if (samples === undefined) window.samples.set(point, (samples = []))
  return samples
}

function sampleOf(reading: Reading, fromMs: number, release: Release): Sample {
  return {
    offsetMs: reading.at.epochMilliseconds - fromMs,
    value: hasValue(reading) ? rounded(reading.value, release) : null,
    quality: reading.quality,
  }
}

function summary(policy: Policy, release: Release, window: Window, of: readonly Statistic[]): Series[] {
  const series: Series[] = []
  for (const [point, share] of window.shares) {
    const name = policy.quantityOf.get(point)
    const kind = name && quantities[name].kind
    for (const statistic of kind === 'gauge' || kind === 'counter' ? of : (['last'] as const)) {
      const value = statisticOf(share, statistic)
      const sample: Sample =
        value === null
          ? { offsetMs: 0, value, quality: share.missing }
          : { offsetMs: 0, value: rounded(value, release), quality: share.quality }
      series.push({ point, statistic, samples: [sample] })
    }
  }
  return series
}

/** In the policy's order, so that what leaves does not tell in which order devices were asked. */
function raw(release: Release, window: Window): Series[] {
  return release.points.flatMap((point) => {
    const samples = window.samples.get(point)
    return samples ? [{ point, samples }] : []
  })
}

function rounded(value: Value, release: Release): Value {
  return release.treatment.step === undefined ? value : round(value, release.treatment.step)
}

function seal(release: string, fromMs: number, untilMs: number, series: readonly Series[]): Disclosed {
  const record: Omit<Disclosed, keyof Disclosed & symbol> = {
    release,
    from: Temporal.Instant.fromEpochMilliseconds(fromMs),
    until: Temporal.Instant.fromEpochMilliseconds(untilMs),
    series,
  }
  return record as Disclosed // the seal itself: here and in announce.ts only, eslint sees to it
}
