/** `fanal data` and `fanal audit` against a gateway's own door, and against what lies in its folder. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lineAfter, origin } from '../gateway/chain.ts'
import type { Access } from '../gateway/local/access.ts'
import type { CostTold, LedgerDayTold, SpecimenTold } from '../gateway/local/data-pages.ts'
import { serve } from '../gateway/local/server.ts'
import { surroundings, type Surroundings } from '../gateway/local/testing/doors.ts'
import { scriptedStatus, scriptedTold } from '../gateway/local/testing/scripted.ts'
import type { Told } from '../gateway/local/told.ts'
import { statePaths } from '../gateway/state.ts'
import type { Context } from './context.ts'
import { audit, dataCommands, type DataOptions, type DataVerb } from './data.ts'
import { speak } from './messages.ts'
import { typed } from './testing/typed.ts'

const now = '2026-12-21T16:00:00Z'

const today: LedgerDayTold = {
  ...{ day: '2026-12-21', release: 'lighting-energy', from: now, until: now, cut: '2026-12-21T15:00:00Z' },
  ...{
    windows: 12,
    records: 13,
    values: 72,
    suppressed: 3,
    epsilon: 0.5,
    gaps: 1,
    gone: 4,
    messages: 12,
    bytes: 3_456,
  },
  ...{ policy: 'abc', since: now },
}

const specimen: SpecimenTold = {
  ...{ release: 'lighting-energy', at: now, topic: 'fanal/demo/a/r/lighting-energy', payload: '{"v":1}' },
  ...{ form: 'text', bytes: 7, properties: { contentType: 'application/json' } },
}

const none = { messages: 0, bytes: 0, link_bytes: 0 }
const cost: CostTold = {
  ...{
    month: '2026-12',
    from: '2026-12-01T00:00:00Z',
    until: now,
    hours: 490.5,
    besides: none,
    unread: [{ release: 'old', days: 9 }],
  },
  purposes: [
    {
      ...{ purpose: 'energy_efficiency', releases: ['lighting-energy'], messages: 10, bytes: 5_000, link_bytes: 7_130 },
      ...{ values: 720, wh: 1_488, wh_per_value: 2.07, verdict: 'worth-it' },
    },
  ],
  ...{ total: { messages: 10, bytes: 5_000, link_bytes: 7_130 }, network: { wh: 0.0009, wh_per_byte: 1.2e-7 } },
  ...{ gateway: { watts: 3, basis: 'assumed', wh: 1_488 }, wh: 1_488, values: 720, wh_per_value: 2.07 },
  ...{
    budget: { bytes: 5_000_000, used: 0.4, projected: 0.6 },
    saving: { wh: 8_000, share: 0.186 },
    verdict: 'not-worth-it',
  },
}

let around: Surroundings
let access: Access
let server: AsyncDisposable | undefined

beforeEach(() => {
  around = surroundings()
})
afterEach(async () => {
  await server?.[Symbol.asyncDispose]()
  server = undefined
  around.end()
})

async function runs(changes: Partial<Told>): Promise<void> {
  const releases = {
    'lighting-energy': { ...{ delivery: 'durable', recipient: 'V', purpose: 'p', points: 1, last: 1, waiting: 0 } },
  }
  const told = scriptedTold({ status: () => Promise.resolve({ ...scriptedStatus, releases }), ...changes })
  access = await around.access()
  server = await serve(statePaths(around.folder).socket, { told, access, clock: around.clock, log: around.log })
}

const acts = new Map<string, Parameters<DataVerb>[2]>()
dataCommands((name, _, act) => {
  acts.set(name, act)
  return new Command(name)
}, speak('en'))
const verb =
  ([name = '', ...words]: readonly string[], options: DataOptions = {}) =>
  (context: Context) =>
    acts.get(name)!(context, words, { state: around.folder, ...options })

describe('the ledger', () => {
  test('is told by day and release, what is open as open, and what a power cut took', async () => {
    await runs({
      ledger: () =>
        Promise.resolve({
          ...{
            policy: { policy: 'abc', since: '2026-12-21T16:00:00.023187988Z' },
            closed: [{ ...today, day: '2026-12-20' }],
            open: [today],
          },
          ...{ receipts: {}, left: {}, unread: [{ release: 'old', days: 9 }] },
        }),
    })
    const { exit, out } = await typed(verb(['ledger']))
    expect(exit).toBe(0)
    expect(out[0]).toMatch(/^day \(UTC\) +release +windows/)
    expect(out[1]).toMatch(/^2026-12-20 +lighting-energy +12 +72 +3 +0\.5 +4 +12 +3456/)
    expect(out[2]).toContain('open · not counted from 2026-12-21T15:00:00Z until'.replace('until', 'to'))
    expect(out.join('\n')).toContain('Policy abc, enforced since 2026-12-21T16:00:00Z.')
    expect(out.join('\n')).toContain('old: no receipt for 9 days')
    expect((await typed(verb(['ledger']), 'fr')).out[2]).toContain('ouvert')
  })
})

describe('verifying', () => {
  function write(name: 'ledger' | 'audit', kinds: readonly string[]): string[] {
    let link = origin
    const lines = kinds.map((kind) => {
      const next = lineAfter(link, { at: now, entry: { kind } })
      link = next.link
      return next.line
    })
    writeFileSync(join(around.folder, `${name}.ndjson`), lines.map((line) => `${line}\n`).join(''))
    return lines
  }

  test('a hash that was mistyped is called so, and not a chain that was rewritten', async () => {
    write('ledger', ['policy', 'day'])
    const { exit, err } = await typed(verb(['ledger', 'verify'], { head: 'abc' }))
    expect(exit).toBe(3)
    expect(err.join('\n')).toContain('“abc” is no hash')
  })

  test('needs no gateway that runs; says what the chain says of itself, and its head', async () => {
    const lines = write('ledger', ['policy', 'day', 'torn', 'day'])
    const head = lines[3]!.slice(-66, -2)
    expect(await typed(verb(['ledger', 'verify']))).toMatchObject({
      exit: 0,
      out: [expect.stringContaining('lines 1 to 4'), expect.stringContaining('Line 3'), `head ${head}`],
    })
    const { out } = await typed(verb(['ledger', 'verify'], { head }), 'en', true)
    expect(JSON.parse(out[0]!)).toEqual({
      ...{ ok: true, chain: 'ledger', first: 1, last: 4, head, remarks: [{ n: 3, kind: 'torn' }], head_at: 4 },
    })
  })

  test('a hash that was kept is said to be in it, and where; the origin’s to prove nothing', async () => {
    const lines = write('ledger', ['policy', 'day', 'day'])
    const ofHead = async (head: string) => (await typed(verb(['ledger', 'verify'], { head }))).out[1]
    expect(await ofHead(lines[1]!.slice(-66, -2))).toContain('that of line 2')
    expect(await ofHead(origin.hash)).toContain('it proves nothing')
  })

  test('finds what was changed, and an end that was cut off where its hash is known', async () => {
    const lines = write('ledger', ['policy', 'day', 'day'])
    const file = join(around.folder, 'ledger.ndjson')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('"n":2', '"n":7'))
    const broken = await typed(verb(['ledger', 'verify']))
    expect(broken).toMatchObject({
      exit: 1,
      err: [expect.stringContaining('Line 2 of the chain is not what was written')],
    })
    writeFileSync(file, `${lines.slice(0, 2).join('\n')}\n`)
    expect((await typed(verb(['ledger', 'verify']))).exit).toBe(0)
    const cut = await typed(verb(['ledger', 'verify'], { head: lines[2]!.slice(-66, -2) }))
    expect(cut).toMatchObject({ exit: 1, err: [expect.stringContaining('its end was cut off')] })
  })

  test('the audit, too; and over the socket where a gateway runs', async () => {
    const lines = write('audit', ['start', 'stop'])
    const of = (context: Context) => audit(context, ['verify'], { state: around.folder })
    expect((await typed(of)).out[0]).toContain('lines 1 to 2')
    await runs({
      chain: async function* (of) {
        yield* await Promise.resolve(of === 'audit' ? lines.slice(0, 1) : [])
      },
    })
    expect((await typed(of)).out[0]).toContain('lines 1 to 1')
    expect((await typed(verb(['ledger', 'verify']))).out[0]).toBe('There is no line yet.')
  })
})

test('a sample is the message as it was sent', async () => {
  await runs({
    samples: (release) => (release === undefined || release === 'lighting-energy' ? [specimen] : undefined),
  })
  expect(await typed(verb(['sample', 'lighting-energy']))).toMatchObject({
    exit: 0,
    out: [specimen.topic, specimen.payload],
  })
  const { out } = await typed(verb(['sample']), 'en', true)
  expect(JSON.parse(out[0]!)).toEqual([specimen])
  expect((await typed(verb(['sample', 'lighting-enrgy']))).err.join()).toContain('did you mean “lighting-energy”?')
})

test('an export is as the gateway gives it, to standard output or into a folder with its meaning', async () => {
  const asked: unknown[] = []
  const exported: Told['exported'] = async function* (what, door) {
    asked.push([what.from.toString(), what.until.toString(), what.form, door])
    yield* await Promise.resolve(['point,value\r\n', 'feeder.frequency,50\r\n'])
  }
  await runs({ exported })
  const { exit, out } = await typed(verb(['export'], { from: '2026-12-21' }))
  expect([exit, out]).toEqual([0, ['point,value', 'feeder.frequency,50']])
  expect(asked).toEqual([['2026-12-20T23:00:00Z', now, 'csv', 'socket']])
  const into = join(around.folder, 'export')
  expect((await typed(verb(['export'], { from: '2026-12-21', format: 'json', into }))).exit).toBe(0)
  expect(readFileSync(join(into, 'data.ndjson'), 'utf8')).toBe('point,value\r\nfeeder.frequency,50\r\n')
  expect(JSON.parse(readFileSync(join(into, 'metadata.json'), 'utf8'))).toMatchObject({ made: now })
  expect((await typed(verb(['export']))).exit).toBe(3)
  const none = await typed(verb(['export'], { from: '2027-01-01' }))
  expect([none.exit, none.err.join()]).toEqual([3, expect.stringContaining('between 2026-12-31T23:00:00Z and')])
  expect((await typed(verb(['export'], { from: 'soon' }))).exit).toBe(3)
})

test('the cost names its sources, what is assumed, and may be not worth it', async () => {
  await runs({ cost: () => Promise.resolve(cost) })
  const text = (await typed(verb(['cost']))).out.join('\n')
  for (const said of [
    ...[
      '20 d 10 h 30 min between 2026-12-01T00:00:00Z and 2026-12-21T16:00:00Z',
      'energy efficiency',
      '7.1 kB',
      '1.5 kWh',
      '3 W assumed',
      'Traficom',
      '40% of 5.0 MB used; 60%',
    ],
    ...['old: no receipt for 9 days', '19% of what dimming saves', 'Not worth it here'],
  ])
    expect(text).toContain(said)
  expect((await typed(verb(['cost'], { month: 'soon' }))).exit).toBe(3)
  const french = (await typed(verb(['cost']), 'fr')).out.join('\n')
  for (const said of ['n’en vaut pas la peine ici', '20 j 10 h 30 min entre', 'efficacité énergétique'])
    expect(french).toContain(said)
})

test('of a gateway that has just begun the cost says how many seconds were counted', async () => {
  await runs({ cost: () => Promise.resolve({ ...cost, hours: 48 / 3_600 }) })
  expect((await typed(verb(['cost']))).out[0]).toContain('of what was counted, 48 s between')
})

test('of a month in which nothing was counted no figure is told', async () => {
  const nothing = { month: '2026-08', from: '2026-08-01T00:00:00Z', until: '2026-08-01T00:00:00Z', hours: 0 }
  await runs({ cost: () => Promise.resolve({ ...cost, ...nothing }) })
  expect((await typed(verb(['cost'], { month: '2026-08' }))).out).toEqual(['2026-08: nothing was counted.'])
})

test('what it does not know it says, and what there is', async () => {
  const { exit, err } = await typed(verb(['ledger', 'verfy']))
  expect(exit).toBe(3)
  expect(err.join()).toContain('“verfy” is nothing that fanal data ledger knows. There are: verify.')
})
