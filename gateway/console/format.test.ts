import { expect, test } from 'vitest'
import { formIn, withMoments } from './format.ts'

const evening = Date.parse('2026-12-21T22:14:05+01:00')
const en = formIn('en', 'Europe/Paris')
const fr = formIn('fr', 'Europe/Paris')

test('moments are of the street’s time zone, with their day where that is another', () => {
  expect(en.moment(evening, evening)).toBe('22:14')
  expect(fr.moment(evening, evening)).toBe('22\u00a0h\u00a014')
  expect(formIn('en', 'America/Cayenne').moment(evening, evening)).toBe('18:14')
  expect(en.moment(evening + 3 * 3_600_000, evening)).toBe('01:14 (Tue\u00a022\u00a0Dec)')
  expect(fr.moment(evening + 3 * 3_600_000, evening)).toBe('01\u00a0h\u00a014 (mar.\u00a022\u00a0déc.)')
  expect(en.exact(evening)).toBe('22:14:05')
  expect(fr.day('2026-12-21')).toBe('21\u00a0déc.\u00a02026')
  expect(fr.day('some day')).toBe('some day')
})

test('a zone that nobody knows shows times all the same', () => {
  expect(formIn('en', 'Europe/Nowhere').time(evening)).toBe('21:14')
})

test.each([
  [0, '0 s', '0 s'],
  [59_999, '59 s', '59 s'],
  [60_000, '1 min', '1 min'],
  [38 * 60_000 + 59_000, '38 min', '38 min'],
  [2 * 3_600_000, '2 h', '2 h'],
  [2 * 3_600_000 + 5 * 60_000, '2 h 05', '2 h 05'],
  [26 * 3_600_000, '1 d 2 h', '1 j 2 h'],
  [-5, '0 s', '0 s'],
])('%i ms are %s', (ms, english, french) => {
  expect(en.span(ms).replaceAll('\u00a0', ' ')).toBe(english)
  expect(fr.span(ms).replaceAll('\u00a0', ' ')).toBe(french)
})

test('numbers, units and bytes', () => {
  expect(en.quantity(4210.4, 'W', 0)).toBe('4,210\u00a0W')
  expect(fr.quantity(18_204.37, 'kWh', 2)).toBe('18\u202f204,37\u00a0kWh')
  expect(en.quantity(0.987, '1', 3)).toBe('0.987')
  expect(fr.percent(62.5)).toBe('63\u00a0%')
  expect(fr.percent(2.5)).toBe('2,5\u00a0%')
  expect(en.bytes(999)).toBe('999\u00a0B')
  expect(fr.bytes(214_000_000)).toBe('214\u00a0Mo')
  expect(en.bytes(8_400_000)).toBe('8.4\u00a0MB')
})

test('a word that is a moment is told as one, and a number as a number', () => {
  const words = { until: '2026-12-21T22:14:00Z', level: 12.5, floor: 20, who: '2026' }
  expect(withMoments(words, en, evening)).toEqual({ until: '23:14', level: '12.5', floor: '20', who: '2026' })
})
