import { expect, test } from 'vitest'
import { alarmCodes } from '../observe/alarms.ts'
import { fill, sentence, speak, type Sentence } from './say.ts'
import { messages } from './words/messages.ts'
import * as data from './words/data.ts'
import * as field from './words/field.ts'
import * as frame from './words/frame.ts'
import * as light from './words/light.ts'
import * as system from './words/system.ts'
import { alarmText } from './troubles.ts'
import { retentionText } from './retention.ts'

const lists: Readonly<Record<string, Readonly<Record<string, Sentence>>>> = {
  ...data,
  ...field,
  ...frame,
  ...light,
  ...system,
}
const all = Object.entries(lists).flatMap(([list, entries]) =>
  Object.entries(entries).map(([key, said]) => [`${list}: ${key}`, said] as const),
)
const holes = (text: string) => [...text.matchAll(/\{[^}]*\}/g)].map(String).sort()

test('each sentence is there in both languages, with the same words to fill in', () => {
  expect(all.length).toBeGreaterThan(250)
  for (const [key, { en, fr }] of all) {
    expect(en.trim(), key).not.toBe('')
    expect(fr.trim(), key).not.toBe('')
    expect(holes(fr), key).toEqual(holes(en))
  }
})

test('French keeps its signs with their words', () => {
  for (const [key, said] of all) expect(sentence(said, 'fr'), key).not.toMatch(/ [:;?!»]|« /)
})

test('no catalogue takes another’s key', () => {
  const count = [data.data, field.field, frame.frame, light.light, system.system].reduce(
    (sum, part) => sum + Object.keys(part).length,
    0,
  )
  expect(Object.keys(messages).length).toBe(count)
})

test('what fills in is not looked at again, and cannot turn the sentence around', () => {
  expect(fill('{a} and {b}', { a: '{b}', b: '$&' })).toBe('{b} and $&')
  expect(fill('by {who}.', { who: 'x\u202eevil\u2066' })).toBe('by xevil.')
  expect(fill('by {who}.', { who: 'שלום' })).toBe('by \u2068שלום\u2069.')
  expect(speak('en')('device.unknown', {})).toContain('{name}')
})

test('each alarm has its sentence; one that we do not know has its code', () => {
  for (const code of alarmCodes)
    for (const language of ['en', 'fr'] as const) {
      const words = {
        title: 'North',
        because: 'differs',
        profile: 'p',
        registers: 'input/96',
        reason: 'stepped',
        code: code === 'line-down' ? 'LINE_LOST' : 'BROKER_BUSY',
        url: 'u',
        where: 'w',
        detail: 'd',
        who: 'm.durand',
      }
      const text = alarmText({ code, of: 'yard', words }, language)
      expect(text, code).not.toMatch(/[{}]/)
      expect(text.length, code).toBeGreaterThan(20)
    }
  expect(alarmText({ code: 'of-tomorrow', of: '', words: {} }, 'en')).toBe('of-tomorrow')
})

test('how long a recipient keeps it', () => {
  const [en, fr] = [speak('en'), speak('fr')]
  expect([retentionText('3y', en), retentionText('1m', fr), retentionText('30d', fr)]).toEqual([
    '3 years',
    'un mois',
    '30 jours',
  ])
  expect(retentionText('for ever', en)).toBe('for ever')
})
