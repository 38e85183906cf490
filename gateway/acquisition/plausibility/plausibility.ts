/**
 * Looks at readings before anyone else does: what comes in a way in which the value does not change is suspect, and a counter
 * that begins anew is carried on. A reading that needs nothing goes through as it came, and costs a look into a map.
 */
import type { Clock } from '../../../drivers/clock.ts'
import type { InstancePoint } from '../../../drivers/instance.ts'
import { hasValue, uncertain, type PointId, type Reading } from '../../../drivers/reading.ts'
import { count, type Counter, type Outcome } from './counter.ts'
import type { CounterKept, CountersKept, Offset } from './memory.ts'
import { step } from './step.ts'
import { doubtedReadings, haveSwapped, jumps, type Member } from './swap.ts'
import { suspicionOf, watch, type Suspicion, type Watched } from './watched.ts'

export type PlausibilityNews =
  /** what a counter did, what it said before and says now, and what is added from now on */
  | {
      readonly event: 'counter'
      readonly point: PointId
      readonly what: Offset['what'] | 'faster'
      readonly from: number
      readonly to: number
      readonly offset: number
    }
  /** values of the point are suspect, and, where two have changed places, those of `with`; without `because`: no longer */
  | { readonly event: 'suspect'; readonly point: PointId; readonly because?: Suspicion; readonly with?: PointId }

export interface PlausibilityParts {
  /** by device, all that it measures */
  readonly devices: ReadonlyMap<string, Iterable<InstancePoint>>
  readonly clock: Clock
  readonly kept?: CountersKept | undefined
  /** by device: offsets from before are not carried on; in milliseconds since 1970 */
  readonly countersFromMs?: ReadonlyMap<string, number>
  readonly news: (news: PlausibilityNews) => void
}

/** A value that leaps to and fro for ever is told of so often. */
const toldAgainMs = 600_000

type Valued = Extract<Reading, { value: unknown }>

const suspect = uncertain('suspect')

export class Plausibility {
  readonly #watched = new Map<PointId, Watched>()
  readonly #clock: Clock
  readonly #news: PlausibilityParts['news']
  /** what is suspected since the readings that are being looked at */
  readonly #fresh: Watched[] = []
  #isChanged = false

  constructor({ devices, clock, kept = {}, countersFromMs, news }: PlausibilityParts) {
    this.#clock = clock
    this.#news = news
    for (const [device, points] of devices) {
      const remembered = {
        kept: (point: PointId) => (Object.hasOwn(kept, point) ? kept[point] : undefined),
        countersFromMs: countersFromMs?.get(device) ?? -Infinity,
        wallMs: clock.now().epochMilliseconds,
        nowMs: clock.monotonicMs(),
      }
      for (const watched of watch(device, [...points], remembered)) this.#watched.set(watched.id, watched)
    }
  }

  /** The readings as others are to see them: the same array where nothing is to be changed. */
  pass(readings: readonly Reading[]): readonly Reading[] {
    const nowMs = this.#clock.monotonicMs()
    let passed: Reading[] | undefined
    for (let index = 0; index < readings.length; index++) {
      const reading = readings[index]
      if (reading === undefined || !hasValue(reading) || typeof reading.value !== 'number') continue
      const watched = this.#watched.get(reading.point)
      if (watched === undefined) continue
      const seen = this.#look(watched, reading, reading.value, nowMs)
      if (seen === reading) continue
      passed ??= [...readings]
      passed[index] = seen
    }
    if (this.#fresh.length === 0) return passed ?? readings
    passed ??= [...readings]
    this.#tellFresh(passed, nowMs)
    return passed
  }

  /** Who a device is was asked; one that differs may be another meter, whose counters go on where the other's were. */
  identified(device: string, differs: boolean): void {
    if (!differs) return
    for (const { id, counter } of this.#watched.values())
      if (counter !== undefined && id.startsWith(`${device}.`)) counter.isAnother = true
  }

  /** What is added to what the device says of this point; undefined: nothing is. */
  offset(point: PointId): Offset | undefined {
    return this.#watched.get(point)?.offset
  }

  /** What to remember over a restart; undefined: nothing has changed since this was asked last. */
  changed(): CountersKept | undefined {
    if (!this.#isChanged) return undefined
    this.#isChanged = false
    const nowMs = this.#clock.monotonicMs()
    const wallMs = this.#clock.now().epochMilliseconds
    const kept: Record<string, CounterKept> = {}
    for (const { id, counter, offset } of this.#watched.values()) {
      if (counter === undefined || Number.isNaN(counter.raw)) continue
      const { raw, told, changedMs } = counter
      const atMs = Number.isFinite(changedMs) ? Math.round(wallMs - (nowMs - changedMs)) : 0
      kept[id] = { raw, told, atMs, ...(offset === undefined ? {} : { offset }) }
    }
    return kept
  }

  #look(watched: Watched, reading: Valued, value: number, nowMs: number): Reading {
    const { counter, gauge, member } = watched
    if (member !== undefined && jumps(member, value, nowMs)) this.#lookForSwap(watched, member, nowMs)
    if (counter !== undefined) return this.#count(watched, counter, reading, value, nowMs)
    let why: Suspicion | undefined =
      gauge !== undefined && step(gauge, value, nowMs) === 'suspect' ? 'leapt' : undefined
    if (member !== undefined && member.doubted > 0) {
      member.doubted--
      why = 'swapped'
    }
    if (why === undefined) {
      if (watched.doubt !== undefined) this.#clear(watched)
      return reading
    }
    this.#doubt(watched, why)
    return { point: reading.point, at: reading.at, quality: suspect, value }
  }

  #count(watched: Watched, counter: Counter, reading: Valued, value: number, nowMs: number): Reading {
    const from = counter.raw
    const { member } = watched
    const outcome = count(counter, value, nowMs)
    if (outcome === 'suspect') {
      const isSwapped = member !== undefined && member.doubted > 0
      if (isSwapped) counter.patience = doubtedReadings
      if (isSwapped) this.#doubt(watched, 'swapped')
      else if (watched.doubt === undefined) this.#doubt(watched, suspicionOf(watched.point, counter, value, nowMs))
      return { point: reading.point, at: reading.at, quality: suspect, value: counter.told }
    }
    if (counter.raw !== from) this.#isChanged = true
    if (outcome !== 'fine' || watched.doubt !== undefined) this.#settled(watched, counter, outcome, from, value)
    const { told } = counter
    return told === value ? reading : { point: reading.point, at: reading.at, quality: reading.quality, value: told }
  }

  #settled(watched: Watched, { offset }: Counter, outcome: Exclude<Outcome, 'suspect'>, from: number, to: number) {
    const { id: point, member } = watched
    if (member !== undefined) member.doubted = 0
    if (outcome !== 'over' && outcome !== 'fine') {
      if (outcome !== 'faster')
        watched.offset = { value: offset, sinceMs: this.#clock.now().epochMilliseconds, what: outcome }
      this.#news({ event: 'counter', point, what: outcome, from, to, offset })
    }
    if (watched.doubt !== undefined) this.#clear(watched)
  }

  /** The way there, or the way back. */
  #lookForSwap(watched: Watched, member: Member, nowMs: number): void {
    for (const partner of watched.family) {
      const other = partner.member
      if (other === undefined || !haveSwapped(member, other, nowMs)) continue
      const isBack = watched.swappedWith === partner && partner.swappedWith === watched
      member.doubted = other.doubted = isBack ? 0 : doubtedReadings
      watched.swappedWith = isBack ? undefined : partner
      partner.swappedWith = isBack ? undefined : watched
      if (!isBack) this.#doubt(partner, 'swapped')
      return
    }
  }

  #doubt(watched: Watched, why: Suspicion): void {
    if (watched.doubt === why) return
    watched.doubt = why
    this.#fresh.push(watched)
  }

  #clear(watched: Watched): void {
    watched.doubt = undefined
    if (watched.isTold) this.#news({ event: 'suspect', point: watched.id })
    watched.isTold = false
  }

  /** Of two that have changed places the one that was seen first had already passed; and they are told of together. */
  #tellFresh(passed: Reading[], nowMs: number): void {
    for (const { id } of this.#fresh) {
      const index = passed.findIndex(({ point }) => point === id)
      const reading = passed[index]
      if (reading !== undefined && hasValue(reading)) passed[index] = { ...reading, quality: suspect }
    }
    const told = new Set<Watched>()
    for (const watched of this.#fresh) {
      const { id: point, doubt, swappedWith } = watched
      if (doubt === undefined || told.has(watched) || nowMs - watched.toldMs < toldAgainMs) continue
      const other = doubt === 'swapped' ? swappedWith : undefined
      told.add(watched)
      if (other !== undefined) told.add(other)
      watched.isTold = true
      watched.toldMs = nowMs
      this.#news({ event: 'suspect', point, because: doubt, ...(other === undefined ? {} : { with: other.id }) })
    }
    this.#fresh.length = 0
  }
}
