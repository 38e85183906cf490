/** The whole gateway, as processes: the demo's meters, Debian's mosquitto, the reference recipient, Wireshark's eyes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { status } from './local/answers.ts'
import { Capture, pairs } from './testing/capture.ts'
import { Gateway, openStreet, siteText, writeSite, type Changes, type Street } from './testing/cabinet.ts'
import { City, whole } from './testing/city.ts'
import { fanal, finished, Program } from './testing/programs.ts'
import { eventually, Folder, pseudoTerminal } from './testing/surroundings.ts'
import { makeAuthority, type Authority, type Certificate } from './uplink/testing/authority.ts'
import { Mosquitto } from './uplink/testing/mosquitto.ts'

const site = 'place-de-la-fontaine'
const durable = 'lighting-energy'
const bestEffort = ['grid-frequency', 'street-light', 'supply-quality']

/** The demo's site in a hurry. */
const hasty: Changes = {
  'polling.fast': '500ms',
  'polling.normal': '1s',
  'polling.slow': '2s',
  [`releases.${durable}.treatment`]: [{ aggregate: { every: '1s', of: ['mean', 'max', 'last'] } }, { round: 1 }],
  'releases.supply-quality.treatment': [{ aggregate: { every: '1s', of: ['min', 'max'] } }],
  'releases.supply-quality.delivery': { 'best-effort': '5s' },
  'releases.grid-frequency.delivery': { 'best-effort': '5s' },
  'releases.street-light.delivery': { 'best-effort': '5s' },
}

let folder: Folder
let ends: AsyncDisposableStack
let street: Street

beforeEach(async () => {
  ends = new AsyncDisposableStack()
  folder = ends.use(new Folder())
  street = ends.use(await openStreet())
})
afterEach(() => ends.disposeAsync())

async function startGateway(changes: Changes = {}): Promise<Gateway> {
  const file = writeSite(folder.file('site.yaml'), street, { ...hasty, ...changes })
  return ends.use(await Gateway.start(file, folder.file('state')))
}

const startCity = async (broker: string, letters?: readonly string[]) =>
  ends.use(await City.start(broker, folder.file('city.db'), letters))

/** Resolves when nothing waits and the recipient has confirmed all; the last number of each release. */
function allReceipted(gateway: Gateway): Promise<Record<string, number>> {
  return eventually(async () => {
    const releases = Object.entries((await gateway.status()).releases)
    expect(releases).toHaveLength(4)
    for (const [, { last, waiting, receipt }] of releases)
      expect({ waiting, receipt }).toEqual({ waiting: 0, receipt: last })
    return Object.fromEntries(releases.map(([name, { last }]) => [name, last]))
  })
}

/**
 * Nothing durable is missing in the recipient's books, and of the others each number is there or was told not to come; none
 * came twice. The gateway must have stopped, having given the numbers up to `last`.
 */
async function nothingMissing(city: City, last: Readonly<Record<string, number>>): Promise<void> {
  const books = await city.end()
  expect(Object.keys(books).sort()).toEqual([...bestEffort, durable].sort())
  const told = Object.entries(books).map(([release, book]) => {
    const numbers = city.records(release).map(({ seq }) => seq)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(whole(book)).toBeGreaterThanOrEqual(last[release] ?? Infinity)
    expect(whole(book)).toBeGreaterThanOrEqual(Math.max(...numbers))
    if (release === durable) expect(book).toEqual({ held: [[1, numbers.length]], declared: [] })
    return `${release} 1 to ${whole(book)}, ${whole(book) - numbers.length} of them declared not to come`
  })
  const [duplicates, replays] = [city.told('duplicate').length, city.told('replay-asked').length]
  console.log(`${told.join('; ')}; ${duplicates} duplicates dropped, ${replays} replays asked`)
}

describe('with mosquitto: MQTT 5, TLS, certificates, one access rule for gateways', () => {
  let authority: Authority
  let broker: Mosquitto
  let url: string
  let changes: Changes

  beforeEach(async () => {
    authority = makeAuthority(folder.path, 'authority')
    const tls = { ...authority.issue('broker', { names: 'DNS:localhost' }), ca: authority.ca }
    const acl = [
      'pattern readwrite fanal/demo/%u/#',
      'user city',
      ...['read fanal/demo/+/r/+', 'read fanal/demo/+/h/+', 'read fanal/demo/+/state'].map((rule) => `topic ${rule}`),
      ...['write fanal/demo/+/receipt/+', 'write fanal/demo/+/replay/+'].map((rule) => `topic ${rule}`),
      'user auditor',
      'topic read #',
    ]
    broker = ends.use(await Mosquitto.start({ folder: folder.path, tls, acl }))
    url = `mqtts://localhost:${broker.port}`
    changes = { 'uplink.broker': url, 'uplink.tls': { ca: authority.ca, ...authority.issue(site) } }
  })

  const startCityHere = () => {
    const { certificate, key } = authority.issue('city')
    return startCity(url, ['--ca', authority.ca, '--cert', certificate, '--key', key])
  }

  /** One of mosquitto's own, whose lines come one by one though it is on no terminal. */
  const client = (program: string, { certificate, key }: Certificate, ...words: string[]) => {
    const tls = ['--cafile', authority.ca, '--cert', certificate, '--key', key]
    const place = ['-h', 'localhost', '-p', String(broker.port), '-V', '5', '-q', '1']
    return new Program('stdbuf', ['-oL', program, ...place, ...tls, ...words])
  }
  const subscriber = async (name: string) => {
    const listening = ends.use(client('mosquitto_sub', authority.issue(name), '-t', '#', '-d', '-F', 'heard %t'))
    await listening.said(/received SUBACK/)
    return { heard: () => listening.out.filter((line) => line.startsWith('heard ')).map((line) => line.slice(6)) }
  }

  test('what is declared arrives, and nothing else; receipts come back', async () => {
    const passerBy = await subscriber('passer-by')
    const auditor = await subscriber('auditor')
    const city = await startCityHere()
    const gateway = await startGateway(changes)
    await eventually(() => {
      for (const release of [durable, ...bestEffort]) expect(city.records(release).length).toBeGreaterThan(3)
    })
    await allReceipted(gateway)
    expect(gateway.told('connected')).toMatchObject([{ broker: url, protocol: 'MQTT 5' }])
    const left = gateway.told('left').map(({ release }) => release)
    expect(left.sort()).toEqual([...bestEffort, durable].sort())
    expect(gateway.told('receipt')).toContainEqual(expect.objectContaining({ release: durable }))
    expect(gateway.told('uplink')).toEqual([])

    const sent = (release: string) => [...new Set(city.records(release).flatMap(({ record }) => Object.keys(record.p)))]
    const voltages = ['feeder', 'yard'].flatMap((meter) => [1, 2, 3].map((phase) => `${meter}.voltage_l${phase}`))
    const series = (points: string[], statistics: string[]) =>
      points.flatMap((point) => statistics.map((statistic) => `${point}.${statistic}`)).sort()
    expect(sent(durable).sort()).toEqual(
      series(['feeder.power_active', 'feeder.energy_active_import'], ['mean', 'max', 'last']),
    )
    expect(sent('supply-quality').sort()).toEqual(series([...voltages, 'feeder.frequency'], ['min', 'max']))
    expect(sent('grid-frequency')).toEqual(['feeder.frequency'])

    const { exit, out } = await finished(fanal(['status', '--state', gateway.state, '--json']))
    expect(exit).toBe(0)
    const told = status.parse(JSON.parse(out.join('')))
    expect(told).toMatchObject({ site, uplink: { connected: true, protocol: '5', refused: 0, refusing: {} } })
    const atHome = (await gateway.points()).filter(({ releases }) => releases.length === 0)
    // Two points of each segment stay home besides, which no device has.
    expect(told.home).toBe(atHome.length + 2 * Object.keys(told.segments).length)
    expect(atHome.length).toBeGreaterThan(40)

    const topics = ['r', 'receipt'].flatMap((kind) => [durable, ...bestEffort].map((release) => `${kind}/${release}`))
    const branch = ['meta', 'state', ...topics].map((topic) => `fanal/demo/${site}/${topic}`)
    // What waited for the first connection comes on topics of its own.
    const live = auditor.heard().filter((topic) => !topic.startsWith(`fanal/demo/${site}/h/`))
    expect([...new Set(live)].sort()).toEqual(branch.sort())
    expect(passerBy.heard()).toEqual([])
    console.log(
      `${city.told('record').length} records, ${auditor.heard().length} messages seen, ${passerBy.heard().length} by the passer-by`,
    )
  })

  test('a gateway’s certificate opens its own branch only', async () => {
    const auditor = await subscriber('auditor')
    const cabinet = authority.issue(site)
    const publish = (topic: string) => finished(client('mosquitto_pub', cabinet, '-t', topic, '-m', 'hello'))
    const elsewhere = ['fanal/demo/rue-haute/r/x', 'fanal/other/place-de-la-fontaine/r/x', 'fanal/demo', 'x']
    for (const topic of elsewhere) expect((await publish(topic)).err.join()).toContain('Not authorized')
    expect((await publish(`fanal/demo/${site}/r/x`)).err).toEqual([])
    await eventually(() => expect(auditor.heard()).toEqual([`fanal/demo/${site}/r/x`]))
  })

  test('the broker is killed, again and again: every number is at the recipient exactly once', async () => {
    const city = await startCityHere()
    const gateway = await startGateway(changes)
    const rounds = 2
    for (let round = 1; round <= rounds; round++) {
      const before = city.records(durable).length
      await eventually(() => expect(city.records(durable).length).toBeGreaterThan(before + 1))
      await broker.kill()
      const { last } = (await gateway.status()).releases[durable] ?? expect.fail()
      await eventually(async () => expect((await gateway.status()).releases[durable]?.last).toBeGreaterThan(last + 1))
      await broker.restart()
      await eventually(() => expect(gateway.told('connected')).toHaveLength(round + 1), 60_000)
      await eventually(() => expect(city.told('connected')).toHaveLength(round + 1), 60_000)
    }
    const last = await allReceipted(gateway)
    const { lines } = await gateway.status()
    await gateway[Symbol.asyncDispose]()
    await nothingMissing(city, last)
    for (const { missed, timeouts } of Object.values(lines))
      expect({ missed, timeouts }).toEqual({ missed: 0, timeouts: 0 })
  })

  test('the gateway is killed while records wait, again and again: numbers go on, and nothing durable is missing', async () => {
    const city = await startCityHere()
    let gateway = await startGateway(changes)
    const id = (await gateway.status()).outbox?.id
    for (let boot = 1; boot <= 3; boot++) {
      const ofThisBoot = () => city.records(durable).filter((record) => record.boot === boot)
      await eventually(() => expect(ofThisBoot().length).toBeGreaterThan(1), 60_000)
      if (boot === 3) break
      await broker.kill()
      const { last } = await eventually(async () => {
        const release = (await gateway.status()).releases[durable]
        expect(release?.waiting).toBeGreaterThan(1)
        return release ?? expect.fail()
      })
      await gateway.kill()
      await broker.restart()
      gateway = await startGateway(changes)
      const { outbox, releases } = await gateway.status()
      expect(outbox).toEqual({ id, boot: boot + 1 })
      expect(releases[durable]?.last).toBeGreaterThanOrEqual(last)
    }
    const last = await allReceipted(gateway)
    await gateway[Symbol.asyncDispose]()
    await nothingMissing(city, last)
    const records = city.records(durable).sort((a, b) => a.seq - b.seq)
    expect(records.map(({ boot }) => boot)).toEqual(records.map(({ boot }) => boot).sort((a, b) => a - b))
  })
})

test('Wireshark finds nothing malformed, and no question without its answer', async () => {
  const mosquitto = ends.use(await Mosquitto.start({ folder: folder.path }))
  const { feeder, yard, broker: aedes } = street.ports
  const decoding = { [feeder]: 'mbtcp', [yard]: 'mbrtu', [aedes]: 'mqtt', [mosquitto.port]: 'mqtt' } as const
  const capture = ends.use(await Capture.start(folder.file('loopback.pcapng'), decoding))
  const gateways = await Promise.all(
    [aedes, mosquitto.port].map(async (port) => {
      const changes = { ...hasty, 'uplink.broker': `mqtt://127.0.0.1:${port}` }
      const file = writeSite(folder.file(`${port}.yaml`), street, changes)
      return ends.use(await Gateway.start(file, folder.file(String(port))))
    }),
  )
  for (const gateway of gateways)
    await eventually(async () => expect((await gateway.status()).uplink.published).toBeGreaterThan(15))
  expect(gateways.flatMap((gateway) => gateway.told('connected')).map(({ protocol }) => protocol)).toEqual([
    'MQTT 3.1.1',
    'MQTT 5',
  ])
  for (const gateway of gateways) await gateway[Symbol.asyncDispose]()
  const frames = await capture.frames()

  const talks = Map.groupBy(frames, ({ stream }) => stream)
  const mqtt = (port: number, version: string) =>
    [...talks.values()].filter(
      ([connect]) => connect?.to === String(port) && connect.mqtt === '1' && connect.version === version,
    )
  const modbus = (port: number) =>
    [...talks.values()].filter(([first]) => first?.to === String(port) && first.function !== '')
  const counts = {
    modbusTcp: modbus(feeder).flat().length,
    modbusRtu: modbus(yard).flat().length,
    mqtt311: mqtt(aedes, '4').flat().length,
    mqtt5: mqtt(mosquitto.port, '5').flat().length,
  }
  console.log(`frames examined: ${JSON.stringify(counts)}`)
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(20)

  // Asked in MQTT 5, aedes says in the form of MQTT 3.1.1 that it does not speak it.
  const refusals = mqtt(aedes, '5').map(([, answer]) => answer?.number)
  expect(refusals).toHaveLength(1)
  expect(frames.filter(({ malformed }) => malformed !== '').map(({ number }) => number)).toEqual(refusals)
  expect(Object.values(counts).reduce((sum, count) => sum + count) + 2 * refusals.length).toBe(frames.length)

  const asked = [...modbus(feeder), ...modbus(yard)].map(pairs)
  const { length } = asked.flat()
  console.log(`${length} questions and answers in ${asked.length} connections`)
  expect(asked).toHaveLength(4)
  expect(length).toBeGreaterThan(40)
})

describe('bad surroundings', () => {
  test('the broker is not there: told once, polling goes on, and all arrives when it comes', async () => {
    const broker = ends.use(await Mosquitto.start({ folder: folder.path }))
    const url = `mqtt://127.0.0.1:${broker.port}`
    await broker.kill()
    const gateway = await startGateway({ 'uplink.broker': url })
    await eventually(() => expect(gateway.told('uplink')).toMatchObject([{ code: 'BROKER_UNREACHABLE' }]))
    await eventually(async () => {
      const { lines, releases } = await gateway.status()
      expect(releases[durable]?.waiting).toBeGreaterThan(2)
      for (const { polls, missed, timeouts } of Object.values(lines)) {
        expect(polls).toBeGreaterThan(10)
        expect({ missed, timeouts }).toEqual({ missed: 0, timeouts: 0 })
      }
    })
    await broker.restart()
    await eventually(() => expect(gateway.told('connected')).toHaveLength(1), 60_000)
    const city = await startCity(url)
    const last = await allReceipted(gateway)
    expect(gateway.told('uplink')).toHaveLength(1)
    await gateway[Symbol.asyncDispose]()
    await nothingMissing(city, last)
  })

  test('a serial device that is not there: told once, the other line goes on', async () => {
    const device = folder.file('no-such-device')
    const gateway = await startGateway({ 'lines.yard': { protocol: 'modbus-rtu', device, serial: '9600 8E1' } })
    await eventually(async () => {
      const { feeder, yard } = (await gateway.status()).lines
      expect(feeder?.polls).toBeGreaterThan(10)
      expect(feeder).toMatchObject({ missed: 0, timeouts: 0 })
      expect(yard).toMatchObject({ code: 'LINE_DEVICE_MISSING', requests: 0 })
    })
    for (const { point, state, reason } of await gateway.points())
      expect(point.startsWith('yard.') ? reason : state).toBe(point.startsWith('yard.') ? 'line-down' : 'good')
    expect(gateway.told('line')).toEqual([
      { event: 'line', line: 'yard', url: `modbus-rtu://${device}`, code: 'LINE_DEVICE_MISSING' },
    ])
  })

  test('a serial device that vanishes and comes back: bad meanwhile, and good again; the other line notices nothing', async () => {
    const device = folder.file('adapter')
    const plugIn = async () => ends.use(await pseudoTerminal(device, `tcp:127.0.0.1:${street.ports.yard}`))
    const adapter = await plugIn()
    const gateway = await startGateway({ 'lines.yard': { protocol: 'modbus-rtu', device, serial: '38400 8E1' } })
    await gateway.begun()
    const seen = new Map<string, string[]>()
    const enough = new AbortController()
    ends.defer(() => enough.abort())
    const watching = gateway.watch(({ point, state, reason = '' }) => {
      const states = seen.get(point) ?? []
      const now = `${state} ${reason}`.trim()
      if (states.at(-1) !== now) seen.set(point, [...states, now])
    }, enough.signal)
    const lastOf = (point: string) => seen.get(point)?.at(-1)
    await eventually(() => expect(lastOf('yard.frequency')).toBe('good'))
    await adapter.end()
    await eventually(() => expect(lastOf('yard.frequency')).toBe('bad line-down'))
    await eventually(() => expect(lastOf('yard.energy_active_import')).toBe('bad line-down'))
    await plugIn()
    await eventually(() => expect(lastOf('yard.frequency')).toBe('good'))
    await eventually(() => expect(lastOf('yard.energy_active_import')).toBe('good'))
    enough.abort()
    await watching
    const states = { others: new Set<string>(), yard: new Set<string>() }
    // The unit that was being asked when its line broke is let rest for its worst response once the line is back.
    const unrested = (each: readonly string[]) => each.filter((state) => state !== 'bad no-answer').join(', ')
    for (const [point, each] of seen) states[point.startsWith('yard.') ? 'yard' : 'others'].add(unrested(each))
    const codes = gateway.told('line').map(({ code = 'back' }) => code)
    console.log(`${seen.size} points seen; line events: ${codes.join(', ')}`)
    expect([...states.others]).toEqual(['good'])
    expect([...states.yard].sort()).toEqual(['bad absent, bad line-down, bad absent', 'good, bad line-down, good'])
    expect(gateway.told('line').at(-1)).toEqual({ event: 'line', line: 'yard', url: `modbus-rtu://${device}` })
    const { feeder, yard } = (await gateway.status()).lines
    expect(feeder).toMatchObject({ missed: 0, timeouts: 0, garbled: 0 })
    expect(yard).toMatchObject({ garbled: 0, foreign: 0, late: 0 })
    expect(gateway.told('device').filter(({ health }) => health === 'dead')).toEqual([])
  })

  const up = (file: string, state = folder.file('state')) => finished(fanal(['up', file, '--state', state, '--json']))
  const refused = (out: readonly string[]) =>
    out.map((line) => JSON.parse(line) as { event: string; code: string; mistakes?: unknown[] })

  test('a wrong site file: every mistake, exit 3, nothing started', async () => {
    const good = siteText(street)
    const wrong = [
      [
        good
          .replace('eastron-sdm630', 'eastron-sdm360')
          .replace('purpose: inform', 'purpose: infrom')
          .replace('line: yard', 'line: yrad'),
        'SITE_WRONG',
        3,
      ],
      ['', 'SITE_WRONG', 1],
      [good.slice(0, good.indexOf('releases:')), 'SITE_WRONG', 1],
    ] as const
    for (const [text, code, mistakes] of wrong) {
      const file = folder.file('wrong.yaml')
      writeFileSync(file, text)
      const { exit, out } = await up(file)
      expect(exit).toBe(3)
      const [only, ...more] = refused(out)
      expect(only).toMatchObject({ event: 'refused', code })
      expect(only?.mistakes).toHaveLength(mistakes)
      expect(more).toEqual([])
      expect(existsSync(folder.file('state'))).toBe(false)
    }
  })

  test('a running gateway keeps what it has, and its folder for itself', async () => {
    const gateway = await startGateway()
    const file = folder.file('site.yaml')
    const good = readFileSync(file, 'utf8')
    const before = await gateway.status()

    expect(await up(file)).toMatchObject({ exit: 1 })
    expect(refused((await up(file)).out)).toMatchObject([{ event: 'refused', code: 'STATE_IN_USE' }])
    writeFileSync(file, good.slice(0, good.length / 2))
    expect(await up(file)).toMatchObject({ exit: 3 })
    writeFileSync(file, '')
    expect(await up(file)).toMatchObject({ exit: 3 })

    await eventually(async () => {
      const { started, pid, lines } = await gateway.status()
      expect({ started, pid }).toEqual({ started: before.started, pid: before.pid })
      expect(lines['feeder']?.polls).toBeGreaterThan((before.lines['feeder']?.polls ?? 0) + 3)
    })
    expect(readFileSync(folder.file('state/last-good.yaml'), 'utf8')).toBe(good)
    expect(gateway.events().map(({ event }) => event)).not.toContain('refused')

    await gateway[Symbol.asyncDispose]()
    writeFileSync(file, good.slice(0, good.indexOf('  # The frequency as it is read')))
    const { exit, out } = await up(file)
    expect({ exit, told: refused(out) }).toMatchObject({
      exit: 3,
      told: [{ event: 'refused', code: 'SITE_CUT_SHORT' }],
    })
    expect(readFileSync(folder.file('state/last-good.yaml'), 'utf8')).toBe(good)
  })
})
