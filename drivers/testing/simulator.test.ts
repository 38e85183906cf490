import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instantiate } from '../instance.ts'
import { decode, encode } from '../modbus/codec.ts'
import { byteOrders, profileSchema, type ParameterValues } from '../profile.ts'
import { simulate } from './simulator.ts'

const profile = profileSchema.parse({
  id: 'imagined-meter',
  maker: 'Imagined',
  model: 'M1',
  kind: 'energy_meter',
  grade: 'drafted',
  source: 'made up for this test, page 1',
  modbus: {
    order: 'ABCD',
    serial: ['9600 8N1'],
    timeout: '500ms',
    worst_response: '1s',
    gap: 2,
    absent: 'largest',
  },
  parameters: {
    backwards: { type: 'flag', default: false, label: { en: 'Backwards', fr: 'À l’envers' } },
    ratio: { type: 'ratio', default: 1, range: [1, 100], label: { en: 'Ratio', fr: 'Rapport' } },
  },
  identify: { point: 'frequency', range: [45, 65] },
  points: {
    frequency: { at: 'holding/10', as: 'u16', quantity: 'frequency', scale: 0.01 },
    power_active: { at: 'holding/13', as: 'i32', quantity: 'power_active', negate_when: 'backwards', times: 'ratio' },
    energy_active_import: { at: 'holding/18', as: 'u64', quantity: 'energy_active_import', scale: 0.01, order: 'CDAB' },
    voltage: { at: 'input/10', as: 'f32', quantity: 'voltage' },
  },
})

const made = (parameters: ParameterValues = {}) => simulate(instantiate(profile, parameters))

function registers(
  device: ReturnType<typeof made>,
  from: number,
  count: number,
  table: 'holding' | 'input' = 'holding',
) {
  return Array.from({ length: count }, (_, index) => device.register(table, from + index))
}

describe('a simulated device', () => {
  test('says that it has no value until it has one, where the profile gives it a word for that', () => {
    const device = made()
    expect(registers(device, 10, 1)).toEqual([0xffff])
    expect(registers(device, 13, 2)).toEqual([0x7fff, 0xffff])
    expect(registers(device, 18, 4)).toEqual([0xffff, 0xffff, 0xffff, 0xffff])
    expect(registers(device, 10, 2, 'input')).toEqual([0, 0])
  })

  test('holds what it measures as its profile says, and can lose it again', () => {
    const device = made()
    device.set('frequency', 49.98)
    device.set('power_active', -2)
    device.set('energy_active_import', 48_213.07)
    device.set('voltage', 230)
    expect(registers(device, 10, 1)).toEqual([4_998])
    expect(registers(device, 13, 2)).toEqual([0xffff, 0xfffe])
    expect(registers(device, 18, 4)).toEqual([0x913b, 0x0049, 0x0000, 0x0000])
    expect(registers(device, 10, 2, 'input')).toEqual([0x4366, 0])
    device.set('frequency', undefined)
    expect(registers(device, 10, 1)).toEqual([0xffff])
  })

  test('is wired as the site says: its registers count the other way, and on the small side of the transformer', () => {
    const device = made({ backwards: true, ratio: 40 })
    device.set('power_active', 4_000)
    expect(registers(device, 13, 2)).toEqual([0xffff, 0x10000 - 100])
    device.set('power_active', undefined)
    expect(registers(device, 13, 2)).toEqual([0x7fff, 0xffff])
  })

  test('has registers where points are, and in holes that may be read; nowhere else', () => {
    const device = made()
    expect(registers(device, 11, 2)).toEqual([0, 0])
    expect(registers(device, 15, 3)).toEqual([undefined, undefined, undefined])
    expect(device.register('holding', 9)).toBeUndefined()
    expect(device.register('holding', 22)).toBeUndefined()
    expect(device.register('input', 13)).toBeUndefined()
    expect(device.register('coil', 10)).toBeUndefined()
  })

  test('refuses what its profile cannot say', () => {
    const device = made()
    expect(() => device.set('current', 1)).toThrow('imagined-meter has no point current')
    expect(() => device.set('voltage', undefined)).toThrow('voltage (f32) cannot say that it has no value')
  })
})

/** A profile whose only setpoint and the point that confirms it lie so in their registers. */
function controller(as: string, order: string, scale = 1) {
  const light = as === 'bool' ? { as, quantity: 'relay' } : { as, order, scale, quantity: 'light_level' }
  const table = as === 'bool' ? 'coil' : 'holding'
  return instantiate(
    profileSchema.parse({
      id: 'imagined-controller',
      maker: 'Imagined',
      model: 'C1',
      kind: 'lighting_controller',
      grade: 'drafted',
      source: 'made up for this test, page 2',
      modbus: { order: 'ABCD', serial: ['9600 8N1'], timeout: '500ms', worst_response: '1s' },
      identify: { point: 'told', range: [0, 100] },
      points: { told: { at: `${table}/10`, ...light } },
      setpoints: {
        set: {
          at: `${table}/20`,
          ...light,
          limits: as === 'bool' ? [0, 1] : [0, 100],
          slew: 'at-once',
          rest: '1s',
          confirm: { by: 'told', within: '1s' },
          safe: as === 'bool' ? true : 100,
          on_loss: {
            goes_to: 'safe',
            after: '10s',
            armed_by: [
              { at: 'holding/80', value: 10 },
              { at: 'holding/81', value: 'safe' },
            ],
          },
        },
      },
      housekeeping: [{ at: 'holding/90', value: 1, every: '10s', because: 'it wants to be told so' }],
    }),
  )
}

describe('what is written', () => {
  test('is told by the point that confirms it: in every encoding, every order', () => {
    let examined = 0
    for (const as of ['bool', 'u16', 'i16', 'u32', 'i32', 'f32'])
      for (const order of byteOrders)
        for (const scale of [1, 0.5]) {
          const instance = controller(as, order, scale)
          const { register } = instance.setpoints.get('set')!
          const told = instance.points.get('told')!
          fc.assert(
            fc.property(fc.integer({ min: 0, max: 200 }), (half) => {
              const value = as === 'bool' ? half % 2 === 1 : scale === 1 ? Math.floor(half / 2) : half / 2
              const device = simulate(instance)
              encode(register, value).forEach((raw, index) =>
                expect(device.write(register.table, register.address + index, raw)).toBe('written'),
              )
              const registers = Uint16Array.from(
                { length: told.count },
                (_, index) => device.register(told.table, told.address + index) ?? NaN,
              )
              expect(decode(told, registers, 0)).toMatchObject({ value })
              examined++
            }),
            { numRuns: 50 },
          )
        }
    expect(examined).toBe(6 * 4 * 2 * 50)
  })

  test('goes to what can be written, and nowhere else', () => {
    const device = simulate(controller('u16', 'ABCD'))
    for (const address of [20, 80, 81, 90]) expect(device.write('holding', address, 7)).toBe('written')
    expect(device.register('holding', 90)).toBe(7)
    for (const address of [10, 19, 21, 82]) expect(device.write('holding', address, 7)).toBe('no-register')
    expect(device.write('coil', 20, 1)).toBe('no-register')
    expect([device.register('holding', 10), device.register('holding', 21)]).toEqual([7, undefined])
  })

  test('can be made to do something else, such as fading', () => {
    const written: unknown[] = []
    const device = simulate(controller('u16', 'ABCD'), { on: (...what) => written.push(what) })
    device.write('holding', 20, 60)
    expect([written, device.register('holding', 10)]).toEqual([[['set', 60]], 0])
  })
})

describe('a device that hears nothing any more', () => {
  function silent(armed: boolean) {
    const device = simulate(controller('u16', 'ABCD'))
    if (armed) device.write('holding', 80, 10)
    device.write('holding', 81, 70)
    device.write('holding', 20, 30)
    device.heard(1_000)
    return device
  }

  test('goes to its safe value when its time is over, once', () => {
    const device = silent(true)
    device.passes(10_999)
    expect(device.register('holding', 10)).toBe(30)
    device.passes(11_000)
    expect([device.register('holding', 20), device.register('holding', 10)]).toEqual([70, 70])
    device.heard(12_000)
    device.write('holding', 20, 40)
    device.passes(21_999)
    expect(device.register('holding', 10)).toBe(40)
  })

  test('stays as it is where that was not armed', () => {
    const device = silent(false)
    device.passes(1_000_000)
    expect(device.register('holding', 10)).toBe(30)
  })
})
