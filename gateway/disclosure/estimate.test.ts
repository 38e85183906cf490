import { expect, test } from 'vitest'
import type { PointId } from '../../drivers/reading.ts'
import { encodeBody } from '../outbox/body.ts'
import { disclose, noWindows } from './disclose.ts'
import { estimate } from './estimate.ts'
import { compilePolicy } from './policy.ts'
import { siteSchema } from '../site.ts'

const points = new Map(
  (['voltage_l1', 'voltage_l2', 'power_active'] as const).map((name): [PointId, 'voltage' | 'power_active'] => [
    `feeder.${name}`,
    name === 'power_active' ? 'power_active' : 'voltage',
  ]),
)

function compiled(treatment: object[]) {
  const policy = compilePolicy(
    siteSchema.shape.releases.parse({
      a: {
        ...{
          points: ['feeder.*'],
          purpose: 'inform',
          basis: 'public-task',
          treatment,
          delivery: 'durable',
          retention: '1y',
        },
        recipient: { name: 'Ville', role: 'controller' },
      },
    }),
    points,
  )
  const [release] = policy.releases
  if (release === undefined) throw new Error('there is one')
  return { policy, release }
}

/** What the gate makes of a day of readings, each 10 s, as JSON. */
function measured(treatment: object[]) {
  const { policy } = compiled(treatment)
  const bodies: string[] = []
  let state = noWindows()
  const see = (event: Parameters<typeof disclose>[1]) => {
    const disclosed = disclose(policy, event, state)
    state = disclosed.state
    for (const record of disclosed.out) bodies.push(encodeBody(record))
  }
  const beginMs = Date.UTC(2026, 10, 25)
  for (let second = 0; second < 86_400; second++) {
    const at = Temporal.Instant.fromEpochMilliseconds(beginMs + second * 1_000)
    see({ tick: at })
    if (second % 10 === 5)
      for (const point of points.keys()) see({ point, at, quality: { state: 'good' }, value: 230 + (second % 70) / 10 })
  }
  see({ tick: Temporal.Instant.fromEpochMilliseconds(beginMs + 86_400_000), last: true })
  return { messages: bodies.length, bytes: bodies.reduce((sum, body) => sum + body.length, 0) }
}

test.each([
  ['as read', []],
  ['windows of a minute', [{ aggregate: { every: '1m', of: ['mean', 'max'] } }]],
  ['windows of an hour', [{ aggregate: { every: '1h', of: ['mean'] } }]],
])('%s: as many messages as leave, and bytes within a fifth', (_, treatment) => {
  const { policy, release } = compiled(treatment)
  const found = estimate(release, policy.quantityOf, () => 10_000)
  const left = measured(treatment)
  expect(Math.abs(found.messages - left.messages)).toBeLessThanOrEqual(1)
  // what a record's JSON is without: MQTT, TLS and TCP, the topic and the header
  const payload = found.bytes - found.messages * (213 + 50 + 68)
  expect(payload / left.bytes).toBeGreaterThan(0.8)
  expect(payload / left.bytes).toBeLessThan(1.2)
})
