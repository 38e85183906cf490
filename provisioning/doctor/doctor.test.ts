/** Each check with its facts whole, and broken; and whether each remedy is something that can be typed. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exampleStatus } from '../../gateway/observe/testing/status.ts'
import type { Status } from '../../gateway/local/answers.ts'
import { program } from '../cli.ts'
import { commandLineMistakes } from '../command-line.ts'
import { speak } from '../messages.ts'
import { catalogue, known, type FindingCode } from './catalogue.ts'
import { examine } from './examine.ts'
import type { Facts, FolderFacts, SerialFacts } from './facts.ts'
import { findingTold } from './told.ts'

const calm: Status = {
  ...exampleStatus(),
  devices: { feeder: { profile: 'eastron-sdm630', line: 'feeder', unit: 1, health: 'alive' } },
  lines: { feeder: { ...exampleStatus().lines['feeder']!, garbled: 0 } },
  time: { now: '2026-11-25T12:00:00Z', trust: 'synced', zone: 'Europe/Paris' },
  uplink: { broker: 'mqtts://broker.example:8883', connected: true, published: 40, refused: 0, refusing: {} },
  alarms: [],
}

type FoundFolder = NonNullable<FolderFacts['found']>
const folder: FoundFolder = {
  isOurs: true,
  isWritable: true,
  mode: 0o700,
  isReadOnly: false,
  kind: 'ext4',
  freeBytes: 12_345_678_901,
  freeInodes: 0.8,
  setAside: [],
}

type FoundSerial = NonNullable<SerialFacts['found']>
const adapter: FoundSerial = {
  isAllowed: true,
  group: 'dialout',
  isPassing: false,
  stableName: undefined,
  hasTwin: false,
  tty: 'ttyUSB0',
  latencyMs: 1,
  heldBy: [{ pid: calm.pid, program: 'node' }],
}
const path = '/dev/serial/by-id/usb-FTDI_X-if00-port0'

const whole: Facts = {
  runtime: { version: '26.10.0', neededMajor: 26, libatomic: true },
  user: 'fanal',
  folder: { path: '/var/lib/fanal', found: folder },
  site: {
    file: '/etc/fanal/site.yaml',
    mistakes: 0,
    isCutShort: false,
    kept: '/var/lib/fanal/last-good.yaml',
    profileMistakes: 0,
  },
  serial: [{ line: 'cabinet', path, found: adapter }],
  hosts: [],
  broker: { url: 'mqtts://broker.example:8883', hasLogin: true, unreadable: [], isTried: false },
  clock: { isBeforeRelease: false, synchronised: true, time: '2026-11-25T12:00:00Z' },
  running: ['/var/lib/fanal'],
  unit: { name: 'fanal', enabled: 'enabled', active: 'active', watchdog: true },
  status: calm,
  console: { url: 'https://0.0.0.0:8443', isListening: true, accounts: 1, isLoopback: false, hasTls: true },
}

const inFolder = (changes: Partial<FoundFolder>): Partial<Facts> => ({
  folder: { path: '/var/lib/fanal', found: { ...folder, ...changes } },
})
const withSerial = (changes: Partial<FoundSerial>): Partial<Facts> => ({
  serial: [{ line: 'cabinet', path, found: { ...adapter, ...changes } }],
})
const told = (changes: Partial<Status>): Partial<Facts> => ({ status: { ...calm, ...changes } })
const alarm = (code: string, of: string, words: Record<string, string>) =>
  told({ alarms: [{ code, of, since: calm.started, words }] })
const trouble = (code: string): Partial<Facts> =>
  told({ uplink: { ...calm.uplink, connected: false, trouble: { code, where: 'broker.example', detail: 'so' } } })
const since = '2026-11-25T10:00:00Z'
const onLine = (changes: Partial<Status['lines'][string]>): Partial<Facts> =>
  told({ lines: { feeder: { ...calm.lines['feeder']!, ...changes } } })
const dead: Status['devices'][string] = { profile: 'abb-b23', line: 'feeder', unit: 2, health: 'dead' }
/** Nothing has ever answered there. */
const deadOn = (changes: Partial<Status['lines'][string]>): Partial<Facts> => ({
  ...told({
    devices: { feeder: { ...dead, unit: 1 }, yard: dead },
    lines: {
      feeder: {
        ...calm.lines['feeder']!,
        requests: 50,
        answers: 0,
        exceptions: 0,
        timeouts: 50,
        foreign: 0,
        late: 0,
        ...changes,
      },
    },
  }),
})
const site = (changes: Partial<NonNullable<Facts['site']>>): Partial<Facts> => ({
  site: { ...whole.site!, ...changes },
})
const still: Partial<Facts> = { status: undefined, running: [], ...withSerial({ heldBy: [] }) }

const broken: Record<string, [FindingCode, Partial<Facts>]> = {
  'an old Node': ['node-old', { runtime: { ...whole.runtime, version: '20.19.0' } }],
  'no libatomic': ['libatomic-missing', { runtime: { ...whole.runtime, libatomic: false } }],
  'no folder': ['folder-none', { folder: { path: '/var/lib/fanal' } }],
  'a folder of others': ['folder-unwritable', inFolder({ isWritable: false })],
  'a folder that root uses': ['folder-foreign', inFolder({ isOurs: false })],
  'a folder for all to see': ['folder-open', inFolder({ mode: 0o755 })],
  'a card that is worn out': ['folder-read-only', inFolder({ isReadOnly: true, isWritable: false })],
  'a folder in memory': ['folder-fleeting', inFolder({ kind: 'tmpfs' })],
  'a full disk': ['disk-full', inFolder({ freeBytes: 49_000_000 })],
  'a disk that fills': ['disk-low', inFolder({ freeBytes: 499_000_000 })],
  'no inodes': ['inodes-low', inFolder({ freeInodes: 0.01 })],
  'damaged files': ['files-set-aside', inFolder({ setAside: ['outbox.db.damaged-1'] })],
  'no site': ['site-none', { site: undefined }],
  'a site file that is away': ['site-missing', site({ missing: 'ENOENT' })],
  'a wrong site file': ['site-wrong', site({ mistakes: 2 })],
  'a site file cut off': ['site-cut-short', site({ isCutShort: true })],
  'a wrong profile': ['profiles-wrong', site({ profileMistakes: 1 })],
  'no gateway': ['gateway-not-running', still],
  'a gateway that hangs': ['gateway-silent', { ...still, running: ['/var/lib/fanal'] }],
  'two gateways': ['gateway-several', { running: ['/var/lib/fanal', '/home/a/b'] }],
  'another’s gateway': ['gateway-not-allowed', { ...still, notAllowed: '/var/lib/fanal' }],
  'a unit that is off': ['unit-disabled', { unit: { ...whole.unit!, enabled: 'disabled' } }],
  'a unit that failed': ['unit-failed', { unit: { ...whole.unit!, active: 'failed' } }],
  'a unit without watchdog': ['unit-unwatched', { unit: { ...whole.unit!, watchdog: false } }],
  'a clock of 1970': ['clock-unset', { clock: { ...whole.clock, isBeforeRelease: true } }],
  'no time server': ['clock-unsynchronised', { ...still, clock: { ...whole.clock, synchronised: false } }],
  'an unknown time': ['clock-unknown', told({ time: { ...calm.time, trust: 'unknown' } })],
  'a time held over': ['clock-holdover', told({ time: { ...calm.time, trust: 'holdover' } })],
  'no adapter': ['serial-missing', { serial: [{ line: 'cabinet', path }] }],
  'an adapter of another group': ['serial-not-allowed', withSerial({ isAllowed: false })],
  'another program': ['serial-held', withSerial({ heldBy: [{ pid: 77, program: 'mbpoll' }] })],
  ModemManager: ['serial-modem-manager', withSerial({ heldBy: [{ pid: 78, program: 'ModemManager' }] })],
  'a name that changes': ['serial-passing-name', withSerial({ isPassing: true, stableName: path })],
  'a name that changes, and no other': ['serial-unnamed', withSerial({ isPassing: true })],
  'an adapter under another number': [
    'serial-moved',
    { serial: [{ line: 'cabinet', path: '/dev/ttyUSB0', elsewhere: '/dev/ttyUSB1', found: adapter }] },
  ],
  'two adapters of one name': ['serial-twin', withSerial({ hasTwin: true })],
  'a slow adapter': ['serial-slow', withSerial({ latencyMs: 16 })],
  'a slow adapter, by the gateway’s word': [
    'serial-slow',
    {
      ...onLine({ adapter: { path, driver: 'ftdi_sio', latency_ms: 16, set: 'not-allowed', known_by: 'name' } }),
      serial: [{ line: 'feeder', path, found: adapter }],
    },
  ],
  'a line that is down': ['line-trouble', onLine({ code: 'LINE_REFUSED' })],
  'a host that is away': [
    'line-trouble',
    { ...still, hosts: [{ line: 'feeder', url: 'modbus-tcp://x:502', code: 'LINE_UNREACHABLE' }] },
  ],
  'a line that is down for want of its adapter': [
    'serial-missing',
    { ...onLine({ code: 'LINE_DEVICE_MISSING' }), serial: [{ line: 'feeder', path }] },
  ],
  'a bad cable': ['line-noisy', onLine({ requests: 200, garbled: 10 })],
  'another master now': [
    'line-foreign-master',
    onLine({ foreign: 30, disturbance: { kind: 'foreign-master', since } }),
  ],
  'an adapter that echoes': ['line-echo', onLine({ disturbance: { kind: 'echo', since } })],
  'noise now': ['line-noise', onLine({ requests: 200, garbled: 50, disturbance: { kind: 'noise', since } })],
  'two masters': ['line-foreign', onLine({ foreign: 3 })],
  'a busy line': ['line-busy', onLine({ load: 0.93 })],
  'a dead device': ['device-dead', told({ devices: { feeder: { ...calm.devices['feeder']!, health: 'dead' } } })],
  'a line without a byte': ['line-mute', deadOn({ garbled: 0 })],
  'damaged bytes alone': ['line-gibberish', deadOn({ garbled: 40 })],
  'units that nobody asks for': ['line-others', deadOn({ foreign: 0, late: 3, garbled: 2 })],
  'one that is silent among others': ['device-absent', told({ devices: { ...calm.devices, yard: dead } })],
  'two at one unit': ['device-overlaps', told({ devices: { ...calm.devices, yard: { ...dead, damaged: true } } })],
  'another device': ['device-doubt', told({ devices: { feeder: { ...calm.devices['feeder']!, doubt: 'so' } } })],
  'a device that refuses': [
    'device-refuses',
    alarm('profile-defect', 'feeder', { profile: 'eastron-sdm630', registers: 'input/96' }),
  ],
  'lamps that do not obey': ['light-disobeys', alarm('write-trouble', 'north', { because: 'no-answer' })],
  'lamps unarmed': ['light-unarmed', alarm('unarmed', 'lamps', { because: 'so' })],
  'a broker that refuses the login': ['broker-trouble', trouble('BROKER_REFUSED_LOGIN')],
  'a broker without address': ['broker-not-found', trouble('BROKER_NOT_FOUND')],
  'a certificate that has ended': ['broker-tls', trouble('BROKER_TLS_EXPIRED')],
  'a broker that is away, no gateway': [
    'broker-trouble',
    {
      ...still,
      broker: { ...whole.broker!, isTried: true, trouble: { code: 'BROKER_UNREACHABLE', where: 'x', detail: 'y' } },
    },
  ],
  'a release that is refused': [
    'broker-refuses-release',
    told({
      uplink: { ...calm.uplink, refusing: { a: { code: 'BROKER_NOT_AUTHORISED', where: 'fanal/a', detail: '135' } } },
    }),
  ],
  'no password file': [
    'broker-file',
    { broker: { ...whole.broker!, unreadable: [{ file: '/etc/fanal/pw', detail: 'EACCES' }] } },
  ],
  'a certificate that is none': ['broker-trouble', trouble('BROKER_FILE')],
  'a password in the clear': ['broker-plain', { broker: { ...whole.broker!, url: 'mqtt://broker.example' } }],
  'a disk that takes nothing': ['outbox-trouble', told({ held: 12 })],
  'an audit that is not kept': ['keeping-trouble', alarm('keeping-trouble', '', { code: 'KEEP_FULL' })],
  'no receipt': [
    'outbox-no-receipt',
    told({
      releases: {
        a: { delivery: 'durable', recipient: 'x', purpose: 'y', points: 1, last: 9, waiting: 9 },
        b: { delivery: 'best-effort', recipient: 'x', purpose: 'y', points: 1, last: 9, waiting: 0 },
      },
    }),
  ],
  'nobody who reads': [
    'outbox-unread',
    told({
      releases: {
        a: {
          ...{ delivery: 'durable', recipient: 'x', purpose: 'y', points: 1, last: 9, waiting: 2, receipt: 7 },
          ...{ unread_days: 9 },
        },
      },
    }),
  ],
  'a backlog': [
    'outbox-backlog',
    told({
      releases: {
        a: { delivery: 'durable', recipient: 'x', purpose: 'y', points: 1, last: 5_000, waiting: 2_000, receipt: 1 },
      },
    }),
  ],
  'no history': ['history-trouble', alarm('history-trouble', '', { code: 'HISTORY_FULL' })],
  'a console that is silent': ['console-silent', { console: { ...whole.console!, isListening: false } }],
  'a console for all': ['console-exposed', { console: { ...whole.console!, hasTls: false } }],
  'a console without account': ['console-no-account', { console: { ...whole.console!, accounts: 0 } }],
}

test('where all is well, each subject says so, once, and nothing else is said', () => {
  const found = examine(whole)
  expect(found.filter(({ code }) => known(code).state !== 'ok')).toEqual([])
  const subjects = found.map(({ code }) => known(code).of)
  expect(new Set(subjects).size).toBe(13)
})

/** What a broken fact brings with it, rightly. */
const besides: ReadonlySet<FindingCode> = new Set(['gateway-not-running', 'gateway-not-allowed', 'folder-none'])

test.each(Object.entries(broken))('%s is found, and nothing besides', (_name, [code, changes]) => {
  const found = examine({ ...whole, ...changes })
  expect(found.map((one) => one.code)).toContain(code)
  const others = found.filter((one) => known(one.code).state !== 'ok' && one.code !== code && !besides.has(one.code))
  expect(others).toEqual([])
  for (const one of found)
    for (const language of ['en', 'fr'] as const) {
      const { what, why = '', remedy = '' } = findingTold(one, language)
      expect(`${what} ${why} ${remedy}`).not.toMatch(/[{}]|undefined/)
    }
})

test('an adapter that nobody has opened yet is not said to be slow: whoever opens the line sets it', () => {
  const facts = { ...whole, ...still, ...withSerial({ heldBy: [], latencyMs: 16 }) }
  expect(examine(facts).map(({ code }) => code)).toContain('serial-ok')
})

test('nothing is said to be well that nobody has looked at', () => {
  const codes = examine({ ...whole, ...still, running: ['/var/lib/fanal'] }).map(({ code }) => code)
  for (const code of ['broker-ok', 'line-ok', 'devices-ok', 'light-ok', 'outbox-ok', 'history-ok'])
    expect(codes).not.toContain(code)
})

test('every finding of the catalogue is found by one of these, in both languages, with a remedy unless all is well', () => {
  const seen = new Set(
    [whole, ...Object.values(broken).map(([, changes]) => ({ ...whole, ...changes }))].flatMap((facts) =>
      examine(facts).map(({ code }) => code),
    ),
  )
  const codes = Object.keys(catalogue) as FindingCode[]
  expect(codes.length).toBeGreaterThan(60)
  expect([...seen].sort()).toEqual([...codes].sort())
  const placeholders = (text: string) => [...text.matchAll(/\{([a-z-]+)\}/g)].map(([, name]) => name).sort()
  for (const code of codes) {
    const { what, why, remedy, state } = known(code)
    for (const text of [what, why]) if (text) expect(placeholders(text.fr), code).toEqual(placeholders(text.en))
    expect(remedy !== undefined, code).toBe(state !== 'ok')
  }
})

test('what is wrong comes last, so that it stands at the prompt', () => {
  const found = examine({
    ...whole,
    ...broken['a disk that fills']![1],
    ...broken['a busy line']![1],
    ...broken['no adapter']![1],
  })
  const states = found.map(({ code }) => known(code).state)
  expect(states.slice(-3)).toEqual(['warning', 'warning', 'wrong'])
  expect(found.slice(-3).map(({ code }) => code)).toEqual(['disk-low', 'line-busy', 'serial-missing'])
})

test('remedies that are commands of ours are commands that there are; pages of the manual, pages', () => {
  const fanal = program(speak('en'), () => Promise.resolve())
  const words = (line: string) =>
    [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  let ours = 0
  for (const code of Object.keys(catalogue) as FindingCode[]) {
    const [runner, ...rest] = words(
      (known(code).remedy ?? '').replaceAll(/\{[a-z-]+\}/g, 'x').replace(/^sudo fanal/, 'fanal'),
    )
    if (runner === 'see')
      expect(existsSync(join(import.meta.dirname, '../..', rest[0]!.replace(/#.*/, ''))), code).toBe(true)
    if (runner !== 'fanal') continue
    ours++
    expect(commandLineMistakes(fanal, rest), code).toEqual([])
  }
  expect(ours).toBeGreaterThan(8)
})
