/** `fanal lines`, of a site file alone, and against a gateway's own door, behind which a script answers. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Status } from '../gateway/local/answers.ts'
import { serve } from '../gateway/local/server.ts'
import { surroundings, type Surroundings } from '../gateway/local/testing/doors.ts'
import { scriptedStatus, scriptedTold } from '../gateway/local/testing/scripted.ts'
import { statePaths } from '../gateway/state.ts'
import { lines } from './lines.ts'
import { typed } from './testing/typed.ts'

const meters = (n: number) =>
  Array.from({ length: n }, (_, i) => `  m${i + 1}: { profile: eastron-sdm120, line: cabinet, unit: ${i + 1} }`)

const siteText = (n: number, fast = '2s') => `site: a
tenant: t
lines:
  cabinet: { protocol: modbus-rtu, device: /dev/ttyUSB0, serial: 9600 8N1 }
  net: { protocol: modbus-tcp, host: 10.0.0.7 }
devices:
${meters(n).join('\n')}
  feeder: { profile: eastron-sdm630, line: net, unit: 7 }
polling: { fast: ${fast} }
uplink: { broker: mqtt://h }
releases: {}
`

const wire = {
  ...{ polls: 9, missed: 0, worst_late_ms: 2, requests: 1_200, answers: 1_190, late: 0 },
  ...{ timeouts: 7, garbled: 3, foreign: 1, exceptions: 2 },
}
const meter = { profile: 'eastron-sdm120', line: 'cabinet', health: 'alive' } as const
const told: Status = {
  ...scriptedStatus,
  lines: {
    cabinet: {
      ...{ ...wire, url: 'modbus-rtu:///dev/ttyUSB0', load: 0.31, requests_per_s: 1.04 },
      planned: { requests: 8, registers: 86, cycle_ms: 400, requests_per_s: 1.3, load: 0.05 },
      disturbance: { kind: 'foreign-master', since: scriptedStatus.time.now },
      adapter: {
        path: '/dev/ttyUSB0',
        ...{ driver: 'ftdi_sio', latency_ms: 16, set: 'not-allowed', known_by: 'serial-number' },
      },
    },
    net: { ...wire, url: 'modbus-tcp://10.0.0.7:502', load: 0.005, code: 'LINE_REFUSED' },
  },
  devices: {
    m2: {
      ...{ ...meter, unit: 2 },
      pace: {
        ...{ timeout_ms: 1_000, answers: 128, suggested_timeout_ms: 200 },
        ...{ turn_around_ms: { median: 21.4, p99: 58 }, latency_ms: { median: 60, p99: 131 } },
      },
    },
    m1: { ...meter, unit: 1, pace: { timeout_ms: 1_000, suggested_timeout_ms: 1_000 } },
    feeder: { ...meter, line: 'net', unit: 7 },
  },
}

let around: Surroundings
let ends: AsyncDisposableStack

beforeEach(() => {
  around = surroundings()
  ends = new AsyncDisposableStack()
})
afterEach(async () => {
  await ends.disposeAsync()
  around.end()
})

function file(text: string): string {
  const path = join(around.folder, 'site.yaml')
  writeFileSync(path, text)
  return path
}

async function runs(status: Status = told): Promise<void> {
  const { clock, log, folder } = around
  const access = ends.use(await around.access())
  const script = scriptedTold({ status: () => Promise.resolve(status) })
  ends.use(await serve(statePaths(folder).socket, { told: script, access, clock, log }))
}

const said = (site: string | undefined, language: 'en' | 'fr' = 'en', json = false) =>
  typed((context) => lines(context, site, { state: around.folder }), language, json)

test('of a site file alone: what is planned, and what takes it', async () => {
  const { exit, out } = await said(file(siteText(2)))
  expect(exit).toBe(0)
  expect(out).toEqual([
    'line     requests  registers  ms a cycle  load planned',
    expect.stringMatching(/^cabinet {9}\d+ +\d+ +\d+ +\d+(\.\d)? % {2}modbus-rtu:\/\/\/dev\/ttyUSB0$/),
    expect.stringMatching(/^net {13}\d+ +\d+ +\d+ +\d\.\d % {2}modbus-tcp:\/\/10\.0\.0\.7:502$/),
    '',
    expect.stringMatching(/^line +device +class +requests +registers +ms a cycle +every +load$/),
    expect.stringMatching(/^cabinet +2 × eastron-sdm120 +\w+ +\d+ +\d+ +\d+ +\w+ +\d+(\.\d)? %$/),
    ...Array.from({ length: 2 }, () => expect.stringMatching(/^ {9}2 × eastron-sdm120 /) as string),
    expect.stringMatching(/^net +feeder /),
    ...Array.from({ length: 2 }, () => expect.stringMatching(/^ {9}feeder /) as string),
    '',
    'Where a profile does not say how long its device thinks before it answers, the plan takes 10 ms.',
    '',
    'Planned only: no gateway of this site runs here.',
  ])
})

test('beside a gateway that runs: what is measured, and which timeouts would suit, by unit', async () => {
  await runs()
  const { exit, out } = await said(file(siteText(2)))
  expect(exit).toBe(0)
  expect(out[0]).toMatch(/load planned +measured +requests\/s +timeouts +garbled +foreign +exceptions$/)
  expect(out[1]).toMatch(
    / % +31 % +1\.0 +7 +3 +1 +2 {2}modbus-rtu:\/\/\/dev\/ttyUSB0 {2}ftdi_sio, keeps what it hears for 16 ms {2}another master asks here$/,
  )
  expect(out[2]).toMatch(/ 0\.5 % +— +7 +3 +1 +2 {2}modbus-tcp:\/\/10\.0\.0\.7:502 {2}line down$/)
  const at = out.findIndex((line) => line.includes('would suit'))
  expect(out.slice(at, at + 4)).toEqual([
    'line     unit  device  answers in  99 % in  thinks for  99 % for   timeout  would suit',
    'cabinet     1  m1               —        —           —         —  1,000 ms    as it is',
    '            2  m2           60 ms   131 ms       21 ms     58 ms  1,000 ms      200 ms',
    'net         7  feeder           —        —           —         —         —   too early',
  ])
  expect(out.at(-1)).toContain('`timeout` of the device')
})

test('without a site file the one that ran last is the plan, or else what the gateway says of it', async () => {
  await runs()
  const without = await said(undefined)
  expect(without.out[1]).toMatch(/^cabinet +8 +86 +400 +5\.0 % +31 % /)
  expect(without.out[2]).toMatch(/^net +— +— +— +— +0\.5 % /)
  mkdirSync(around.folder, { recursive: true })
  writeFileSync(statePaths(around.folder).lastGood, siteText(4))
  expect((await said(undefined)).out.join('\n')).toContain('4 × eastron-sdm120')
})

test('of a gateway that runs another site nothing is measured', async () => {
  await runs({ ...told, site: 'b' })
  expect((await said(file(siteText(2)))).out.at(-1)).toMatch(/^Planned only/)
})

test('a busy line is told, and one that cannot be is a mistake of the file', async () => {
  const busy = await said(file(siteText(27)))
  expect(busy.out.join('\n')).toMatch(/cabinet is busy \d\d % of the time; above 80 % polls wait for one another\./)
  const over = await said(file(siteText(32, '1s')))
  expect(over.exit).toBe(3)
  expect(over.err[0]).toContain('4:3  error  this line would be busy')
  const missing = await said('/nowhere/site.yaml')
  expect([missing.exit, missing.err]).toEqual([1, ['/nowhere/site.yaml cannot be read (ENOENT).']])
  expect((await said(undefined)).exit).toBe(1)
})

test('in French', async () => {
  await runs()
  const { out } = await said(file(siteText(2)), 'fr')
  expect(out[0]).toMatch(/^ligne +requêtes +registres +ms par cycle +charge prévue +mesurée /)
  expect(out.join('\n')).not.toMatch(/\{[a-z]+\}|undefined/)
})

test('--json: one object a line, with all that is known', async () => {
  await runs()
  const { out } = await said(file(siteText(2)), 'en', true)
  const all = out.map((line) => JSON.parse(line) as object)
  expect(all).toHaveLength(2)
  expect(all[0]).toMatchObject({
    line: 'cabinet',
    planned: { costs: [{ profile: 'eastron-sdm120', devices: ['m1', 'm2'] }, {}, {}] },
    measured: { timeouts: 7, load: 0.31, disturbance: { kind: 'foreign-master' } },
    devices: [
      { device: 'm1', unit: 1 },
      { device: 'm2', pace: { suggested_timeout_ms: 200 } },
    ],
  })
})
