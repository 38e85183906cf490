/** Sites that a line cannot carry, and what they are told to change: whoever does so has a site that fits. */
import { expect, test } from 'vitest'
import { typeset } from '../drivers/french.ts'
import { profileSchema } from '../drivers/profile.ts'
import { milliseconds } from '../drivers/schema.ts'
import type { Profiles } from './contradictions.ts'
import { planSite } from './plan.ts'

const meter = (id: string, modbus: object, points = 40) =>
  profileSchema.parse({
    id,
    ...{ maker: 'Acme', model: id, kind: 'energy_meter', grade: 'drafted' },
    source: 'an invented device, for this test only',
    modbus: { order: 'ABCD', timeout: '1s', worst_response: '2s', turn_around: '10ms', ...modbus },
    identify: { point: 'p0', range: [0, 1] },
    points: Object.fromEntries(
      Array.from({ length: points }, (_, index) => [
        `p${index}`,
        { at: `input/${index * 2}`, as: 'f32', quantity: 'voltage', poll: index < points / 2 ? 'fast' : 'normal' },
      ]),
    ),
  })

const both = { serial: ['9600 8N1', '19200 8N1', '38400 8N1'] }
const all = [
  meter('acme-both', both),
  meter('acme-slow', { serial: ['9600 8N1'] }),
  meter('acme-patient', { ...both, pause: '200ms' }),
  meter('acme-unsaid', { ...both, turn_around: undefined }, 1),
]
const profiles: Profiles = { ids: all.map(({ id }) => id), profile: (id) => all.find((each) => each.id === id) }

interface Given {
  readonly devices?: readonly string[]
  readonly polling?: string
  readonly serial?: string
  readonly line?: string
  readonly more?: string
}

/** A device for each profile named, on one line. */
function site({ devices = ['acme-both'], polling = '{}', serial = '9600 8N1', line, more = '' }: Given): string {
  const cabinet = line ?? `{ protocol: modbus-rtu, device: /dev/ttyUSB0, serial: ${serial} }`
  return `site: a
tenant: b
lines:
  cabinet: ${cabinet}
devices:
${devices.map((profile, index) => `  m${index + 1}: { profile: ${profile}, line: cabinet, unit: ${index + 1}${more} }`).join('\n')}
polling: ${polling}
uplink: { broker: mqtt://h }
releases: {}
`
}

function checked(given: Given) {
  const planned = planSite(site(given), 'site.yaml', profiles)
  if (planned.ok) return { plan: planned.plan, told: [] }
  return {
    told: planned.mistakes.map(({ line, column, code, message, help }) => ({
      at: `${line}:${column} ${code}`,
      en: `${message.en} | ${help.en}`,
      fr: `${message.fr} | ${help.fr}`,
    })),
  }
}

const twelve = Array.from({ length: 12 }, () => 'acme-both')

test('a line that has time for all is no mistake', () => {
  expect(checked({ devices: twelve, polling: '{ fast: 5s }' }).told).toEqual([])
})

test('one that has not: why, and what would fit', () => {
  expect(checked({ devices: twelve, polling: '{ fast: 1s, normal: 10s }' }).told).toEqual([
    {
      at: '4:3 line-overloaded',
      en: 'this line would be busy 151 % of the time: 12 × acme-both, fast: 1370 ms in 1s; 12 × acme-both, normal: 1370 ms in 10s | what fits: polling: { fast: 2.5s }; or serial: 38400 8N1, if all devices on this line are set to it; or no more than 6 of its 12 devices',
      fr: typeset(
        'cette ligne serait occupée 151 % du temps : 12 × acme-both, fast : 1370 ms en 1s ; 12 × acme-both, normal : 1370 ms en 10s | ce qui convient : polling: { fast: 2.5s } ; ou serial: 38400 8N1, si tous les appareils de la ligne y sont réglés ; ou au plus 6 de ses 12 appareils',
      ),
    },
  ])
})

test.each([
  ['the periods', { devices: twelve, polling: '{ fast: 2.5s, normal: 10s }' }],
  ['the rate', { devices: twelve, polling: '{ fast: 1s, normal: 10s }', serial: '38400 8N1' }],
  ['the devices', { devices: twelve.slice(0, 6), polling: '{ fast: 1s, normal: 10s }' }],
])('what is told to fit does, and leaves room: %s', (_, given) => {
  const { plan } = checked(given)
  expect(plan?.budgets.get('cabinet')?.load).toBeLessThanOrEqual(0.8)
  expect(plan?.budgets.get('cabinet')?.load).toBeGreaterThan(0.4)
})

test('a rate that one device on the line does not know is not told', () => {
  const [told] = checked({ devices: [...twelve, 'acme-slow'], polling: '{ fast: 1s }' }).told
  expect(told?.en).toContain('13 devices')
  expect(told?.en).not.toContain('serial:')
})

test('of a single device no fewer are told, and classes that are as long stay so', () => {
  const [told] = checked({ polling: '{ fast: 100ms, normal: 100ms }' }).told
  expect(told?.en).toContain('m1, fast: 114 ms in 100ms; m1, normal: 114 ms in 100ms')
  expect(told?.en).toMatch(
    /what fits: polling: \{ fast: 300ms, normal: 300ms \}; or serial: 38400 8N1, if all devices on this line are set to it$/,
  )
})

test('a class that was no slower than another stays so', () => {
  const [told] = checked({ devices: twelve, polling: '{ fast: 1s, normal: 1.5s }' }).told
  expect(told?.en).toContain('polling: { fast: 3s, normal: 4s }')
})

test('pauses that the devices want are named where they weigh', () => {
  const [told] = checked({ devices: ['acme-patient'], polling: '{ fast: 200ms }' }).told
  expect(told?.en).toContain('m1, fast: 311 ms in 200ms, of which 196 ms are silence that it wants')
  expect(told?.fr).toContain('dont 196 ms de silence qu’il veut')
})

test('what is too much only by a guess is none', () => {
  const unsaid = { devices: Array.from({ length: 12 }, () => 'acme-unsaid'), polling: '{ fast: 100ms }' }
  const line = '{ protocol: modbus-tcp, host: h }'
  const { plan, told } = checked({ ...unsaid, line })
  expect(told).toEqual([])
  expect(plan?.budgets.get('cabinet')?.load).toBeGreaterThan(1)
})

test('where polling itself is wrong, its periods are not judged', () => {
  const { told } = checked({ devices: twelve, polling: '{ fast: 1 }' })
  expect(told.map(({ at }) => at)).toEqual(['18:18 no-time-unit'])
})

test('contacts of segments are read in the fast class, and counted there', () => {
  const { plan } = checked({})
  expect(plan?.budgets.get('cabinet')?.costs.map(({ what }) => what)).toEqual(['fast', 'normal'])
})

test('a device server’s serial side is judged as a line of our own', () => {
  const over = (serial: string) => `{ protocol: modbus-rtu-over-tcp, host: h, port: 1${serial} }`
  const given = { devices: twelve, polling: '{ fast: 1s }' }
  expect(checked({ ...given, line: over('') }).told).toEqual([])
  expect(checked({ ...given, line: over(', serial: 9600 8N1') }).told.map(({ at }) => at)).toEqual([
    '4:3 line-overloaded',
  ])
  const unspoken = checked({ line: over(', serial: 4800 8N1') }).told
  expect(unspoken.map(({ at }) => at)).toEqual(['4:71 serial-format-not-of-profile'])
})

test('how long a device is waited for is the site’s to say', () => {
  const patience = (more: string) => {
    const modbus = checked({ more }).plan?.devices.get('m1')?.instance.profile.modbus
    return modbus && [milliseconds(modbus.timeout), milliseconds(modbus.worst_response)]
  }
  expect(patience('')).toEqual([1_000, 2_000])
  expect(patience(', timeout: 300ms')).toEqual([300, 2_000])
  expect(patience(', timeout: 3s, worst_response: 5s')).toEqual([3_000, 5_000])
  expect(patience(', worst_response: 1s')).toEqual([1_000, 1_000])
  expect(profiles.profile('acme-both')?.modbus.timeout.total('milliseconds')).toBe(1_000)
})

test.each([
  [', timeout: 3s', 'timeout-above-worst-response', '3s is longer than the longest that the device may take'],
  [', timeout: 3s, worst_response: 2s', 'worst-response-below-timeout', '2s is shorter than the timeout (3s)'],
  [', worst_response: 500ms', 'worst-response-below-timeout', '500ms is shorter than the timeout (1s)'],
  [', timeout: 5ms', 'duration-outside', ''],
])('but not longer than it may take to answer:%s', (more, code, what) => {
  const { told } = checked({ more })
  expect(told.map(({ at }) => at.split(' ')[1])).toEqual([code])
  expect(told[0]?.en).toContain(what)
})
