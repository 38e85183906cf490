/** `fanal data page`, `register`, `catalogue`, `counts` and `qr`: from a site file, and from a gateway that answers. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { article30 } from '../gateway/disclosure/registers/article30.ts'
import { factsWith } from '../gateway/disclosure/registers/testing/facts.ts'
import { publicTwin } from '../gateway/disclosure/registers/twin.ts'
import { serve } from '../gateway/local/server.ts'
import { surroundings } from '../gateway/local/testing/doors.ts'
import { scriptedTold } from '../gateway/local/testing/scripted.ts'
import { PublicPages } from '../gateway/report/public.ts'
import { statePaths } from '../gateway/state.ts'
import { openShelf } from './receive/shelf.ts'
import { counts } from './registers/counts.ts'
import { catalogue, page, register } from './registers/documents.ts'
import { consoleAddress, qr } from './registers/qr.ts'
import { typed } from './testing/typed.ts'

const demo = readFileSync(join(import.meta.dirname, '../gateway/demo/site.yaml'), 'utf8')

let folder: string
let site: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-'))
  site = join(folder, 'site.yaml')
  writeFileSync(site, demo)
})
afterEach(() => rmSync(folder, { recursive: true }))

const out = (file: string) => readFileSync(join(folder, 'out', file), 'utf8')
const into = { out: '' }
beforeEach(() => {
  into.out = join(folder, 'out')
})

test('the page from a site file: both languages and the twin, and it says what it does not know', async () => {
  const { exit, out: lines, err } = await typed((context) => page(context, site, into))
  expect(exit).toBe(0)
  expect(lines).toHaveLength(3)
  expect(err.join('\n')).toContain('Made from the file')
  const twin = publicTwin.parse(JSON.parse(out('public.json')))
  expect(twin.releases).toHaveLength(4)
  expect(twin.enforced).toBeUndefined()
  expect(out('public.fr.html')).toContain('Règles d’un fichier qui n’a pas encore servi')
  expect(out('public.fr.html')).toContain('href="public.en.html"')
  expect(out('public.en.html')).toContain('href="public.fr.html"')
})

test('from the running gateway: since when, and the last message', async () => {
  await using ends = new AsyncDisposableStack()
  const around = surroundings()
  ends.defer(() => around.end())
  const { clock, log, folder: state } = around
  const access = ends.use(await around.access())
  const told = scriptedTold({ open: new PublicPages(clock, () => factsWith()).told })
  ends.use(await serve(statePaths(state).socket, { told, access, clock, log }))

  const { exit, err } = await typed((context) => page(context, undefined, { ...into, state }))
  expect([exit, err]).toEqual([0, []])
  expect(out('public.fr.html')).toContain('Règles en vigueur depuis le 20 novembre 2026')
  expect(out('public.en.html')).toContain('feeder.power_active.mean')
  expect((await typed((context) => register(context, undefined, { ...into, state }))).exit).toBe(0)
  expect(article30.parse(JSON.parse(out('article30.json'))).activities[0]?.updated).toBe('2026-11-20T11:00:00+01:00')
})

test('the register in all its forms', async () => {
  const { exit, out: lines } = await typed((context) => register(context, site, into))
  expect(exit).toBe(0)
  expect(lines).toHaveLength(5)
  expect(out('article30.fr.csv').startsWith('\ufeffArmoire;')).toBe(true)
  expect(out('article30.en.html')).toContain('Register of processing activities')
})

test('the catalogue needs to know where the data are, and who publishes them', async () => {
  const bare = join(folder, 'bare.yaml')
  writeFileSync(bare, demo.replace(/^responsible:.*$/m, ''))
  const access = 'https://data.example.org/street'
  const ask = async (file: string, more: { access?: string } = {}) =>
    typed((context) => catalogue(context, file, { ...into, ...more }), 'en', true)
  const codeOf = ({ out: lines }: { readonly out: readonly string[] }) =>
    (JSON.parse(lines.at(-1) ?? '{}') as { code?: string }).code
  expect(codeOf(await ask(site))).toBe('NO_ACCESS')
  expect(codeOf(await ask(site, { access: 'over there' }))).toBe('NOT_A_WEB_ADDRESS')
  expect(codeOf(await ask(bare, { access }))).toBe('NO_RESPONSIBLE')
  expect(existsSync(join(folder, 'out'))).toBe(false)
  expect((await ask(site, { access })).exit).toBe(0)
  expect(out('catalogue.ttl')).toContain(`dcat:accessURL <${access}>`)
  expect(JSON.parse(out('catalogue.jsonld'))).toHaveProperty('@graph')
})

const counting = demo.replace(
  'releases:\n',
  `releases:
  passages:
    points: [feeder.energy_active_import]
    purpose: mobility
    basis: { not-personal: counts of a quarter of an hour }
    recipient: { name: Ville, role: controller }
    treatment: [aggregate: { every: 15m, of: [increase] }]
    delivery: durable
    retention: 1y
    counts: { feeder.energy_active_import: { practice: BIKE } }
`,
)

test('counts from what a recipient has kept', async () => {
  writeFileSync(site, counting)
  const records = join(folder, 'records.db')
  {
    using shelf = openShelf(records)
    const of = { tenant: 'demo', site: 'place-de-la-fontaine', release: 'passages', outbox: 'o' }
    const payload = (n: number, value: number | null) =>
      JSON.stringify({
        ...{ v: 1, seq: n, t0: n * 900_000, t1: (n + 1) * 900_000 },
        p: { 'feeder.energy_active_import.increase': [[0, value, value === null ? 0 : 192]] },
      })
    shelf.keep([
      { kind: 'record', of, boot: 1, seq: 1, payload: payload(1, 12) },
      { kind: 'record', of, boot: 1, seq: 2, payload: payload(2, null) },
      { kind: 'record', of: { ...of, site: 'another' }, boot: 1, seq: 1, payload: payload(3, 99) },
    ])
  }
  const { exit, err } = await typed((context) => counts(context, site, { ...into, records }))
  expect(exit).toBe(0)
  expect(err).toEqual(['2 windows of 1 channels; 1 are empty (not counted, or suppressed)'])
  expect(out('measure.csv').trim().split('\r\n').slice(1)).toEqual([
    'place-de-la-fontaine-feeder-energy_active_import,place-de-la-fontaine-feeder,1970-01-01T00:15:00Z,1970-01-01T00:30:00Z,12',
    'place-de-la-fontaine-feeder-energy_active_import,place-de-la-fontaine-feeder,1970-01-01T00:30:00Z,1970-01-01T00:45:00Z,',
  ])
  expect(out('channel.csv')).toContain(',BIKE,')
})

test('of a point of which nothing can be counted it is said, and why', async () => {
  writeFileSync(site, counting.replace('counts: {', 'counts: { feeder.frequency: { practice: CAR },'))
  const records = join(folder, 'records.db')
  openShelf(records)[Symbol.dispose]()
  const { exit, err } = await typed((context) => counts(context, site, { ...into, records }))
  expect([exit, err[0]]).toEqual([
    0,
    'passages: counts names feeder.frequency, which is not among its points: nothing of it is counted',
  ])
  expect(out('channel.csv').trim().split('\r\n')).toHaveLength(2)
})

test('counts of nothing, and of what is no file of records, are refused', async () => {
  const refused = await typed((context) => counts(context, site, { ...into, records: site }))
  expect(refused.err.join(' ')).toContain('says which points count passages')
  writeFileSync(site, counting)
  const { exit, err } = await typed((context) => counts(context, site, { ...into, records: site }))
  expect(exit).toBe(1)
  expect(err.join(' ')).toContain('cannot be read as records')
})

test('the QR code leads to the page, and to none that a phone cannot reach', async () => {
  const file = join(folder, 'door.svg')
  const local = await typed((context) => qr(context, site, { out: file }))
  expect(local.exit).toBe(1)
  expect(local.err.join(' ')).toContain('does not reach this machine')
  const { exit, err } = await typed((context) => qr(context, site, { out: file, address: 'https://v.example/f' }))
  expect([exit, err]).toEqual([0, ['It leads to https://v.example/f']])
  expect(readFileSync(file, 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/)
  const wrong = await typed((context) => qr(context, site, { out: file, address: 'javascript:alert(1)' }))
  expect(wrong.err.join(' ')).toContain('is no address of a page')
  expect(
    ['192.168.7.1', '127.0.0.1', '0.0.0.0', '::', 'fd00::7'].map((host) => consoleAddress({ host, port: 8480 })),
  ).toEqual(['https://192.168.7.1:8480/public', undefined, undefined, undefined, 'https://[fd00::7]:8480/public'])
})

test('a place that cannot be written is told, and a file that is not there', async () => {
  const { exit, err } = await typed((context) => page(context, site, { out: join(site, 'below') }))
  expect(exit).toBe(1)
  expect(err.at(-1)).toMatch(/cannot be written \(E(NOTDIR|EXIST)\)\. Choose another place: --out$/)
  const missing = await typed((context) => page(context, join(folder, 'none.yaml'), into))
  expect([missing.exit, missing.err.join(' ')]).toEqual([1, expect.stringContaining('ENOENT')])
})
