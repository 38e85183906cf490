/** The commands as a person types them: processes, exit codes, what stands on standard output and on standard error. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gatewayEvent, type GatewayEvent } from '../gateway/events.ts'
import { status } from '../gateway/local/answers.ts'

const cli = join(import.meta.dirname, 'cli.ts')
const demoSite = join(import.meta.dirname, '../gateway/demo/site.yaml')
const folder = mkdtempSync(join(tmpdir(), 'fanal-cli-'))
const env = { PATH: process.env['PATH'], HOME: folder, LANG: 'C' }

interface Ended {
  exit: number | null
  out: string
  err: string
}

function fanal(...words: string[]) {
  const child = spawn(process.execPath, [cli, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const ended = once(child, 'close').then(([exit]): Ended => ({ exit: exit as number | null, out, err }))
  return { child, ended }
}

const run = (...words: string[]) => fanal(...words).ended

let street: ReturnType<typeof fanal>
const events: GatewayEvent[] = []
/** Resolves with the first event of this kind, past or future. */
let heard: <K extends GatewayEvent['event']>(kind: K) => Promise<Extract<GatewayEvent, { event: K }>>

beforeAll(async () => {
  street = fanal('up', '--json')
  const waiting = new Set<() => void>()
  createInterface({ input: street.child.stdout }).on('line', (line) => {
    events.push(gatewayEvent.parse(JSON.parse(line)))
    for (const look of waiting) look()
  })
  heard = (kind) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = events.find(
          (event): event is Extract<GatewayEvent, { event: typeof kind }> => event.event === kind,
        )
        if (found) resolve(found)
      }
      waiting.add(look)
      look()
      void street.ended.then(({ err }) => reject(new Error(`ended before “${kind}”: ${err}`)))
    })
  await heard('running')
}, 60_000)

afterAll(async () => {
  street.child.kill('SIGINT')
  const { exit } = await street.ended
  rmSync(folder, { recursive: true, force: true })
  expect(exit).toBe(130)
  expect(events.at(-1)).toEqual({ event: 'stopped' })
}, 30_000)

test('the first line says where everything is', () => {
  expect(events[0]).toMatchObject({
    event: 'running',
    site: 'place-de-la-fontaine',
    broker: expect.stringMatching(/^mqtt:\/\/127\.0\.0\.1:\d+$/),
    lines: {
      feeder: expect.stringMatching(/^modbus-tcp:\/\/127\.0\.0\.1:\d+$/),
      yard: expect.stringMatching(/^modbus-rtu-over-tcp:\/\/127\.0\.0\.1:\d+$/),
    },
  })
})

test('records leave, the city confirms, the status counts them, and nothing waits for long', async () => {
  await heard('connected')
  await heard('left')
  await heard('receipt')
  const { exit, out } = await run('status', '--json')
  expect(exit).toBe(0)
  const told = status.parse(JSON.parse(out))
  expect(told.uplink.connected).toBe(true)
  expect(told.devices).toMatchObject({ feeder: { health: 'alive' }, yard: { health: 'alive' } })
  expect(Object.values(told.lines).map(({ timeouts, garbled }) => timeouts + garbled)).toEqual([0, 0, 0])
  expect(told.ledger.map(({ release }) => release)).toContain('meta')
}, 30_000)

test('a command is set, told why, and released', async () => {
  await heard('ruling')
  const set = await run('set', 'north.level', '60', '--for', '5m', '--because', 'a test', '--json')
  expect(set.exit).toBe(0)
  expect(JSON.parse(set.out)).toMatchObject({ verdict: 'accepted', value: 60, rules: true })
  const why = await run('why', 'north.level', '--json')
  expect(JSON.parse(why.out)).toMatchObject({ ruling: { priority: 'operator', level: 60, reason: 'a test' } })
  const words = await run('why', 'north.level', '--lang', 'en')
  expect(words.out).toMatch(/^north\.level is at 60 % since .* asked for it \(“a test”\), until .*\.\n$/)
  expect((await run('status', '--lang', 'en')).out).toMatch(/segment +north\.level .*at 60 %/)
  const released = await run('release', 'north.level', '--json')
  expect(JSON.parse(released.out)).toMatchObject({ verdict: 'released', ruling: { priority: 'program' } })
  const nothing = await run('release', 'north.level', '--json')
  expect([nothing.exit, JSON.parse(nothing.out)]).toMatchObject([1, { code: 'COMMAND_NOTHING_TO_RELEASE' }])
}, 30_000)

test('the lines are told as planned and as they are', async () => {
  await heard('receipt')
  const { exit, out } = await run('lines', demoSite, '--json')
  expect(exit).toBe(0)
  const all = out.trim().split('\n')
  expect(all.map((line) => (JSON.parse(line) as { line: string }).line)).toEqual(['feeder', 'yard', 'lamps'])
  expect(JSON.parse(all[0] ?? '')).toMatchObject({
    planned: { load: expect.any(Number) },
    measured: { timeouts: 0, requests_per_s: expect.any(Number) },
    devices: [{ device: 'feeder', pace: { timeout_ms: 1_000, latency_ms: { median: expect.any(Number) } } }],
  })
}, 30_000)

test('the doctor finds nothing wrong, and a bundle is made of it all', async () => {
  await heard('receipt')
  const { exit, out } = await run('doctor', '--json')
  const found = out.trim().split('\n')
  expect(found.filter((line) => line.includes('"state":"wrong"'))).toEqual([])
  expect(exit).toBe(0)
  expect(found.length).toBeGreaterThan(10)
  const into = join(folder, 'bundle.tar.gz')
  expect(await run('support', '--into', into)).toMatchObject({ exit: 0, out: expect.stringContaining(into) })
  const text = gunzipSync(readFileSync(into)).toString()
  expect(text).toContain('"frequency"')
  for (const word of ['47.2', 'service éclairage public', 'Place de la Fontaine']) expect(text).not.toContain(word)
}, 60_000)

test('who works at the cabinet is told, and no longer once they have gone', async () => {
  const held = await run('presence', '--for', '30m', '--who', 'm.durand', '--json')
  expect([held.exit, JSON.parse(held.out)]).toMatchObject([0, { who: 'm.durand' }])
  const other = await run('presence', '--for', '30m', '--who', 'a.petit', '--json')
  expect([other.exit, JSON.parse(other.out)]).toMatchObject([1, { code: 'SOMEBODY_WORKS_HERE' }])
  expect((await run('presence', '--lang', 'en')).err).toMatch(/^m\.durand works at this cabinet until /)
  expect((await run('presence', '--release', '--who', 'm.durand')).exit).toBe(0)
  expect((await run('presence', '--lang', 'en')).err).toBe('Nobody works at this cabinet.\n')
}, 30_000)

test.each([
  [['set', 'north.level', '60', '--because', 'x'], 3, '--for <duration> is missing'],
  [['set', 'north.level', '60', '--for', '2h'], 3, '--because <text> is missing'],
  [['set', 'north.level', 'half', '--for', '2h', '--because', 'x'], 3, 'is no level'],
  [['set', 'north.level', '60', '--for', '8d', '--because', 'x'], 3, 'is no duration up to 7 days'],
  [['set', 'north.level', '130', '--for', '2h', '--because', 'x'], 1, 'Allowed now: 1 to 100 %'],
  [['set', 'nort.level', '60', '--for', '2h', '--because', 'x'], 1, 'did you mean “north.level”?'],
  [['why', 'west.level'], 1, 'There are: north.level, south.level'],
  [['why', 'north.level', '--at', 'soon'], 3, 'is no moment'],
])(
  '%j is told as what it is',
  async (words, exit, told) => {
    const ended = await run(...words, '--lang', 'en')
    expect([ended.exit, ended.err]).toEqual([exit, expect.stringContaining(told)])
  },
  30_000,
)

test('points are read from the running gateway, in words and as JSON', async () => {
  await heard('device')
  const words = await run('read', 'feeder.frequency')
  expect(words).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/feeder\.frequency +\d+\.\d\d Hz .* good +→ supply-quality/),
  })
  const json = await run('read', 'feeder.freq*', '--json')
  expect(JSON.parse(json.out)).toMatchObject({ point: 'feeder.frequency', unit: 'Hz', state: 'good' })
  expect(await run('read', 'feeder.nothing')).toMatchObject({ exit: 1, err: expect.stringContaining('feeder.nothing') })
}, 30_000)

test('the same registers with mbpoll’s letters', async () => {
  const running = await heard('running')
  const port = running.lines['feeder']!.split(':').at(-1)!
  const { exit, out, err } = await run(
    'read',
    '-m',
    'tcp',
    '-a',
    '1',
    '-t',
    '3:float',
    '-B',
    '-0',
    '-r',
    '0x46',
    '-p',
    port,
    '127.0.0.1',
  )
  expect({ exit, err }).toEqual({ exit: 0, err: '1 frames transmitted, 1 received, 0 errors, 0.0% frame loss\n' })
  expect(Number(/^\[70\]: \t([\d.]+)\n$/.exec(out)?.[1])).toBeCloseTo(50, 0)
}, 30_000)

test('a second gateway in the same folder is refused, and the first goes on', async () => {
  const state = (await heard('running')).state
  copyFileSync(demoSite, join(folder, 'same.yaml'))
  expect(await run('up', join(folder, 'same.yaml'), '--state', state, '--json')).toMatchObject({
    exit: 1,
    out: expect.stringContaining('STATE_IN_USE'),
  })
  expect((await run('status', '--json')).exit).toBe(0)
}, 30_000)

test('a wrong site file: every mistake, exit 3, nothing started', async () => {
  const wrong = join(folder, 'wrong.yaml')
  writeFileSync(wrong, 'site: a\ntenant: b\nlines:\n  l: { protocol: modbus-tpc }\n')
  for (const verb of ['up', 'check']) {
    const { exit, out, err } = await run(verb, wrong)
    expect({ exit, out }).toEqual({ exit: 3, out: '' })
    expect(err).toContain('modbus-tcp')
    expect(err).toMatch(/devices[^]*uplink[^]*releases/)
  }
  writeFileSync(wrong, '')
  expect((await run('up', wrong)).exit).toBe(3)
  expect(await run('up', join(folder, 'none.yaml'))).toMatchObject({
    exit: 3,
    err: expect.stringContaining('none.yaml'),
  })
}, 30_000)

test('a wrong command line: every mistake with its place, exit 3', async () => {
  const { exit, err } = await run('up', '--jsn', 'a.yaml', 'b.yaml')
  expect(exit).toBe(3)
  expect(err).toBe(
    [
      'fanal up --jsn a.yaml b.yaml',
      '         ^^^^^  no such option: --jsn · did you mean “--json”?',
      '                      ^^^^^^  “b.yaml” is one too many for up',
      'nothing was started',
      '',
    ].join('\n'),
  )
})

test('a site file that is the beginning of the one that ran is refused', async () => {
  const state = join(folder, 'cut')
  const site = join(folder, 'cut.yaml')
  writeFileSync(
    site,
    'site: cut\ntenant: t\nlines: { l: { protocol: modbus-tcp, host: 127.0.0.1, port: 1 } }\ndevices: { d: { profile: eastron-sdm120, line: l, unit: 1 } }\nuplink: { broker: mqtt://127.0.0.1:1 }\nreleases: {}\n# the end\n',
  )
  const first = fanal('up', site, '--state', state, '--json')
  await once(first.child.stdout, 'data')
  first.child.kill('SIGTERM')
  await first.ended
  writeFileSync(
    site,
    'site: cut\ntenant: t\nlines: { l: { protocol: modbus-tcp, host: 127.0.0.1, port: 1 } }\ndevices: { d: { profile: eastron-sdm120, line: l, unit: 1 } }\nuplink: { broker: mqtt://127.0.0.1:1 }\nreleases: {}\n',
  )
  expect(await run('up', site, '--state', state)).toMatchObject({ exit: 3, err: expect.stringContaining('cut off') })
}, 30_000)
