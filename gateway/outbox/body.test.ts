import { expect, test } from 'vitest'
import { bad, good, uncertain, type Reading } from '../../drivers/reading.ts'
import { disclose, noWindows } from '../disclosure/disclose.ts'
import { compilePolicy } from '../disclosure/policy.ts'
import { siteSchema } from '../site.ts'
import { encodeBody } from './body.ts'
import { disclosed, powerReading } from './testing/records.ts'

const at = Temporal.Instant.from('2026-12-21T16:00:00Z')
const { point } = powerReading(0)

function bodyOf(...readings: Reading[]): unknown {
  return JSON.parse(encodeBody(disclosed('energy', readings)))
}

test('a record says its window, and each sample its offset, value and quality', () => {
  const later = at.add({ milliseconds: 250 })
  expect(
    bodyOf(
      powerReading(412.5),
      { point, at: later, quality: uncertain('stale'), value: 412.5 },
      { point, at: later, quality: bad('no-answer') },
    ),
  ).toEqual({
    t0: at.epochMilliseconds,
    t1: at.epochMilliseconds + 1_000,
    p: {
      [point]: [
        [0, 412.5],
        [250, 412.5, 500, 'stale'],
        [250, null, 0, 'no-answer'],
      ],
    },
  })
})

test('integers of 64 bits lose no digit, flags and texts stay what they are', () => {
  const values = [18446744073709551615n, true, 'A1'].map((value): Reading => ({ point, at, quality: good, value }))
  expect(bodyOf(...values)).toMatchObject({
    p: {
      [point]: [
        [0, '18446744073709551615'],
        [0, true],
        [0, 'A1'],
      ],
    },
  })
})

test('what is no number is no value either, and not good', () => {
  expect(bodyOf(powerReading(NaN), powerReading(Infinity))).toMatchObject({
    p: {
      [point]: [
        [0, null, 0, 'implausible'],
        [0, null, 0, 'implausible'],
      ],
    },
  })
})

test('an aggregate is named with its statistic', () => {
  const releases = siteSchema.shape.releases.parse({
    energy: {
      points: [point],
      purpose: 'energy_efficiency',
      basis: 'public-task',
      recipient: { name: 'Ville', role: 'controller' },
      treatment: [{ aggregate: { every: '1s', of: ['mean', 'max'] } }],
      delivery: 'durable',
      retention: '3y',
    },
  })
  const policy = compilePolicy(releases, new Map([[point, 'power_active']]))
  const { state } = disclose(policy, powerReading(400), noWindows())
  const { out } = disclose(policy, { tick: at.add({ seconds: 1 }) }, disclose(policy, powerReading(500), state).state)
  expect(JSON.parse(encodeBody(out[0]!))).toMatchObject({
    p: { [`${point}.mean`]: [[0, 450]], [`${point}.max`]: [[0, 500]] },
  })
})

const declared = {
  points: [point],
  purpose: 'maintenance',
  basis: 'public-task',
  recipient: { name: 'Ville', role: 'controller' },
  delivery: 'durable',
  retention: '3y',
}

test('a window that was not seen whole says so; what is suppressed says “suppressed”, and why, and is no zero', () => {
  const treatment = [{ aggregate: { every: '10s', of: ['count'] } }, { minimum_group: { least: 5, of: 'counts' } }]
  const policy = compilePolicy(
    siteSchema.shape.releases.parse({ counts: { ...declared, treatment } }),
    new Map([[point, 'power_active']]),
  )
  const late = at.add({ seconds: 3 })
  const { state } = disclose(policy, { point, at: late, quality: good, value: 1 }, noWindows())
  const { out } = disclose(policy, { tick: at.add({ seconds: 10 }) }, state)
  expect(JSON.parse(encodeBody(out[0]!))).toEqual({
    t0: late.epochMilliseconds,
    t1: at.epochMilliseconds + 10_000,
    partial: true,
    p: { [`${point}.count`]: [[0, null, 0, 'suppressed', 'too-few']] },
  })
})

test('alarms are told with what they are of, and whether they began or ended', () => {
  const policy = compilePolicy(siteSchema.shape.releases.parse({ alarms: { ...declared, alarms: ['*'] } }), new Map())
  const raised = disclose(policy, { alarm: 'device-dead', of: 'feeder', state: 'raised', at }, noWindows())
  const cleared = { alarm: 'uplink-down', of: '', state: 'cleared', at: at.add({ milliseconds: 400 }) } as const
  const { out } = disclose(policy, { tick: at.add({ seconds: 1 }) }, disclose(policy, cleared, raised.state).state)
  expect(JSON.parse(encodeBody(out[0]!))).toEqual({
    t0: at.epochMilliseconds,
    t1: at.epochMilliseconds + 400,
    a: [
      [0, 'device-dead', 'feeder', 'raised'],
      [400, 'uplink-down', '', 'cleared'],
    ],
    p: {},
  })
})
