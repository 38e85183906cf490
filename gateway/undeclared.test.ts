/** Proof that undeclared points change no byte that leaves: two days that differ in nothing else, compared as plaintext. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { good, type PointId, type Reading } from '../drivers/reading.ts'
import { loadRegistry } from '../drivers/registry.ts'
import { description, offline, online } from './disclosure/announce.ts'
import { disclose, noWindows, type Tick } from './disclosure/disclose.ts'
import { encodeBody } from './outbox/body.ts'
import { planSite, type Plan } from './plan.ts'
import { encode } from './uplink/encodings/json.ts'

const file = join(import.meta.dirname, 'demo/site.yaml')
const origin = { outbox: 'abc', boot: 1 }
const start = Temporal.Instant.from('2026-12-21T16:00:00Z')

function plan(text = readFileSync(file, 'utf8')): Plan {
  const planned = planSite(text, file, loadRegistry([]))
  if (!planned.ok) throw new Error(JSON.stringify(planned.mistakes))
  return planned.plan
}

/** A minute of the site: every point each 2 s, `valueOf` says what it shows (undefined: the device is silent). */
function minute(plan: Plan, valueOf: (point: PointId, second: number) => number | undefined): (Reading | Tick)[] {
  return Array.from({ length: 60 }, (_, second) => {
    const at = start.add({ seconds: second })
    const readings = [...plan.points.keys()].flatMap((point): Reading[] => {
      const value = second % 2 === 0 ? valueOf(point, second) : undefined
      return value === undefined ? [] : [{ point, at, quality: good, value }]
    })
    return [...readings, { tick: at.add({ milliseconds: 500 }) }]
  }).flat()
}

/** All plaintext that goes to the broker for these events. */
function plaintext(plan: Plan, events: readonly (Reading | Tick)[]): string[] {
  let windows = noWindows()
  const seqs = new Map<string, number>()
  const records = events.flatMap((event) => {
    const { out, state } = disclose(plan.policy, event, windows)
    windows = state
    return out.map((record) => {
      const seq = (seqs.get(record.release) ?? 0) + 1
      seqs.set(record.release, seq)
      const { release } = record
      return `${release} ${encode({ kind: 'record', ticket: 0, release, seq, boot: 1, body: encodeBody(record) }, origin.outbox)}`
    })
  })
  const announced = [online(origin, start), offline(origin), description(plan.policy, plan.site.title)]
  return [...announced.map(({ topic, body }) => `${topic} ${body}`), ...records]
}

const street = plan()
const declared = new Set(street.policy.routes.keys())
const usual = (point: PointId, second: number) => point.length + second / 10

test('wild values, or silence, of undeclared points change no byte', () => {
  const reference = plaintext(street, minute(street, usual))
  expect(reference.length).toBeGreaterThan(40)
  const wild = minute(street, (point, second) => (declared.has(point) ? usual(point, second) : second * 1e6))
  const silent = minute(street, (point, second) => (declared.has(point) ? usual(point, second) : undefined))
  expect(plaintext(street, wild)).toEqual(reference)
  expect(plaintext(street, silent)).toEqual(reference)
})

test('nor does a whole device of which nothing is declared', () => {
  const another = plan(
    readFileSync(file, 'utf8').replace(
      '\ndevices:',
      '\ndevices:\n  cellar: { profile: eastron-sdm120, line: yard, unit: 7 }',
    ),
  )
  expect(another.devices.size).toBe(street.devices.size + 1)
  expect(plaintext(another, minute(another, usual))).toEqual(plaintext(street, minute(street, usual)))
})

test('while one declared reading that differs shows', () => {
  const [point] = declared
  const differing = minute(street, (p, second) => usual(p, second) + (p === point && second === 30 ? 1_000 : 0))
  expect(plaintext(street, differing)).not.toEqual(plaintext(street, minute(street, usual)))
})

test('no name of an undeclared point leaves', () => {
  const all = plaintext(street, minute(street, usual)).join('\n')
  expect(street.policy.home.length).toBeGreaterThan(20)
  for (const point of street.policy.home) expect(all).not.toContain(`"${point}`)
})
