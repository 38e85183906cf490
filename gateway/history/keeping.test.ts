import { describe, expect, test } from 'vitest'
import { bad, good, uncertain, type PointId, type Reading, type Value } from '../../drivers/reading.ts'
import { Keeping, mostScaled } from './keeping.ts'
import type { Series } from './series.ts'

const startMs = Temporal.Instant.from('2026-12-21T16:00:00Z').epochMilliseconds
const list: Series[] = [
  { name: 'feeder.voltage', sensitivity: 'technical', digits: 1 },
  { name: 'feeder.relay', sensitivity: 'public', digits: 0 },
  { name: 'hall.persons', sensitivity: 'presence', digits: 0, finestMs: 900_000 },
  { name: 'yard.persons', sensitivity: 'presence', digits: 0 },
  { name: 'feeder.serial_number', sensitivity: 'identifier', digits: 0 },
  { name: 'segment:north.level', sensitivity: 'public', digits: 0 },
]

/** Keeps, by its own time; what was kept: series, seconds, value in units of its last digit. */
class Evening {
  readonly kept: [name: string, seconds: number, scaled: number | null][] = []
  readonly keeping = new Keeping(list, (index, atMs, scaled) =>
    this.kept.push([list[index]!.name, (atMs - startMs) / 1_000, scaled]),
  )

  see(seconds: number, point: PointId, value: Value | undefined, wallSeconds = seconds): void {
    const at = Temporal.Instant.fromEpochMilliseconds(startMs + wallSeconds * 1_000)
    const reading: Reading =
      value === undefined ? { point, at, quality: bad('no-answer') } : { point, at, quality: good, value }
    this.keeping.see(reading, seconds * 1_000)
  }

  of(name: string): (readonly [seconds: number, scaled: number | null])[] {
    return this.kept.flatMap(([series, seconds, scaled]) => (series === name ? [[seconds, scaled] as const] : []))
  }
}

describe('what is kept', () => {
  test('a number that differs at its digits, not more often than each 10 s', () => {
    const evening = new Evening()
    const values = [230.1, 230.14, 230.3, 230.5, 230.5, 230.5, 230.6]
    values.forEach((value, n) => evening.see(5 * n, 'feeder.voltage', value))
    expect(evening.of('feeder.voltage')).toEqual([
      [0, 2_301],
      [10, 2_303],
      [20, 2_305],
      [30, 2_306],
    ])
  })

  test('what differs only beyond the digits is the same; a heartbeat tells it again', () => {
    const evening = new Evening()
    for (let seconds = 0; seconds <= 1_800; seconds += 5)
      evening.see(seconds, 'feeder.voltage', 230 + (seconds % 2) / 50)
    expect(evening.of('feeder.voltage').map(([seconds]) => seconds)).toEqual([0, 900, 1_800])
  })

  test('what is read but once an hour stands meanwhile, and for three hours at most', () => {
    const evening = new Evening()
    for (let minutes = 0; minutes <= 600; minutes++) {
      if (minutes % 60 === 0 && minutes <= 120) evening.see(minutes * 60, 'feeder.voltage', 230)
      evening.keeping.beat(startMs + minutes * 60_000, minutes * 60_000)
    }
    const quarters = evening.of('feeder.voltage').map(([seconds]) => seconds / 900)
    // Until the second reading nobody knows that they come once an hour.
    expect(quarters).toEqual([0, ...Array.from({ length: 17 }, (_, n) => 4 + n)])
  })

  test('a quality that goes bad, and what comes after, at once', () => {
    const evening = new Evening()
    const values = [230, undefined, undefined, 230, 231]
    values.forEach((value, n) => evening.see(n, 'feeder.voltage', value))
    expect(evening.of('feeder.voltage')).toEqual([
      [0, 2_300],
      [1, null],
      [3, 2_300],
    ])
  })

  test('a value to be used with care is one', () => {
    const evening = new Evening()
    const at = Temporal.Instant.fromEpochMilliseconds(startMs)
    evening.keeping.see({ point: 'feeder.voltage', at, quality: uncertain('stale'), value: 229 }, 0)
    expect(evening.of('feeder.voltage')).toEqual([[0, 2_290]])
  })

  test('a switch and a level at each change; a level stands, and beats by itself', () => {
    const evening = new Evening()
    const at = (seconds: number) => startMs + seconds * 1_000
    for (const [seconds, value] of [
      [0, false],
      [1, true],
      [2, true],
      [3, false],
    ] as const) {
      evening.see(seconds, 'feeder.relay', value)
      evening.keeping.note('segment:north.level', at(seconds), value ? 100 : 50, seconds * 1_000)
    }
    for (let seconds = 10; seconds < 1_900; seconds += 10) evening.keeping.beat(at(seconds), seconds * 1_000)
    evening.keeping.note('segment:north.level', at(1_900), null, 1_900_000)
    for (let seconds = 1_910; seconds < 4_000; seconds += 10) evening.keeping.beat(at(seconds), seconds * 1_000)
    expect(evening.of('feeder.relay')).toEqual([
      [0, 0],
      [1, 1],
      [3, 0],
    ])
    expect(evening.of('segment:north.level')).toEqual([
      [0, 50],
      [1, 100],
      [3, 50],
      [910, 50],
      [1_810, 50],
      [1_900, null],
    ])
  })

  test('no identifier, no presence that no release lets out, no text, nothing that is not in the list', () => {
    const evening = new Evening()
    evening.see(0, 'feeder.serial_number', 4_711)
    evening.see(0, 'yard.persons', 3)
    evening.see(0, 'feeder.voltage', 'a text')
    evening.see(0, 'feeder.current', 3)
    expect(evening.kept).toEqual([])
  })

  test('no number that no quantity can be', () => {
    const evening = new Evening()
    evening.see(0, 'feeder.voltage', mostScaled)
    evening.see(1, 'feeder.voltage', NaN)
    evening.see(2, 'feeder.voltage', 5n)
    expect(evening.of('feeder.voltage')).toEqual([
      [0, null],
      [2, 50],
    ])
  })
})

describe('presence', () => {
  const minute = 60

  test('as the mean of each window of its release, when the window is over', () => {
    const evening = new Evening()
    for (let minutes = 0; minutes <= 46; minutes++) evening.see(minutes * minute, 'hall.persons', minutes < 15 ? 2 : 4)
    expect(evening.of('hall.persons')).toEqual([
      [0, 2],
      [15 * minute, 4],
      [30 * minute, 4],
    ])
  })

  test('a window without a value, and those that nobody saw, are not known', () => {
    const evening = new Evening()
    evening.see(0, 'hall.persons', 2)
    evening.see(16 * minute, 'hall.persons', undefined)
    evening.see(31 * minute, 'hall.persons', 3)
    evening.see(76 * minute, 'hall.persons', 3)
    expect(evening.of('hall.persons')).toEqual([
      [0, 2],
      [15 * minute, null],
      [30 * minute, 3],
      [45 * minute, null],
    ])
  })

  test('the window in which the gateway started is not kept', () => {
    const evening = new Evening()
    for (let minutes = 8; minutes <= 31; minutes++) evening.see(minutes * minute, 'hall.persons', 2)
    expect(evening.of('hall.persons')).toEqual([
      [0, null],
      [15 * minute, 2],
    ])
  })

  test('a clock that swings to and fro makes no windows finer', () => {
    const evening = new Evening()
    for (let seconds = 0; seconds < 600; seconds++) {
      evening.see(seconds, 'hall.persons', seconds % 5, seconds % 2 === 0 ? 895 : 905)
    }
    expect(evening.of('hall.persons')).toEqual([[0, null]])
  })
})
