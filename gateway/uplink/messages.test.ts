import { expect, test } from 'vitest'
import { brokerFaults } from './faults.ts'
import { brokerMessages, brokerTrouble, isBrokerFault } from './messages.ts'

const placeholders = (text: string) => [...text.matchAll(/\{[^}]*\}/g)].map(([name]) => name).sort()

test('every fault has a sentence in both languages, with the same words to fill in', () => {
  expect(Object.keys(brokerMessages).sort()).toEqual([...brokerFaults].sort())
  expect(brokerFaults.length).toBeGreaterThan(15)
  for (const { en, fr } of Object.values(brokerMessages)) {
    expect(placeholders(en)).toEqual(['{detail}', '{where}'])
    expect(placeholders(fr)).toEqual(placeholders(en))
  }
})

test('the words are filled in as they are', () => {
  const fault = { code: 'BROKER_FILE', where: '/etc/$&.pem', detail: '{where}' } as const
  expect(brokerTrouble(fault, 'en')).toContain('The file /etc/$&.pem cannot be used ({where})')
  expect(isBrokerFault('BROKER_FILE')).toBe(true)
  expect(isBrokerFault('LINE_LOST')).toBe(false)
})
