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

describe('a mistake is found where it stands', () => {
  test.each<[path: string, value: unknown, code: string, at: string]>([
    ['repeats/gear/to', -0, 'none', ''],
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
    ['setpoints/k1/at', 'discrete/0', 'not-writable', 'setpoints/k1/at'],
    [`${gear}/as`, 'u64', 'setpoint-encoding', `${gear}/as`],
    [`${gear}/as`, 'bool', 'switch-and-bool', `${gear}/as`],
    ['setpoints/k1/as', 'u16', 'switch-and-bool', 'setpoints/k1/as'],
    [`${gear}/unit`, 'W', 'unit-of-another-quantity', `${gear}/unit`],
    [`${gear}/limits`, [0, 254], 'limits-wider-than-quantity', `${gear}/limits`],
    ['setpoints/k1/limits', [0, 2], 'limits-wider-than-quantity', 'setpoints/k1/limits'],
    ['setpoints/k1/slew', '1/s', 'slew-of-switch', 'setpoints/k1/slew'],
    ['setpoints/k1/safe', 1, 'safe-of-wrong-type', 'setpoints/k1/safe'],
    [`${gear}/safe`, true, 'safe-of-wrong-type', `${gear}/safe`],
    [`${gear}/limits`, [10, 80], 'safe-outside-limits', `${gear}/safe`],
    [`${gear}/confirm`, { by: 'gear_{gear}_light', within: '5s' }, 'no-such-point', `${gear}/confirm/by`],
    [`${gear}/confirm`, { by: 'state', within: '5s' }, 'confirms-another', `${gear}/confirm/by`],
    ['setpoints/k1/confirm', { by: 'gear_{gear}_level', within: '5s' }, 'confirms-another', 'setpoints/k1/confirm/by'],
    ['housekeeping/0/at', 'holding/125', 'writes-round-the-envelope', 'housekeeping/0/at'],
    ['housekeeping/0/at', 'input/4', 'not-writable', 'housekeeping/0/at'],
    [
      'setpoints/k1/on_loss',
      { goes_to: 'safe', after: '10s', armed_by: [{ at: 'coil/0', value: 1 }] },
      'writes-round-the-envelope',
      'setpoints/k1/on_loss/armed_by/0/at',
    ],
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
  })

  test.each(['limits', 'slew', 'rest', 'confirm', 'safe', 'on_loss'])('without %s it is no setpoint', (key) => {
    const text = JSON.stringify(otherwise(`${gear}/${key}`, undefined))
    const explained = explainProfile(text, 'acme-dimmer.yaml')
    expect(explained.ok).toBe(false)
    if (!explained.ok) expect(JSON.stringify(explained.mistakes)).toContain(key)
  })

  test('several at once are all told', () => {
    const document = otherwise('setpoints/k1/slew', '1/s')
    const codes = setpointContradictions({ ...asRecord(document), housekeeping: [{ at: 'coil/0' }] }).map(
      (one) => one.code,
    )
    expect(codes).toEqual(['slew-of-switch', 'writes-round-the-envelope'])
  })
})
