import { expect, test } from 'vitest'
import { siteSchema } from '../site.ts'
import { answer, description, online } from './announce.ts'
import { compilePolicy } from './policy.ts'

const declared = {
  points: ['*.voltage'],
  purpose: 'inform',
  basis: { 'not-personal': 'the network’s' },
  recipient: { name: 'Ville', role: 'controller' },
  delivery: 'durable',
  retention: '3y',
}
const releases = siteSchema.shape.releases.parse({ quality: declared })

test('the description names each point with its quantity, and explains each quantity once', () => {
  const policy = compilePolicy(
    releases,
    new Map([
      ['feeder.voltage', 'voltage'],
      ['yard.voltage', 'voltage'],
      ['yard.current', 'current'],
    ]),
  )
  expect(JSON.parse(description(policy, 'Rue Haute').body)).toEqual({
    v: 1,
    title: 'Rue Haute',
    releases: {
      quality: {
        points: { 'feeder.voltage': 'voltage', 'yard.voltage': 'voltage' },
        purpose: 'inform',
        basis: { 'not-personal': 'the network’s' },
        recipient: { name: 'Ville', role: 'controller' },
        treatment: [],
        delivery: 'durable',
        retention: '3y',
      },
    },
    quantities: { voltage: expect.objectContaining({ kind: 'gauge', unit: 'V', unitCode: 'VLT' }) },
  })
})

const points = new Map([
  ['feeder.voltage', 'voltage'],
  ['yard.voltage', 'voltage'],
] as const)
const told = (treatment: object[]) => {
  const { quality } = siteSchema.shape.releases.parse({ quality: { ...declared, treatment } })
  return description(compilePolicy({ quality: quality! }, points), undefined).body
}

test('the description of a release under pseudonyms, or of sums, names no device; and of none what is dropped', () => {
  expect(told([{ pseudonym: { rotates: '30d' } }])).not.toMatch(/feeder|yard/)
  expect(told([{ minimum_group: { least: 2, of: 'points' } }])).toContain('{"all.voltage":"voltage"}')
  expect(told([{ drop: ['yard.*'] }])).toContain('feeder.voltage')
  expect(told([{ drop: ['yard.*'] }])).not.toContain('yard')
})

test('the description names the segments that may be commanded, where there are some', () => {
  const policy = compilePolicy({}, new Map())
  const segments = new Map([['north', { title: 'Rue Haute, north side', devices: ['dali'] }]])
  expect(JSON.parse(description(policy, undefined, segments).body)).toMatchObject({
    commands: { north: { title: 'Rue Haute, north side' } },
  })
  expect(description(policy, undefined, segments).body).not.toContain('dali')
  expect(description(policy, undefined, new Map()).body).not.toContain('commands')
})

test('who is back says how far its numbers go, where it has given any', () => {
  const at = Temporal.Instant.fromEpochMilliseconds(1_000)
  const origin = { outbox: 'b0x', boot: 3 }
  const said = { v: 1, s: 'online', ts: 1_000, ...origin }
  expect(JSON.parse(online(origin, at).body)).toEqual(said)
  expect(JSON.parse(online(origin, at, new Map([['energy', 17]])).body)).toEqual({ ...said, last: { energy: 17 } })
})

test('an answer says what became of a command, times in words', () => {
  const until = Temporal.Instant.from('2026-12-21T20:00:12Z')
  const told = { nonce: '7f3c9a10', setpoint: 'north.level', verdict: 'accepted', value: 60, rules: true } as const
  const { topic, body } = answer({ ...told, until })
  expect(topic).toBe('answer')
  expect(JSON.parse(body)).toEqual({ v: 1, ...told, until: '2026-12-21T20:00:12Z' })
})
