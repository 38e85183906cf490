import { expect, test } from 'vitest'
import { RtuFraming } from '../modbus/rtu.ts'
import { OnlyResting } from './late-answers.ts'
import { transactions } from './transactions.ts'

const seed = 20_261_125

test(
  'of late, foreign, short and damaged answers none becomes a value, and each call ends',
  { timeout: 60_000 },
  async () => {
    const found = await transactions({ count: 200_000, seed })
    expect(found).toMatchObject({ wrong: 0, unsettled: 0, transactions: 200_000 })
    expect(found.right).toBeGreaterThan(150_000)
    expect(found.written).toBeGreaterThan(5_000)
    for (const [name, times] of Object.entries(found.faults)) expect(times, name).toBeGreaterThan(1_000)
    expect(found.noise.believed).toBeLessThanOrEqual(found.noise.most)
  },
)

test.each([
  ['without the memory of what units owe', { debts: () => new OnlyResting() }],
  ['without the CRC', { rtu: () => new RtuFraming('crc') }],
])('%s, some do', { timeout: 60_000 }, async (_, without) => {
  expect((await transactions({ count: 50_000, seed, ...without })).wrong).toBeGreaterThan(0)
})
