import { expect, test } from 'vitest'
import { typeset } from './french.ts'

test.each([
  ['« feeder » manque : pourquoi ?', '«\u00a0feeder\u00a0» manque\u00a0: pourquoi\u202f?'],
  ['un bloc s’écrit { clé: valeur } ; voyez !', 'un bloc s’écrit { clé: valeur }\u202f; voyez\u202f!'],
  ['mqtt://hôte:1883', 'mqtt://hôte:1883'],
])('%s', (plain, set) => {
  expect(typeset(plain)).toBe(set)
})
