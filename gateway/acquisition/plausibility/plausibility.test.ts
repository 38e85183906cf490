import { describe, expect, test } from 'vitest'
import { bad, good, type PointId, type Quality, type Reading, type Value } from '../../../drivers/reading.ts'
import { fakeClock, type FakeClock } from '../../../drivers/testing/fake-clock.ts'
import { countersKept, type CountersKept } from './memory.ts'
import { Plausibility, type PlausibilityNews } from './plausibility.ts'
import { energy, pointOf, power } from './testing/points.ts'

const exported = pointOf({ name: 'energy_active_export', quantity: 'energy_active_export' })
const volts = pointOf({ name: 'voltage', quantity: 'voltage', as: 'f32', divisor: 1 })
const frequency = pointOf({ name: 'frequency', quantity: 'frequency', as: 'f32', divisor: 1, slewPerS: 5 })
const phases = ['l1', 'l2', 'l3'].map((phase) =>
  pointOf({ name: `power_active_${phase}`, quantity: 'power_active', as: 'f32', divisor: 1, range: [-12_000, 12_000] }),
)
const text = pointOf({ name: 'serial_number', quantity: 'serial_number', as: 'text' })

function meter(options: { clock?: FakeClock; kept?: CountersKept; countersFrom?: string; everyMs?: number } = {}) {
  const { clock = fakeClock('2026-11-25T10:00:00Z'), kept, countersFrom, everyMs = 10_000 } = options
  const news: PlausibilityNews[] = []
  const plausibility = new Plausibility({
    devices: new Map([['meter', [energy, exported, power, volts, frequency, ...phases, text]]]),
    clock,
    kept,
    ...(countersFrom === undefined
      ? {}
      : { countersFromMs: new Map([['meter', Temporal.Instant.from(countersFrom).epochMilliseconds]]) }),
    news: (told) => news.push(told),
  })
  /** One batch after the other; each point's value and quality as others see them. */
  const read = async (values: Record<string, Value | Quality>) => {
    await clock.advance(everyMs)
    const readings = Object.entries(values).map(([name, value]): Reading => {
      const point: PointId = `meter.${name}`
      const at = clock.now()
      return typeof value === 'object' ? { point, at, quality: bad('no-answer') } : { point, at, quality: good, value }
    })
    const passed = plausibility.pass(readings)
    return { isUntouched: passed === readings, seen: Object.fromEntries(passed.map(told)) }
  }
  return { clock, plausibility, news, read }
}

function told(reading: Reading): [string, Value | string] {
  const { quality } = reading
  const name = reading.point.replace('meter.', '')
  return [name, 'value' in reading ? (quality.state === 'good' ? reading.value : `${String(reading.value)}?`) : 'bad']
}

test('what needs nothing goes through as it came, the array as well', async () => {
  const { read, news } = meter()
  for (const kwh of [500, 500.02, 500.04])
    expect(
      await read({ energy_active_import: kwh, voltage: 230.1, frequency: 50.01, serial_number: 'A1' }),
    ).toMatchObject({
      isUntouched: true,
    })
  expect(await read({ energy_active_import: bad('no-answer'), voltage: 231 })).toMatchObject({ isUntouched: true })
  expect(news).toEqual([])
})

test('a gauge that leaps is suspect, and believed again once three have gone together', async () => {
  const { read, news } = meter({ everyMs: 1_000 })
  const seen = []
  for (const hertz of [50, 66, 50.01, 66, 66.1, 66.2, 66.1])
    seen.push((await read({ frequency: hertz })).seen['frequency'])
  expect(seen).toEqual([50, '66?', 50.01, '66?', '66.1?', 66.2, 66.1])
  expect(news).toEqual([
    { event: 'suspect', point: 'meter.frequency', because: 'leapt' },
    { event: 'suspect', point: 'meter.frequency' },
  ])
})

describe('a counter', () => {
  test('that was reset is held, then told on with its offset, and the event says so', async () => {
    const { read, news, plausibility, clock } = meter()
    const seen = []
    for (const kwh of [500, 0, 0.02, 0.04, 0.06]) seen.push((await read({ energy_active_import: kwh })).seen)
    expect(seen.map(({ energy_active_import: value }) => value)).toEqual([500, '500?', '500?', 500.04, 500.06])
    expect(news).toEqual([
      { event: 'suspect', point: 'meter.energy_active_import', because: 'fell' },
      { event: 'counter', point: 'meter.energy_active_import', what: 'reset', from: 500, to: 0.04, offset: 500 },
      { event: 'suspect', point: 'meter.energy_active_import' },
    ])
    expect(plausibility.offset('meter.energy_active_import')).toEqual({
      value: 500,
      what: 'reset',
      sinceMs: clock.now().epochMilliseconds - 10_000,
    })
  })

  test('whose registers come in the other order is suspect of just that', async () => {
    const { read, news } = meter()
    await read({ energy_active_import: 123_456.78 })
    const raw = 12_345_680
    const exchanged = (((raw & 0xffff) << 16) | (raw >>> 16)) >>> 0
    expect(await read({ energy_active_import: exchanged / 100 })).toMatchObject({
      seen: { energy_active_import: '123456.78?' },
    })
    await read({ energy_active_import: 123_456.82 })
    expect(news).toEqual([
      { event: 'suspect', point: 'meter.energy_active_import', because: 'words-exchanged' },
      { event: 'suspect', point: 'meter.energy_active_import' },
    ])
  })

  test('of a device that looks like another is another’s', async () => {
    const { read, news, plausibility } = meter()
    await read({ energy_active_import: 500 })
    plausibility.identified('meter', true)
    for (const kwh of [0.1, 0.1, 0.1]) await read({ energy_active_import: kwh })
    expect(news).toContainEqual(expect.objectContaining({ event: 'counter', what: 'exchanged', offset: 499.9 }))
  })
})

describe('over a restart', () => {
  const restart = (kept: CountersKept | undefined) => countersKept.parse(JSON.parse(JSON.stringify(kept)))

  test('a counter goes on where it was, with its offset, and nothing is counted twice', async () => {
    const before = meter()
    for (const kwh of [500, 0, 0.02, 0.04]) await before.read({ energy_active_import: kwh })
    const after = meter({ clock: before.clock, kept: restart(before.plausibility.changed()) })
    await before.clock.advance(3_600_000)
    expect((await after.read({ energy_active_import: 0.5 })).seen).toEqual({ energy_active_import: 500.5 })
    expect(after.news).toEqual([])
  })

  test('a reset meanwhile is not lost', async () => {
    const before = meter()
    await before.read({ energy_active_import: 500 })
    const after = meter({ clock: before.clock, kept: restart(before.plausibility.changed()) })
    for (const kwh of [0.1, 0.12, 0.14]) await after.read({ energy_active_import: kwh })
    expect((await after.read({ energy_active_import: 0.16 })).seen['energy_active_import']).toBeCloseTo(500.16, 9)
  })

  test('by a clock that has gone back, what has grown has grown', async () => {
    const before = meter()
    await before.read({ energy_active_import: 500 })
    const kept = restart(before.plausibility.changed())
    const after = meter({ clock: fakeClock('1970-01-01T00:00:10Z'), kept })
    expect((await after.read({ energy_active_import: 90_000 })).seen).toEqual({ energy_active_import: 90_000 })
    expect(restart(after.plausibility.changed())).toHaveProperty(['meter.energy_active_import', 'raw'], 90_000)
  })

  test('an offset from before the day that the site names is dropped', async () => {
    const before = meter()
    for (const kwh of [500, 0, 0.02, 0.04]) await before.read({ energy_active_import: kwh })
    const kept = restart(before.plausibility.changed())
    const kept2 = meter({ clock: before.clock, kept, countersFrom: '2026-11-25T09:00Z' })
    expect((await kept2.read({ energy_active_import: 0.06 })).seen).toEqual({ energy_active_import: 500.06 })
    const dropped = meter({ clock: before.clock, kept, countersFrom: '2026-11-25T11:00Z' })
    expect((await dropped.read({ energy_active_import: 0.06 })).seen).toEqual({ energy_active_import: 0.06 })
    expect(dropped.plausibility.offset('meter.energy_active_import')).toBeUndefined()
  })

  test('is remembered only what has changed since', async () => {
    const { plausibility, read } = meter()
    expect(plausibility.changed()).toBeUndefined()
    await read({ energy_active_import: 500, voltage: 230 })
    expect(Object.keys(plausibility.changed() ?? {})).toEqual(['meter.energy_active_import'])
    await read({ energy_active_import: 500, voltage: 231 })
    expect(plausibility.changed()).toBeUndefined()
  })
})

describe('two that change places', () => {
  test('import and export are held and told of together, and their return is the end of it', async () => {
    const { read, news } = meter()
    await read({ energy_active_import: 9_000, energy_active_export: 400 })
    const seen = []
    for (const [first, second] of [
      [400.01, 9_000.02],
      [400.01, 9_000.04],
      [400.02, 9_000.05],
      [400.02, 9_000.06],
      [9_000.08, 400.03],
    ])
      seen.push((await read({ energy_active_import: first!, energy_active_export: second! })).seen)
    const held = { energy_active_import: '9000?', energy_active_export: '400?' }
    expect(seen).toEqual([held, held, held, held, { energy_active_import: 9_000.08, energy_active_export: 400.03 }])
    expect(news).toEqual([
      {
        event: 'suspect',
        point: 'meter.energy_active_import',
        because: 'swapped',
        with: 'meter.energy_active_export',
      },
      { event: 'suspect', point: 'meter.energy_active_import' },
    ])
  })

  test('phases as well, both of them from the first reading on, and for a dozen at most', async () => {
    const { read, news } = meter()
    await read({ power_active_l1: 2_300, power_active_l2: 700, power_active_l3: 705 })
    const first = await read({ power_active_l1: 700, power_active_l2: 2_300, power_active_l3: 706 })
    expect(first.seen).toEqual({ power_active_l1: '700?', power_active_l2: '2300?', power_active_l3: 706 })
    for (let n = 0; n < 12; n++) await read({ power_active_l1: 701, power_active_l2: 2_301 })
    expect((await read({ power_active_l1: 701, power_active_l2: 2_301 })).isUntouched).toBe(true)
    expect(news).toHaveLength(2)
  })

  test('not where a load has gone from one phase to the other, nor where only one has jumped', async () => {
    const { read, news } = meter()
    await read({ power_active_l1: 2_300, power_active_l2: 3 })
    await read({ power_active_l1: 2, power_active_l2: 2_300 })
    await read({ power_active_l1: 2_300, power_active_l2: 2_300 })
    expect(news).toEqual([])
  })
})

test('of what leaps to and fro for ever is told every ten minutes', async () => {
  const { read, news } = meter({ everyMs: 1_000 })
  for (let n = 0; n < 1_500; n++) await read({ frequency: n % 2 === 0 ? 45 : 65 })
  expect(news.filter((told) => told.event === 'suspect' && told.because === 'leapt').length).toBeLessThanOrEqual(3)
})
