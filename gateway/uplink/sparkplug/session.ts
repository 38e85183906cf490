/** An edge node's session with its hosts: where it stands, and how what it says is numbered (Sparkplug B 3.0, 6.4.2). */
import type { Policy } from '../../disclosure/policy.ts'
import { Metrics } from './metrics.ts'
import type { Metric, Payload } from './payload.ts'
import type { Verb } from './topics.ts'

export interface Message {
  readonly verb: Verb
  readonly device?: string
  readonly payload: Payload
  /** whose data it carries; absent: births and deaths */
  readonly release?: string
}

export interface Now {
  readonly wallMs: number
  readonly monotonicMs: number
}

export interface Device {
  /** its birth, and no death since, was told in this session */
  alive: boolean
  /** an alarm says that it is dead */
  declaredDead: boolean
}

/** Belongs to the caller and is changed in place by each step: a value costs no copy of all others. */
export interface Session {
  readonly metrics: Metrics
  readonly primaryHost: string | undefined
  readonly devices: Map<string, Device>
  /**
   * `away`: no connection; `waiting`: for the primary host, or for the moment of birth; `born`; `held`: born, and the socket
   * is full; `asked`: born, and to be born again: until then nothing is told
   */
  phase: 'away' | 'waiting' | 'born' | 'held' | 'asked'
  /** of the CONNECT that is under way: the host tells by it which death belongs to which birth */
  bdSeq: number
  /** of the next message */
  seq: number
  /** on the monotonic clock, when a birth is due */
  dueMs: number | undefined
  bornMs: number
  /** of the last word of the primary host that counted; older ones do not */
  hostMs: number
  sweptMs: number
}

/** One step: what happens, when, and what is said. */
export interface Turn {
  readonly session: Session
  readonly now: Now
  readonly out: Message[]
}

/** A district's gateways are asked by their host at once: their births come spread. */
const jitterMs = 1_000
/** Births that are asked for come no closer. */
const betweenBirthsMs = 5_000

export function newSession(policy: Policy, primaryHost?: string): Session {
  return {
    ...{ metrics: new Metrics(policy), primaryHost, devices: new Map(), phase: 'away', bdSeq: -1, seq: 0 },
    ...{ dueMs: undefined, bornMs: -Infinity, hostMs: -Infinity, sweptMs: -Infinity },
  }
}

export function isBorn({ phase }: Session): boolean {
  return phase === 'born' || phase === 'held' || phase === 'asked'
}

/** The first to be scheduled stays: who asks again meanwhile gets the same birth. `chance`: from 0 to 1. */
export function scheduleBirth({ session, now }: Turn, chance: number): void {
  session.dueMs ??= Math.max(now.monotonicMs + chance * jitterMs, session.bornMs + betweenBirthsMs)
}

export function send(
  { session, now, out }: Turn,
  verb: Verb,
  metrics: readonly Metric[],
  about: Pick<Message, 'device' | 'release'> = {},
): void {
  out.push({ ...about, verb, payload: { atMs: now.wallMs, metrics, seq: session.seq } })
  session.seq = (session.seq + 1) % 256
}
