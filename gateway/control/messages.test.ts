import { expect, test } from 'vitest'
import { isRefusalCode, refusalMessages, refusalText } from './messages.ts'
import { refusalCodes } from './refusal.ts'

const placeholders = (text: string) => [...text.matchAll(/\{[^}]*\}/g)].map(([name]) => name).sort()

test('every refusal has a sentence in both languages, with the same words to fill in', () => {
  expect(Object.keys(refusalMessages).sort()).toEqual([...refusalCodes].sort())
  expect(refusalCodes.length).toBeGreaterThan(15)
  for (const [code, { en, fr }] of Object.entries(refusalMessages)) {
    expect(placeholders(fr), code).toEqual(placeholders(en))
    expect(fr, code).not.toBe(en)
  }
})

test('the words are filled in as they are; those that are missing stay visible', () => {
  const words = { point: 'box.$&', because: '{point}' }
  expect(refusalText('COMMAND_INTERLOCKED', words, 'en')).toBe('The interlock box.$& forbids it: {point}.')
  expect(refusalText('COMMAND_BELOW_FLOOR', { level: 0 }, 'fr')).toContain('0 % est sous le plancher de {floor} %')
  expect(isRefusalCode('COMMAND_LATE')).toBe(true)
  expect(isRefusalCode('LINE_LOST')).toBe(false)
})
