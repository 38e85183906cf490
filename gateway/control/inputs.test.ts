import { describe, expect, test } from 'vitest'
import { bad, good, uncertain, type BadReason, type PointId, type Reading } from '../../drivers/reading.ts'
import { Inputs } from './inputs.ts'
import { segmentOf } from './testing/segments.ts'

const at = Temporal.Instant.from('2026-12-21T18:00:00Z')
const reading = (point: PointId, value: boolean | number | BadReason): Reading =>
  typeof value === 'string' ? { point, at, quality: bad(value) } : { point, at, quality: good, value }

describe('the contact that orders light', () => {
  const inputs = () => new Inputs(segmentOf({ local: { point: 'box.forced' } }))

  test('orders while it is closed', () => {
    const contact = inputs()
    expect(contact.isForced).toBe(false)
    expect(contact.see(reading('box.forced', true))).toBe(true)
    expect(contact.isForced).toBe(true)
    expect(contact.see(reading('box.forced', true))).toBe(false)
    expect(contact.see(reading('box.forced', false))).toBe(true)
    expect(contact.isForced).toBe(false)
  })

  test('stays as it was while it cannot be read', () => {
    const contact = inputs()
    contact.see(reading('box.forced', true))
    expect(contact.see(reading('box.forced', 'no-answer'))).toBe(false)
    expect(contact.isForced).toBe(true)
  })
})

describe('an interlock', () => {
  const inputs = (is: boolean) =>
    new Inputs(segmentOf({ interlocks: [{ point: 'box.door', is, forbids: 'on', because: 'open door' }] }))

  test.each([true, false])('holds while its point reads %s, or cannot be read', (is) => {
    const interlock = inputs(is)
    expect(interlock.engaged).toHaveLength(1)
    interlock.see(reading('box.door', !is))
    expect(interlock.engaged).toHaveLength(0)
    interlock.see(reading('box.door', is))
    expect(interlock.engaged).toHaveLength(1)
    interlock.see(reading('box.door', !is))
    expect(interlock.see(reading('box.door', 'line-down'))).toBe(true)
    expect(interlock.engaged).toHaveLength(1)
  })
})

describe('the photocell', () => {
  const inputs = () => {
    const photocell = { point: 'sky.lux', on_below: 20, off_above: 60 }
    return new Inputs(segmentOf({ on_loss: 'photocell', photocell }))
  }

  test('has two thresholds, and stays as it was between them', () => {
    const cell = inputs()
    const seen = [40, 19, 40, 61, 40, 20, 19.9].map((lux) => {
      cell.see(reading('sky.lux', lux))
      return cell.darkness
    })
    expect(seen).toEqual(['dark', 'dark', 'dark', 'bright', 'bright', 'bright', 'dark'])
  })

  test('does nothing on values that are suspect, and says nothing once they go on', () => {
    const cell = inputs()
    const suspect = (lux: number): Reading => ({ point: 'sky.lux', at, quality: uncertain('suspect'), value: lux })
    cell.see(reading('sky.lux', 500))
    const seen = [suspect(1), suspect(2), reading('sky.lux', 490), suspect(1), suspect(900), suspect(2)].map((one) => {
      cell.see(one)
      return cell.darkness
    })
    expect(seen).toEqual(['bright', 'bright', 'bright', 'bright', 'bright', undefined])
  })

  test('that cannot be read says nothing', () => {
    const cell = inputs()
    cell.see(reading('sky.lux', 500))
    cell.see(reading('sky.lux', 'no-answer'))
    expect(cell.darkness).toBeUndefined()
  })
})

test('all are heard when each was asked once, with or without an answer', () => {
  const inputs = new Inputs(
    segmentOf({
      local: { point: 'box.forced' },
      interlocks: [{ point: 'box.door', is: true, forbids: 'on', because: 'open door' }],
    }),
  )
  inputs.see(reading('box.forced', 'not-read'))
  inputs.see(reading('box.door', 'no-answer'))
  expect(inputs.areHeard).toBe(false)
  inputs.see(reading('box.forced', false))
  expect(inputs.areHeard).toBe(true)
  expect(inputs.see(reading('box.other', true))).toBe(false)
})
