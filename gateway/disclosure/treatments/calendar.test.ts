import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calendarOf } from './calendar.ts'

const windowAt = (ms: number, every: number, zone: string) => calendarOf(zone)(ms, every)

const minute = 60_000
const hour = 3_600_000
const day = 86_400_000

/** Their clocks change by an hour and by half of one, at night, at midnight, not at all; their hours begin at UTC's and do not. */
const zones = [
  'UTC',
  'Europe/Paris',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'America/St_Johns',
] as const
const everies = [
  1_000,
  10_000,
  7 * minute,
  15 * minute,
  40 * minute,
  hour,
  90 * minute,
  2 * hour,
  6 * hour,
  7 * hour,
  day,
]

const told = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }, zone: string) =>
  [fromMs, untilMs].map((ms) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toString({ timeZoneName: 'never' }),
  )
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds

test.each([
  ['2026-12-21T16:07:30Z', 15 * minute, 'Europe/Paris', '17:00:00+01:00', '17:15:00+01:00'],
  ['2026-12-21T16:07:30Z', hour, 'Asia/Kolkata', '21:00:00+05:30', '22:00:00+05:30'],
  // 29 March 2026: no 02:00 to 03:00
  ['2026-03-29T00:59:59Z', hour, 'Europe/Paris', '01:00:00+01:00', '03:00:00+02:00'],
  ['2026-03-29T00:59:59Z', 6 * hour, 'Europe/Paris', '00:00:00+01:00', '06:00:00+02:00'],
  ['2026-03-29T00:59:59Z', 2 * hour, 'Europe/Paris', '00:00:00+01:00', '03:00:00+02:00'],
  // 25 October 2026: 02:00 to 03:00 twice
  ['2026-10-25T00:30:00Z', hour, 'Europe/Paris', '02:00:00+02:00', '02:00:00+01:00'],
  ['2026-10-25T01:30:00Z', hour, 'Europe/Paris', '02:00:00+01:00', '03:00:00+01:00'],
  ['2026-10-25T01:30:00Z', 6 * hour, 'Europe/Paris', '00:00:00+02:00', '06:00:00+01:00'],
  ['2026-10-25T00:50:00Z', 15 * minute, 'Europe/Paris', '02:45:00+02:00', '02:00:00+01:00'],
])('%s, windows of %d ms in %s: from %s until %s', (moment, every, zone, from, until) => {
  const window = windowAt(at(moment), every, zone)
  expect(told(window, zone).map((text) => text.slice(11))).toEqual([from, until])
})

test('a day is as long as the street has it: 23, 24 or 25 hours', () => {
  const hours = ['2026-03-29T12:00Z', '2026-06-01T12:00Z', '2026-10-25T12:00Z'].map((moment) => {
    const { fromMs, untilMs } = windowAt(at(moment), day, 'Europe/Paris')
    return (untilMs - fromMs) / hour
  })
  expect(hours).toEqual([23, 24, 25])
})

/** Moments on and around days on which clocks are changed, and any others. */
const moments = fc.oneof(
  fc.integer({ min: at('2026-03-28T12:00Z'), max: at('2026-03-30T12:00Z') }),
  fc.integer({ min: at('2026-10-24T12:00Z'), max: at('2026-10-26T12:00Z') }),
  fc.integer({ min: at('2026-04-04T00:00Z'), max: at('2026-04-06T00:00Z') }),
  fc.integer({ min: at('2026-04-23T12:00Z'), max: at('2026-04-25T12:00Z') }),
  fc.integer({ min: at('2026-10-29T12:00Z'), max: at('2026-10-31T12:00Z') }),
  fc.integer({ min: at('2025-01-01T00:00Z'), max: at('2030-01-01T00:00Z') }),
)

test('property: every moment is in exactly one window, and windows follow one another without a gap', () => {
  fc.assert(
    fc.property(moments, fc.constantFrom(...everies), fc.constantFrom(...zones), (ms, every, zone) => {
      const window = windowAt(ms, every, zone)
      expect(window.fromMs).toBeLessThanOrEqual(ms)
      expect(window.untilMs).toBeGreaterThan(ms)
      const calendar = calendarOf(zone) // one that remembers says the same
      for (const inside of [window.fromMs, window.untilMs - 1, Math.floor((window.fromMs + window.untilMs) / 2)])
        expect(calendar(inside, every)).toEqual(window)
      expect(windowAt(window.untilMs, every, zone).fromMs).toBe(window.untilMs)
      expect(windowAt(window.fromMs - 1, every, zone).untilMs).toBe(window.fromMs)
    }),
    { numRuns: 2_000 },
  )
})

test('property: a window begins when the street’s clock shows a multiple, at midnight, or when the clock is changed', () => {
  let odd = 0
  fc.assert(
    fc.property(moments, fc.constantFrom(...everies), fc.constantFrom(...zones), (ms, every, zone) => {
      const { fromMs } = windowAt(ms, every, zone)
      const from = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone)
      const wallMs = from.toPlainTime().since('00:00').total('milliseconds')
      const changes = from.subtract({ nanoseconds: 1 }).offset !== from.offset
      if (wallMs % every !== 0) odd++
      expect(wallMs % every === 0 || changes || from.equals(from.startOfDay())).toBe(true)
    }),
    { numRuns: 2_000 },
  )
  expect(odd).toBeLessThan(200)
})
