/** The south: a plan's lines, and a poller for each. Knows nothing of where readings go. */
import type { Clock, Random } from '../drivers/clock.ts'
import type { Driver } from '../drivers/driver.ts'
import type { Disturbance, Line } from '../drivers/line.ts'
import { openLine } from '../drivers/modbus/open.ts'
import { modbusDriver } from '../drivers/modbus/driver.ts'
import { pollClasses } from '../drivers/profile.ts'
import type { PointId } from '../drivers/reading.ts'
import { keepPolling } from './acquisition/keep-polling.ts'
import { Poller, type Job, type PollerEvents } from './acquisition/poller.ts'
import type { Tell } from './events.ts'
import type { Plan } from './plan.ts'

export interface South extends AsyncDisposable {
  readonly lines: ReadonlyMap<string, { readonly line: Line; readonly poller: Poller }>
  /** by device: for control, which alone writes */
  readonly drivers: ReadonlyMap<string, Driver>
  /** Polls until disposed of. */
  start(): void
}

export interface SouthParts {
  clock: Clock
  random: Random
  events: PollerEvents
  tell: Tell
  /** What was thrown while a line was polled, by a driver or by `events`: a mistake in the code. The line is polled on. */
  fault: (line: string, error: unknown) => void
}

export function openSouth(plan: Plan, { clock, random, events, tell, fault }: SouthParts): South {
  const stop = new AbortController()
  const running: Promise<void>[] = []
  const drivers = new Map<string, Driver>()
  const lines = new Map(
    Object.entries(plan.site.lines).map(([name, settings]) => {
      const line = openLine(name, settings, { clock, random })
      const jobs = [...plan.devices].flatMap(([device, planned]) => {
        if (planned.line !== name) return []
        const driver = modbusDriver({ id: device, unit: planned.unit, instance: planned.instance, line, clock })
        drivers.set(device, driver)
        return jobsOf(plan, device, driver)
      })
      const watched = { ...events, readings: noticing(name, line, events, tell) }
      return [name, { line, poller: new Poller(jobs, { clock, random, events: watched }) }]
    }),
  )
  return {
    lines,
    drivers,
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

/** Passes readings on, and tells when the line got into trouble or out of it, and what disturbs it. */
function noticing(name: string, line: Line, events: PollerEvents, tell: Tell): PollerEvents['readings'] {
  let code: string | undefined
  let kind: Disturbance['kind'] | undefined
  return (readings) => {
    events.readings(readings)
    const { trouble, url, disturbance } = line
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

/** One job for each poll class that the device has points of. */
function jobsOf(plan: Plan, device: string, driver: Driver): Job[] {
  const instance = plan.devices.get(device)?.instance
  return pollClasses.flatMap((poll) => {
    const points = [...(instance?.points.values() ?? [])]
      .filter((point) => point.poll === poll)
      .map(({ name }): PointId => `${device}.${name}`)
    return points.length === 0 ? [] : [{ device, driver, points, periodMs: plan.periodsMs[poll] }]
  })
}
