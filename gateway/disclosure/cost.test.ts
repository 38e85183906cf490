import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costOf, keepaliveBytes, messageOverheadBytes, networkWhPerByte, type CostAsked, type Counted } from './cost.ts'

const none: ReadonlyMap<string, string> = new Map()

function line(day: string, release: string, messages: number, bytes: number, values = 0): Counted {
  const until = Temporal.PlainDate.from(day).add({ days: 1 }).toString()
  return { day, release, from: `${day}T00:00:00Z`, until: `${until}T00:00:00Z`, messages, bytes, values }
}

/** Half of November. */
const days = Array.from({ length: 15 }, (_, index) => `2026-11-${String(index + 1).padStart(2, '0')}`)
const asked = (changes: Partial<CostAsked> = {}): CostAsked => ({
  month: Temporal.PlainYearMonth.from('2026-11'),
  now: Temporal.Instant.from('2026-11-16T00:00:00Z'),
  lines: [
    line('2026-10-31', 'energy', 1_000, 500_000, 70),
    ...days.map((day) => line(day, 'energy', 0, 0, 50)),
    line('2026-11-01', 'energy', 100, 50_000, 150),
    line('2026-11-10', 'counts', 50, 5_000, 100),
    line('2026-11-10', 'state', 2, 200),
  ],
  releases: [
    { name: 'energy', purpose: 'energy_efficiency', durable: true },
    { name: 'counts', purpose: 'mobility', durable: false },
  ],
  receipts: new Map([['energy', '2026-11-15T23:00:00Z']]),
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

describe('what was counted', () => {
  const stretch = (from: string, until: string, release = 'energy'): Counted => ({
    ...{ day: from.slice(0, 10), release, from, until, messages: 10, bytes: 1_000, values: 5 },
  })
  test('begins with the ledger, and not with the month, nor with the day; what it did not see costs nothing', () => {
    const lines = [
      stretch('2026-11-14T16:00:00Z', '2026-11-14T20:00:00Z'),
      stretch('2026-11-14T16:00:00Z', '2026-11-14T20:00:00Z', 'counts'),
      // stopped for two hours
      stretch('2026-11-14T22:00:00Z', '2026-11-15T00:00:00Z'),
      stretch('2026-11-15T00:00:00Z', '2026-11-16T00:00:00Z'),
    ]
    const { from, until, hours, gateway, budget, besides } = costOf(asked({ lines, frugality: { monthly: 1_000_000 } }))
    expect([from, until].map(String)).toEqual(['2026-11-14T16:00:00Z', '2026-11-16T00:00:00Z'])
    expect(hours).toBe(4 + 2 + 24)
    expect(gateway.wh).toBe(3 * 30)
    expect(besides.linkBytes).toBe(30 * 60 * keepaliveBytes)
    // Of what is left of the month at the rate of what was counted: 15 days.
    expect(budget?.projected).toBeCloseTo((budget?.used ?? 0) * (1 + (15 * 24) / 30), 9)
  })
  test('is nothing in a month without a line, whatever is measured in another', () => {
    const august = costOf(asked({ month: Temporal.PlainYearMonth.from('2026-08'), savedKwhAYear: 100 }))
    expect(august).toMatchObject({ hours: 0, wh: 0, values: 0, total: { messages: 0, linkBytes: 0 } })
    expect(august.from).toEqual(august.until)
  })
  test('of a month that is over nothing more is expected', () => {
    const { budget } = costOf(
      asked({ now: Temporal.Instant.from('2026-12-24T00:00:00Z'), frugality: { monthly: 1_000_000 } }),
    )
    expect(budget?.projected).toBe(budget?.used)
  })
  test('is never more than has passed, however stretches overlap', () => {
    const minute = fc.nat(60 * 24)
    fc.assert(
      fc.property(fc.array(fc.tuple(minute, minute), { minLength: 1 }), (pairs) => {
        const at = (minutes: number) => Temporal.Instant.from('2026-11-02T00:00:00Z').add({ minutes }).toString()
        const lines = pairs.map(([a, b]) => stretch(at(Math.min(a, b)), at(Math.max(a, b))))
        const counted = new Set(pairs.flatMap(([a, b]) => minutesBetween(Math.min(a, b), Math.max(a, b))))
        expect(costOf(asked({ lines: lines.map((each) => ({ ...each, day: '2026-11-02' })) })).hours).toBeCloseTo(
          counted.size / 60,
          9,
        )
      }),
    )
  })
})

function minutesBetween(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, index) => from + index)
}

test('of the month’s bytes the share that is used, and what it comes to at this rate', () => {
  const { budget, total } = costOf(asked({ frugality: { monthly: 10_000_000 } }))
  expect(budget?.used).toBeCloseTo(total.linkBytes / 10_000_000, 9)
  expect(budget?.projected).toBeCloseTo((2 * total.linkBytes) / 10_000_000, 9)
})

describe('a release whose recipient gives no receipts', () => {
  const long = { receipts: new Map([['energy', '2026-11-01T00:00:00Z']]) }
  test('is proposed for switching off after a week, and its values are of no use', () => {
    const { unread, values, purposes } = costOf(asked(long))
    expect(unread).toEqual([{ release: 'energy', receipt: '2026-11-01T00:00:00Z', days: 15 }])
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
      const lines = [...asked().lines, line('2026-11-02', 'energy', messages, bytes)]
      const [less, more] = [costOf(asked()), costOf(asked({ lines }))]
      expect(more.wh).toBeGreaterThanOrEqual(less.wh)
      const parts = more.purposes.reduce((sum, { linkBytes }) => sum + linkBytes, more.besides.linkBytes)
      expect(parts).toBe(more.total.linkBytes)
    }),
  )
})
