import { expect, test } from 'vitest'
import { instantOf } from './at.ts'

const paris = (text: string) => instantOf(text, 'Europe/Paris')?.toString()

test.each([
  ['2026-12-21T16:20', '2026-12-21T15:20:00Z'],
  ['2026-12-21 16:20:30', '2026-12-21T15:20:30Z'],
  ['2026-06-21T22:00', '2026-06-21T20:00:00Z'],
  ['2026-12-21', '2026-12-20T23:00:00Z'],
  ['2026-12-21T16:20Z', '2026-12-21T16:20:00Z'],
  ['2026-12-21T16:20-05:00', '2026-12-21T21:20:00Z'],
  ['2026-12-21T16:20[America/New_York]', '2026-12-21T21:20:00Z'],
  ['2026-12-21T16:20+01:00[Europe/Paris]', '2026-12-21T15:20:00Z'],
  ['2026-03-29T02:30', '2026-03-29T01:30:00Z'], // in the hour that is skipped
])('%s is %s', (text, instant) => {
  expect(paris(text)).toBe(instant)
})

test.each([
  '',
  'dusk',
  '16:20',
  '2026-13-01',
  '2026-02-30T12:00',
  '2026-12-21T25:00',
  '21/12/2026',
  '2026-12-21T16:20[Nowhere/Else]',
  '2026-12-21T16:20+02:00[Europe/Paris]', // it is not two hours ahead in winter
  '1999-12-31',
  '+012026-12-21',
  'NaN',
])('“%s” is no time for a street', (text) => {
  expect(paris(text)).toBeUndefined()
})
