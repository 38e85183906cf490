import { expect, test } from 'vitest'
import { languageOf } from './language.ts'
import { messages, speak } from './messages.ts'

const placeholders = (text: string) => [...text.matchAll(/\{([a-z-]+)\}/g)].map(([, name]) => name).sort()

test('both languages say the same with the same words', () => {
  const pairs = Object.entries(messages)
  expect(pairs.length).toBeGreaterThan(80)
  for (const [key, { en, fr }] of pairs) expect(placeholders(fr), key).toEqual(placeholders(en))
})

test('words are filled in, unknown placeholders stay visible', () => {
  expect(speak('en')('did-you-mean', { name: 'up' })).toBe('did you mean “up”?')
  expect(speak('fr')('did-you-mean')).toBe('vouliez-vous dire «\u00a0{name}\u00a0»\u202f?')
})

test.each([
  [['up', '--lang', 'fr'], { LANG: 'en_GB.UTF-8' }, 'fr'],
  [['up', '--lang=en'], { LANG: 'fr_FR.UTF-8' }, 'en'],
  [['up'], { LANG: 'fr_FR.UTF-8' }, 'fr'],
  [['up'], { LC_ALL: 'C', LANG: 'fr_FR.UTF-8' }, 'en'],
  [['up'], {}, 'en'],
])('%j in %j is %s', (argv, env, language) => {
  expect(languageOf(argv, env)).toBe(language)
})
