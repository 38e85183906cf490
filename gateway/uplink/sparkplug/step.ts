/**
 * The edge node by Sparkplug's rules, as a function of (session, event, time): what it has to say, and in which order
 * (Sparkplug B 3.0, chapter 5). It sees only what disclosure let out; it knows of no socket and no clock.
 */
import type { Disclosed } from '../../disclosure/disclosed.ts'
import { born } from './metrics.ts'
import type { Metric, Payload } from './payload.ts'
import { isBorn, scheduleBirth, send, type Message, type Now, type Session, type Turn } from './session.ts'
import { catchUp, reconcile, sweep, tell } from './telling.ts'

interface HostSaid {
  readonly event: 'host'
  readonly online: boolean
  readonly atMs: number
  /** from 0 to 1 */
  readonly chance: number
}

export type SessionEvent =
  /** a CONNECT is to be sent, with the will of `willOf` */
  | { readonly event: 'connecting' }
  /** it was accepted, and the node listens for its commands */
  | { readonly event: 'connected' }
  /** the primary host's word about itself */
  | HostSaid
  /** a host has missed something; `chance`: from 0 to 1 */
  | { readonly event: 'rebirth-asked'; readonly chance: number }
  | { readonly event: 'disclosed'; readonly records: readonly Disclosed[] }
  /** the socket takes no more: what is new replaces what waits */
  | { readonly event: 'held' }
  | { readonly event: 'drained' }
  /** `dueMs` has come */
  | { readonly event: 'due' }
  /** the connection is over */
  | { readonly event: 'lost' }
  /** the gateway stops */
  | { readonly event: 'goodbye' }

export interface Step {
  readonly out: readonly Message[]
  /** the connection is to be ended after these messages, and begun anew */
  readonly leave: boolean
}

/** Devices that have gone silent are looked for so often. */
const sweepMs = 60_000

/** What the broker says for a node that is gone: with the same number as the birth. */
export function willOf({ bdSeq }: Session, { wallMs }: Now): Payload {
  return { atMs: wallMs, metrics: [bdSeqMetric(bdSeq, wallMs)] }
}

export function step(session: Session, event: SessionEvent, now: Now): Step {
  const out: Message[] = []
  const turn: Turn = { session, now, out }
  let leave = false
  switch (event.event) {
    case 'connecting':
      session.bdSeq = (session.bdSeq + 1) % 256
      session.dueMs = undefined
      break
    case 'connected':
      session.phase = 'waiting'
      if (session.primaryHost === undefined) beBorn(turn)
      break
    case 'host':
      leave = hostSaid(turn, event)
      break
    case 'rebirth-asked':
      if (!isBorn(session)) break
      session.phase = 'asked'
      scheduleBirth(turn, event.chance)
      break
    case 'disclosed':
      for (const record of event.records) tell(turn, record)
      if (session.phase === 'born' && now.monotonicMs - session.sweptMs >= sweepMs) sweep(turn)
      break
    case 'held':
      if (session.phase === 'born') session.phase = 'held'
      break
    case 'drained':
      if (session.phase !== 'held') break
      session.phase = 'born'
      catchUp(turn)
      break
    case 'due':
      if (session.dueMs !== undefined && now.monotonicMs >= session.dueMs && session.phase !== 'away') beBorn(turn)
      break
    case 'lost':
      goAway(session)
      break
    case 'goodbye':
      die(turn)
      break
  }
  return { out, leave }
}

/** Whether the connection is to be ended: where the primary host is not, nobody keeps what is told. */
function hostSaid(turn: Turn, { online, atMs, chance }: HostSaid): boolean {
  const { session } = turn
  if (session.primaryHost === undefined || atMs < session.hostMs) return false
  session.hostMs = atMs
  if (isBorn(session)) {
    if (!online) die(turn)
    return !online
  }
  // It may be heard while the subscription is still being answered.
  if (!online) session.dueMs = undefined
  else scheduleBirth(turn, chance)
  return false
}

/** The node with all its metrics, then each device that is alive with all of its own. */
function beBorn(turn: Turn): void {
  const { session, now } = turn
  const { metrics, devices, bdSeq } = session
  const { wallMs, monotonicMs } = now
  session.phase = 'born'
  session.seq = 0
  session.dueMs = undefined
  session.bornMs = session.sweptMs = monotonicMs
  send(turn, 'NBIRTH', [
    bdSeqMetric(bdSeq, wallMs),
    { name: 'Node Control/Rebirth', atMs: wallMs, typed: { type: 'Boolean', value: false }, withDatatype: true },
    ...metrics.living(undefined, wallMs).map((known) => born(known, wallMs)),
  ])
  for (const device of devices.values()) device.alive = false
  for (const device of metrics.devices) reconcile(turn, device)
}

function die(turn: Turn): void {
  const { session, now, out } = turn
  if (isBorn(session)) out.push({ verb: 'NDEATH', payload: willOf(session, now) })
  goAway(session)
}

function goAway(session: Session): void {
  session.phase = 'away'
  session.dueMs = undefined
  session.bornMs = -Infinity // in a new session the first birth need not wait
  for (const device of session.devices.values()) device.alive = false
  session.metrics.forgetHeard()
}

/** Without an alias: a host reads it before it knows any. */
function bdSeqMetric(bdSeq: number, atMs: number): Metric {
  return { name: 'bdSeq', atMs, typed: { type: 'Int64', value: BigInt(bdSeq) }, withDatatype: true }
}
