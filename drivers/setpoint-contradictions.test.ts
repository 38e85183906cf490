import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { asRecord } from './schema.ts'
import { setpointContradictions } from './setpoint-contradictions.ts'
import { explainProfile } from './registry.ts'

const sound = `
id: acme-dimmer
maker: Acme
model: Dimmer
kind: lighting_controller
grade: drafted
source: Acme, Dimmer register list, edition 2, pages 7 to 9
modbus: { order: ABCD, serial: [9600 8N1], timeout: 1s, worst_response: 2s }
identify: { point: state, range: [0, 1] }
repeats:
  gear: { from: 0, to: 3, installed: by-site, label: { en: gear, fr: ballast } }
points:
  state: { at: holding/1, as: u16, quantity: count }
  gear_{gear}_level: { at: holding/100, step: 10, as: u16, quantity: light_level }
  k1: { at: coil/0, as: bool, quantity: relay }
setpoints:
  gear_{gear}_level:
    at: holding/105
    step: 10
    as: u16
    quantity: light_level
    limits: [1, 100]
    slew: 10/s
    rest: 1s
    confirm: { by: 'gear_{gear}_level', within: 5s }
    safe: 100
    on_loss: { keeps: it stays as it is for ever }
  k1:
    at: coil/0
    as: bool
    quantity: relay
    limits: [0, 1]
    slew: at-once
    rest: 1s
    confirm: { by: k1, within: 2s }
    safe: true
    on_loss: { goes_to: safe, after: 10s, armed_by: [{ at: holding/8, value: 10 }] }
housekeeping:
  - { at: holding/4, value: 1, every: 10s, because: it answers from memory otherwise }
`

test('a profile that fits has none', () => {
  expect(explainProfile(sound, 'acme-dimmer.yaml')).toMatchObject({ ok: true })
  expect(setpointContradictions(parse(sound))).toEqual([])
})

test('a point that is longer than one request may be is found, of many of a kind as well', () => {
  const long = sound
    .replace('worst_response: 2s', 'worst_response: 2s, longest_read: 1')
    .replace('holding/100, step: 10, as: u16', 'holding/100, step: 10, as: u32')
    .replace('holding/1, as: u16', 'holding/1, as: text, registers: 3')
  const codes = setpointContradictions(parse(long)).map(({ path, code }) => `${path.join('/')} ${code}`)
  expect(codes).toContain('points/state/at point-beyond-one-read')
  expect(codes).toContain('points/gear_{gear}_level/at point-beyond-one-read')
})

/** The profile with one thing otherwise, by its path. */
function otherwise(path: string, value: unknown): unknown {
  const document = asRecord(parse(sound))
  const keys = path.split('/')
  const last = keys.pop() ?? ''
  const inner = keys.reduce<Record<string, unknown>>(
    (place, key) =>
      Array.isArray(place[key]) ? (place[key] as object as Record<string, unknown>) : asRecord(place[key]),
    document,
  )
  if (value === undefined) Reflect.deleteProperty(inner, last)
  else inner[last] = value
  return document
}

const gear = 'setpoints/gear_{gear}_level'
const gearArmed = `${gear}/on_loss/armed_by/0`
const k1Armed = 'setpoints/k1/on_loss/armed_by/0'
const armed = (register: object) => ({ goes_to: 'safe', after: '10s', armed_by: [register] })

describe('a mistake is found where it stands', () => {
  test.each<[path: string, value: unknown, code: string, at: string]>([
    ['repeats/gear/to', 0, 'none', ''],
    ['modbus/unreadable', ['holding/0-1'], 'point-unreadable', 'points/state/at'],
    ['modbus/unreadable', ['holding/130'], 'point-unreadable', 'points/gear_{gear}_level/at'],
    ['modbus/unreadable', ['holding/131', 'input/1'], 'none', ''],
    ['repeats/gear/from', 9, 'repeat-upside-down', 'repeats/gear/to'],
    [
      'points/lamp_{lamp}',
      { at: 'holding/900', step: 1, as: 'u16', quantity: 'count' },
      'no-such-repeat',
      'points/lamp_{lamp}',
    ],
    [`${gear}/step`, undefined, 'step-and-repeat', gear],
    ['points/state/step', 4, 'step-and-repeat', 'points/state'],
    [`${gear}/step`, 32_000, 'beyond-last-register', `${gear}/at`],
    ['points/other', { at: 'holding/130', as: 'u16', quantity: 'count' }, 'register-claimed-twice', 'points/other/at'],
    [
      'points/gear_2_level',
      { at: 'holding/900', as: 'u16', quantity: 'count' },
      'name-taken-twice',
      'points/gear_2_level',
    ],
    ['setpoints/other', { at: 'holding/125', as: 'u16' }, 'register-claimed-twice', 'setpoints/other/at'],
    ['setpoints/other', { at: 'holding/0xffff', as: 'u32' }, 'beyond-last-register', 'setpoints/other/at'],
    ['setpoints/k1/at', 'discrete/0', 'not-writable', 'setpoints/k1/at'],
    [`${gear}/as`, 'u64', 'setpoint-encoding', `${gear}/as`],
    [`${gear}/as`, 'bool', 'switch-and-bool', `${gear}/as`],
    ['setpoints/k1/as', 'u16', 'switch-and-bool', 'setpoints/k1/as'],
    [`${gear}/unit`, 'W', 'unit-of-another-quantity', `${gear}/unit`],
    [`${gear}/limits`, [0, 254], 'limits-wider-than-quantity', `${gear}/limits`],
    ['setpoints/k1/limits', [0, 2], 'limits-wider-than-quantity', 'setpoints/k1/limits'],
    ['setpoints/k1/limits', [1, 1], 'limits-of-switch', 'setpoints/k1/limits'],
    [`${gear}/scale`, 0.001, 'limits-beyond-encoding', `${gear}/limits`],
    [
      'setpoints/k1/confirm',
      { by: 'k1', within: '2s', tolerance: 0 },
      'tolerance-of-switch',
      'setpoints/k1/confirm/tolerance',
    ],
    [`${gear}/confirm`, { by: 'gear_{gear}_level', within: '5s', tolerance: 1 }, 'none', ''],
    ['setpoints/k1/slew', '1/s', 'slew-of-switch', 'setpoints/k1/slew'],
    ['setpoints/k1/safe', 1, 'safe-of-wrong-type', 'setpoints/k1/safe'],
    [`${gear}/safe`, true, 'safe-of-wrong-type', `${gear}/safe`],
    [`${gear}/limits`, [10, 80], 'safe-outside-limits', `${gear}/safe`],
    [`${gear}/confirm`, { by: 'gear_{gear}_light', within: '5s' }, 'no-such-point', `${gear}/confirm/by`],
    [`${gear}/confirm`, { by: 'state', within: '5s' }, 'confirms-another', `${gear}/confirm/by`],
    ['setpoints/k1/confirm', { by: 'gear_{gear}_level', within: '5s' }, 'confirms-another', 'setpoints/k1/confirm/by'],
    ['housekeeping/0/at', 'holding/125', 'writes-round-the-envelope', 'housekeeping/0/at'],
    ['housekeeping/0/at', 'input/4', 'not-writable', 'housekeeping/0/at'],
    ['housekeeping/0', { at: 'coil/9', value: 0x5500 }, 'coil-neither-on-nor-off', 'housekeeping/0/value'],
    ['housekeeping/0', { at: 'holding/8', value: 11 }, 'writes-at-odds', 'housekeeping/0/at'],
    ['housekeeping/0', { at: 'holding/8', value: 10 }, 'none', ''],
    ['setpoints/k1/on_loss', armed({ at: 'coil/0', value: 1 }), 'writes-round-the-envelope', `${k1Armed}/at`],
    ['setpoints/k1/on_loss', armed({ at: 'input/9', value: 1 }), 'not-writable', `${k1Armed}/at`],
    ['setpoints/k1/on_loss', armed({ at: 'coil/9', value: 0x5500 }), 'coil-neither-on-nor-off', `${k1Armed}/value`],
    ['setpoints/k1/on_loss', armed({ at: 'holding/8', step: 1, value: 1 }), 'step-and-repeat', k1Armed],
    [`${gear}/on_loss`, armed({ at: 'holding/900', step: 1, value: 'safe' }), 'none', ''],
    [`${gear}/on_loss`, armed({ at: 'holding/900', value: 5 }), 'none', ''],
    [`${gear}/on_loss`, armed({ at: 'holding/900', value: 'safe' }), 'writes-at-odds', `${gearArmed}/at`],
    [`${gear}/on_loss`, armed({ at: 'holding/8', value: 11 }), 'writes-at-odds', 'setpoints/k1/on_loss/armed_by/0/at'],
    // the second gear's register is the first one's level
    [
      `${gear}/on_loss`,
      armed({ at: 'holding/95', step: 10, value: 1 }),
      'writes-round-the-envelope',
      `${gearArmed}/at`,
    ],
    [`${gear}/on_loss`, armed({ at: 'holding/0xfffd', step: 1, value: 1 }), 'beyond-last-register', `${gearArmed}/at`],
  ])('%s: %j is %s', (path, value, code, at) => {
    const found = setpointContradictions(otherwise(path, value)).map((one) => [one.code, one.path.join('/')])
    if (code === 'none') expect(found).toEqual([])
    else expect(found).toContainEqual([code, at])
  })

  test('raw levels are no per cent, in either direction', () => {
    const raw = otherwise(`${gear}/quantity`, 'dali_level')
    expect(setpointContradictions(raw).map(({ code }) => code)).toEqual(['confirms-another'])
    const percent = otherwise(`${gear}/unit`, '%')
    expect(setpointContradictions(percent)).toEqual([])
    const both = setpointContradictions({
      ...asRecord(percent),
      setpoints: { raw: { quantity: 'dali_level', unit: '%' } },
    })
    expect(both.map(({ code }) => code)).toEqual(['unit-of-another-quantity'])
  })

  test('what does not fit into one register cannot be told to a device as what is safe', () => {
    const found = setpointContradictions({
      setpoints: { level: { as: 'f32', on_loss: armed({ at: 'holding/8', value: 'safe' }) } },
    })
    expect(found.map(({ code }) => code)).toEqual(['safe-in-two-registers'])
  })

  test('each is told once, however many of its kind there are', () => {
    const shared = otherwise('points/other', { at: 'holding/100', as: 'u16', quantity: 'count' })
    const told = explainProfile(JSON.stringify(shared), 'acme-dimmer.yaml')
    expect(told.ok ? [] : told.mistakes.map(({ code }) => code)).toEqual(['register-claimed-twice'])
    const round = setpointContradictions(otherwise(`${gear}/on_loss`, armed({ at: 'holding/105', step: 10, value: 1 })))
    expect(round.map(({ code }) => code)).toEqual(['writes-round-the-envelope'])
  })

  test.each([
    ['limits', 'the least and the most that may be written, in the quantity’s unit: [1, 100]; of a switch [0, 1]'],
    ['slew', 'so much of the unit each second or minute: 10/s, 5/m; or at-once'],
    ['rest', 'a number and its unit (ms, s, m, h or d), without a space: 500ms, 2s, 15m'],
    ['confirm', '{ by: POINT, within: 5s, tolerance: 1 }, or { none: why nothing does }'],
    [
      'safe',
      'what it goes to when nothing better is known, for lamps light: a number such as 100, or true for a switch',
    ],
    [
      'on_loss',
      '{ keeps: what that means for the street }, or { goes_to: safe, after: 10s, armed_by: [{ at: holding/8, value: 10 }] }',
    ],
  ])('without %s it is no setpoint, and what should be there is told', (key, help) => {
    const explained = explainProfile(JSON.stringify(otherwise(`${gear}/${key}`, undefined)), 'acme-dimmer.yaml')
    expect(explained.ok ? [] : explained.mistakes.map((one) => [one.message.en, one.help.en])).toEqual([
      [`"${key}" is missing in setpoints.gear_{gear}_level`, help],
    ])
  })

  test.each([
    ['identify', { point: 'gear_{gear}_level', range: [0, 1] }, 'identity-of-many'],
    [`${gear}/limits`, 100, 'not-limits'],
    [`${gear}/limits`, [100, 1], 'range-upside-down'],
    [`${gear}/slew`, '10%/s', 'not-a-rate'],
    [`${gear}/confirm`, 'none', 'not-a-confirmation'],
    [`${gear}/safe`, 'full', 'not-a-safe-value'],
    [`${gear}/on_loss`, 'keeps', 'not-a-loss-behaviour'],
    [`${gear}/on_loss`, { goes_to: 'safe', after: '10s' }, 'missing-key'],
    [
      'repeats',
      { Gear: { from: 0, to: 1, installed: 'always', label: { en: 'gear', fr: 'ballast' } } },
      'not-a-repeat-name',
    ],
  ])('%s: %j is not written as it must be: %s', (path, value, code) => {
    const explained = explainProfile(JSON.stringify(otherwise(path, value)), 'acme-dimmer.yaml')
    expect(explained.ok ? [] : explained.mistakes.map((one) => one.code)).toContain(code)
  })

  test('a kind in capitals keeps its braces in the nearest right answer', () => {
    const explained = explainProfile(
      sound.replace('  gear_{gear}_level: {', '  Gear-{gear} level: {'),
      'acme-dimmer.yaml',
    )
    expect(explained.ok ? [] : explained.mistakes.map(({ suggestion }) => suggestion)).toContain('gear_{gear}_level')
  })

  test('braces without quotes are one mistake, not one for every line that follows', () => {
    const explained = explainProfile(
      sound.replace("by: 'gear_{gear}_level'", 'by: gear_{gear}_level'),
      'acme-dimmer.yaml',
    )
    expect(explained.ok ? [] : explained.mistakes).toMatchObject([
      { code: 'braces-without-quotes', line: 25, column: 20, width: 17, suggestion: '"gear_{gear}_level"' },
    ])
  })

  test('several at once are all told', () => {
    const document = otherwise('setpoints/k1/slew', '1/s')
    const codes = setpointContradictions({ ...asRecord(document), housekeeping: [{ at: 'coil/0' }] }).map(
      (one) => one.code,
    )
    expect(codes).toEqual(['slew-of-switch', 'writes-round-the-envelope'])
  })
})
