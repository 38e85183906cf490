/** What holds for every profile that comes with Fanal; only a recording can tell whether one is true. */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { instantiate, type InstancePoint } from '../instance.ts'
import { decode, encode } from '../modbus/codec.ts'
import { contradictions, profileSchema, type Profile } from '../profile.ts'
import { allInstalled } from '../repeats.ts'
import { explainProfile, loadRegistry } from '../registry.ts'
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

describe.each(files.map((file) => [basename(file), file] as const))('%s', (_, file) => {
  const profile = sound(file)

  test('is named like its file, and says where it comes from', () => {
    expect(profile.id).toBe(basename(file, '.yaml'))
    expect(profile.id.startsWith(profile.maker.toLowerCase().split(' ')[0] ?? '?')).toBe(true)
    expect(profile.source).toMatch(/@[0-9a-f]{7}|https:|manual|protocol/)
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

  test('speaks per cent or raw DALI levels, never both', () => {
    const spoken = new Set([...Object.values(profile.points), ...Object.values(profile.setpoints)].map((one) => one.quantity))
    expect(spoken.has('light_level') && spoken.has('dali_level')).toBe(false)
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

describe.each(lights)('what lights a street, %s', (_, profile) => {
  test('says of each setpoint what may go wrong with it', () => {
    const { setpoints } = instantiate(profile, {}, allInstalled(profile))
    expect(setpoints.size).toBeGreaterThan(5)
    for (const { name, quantity, safe, register, onLoss } of setpoints.values()) {
      // What lights a street is light when nothing better is known.
      expect([name, Number(safe) > 0]).toEqual([name, true])
      if (quantity === 'dali_level') expect(register.range[1]).toBeLessThanOrEqual(254)
      if (quantity === 'light_level') expect(register.range[1]).toBeLessThanOrEqual(100)
      // 0x5500 flips a relay on some boards: written twice, it does nothing.
      for (const { value } of onLoss?.armedBy ?? []) expect(value).not.toBe(0x5500)
    }
    for (const { value } of profile.housekeeping) expect(value).not.toBe(0x5500)
  })
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
