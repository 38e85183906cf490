/**
 * How far the wall clock is believed. A machine without a hardware clock wakes at the time when it went to sleep: plausible,
 * and wrong by the length of the power cut, so that a street would be dark at night. So a time is believed only for a
 * reason, and a clock that leaps loses its credit. Pure.
 */
import type { Kept } from './keeping.ts'

export type Trust = 'synced' | 'holdover' | 'unknown'

export type TrustReason =
  | 'synchronised'
  /** the site says that others keep this machine's time */
  | 'declared'
  /** a hardware clock set the time at boot */
  | 'hardware-clock'
  /** believed before a restart of the gateway, and counted on since */
  | 'same-boot'
  | 'never-set'
  | 'before-floor'
  /** the clock has leapt, whoever set it */
  | 'stepped'
  | 'held-too-long'

/** A moment on both clocks. */
export interface Both {
  readonly wallMs: number
  readonly monotonicMs: number
}

export interface TrustState {
  readonly trust: Trust
  readonly reason: TrustReason
  /** no time before this one is believed; milliseconds since 1970, as all wall times here */
  readonly floorMs: number
  /** the last moment that was believed: what the wall clock should be by our own reckoning */
  readonly reckoned: Both | undefined
  /** the last sample, to notice leaps by */
  readonly last: Both
  /** when the clock was synchronised last, on the monotonic clock */
  readonly synchronisedMs: number
  /** the leap that cost the clock its credit; undefined: it has made none */
  readonly stepped: Leap | undefined
}

interface Leap {
  /** since when the clock runs on, synchronised, without another one */
  readonly sinceMs: number
  /** how far from our own reckoning it may be when a time server has put it right */
  readonly rightableMs: number
}

export interface Start extends Both {
  readonly uptimeMs: number
  readonly bootId: string
  /** a hardware clock set the wall clock at boot */
  readonly rtc: boolean
  readonly kept?: Pick<Kept, 'bootId' | 'believed' | 'floor'>
  readonly declared: boolean
}

export interface Sample extends Both {
  readonly synchronised: boolean
}

/** No gateway of this release runs before it was made. Raised with each release. */
export const earliestMs = Date.UTC(2026, 10, 22)

/** A clock that is put right moves less than this; one that is holding over may have drifted further. */
const stepMs = 120_000
/** Also how far the floor stays behind: a clock that is put right backwards is not below it. */
const driftMs = 600_000
const heldLongestMs = 30 * 86_400_000
/** A clock that has leapt and then runs on, synchronised, for so long is believed again. */
const probationMs = 86_400_000

export function beginTrust({ wallMs, monotonicMs, uptimeMs, bootId, rtc, kept, declared }: Start): TrustState {
  const floorMs = Math.max(earliestMs, kept === undefined ? 0 : Date.parse(kept.floor))
  const last = { wallMs, monotonicMs }
  const common = { floorMs, last, synchronisedMs: monotonicMs, stepped: undefined }
  const believed = (trust: Trust, reason: TrustReason): TrustState => ({ ...common, trust, reason, reckoned: last })
  if (declared) return believed('synced', 'declared')
  if (wallMs < floorMs) return { ...common, trust: 'unknown', reason: 'before-floor', reckoned: undefined }
  if (kept?.bootId === bootId && kept.believed !== undefined) {
    const { wall, uptimeMs: thenMs } = kept.believed
    const reckoned = { wallMs: Date.parse(wall), monotonicMs: monotonicMs - (uptimeMs - thenMs) }
    // A clock that had leapt before this start is no more to be believed after it.
    return Math.abs(wallMs - onward(reckoned, monotonicMs)) <= stepMs
      ? believed('holdover', 'same-boot')
      : {
          ...common,
          trust: 'unknown',
          reason: 'stepped',
          stepped: { sinceMs: monotonicMs, rightableMs: driftMs },
          reckoned,
        }
  }
  return rtc
    ? believed('holdover', 'hardware-clock')
    : { ...common, trust: 'unknown', reason: 'never-set', reckoned: undefined }
}

export function observe(state: TrustState, { wallMs, monotonicMs, synchronised }: Sample): TrustState {
  const { floorMs } = state
  const last = { wallMs, monotonicMs }
  if (state.reason === 'declared') return { ...state, last, reckoned: last }
  const synchronisedMs = synchronised ? monotonicMs : state.synchronisedMs
  const lost = (reason: TrustReason, stepped = state.stepped): TrustState => ({
    ...state,
    last,
    trust: 'unknown',
    reason,
    synchronisedMs,
    stepped,
  })
  const believed = (trust: Trust, reason: TrustReason): TrustState => ({
    trust,
    reason,
    last,
    reckoned: last,
    floorMs: Math.max(floorMs, wallMs - driftMs),
    synchronisedMs,
    stepped: undefined,
  })

  const offMs = Math.abs(wallMs - onward(state.last, monotonicMs))
  // A clock that held over for long may be put right by more, when a time server is reached again.
  const rightableMs = state.trust === 'holdover' ? driftMs : stepMs
  const leapt = offMs > (synchronised ? rightableMs : stepMs)
  if (state.trust !== 'unknown' && leapt) return lost('stepped', { sinceMs: monotonicMs, rightableMs })
  if (state.stepped !== undefined) {
    const { reckoned, stepped } = state
    // The clock is set a moment before anybody says that it is synchronised.
    const nearMs = synchronised ? stepped.rightableMs : stepMs
    const agrees = reckoned !== undefined && Math.abs(wallMs - onward(reckoned, monotonicMs)) <= nearMs
    const served = synchronised && !leapt && monotonicMs - stepped.sinceMs >= probationMs
    // Another leap, or the loss of the time server, and the probation begins anew.
    if (!agrees && !served)
      return lost('stepped', leapt || !synchronised ? { ...stepped, sinceMs: monotonicMs } : stepped)
  }
  if (wallMs < floorMs) return lost('before-floor')
  if (synchronised) return believed('synced', 'synchronised')
  if (state.trust === 'unknown' && state.stepped === undefined) return lost(state.reason)
  if (monotonicMs - synchronisedMs > heldLongestMs) return lost('held-too-long')
  return believed('holdover', state.trust === 'holdover' ? state.reason : 'same-boot')
}

function onward({ wallMs, monotonicMs }: Both, nowMs: number): number {
  return wallMs + (nowMs - monotonicMs)
}
