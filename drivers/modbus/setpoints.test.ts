import { describe, expect, test } from 'vitest'
import { envelope, isCleared } from '../../gateway/control/envelope.ts'
import { outputOf, segmentOf } from '../../gateway/control/testing/segments.ts'
import type { Cleared, SetpointValue } from '../driver.ts'
import { instantiate } from '../instance.ts'
import { LineError } from '../line-error.ts'
import type { Outcome } from '../line.ts'
import { profileSchema } from '../profile.ts'
import type { PointId } from '../reading.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { fakeLine } from '../testing/fake-line.ts'
import { modbusDriver } from './driver.ts'
import type { WriteRequest } from './request.ts'

const never = new AbortController().signal

const profile = profileSchema.parse({
  id: 'test-controller',
  maker: 'Test',
  model: 'Controller',
  kind: 'lighting_controller',
  grade: 'drafted',
  source: 'made up for this test alone',
  modbus: { order: 'ABCD', serial: ['9600 8N1'], timeout: '300ms', worst_response: '1s' },
  identify: { point: 'level', range: [0, 100] },
  points: {
    level: { at: 'holding/6', as: 'u16', quantity: 'light_level' },
    k1: { at: 'coil/0', as: 'bool', quantity: 'relay' },
  },
  setpoints: {
    level: {
      at: 'holding/15',
      as: 'u16',
      quantity: 'light_level',
      limits: [10, 100],
      slew: '10/s',
      rest: '500ms',
      confirm: { by: 'level', within: '2s', tolerance: 1 },
      safe: 100,
      on_loss: { keeps: 'nothing else covers it here' },
    },
    broadcast: {
      at: 'holding/6800',
      as: 'u16',
      quantity: 'light_level',
      multiple: true,
      limits: [0, 100],
      slew: 'at-once',
      rest: '500ms',
      confirm: { none: 'no register tells it' },
      safe: 100,
      on_loss: { keeps: 'nothing else covers it here' },
    },
    k1: {
      at: 'coil/0',
      as: 'bool',
      quantity: 'relay',
      limits: [0, 1],
      slew: 'at-once',
      rest: '1s',
      confirm: { by: 'k1', within: '1s' },
      safe: true,
      on_loss: {
        goes_to: 'safe',
        after: '10s',
        armed_by: [
          { at: 'holding/8', value: 10 },
          { at: 'holding/930', value: 'safe' },
        ],
      },
    },
  },
  housekeeping: [{ at: 'holding/4', value: 1, every: '10s', because: 'it answers from memory until told to look' }],
})

/** What the envelope clears when its limits are taken out: the driver must look for itself. */
function cleared(setpoint: PointId, value: SetpointValue, confirm: boolean): Cleared {
  const output = outputOf({ setpoint })
  const around = { asked: 0, lit: false, switchedOff: 0, interlocks: [] }
  const state = { present: undefined, writtenMs: -Infinity, device: 'known' as const, nowMs: 0 }
  const wish = { level: 100, priority: 'operator' } as const
  const judged = envelope('limits').judge(segmentOf({}, [output]), output, wish, { value, confirm }, around, state)
  if (!isCleared(judged)) throw new Error(judged.code)
  return judged
}

/** A device whose registers hold what is written; `follows`: level says what was set, so long after. */
function device(options: { follows?: number; answers?: (request: WriteRequest) => Outcome | undefined } = {}) {
  const { follows = 0, answers = () => undefined } = options
  const clock = fakeClock()
  const held = new Map<string, number>()
  const wrote: string[] = []
  let reads = 0
  const line = fakeLine({
    read: (request, into) => {
      reads++
      const table = request.function === 1 ? 'coil' : 'holding'
      for (let index = 0; index < request.count; index++)
        into[index] = held.get(`${table}/${request.address + index}`) ?? 0
      return Promise.resolve({ state: 'answered' })
    },
    write: (request) => {
      const { function: fn, address, values } = request
      wrote.push(`${fn}:${address}=${[...values].join()}`)
      const outcome = answers(request)
      if (outcome !== undefined) return Promise.resolve(outcome)
      const table = fn === 5 || fn === 15 ? 'coil' : 'holding'
      values.forEach((value, index) => held.set(`${table}/${address + index}`, value))
      if (address === 15) void clock.sleep(follows).then(() => held.set('holding/6', values[0] ?? 0))
      return Promise.resolve({ state: 'answered' })
    },
  })
  const driver = modbusDriver({ id: 'lamps', unit: 1, instance: instantiate(profile), line, clock })
  const write = async (setpoint: PointId, value: SetpointValue, confirm = true) => {
    const writing = driver.write(cleared(setpoint, value, confirm), never)
    await clock.advance(5_000)
    return await writing
  }
  return { driver, clock, held, wrote, write, reads: () => reads }
}

describe('a write', () => {
  test('goes where the profile says, by the function that fits', async () => {
    const { write, wrote } = device()
    await write('lamps.level', 60)
    await write('lamps.broadcast', 0)
    await write('lamps.k1', true)
    await write('lamps.k1', false)
    expect(wrote).toEqual(['6:15=60', '16:6800=0', '5:0=1', '5:0=0'])
  })

  test('is applied when the device says of itself that it is so', async () => {
    const { write } = device({ follows: 900 })
    expect(await write('lamps.level', 60)).toEqual({ state: 'applied' })
    expect(await write('lamps.k1', true)).toEqual({ state: 'applied' })
  })

  test('is not confirmed when the device says otherwise for too long', async () => {
    const { write, reads } = device({ follows: 60_000 })
    expect(await write('lamps.level', 60)).toEqual({ state: 'unconfirmed', because: 'differs' })
    expect(reads()).toBeLessThan(10)
  })

  test('to switch off is not confirmed by a lamp that still glows, however wide the tolerance', async () => {
    const { write, held } = device({ follows: 60_000 })
    held.set('holding/6', 1)
    expect(await write('lamps.level', 0)).toEqual({ state: 'unconfirmed', because: 'differs' })
  })

  test('is not read back where nothing tells, or nobody asks', async () => {
    const { write, reads } = device()
    expect(await write('lamps.broadcast', 60)).toEqual({ state: 'unconfirmed', because: 'not-asked' })
    expect(await write('lamps.level', 60, false)).toEqual({ state: 'unconfirmed', because: 'not-asked' })
    expect(reads()).toBe(0)
  })

  test('of what cannot be said is not sent', async () => {
    const { write, wrote } = device()
    const rejected = { state: 'rejected', because: 'not-sayable' }
    expect(await write('lamps.level', 101)).toEqual(rejected)
    expect(await write('lamps.level', 5)).toEqual(rejected)
    expect(await write('lamps.level', true)).toEqual(rejected)
    expect(await write('lamps.level', NaN)).toEqual(rejected)
    expect(await write('lamps.broadcast', 0.4)).toEqual(rejected) // would be off
    expect(await write('lamps.k1', 0.5)).toEqual(rejected)
    expect(await write('lamps.nothing', 5)).toEqual(rejected)
    expect(await write('other.level', 50)).toEqual(rejected)
    expect(wrote).toEqual([])
    expect(await write('lamps.level', 0)).toEqual({ state: 'applied' })
  })

  const error = new LineError('LINE_LOST', 'test://wire')
  test.each<[Outcome, string, string]>([
    [{ state: 'no-answer' }, 'unconfirmed', 'no-answer'],
    [{ state: 'garbled' }, 'unconfirmed', 'garbled'],
    [{ state: 'resting' }, 'rejected', 'resting'],
    [{ state: 'line-down', error, sent: true }, 'unconfirmed', 'line-down'],
    [{ state: 'line-down', error, sent: false }, 'rejected', 'line-down'],
    [{ state: 'exception', exception: 2 }, 'rejected', 'illegal-address'],
    [{ state: 'exception', exception: 3 }, 'rejected', 'illegal-address'],
    [{ state: 'exception', exception: 4 }, 'rejected', 'refused'],
    [{ state: 'exception', exception: 11 }, 'unconfirmed', 'no-answer'],
  ])('%o is %s (%s)', async (outcome, state, because) => {
    const { write } = device({ answers: () => outcome })
    expect(await write('lamps.level', 60)).toEqual({ state, because })
  })

  test('that the device has begun, as it says, is waited for', async () => {
    const { write, held } = device({
      answers: () => {
        held.set('holding/6', 60)
        return { state: 'exception', exception: 5 }
      },
    })
    expect(await write('lamps.level', 60)).toEqual({ state: 'applied' })
  })
})

describe('arming', () => {
  const safe = (value: SetpointValue) => new Map<PointId, SetpointValue>([['lamps.k1', value]])

  test('writes what differs, reads it back, and leaves the rest alone: registers wear', async () => {
    const { driver, held, wrote } = device()
    held.set('holding/8', 10)
    expect(await driver.arm(safe(true), never)).toEqual({ state: 'armed', written: 1 })
    expect(wrote).toEqual(['6:930=1'])
    expect(await driver.arm(safe(true), never)).toEqual({ state: 'armed', written: 0 })
    expect(await driver.arm(safe(false), never)).toEqual({ state: 'armed', written: 1 })
    expect(wrote).toEqual(['6:930=1', '6:930=0'])
  })

  test('that does not hold says which register', async () => {
    const { driver } = device({ answers: () => ({ state: 'exception', exception: 4 }) })
    expect(await driver.arm(safe(true), never)).toEqual({
      state: 'failed',
      because: 'holding/8 says 0 instead of 10',
    })
  })

  test('of what has no behaviour of its own is told', async () => {
    const { driver } = device()
    expect(await driver.arm(new Map([['lamps.level', 100]]), never)).toMatchObject({ state: 'failed' })
  })
})

test('housekeeping is done when it is due, and tried again soon when it fails', async () => {
  let fails = true
  const { driver, clock, wrote } = device({ answers: () => (fails ? { state: 'no-answer' } : undefined) })
  await driver.tend(never)
  await driver.tend(never)
  expect(wrote).toEqual(['6:4=1'])
  fails = false
  await clock.advance(1_000)
  await driver.tend(never)
  await clock.advance(9_000)
  await driver.tend(never)
  expect(wrote).toHaveLength(2)
  await clock.advance(1_000)
  await driver.tend(never)
  expect(wrote).toHaveLength(3)
})
