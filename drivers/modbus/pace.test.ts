import { describe, expect, test } from 'vitest'
import { durationClassesMs, Pace } from './pace.ts'

describe('load', () => {
  test('a line that never rests is busy all the time, from its first second on', () => {
    const pace = new Pace(500)
    for (let at = 500; at < 5_000; at += 100) pace.busy(at, at + 100)
    expect(pace.load(5_000)).toBeCloseTo(1)
  })

  test('half of the time is half, however requests lie across seconds', () => {
    const pace = new Pace(0)
    for (let at = 0; at < 120_000; at += 1_500) pace.busy(at + 250, at + 1_000)
    expect(pace.load(120_000)).toBeCloseTo(0.5, 1)
  })

  test('what is older than a minute counts no more', () => {
    const pace = new Pace(0)
    pace.busy(0, 60_000)
    expect(pace.load(60_000)).toBeCloseTo(1, 1)
    expect(pace.load(90_000)).toBeCloseTo(0.5, 1)
    expect(pace.load(121_000)).toBe(0)
  })
})

describe('latency', () => {
  test('of a unit that never answered there is none', () => {
    expect(new Pace(0).latency(1)).toBeUndefined()
  })

  test('its last, its median, its slowest of a hundred', () => {
    const pace = new Pace(0)
    for (let took = 1; took <= 100; took++) pace.answered(7, took)
    expect(pace.latency(7)).toEqual({
      lastMs: 100,
      medianMs: 51,
      p99Ms: 100,
      turnAround: { medianMs: 51, p99Ms: 100 },
      answers: 100,
    })
    expect(pace.latency(8)).toBeUndefined()
  })

  test('only the last ones count', () => {
    const pace = new Pace(0)
    for (let each = 0; each < 500; each++) pace.answered(7, 900)
    for (let each = 0; each < 128; each++) pace.answered(7, 3)
    expect(pace.latency(7)).toMatchObject({ lastMs: 3, medianMs: 3, p99Ms: 3, answers: 128 })
  })

  test('how long a unit thinks is told without the wire', () => {
    const pace = new Pace(0)
    pace.answered(7, 90, 12)
    pace.answered(7, 60, -1) // a clock's grain
    expect(pace.latency(7)).toMatchObject({ p99Ms: 90, turnAround: { medianMs: 12, p99Ms: 12 } })
  })
})

test('answer times are counted in classes, each once', () => {
  const pace = new Pace(0)
  for (const took of [1, 5, 5.1, 99, 4_000, 60_000]) pace.answered(1, took)
  const { counts, count, sumMs } = pace.durations
  expect(Object.fromEntries(counts.map((n, place) => [durationClassesMs[place] ?? 'more', n]))).toMatchObject({
    5: 2,
    10: 1,
    100: 1,
    5000: 1,
    more: 1,
  })
  expect(count).toBe(6)
  expect(sumMs).toBeCloseTo(64_110.1)
})
