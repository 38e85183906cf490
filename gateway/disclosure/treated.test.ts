/** Each treatment at work in the gate, alone and with others. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bad, good, uncertain } from '../../drivers/reading.ts'
import { disclose, noWindows, takeKept, type Event } from './disclose.ts'
import { gateKept } from './kept.ts'
import { alarm, at, meansOf, points, policyOf, read, run, startMs, tick, valuesOf } from './testing/policies.ts'
import { dayOf } from './treatments/noise.ts'

const every = (seconds: number, until: number, event: (ms: number) => Event): Event[] =>
  Array.from({ length: until / seconds }, (_, i) => event(1_000 * seconds * i))
const aggregate = (window: string, ...of: string[]) => ({ aggregate: { every: window, of } })
const minute = 60_000
const tooShort = { state: 'suppressed', reason: 'too-short' }

describe('windows', () => {
  test('a day is the street’s, whatever its length, and only what was not seen whole is partial', () => {
    const policy = policyOf({ treatment: [aggregate('1d', 'count')] }, 'Europe/Paris')
    const from = Temporal.ZonedDateTime.from('2026-10-24T12:00[Europe/Paris]')
    const left = run(
      policy,
      Array.from({ length: 60 * 60 }, (_, minutes) => ({ tick: from.add({ minutes }).toInstant() })),
    )
    expect(left.map(({ record }) => [record.from.until(record.until).total('hours'), record.partial ?? false])).toEqual(
      [
        [12, true],
        [25, false],
      ],
    )
  })

  test('a gateway that stops tells what it has, as partial', () => {
    const policy = policyOf({ treatment: [aggregate('10s', 'count')] })
    const left = run(policy, [tick(0), read('feeder.power_active', 1_000, 1), { tick: at(4_000), last: true }])
    expect(left.map(({ record }) => [record.partial, valuesOf(record)])).toEqual([
      [true, { 'feeder.power_active.count': [1] }],
    ])
  })

  test('of people tell nothing where they were seen in part: at a start, at a stop, where the clock leapt', () => {
    const policy = policyOf({
      points: ['gate.people_passages', 'feeder.power_active'],
      treatment: [aggregate('1h', 'last')],
    })
    const hour = 60 * minute
    const seen = (ms: number): Event[] => [
      read('feeder.power_active', ms, 1),
      read('gate.people_passages', ms, ms),
      tick(ms),
    ]
    const left = run(policy, [
      ...every(30, (3 * hour) / 1_000, (ms) => tick(ms + minute / 2)).flatMap((event) =>
        'tick' in event ? seen(event.tick.epochMilliseconds - startMs) : [],
      ),
      ...seen(4.5 * hour),
      { tick: at(4.5 * hour + minute), last: true },
    ])
    expect(
      left.map(({ record }) => [
        record.from.until(record.until).total('minutes'),
        record.partial ?? false,
        record.series.map(({ samples }) => samples[0]?.value === null && samples[0].quality),
      ]),
    ).toEqual([
      [59.5, true, [false, tooShort]],
      [60, false, [false, false]],
      [60, false, [false, false]],
      // it saw nothing between three o'clock and half past four
      [1, true, [false, tooShort]],
    ])
  })
})

test('change_only: what has not changed by more than the dead band waits for the heartbeat; a bad reading is news', () => {
  const policy = policyOf({ treatment: [{ change_only: { dead_band: 5, heartbeat: '1m' } }] })
  const power = [100, 103, 95, 94, 94, undefined, undefined, 94]
  const events = power.flatMap((value, i): Event[] => [
    value === undefined
      ? { point: 'feeder.power_active', at: at(10_000 * i), quality: bad('no-answer') }
      : read('feeder.power_active', 10_000 * i, value),
    tick(10_000 * i + 1),
  ])
  expect(run(policy, events).flatMap(({ record }) => valuesOf(record)['feeder.power_active'])).toEqual([
    100,
    94,
    'no-answer',
    94,
  ])
  const still = every(10, 300, (ms) => read('feeder.power_active', ms, 7)).flatMap((event, i) => [
    event,
    tick(10_000 * i),
  ])
  expect(run(policy, still)).toHaveLength(5)
})

test('property: with change_only, no value that was told last is further from the truth than the dead band', () => {
  const policy = policyOf({ treatment: [{ change_only: { dead_band: 3, heartbeat: '1h' } }] })
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1 }), (values) => {
      const state = noWindows()
      let told: unknown
      values.forEach((value, i) => {
        disclose(policy, read('feeder.power_active', i * 1_000, value), state)
        for (const record of disclose(policy, tick(i * 1_000 + 1), state).out)
          told = valuesOf(record)['feeder.power_active']?.at(-1)
        expect(Math.abs(Number(told) - value)).toBeLessThanOrEqual(3)
      })
    }),
  )
})

test('batch: what is read leaves together, so late at most', () => {
  const policy = policyOf({ batch: '30s' })
  const events = every(5, 90, (ms) => read('feeder.power_active', ms, ms)).flatMap((event, i) => [
    event,
    tick(5_000 * i),
  ])
  const left = run(policy, [...events, tick(90_000)])
  expect(left.map(({ ms, record }) => [ms, valuesOf(record)['feeder.power_active']?.length])).toEqual([
    [30_000, 7],
    [60_000, 6],
    [90_000, 5],
  ])
})

describe('alarms', () => {
  test('leave with the next tick, those that are declared, in a record of their own', () => {
    const policy = policyOf({ alarms: ['device-*'], treatment: [aggregate('1h', 'mean')] })
    const left = run(policy, [
      tick(0),
      alarm('device-dead', 'feeder', 'raised', 500),
      alarm('line-down', 'yard', 'raised', 600),
      tick(1_000),
    ])
    expect(left.map(({ ms, record }) => [ms, record.alarms, record.series])).toEqual([
      [1_000, [{ offsetMs: 0, code: 'device-dead', of: 'feeder', state: 'raised' }], []],
    ])
  })

  test('detail: while one stands, and for a while after, values leave as they are read besides', () => {
    const policy = policyOf({
      treatment: [aggregate('1m', 'mean'), { detail: { while: ['line-*'], after: '10s' } }, { round: 10 }],
    })
    const events = every(5, 60, (ms) => read('feeder.power_active', ms, 101)).flatMap((event, i): Event[] => [
      ...(i === 4 ? [alarm('line-noise', 'yard', 'raised', 20_000)] : []),
      ...(i === 6 ? [alarm('line-noise', 'yard', 'cleared', 30_000)] : []),
      event,
      tick(5_000 * i + 1),
    ])
    const left = run(policy, [tick(0), ...events, tick(minute)])
    const detail = left.filter(({ record }) => record.series[0]?.statistic === undefined)
    expect(detail.map(({ ms, record }) => [ms, valuesOf(record)])).toEqual(
      [20_001, 25_001, 30_001, 35_001].map((ms) => [ms, { 'feeder.power_active': [100] }]),
    )
    expect(left.filter((one) => !detail.includes(one)).map(({ record }) => valuesOf(record))).toEqual([
      { 'feeder.power_active.mean': [100] },
    ])
  })
})

describe('minimum_group', () => {
  test('of counts: what is below is suppressed and not zero; what is missing stays missing', () => {
    const policy = policyOf({ treatment: [aggregate('10s', 'max'), { minimum_group: { least: 5, of: 'counts' } }] })
    const left = run(policy, [
      read('feeder.power_active', 0, 4),
      tick(10_000),
      read('feeder.power_active', 11_000, 5),
      tick(20_000),
      read('feeder.power_active', 21_000, 0),
      tick(30_000),
      tick(40_000),
    ])
    expect(left.map(({ record }) => valuesOf(record)['feeder.power_active.max'])).toEqual([
      ['too-few'],
      [5],
      ['too-few'],
      ['not-read'],
    ])
  })

  test('of points: one sum for each quantity, doubtful where a point has told nothing, none where too few have', () => {
    const policy = policyOf({
      points: ['*.power_active'],
      treatment: [
        aggregate('10s', 'mean', 'max'),
        { minimum_group: { least: 2, of: 'points' } },
        { detail: { while: ['*'], after: '0s' } },
      ],
    })
    const left = run(policy, [
      alarm('line-down', 'yard', 'raised', 0),
      read('feeder.power_active', 1, 10),
      read('yard.power_active', 1, 20),
      read('cellar.power_active', 1, 12),
      tick(10_000),
      read('feeder.power_active', 11_000, 10),
      read('yard.power_active', 11_000, 20),
      tick(20_000),
      read('feeder.power_active', 21_000, 10),
      tick(30_000),
    ])
    expect(left.map(({ record: { series } }) => series)).toEqual(
      [
        { value: 42, quality: good },
        { value: 30, quality: uncertain('stale') },
        { value: null, quality: { state: 'suppressed', reason: 'too-few' } },
      ].map((sample) => [{ point: 'all.power_active', statistic: 'mean', samples: [{ offsetMs: 0, ...sample }] }]),
    )
  })
})

describe('noise', () => {
  const noisy = policyOf({
    treatment: [aggregate('1h', 'max'), { noise: { epsilon: 0.1, per_day: 0.3 } }, { round: 1 }],
  })
  const day = every(600, 86_400, (ms) => read('feeder.power_active', ms, 1_000)).flatMap((event, i) => [
    event,
    tick(600_000 * i + 1),
  ])

  test('the day’s budget is enforced: then the point says that it is spent, until the next day (UTC)', () => {
    const left = run(noisy, day)
    const told = left.map(({ record }) => valuesOf(record)['feeder.power_active.max']?.[0])
    // 16 h to 24 h, and 0 h to 15 h
    expect(told.map((value) => typeof value === 'number')).toEqual(
      Array.from({ length: 23 }, (_, hour) => hour < 3 || (hour >= 8 && hour < 11)),
    )
    expect(told).toContain('budget-spent')
    expect(left.map(({ record }) => record.epsilon ?? 0).reduce((sum, one) => sum + one, 0)).toBeCloseTo(0.6)
    expect(new Set(told.filter((value) => typeof value === 'number')).size).toBeGreaterThan(1)
  })

  test('nor does a restart give any of it back', () => {
    const state = noWindows(meansOf(1))
    expect(run(noisy, day.slice(0, 14), state)).toHaveLength(1)
    const kept = gateKept.parse(JSON.parse(JSON.stringify(takeKept(state))))
    const again = run(noisy, day.slice(14, 80), noWindows(meansOf(2), kept))
    const numbers = again.flatMap(({ record }) => valuesOf(record)['feeder.power_active.max'] ?? [])
    // Of three one was told, and one may have been since this was kept.
    expect(numbers.filter((value) => typeof value === 'number')).toHaveLength(1)
    expect(takeKept(state)).toBeUndefined()
  })

  test('nor does a power cut before the first number of a day is on the flash', () => {
    const state = noWindows(meansOf(1))
    run(noisy, [tick(0)], state)
    const today = dayOf(startMs)
    expect(takeKept(state)?.spent).toEqual({
      'feeder.power_active': [
        [today - 1, '1/10'],
        [today, '1/10'],
      ],
    })
    run(noisy, [tick(86_400_000)], state)
    expect(takeKept(state)?.spent['feeder.power_active']).toContainEqual([today + 1, '1/10'])
  })

  test('nor does a clock that was ahead for a while', () => {
    const state = noWindows(meansOf(1))
    const ahead = 30 * 86_400_000
    run(noisy, [tick(ahead), read('feeder.power_active', ahead + 1, 1_000), tick(ahead + 3_600_000)], state)
    run(noisy, day.slice(0, 14), state)
    const kept = gateKept.parse(JSON.parse(JSON.stringify(takeKept(state))))
    const again = run(noisy, day.slice(14, 80), noWindows(meansOf(2), kept))
    const numbers = again.flatMap(({ record }) => valuesOf(record)['feeder.power_active.max'] ?? [])
    expect(numbers.filter((value) => typeof value === 'number')).toHaveLength(1)
  })

  test('where nobody knows any more what was spent, the day counts as spent, over the next restart too', () => {
    const state = noWindows(meansOf(1), 'damaged')
    const told = (left: ReturnType<typeof run>) =>
      left
        .flatMap(({ record }) => valuesOf(record)['feeder.power_active.max'] ?? [])
        .filter((value) => typeof value === 'number')
    expect(told(run(noisy, day.slice(0, 20), state))).toEqual([])
    const kept = gateKept.parse(JSON.parse(JSON.stringify(takeKept(state))))
    const left = run(noisy, day.slice(20), noWindows(meansOf(2), kept))
    expect(told(left.filter(({ record }) => record.from.toString() < '2026-12-22'))).toEqual([])
    expect(told(left)).toHaveLength(3)
  })

  test('nor does another name of the release, nor another ε', () => {
    const state = noWindows(meansOf(1))
    run(noisy, day.slice(0, 14), state)
    const kept = gateKept.parse(JSON.parse(JSON.stringify(takeKept(state))))
    const { releases, ...rest } = policyOf({
      treatment: [aggregate('1h', 'max'), { noise: { epsilon: 0.2, per_day: 0.3 } }, { round: 1 }],
    })
    const renamed = { ...rest, releases: releases.map((release) => ({ ...release, name: 'other' })) }
    const left = run(renamed, day.slice(14, 80), noWindows(meansOf(2), kept))
    expect(left.map(({ record }) => record.epsilon)).toEqual(left.map(() => undefined))
    expect(left).toHaveLength(5)
  })

  test('while the disk does not take what is spent, no number is told; then they are again', () => {
    let remembers = false
    const state = noWindows({ ...meansOf(1), remembers: () => remembers })
    const first = run(noisy, day.slice(0, 14), state)
    expect(first.map(({ record }) => valuesOf(record))).toEqual([{ 'feeder.power_active.max': ['budget-spent'] }])
    expect(takeKept(state)).toBeDefined()
    remembers = true
    const told = run(noisy, day.slice(14, 80), state).map(({ record }) => record.epsilon ?? 0)
    expect(told.filter((epsilon) => epsilon > 0)).toHaveLength(3)
  })

  test('without a source of bits nothing leaves', () => {
    expect(() => run(noisy, day, noWindows())).toThrow('no bits')
  })
})

describe('clamp, bucket, round', () => {
  test.each([
    [[{ clamp: [0, 50] }], 70, 50],
    [[{ bucket: [0, 10, 100] }], 99, 10],
    [[{ bucket: [5, 10] }], -3, 5],
    [[{ round: 10 }, { bucket: [0, 12] }], 13, 10], // the bucket comes first, however it is written
    [[{ clamp: [0, 7] }, { round: 5 }], 9, 5],
    [[{ clamp: [0, 8] }, { round: 5 }], 9, 8], // the nearest multiple is 10, which the clamp forbids
  ])('%j: %d leaves as %d', (treatment, value, told) => {
    const [left] = run(policyOf({ treatment }), [tick(0), read('feeder.power_active', 1, value), tick(1_000)])
    expect(valuesOf(left!.record)).toEqual({ 'feeder.power_active': [told] })
  })
})

describe('pseudonym', () => {
  const policy = policyOf({
    points: ['*.power_active', 'feeder.serial'],
    alarms: ['*'],
    treatment: [{ pseudonym: { rotates: '1d' } }],
  })
  const day = (number: number): Event[] => [
    tick(86_400_000 * number),
    ...[...points.keys()].map((point) => read(point, 86_400_000 * number + 1, point === 'feeder.serial' ? 'A17' : 7)),
    alarm('device-dead', 'feeder', 'raised', 86_400_000 * number + 2),
    tick(86_400_000 * number + 1_000),
  ]
  const left = run(policy, [...day(0), ...day(1)]).map(({ record }) => record)

  test('no name of a device leaves, nor what identifies', () => {
    const text = JSON.stringify(left)
    expect(text).toContain('power_active')
    for (const name of ['feeder', 'yard', 'cellar', 'A17']) expect(text).not.toContain(name)
  })

  test('a device has one within a period, whether it tells a value or is what an alarm is of; and another in the next', () => {
    const [values, alarms, next] = left
    const of = alarms!.alarms![0]!.of
    expect(
      values!.series.filter(({ point }) => point.startsWith(`${of}.`)).map(({ point }) => point.split('.')[1]),
    ).toEqual(['power_active', 'serial'])
    expect(next!.series.some(({ point }) => values!.series.some((one) => one.point === point))).toBe(false)
  })

  test('series come in the order of the names that leave, which tells nothing of those that do not', () => {
    const names = left[0]!.series.map(({ point }) => point)
    expect(names).toEqual(names.toSorted())
    expect(names).toHaveLength(4)
  })

  test('another key, other names', () => {
    const [other] = run(policy, day(0), noWindows(meansOf(2)))
    const names = new Set(left[0]!.series.map(({ point }) => point))
    expect(other!.record.series.some(({ point }) => names.has(point))).toBe(false)
  })
})

describe('coarsen', () => {
  test('moments are told to the hour, and nothing leaves before the hour is over, which would tell the moment', () => {
    const policy = policyOf({ treatment: [{ coarsen: { time: '1h' } }] }, 'Asia/Kolkata')
    const left = run(policy, [
      tick(0),
      read('feeder.power_active', 7 * minute, 1),
      read('feeder.power_active', 11 * minute, 2),
      ...every(60, 3_600, tick),
    ])
    expect(left.map(({ ms, record: { from, until, series } }) => ({ ms, from, until, series }))).toEqual([
      {
        ms: 30 * minute, // half past by UTC is the full hour there
        from: at(-30 * minute),
        until: at(30 * minute),
        series: [
          { point: 'feeder.power_active', samples: [1, 2].map((value) => ({ offsetMs: 0, value, quality: good })) },
        ],
      },
    ])
  })

  test('so it is with windows that are shorter, and with alarms', () => {
    const policy = policyOf({ alarms: ['*'], treatment: [aggregate('10m', 'max'), { coarsen: { time: '1h' } }] })
    const left = run(policy, [
      tick(0),
      read('feeder.power_active', 7 * minute, 1),
      alarm('line-down', 'yard', 'raised', 7 * minute),
      ...every(60, 3_660, tick),
    ])
    expect(left.map(({ ms }) => ms)).toEqual(Array.from({ length: 7 }, () => 60 * minute))
    expect(left.every(({ record: { from, until } }) => from.equals(at(0)) && until.equals(at(60 * minute)))).toBe(true)
  })
})

describe('delay', () => {
  const policy = policyOf({ alarms: ['*'], treatment: [aggregate('10s', 'max'), { delay: '1h' }] })

  test('nothing leaves sooner than so long after it was, alarms included, and nothing is lost', () => {
    const events = [
      alarm('line-down', 'yard', 'raised', 3_000),
      ...every(1, 7_200, (ms) => read('feeder.power_active', ms, ms)).flatMap((event, i) => [event, tick(1_000 * i)]),
    ]
    const left = run(policy, events)
    for (const { ms, record } of left) expect(at(ms).since(record.until).total('hours')).toBeGreaterThanOrEqual(1)
    expect(left.filter(({ record }) => record.alarms !== undefined)).toHaveLength(1)
    expect(left.filter(({ record }) => record.alarms === undefined)).toHaveLength(359)
  })

  test('what waits when the gateway stops leaves after the next start, byte for byte, and only when it may', () => {
    const state = noWindows()
    expect(
      run(policy, [tick(0), read('feeder.power_active', 1, 5n), tick(10_000), { tick: at(11_000), last: true }], state),
    ).toEqual([])
    const kept = gateKept.parse(JSON.parse(JSON.stringify(takeKept(state))))
    const left = run(policy, [tick(3_609_999), tick(3_610_000), tick(3_620_000)], noWindows({}, kept))
    expect(left.map(({ ms, record }) => [ms, valuesOf(record)])).toEqual([
      [3_610_000, { 'feeder.power_active.max': [5] }],
      [3_620_000, { 'feeder.power_active.max': ['not-read'] }],
    ])
  })
})

test('a release may have any name, after a restart too', () => {
  const { releases, ...policy } = policyOf({})
  const odd = { ...policy, releases: releases.map((release) => ({ ...release, name: 'constructor' })) }
  const kept = { v: 1, spent: {}, held: {} } as const
  const left = run(odd, [tick(0), read('feeder.power_active', 1, 1), tick(1_000)], noWindows({}, kept))
  expect(left.map(({ record }) => record.release)).toEqual(['constructor'])
})

test('expires: what was before leaves with the end, and nothing after it, by the street’s calendar', () => {
  const policy = policyOf(
    { alarms: ['*'], expires: '2026-12-22', treatment: [aggregate('1h', 'count')] },
    'Europe/Paris',
  )
  const hours = every(600, 86_400, (ms) => read('feeder.power_active', ms, 1)).flatMap((event, i) => [
    event,
    tick(600_000 * i),
  ])
  const left = run(policy, [...hours, alarm('line-down', 'yard', 'raised', 86_400_000), tick(86_400_001)])
  const midnight = Temporal.Instant.from('2026-12-21T23:00Z')
  expect(left).toHaveLength(7)
  expect(left.at(-1)?.record.until).toEqual(midnight)
  expect(left.at(-1)?.record.partial).toBeUndefined()
})

test('property: whatever the treatment, readings of undeclared points and alarms that are not declared change nothing', () => {
  const steps = [
    { change_only: { dead_band: 1, heartbeat: '1m' } },
    aggregate('10s', 'mean', 'p50', 'increase', 'count'),
    { detail: { while: ['device-*'], after: '5s' } },
    { minimum_group: { least: 2, of: 'counts' } },
    { noise: { epsilon: 1, per_day: 100 } },
    { clamp: [0, 1_000] },
    { bucket: [0, 10, 100] },
    { round: 5 },
    { pseudonym: { rotates: '1h' } },
    { coarsen: { time: '1m' } },
    { delay: '30s' },
  ]
  const event = fc.oneof(
    fc.record({
      ms: fc.nat(200_000),
      point: fc.constantFrom(...points.keys()),
      value: fc.integer({ min: -5, max: 2_000 }),
    }),
    fc.record({ ms: fc.nat(200_000), alarm: fc.constantFrom('line-down', 'time-unknown') }),
    fc.record({ ms: fc.nat(200_000) }),
  )
  fc.assert(
    fc.property(fc.subarray(steps), fc.array(event, { maxLength: 80 }), (treatment, happened) => {
      const policy = policyOf({ treatment, alarms: ['device-*'] })
      const events = happened
        .toSorted((a, b) => a.ms - b.ms)
        .map((one) =>
          'point' in one
            ? read(one.point, one.ms, one.value)
            : 'alarm' in one
              ? alarm(one.alarm, 'yard', 'raised', one.ms)
              : tick(one.ms),
        )
      const declared = events.filter((one) => 'tick' in one || ('point' in one && one.point === 'feeder.power_active'))
      expect(run(policy, [...events, tick(400_000)])).toEqual(run(policy, [...declared, tick(400_000)]))
    }),
    { numRuns: 300 },
  )
})
