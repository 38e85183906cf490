import { expect, test } from 'vitest'
import { identityBy } from './identity.ts'
import { bad, good, type BadReason, type Reading } from './reading.ts'

const identify = { point: 'frequency', range: [45, 65] as [number, number] }
const at = Temporal.Instant.from('2026-12-21T18:00:00Z')
const point = 'meter.frequency'
const reading = (value: number | boolean | string): Reading => ({ point, at, quality: good, value })
const unread = (reason: BadReason): Reading => ({ point, at, quality: bad(reason) })

test('within its range it matches, outside it differs, and no value is told', () => {
  for (const value of [45, 50, 65]) expect(identityBy(identify, reading(value))).toEqual({ state: 'matches' })
  const differs = { state: 'differs', because: 'frequency is outside 45 … 65' }
  for (const value of [44.9, 65.1, -50, 0, true, '50']) expect(identityBy(identify, reading(value))).toEqual(differs)
  expect(identityBy(identify, unread('implausible'))).toEqual(differs)
})

test('without a value because there is nothing to be measured: it differs, and says so', () => {
  const meter = { ...identify, without_supply: 'absent' as const }
  expect(identityBy(meter, unread('absent'))).toEqual({
    state: 'differs',
    because: 'frequency has no value, as without a supply',
    unsupplied: true,
  })
  for (const other of [reading(1), unread('implausible'), unread('no-answer'), unread('illegal-address')])
    expect(identityBy(meter, other)).not.toHaveProperty('unsupplied')
})

test('a device that says that it has no such register is another', () => {
  expect(identityBy(identify, unread('illegal-address'))).toEqual({ state: 'differs', because: 'it has no frequency' })
})

test('what was not heard, or not said, tells nothing', () => {
  for (const reason of ['no-answer', 'garbled', 'line-down', 'refused', 'absent', 'not-read'] as const)
    expect(identityBy(identify, unread(reason))).toEqual({
      state: 'unknown',
      because: `frequency cannot be read: ${reason}`,
      reason,
    })
})
