/**
 * The edge node by Sparkplug's rules, as a function of (session, event, time): what it has to say, and in which order
 * (Sparkplug B 3.0, chapters 5 and 6.4). It sees only what disclosure let out; it knows of no socket and no clock.
 */
import type { AlarmSample, Disclosed } from '../../disclosure/disclosed.ts'
import type { Policy, Release } from '../../disclosure/policy.ts'
import { good } from '../../../drivers/reading.ts'
import { learn, onlyLastIsLive, type Change } from './changes.ts'
import { born, Metrics, told, type Known } from './metrics.ts'
import type { Metric, Payload } from './payload.ts'
import type { Verb } from './topics.ts'
import { said } from './value.ts'

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

export type SessionEvent =
  /** a CONNECT is to be sent, with the will of `willOf` */
  | { readonly event: 'connecting' }
  /** it was accepted, and the node listens for its commands */
  | { readonly event: 'connected' }
  /** the primary host's word about itself */
  | { readonly event: 'host'; readonly online: boolean; readonly atMs: number; readonly chance: number }
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

interface Device {
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

/** A district's gateways are asked by their host at once: their births come spread. */
const jitterMs = 1_000
/** Births that are asked for come no closer. */
const betweenBirthsMs = 5_000
/** Devices that have gone silent are looked for so often. */
const sweepMs = 60_000
/** In one message: a broker takes them only so large. */
const mostMetrics = 500

export function newSession(policy: Policy, primaryHost?: string): Session {
  return {
    ...{ metrics: new Metrics(policy), primaryHost, devices: new Map(), phase: 'away', bdSeq: -1, seq: 0 },
    ...{ dueMs: undefined, bornMs: -Infinity, hostMs: -Infinity, sweptMs: -Infinity },
  }
}

/** What the broker says for a node that is gone: with the same number as the birth (6.4.20). */
export function willOf({ bdSeq }: Session, { wallMs }: Now): Payload {
  return { atMs: wallMs, metrics: [bdSeqMetric(bdSeq, wallMs)] }
}

export function step(session: Session, event: SessionEvent, now: Now): Step {
  const out: Message[] = []
  let leave = false
  switch (event.event) {
    case 'connecting':
      session.bdSeq = (session.bdSeq + 1) % 256
      session.dueMs = undefined
      break
    case 'connected':
      session.phase = 'waiting'
      if (session.primaryHost === undefined) beBorn(session, now, out)
      break
    case 'host':
      leave = hostSaid(session, event, now, out)
      break
    case 'rebirth-asked':
      if (!isBorn(session)) break
      session.phase = 'asked'
      scheduleBirth(session, now, event.chance)
      break
    case 'disclosed':
      for (const record of event.records) tell(session, record, now, out)
      if (session.phase === 'born' && now.monotonicMs - session.sweptMs >= sweepMs) sweep(session, now, out)
      break
    case 'held':
      if (session.phase === 'born') session.phase = 'held'
      break
    case 'drained':
      if (session.phase !== 'held') break
      session.phase = 'born'
      catchUp(session, now, out)
      break
    case 'due':
      if (session.dueMs !== undefined && now.monotonicMs >= session.dueMs && session.phase !== 'away')
        beBorn(session, now, out)
      break
    case 'lost':
      goAway(session)
      break
    case 'goodbye':
      die(session, now, out)
      break
  }
  return { out, leave }
}

function isBorn({ phase }: Session): boolean {
  return phase === 'born' || phase === 'held' || phase === 'asked'
}

/** The first to be scheduled stays: who asks again meanwhile gets the same birth. */
function scheduleBirth(session: Session, { monotonicMs }: Now, chance: number): void {
  session.dueMs ??= Math.max(monotonicMs + chance * jitterMs, session.bornMs + betweenBirthsMs)
}

/** Whether the connection is to be ended: where the primary host is not, nobody stores what is told (5.14). */
function hostSaid(
  session: Session,
  { online, atMs, chance }: { online: boolean; atMs: number; chance: number },
  now: Now,
  out: Message[],
): boolean {
  if (session.primaryHost === undefined || atMs < session.hostMs) return false
  session.hostMs = atMs
  if (online) {
    // It may be heard while the subscription is still being answered.
    if (!isBorn(session)) session.dueMs ??= now.monotonicMs + chance * jitterMs
    return false
  }
  if (!isBorn(session)) {
    session.dueMs = undefined
    return false
  }
  die(session, now, out)
  return true
}

/** The node with all its metrics, then each device that is alive with all of its own (6.4.17, 6.4.19). */
function beBorn(session: Session, now: Now, out: Message[]): void {
  const { metrics, devices, bdSeq } = session
  session.phase = 'born'
  session.seq = 0
  session.dueMs = undefined
  session.bornMs = session.sweptMs = now.monotonicMs
  const { wallMs } = now
  send(session, now, out, 'NBIRTH', undefined, [
    bdSeqMetric(bdSeq, wallMs),
    { name: 'Node Control/Rebirth', atMs: wallMs, typed: { type: 'Boolean', value: false }, withDatatype: true },
    ...metrics.living(undefined, wallMs).map((known) => born(known, wallMs)),
  ])
  for (const device of devices.values()) device.alive = false
  for (const device of metrics.devices) reconcile(session, device, [], undefined, now, out)
}

function die(session: Session, now: Now, out: Message[]): void {
  if (isBorn(session)) out.push({ verb: 'NDEATH', payload: willOf(session, now) })
  goAway(session)
}

function goAway(session: Session): void {
  session.phase = 'away'
  session.dueMs = undefined
  for (const device of session.devices.values()) device.alive = false
  // What its host has heard it may have forgotten.
  for (const device of [undefined, ...session.metrics.devices])
    for (const known of session.metrics.living(device, -Infinity)) delete known.heard
}

function tell(session: Session, record: Disclosed, now: Now, out: Message[]): void {
  const release = session.metrics.releaseOf(record.release)
  if (release === undefined) return
  for (const alarm of record.alarms ?? []) tellAlarm(session, release, alarm, record, now, out)
  const changes = new Map<string, Change[]>()
  for (const series of record.series) {
    const known = session.metrics.ofSeries(release, series)
    const device = known.device ?? ''
    const list = changes.get(device) ?? []
    changes.set(device, list)
    for (const { offsetMs, value, quality } of series.samples) {
      // What a window says is known at its end (6.4.6: the time at which the value was).
      const at =
        series.statistic === undefined ? record.from.epochMilliseconds + offsetMs : record.until.epochMilliseconds
      list.push(...learn(known, said(at, value, quality, record.partial === true)))
    }
  }
  for (const [device, list] of changes) reconcile(session, device, onlyLastIsLive(list), release.name, now, out)
}

/** Says of a device what its host has to hear now: that it is there, with all that it has; what has changed; that it is gone. */
function reconcile(
  session: Session,
  name: string,
  changes: readonly Change[],
  release: string | undefined,
  now: Now,
  out: Message[],
): void {
  if (session.phase !== 'born') return
  const device = deviceOf(session, name)
  const all = session.metrics.living(name, now.wallMs)
  const alive = !device.declaredDead && isAlive(all)
  const toBear = alive && (!device.alive || all.some(({ heard }) => heard === undefined))
  if (device.alive && !alive) {
    send(session, now, out, 'DDEATH', name, [])
    for (const known of all) delete known.heard
  }
  device.alive = alive
  if (toBear) {
    const births = all.map((known) => born(known, now.wallMs))
    send(session, now, out, 'DBIRTH', name, births)
  }
  if (!alive) return
  const left = toBear ? changes.filter(({ historical }) => historical) : changes
  sendData(session, now, out, name, left, release)
}

/** By what was read last, where something is told as it is read: a window tells of a death only at its end. */
function isAlive(all: readonly Known[]): boolean {
  const told = all.filter(({ last }) => last !== undefined)
  const read = told.filter(({ statistic }) => statistic === undefined)
  return (read.length > 0 ? read : told).some(({ last }) => last?.quality.state !== 'bad')
}

function deviceOf(session: Session, name: string): Device {
  const device = session.devices.get(name) ?? { alive: false, declaredDead: false }
  session.devices.set(name, device)
  return device
}

/** On the node: a device that is dead has no voice of its own. */
function tellAlarm(
  session: Session,
  release: Release,
  alarm: AlarmSample,
  record: Disclosed,
  now: Now,
  out: Message[],
): void {
  const atMs = record.from.epochMilliseconds + alarm.offsetMs
  const stands = alarm.state === 'raised'
  const known = session.metrics.ofAlarm(release, alarm)
  const changes = learn(known, said(atMs, stands, good, false))
  const text = session.metrics.alarmText
  const words = [alarm.state, alarm.code, ...(alarm.of === '' ? [] : [alarm.of])].join(' ')
  if (text !== undefined) changes.push(...learn(text, said(atMs, words, good, false)))
  if (session.phase === 'born') {
    const born = changes.filter(({ known: { heard } }) => heard !== undefined)
    sendData(session, now, out, undefined, born, release.name)
    if (born.length < changes.length) scheduleBirth(session, now, 0)
  }
  if (alarm.code !== 'device-dead' || !session.metrics.devices.includes(alarm.of)) return
  deviceOf(session, alarm.of).declaredDead = stands
  reconcile(session, alarm.of, [], undefined, now, out)
}

/** After a full socket: the newest of each metric, and what was born or has died meanwhile. */
function catchUp(session: Session, now: Now, out: Message[]): void {
  const changed = (device: string | undefined) =>
    session.metrics.living(device, now.wallMs).flatMap((known): Change[] => {
      const { changed, last, heard } = known
      return changed && last !== undefined && heard !== undefined ? [{ known, said: last, historical: false }] : []
    })
  sendData(session, now, out, undefined, changed(undefined), undefined)
  if (session.metrics.living(undefined, now.wallMs).some(({ heard }) => heard === undefined))
    scheduleBirth(session, now, 0)
  for (const device of session.metrics.devices) reconcile(session, device, changed(device), undefined, now, out)
}

function sweep(session: Session, now: Now, out: Message[]): void {
  session.sweptMs = now.monotonicMs
  for (const device of session.metrics.devices) reconcile(session, device, [], undefined, now, out)
}

function sendData(
  session: Session,
  now: Now,
  out: Message[],
  device: string | undefined,
  changes: readonly Change[],
  release: string | undefined,
): void {
  for (let at = 0; at < changes.length; at += mostMetrics) {
    const part = changes.slice(at, at + mostMetrics)
    const metrics = part.map(({ known, said, historical }) => told(known, said, historical))
    send(session, now, out, device === undefined ? 'NDATA' : 'DDATA', device, metrics, release)
  }
}

function send(
  session: Session,
  now: Now,
  out: Message[],
  verb: Verb,
  device: string | undefined,
  metrics: readonly Metric[],
  release?: string,
): void {
  out.push({
    ...{ verb, payload: { atMs: now.wallMs, metrics, seq: session.seq } },
    ...(device === undefined ? {} : { device }),
    ...(release === undefined ? {} : { release }),
  })
  session.seq = (session.seq + 1) % 256
}

/** Without an alias: a host reads it before it knows any. */
function bdSeqMetric(bdSeq: number, atMs: number): Metric {
  return { name: 'bdSeq', atMs, typed: { type: 'Int64', value: BigInt(bdSeq) }, withDatatype: true }
}
