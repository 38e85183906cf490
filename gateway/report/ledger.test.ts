/** The cost of a month, from a chain on disk and the day that is still open. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from '../../drivers/registry.ts'
import { lineAfter, origin } from '../chain.ts'
import type { DayLine } from '../disclosure/ledger.ts'
import type { LedgerTold } from '../ledger.ts'
import { planSite } from '../plan.ts'
import { costTold, unreadNow } from './ledger.ts'

const demo = planSite(
  readFileSync(join(import.meta.dirname, '../demo/site.yaml'), 'utf8'),
  'site.yaml',
  loadRegistry([]),
)
if (!demo.ok) throw new Error('the demo’s site file is good')
const { plan } = demo

const enforced = { policy: 'abc', since: '2026-12-20T20:00:00Z' }
const none = { windows: 0, records: 0, suppressed: 0, epsilon: 0, gaps: 0, gone: 0 }
function line(from: string, until: string, messages: number): DayLine {
  const figures = { ...none, values: 2 * messages, messages, bytes: 100 * messages }
  return { kind: 'day', day: from.slice(0, 10), release: 'lighting-energy', from, until, ...figures, ...enforced }
}

test('is of the stretches of the month that the ledger has, each once', async () => {
  const yesterday = line('2026-12-20T20:00:00Z', '2026-12-21T00:00:00Z', 4)
  // Stopped in between: the first is in the chain already.
  const stretches = [
    line('2026-12-21T00:00:00Z', '2026-12-21T06:00:00Z', 6),
    line('2026-12-21T12:00:00Z', '2026-12-21T16:00:00Z', 4),
  ]
  const november = line('2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z', 1_000)
  let link = origin
  const written = [november, yesterday, ...stretches.slice(0, 1)].map((entry) => {
    const next = lineAfter(link, { at: entry.until, entry })
    link = next.link
    return `${next.line}\n`
  })
  const folder = mkdtempSync(join(tmpdir(), 'fanal-cost-'))
  try {
    const file = join(folder, 'ledger.ndjson')
    writeFileSync(file, written.join(''))
    const told: LedgerTold = {
      ...{ policy: enforced, closed: [yesterday], open: stretches.slice(1), stretches },
      ...{ receipts: new Map(), left: new Map() },
    }
    const now = Temporal.Instant.from('2026-12-21T16:00:00Z')
    expect(await costTold({ plan, file, told, now })).toMatchObject({
      ...{ month: '2026-12', from: '2026-12-20T20:00:00Z', until: '2026-12-21T16:00:00Z', hours: 4 + 6 + 4 },
      ...{ total: { messages: 14, bytes: 1_400 }, values: 28 },
    })
    expect(await costTold({ plan, file, told, now, month: '2026-11' })).toMatchObject({
      ...{ hours: 24, total: { messages: 1_000 } },
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('of the releases in force those are unread that are durable, and of which no receipt came for a week', () => {
  const now = Temporal.Instant.from('2026-12-21T16:00:00Z')
  const left = new Map(plan.policy.releases.map(({ name }) => [name, '2026-12-01T00:00:00Z']))
  const durable = plan.policy.releases.filter(({ delivery }) => delivery.kind === 'durable').map(({ name }) => name)
  expect(durable.length).toBeGreaterThan(0)
  const unread = (receipt: string) =>
    unreadNow(plan, { left, receipts: new Map([['lighting-energy', receipt]]) }, now).map(({ release }) => release)
  expect(unread('2026-12-14T16:00:00Z')).toEqual(durable)
  expect(unread('2026-12-14T16:00:01Z')).toEqual(durable.filter((name) => name !== 'lighting-energy'))
})
