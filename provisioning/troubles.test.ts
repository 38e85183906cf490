/** The manual's table of troubles and the code agree, both ways: a technician's printed sheet stays true. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lineErrorCodes } from '../drivers/line-error.ts'
import { outboxErrorCodes } from '../gateway/outbox/outbox.ts'
import { consoleFaultCodes } from '../gateway/local/console-fault.ts'
import { refusalCodes } from '../gateway/control/refusal.ts'
import { brokerFaults } from '../gateway/uplink/faults.ts'
import { messages } from './messages.ts'
import { shelfErrorCodes } from './receive/receive.ts'
import { troubleText } from './troubles.ts'

const manual = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
const faults = Object.keys(messages).flatMap((key) => (key.startsWith('fault.') ? [key.slice('fault.'.length)] : []))
const codes = [
  ...new Set([
    ...refusalCodes,
    ...lineErrorCodes,
    ...brokerFaults,
    ...outboxErrorCodes,
    ...shelfErrorCodes,
    ...consoleFaultCodes,
    ...faults,
  ]),
]

test('every code is in the manual once, and the manual knows no other', () => {
  const printed = [...manual.matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm)].map(([, code]) => code)
  expect(printed.length).toBeGreaterThan(50)
  expect([...printed].sort()).toEqual([...codes, 'COMMAND_LINE'].sort())
})

test('lines and broker speak of their troubles in both languages, and name the place', () => {
  const words = { url: 'modbus-tcp://there:502', where: 'modbus-tcp://there:502', detail: 'because' }
  for (const code of [...lineErrorCodes, ...brokerFaults]) {
    const [en, fr] = (['en', 'fr'] as const).map((language) => troubleText(language, code, words))
    expect(en).not.toBe(fr)
    for (const text of [en, fr]) expect(text).toContain('there:502')
  }
})
