/** What a gateway tells of its lines: planned beside measured, and how long each device is waited for. */
import { expect, test } from 'vitest'
import type { Line } from '../../drivers/line.ts'
import type { Latency } from '../../drivers/modbus/pace.ts'
import { loadRegistry } from '../../drivers/registry.ts'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { fakeLine } from '../../drivers/testing/fake-line.ts'
import { Poller } from '../acquisition/poller.ts'
import { status } from '../local/answers.ts'
import { planSite } from '../plan.ts'
import type { South } from '../south.ts'
import { linesTold, paceTold } from './status.ts'

const planned = planSite(
  `site: a
tenant: b
lines: { cabinet: { protocol: modbus-rtu, device: /dev/ttyUSB0, serial: 9600 8N1 } }
devices:
  m1: { profile: eastron-sdm120, line: cabinet, unit: 1 }
  m2: { profile: eastron-sdm120, line: cabinet, unit: 2, timeout: 300ms }
uplink: { broker: mqtt://h }
releases: {}
`,
  'site.yaml',
  loadRegistry([]),
)
if (!planned.ok) throw new Error('the site is good')
const { plan } = planned
const clock = fakeClock('2026-12-21T17:00:00Z')

function southOf(changes: Partial<Line>): South {
  const asked = () => Promise.reject(new Error('nothing is asked'))
  const line = { ...fakeLine({ read: asked, write: asked }), ...changes }
  const events = { readings: () => undefined, health: () => undefined, identity: () => undefined }
  const poller = new Poller([], { clock, random: () => 0.5, events })
  return {
    lines: new Map([['cabinet', { line, poller }]]),
    drivers: new Map(),
    start: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

test('what the site file asks of a line stands beside what it does, per second since the start', async () => {
  const beganMs = clock.monotonicMs()
  await clock.advance(20_000)
  const counters = { ...southOf({}).lines.get('cabinet')!.line.counters, requests: 30 }
  const disturbance = { kind: 'noise', sinceMs: clock.monotonicMs() - 5_000 } as const
  const south = southOf({ counters, load: 0.4, disturbance })
  const { cabinet } = linesTold({ south, plan, clock, beganMs })
  const budget = plan.budgets.get('cabinet')!
  expect(cabinet).toMatchObject({
    requests: 30,
    requests_per_s: 1.5,
    load: 0.4,
    planned: { requests: budget.requests, registers: budget.registers, load: Math.round(budget.load * 1_000) / 1_000 },
    disturbance: { kind: 'noise', since: '2026-12-21T17:00:15Z' },
  })
  expect(cabinet).toMatchObject(status.shape.lines.valueType.parse(cabinet))
  expect(linesTold({ south: southOf({}), plan, clock, beganMs })['cabinet']).not.toHaveProperty('disturbance')
})

test('how long a device is waited for, as the site says; how long it takes; and what would suit', () => {
  const latency: Latency = {
    ...{ lastMs: 60, medianMs: 61, p99Ms: 140, answers: 128 },
    turnAround: { medianMs: 21.0004, p99Ms: 58 },
  }
  const south = southOf({ latency: (unit) => (unit === 1 ? latency : undefined) })
  expect(paceTold({ plan, south }, 'm1')).toEqual({
    pace: {
      timeout_ms: 1_000,
      answers: 128,
      turn_around_ms: { median: 21, p99: 58 },
      latency_ms: { median: 61, p99: 140 },
      suggested_timeout_ms: 200,
    },
  })
  expect(paceTold({ plan, south }, 'm2')).toEqual({ pace: { timeout_ms: 300 } })
  expect(paceTold({ plan, south }, 'm3')).toEqual({})
  const few = southOf({ latency: () => ({ ...latency, answers: 20 }) })
  expect(paceTold({ plan, south: few }, 'm1').pace).not.toHaveProperty('suggested_timeout_ms')
})
