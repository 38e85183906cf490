import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outcome, Refusal } from './connection.ts'
import { together, type Sending } from './together.ts'

const refused: Refusal = { code: 'BROKER_QUOTA', where: 't', detail: '', reason: 0x97 }

test('it has arrived when all have, in whatever order they answer, and answers once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom<Outcome>('acknowledged', 'lost', refused), fc.nat(5)), { maxLength: 6 }),
      async (outcomes) => {
        const told: Outcome[] = []
        const sendings = outcomes.map(([outcome, turns]): Sending => (answered) => {
          const later = (left: number) => queueMicrotask(() => (left === 0 ? answered(outcome) : later(left - 1)))
          later(turns)
        })
        together(sendings, (outcome) => void told.push(outcome))
        expect(told).toEqual([])
        await new Promise((resolve) => setImmediate(resolve))
        const all = outcomes.map(([outcome]) => outcome)
        expect(told).toEqual([all.includes('lost') ? 'lost' : all.includes(refused) ? refused : 'acknowledged'])
      },
    ),
  )
})

test('it does not answer before the last one has', () => {
  const waiting: ((outcome: Outcome) => void)[] = []
  const told: Outcome[] = []
  const sending: Sending = (answered) => void waiting.push(answered)
  together([sending, sending], (outcome) => void told.push(outcome))
  waiting[1]?.(refused)
  expect(told).toEqual([])
  waiting[0]?.('acknowledged')
  expect(told).toEqual([refused])
})
