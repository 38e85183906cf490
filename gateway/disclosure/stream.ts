/** One release at work: its open window, what waits in it, and which alarms matter to it. Changed in place. */
import { quantities } from '../../drivers/quantities.ts'
import { bad, hasValue, type PointId, type Reading } from '../../drivers/reading.ts'
import type { Statistic } from '../releases.ts'
import type { AlarmSample, Sample, Series, Suppressed } from './disclosed.ts'
import { matches } from './patterns.ts'
import type { Policy, Release } from './policy.ts'
import {
  accumulator,
  add,
  makesSense,
  qualityOf,
  renew,
  statisticOf,
  type Accumulator,
} from './treatments/aggregate.ts'
import type { Calendar } from './treatments/calendar.ts'
import { isNews, nothingTold, type Told } from './treatments/change-only.ts'
import { isDetailed, noneStanding, noteAlarm, type AlarmEvent, type Standing } from './treatments/detail.ts'

/** What a stream tells, before values are treated: from, until and moments are as they were. */
export interface Draft {
  readonly fromMs: number
  readonly untilMs: number
  /** offsets are milliseconds since `fromMs` */
  readonly series: readonly Series[]
  readonly alarms?: readonly AlarmSample[]
  readonly partial?: true
}

/** One point in one release. */
export interface Slot {
  readonly point: PointId
  readonly statistics: readonly Statistic[]
  /** tells of people: nothing of a window that was seen in part */
  readonly isGuarded: boolean
  readonly share: Accumulator | undefined
  readonly told: Told | undefined
  /** as they are read, `offsetMs` since 1970: of a release without aggregate; of one with, while alarms stand */
  samples: Sample[]
}

interface Window {
  readonly fromMs: number
  /** where the calendar ends it; of a batch, when it leaves */
  readonly untilMs: number
  /** since when it has seen everything: later, if the gateway started in the middle of it */
  readonly sinceMs: number
  /** the latest tick or reading that it has seen */
  seenMs: number
}

export interface Stream {
  readonly release: Release
  readonly calendar: Calendar
  readonly slots: readonly Slot[]
  window: Window | undefined
  /** how many samples wait, and since when; undefined: since the next */
  waiting: number
  waitingSinceMs: number | undefined
  readonly standing: Standing
  alarms: AlarmEvent[]
}

/** Time comes each second: what leaps further was not seen. */
const mostUnseenMs = 60_000

/** More samples than this do not wait for their batch. */
const mostWaiting = 20_000

export function streamOf(policy: Policy, release: Release, calendar: Calendar): Stream {
  const { aggregate, changeOnly } = release.treatment
  return {
    release,
    calendar,
    slots: release.points.map((point): Slot => {
      const quantity = policy.quantityOf.get(point)
      const kind = quantity && quantities[quantity].kind
      return {
        point,
        statistics: (aggregate?.of ?? []).filter((statistic) => kind === undefined || makesSense(kind, statistic)),
        isGuarded: policy.guarded.has(point),
        share: aggregate && accumulator(aggregate.of),
        told: changeOnly && nothingTold(),
        samples: [],
      }
    }),
    window: undefined,
    waiting: 0,
    waitingSinceMs: undefined,
    standing: noneStanding(),
    alarms: [],
  }
}

export function hear(stream: Stream, event: AlarmEvent): void {
  const { detail } = stream.release.treatment
  if (detail !== undefined) noteAlarm(detail, stream.standing, event)
  if (stream.release.alarms.some((pattern) => matches(pattern, event.alarm))) stream.alarms.push(event)
}

/** A reading of one of its points, taken at `atMs`; a window that ended before it goes out. */
export function see(stream: Stream, slot: Slot, reading: Reading, atMs: number, out: Draft[]): void {
  const { release, window } = stream
  const { changeOnly, aggregate, detail, minimumGroup } = release.treatment
  if (changeOnly !== undefined && slot.told !== undefined && !isNews(changeOnly, slot.told, reading)) return
  if (aggregate === undefined || slot.share === undefined) {
    if (stream.waiting >= mostWaiting) closeBatch(stream, atMs, out)
    wait(stream, slot, reading, atMs)
    return
  }
  // What was under way when its window closed counts in the next: better than twice, or not at all. Only a tick tells that
  // the clock was set back.
  if (window === undefined || atMs >= window.untilMs) turn(stream, atMs, out)
  if (stream.window !== undefined && atMs > stream.window.seenMs) stream.window.seenMs = atMs
  add(slot.share, reading)
  // Of points that leave as a sum only, none leaves by itself.
  if (detail !== undefined && minimumGroup?.of !== 'points' && isDetailed(stream.standing, atMs))
    wait(stream, slot, reading, atMs)
}

/** Time has come so far. */
export function pass(stream: Stream, nowMs: number, out: Draft[]): void {
  const { window, release } = stream
  if (release.treatment.aggregate !== undefined) {
    if (window === undefined || nowMs >= window.untilMs || nowMs < window.fromMs) turn(stream, nowMs, out)
    if (stream.window !== undefined && nowMs > stream.window.seenMs) stream.window.seenMs = nowMs
  }
  passBatch(stream, nowMs, out)
  closeAlarms(stream, out)
}

/** Nothing comes after this: what is open goes out, short as it is. */
export function end(stream: Stream, nowMs: number, out: Draft[]): void {
  if (stream.window !== undefined) closeWindow(stream, stream.window, nowMs, out)
  stream.window = undefined
  closeBatch(stream, nowMs, out)
  closeAlarms(stream, out)
}

/** Ends the window, if there is one, and begins the one that holds `atMs`. */
function turn(stream: Stream, atMs: number, out: Draft[]): void {
  const { window, release, calendar } = stream
  const { fromMs, untilMs } = calendar(atMs, release.treatment.aggregate?.everyMs ?? 1)
  let sinceMs = atMs
  if (window !== undefined) {
    // After a clock set back, or forward, it has lasted no longer than it has seen.
    const isUnseen = atMs < window.fromMs || atMs - window.seenMs > mostUnseenMs
    const endMs = isUnseen ? Math.min(window.seenMs, window.untilMs) : Math.min(atMs, window.untilMs)
    closeWindow(stream, window, endMs, out)
    if (endMs === fromMs) sinceMs = fromMs
  }
  stream.window = { fromMs, untilMs, sinceMs, seenMs: sinceMs }
}

function closeWindow(stream: Stream, { fromMs, untilMs, sinceMs }: Window, endMs: number, out: Draft[]): void {
  const isPartial = sinceMs > fromMs || endMs < untilMs
  const series: Series[] = []
  for (const { point, share, statistics, isGuarded } of stream.slots) {
    if (share === undefined) continue
    for (const statistic of statistics) {
      const sample = summary(share, statistic)
      series.push({ point, statistic, samples: [isPartial && isGuarded ? withoutValue(sample) : sample] })
    }
    renew(share)
  }
  if (series.length === 0 || endMs <= sinceMs) return
  out.push({ fromMs: sinceMs, untilMs: endMs, series, ...(isPartial ? { partial: true } : {}) })
}

function summary(share: Accumulator, statistic: Statistic): Sample {
  const value = statisticOf(share, statistic)
  if (value === null) return { offsetMs: 0, value, quality: share.missing }
  return { offsetMs: 0, value, quality: qualityOf(share, statistic) }
}

const tooShort: Suppressed = { state: 'suppressed', reason: 'too-short' }

/** Missing stays missing. */
function withoutValue(sample: Sample): Sample {
  return sample.value === null ? sample : { offsetMs: sample.offsetMs, value: null, quality: tooShort }
}

function wait(stream: Stream, slot: Slot, reading: Reading, atMs: number): void {
  stream.waitingSinceMs ??= atMs
  stream.waiting++
  slot.samples.push(sampleOf(reading, atMs))
}

function sampleOf(reading: Reading, offsetMs: number): Sample {
  if (!hasValue(reading)) return { offsetMs, value: null, quality: reading.quality }
  const { value, quality } = reading
  // JSON has no NaN and no infinity, and no treatment knows what to do with them.
  if (typeof value === 'number' && !Number.isFinite(value))
    return { offsetMs, value: null, quality: bad('implausible') }
  return { offsetMs, value, quality }
}

/** What waits leaves when its batch is full; what waits for none, now. Where moments are coarse, no sooner than they end. */
function passBatch(stream: Stream, nowMs: number, out: Draft[]): void {
  const { waiting, waitingSinceMs: sinceMs, release, calendar } = stream
  if (waiting === 0 || sinceMs === undefined) {
    stream.waitingSinceMs = nowMs
    return
  }
  const { batchMs = 0, treatment } = release
  const coarseMs = treatment.aggregate === undefined ? treatment.coarsen?.timeMs : undefined
  const dueMs = coarseMs === undefined ? sinceMs + batchMs : calendar(sinceMs, Math.max(coarseMs, batchMs)).untilMs
  if (nowMs >= dueMs || nowMs < sinceMs) closeBatch(stream, nowMs, out)
}

function closeBatch(stream: Stream, nowMs: number, out: Draft[]): void {
  const { waiting, waitingSinceMs: sinceMs = nowMs } = stream
  stream.waiting = 0
  stream.waitingSinceMs = nowMs
  if (waiting === 0) return
  // In the policy's order, so that what leaves does not tell in which order devices were asked.
  const series: Series[] = []
  let latestMs = sinceMs
  for (const slot of stream.slots) {
    if (slot.samples.length === 0) continue
    latestMs = Math.max(latestMs, slot.samples.at(-1)?.offsetMs ?? sinceMs)
    const samples = slot.samples.map((sample) => ({ ...sample, offsetMs: sample.offsetMs - sinceMs }))
    series.push({ point: slot.point, samples })
    slot.samples = []
  }
  // After a clock set back it has lasted no longer than it has seen.
  out.push({ fromMs: sinceMs, untilMs: nowMs < sinceMs ? latestMs : nowMs, series })
}

function closeAlarms(stream: Stream, out: Draft[]): void {
  const { alarms } = stream
  if (alarms.length === 0) return
  stream.alarms = []
  const moments = alarms.map(({ at }) => at.epochMilliseconds)
  const fromMs = Math.min(...moments)
  out.push({
    fromMs,
    untilMs: Math.max(...moments),
    series: [],
    alarms: alarms.map(({ alarm, of, state, at }) => ({
      offsetMs: at.epochMilliseconds - fromMs,
      code: alarm,
      of,
      state,
    })),
  })
}
