/** What a host has to hear of what disclosure let out: births of devices, what has changed, deaths; alarms on the node itself. */
import { good } from '../../../drivers/reading.ts'
import type { AlarmSample, Disclosed } from '../../disclosure/disclosed.ts'
import type { Release } from '../../disclosure/policy.ts'
import { learn, onlyLastIsLive, type Change } from './changes.ts'
import { born, told, type Known } from './metrics.ts'
import { scheduleBirth, send, type Device, type Message, type Session, type Turn } from './session.ts'
import { said } from './value.ts'

/** In one message: a broker takes them only so large. */
const mostMetrics = 500

export function tell(turn: Turn, record: Disclosed): void {
  const { metrics } = turn.session
  const release = metrics.releaseOf(record.release)
  if (release === undefined) return
  for (const alarm of record.alarms ?? []) tellAlarm(turn, release, alarm, record)
  const changes = new Map<string, Change[]>()
  for (const series of record.series) {
    const known = metrics.ofSeries(release, series)
    const device = known.device ?? ''
    const list = changes.get(device) ?? []
    changes.set(device, list)
    for (const { offsetMs, value, quality } of series.samples) {
      // What a window says is known at its end.
      const atMs =
        series.statistic === undefined ? record.from.epochMilliseconds + offsetMs : record.until.epochMilliseconds
      list.push(...learn(known, said(atMs, value, quality, record.partial === true)))
    }
  }
  for (const [device, list] of changes) reconcile(turn, device, onlyLastIsLive(list), release.name)
}

/** On the node: a device that is dead has no voice of its own. */
function tellAlarm(
  turn: Turn,
  release: Release,
  { code, of, state, offsetMs }: AlarmSample,
  { from }: Disclosed,
): void {
  const { session } = turn
  const { metrics } = session
  const atMs = from.epochMilliseconds + offsetMs
  const changes = learn(metrics.ofAlarm(release, code, of), said(atMs, state === 'raised', good, false))
  const words = [state, code, ...(of === '' ? [] : [of])].join(' ')
  if (metrics.alarmText !== undefined) changes.push(...learn(metrics.alarmText, said(atMs, words, good, false)))
  if (session.phase === 'born') {
    const known = changes.filter(({ known: { heard } }) => heard !== undefined)
    sendData(turn, known, { release: release.name })
    if (known.length < changes.length) scheduleBirth(turn, 0)
  }
  if (code !== 'device-dead' || !metrics.devices.includes(of)) return
  deviceOf(session, of).declaredDead = state === 'raised'
  reconcile(turn, of)
}

/** Says of a device what its host has to hear now: that it is there, with all that it has; what has changed; that it is gone. */
export function reconcile(turn: Turn, name: string, changes: readonly Change[] = [], release?: string): void {
  const { session, now } = turn
  if (session.phase !== 'born') return
  const device = deviceOf(session, name)
  const all = session.metrics.living(name, now.wallMs)
  const alive = !device.declaredDead && isAlive(all)
  if (device.alive && !alive) send(turn, 'DDEATH', [], { device: name })
  const toBear = alive && (!device.alive || all.some(({ heard }) => heard === undefined))
  device.alive = alive
  if (toBear) {
    const births = all.map((known) => born(known, now.wallMs))
    send(turn, 'DBIRTH', births, { device: name })
  }
  const left = toBear ? changes.filter(({ historical }) => historical) : changes
  if (alive) sendData(turn, left, { device: name, ...(release === undefined ? {} : { release }) })
}

/** By what was read last, where something is told as it is read: a window tells of a death only at its end. */
function isAlive(all: readonly Known[]): boolean {
  const told = all.filter(({ last }) => last !== undefined)
  const read = told.filter(({ statistic }) => statistic === undefined)
  return (read.length > 0 ? read : told).some(({ last }) => last?.quality.state !== 'bad')
}

function deviceOf({ devices }: Session, name: string): Device {
  const device = devices.get(name) ?? { alive: false, declaredDead: false }
  devices.set(name, device)
  return device
}

/** After a full socket: the newest of each metric, and what was born or has died meanwhile. */
export function catchUp(turn: Turn): void {
  const { metrics } = turn.session
  const changed = (device?: string) =>
    metrics.living(device, turn.now.wallMs).flatMap((known): Change[] => {
      const { changed, last, heard } = known
      return changed && last !== undefined && heard !== undefined ? [{ known, said: last, historical: false }] : []
    })
  sendData(turn, changed(), {})
  if (metrics.living(undefined, turn.now.wallMs).some(({ heard }) => heard === undefined)) scheduleBirth(turn, 0)
  for (const device of metrics.devices) reconcile(turn, device, changed(device))
}

/** Devices that nothing is told of any more: their release has expired, or their pseudonym has changed. */
export function sweep(turn: Turn): void {
  const { session, now } = turn
  session.sweptMs = now.monotonicMs
  const known = new Set(session.metrics.devices)
  for (const device of new Set([...known, ...session.devices.keys()])) {
    reconcile(turn, device)
    if (!known.has(device)) session.devices.delete(device)
  }
}

function sendData(turn: Turn, changes: readonly Change[], about: Pick<Message, 'device' | 'release'>): void {
  const verb = about.device === undefined ? 'NDATA' : 'DDATA'
  for (let at = 0; at < changes.length; at += mostMetrics) {
    const part = changes.slice(at, at + mostMetrics)
    const metrics = part.map(({ known, said, historical }) => told(known, said, historical))
    send(turn, verb, metrics, about)
  }
}
