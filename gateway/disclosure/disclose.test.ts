import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { QuantityName } from '../../drivers/quantities.ts'
import { bad, good, uncertain, type PointId, type Reading } from '../../drivers/reading.ts'
import { encodeBody } from '../outbox/body.ts'
import { siteSchema } from '../site.ts'
import { disclose, noWindows, type Tick } from './disclose.ts'
import type { Disclosed } from './disclosed.ts'
import { compilePolicy, type Policy } from './policy.ts'

const points = new Map<PointId, QuantityName>([
  ['feeder.power_active', 'power_active'],
  ['feeder.voltage_l1', 'voltage'],
  ['feeder.energy_active_import', 'energy_active_import'],
  ['feeder.serial', 'serial_number'],
  ['yard.power_active', 'power_active'],
])

const release = (extra: object) => ({
  points: ['feeder.power_active'],
  purpose: 'energy_efficiency',
  basis: 'public-task',
  recipient: { name: 'Ville', role: 'controller' },
  delivery: 'durable',
  retention: '3y',
  ...extra,
})

function policy(releases: Record<string, object>): Policy {
  return compilePolicy(siteSchema.shape.releases.parse(releases), points)
}

const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(Date.UTC(2026, 11, 21, 16) + ms)
const read = (point: PointId, ms: number, value: number | bigint | string): Reading => ({
  point,
  at: at(ms),
  quality: good,
  value,
})
const tick = (ms: number): Tick => ({ tick: at(ms) })

function run(policy: Policy, events: readonly (Reading | Tick)[]): Disclosed[] {
  let state = noWindows()
  return events.flatMap((event) => {
    const step = disclose(policy, event, state)
    state = step.state
    return step.out
  })
}

const mean10s = { treatment: [{ aggregate: { every: '10s', of: ['mean', 'min', 'max', 'last'] } }, { round: 0.1 }] }

test('a window says mean, least, most and last, rounded, and nothing of the readings in between', () => {
  const events = [tick(0), ...[100, 400, 133.33].map((w, i) => read('feeder.power_active', 2_000 * i, w)), tick(10_000)]
  const out = run(policy({ energy: release(mean10s) }), events)
  expect(out).toHaveLength(1)
  expect(out[0]!.from).toEqual(at(0))
  expect(out[0]!.until).toEqual(at(10_000))
  expect(out[0]!.series.map((s) => [s.statistic, s.samples.map((sample) => sample.value)])).toEqual([
    ['mean', [211.1]],
    ['min', [100]],
    ['max', [400]],
    ['last', [133.3]],
  ])
})

test('a silent device closes its windows by the tick, and says that there is nothing: never zero', () => {
  const out = run(policy({ energy: release(mean10s) }), [
    tick(0),
    { point: 'feeder.power_active', at: at(1), quality: bad('no-answer') },
    tick(10_000),
    tick(20_000),
  ])
  expect(out.map((record) => record.series[0]!.samples)).toEqual([
    [{ offsetMs: 0, value: null, quality: bad('no-answer') }],
    [{ offsetMs: 0, value: null, quality: bad('not-read') }],
  ])
})

test('one doubtful reading makes the window doubtful', () => {
  const out = run(policy({ energy: release(mean10s) }), [
    read('feeder.power_active', 0, 1),
    { ...read('feeder.power_active', 1, 2), quality: uncertain('stale') } as Reading,
    read('feeder.power_active', 2, 3),
    tick(10_000),
  ])
  expect(out[0]!.series[0]!.samples[0]!.quality).toEqual(uncertain('stale'))
})

const windowsOf = (out: Disclosed[]) =>
  out.map(({ from, until, series }) => [
    from.since(at(0)).total('milliseconds'),
    until.since(at(0)).total('milliseconds'),
    series[3]!.samples[0]!.value,
  ])

test('windows end with the calendar, and say since when they saw everything', () => {
  const out = run(policy({ energy: release(mean10s) }), [
    tick(14_000),
    read('feeder.power_active', 15_000, 1),
    read('feeder.power_active', 21_000, 2),
    tick(30_000),
    { ...tick(34_000), last: true },
    tick(35_000),
    tick(40_000),
  ])
  expect(windowsOf(out)).toEqual([
    [14_000, 20_000, 1],
    [20_000, 30_000, 2],
    [30_000, 34_000, null],
    [35_000, 40_000, null],
  ])
})

test('a clock set back ends a window instead of mixing two', () => {
  const out = run(policy({ energy: release(mean10s) }), [
    tick(10_000),
    read('feeder.power_active', 14_000, 1),
    tick(2_000),
    read('feeder.power_active', 3_000, 2),
    tick(10_000),
  ])
  expect(windowsOf(out)).toEqual([
    [10_000, 14_000, 1],
    [2_000, 10_000, 2],
  ])
})

test('without an aggregate too: what was read before the clock was set back lies within its record', () => {
  const out = run(policy({ live: release({}) }), [
    tick(10_000),
    read('feeder.power_active', 10_400, 1),
    tick(2_000),
    tick(3_000),
  ])
  expect(out.map(({ from, until }) => [from, until])).toEqual([[at(10_000), at(10_400)]])
})

test('the last of a window is null when its latest reading was bad; mean, least and most stay', () => {
  const out = run(policy({ energy: release(mean10s) }), [
    read('feeder.power_active', 0, 1),
    read('feeder.power_active', 2_000, 3),
    { point: 'feeder.power_active', at: at(4_000), quality: bad('no-answer') },
    tick(10_000),
  ])
  expect(out[0]!.series.map(({ statistic, samples }) => [statistic, samples[0]!.value, samples[0]!.quality])).toEqual([
    ['mean', 2, good],
    ['min', 1, good],
    ['max', 3, good],
    ['last', null, bad('no-answer')],
  ])
})

test('a window of a thousand points goes over several records, each of a size that a broker takes', () => {
  const many = new Map(
    Array.from({ length: 1_000 }, (_, i): [PointId, QuantityName] => [`cabinet-${i}.serial`, 'serial_number']),
  )
  const compiled = compilePolicy(
    siteSchema.shape.releases.parse({ ids: release({ points: ['*.*'], ...mean10s }) }),
    many,
  )
  const out = run(compiled, [
    tick(0),
    ...[...many.keys()].map((point) => read(point, 1, '\u0001'.repeat(16))),
    tick(10_000),
  ])
  expect(out.length).toBeGreaterThan(2)
  expect(out.every(({ from, until }) => from.equals(at(0)) && until.equals(at(10_000)))).toBe(true)
  expect(out.flatMap(({ series }) => series.map(({ point }) => point))).toEqual(compiled.releases[0]!.points)
  for (const record of out) expect(Buffer.byteLength(encodeBody(record))).toBeLessThan(48 * 1_024)
})

test('a reading that was under way when its window closed counts once, in the next', () => {
  const out = run(policy({ energy: release(mean10s) }), [
    tick(0),
    tick(10_000),
    read('feeder.power_active', 9_900, 7),
    tick(20_000),
  ])
  expect(windowsOf(out)).toEqual([
    [0, 10_000, null],
    [10_000, 20_000, 7],
  ])
})

test('without an aggregate every reading goes, gathered between two ticks', () => {
  const out = run(policy({ live: release({ points: ['feeder.*'], treatment: [{ round: 1 }] }) }), [
    tick(0),
    read('feeder.power_active', 100, 1.6),
    read('feeder.power_active', 600, 2.4),
    read('feeder.voltage_l1', 300, 230.4),
    tick(1_000),
    tick(2_000),
  ])
  expect(out).toHaveLength(1)
  expect(out[0]!.series.map((s) => [s.point, s.samples.map((sample) => [sample.offsetMs, sample.value])])).toEqual([
    [
      'feeder.power_active',
      [
        [100, 2],
        [600, 2],
      ],
    ],
    ['feeder.voltage_l1', [[300, 230]]],
  ])
})

test('a text has no mean: its aggregate is its last', () => {
  const out = run(policy({ ids: release({ points: ['feeder.serial'], ...mean10s }) }), [
    read('feeder.serial', 0, 'A17'),
    tick(10_000),
  ])
  expect(out[0]!.series).toEqual([
    { point: 'feeder.serial', statistic: 'last', samples: [{ offsetMs: 0, value: 'A17', quality: good }] },
  ])
})

test('the policy names what stays home', () => {
  const compiled = policy({ energy: release({ points: ['*.power_active', 'feeder.energy_active_import'] }) })
  expect(compiled.releases[0]!.points).toEqual([
    'feeder.energy_active_import',
    'feeder.power_active',
    'yard.power_active',
  ])
  expect(compiled.home).toEqual(['feeder.serial', 'feeder.voltage_l1'])
})

test('property: readings of undeclared points change nothing of what leaves', () => {
  const declared: PointId[] = ['feeder.power_active', 'feeder.voltage_l1']
  const compiled = policy({
    energy: release(mean10s),
    live: release({ points: ['feeder.voltage_l1'], delivery: { 'best-effort': '60s' } }),
  })
  const event = fc.oneof(
    fc.record({
      ms: fc.nat(60_000),
      point: fc.constantFrom(...points.keys()),
      value: fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
    }),
    fc.record({ ms: fc.nat(60_000) }),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const all = events
        .sort((a, b) => a.ms - b.ms)
        .map((e) => ('point' in e ? read(e.point, e.ms, e.value) : tick(e.ms)))
      const onlyDeclared = all.filter((e) => 'tick' in e || declared.includes(e.point))
      expect(run(compiled, all)).toEqual(run(compiled, onlyDeclared))
    }),
  )
})

test('property: a mean lies between least and most, and no series holds more than the window', () => {
  const compiled = policy({
    energy: release({ treatment: [{ aggregate: { every: '10s', of: ['mean', 'min', 'max'] } }] }),
  })
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 50 }),
      (values) => {
        const [record] = run(compiled, [
          ...values.map((value, i) => read('feeder.power_active', i * 100, value)),
          tick(10_000),
        ])
        const [mean, min, max] = record!.series.map((s) => Number(s.samples[0]!.value))
        expect([min, max]).toEqual([Math.min(...values), Math.max(...values)])
        const tolerance = 1e-9 * Math.max(1, Math.abs(min!), Math.abs(max!))
        expect(mean! >= min! - tolerance && mean! <= max! + tolerance).toBe(true)
      },
    ),
  )
})
