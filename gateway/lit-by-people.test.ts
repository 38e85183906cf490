import { expect, test } from 'vitest'
import type { QuantityName } from '../drivers/quantities.ts'
import type { PointId } from '../drivers/reading.ts'
import { peoplesLight, peoplesLightOf } from './lit-by-people.ts'

const quantityOf = new Map<PointId, QuantityName>([
  ['box.key', 'contact'],
  ['box.motion', 'contact'],
  ['radar.occupancy', 'occupancy'],
  ['lamps.level_3', 'light_level'],
  ['lamps.lamp_3', 'device_state'],
  ['lamps.supply', 'voltage'],
  ['meter.power_active', 'power_active'],
])
const segment = (local: object, interlocks: object[] = []) => ({
  setpoints: ['lamps.level_3', 'lamps.level_4'],
  confirm_by: ['box.lit'],
  program: { from: 'sunset', until: 'sunrise', level: 100 },
  floor: 0,
  on_loss: 'on',
  local,
  interlocks,
})
const all = (path: object) => {
  const { detectors, light } = peoplesLightOf({ path, wrong: { setpoints: 7 } }, quantityOf)
  return { detectors: [...detectors], light: [...light] }
}
const lit = ['segment:path.light_level', 'segment:path.light_level_asked', 'box.lit', 'lamps.level_3', 'lamps.lamp_3']

test('a contact with a key lights nobody’s path', () => {
  expect(all(segment({ point: 'box.key' }))).toEqual({ detectors: [], light: [] })
})

test.each([
  ['said to be a detector', segment({ point: 'box.motion', detector: true }), 'box.motion'],
  ['by its quantity', segment({ point: 'radar.occupancy' }), 'radar.occupancy'],
  [
    'of an interlock',
    segment({ point: 'box.key' }, [
      { point: 'box.motion', is: true, forbids: 'off', because: 'somebody walks there', detector: true },
    ]),
    'box.motion',
  ],
])('what people close, %s: it, the segment, and all that reads its light tell of them', (_, path, detector) => {
  expect(all(path)).toEqual({ detectors: [detector], light: lit })
})

test('what one segment says of a contact holds for all that it orders light in', () => {
  const there = { ...segment({ point: 'box.motion', detector: true }), setpoints: ['relay.k1'], confirm_by: [] }
  const here = segment({ point: 'box.motion' })
  expect([...peoplesLightOf({ there, here }, quantityOf).light]).toContain('segment:here.light_level')
})

test('a street without segments has none', () => {
  expect(peoplesLight([], quantityOf)).toEqual({ detectors: new Set(), light: new Set() })
})
