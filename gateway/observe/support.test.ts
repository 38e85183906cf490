/** No secret, no person, no place comes out of a bundle, wherever it went in; and what helps does. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { parse } from 'yaml'
import type { KnownPoint } from '../local/answers.ts'
import { bundleName, packed, supportParts, type Gathered, type Part } from './support.ts'
import { exampleStatus } from './testing/status.ts'

const demoSite = readFileSync(join(import.meta.dirname, '../demo/site.yaml'), 'utf8')
const made = Temporal.Instant.from('2026-11-25T12:00:00Z')

function point(name: string, quantity: string, value: KnownPoint['value']): KnownPoint {
  const known = { point: name, quantity, unit: '1', at: made.toString(), state: 'good' as const, releases: [] }
  return value === undefined ? known : { ...known, value }
}

const plants = {
  password: 'Tr0ub4dor&3horse',
  urlPassword: 'pl4nted:in/url',
  token: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N',
  latitude: '48.858093',
  longitude: '2.294694',
  serial: '21345678',
  adapter: 'A50285BI',
  email: 'jeanne.dupont@ville.example',
  telephone: '06 12 34 56 78',
  name: 'Jeanne Dupont',
  reason: 'Jeanne Dupont a téléphoné pour la fête',
  account: 'jdupont',
  broker: 'mqtt.secret-city.example',
  user: 'cabinet-user-17',
  recipient: 'Ville de Saint-Exemple',
  title: 'Rue Victor Hugo, côté nord',
  address: '81.2.69.142',
} as const

const site = `
site: armoire-12
tenant: saint-exemple # demander à ${plants.name}
title: ${plants.title}
place: { latitude: ${plants.latitude}, longitude: ${plants.longitude}, time_zone: Europe/Paris }
lines:
  cabinet: { protocol: modbus-rtu, device: /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_${plants.adapter}-if00-port0, serial: 9600 8N1 }
  far: { protocol: modbus-tcp, host: ${plants.address}, port: 502 }
  near: { protocol: modbus-tcp, host: 192.168.7.20, port: 502 }
devices: { feeder: { profile: eastron-sdm630, line: cabinet, unit: 1 } }
uplink: { broker: 'mqtts://${plants.broker}:8883', standby: ['mqtts://second-${plants.broker}:8883'], username: ${plants.user}, password_file: /etc/fanal/${plants.account}.secret }
surprise: { contact: ${plants.email}, text: ${plants.telephone} }
releases:
  energy:
    points: [feeder.power_active]
    purpose: energy_efficiency
    basis: { not-personal: '${plants.name} says so' }
    recipient: { name: ${plants.recipient}, role: controller }
    retention: 3y
`

/** All of it, in the places in which it really turns up. */
function full(): Gathered {
  const status = exampleStatus()
  return {
    made,
    from: 'gateway',
    versions: { fanal: '0.1.0', node: '26.10.0' },
    status: {
      ...status,
      uplink: {
        ...status.uplink,
        broker: `mqtts://${plants.broker}:8883`,
        trouble: {
          code: 'BROKER_NOT_FOUND',
          where: plants.broker,
          detail: `getaddrinfo ENOTFOUND ${plants.broker} ${plants.address}`,
        },
      },
    },
    points: [
      point('feeder.serial_number', 'serial_number', plants.serial),
      point('feeder.power_active', 'power_active', 31_415.9265),
      point('feeder.frequency', 'frequency', 50.02),
    ],
    siteFile: site,
    log: [
      JSON.stringify({
        level: 30,
        event: 'ruling',
        segment: 'north',
        title: plants.title,
        who: plants.account,
        reason: plants.reason,
      }),
      JSON.stringify({ level: 40, event: 'doubt', because: `serial number ${plants.serial} is not the one expected` }),
      JSON.stringify({ level: 50, msg: `mqtts://${plants.user}:${plants.urlPassword}@${plants.broker}:8883 refused` }),
      JSON.stringify({ level: 50, msg: `Authorization: Bearer ${plants.token}`, password: plants.password }),
      JSON.stringify({
        level: 50,
        err: { message: `near ${plants.latitude}, ${plants.longitude}`, stack: plants.jwt },
      }),
      `(node:7) Warning: ${plants.account} of ${plants.recipient} <${plants.email}>, ${plants.telephone}`,
    ],
    audit: [
      JSON.stringify({
        n: 1,
        kind: 'command',
        setpoint: 'north.level',
        value: 60,
        source: { door: 'console', who: plants.account },
        reason: plants.reason,
        prev: '0'.repeat(64),
        hash: '1'.repeat(64),
      }),
      JSON.stringify({ n: 2, kind: 'trust', trust: 'synced', reason: 'synchronised' }),
      JSON.stringify({ n: 3, kind: 'ruling', source: { door: 'program', who: 'program' }, reason: '' }),
    ],
    metrics: 'fanal_uplink_connected 0\nfanal_bus_load_ratio{bus="feeder"} 0.41256\n',
    machine: { kernel: '6.12.0', network: { eth0: 'b8:27:eb:12:34:56' }, free: 1_024 },
    accounts: { technician: 2, administrator: 1 },
    secrets: [plants.password],
  }
}

const text = (parts: readonly Part[]) => parts.map((part) => `${part.name}\n${part.text}`).join('\n')
/** As JSON writes it, too. */
const forms = (plant: string) => [plant, JSON.stringify(plant).slice(1, -1), encodeURIComponent(plant)]

test('nothing that tells of people or places comes out', () => {
  const out = text(supportParts(full()))
  for (const [what, plant] of Object.entries(plants))
    for (const form of forms(plant)) expect(out.includes(form), `${what}: ${form}`).toBe(false)
  for (const word of ['31415', 'saint-exemple', 'pierre.martin', 'marie.curie', 'Durand', '48.858', 'b8:27:eb'])
    expect(out, word).not.toContain(word)
})

test('without redaction all of it comes out, and the bundle says so', () => {
  const parts = supportParts(full(), { redact: false })
  const out = text(parts)
  for (const [what, plant] of Object.entries(plants))
    expect(
      forms(plant).some((form) => out.includes(form)),
      what,
    ).toBe(true)
  expect(parts.find(({ name }) => name === 'REDACTED.txt')?.text).toMatch(/^NOTHING WAS REMOVED[^]+RIEN N’A ÉTÉ RETIRÉ/)
})

test('what helps is still there', () => {
  const parts = new Map(supportParts(full()).map(({ name, text }) => [name, text]))
  const json = (name: string): unknown => JSON.parse(parts.get(name) ?? '')
  expect(json('status.json')).toMatchObject({
    site: 'place-de-la-fontaine',
    lines: {
      yard: { code: 'LINE_DEVICE_MISSING', url: expect.stringContaining('usb-FTDI_FT232R_USB_UART_[serial]-if00') },
    },
    devices: { yard: { profile: 'abb-b23', health: 'dead' } },
    segments: { north: { ruling: { setpoint: 'north.level', level: 60, priority: 'operator' } } },
    uplink: { trouble: { code: 'BROKER_NOT_FOUND', where: '[broker]' } },
    releases: { 'lighting-energy': { waiting: 12 } },
  })
  expect(json('points.json')).toMatchObject([
    { point: 'feeder.serial_number', state: 'good' },
    { point: 'feeder.power_active', state: 'good' },
    { point: 'feeder.frequency', value: 50.02 },
  ])
  expect(json('points.json')).not.toMatchObject([{ value: expect.anything() }, {}, {}])
  expect(parse(parts.get('site.yaml') ?? '')).toMatchObject({
    site: 'armoire-12',
    place: { latitude: '[place]', time_zone: 'Europe/Paris' },
    lines: { near: { host: '192.168.7.20' }, far: { host: '[network]' }, cabinet: { serial: '9600 8N1' } },
    uplink: { broker: 'mqtts://[broker]:8883' },
    releases: { energy: { points: ['feeder.power_active'], recipient: { name: '[person]', role: 'controller' } } },
  })
  expect(parts.get('metrics.txt')).toBe(full().metrics)
  const audit = (parts.get('audit.ndjson') ?? '')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(audit).toMatchObject([
    { kind: 'command', value: 60, source: { door: 'console', who: '[person]' }, reason: '[reason]' },
    { kind: 'trust', reason: 'synchronised' },
    { kind: 'ruling', source: { who: 'program' } },
  ])
  expect(audit[0]).not.toHaveProperty('hash')
  expect(json('accounts.json')).toEqual({ technician: 2, administrator: 1 })
})

test('the list names each thing, where, and why, in both languages', () => {
  const list = supportParts(full()).find(({ name }) => name === 'REDACTED.txt')?.text ?? ''
  for (const line of [
    /^site\.yaml {2}place\.latitude {2}\[place\] {2}×1$/m,
    /^site\.yaml {2}# {2}\[words\]/m,
    /^points\.json {2}serial_number\.value {2}\[serial\]/m,
    /^audit\.ndjson {2}source\.who {2}\[person\]/m,
    /^log\.ndjson {2}password {2}\[secret\]/m,
    / {2}en: reasons of commands/,
    / {2}fr: motifs des commandes/,
  ])
    expect(list).toMatch(line)
})

test('the demo’s own site file is shown but for its words', () => {
  const shown = supportParts({ made, from: 'command', versions: {}, siteFile: demoSite }).find(
    ({ name }) => name === 'site.yaml',
  )?.text
  expect(parse(shown ?? '')).toMatchObject({
    segments: { south: { program: { from: 'sunset + 10m', late: { level: 0, act: '[place]' } }, on_loss: 'on' } },
    releases: {
      'lighting-energy': { basis: 'public-task', treatment: [{ aggregate: { every: '10s' } }, { round: 1 }] },
    },
  })
  for (const word of ['47.2', 'Fontaine', 'Arrêté', 'Ville', 'customer']) expect(shown).not.toContain(word)
})

test('a site file that cannot be read is left out, and that is said', () => {
  const parts = supportParts({
    made,
    from: 'command',
    versions: {},
    siteFile: `{ broken: [\npassword: ${plants.password}`,
  })
  expect(parts.map(({ name }) => name)).toEqual(['about.json', 'REDACTED.txt', 'MANIFEST.json'])
  expect(parts[1]?.text).toContain('site.yaml  *  [words]')
})

/** A text that a person or a program might write, with something in its midst. */
const around = fc.tuple(fc.stringMatching(/^[a-z ,.é]{0,12}$/), fc.stringMatching(/^[a-z ,.é]{0,12}$/))
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{7,20}$/)
const decimal = (most: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: most - 1 }), fc.integer({ min: 10_000, max: 999_999 }))
    .map(([whole, part]) => `${whole}.${part}`)
/** What is planted, and how it is said; the rest of the bundle knows nothing of it. */
const planted = fc.oneof(
  word.map((secret) => [secret, `mqtts://gate:${secret}@broker.example:8883`] as const),
  word.map((secret) => [secret, `password=${secret}`] as const),
  word.map((secret) => [secret, `token: "${secret}"`] as const),
  word.map((secret) => [secret, `Authorization: Bearer ${secret}`] as const),
  word.map((secret) => [secret, `mot de passe : ${secret}`] as const),
  word.map((user) => [`${user}@`, `${user}@mail.example`] as const),
  fc.tuple(decimal(90), decimal(180)).map(([lat, lon]) => [lat, `${lat}, ${lon}`] as const),
  decimal(90).map((lat) => [lat, `latitude=${lat}`] as const),
  fc.integer({ min: 1_000_000, max: 99_999_999 }).map((serial) => [String(serial), `serial number ${serial}`] as const),
)

test('wherever it is planted, in whatever text, it does not come out; and without redaction it does', () => {
  fc.assert(
    fc.property(planted, around, fc.integer({ min: 0, max: 6 }), ([plant, said], [before, after], place) => {
      const words = `${before} ${said} ${after}`
      const status = exampleStatus()
      const { trouble, ...uplink } = status.uplink
      const gathered: Gathered = {
        made,
        from: 'gateway',
        versions: {},
        status: {
          ...status,
          uplink: { ...uplink, trouble: { code: trouble?.code ?? '', where: '', detail: place === 0 ? words : '' } },
          devices: {
            yard: {
              profile: 'abb-b23',
              line: 'yard',
              unit: 2,
              health: 'alive',
              ...(place === 1 ? { doubt: words } : {}),
            },
          },
        },
        log: place === 2 ? [JSON.stringify({ msg: words })] : place === 3 ? [words] : [],
        audit: place === 4 ? [JSON.stringify({ kind: 'command', reason: words })] : [],
        siteFile:
          place === 5 ? `site: x\ntitle: ${JSON.stringify(words)}\n` : `site: x\n# ${place === 6 ? words : ''}\n`,
      }
      expect(text(supportParts(gathered))).not.toContain(plant)
      expect(text(supportParts(gathered, { redact: false }))).toContain(plant)
    }),
    { numRuns: 2_000 },
  )
})

test('what is known as a secret, a name or a serial number is found in any other text, too', () => {
  fc.assert(
    fc.property(
      word,
      fc.constantFrom('secret', 'who', 'serial', 'user', 'recipient'),
      around,
      (plant, what, [before, after]) => {
        const status = exampleStatus()
        const gathered: Gathered = {
          made,
          from: 'command',
          versions: {},
          status:
            what === 'who'
              ? { ...status, presence: { who: plant, since: made.toString(), until: made.toString() } }
              : status,
          points: what === 'serial' ? [point('feeder.serial_number', 'serial_number', plant)] : [],
          siteFile: `uplink: { username: ${what === 'user' ? plant : 'x'} }\nreleases: { a: { recipient: { name: ${what === 'recipient' ? plant : 'x'} } } }`,
          log: [`${before} ${plant} ${after}`, JSON.stringify({ msg: `${before}(${plant})${after}` })],
          secrets: what === 'secret' ? [`${plant}\n`] : [],
        }
        expect(text(supportParts(gathered))).not.toContain(plant)
      },
    ),
    { numRuns: 500 },
  )
})

test('the archive unpacks to the parts, whose hashes are in the manifest', async () => {
  const parts = supportParts(full())
  const archive = await packed(parts, bundleName('armoire-12', made), made)
  const found = new Map<string, string>()
  const unpacking = extract()
  Readable.from([gunzipSync(archive)]).pipe(unpacking)
  for await (const entry of unpacking) {
    let content = ''
    for await (const chunk of entry) content += String(chunk)
    found.set(entry.header.name, content)
  }
  const folder = 'fanal-support-armoire-12-20261125-120000'
  expect([...found.keys()]).toEqual(parts.map(({ name }) => `${folder}/${name}`))
  const manifest = z
    .object({ parts: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })) })
    .parse(JSON.parse(found.get(`${folder}/MANIFEST.json`) ?? ''))
  expect(manifest.parts).toHaveLength(parts.length - 1)
  for (const { name, bytes, sha256 } of manifest.parts) {
    const content = found.get(`${folder}/${name}`) ?? ''
    expect([Buffer.byteLength(content), createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256])
  }
})
