import { expect, test } from 'vitest'
import { fuzz, parsers } from './fuzz.ts'

test.each(parsers)('any bytes for %s: no crash, nothing believed without proof, all counted', async (parser) => {
  const found = await fuzz({ inputs: 20_000, seed: 20_261_125, parser })
  expect(found).toMatchObject({ inputs: 20_000, crashes: 0, unproven: 0, uncounted: 0, unsettled: 0 })
  expect(found.believed).toBeGreaterThan(1_000)
})

test.each(['rtu', 'rtu-line'] as const)('without its CRC, %s believes what nothing bears out', async (parser) => {
  expect((await fuzz({ inputs: 5_000, seed: 1, parser, without: 'crc' })).unproven).toBeGreaterThan(0)
})
