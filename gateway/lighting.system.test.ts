/** The light, end to end: commands over mosquitto seen by mbpoll, gateways that are killed, a clock that says 1970. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { verify } from './control/audit.ts'
import { eventsBetween } from './control/sun.ts'
import { gatewayEvent, type GatewayEvent } from './events.ts'
import { openStreet, writeSite, type Changes, type Street } from './testing/cabinet.ts'
import { finished, ours, Program } from './testing/programs.ts'
import { openRelay, type Relay } from './testing/relay.ts'
import { eventually, Folder } from './testing/surroundings.ts'
import { Mosquitto } from './uplink/testing/mosquitto.ts'

let folder: Folder
let ends: AsyncDisposableStack

beforeEach(() => {
  ends = new AsyncDisposableStack()
  folder = ends.use(new Folder())
})
afterEach(() => ends.disposeAsync())

/** The gateway alone, without `fanal up`, its wall clock put to a moment in the street of the demo. */
async function startGateway(
  site: string,
  { at, env = {} }: { at?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Program> {
  const there = at === undefined ? undefined : Temporal.PlainDateTime.from(at).toZonedDateTime('Europe/Paris')
  const offsetMs = there === undefined ? 0 : there.epochMilliseconds - systemClock.now().epochMilliseconds
  const args = ['--site', site, '--state', folder.file('state'), `--clock-offset-ms=${offsetMs}`]
  const gateway = ends.use(ours('gateway/main.ts', args, env))
  await gateway.said(/"event":"running"/)
  return gateway
}

function told<Kind extends GatewayEvent['event']>(
  gateway: Program,
  kind: Kind,
): Extract<GatewayEvent, { event: Kind }>[] {
  return gateway.out
    .map((line) => gatewayEvent.parse(JSON.parse(line)))
    .filter((event): event is Extract<GatewayEvent, { event: Kind }> => event.event === kind)
}

/** What another implementation reads in a holding register (mbpoll counts from 1). */
async function mbpoll(port: number, address: number): Promise<number> {
  const { out } = await finished(
    new Program('mbpoll', [
      '-m',
      'tcp',
      '-a',
      '1',
      '-p',
      `${port}`,
      '-t',
      '4',
      '-r',
      `${address + 1}`,
      '-1',
      '127.0.0.1',
    ]),
  )
  return Number(out.map((line) => /^\[\d+\]:\s+(\d+)/.exec(line)?.[1]).find((value) => value !== undefined))
}

const gear = (short: number) => 100 * short + 6
const branch = 'fanal/demo/place-de-la-fontaine'
const north = gear(0)

/** The demo's street with lamps that follow at once, so that a test need not wait for ramps. */
const brisk: Changes = {
  'segments.north.slew': '50/s',
  'segments.south.slew': '50/s',
  'polling.normal': '1s',
  'polling.slow': '2s',
}
const atNight = '2026-12-21T20:00:00'

describe('with the demo’s street and mosquitto', () => {
  let street: Street
  let broker: Mosquitto
  let answers: Program

  beforeEach(async () => {
    street = ends.use(await openStreet())
    broker = ends.use(await Mosquitto.start({ folder: folder.path }))
    answers = ends.use(
      new Program('mosquitto_sub', ['-V', '5', '-p', `${broker.port}`, '-q', '1', '-t', `${branch}/answer/#`, '-v']),
    )
  })

  const site = (changes: Changes = {}) =>
    writeSite(folder.file('site.yaml'), street, {
      ...brisk,
      'uplink.broker': `mqtt://127.0.0.1:${broker.port}`,
      ...changes,
    })
  const publish = async (command: object | string, options: readonly string[] = [], segment = 'north') => {
    const payload = typeof command === 'string' ? command : JSON.stringify(command)
    const args = ['-V', '5', '-p', `${broker.port}`, '-q', '1', '-t', `${branch}/command/${segment}`, '-m', payload]
    await finished(new Program('mosquitto_pub', [...args, ...options]))
  }
  const expiring = ['-D', 'publish', 'message-expiry-interval', '60']
  let nonces = 0
  const command = (differing: object = {}) => ({
    v: 1,
    value: 60,
    lease: '8s',
    reason: 'night market',
    who: 'a test',
    nonce: `system-test-${nonces++}`,
    ...differing,
  })
  const level = () => mbpoll(street.ports.lamps, north)
  const reached = (wanted: number) => eventually(async () => expect(await level()).toBe(wanted))
  const connected = (gateway: Program) => gateway.said(/"event":"connected"/)

  test('mosquitto_pub dims a segment, mbpoll sees the level, and it returns at the lease’s end', async () => {
    const gateway = await startGateway(site(), { at: atNight })
    await connected(gateway)
    await reached(100)
    const sentMs = systemClock.monotonicMs()
    await publish(command(), [...expiring, '-D', 'publish', 'response-topic', `${branch}/answer/here`])
    await reached(60)
    const dimmedMs = systemClock.monotonicMs() - sentMs
    await reached(100)
    const backMs = systemClock.monotonicMs() - sentMs
    const said = answers.out.map((line) => line.split(' ')[0])
    expect(new Set(said)).toEqual(new Set([`${branch}/answer/here`]))
    expect(answers.out[0]).toContain('"verdict":"accepted"')
    expect(answers.out.join()).toMatch(/"verdict":"(applied|unconfirmed)"/)
    expect(backMs).toBeGreaterThan(8_000)
    expect(backMs).toBeLessThan(14_000)
    console.log(`dimmed after ${Math.round(dimmedMs)} ms, back after ${Math.round(backMs)} ms of a lease of 8 s`)
  })

  test('bad orders are answered with a code, audited, and change nothing', async () => {
    const gateway = await startGateway(site(), { at: atNight })
    await connected(gateway)
    await reached(100)
    const late = '2026-12-21T18:00:00Z'
    const again = command({ lease: '1s', value: 100 })
    const cases: [code: string, send: () => Promise<void>][] = [
      ['COMMAND_LATE', () => publish(command({ notAfter: late }))],
      ['COMMAND_RETAINED', () => publish(command(), [...expiring, '-r'])],
      ['COMMAND_UNBOUNDED', () => publish(command({ lease: undefined }), expiring)],
      ['COMMAND_UNBOUNDED', () => publish(command())],
      ['COMMAND_OUT_OF_LIMITS', () => publish(command({ value: 130 }), expiring)],
      ['COMMAND_BELOW_FLOOR', () => publish(command({ value: 5 }), expiring)],
      ['COMMAND_WRONG_TYPE', () => publish(command({ value: 'half' }), expiring)],
      ['COMMAND_UNKNOWN_SETPOINT', () => publish(command(), expiring, 'west')],
      ['COMMAND_MALFORMED', () => publish('{"v":1', expiring)],
      [
        'COMMAND_REPLAYED',
        async () => {
          await publish(again, expiring)
          await publish(again, expiring)
        },
      ],
    ]
    for (const [code, send] of cases) {
      await send()
      await answers.said(new RegExp(code))
    }
    expect(await level()).toBe(100)
    await gateway.end()
    const audit = readFileSync(folder.file('state/audit.ndjson'), 'utf8').trim().split('\n')
    expect(verify(audit)).toMatchObject({ ok: true, n: audit.length })
    const refused = audit.flatMap((line) => {
      const { kind, code } = JSON.parse(line) as { kind: string; code?: string }
      return kind === 'refused' ? [code] : []
    })
    expect(refused).toEqual(cases.map(([code]) => code))
    // A retained command is refused again at each connection, and still changes nothing.
    const second = await startGateway(site(), { at: atNight })
    await connected(second)
    await eventually(() => expect(answers.out.filter((line) => line.includes('COMMAND_RETAINED'))).toHaveLength(2))
    expect(await level()).toBe(100)
  })

  test('killed at full: the lamps stay, and a start writes nothing', async () => {
    const gateway = await startGateway(site(), { at: atNight })
    await reached(100)
    await gateway.end('SIGKILL')
    expect(await level()).toBe(100)
    const again = await startGateway(site(), { at: '2026-12-21T20:05:00' })
    await eventually(() => expect(told(again, 'ruling')).toHaveLength(2))
    await again.said(/"device":"lamps"/)
    await settled()
    await again.end()
    expect(await level()).toBe(100)
    expect(writesOf('lamps.group_0_level').slice(writesBefore(2))).toEqual([])
  })

  test('killed in a ramp: the lamps stay where they were, and the start brings them on', async () => {
    const slow = site({ 'segments.north.slew': '5/s' })
    const gateway = await startGateway(slow, { at: atNight })
    await eventually(async () => expect(await level()).toBeGreaterThan(20))
    await gateway.end('SIGKILL')
    await settled()
    const stopped = await level()
    expect(stopped).toBeGreaterThan(20)
    expect(stopped).toBeLessThan(95)
    await startGateway(slow, { at: '2026-12-21T20:05:00' })
    await reached(100)
  })

  test('killed before dusk: after the start at night the lamps are lit', async () => {
    const gateway = await startGateway(site(), { at: '2026-12-21T16:30:00' })
    await eventually(() => expect(told(gateway, 'ruling')).toHaveLength(2))
    await gateway.end('SIGKILL')
    expect(await level()).toBe(0)
    await startGateway(site(), { at: '2026-12-21T17:30:00' })
    await reached(100)
  })

  test('dusk falls: the lamps come on by themselves', async () => {
    const noon = Temporal.Instant.from('2026-12-21T11:00:00Z')
    const [sunset] = eventsBetween({ latitude: 47.2, longitude: 2.4 }, 'sunset', noon, noon.add({ hours: 12 }))
    const shortlyBefore = sunset?.subtract({ seconds: 8 }).toZonedDateTimeISO('Europe/Paris').toPlainDateTime()
    const gateway = await startGateway(site(), { at: String(shortlyBefore) })
    await eventually(() => expect(told(gateway, 'ruling')).toHaveLength(2))
    expect(told(gateway, 'ruling').find(({ segment }) => segment === 'north')?.level).toBe(0)
    await reached(100)
    expect(told(gateway, 'ruling').at(-1)).toMatchObject({ segment: 'north', level: 100, ground: 'evening' })
  })

  test('1970 at boot: lit, whatever the hour', async () => {
    const file = site()
    // Nobody vouches for this machine's clock.
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^clock:.*$\n/m, ''))
    expect(readFileSync(file, 'utf8')).not.toMatch(/^clock:/m)
    const library = ['x86_64', 'aarch64']
      .map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketime.so.1`)
      .find(existsSync)
    const gateway = await startGateway(file, {
      env: {
        LD_PRELOAD: library ?? 'libfaketime is not installed',
        FAKETIME: '@1970-01-01 12:00:00',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    })
    await reached(100)
    expect(told(gateway, 'time')).toEqual([{ event: 'time', trust: 'unknown', reason: 'before-floor' }])
    expect(told(gateway, 'ruling').map(({ ground }) => ground)).toEqual(['no-trusted-time', 'no-trusted-time'])
    expect(await mbpoll(street.ports.lamps, gear(6))).toBe(100)
  })

  /** Long enough for the first polls and whatever would be written after them. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 4_000))
  const auditLines = () =>
    readFileSync(folder.file('state/audit.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; setpoint?: string; value?: number })
  const writesOf = (setpoint: string) =>
    auditLines().filter(({ kind, setpoint: of }) => kind === 'write' && of === setpoint)
  /** How many of them came before the start of this number. */
  const writesBefore = (start: number) => {
    let starts = 0
    return auditLines().filter(({ kind, setpoint }) => {
      if (kind === 'start') starts++
      return starts < start && kind === 'write' && setpoint === 'lamps.group_0_level'
    }).length
  }
})

describe('with a relay board that has a timeout of its own', () => {
  let relay: Relay

  beforeEach(async () => {
    relay = ends.use(await openRelay())
  })

  const site = () => {
    const file = folder.file('relay.yaml')
    writeFileSync(
      file,
      `site: rue-haute
tenant: demo
lines:
  cabinet: { protocol: modbus-tcp, host: 127.0.0.1, port: ${relay.port} }
devices:
  relay: { profile: wiren-board-wb-mr6c, line: cabinet, unit: 1 }
polling: { fast: 500ms, slow: 2s }
place: { latitude: 47.2, longitude: 2.4, time_zone: Europe/Paris }
clock: { trusted: the test puts it where it wants }
segments:
  north:
    setpoints: [relay.k1]
    program: { from: sunset, until: sunrise, level: 100 }
    floor: 100
    on_loss: program
uplink: { broker: 'mqtt://127.0.0.1:9' }
releases: {}
`,
    )
    return file
  }
  const first = () => relay.outputs[0]

  test('killed at dusk, the lamps dark: within its timeout the board lights them, and the start leaves them so', async () => {
    const gateway = await startGateway(site(), { at: '2026-12-21T16:58:00' })
    await gateway.said(/"event":"armed"/)
    expect(told(gateway, 'armed')).toEqual([{ event: 'armed', device: 'relay' }])
    expect(relay.writes).toContain('holding/8=10')
    expect(first()).toBe(false)
    await gateway.end('SIGKILL')
    const killedMs = systemClock.monotonicMs()
    await eventually(() => expect(first()).toBe(true))
    const litMs = systemClock.monotonicMs() - killedMs
    expect(litMs).toBeLessThan(11_500)
    console.log(`lit ${Math.round(litMs)} ms after the kill, with a timeout of 10 s`)
    const before = relay.writes.length
    const again = await startGateway(site(), { at: '2026-12-21T17:10:00' })
    await again.said(/"event":"armed"/)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(first()).toBe(true)
    // It reads back, compares, and finds nothing to write.
    expect(relay.writes.slice(before)).toEqual([])
  })

  test('an orderly restart leaves the lamps as they are, and switches nothing', async () => {
    const gateway = await startGateway(site(), { at: atNight })
    await eventually(() => expect(first()).toBe(true))
    await gateway.said(/"event":"armed"/)
    await gateway.end()
    expect(gateway.out.at(-1)).toContain('"event":"stopped"')
    expect(first()).toBe(true)
    const before = relay.writes.length
    const again = await startGateway(site(), { at: '2026-12-21T20:01:00' })
    await again.said(/"event":"armed"/)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(relay.writes.slice(before)).toEqual([])
    expect(first()).toBe(true)
  })

  test('a board that forgets is told again', async () => {
    await startGateway(site(), { at: atNight })
    await eventually(() => expect(first()).toBe(true))
    const board = relay.outputs as boolean[]
    board[0] = false // somebody has pressed its button
    await eventually(() => expect(first()).toBe(true))
  })
})
