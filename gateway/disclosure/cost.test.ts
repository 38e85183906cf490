import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costOf, keepaliveBytes, messageOverheadBytes, networkWhPerByte, type CostAsked } from './cost.ts'

const none: ReadonlyMap<string, string> = new Map()

/** Half of November, in the street. */
const asked = (changes: Partial<CostAsked> = {}): CostAsked => ({
  month: Temporal.PlainYearMonth.from('2026-11'),
  timeZone: 'Europe/Paris',
  now: Temporal.Instant.from('2026-11-15T23:00:00Z'),
  acknowledged: [
    { day: '2026-10-31', release: 'energy', messages: 1_000, bytes: 500_000 },
    { day: '2026-11-01', release: 'energy', messages: 100, bytes: 50_000 },
    { day: '2026-11-10', release: 'counts', messages: 50, bytes: 5_000 },
    { day: '2026-11-10', release: 'state', messages: 2, bytes: 200 },
  ],
  values: new Map([
    ['energy', 900],
    ['counts', 100],
  ]),
  releases: [
    { name: 'energy', purpose: 'energy_efficiency', durable: true },
    { name: 'counts', purpose: 'mobility', durable: false },
  ],
  receipts: new Map([['energy', '2026-11-15T22:00:00Z']]),
  left: new Map([['energy', '2026-01-01T00:00:00Z']]),
  keepaliveMs: 60_000,
  frugality: {},
  ...changes,
})

test('bytes are those of the month, with what the link adds; births and keep-alives stand beside', () => {
  const { purposes, besides, total } = costOf(asked())
  expect(purposes.map(({ purpose, messages, linkBytes }) => [purpose, messages, linkBytes])).toEqual([
    ['energy_efficiency', 100, 50_000 + 100 * messageOverheadBytes],
    ['mobility', 50, 5_000 + 50 * messageOverheadBytes],
  ])
  expect(besides.linkBytes).toBe(200 + 2 * messageOverheadBytes + 15 * 24 * 60 * keepaliveBytes)
  expect(total.messages).toBe(152)
})

test('the gateway’s own draw is in every figure, and said to be assumed where nobody declares it', () => {
  const { gateway, wh, network, purposes } = costOf(asked())
  expect(gateway).toEqual({ watts: 3, basis: 'assumed', wh: 3 * 15 * 24 })
  expect(wh).toBeCloseTo(gateway.wh + network.wh, 9)
  expect(network.wh / wh).toBeLessThan(0.01)
  expect(purposes.reduce((sum, purpose) => sum + purpose.wh, 0)).toBeCloseTo(
    wh - costOf(asked()).besides.linkBytes * networkWhPerByte,
    9,
  )
  const declared = costOf(asked({ frugality: { draw: 5, modem: 1 } }))
  expect(declared.gateway).toMatchObject({ watts: 5, basis: 'declared' })
  expect(declared.modem).toEqual({ watts: 1, wh: 360 })
})

test('of the month’s bytes the share that is used, and what it comes to at this rate', () => {
  const { budget, total } = costOf(asked({ frugality: { monthly: 10_000_000 } }))
  expect(budget?.used).toBeCloseTo(total.linkBytes / 10_000_000, 9)
  expect(budget?.projected).toBeCloseTo((2 * total.linkBytes) / 10_000_000, 9)
})

describe('a release whose recipient gives no receipts', () => {
  const long = { receipts: new Map([['energy', '2026-11-01T00:00:00Z']]) }
  test('is proposed for switching off after a week, and its values are of no use', () => {
    const { unread, values, purposes } = costOf(asked(long))
    expect(unread).toEqual([{ release: 'energy', receipt: '2026-11-01T00:00:00Z', days: 14 }])
    expect(values).toBe(100)
    expect(purposes).toMatchObject([
      { purpose: 'energy_efficiency', whPerValue: undefined, verdict: 'not-worth-it' },
      { purpose: 'mobility', verdict: 'worth-it' },
    ])
  })
  test('also when there never was one; but not one that owes none, nor one that has just begun', () => {
    expect(costOf(asked({ receipts: none })).unread).toMatchObject([{ release: 'energy' }])
    expect(costOf(asked({ receipts: none, left: none })).unread).toEqual([])
    expect(
      costOf(
        asked({
          receipts: none,
          left: new Map([
            ['energy', '2026-11-14T00:00:00Z'],
            ['counts', '2026-01-01T00:00:00Z'],
          ]),
        }),
      ).unread,
    ).toEqual([])
  })
})

describe('worth it?', () => {
  test('no saving is claimed where nobody says what is saved', () => {
    expect(costOf(asked()).verdict).toBe('no-saving-claimed')
  })
  // Worked examples of four and forty lamps: 236 and 2365 kWh a year saved, boxes of 5 and 3 W.
  test.each([
    [5, 236, 'not-worth-it', 0.185],
    [3, 2_365, 'worth-it', 0.011],
  ])('a box of %d W against %d kWh a year: %s', (draw, savedKwhAYear, verdict, share) => {
    const { saving, ...cost } = costOf(asked({ frugality: { draw }, savedKwhAYear }))
    expect(cost.verdict).toBe(verdict)
    expect(saving?.share).toBeCloseTo(share, 2)
  })
  test('nor where nobody reads anything', () => {
    const releases = [{ name: 'energy', purpose: 'energy_efficiency', durable: true }]
    expect(costOf(asked({ releases, receipts: none, savedKwhAYear: 1e6 })).verdict).toBe('not-worth-it')
  })
})

test('more bytes never cost less, and the parts make the whole', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e6), (messages, bytes) => {
      const line = { day: '2026-11-02', release: 'energy', messages, bytes }
      const [less, more] = [costOf(asked()), costOf(asked({ acknowledged: [...asked().acknowledged, line] }))]
      expect(more.wh).toBeGreaterThanOrEqual(less.wh)
      const parts = more.purposes.reduce((sum, { linkBytes }) => sum + linkBytes, more.besides.linkBytes)
      expect(parts).toBe(more.total.linkBytes)
    }),
  )
})
