/** A unit that answers late must never be believed to have answered the next question. */
import { expect, test } from 'vitest'
import { answerLate, OnlyResting } from '../testing/late-answers.ts'
import { Debts } from './debts.ts'

const seed = 20_261_122

test(
  '10 000 late answers: no wrong value, no refusal and no acknowledgement that was another’s',
  { timeout: 60_000 },
  async () => {
    const tally = await answerLate({ debts: new Debts(), enough: 10_000, seed })
    expect(tally).toMatchObject({ wrong: 0, wronglyRefused: 0, belied: 0 })
    expect(tally.late).toBeGreaterThanOrEqual(10_000)
    expect(tally.right).toBeGreaterThan(1_000)
    expect(tally.written).toBeGreaterThan(200)
  },
)

test('of units that declare too little, neither resting nor remembering, late answers become values', async () => {
  expect((await answerLate({ debts: new Debts(), enough: 1_000, seed, declaredMs: 0 })).wrong).toBeGreaterThan(0)
})

test('resting alone does not suffice where a unit is slower than it declares', async () => {
  const { wrong, belied } = await answerLate({ debts: new OnlyResting(), enough: 1_000, seed })
  expect(wrong).toBeGreaterThan(0)
  expect(belied).toBeGreaterThan(0)
})

test.each([
  { guarded: true, debts: new Debts() },
  { guarded: false, debts: new OnlyResting() },
])('refusals come late too, and each is told of its own question (guarded: $guarded)', async ({ guarded, debts }) => {
  const { wrong, wronglyRefused, belied, refused } = await answerLate({ debts, enough: 2_000, seed, refusing: 0.3 })
  expect(wrong + wronglyRefused + belied === 0).toBe(guarded)
  expect(refused).toBeGreaterThan(50)
})
