/** What holds for every profile that comes with Fanal; only a recording can tell whether one is true. */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { identityBy } from '../identity.ts'
import { instantiate, type InstancePoint } from '../instance.ts'
import { decode, encode } from '../modbus/codec.ts'
import { contradictions, profileSchema, type Profile } from '../profile.ts'
import type { Reading } from '../reading.ts'
import { allInstalled } from '../repeats.ts'
import { explainProfile, loadRegistry } from '../registry.ts'
import { asRecord } from '../schema.ts'
import { setpointContradictions } from '../setpoint-contradictions.ts'

const files = globSync('**/*.yaml', { cwd: import.meta.dirname })
  .filter((name) => !name.endsWith('.recording.yaml'))
  .map((name) => join(import.meta.dirname, name))
const read = (file: string) => readFileSync(file, 'utf8')

function sound(file: string): Profile {
  const explained = explainProfile(read(file), file)
  expect(explained).toMatchObject({ ok: true })
  if (!explained.ok) throw new Error(file)
  return explained.value
}

test('every file is found by the registry, and every one is examined here', () => {
  const { profiles, mistakes } = loadRegistry([])
  expect(mistakes).toEqual([])
  expect([...profiles.keys()].sort()).toEqual(files.map((file) => basename(file, '.yaml')).sort())
  expect(files.length).toBeGreaterThanOrEqual(9)
})

test('a meter with nothing to measure is told from another device', () => {
  const meters = files.map(sound).filter(({ kind }) => kind === 'energy_meter')
  for (const profile of meters) {
    const told = instantiate(profile).points.get(profile.identify.point)
    if (told === undefined) throw new Error(`${profile.id} has no ${profile.identify.point}`)
    const reading = (registers: Uint16Array): Reading => ({
      ...{ point: `meter.${told.name}`, at: Temporal.Instant.fromEpochMilliseconds(0) },
      ...decode(told, registers, 0),
    })
    const unsupplied = identityBy(profile.identify, reading(new Uint16Array(told.count)))
    expect(unsupplied, profile.id).toMatchObject({ unsupplied: true })
    expect(identityBy(profile.identify, reading(encode(told, 50))), profile.id).toEqual({ state: 'matches' })
  }
  expect(meters.length).toBeGreaterThanOrEqual(5)
})

/** A repository at a commit, an address, or a maker's document. */
const citation = /@[0-9a-f]{7}|https:|manual|protocol/

test('hearsay is no source', () => expect('somebody said so once, in a forum').not.toMatch(citation))

describe.each(files.map((file) => [basename(file), file] as const))('%s', (_, file) => {
  const profile = sound(file)

  test('is named like its file, and says where it comes from', () => {
    expect(profile.id).toBe(basename(file, '.yaml'))
    expect(profile.id.startsWith(profile.maker.toLowerCase().split(' ')[0] ?? '?')).toBe(true)
    expect(profile.source).toMatch(citation)
  })

  test('is plain data, without contradictions', () => {
    const document: unknown = parse(read(file))
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
    expect(profileSchema.safeParse(document).success).toBe(true)
    expect([...contradictions(document), ...setpointContradictions(document)]).toEqual([])
  })

  test('is told apart by a point that it has, within bounds that the point can reach', () => {
    const { point, range } = profile.identify
    const known = instantiate(profile).points.get(point)
    expect(known?.range[0]).toBeLessThanOrEqual(range[0])
    expect(known?.range[1]).toBeGreaterThanOrEqual(range[1])
  })

  test('waits for the worst answer longer than for any', () => {
    const { timeout, worst_response } = profile.modbus
    expect(worst_response.total('milliseconds')).toBeGreaterThanOrEqual(timeout.total('milliseconds'))
  })

  test('says every parameter in both languages', () => {
    for (const { label } of Object.values(profile.parameters)) expect(label.fr).not.toBe(label.en)
  })

  const ways = Object.keys(profile.parameters).includes('ct_ratio')
    ? [{}, { inverted: true }, { ct_ratio: 40 }, { ct_ratio: 40, inverted: true }]
    : Object.keys(profile.parameters).includes('inverted')
      ? [{}, { inverted: true }]
      : [{}]
  test.each(ways)('carries the ends of every range through its registers, with %j', (parameters) => {
    const { points, setpoints } = instantiate(profile, parameters, allInstalled(profile))
    const numbers = [...points.values(), ...[...setpoints.values()].map(({ register }) => register)].filter(
      ({ as }) => as !== 'bool' && as !== 'flags16',
    )
    let examined = 0
    for (const point of numbers) {
      for (const end of point.range) {
        expect([point.name, ...carried(point, end)]).toEqual([point.name, 'good', expect.closeTo(end, closeness(point))])
        examined++
      }
    }
    expect(examined).toBe(2 * numbers.length)
    expect(points.size + setpoints.size).toBeGreaterThan(8)
  })
})

const named = files.map((file) => [basename(file), sound(file)] as const)
const meters = named.filter(([, { kind }]) => kind === 'energy_meter')
const lights = named.filter(([, { kind }]) => kind !== 'energy_meter')

describe.each(meters)('the meter %s', (_, profile) => {
  test('can be wired the wrong way round', () => {
    const flags = Object.entries(profile.parameters).filter(([, { type }]) => type === 'flag')
    expect(flags.map(([name]) => name)).toContain('inverted')
    for (const [name, point] of Object.entries(profile.points)) {
      if (point.quantity === 'power_active') expect([name, point.negate_when]).toEqual([name, 'inverted'])
      if (/^energy_.*_(import|export)/.test(point.quantity)) expect([name, point.swap?.when]).toEqual([name, 'inverted'])
    }
  })
})

/** What may be wrong with what lights a street, though its schema and its entries agree. */
const invariants = {
  'is light when nothing better is known': (profile) =>
    setpointsOf(profile).filter(({ safe }) => !(Number(safe) > 0)),
  'goes up to what its quantity can be, and no further': (profile) =>
    setpointsOf(profile).filter(({ quantity, register }) => {
      const most = new Map<string, number>(Object.entries({ dali_level: 254, light_level: 100, relay: 1 })).get(quantity)
      return most === undefined || register.range[0] < 0 || register.range[1] > most
    }),
  'never calls a raw level per cent': (profile) =>
    [...Object.values(profile.points), ...Object.values(profile.setpoints)].filter(
      ({ quantity, unit }) => quantity === 'dali_level' && unit !== undefined,
    ),
  'speaks per cent or raw DALI levels, never both': (profile) => {
    const entries = [...Object.values(profile.points), ...Object.values(profile.setpoints)]
    const spoken = new Set(entries.map((one) => one.quantity))
    return spoken.has('light_level') && spoken.has('dali_level') ? [spoken] : []
  },
  'never flips': (profile) => {
    const armed = setpointsOf(profile).flatMap(({ onLoss }) => onLoss?.armedBy ?? [])
    return [...armed, ...profile.housekeeping].filter(({ value }) => value === flip)
  },
  'is confirmed by a point that it has, and waits long enough for it': (profile) => {
    const { points } = instantiate(profile, {}, allInstalled(profile))
    return setpointsOf(profile).filter(
      ({ confirm }) => confirm && (!points.has(confirm.by) || confirm.withinMs < 2_000),
    )
  },
} satisfies Record<string, (profile: Profile) => unknown[]>


/** Flips a relay on some boards: written twice, it does nothing. */
const flip = 0x5500

function setpointsOf(profile: Profile) {
  return [...instantiate(profile, {}, allInstalled(profile)).setpoints.values()]
}

describe.each(lights)('what lights a street, %s', (_, profile) => {
  test.each(Object.entries(invariants))('%s', (__, complaints) => {
    expect(complaints(profile)).toEqual([])
    expect(setpointsOf(profile).length).toBeGreaterThan(5)
  })
})

describe('each of these can fail', () => {
  const named = (file: string) => lights.find(([name]) => name === file)![1]
  const [gateway, board] = [named('intesis-in703dal0640000.yaml'), named('wiren-board-wb-mr6c.yaml')]
  const level = gateway.setpoints['broadcast_level']!
  const withLevel = (other: Partial<typeof level>): Profile => ({
    ...gateway,
    setpoints: { ...gateway.setpoints, broadcast_level: { ...level, ...other } },
  })
  const counterExamples: Record<keyof typeof invariants, Profile[]> = {
    'is light when nothing better is known': [
      withLevel({ safe: 0 }),
      { ...board, setpoints: { k1: { ...board.setpoints['k{output}']!, safe: false } } },
    ],
    'goes up to what its quantity can be, and no further': [
      withLevel({ limits: [0, 254] }),
      withLevel({ quantity: 'dali_level', limits: [0, 255] }),
      withLevel({ quantity: 'count' }),
    ],
    'never calls a raw level per cent': [withLevel({ quantity: 'dali_level', unit: '%' })],
    'speaks per cent or raw DALI levels, never both': [withLevel({ quantity: 'dali_level' })],
    'never flips': [
      {
        ...board,
        housekeeping: [{ ...gateway.housekeeping[0]!, at: { table: 'coil', address: 0 }, value: flip }],
      },
    ],
    'is confirmed by a point that it has, and waits long enough for it': [
      withLevel({ confirm: { by: 'broadcast_level', within: Temporal.Duration.from({ seconds: 5 }), tolerance: 0 } }),
      withLevel({ confirm: { by: 'update_trigger', within: Temporal.Duration.from({ seconds: 1 }), tolerance: 0 } }),
    ],
  }
  test.each(Object.entries(invariants))('%s', (name, complaints) => {
    const examples = Object.entries(counterExamples).find(([each]) => each === name)?.[1] ?? []
    expect(examples.length).toBeGreaterThan(0)
    for (const profile of examples) expect(complaints(profile)).not.toEqual([])
  })
})

test('0x5500 is written in no file but to say that it is never used', () => {
  const written = files.filter((file) => /0x5500|21760/i.test(read(file).replaceAll(/#.*/g, '')))
  expect(written).toEqual([])
})

test('a setpoint without one of its guards is none', () => {
  let examined = 0
  for (const file of files) {
    const document = asRecord(parse(read(file)))
    for (const [name, setpoint] of Object.entries(asRecord(document['setpoints'])))
      for (const guard of ['limits', 'slew', 'rest', 'confirm', 'safe', 'on_loss']) {
        const unguarded = Object.fromEntries(Object.entries(asRecord(setpoint)).filter(([key]) => key !== guard))
        const parsed = profileSchema.safeParse({ ...document, setpoints: { [name]: unguarded } })
        expect([name, parsed.error?.issues.map(({ path }) => path.at(-1))]).toEqual([name, [guard]])
        examined++
      }
  }
  expect(examined).toBeGreaterThanOrEqual(8 * 6)
})

test('so much was examined', () => {
  const all = named.map(([, profile]) => instantiate(profile, {}, allInstalled(profile)))
  const count = (of: 'points' | 'setpoints') => all.reduce((sum, one) => sum + one[of].size, 0)
  expect(lights.length).toBeGreaterThanOrEqual(4)
  expect(count('setpoints')).toBeGreaterThanOrEqual(81 + 81 + 6 + 8)
  expect(count('points')).toBeGreaterThanOrEqual(667)
})

function carried(point: InstancePoint, value: number): unknown[] {
  const decoded = decode(point, encode(point, value), 0)
  return decoded.quality.state === 'good' && 'value' in decoded ? ['good', decoded.value] : [decoded.quality]
}

/** Digits that survive: half a count of the register, or what a 32-bit float keeps of the end of the range. */
function closeness(point: InstancePoint): number {
  const count = Math.abs(point.multiplier) / point.divisor
  const step = point.as === 'f32' ? Math.max(...point.range.map(Math.abs)) * 2 ** -23 : count
  return Math.floor(-Math.log10(step))
}
