import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadRegistry } from '../drivers/registry.ts'
import { planSite, type Plan } from './plan.ts'
import { lampProfiles, lampSite } from './testing/lamps.ts'
import { release, streetProfiles, streetSite } from './testing/street-profiles.ts'

const registry = loadRegistry([])
const demo = readFileSync(join(import.meta.dirname, 'demo/site.yaml'), 'utf8')

/** The mistakes of the demo's site file with `from` replaced by `to`, as `line:column code suggestion`. */
function mistakes(...changes: [from: string, to: string][]): string[] {
  const text = changes.reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replace(from, to)
  }, demo)
  const planned = planSite(text, 'site.yaml', registry)
  if (planned.ok) return []
  const lines = text.split('\n')
  return planned.mistakes.map(({ line, column, code, suggestion }) => {
    const rest = lines[line - 1]?.slice(column - 1).trimEnd() ?? ''
    return `${code} at “${/^[\w./*:-]+/.exec(rest)?.[0] ?? rest.slice(0, 12)}”${suggestion === undefined ? '' : ` → ${suggestion}`}`
  })
}

test('the demo’s site file is good', () => {
  expect(mistakes()).toEqual([])
})

test('the console’s certificate lies beside the site file, wherever the gateway is started', () => {
  const key = 'console: { listen: "[::]:443", tls: { certificate: c.pem, key: /etc/k.pem } }'
  const planned = planSite(`${demo}\n${key}\n`, '/srv/site/street.yaml', registry)
  expect(planned.ok && planned.plan.site.console).toEqual({
    listen: { host: '::', port: 443 },
    tls: { certificate: '/srv/site/c.pem', key: '/etc/k.pem' },
  })
})

test.each<[string, [string, string], string[]]>([
  ['a line that is not there', ['line: feeder', 'line: feedr'], ['no-such-line at “feedr” → feeder']],
  [
    'a profile that is not there',
    ['eastron-sdm630', 'eastron-sdm603'],
    ['no-such-profile at “eastron-sdm603” → eastron-sdm630'],
  ],
  [
    'a pattern that fits nothing',
    ['feeder.frequency\n', 'feeder.freqency\n'],
    ['pattern-matches-nothing at “feeder.freqency” → feeder.frequency'],
  ],
  [
    'a treatment given twice',
    ['    delivery: durable', '      - round: 10\n    delivery: durable'],
    ['treatment-twice at “round:”'],
  ],
  ['a window that is too short', ['{ best-effort: 30s }', '{ best-effort: 1s }'], ['duration-outside at “1s”']],
  [
    'two lines over one endpoint',
    ['host: 127.0.0.1, port: 1503', 'host: 127.0.0.1, port: 1502'],
    ['line-twice at “127.0.0.1”'],
  ],
  [
    'a parameter named like what every object has',
    ['unit: 1', 'unit: 1\n    parameters: { constructor: 3 }'],
    ['no-such-parameter-of-profile at “constructor:”'],
  ],
  [
    'a certificate without its key',
    ['  broker: mqtt', '  tls: { certificate: a.pem }\n  broker: mqtt'],
    ['key-and-certificate-together at “{ certificat”'],
  ],
  [
    'a parameter of another type',
    ['unit: 1', 'unit: 1\n    parameters: { inverted: 3 }'],
    ['parameter-of-wrong-type at “3”'],
  ],
  [
    'a parameter that the profile has not',
    ['unit: 1', 'unit: 1\n    parameters: { invreted: true }'],
    ['no-such-parameter-of-profile at “invreted:” → inverted'],
  ],
])('%s', (_, change, expected) => {
  const found = mistakes(change)
  for (const mistake of expected) expect(found).toContainEqual(expect.stringContaining(mistake.split(' → ')[0]!))
  for (const suggestion of expected.flatMap((mistake) => mistake.split(' → ')[1] ?? []))
    expect(found.join('\n')).toContain(`→ ${suggestion}`)
})

test.each([
  ['this machine alone', '{ listen: 127.0.0.1:1602 }', []],
  ['this machine alone, by IPv6', "{ listen: '[::1]:1602' }", []],
  ['the service network', '{ listen: 192.168.7.1:1602, service_network: 192.168.7.0/24 }', []],
  ['every network', '{ listen: 0.0.0.0:1602 }', ['pass-through-without-network at “0.0.0.0:1602”']],
  [
    'every network, with one named',
    '{ listen: 0.0.0.0:1602, service_network: 192.168.7.0/24 }',
    ['pass-through-outside-network at “0.0.0.0:1602”'],
  ],
  [
    'an address of it that nobody named',
    '{ listen: 10.0.0.7:1602 }',
    ['pass-through-without-network at “10.0.0.7:1602”'],
  ],
  [
    'a name that may lead anywhere',
    '{ listen: gateway-7:1602, service_network: 192.168.7.0/24 }',
    ['pass-through-outside-network at “gateway-7:1602”'],
  ],
  ['the internet', '{ listen: 51.15.0.7:1602, service_network: 0.0.0.0/0 }', ['not-a-service-network at “0.0.0.0/0”']],
  ['no network', '{ listen: 127.0.0.1:1602, service_network: 192.168.7.0 }', ['not-a-network at “192.168.7.0”']],
  [
    'no network that there can be',
    '{ listen: 127.0.0.1:1602, service_network: 192.168.7.0/40 }',
    ['not-a-network at “192.168.7.0/40”'],
  ],
  ['no address', '{ listen: 1602 }', ['not-an-address-to-listen-on at “1602” → 127.0.0.1:1602']],
])('tools come in from %s: %s', (_, declared, expected) => {
  expect(mistakes(['port: 1503 }', `port: 1503, pass_through: ${declared} }`])).toEqual(expected)
})

test('tools of two lines, or a tool and the console, do not share a port', () => {
  const way = 'pass_through: { listen: 127.0.0.1:1602 }'
  expect(mistakes(['port: 1503 }', `port: 1503, ${way} }`], ['port: 1504 }', `port: 1504, ${way} }`])).toEqual([
    'listens-twice at “127.0.0.1:1602”',
  ])
  const console = 'console: { listen: 127.0.0.1:1602 }\nuplink:'
  expect(mistakes(['port: 1503 }', `port: 1503, ${way} }`], ['uplink:', console])).toEqual([
    'listens-twice at “127.0.0.1:1602”',
  ])
})

test('two devices at one address', () => {
  const found = mistakes(['unit: 2', 'unit: 1'], ['line: yard', 'line: feeder'])
  expect(found).toEqual([expect.stringContaining('unit-taken at “1”')])
})

test('two lines over one serial port, and a line that no device uses', () => {
  const wire = 'protocol: modbus-rtu, device: /dev/ttyS0, serial: 9600 8N1'
  const spare = `lines:\n  spare: { ${wire} }\n`
  expect(mistakes(['lines:\n', spare])).toEqual([])
  expect(mistakes(['lines:\n', `${spare}  other: { ${wire} }\n`])).toEqual(['line-twice at “/dev/ttyS0”'])
})

test('a mistake in one entry hides none in another', () => {
  const found = mistakes(
    ['line: feeder', 'line: feedr'],
    ['unit: 1', 'unit: 300'],
    ['eastron-sdm630', 'eastron-sdm603'],
  )
  expect(found.map((mistake) => mistake.split(' ')[0])).toEqual(
    expect.arrayContaining(['no-such-line', 'no-such-profile', 'number-too-big']),
  )
})

test('an empty file, and one cut off before its releases, are refused', () => {
  for (const text of ['', '\n', '# only a comment\n', demo.slice(0, demo.indexOf('releases:'))])
    expect(planSite(text, 'site.yaml', registry).ok).toBe(false)
})

function planOf(text: string): Plan {
  const planned = planSite(text, 'site.yaml', lampProfiles)
  if (!planned.ok) throw new Error(planned.mistakes.map(({ message }) => message.en).join('; '))
  return planned.plan
}

describe('segments, worked out', () => {
  const plan = planOf(lampSite)
  const [north, lane, square] = [...plan.segments.values()]

  test('per cent are narrowed, slowed, and given the rest that the site wants', () => {
    expect(north).toMatchObject({
      setpoint: 'north.level',
      title: 'Rue Haute, north side',
      range: { from: 20, to: 90 },
    })
    expect(north?.outputs[0]).toEqual({
      setpoint: 'lamps.group_0_level',
      device: 'lamps',
      form: 'light_level',
      limits: [20, 90],
      off: true,
      slewPerS: 4,
      restMs: 3_000,
      confirmBy: ['lamps.gear_3_level'],
      tolerance: 1,
      confirmWithinMs: 5_000,
      onLoss: undefined,
    })
  })

  test('what the profile knows of a confirmation comes first', () => {
    expect(north?.outputs[1]).toMatchObject({
      confirmBy: ['lamps.gear_9_level', 'lamps.gear_3_level'],
      tolerance: 2,
      confirmWithinMs: 2_000,
    })
  })

  test('a point of a device with lamps of the segment tells its own light, one of another device that of all', () => {
    const told = (confirmBy: string) => {
      const text = lampSite
        .replace('  board:', '  court: { profile: acme-raw, line: net, unit: 4 }\n  board:')
        .replace('[alley.level]', `[alley.level, court.level]\n    confirm_by: [${confirmBy}]`)
      return planOf(text)
        .segments.get('lane')
        ?.outputs.map(({ confirmBy }) => confirmBy)
    }
    expect(told('lamps.gear_1_state')).toEqual([
      ['alley.level', 'lamps.gear_1_state'],
      ['court.level', 'lamps.gear_1_state'],
    ])
    expect(told('alley.level, lamps.gear_1_state')).toEqual([
      ['alley.level', 'lamps.gear_1_state'],
      ['court.level', 'lamps.gear_1_state'],
    ])
  })

  test('DALI levels are narrowed to those next to the per cent, their slew and rest are the profile’s', () => {
    // IEC 62386-102: level 195 is 19.97 %, 246 is 80.3 %
    expect(lane?.outputs[0]).toMatchObject({ form: 'dali_level', limits: [195, 246], slewPerS: 30, restMs: 1_000 })
    expect(lane?.range).toEqual({ from: 20, to: 80, off: true })
    const open = planOf(lampSite.replace('    limits: [20, 80]\n', ''))
    expect(open.segments.get('lane')?.outputs[0]?.limits).toEqual([85, 254])
  })

  test('a relay is off or on, may be told by a contact behind it, and knows what it does alone', () => {
    expect(square?.range).toEqual({ from: 100, to: 100, off: true })
    expect(square?.outputs[0]).toMatchObject({
      form: 'relay',
      limits: [0, 1],
      slewPerS: Infinity,
      confirmBy: ['board.k1', 'board.feedback'],
      onLoss: { afterMs: 12_000 },
    })
  })

  test('inputs are read fast, whatever their profile says; the device’s jobs know it too', () => {
    expect(plan.inputs).toEqual(new Set(['lamps.daylight', 'board.forced', 'board.door']))
    for (const input of plan.inputs) expect(plan.points.get(input)?.poll).toBe('fast')
    expect(plan.devices.get('board')?.instance.points.get('door')?.poll).toBe('fast')
    expect(plan.points.get('board.feedback')?.poll).toBe('normal')
  })

  test('a device has of each kind what the site says, and what is always there', () => {
    const { points, setpoints } = plan.devices.get('lamps')!.instance
    expect([...points.keys()].filter((name) => name.endsWith('_level'))).toHaveLength(7)
    expect([...setpoints.keys()].filter((name) => name.startsWith('group_'))).toHaveLength(16)
    expect(plan.points.get('lamps.gear_9_level')?.address).toBe(190)
  })

  test('a release may name a point of a kind that there is, and none that there is not', () => {
    const release = (point: string) =>
      lampSite.replace(
        'releases: {}',
        `releases:
  light:
    points: [${point}]
    purpose: inform
    basis: { not-personal: everybody sees the light }
    recipient: { name: City, role: controller }
    delivery: durable
    retention: 1y`,
      )
    expect(planOf(release('lamps.gear_9_level')).policy.releases[0]?.points).toEqual(['lamps.gear_9_level'])
    expect(() => planOf(release('lamps.gear_8_level'))).toThrow('no point of this site fits')
    expect(() => planOf(release('north.level'))).toThrow('no point of this site fits')
  })
})

test('what tells of a household or of who goes by is guarded, and nothing of the town’s', () => {
  const releases = `  a: ${release({ points: '[home.energy_active_import]', treatment: '[{ aggregate: { every: 1d, of: [last] } }]' })}\n`
  const planned = planSite(streetSite(releases), 'site.yaml', streetProfiles)
  const guarded = planned.ok ? [...planned.plan.policy.guarded] : planned.mistakes.map(({ code }) => code)
  expect(guarded).toContain('home.energy_active_import')
  expect(guarded).toContain('gate.people_passages')
  expect(guarded.filter((point) => point.startsWith('town.'))).toEqual([])
})

test('property: a cut anywhere gives mistakes or a plan, and never throws', () => {
  for (const [text, profiles] of [
    [demo, registry],
    [lampSite, lampProfiles],
  ] as const)
    for (let length = 0; length < text.length; length += 7)
      expect(typeof planSite(text.slice(0, length), 'site.yaml', profiles).ok).toBe('boolean')
})
