/** The south: a plan's lines, and a poller for each. Knows nothing of where readings go. */
import type { Clock, Random } from '../drivers/clock.ts'
import type { Driver, Recognition } from '../drivers/driver.ts'
import { identityBy } from '../drivers/identity.ts'
import type { Learning } from '../drivers/learned-registers.ts'
import type { Disturbance, Line, LineAdapter, LineSettings } from '../drivers/line.ts'
import { openLine } from '../drivers/modbus/open.ts'
import { modbusDriver } from '../drivers/modbus/driver.ts'
import { pollClasses } from '../drivers/profile.ts'
import type { PointId, Reading } from '../drivers/reading.ts'
import { milliseconds } from '../drivers/schema.ts'
import { defaultBackOff, type BackOff } from './acquisition/health.ts'
import { keepPolling } from './acquisition/keep-polling.ts'
import { Poller, type Job, type PollerEvents } from './acquisition/poller.ts'
import type { GatewayEvent, Tell } from './events.ts'
import type { Plan } from './plan.ts'
import type { SiteLine } from './site.ts'

export interface South extends AsyncDisposable {
  readonly lines: ReadonlyMap<string, { readonly line: Line; readonly poller: Poller }>
  /** by device: for control, which alone writes */
  readonly drivers: ReadonlyMap<string, Driver>
  /** what is known of a device at this very moment */
  recognition(device: string): Recognition
  /** has a device asked who it is, between two polls */
  identifySoon(device: string): void
  /** Polls until disposed of. */
  start(): void
}

export interface SouthParts {
  clock: Clock
  random: Random
  events: PollerEvents
  tell: Tell
  /** what was learned of a device before, and where to keep what will be */
  learning: (device: string) => Learning
  /** What was thrown while a line was polled, by a driver or by `events`: a mistake in the code. The line is polled on. */
  fault: (line: string, error: unknown) => void
  /** by default over the machine’s ports */
  open?: typeof openLine
}

export function openSouth(plan: Plan, parts: SouthParts): South {
  const { clock, random, events, tell, learning, fault, open = openLine } = parts
  const stop = new AbortController()
  const running: Promise<void>[] = []
  const drivers = new Map<string, Driver>()
  const pollers = new Map<string, Poller>()
  const recognition = (device: string) => pollers.get(device)?.recognition(device) ?? 'unasked'
  const lines = new Map(
    Object.entries(plan.site.lines).map(([name, settings]) => {
      const line = open(name, settings, { clock, random })
      const jobs = [...plan.devices].flatMap(([device, planned]) => {
        if (planned.line !== name) return []
        const { unit, instance } = planned
        const isKnown = () => !isStrange(recognition(device))
        const driver = modbusDriver({ id: device, unit, instance, line, clock, learned: learning(device), isKnown })
        drivers.set(device, driver)
        return jobsOf(plan, device, driver)
      })
      const watched = { ...events, readings: noticing(name, settings, line, { events, tell }) }
      const backOff = backOffOf(settings)
      const opening = () => line.openings
      const poller = new Poller(jobs, { clock, random, events: watched, backOff, opening })
      for (const { device } of jobs) pollers.set(device, poller)
      return [name, { line, poller }]
    }),
  )
  return {
    lines,
    drivers,
    recognition,
    identifySoon: (device) => pollers.get(device)?.identifySoon(device),
    start: () => {
      for (const [name, { poller }] of lines)
        running.push(keepPolling(poller, { clock, fault: (error) => fault(name, error) }, stop.signal))
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await Promise.all(running)
      await Promise.all([...lines.values()].map(({ line }) => line[Symbol.asyncDispose]()))
    },
  }
}

/** Passes readings on, and tells when the line got into trouble or out of it, what disturbs it, and of another adapter. */
function noticing(
  name: string,
  settings: LineSettings,
  line: Line,
  { events, tell }: Pick<SouthParts, 'events' | 'tell'>,
): PollerEvents['readings'] {
  let code: string | undefined
  let kind: Disturbance['kind'] | undefined
  let last: string | undefined
  return (readings) => {
    events.readings(readings)
    const { adapter, trouble, url, disturbance } = line
    if (adapter !== undefined && settings.protocol === 'modbus-rtu') {
      const event = adapterTold(name, settings.device, adapter)
      const now = JSON.stringify(event)
      if (now !== last) tell(event)
      last = now
    }
    if (trouble?.code !== code) {
      code = trouble?.code
      tell(code === undefined ? { event: 'line', line: name, url } : { event: 'line', line: name, url, code })
    }
    if (disturbance?.kind !== kind) {
      kind = disturbance?.kind
      tell({ event: 'disturbance', line: name, ...(kind === undefined ? {} : { kind }) })
    }
  }
}

function adapterTold(line: string, device: string, adapter: LineAdapter): Extract<GatewayEvent, { event: 'adapter' }> {
  const { path, driver, latencyTimerMs, set, knownBy } = adapter
  return {
    event: 'adapter',
    line,
    path,
    ...(path === device ? {} : { instead_of: device }),
    ...(driver === undefined ? {} : { driver }),
    ...(latencyTimerMs === undefined ? {} : { latency_ms: latencyTimerMs }),
    set,
    known_by: knownBy,
  }
}

export function backOffOf({ back_off }: SiteLine): BackOff {
  return back_off === undefined ? defaultBackOff : { ...defaultBackOff, capMs: milliseconds(back_off.cap) }
}

/** A line that was opened anew under a write: nobody knows yet who would get it. What else may be written is control's to say. */
function isStrange(recognition: Recognition): boolean {
  return recognition === 'unasked' || recognition === 'differs'
}

/** One job for each poll class that the device has points of. */
function jobsOf(plan: Plan, device: string, driver: Driver): Job[] {
  const { instance, unit } = plan.devices.get(device) ?? {}
  const identify = instance?.profile.identify
  const telltale = identify && {
    point: `${device}.${identify.point}` satisfies PointId,
    judge: (reading: Reading) => identityBy(identify, reading),
  }
  const common = { device, unit: String(unit), driver, ...(telltale === undefined ? {} : { telltale }) }
  return pollClasses.flatMap((poll) => {
    const points = [...(instance?.points.values() ?? [])]
      .filter((point) => point.poll === poll)
      .map(({ name }): PointId => `${device}.${name}`)
    return points.length === 0 ? [] : [{ ...common, points, periodMs: plan.periodsMs[poll] }]
  })
}
