/** How many readings a second the gate takes on one core, with the demo's policy and as its points are polled. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { good, type PointId, type Reading } from '../../../drivers/reading.ts'
import { loadRegistry } from '../../../drivers/registry.ts'
import { disclose, noWindows, type Tick } from '../../disclosure/disclose.ts'
import { planSite, type Plan } from '../../plan.ts'
import { bar } from '../bars.ts'
import { measured, spread, type Result } from '../result.ts'

const startMs = Date.UTC(2026, 11, 21, 16)
const secondsShort = 600
const seconds = 7_200
const runs = 7

export async function* disclosePerSecond({ short }: { short: boolean }): AsyncGenerator<Result> {
  const plan = demoPlan()
  const declared = [...plan.policy.routes.keys()]
  const events = eventsOf(plan, declared, short ? secondsShort : seconds)
  const all = eventsOf(plan, [...plan.points.keys()], short ? secondsShort : seconds)
  const rates = measureRuns(plan, events)
  const ofAll = measureRuns(plan, all)
  yield measured(
    bar('data.disclose-per-s'),
    Math.round(median(rates)),
    `the demo's policy, readings of its ${declared.length} declared points as they are polled and a tick each second; median of ${runs} runs, by processor time`,
    { ...spread(rates), 'of all points, most of which stay home, median': Math.round(median(ofAll)) },
  )
  await Promise.resolve()
}

function demoPlan(): Plan {
  const file = join(import.meta.dirname, '../../demo/site.yaml')
  const planned = planSite(readFileSync(file, 'utf8'), file, loadRegistry([]))
  if (!planned.ok) throw new Error(JSON.stringify(planned.mistakes))
  return planned.plan
}

/** Made beforehand, so that what is measured is the gate. */
function eventsOf(plan: Plan, points: readonly PointId[], forSeconds: number): (Reading | Tick)[] {
  const periods = points.map((point): [PointId, number] => {
    const poll = plan.points.get(point)?.poll ?? 'normal'
    return [point, plan.periodsMs[poll] / 1_000]
  })
  return Array.from({ length: forSeconds }, (_, second) => {
    const at = Temporal.Instant.fromEpochMilliseconds(startMs + 1_000 * second)
    const read = periods.flatMap(([point, everyS]): Reading[] =>
      second % everyS === 0 ? [{ point, at, quality: good, value: 230 + (second % 17) / 10 }] : [],
    )
    return [...read, { tick: at.add({ milliseconds: 500 }) }]
  }).flat()
}

/** Readings a second of processor time, the collection of garbage included, of each run: others may work on this machine. */
function measureRuns(plan: Plan, events: readonly (Reading | Tick)[]): number[] {
  const readings = events.filter((event) => 'point' in event).length
  return Array.from({ length: runs }, () => {
    let state = noWindows()
    const began = process.cpuUsage()
    for (const event of events) state = disclose(plan.policy, event, state).state
    const { user, system } = process.cpuUsage(began)
    return readings / ((user + system) / 1e6)
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
