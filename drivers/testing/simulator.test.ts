import { describe, expect, test } from 'vitest'
import { instantiate } from '../instance.ts'
import { profileSchema, type ParameterValues } from '../profile.ts'
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
