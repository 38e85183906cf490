import { expect, test } from 'vitest'
import type { z } from 'zod'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { Spending, type Kept } from './spending.ts'

/** A file that comes back as JSON. */
function paper(): Kept & { writes: number; text: string } {
  const file = {
    writes: 0,
    text: '{}',
    section: <T>(name: string, schema: z.ZodType<T>) =>
      schema.safeParse((JSON.parse(file.text) as Record<string, unknown>)[name]).data,
    keep: (name: string, value: unknown) => {
      file.writes++
      file.text = JSON.stringify({ [name]: value })
    },
  }
  return file
}

test('counts by month of the street’s calendar, and goes on after a restart', async () => {
  const clock = fakeClock('2026-11-30T22:59:00Z')
  const kept = paper()
  const options = { monthly: 5_000_000, timeZone: 'Europe/Paris', clock, kept }
  const first = new Spending(options)
  first.add(1_000)
  expect(first.month()).toMatchObject({ spent: 1_000, days: 30 })
  expect(first.month()?.daysLeft).toBeCloseTo(1 / 1_440)
  await clock.advance(60_000)
  expect(first.month()).toMatchObject({ spent: 0, days: 31, daysLeft: 31 })
  first.add(500)
  first.keep()
  expect(new Spending(options).spent).toBe(500)
})

test('is written at most every ten minutes', async () => {
  const clock = fakeClock()
  const kept = paper()
  const spending = new Spending({ timeZone: 'UTC', clock, kept })
  for (let second = 0; second < 3_600; second++) {
    spending.add(100)
    await clock.advance(1_000)
  }
  expect(kept.writes).toBe(6)
  expect(spending.month()).toBeUndefined()
  expect(spending.calendar().spent).toBe(360_000)
})

test('a clock that wakes up in 1970 forgets nothing of this month', () => {
  const clock = fakeClock()
  const kept = paper()
  const options = { timeZone: 'UTC', clock, kept }
  new Spending(options).add(700)
  const lost = new Spending({ ...options, clock: fakeClock('1970-01-01T00:00:00Z') })
  lost.add(10)
  expect(lost.spent).toBe(10)
  expect(new Spending(options).spent).toBe(700)
})

test('what is no count of ours counts as none', () => {
  const kept = { ...paper(), section: <T>(_: string, schema: z.ZodType<T>) => schema.safeParse({ '2026-12': -5 }).data }
  expect(new Spending({ timeZone: 'UTC', clock: fakeClock(), kept }).spent).toBe(0)
})
