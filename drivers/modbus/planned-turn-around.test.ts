import { expect, test } from 'vitest'
import { PlannedTurnAround } from './planned-turn-around.ts'

/** What is planned with, minute by minute, while answers take so long. */
function planned(learned: (minute: number) => number | undefined, minutes = 30): number[] {
  const turnAround = new PlannedTurnAround(10, 0)
  return Array.from({ length: minutes }, (_, minute) => {
    const nowMs = (minute + 1) * 60_000
    if (turnAround.isDue(nowMs)) turnAround.look(nowMs, learned(minute))
    return turnAround.ms
  })
}

test('what is more than twice as slow, or as fast, for three minutes counts', () => {
  expect(planned(() => 21, 4)).toEqual([10, 10, 21, 21])
  expect(planned(() => 4, 4)).toEqual([10, 10, 4, 4])
  expect(new Set(planned((minute) => (minute < 10 ? 30 : 9)))).toEqual(new Set([10, 30, 9]))
})

test('within a factor of two, before the first answer, and next to the bytes of a request, nothing changes', () => {
  expect(new Set(planned(() => 19))).toEqual(new Set([10]))
  expect(new Set(planned(() => undefined))).toEqual(new Set([10]))
  const turnAround = new PlannedTurnAround(1, 0)
  for (let minute = 1; minute < 10; minute++) turnAround.look(minute * 60_000, 0)
  expect(turnAround.revision).toBe(0)
})

test('one that is slow now and then is not planned anew each time', () => {
  expect(new Set(planned((minute) => (minute % 3 === 2 ? 10 : 50)))).toEqual(new Set([10]))
  expect(new Set(planned((minute) => (minute % 2 === 0 ? 3 : 40)))).toEqual(new Set([10]))
})
