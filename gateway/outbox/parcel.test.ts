import { expect, test } from 'vitest'
import { lastNumbers } from './parcel.ts'

test('of a release that never leaves with numbers, no number is told: whoever heard of it would ask for it for ever', () => {
  const streams = [
    { release: 'energy', last: 7, waiting: 0 },
    { release: 'entities', last: 9, waiting: 0 },
    { release: 'unused', last: 0, waiting: 0 },
  ]
  expect(lastNumbers(streams, (release) => release !== 'entities')).toEqual(new Map([['energy', 7]]))
})
