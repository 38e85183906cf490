/** The ledger of a gateway that runs, stops, and loses power. */
import { beforeEach, expect, test } from 'vitest'
import { fakeClock, type FakeClock } from '../drivers/testing/fake-clock.ts'
import { parseLine, verify } from './chain.ts'
import type { Disclosed } from './disclosure/disclosed.ts'
import { entryOf, type Acknowledged, type DayLine } from './disclosure/ledger.ts'
import { compilePolicy, type Policy } from './disclosure/policy.ts'
import { openLedger, type Ledger } from './ledger.ts'
import { releaseSchema } from './releases.ts'
import { CutDisk, dice, folder } from './testing/cut-disk.ts'

const paths = { ledger: `${folder}/ledger.ndjson`, ledgerState: `${folder}/ledger.json` }

function policyOf(retention: string, release = 'energy'): Policy {
  const declared = releaseSchema.parse({
    points: ['feeder.power_active'],
    purpose: 'energy_efficiency',
    basis: 'public-task',
    recipient: { name: 'Ville', role: 'controller' },
    delivery: 'durable',
    retention,
  })
  return compilePolicy({ [release]: declared }, new Map([['feeder.power_active', 'power_active']]))
}

let clock: FakeClock
let disk: CutDisk
let acknowledged: Map<string, Acknowledged>

beforeEach(() => {
  clock = fakeClock('2026-12-21T16:00:00Z')
  disk = new CutDisk()
  acknowledged = new Map()
})

async function start(retention = '3y', release?: string): Promise<Ledger> {
  const ledger = await openLedger(paths, { clock, disk, policy: policyOf(retention, release), fault: () => undefined })
  ledger.lead(() => Promise.resolve([...acknowledged.values()]))
  await clock.advance(0)
  return ledger
}

function leaves(ledger: Ledger, epsilon?: number, release = 'energy'): void {
  const from = clock.now()
  const samples = [{ offsetMs: 0, value: 1, quality: { state: 'good' } }]
  const made: unknown = {
    ...{ release, from, until: from, series: [{ point: 'feeder.power_active', samples }] },
    ...(epsilon === undefined ? {} : { epsilon }),
  }
  ledger.made([made as never] satisfies Disclosed[])
  const day = from.toString().slice(0, 10)
  const before = acknowledged.get(day) ?? { messages: 0, bytes: 0 }
  acknowledged.set(day, { day, release, messages: before.messages + 1, bytes: before.bytes + 100 })
}

/** Nothing of that run is written any more. */
async function powerFails(ledger: Ledger): Promise<void> {
  disk.cutAfter(0)
  await ledger[Symbol.asyncDispose]()
  disk.powerUp(dice(1))
}

const lines = () => (disk.text(paths.ledger) ?? '').split('\n').slice(0, -1)
const entries = () => lines().flatMap((line) => entryOf(parseLine(line)!) ?? [])
const days = () => entries().filter((entry): entry is DayLine => entry.kind === 'day')

test('a policy is an entry, a day is closed when it is over, and what is open is told as open', async () => {
  await using ledger = await start()
  leaves(ledger)
  leaves(ledger)
  expect((await ledger.told()).open).toMatchObject([{ day: '2026-12-21', values: 2, messages: 2, bytes: 200 }])
  await clock.advance(8 * 3_600_000 + 61_000)
  leaves(ledger)
  await ledger.flushed()
  expect(entries()).toMatchObject([
    { kind: 'policy', policy: ledger.enforced.policy, since: '2026-12-21T16:00:00Z' },
    {
      kind: 'day',
      day: '2026-12-21',
      release: 'energy',
      windows: 2,
      messages: 2,
      bytes: 200,
      policy: ledger.enforced.policy,
    },
  ])
  const told = await ledger.told()
  expect(told.closed).toMatchObject([{ day: '2026-12-21', messages: 2 }])
  expect(told.open).toMatchObject([{ day: '2026-12-22', messages: 1, windows: 1 }])
  expect(verify(lines())).toMatchObject({ ok: true, n: 2 })
})

test('an orderly end closes what is known, and the day goes on after it', async () => {
  for (let run = 0; run < 3; run++) {
    await using ledger = await start()
    leaves(ledger)
    await clock.advance(600_000)
    await ledger.settle()
  }
  expect(days().map(({ messages, windows, cut }) => ({ messages, windows, cut }))).toEqual(
    Array.from({ length: 3 }, () => ({ messages: 1, windows: 1, cut: undefined })),
  )
  await using ledger = await start()
  expect((await ledger.told()).open).toMatchObject([{ day: '2026-12-21', messages: 3, windows: 3 }])
  expect(entries().filter(({ kind }) => kind === 'policy')).toHaveLength(1)
})

test('after a power cut the line says from when on nothing was counted; what was acknowledged is not lost', async () => {
  const first = await start()
  leaves(first)
  await clock.advance(3_600_000 + 60_000) // kept
  leaves(first)
  await clock.advance(600_000)
  await powerFails(first)
  const kept = '2026-12-21T17:00:00Z'
  await using ledger = await start()
  await clock.advance(8 * 3_600_000)
  await ledger.flushed()
  const all = days().filter(({ day }) => day === '2026-12-21')
  expect(all.reduce((sum, { messages }) => sum + messages, 0)).toBe(2)
  expect(all.reduce((sum, { windows }) => sum + windows, 0)).toBe(1)
  expect(all.some(({ cut }) => cut !== undefined && cut >= kept)).toBe(true)
  expect(verify(lines()).ok).toBe(true)
})

test('noise that is spent is kept within a minute', async () => {
  const first = await start()
  leaves(first, 0.5)
  await clock.advance(65_000)
  await powerFails(first)
  await using ledger = await start()
  await ledger.flushed()
  expect(days()).toMatchObject([{ epsilon: 0.5, windows: 1 }])
})

test('another policy closes what the one before let out, and says since when it is enforced', async () => {
  {
    await using ledger = await start()
    leaves(ledger)
    await ledger.settle()
  }
  await clock.advance(60_000)
  await using ledger = await start('4y')
  await ledger.flushed()
  expect(entries().map(({ kind, since }) => [kind, since])).toEqual([
    ['policy', '2026-12-21T16:00:00Z'],
    ['day', '2026-12-21T16:00:00Z'],
    ['policy', '2026-12-21T16:01:00Z'],
  ])
  expect(ledger.enforced.since).toBe('2026-12-21T16:01:00Z')
})

test('receipts and first departures are remembered over a restart', async () => {
  {
    await using ledger = await start()
    leaves(ledger)
    await clock.advance(60_000)
    ledger.receipted('energy')
  }
  await using ledger = await start()
  expect(await ledger.told()).toMatchObject({
    receipts: new Map([['energy', '2026-12-21T16:01:00Z']]),
    left: new Map([['energy', '2026-12-21T16:00:00Z']]),
  })
})

test('a release may have any name that a site can give it', async () => {
  {
    await using ledger = await start('3y', 'constructor')
    expect(await ledger.told()).toMatchObject({ receipts: new Map(), left: new Map() })
    leaves(ledger, undefined, 'constructor')
    await clock.advance(60_000)
    ledger.receipted('constructor')
    await ledger.settle()
  }
  await using ledger = await start('3y', 'constructor')
  const { receipts, left, open } = await ledger.told()
  expect([...receipts]).toEqual([['constructor', '2026-12-21T16:01:00Z']])
  expect([...left]).toEqual([['constructor', '2026-12-21T16:00:00Z']])
  expect(open).toMatchObject([{ release: 'constructor', windows: 1, values: 1, messages: 1 }])
})

test('the day that is counted is told in all, and by the stretches of it', async () => {
  {
    await using ledger = await start()
    leaves(ledger)
    await clock.advance(60_000)
    await ledger.settle()
  }
  await clock.advance(3_600_000)
  await using ledger = await start()
  leaves(ledger)
  await clock.advance(30_000)
  const { open, stretches } = await ledger.told()
  expect(open).toMatchObject([{ from: '2026-12-21T16:00:00Z', until: '2026-12-21T17:01:30Z', messages: 2 }])
  expect(stretches).toMatchObject([
    { from: '2026-12-21T16:00:00Z', until: '2026-12-21T16:01:00Z', messages: 1 },
    { from: '2026-12-21T17:01:00Z', until: '2026-12-21T17:01:30Z', messages: 1 },
  ])
})
