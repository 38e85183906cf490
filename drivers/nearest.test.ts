import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

test.each([
  ['baudrate', ['baud', 'parity'], 'baud'],
  ['evn', ['even', 'odd', 'none'], 'even'],
  ['rnage', ['range', 'registers'], 'range'],
  ['uint16', ['u16', 'u32', 'i16'], 'u16'],
  ['float32', ['f64', 'f32'], 'f32'],
  ['FAST', ['fast', 'slow'], 'fast'],
  ['active_power', ['power_active', 'power_apparent'], 'power_active'],
  ['energy_import', ['energy_active_export', 'energy_active_import'], 'energy_active_import'],
  ['frekuenzy', ['voltage', 'frequency'], 'frequency'],
  ['power', ['voltage', 'power_active'], 'power_active'],
])('%s: among %j it is %s', (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant)
})

test.each([
  ['temperature', ['voltage', 'current']],
  ['mileage', ['voltage']],
  ['x', ['at', 'as']],
  ['exactly', ['exactly']],
  ['anything', []],
])('%s: among %j nothing is near', (word, candidates) => {
  expect(nearest(word, candidates)).toBeUndefined()
})
