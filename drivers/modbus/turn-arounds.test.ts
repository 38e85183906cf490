import { expect, test } from 'vitest'
import { TurnArounds } from './turn-arounds.ts'

/** A unit that answers after `thinksMs()`, looked for when it is due, and then each 0.3 ms; how late it was found each time. */
function live(turns: number, thinksMs: (turn: number) => number, learned = new TurnArounds(2)) {
  return Array.from({ length: turns }, (_, turn) => {
    const isMs = thinksMs(turn)
    let foundMs = learned.of(1)
    const awaited = foundMs < isMs
    while (foundMs < isMs) foundMs += 0.3
    learned.learn(1, foundMs, awaited)
    return foundMs - isMs
  })
}

const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / all.length

test.each([0, 0.4, 5, 40])(
  'a unit that always thinks for %f ms is found within a fraction of a millisecond',
  (thinks) => {
    expect(mean(live(400, () => thinks).slice(100))).toBeLessThan(0.2)
  },
)

test('one that became quicker, or slower, is soon found in time again', () => {
  const late = live(200, (turn) => (turn < 100 ? 30 : 3))
  expect(mean(late.slice(150))).toBeLessThan(0.3)
  expect(mean(live(200, (turn) => (turn < 100 ? 3 : 30)).slice(150))).toBeLessThan(0.3)
})

test('nothing is known of a unit that has not answered', () => {
  const learned = new TurnArounds(2)
  expect([learned.of(1), learned.learned(1)]).toEqual([2, undefined])
})
