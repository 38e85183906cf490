import { expect, test } from 'vitest'
import { instantiate } from '../instance.ts'
import type { Outcome } from '../line.ts'
import { LineError } from '../line-error.ts'
import { profileSchema } from '../profile.ts'
import type { PointId, Reading } from '../reading.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { fakeLine } from '../testing/fake-line.ts'
import { never } from '../testing/line-suite.ts'
import { modbusDriver } from './driver.ts'
import type { ReadRequest } from './request.ts'

const profile = profileSchema.parse({
  id: 'test-meter',
  maker: 'Test',
  model: 'Meter',
  kind: 'energy_meter',
  grade: 'drafted',
  source: 'made up for this test alone',
  modbus: {
    order: 'ABCD',
    serial: ['9600 8N1'],
    timeout: '300ms',
    worst_response: '1s',
    longest_read: 20,
    gap: 4,
    pause: '50ms',
  },
  identify: { point: 'frequency', range: [45, 65] },
  points: {
    voltage_l1: { at: 'input/0', as: 'u16', quantity: 'voltage', scale: 0.1 },
    voltage_l2: { at: 'input/1', as: 'u16', quantity: 'voltage', scale: 0.1 },
    frequency: { at: 'input/4', as: 'u16', quantity: 'frequency', scale: 0.01 },
    imported: { at: 'holding/100', as: 'u32', quantity: 'energy_active_import' },
  },
})

/** A meter's registers, behind a line that says what it was asked. */
function meter(answer: (request: ReadRequest) => Outcome = () => ({ state: 'answered' })) {
  const held: Record<number, number> = { 0: 2_301, 1: 2_299, 4: 5_001, 100: 1, 101: 2 }
  const asked: string[] = []
  const requests: ReadRequest[] = []
  const line = fakeLine({
    read: (request, into, signal) => {
      if (signal.aborted) return Promise.reject(signal.reason as Error)
      requests.push(request)
      asked.push(`${request.function}:${request.address}+${request.count}`)
      for (let index = 0; index < request.count; index++) into[index] = held[request.address + index] ?? 0
      return Promise.resolve(answer(request))
    },
    write: () => Promise.reject(new Error('reading writes nothing')),
  })
  const clock = fakeClock()
  const driver = modbusDriver({ id: 'meter', unit: 7, instance: instantiate(profile), line, clock })
  return { driver, asked, requests, held, clock }
}

const all: PointId[] = ['meter.imported', 'meter.frequency', 'meter.voltage_l2', 'meter.voltage_l1']

function said(readings: Reading[]): unknown[] {
  return readings.map((reading) =>
    reading.quality.state === 'bad'
      ? [reading.point, reading.quality.reason]
      : [reading.point, 'value' in reading && reading.value],
  )
}

test('one reading a point, in the order asked, by as few requests as the limits allow', async () => {
  const { driver, asked, requests } = meter()
  expect(said(await driver.read(all, never))).toEqual([
    ['meter.imported', 65_538],
    ['meter.frequency', 50.01],
    ['meter.voltage_l2', 229.9],
    ['meter.voltage_l1', 230.1],
  ])
  expect(asked).toEqual(['3:100+2', '4:0+5'])
  expect(requests[0]).toMatchObject({ unit: 7, timeoutMs: 300, worstResponseMs: 1_000, pauseMs: 50 })
})

test('the plan is made once for the same array', async () => {
  const { driver, requests } = meter()
  await driver.read(all, never)
  await driver.read(all, never)
  expect(requests[2]).toBe(requests[0])
})

test('a point asked for twice is read once; one that the device does not have is bad alone', async () => {
  const { driver, asked } = meter()
  expect(
    said(await driver.read(['meter.frequency', 'meter.unheard_of', 'meter.frequency', 'other.frequency'], never)),
  ).toEqual([
    ['meter.frequency', 50.01],
    ['meter.unheard_of', 'illegal-address'],
    ['meter.frequency', 50.01],
    ['other.frequency', 'illegal-address'],
  ])
  expect(asked).toEqual(['4:4+1'])
})

test.each([2, 3])('exception %i to a merged block costs only the bad point', async (exception) => {
  const { driver, asked } = meter(({ address, count }) =>
    address <= 1 && 1 < address + count ? { state: 'exception', exception } : { state: 'answered' },
  )
  expect(said(await driver.read(all, never))).toEqual([
    ['meter.imported', 65_538],
    ['meter.frequency', 50.01],
    ['meter.voltage_l2', 'illegal-address'],
    ['meter.voltage_l1', 230.1],
  ])
  expect(asked).toEqual(['3:100+2', '4:0+5', '4:0+1', '4:1+4', '4:1+1', '4:4+1'])
})

/** A register that the device does not have refuses every request that it lies in. */
const without =
  (register: number) =>
  ({ address, count }: ReadRequest): Outcome =>
    address <= register && register < address + count ? { state: 'exception', exception: 2 } : { state: 'answered' }

test('a missing point is left out for ten minutes, the others stay merged, and then it is asked for once, alone', async () => {
  const { driver, asked, clock } = meter(without(0))
  await driver.read(all, never)
  asked.length = 0
  for (let second = 0; second < 600; second++) {
    expect(said(await driver.read(all, never)).at(-1)).toEqual(['meter.voltage_l1', 'illegal-address'])
    await clock.advance(1_000)
  }
  expect(asked).toHaveLength(1_200)
  expect(new Set(asked)).toEqual(new Set(['3:100+2', '4:1+4']))
  asked.length = 0
  await driver.read(all, never)
  await driver.read(all, never)
  expect(asked).toEqual(['3:100+2', '4:1+4', '4:0+1', '3:100+2', '4:1+4'])
})

test('no gap is read over a missing point', async () => {
  const { driver, asked } = meter(without(1))
  await driver.read(all, never)
  asked.length = 0
  expect(said(await driver.read(all, never)).slice(2)).toEqual([
    ['meter.voltage_l2', 'illegal-address'],
    ['meter.voltage_l1', 230.1],
  ])
  expect(asked).toEqual(['3:100+2', '4:0+1', '4:4+1'])
})

test('where the missing register lies in a gap, that gap is read no more', async () => {
  const { driver, asked } = meter(without(3))
  await driver.read(all, never)
  asked.length = 0
  expect(said(await driver.read(all, never))[1]).toEqual(['meter.frequency', 50.01])
  expect(asked).toEqual(['3:100+2', '4:0+2', '4:4+1'])
})

test('a device that has none of the points is still asked for one: it may fall silent', async () => {
  const outcome: { now: Outcome } = { now: { state: 'exception', exception: 2 } }
  const { driver } = meter(() => outcome.now)
  const [first] = all
  expect(said(await driver.read([first!], never))).toEqual([[first, 'illegal-address']])
  outcome.now = { state: 'no-answer' }
  expect(said(await driver.read([first!], never))).toEqual([[first, 'no-answer']])
})

test.each([10, 11])('exception %i is a gateway’s word for silence: it ends the read', async (code) => {
  const { driver, asked } = meter(() => ({ state: 'exception', exception: code }))
  expect(said(await driver.read(all, never))).toEqual(all.map((point) => [point, 'no-answer']))
  expect(asked).toHaveLength(1)
})

test('any other exception refuses its block, and the others are still asked', async () => {
  const { driver, asked } = meter(({ function: fn }) =>
    fn === 3 ? { state: 'exception', exception: 4 } : { state: 'answered' },
  )
  expect(said(await driver.read(all, never)).slice(0, 2)).toEqual([
    ['meter.imported', 'refused'],
    ['meter.frequency', 50.01],
  ])
  expect(asked).toHaveLength(2)
})

test.each<[Outcome, string]>([
  [{ state: 'no-answer' }, 'no-answer'],
  [{ state: 'resting' }, 'no-answer'],
  [{ state: 'garbled' }, 'garbled'],
  [{ state: 'line-down', error: new LineError('LINE_REFUSED', 'test://wire'), sent: false }, 'line-down'],
])('after %o the rest of the read is not asked', async (outcome, reason) => {
  const { driver, asked } = meter(() => outcome)
  expect(said(await driver.read(all, never))).toEqual(all.map((point) => [point, reason]))
  expect(asked).toHaveLength(1)
})

test('silence in the midst of single reads ends them too', async () => {
  const { driver, asked } = meter(({ count, address }) =>
    count > 1 && address === 0
      ? { state: 'exception', exception: 2 }
      : address === 0
        ? { state: 'no-answer' }
        : { state: 'answered' },
  )
  expect(said(await driver.read(['meter.voltage_l1', 'meter.voltage_l2', 'meter.imported'], never))).toEqual([
    ['meter.voltage_l1', 'no-answer'],
    ['meter.voltage_l2', 'no-answer'],
    ['meter.imported', 'no-answer'],
  ])
  expect(asked).toEqual(['4:0+2', '4:0+1'])
})

test('it rejects with the signal’s reason', async () => {
  const { driver } = meter()
  await expect(driver.read(all, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})

test('identifying compares the telling point with its bounds, and tells no value', async () => {
  const { driver, held } = meter()
  expect(await driver.identify(never)).toEqual({ state: 'matches' })
  const differs = { state: 'differs', because: 'frequency is outside 45 … 65' }
  held[4] = 6_600
  expect(await driver.identify(never)).toEqual(differs)
  held[4] = 0xffff // no frequency at all
  expect(await driver.identify(never)).toEqual(differs)
  expect(await meter(() => ({ state: 'no-answer' })).driver.identify(never)).toEqual({
    state: 'unknown',
    because: 'frequency cannot be read: no-answer',
    reason: 'no-answer',
  })
})

test('tells which registers a value came from, of the last answer that held it', async () => {
  let answers = true
  const { driver, held } = meter(() => (answers ? { state: 'answered' } : { state: 'no-answer' }))
  expect(driver.raw('meter.imported')).toBeUndefined()
  await driver.read(all, never)
  expect(driver.raw('meter.imported')).toEqual({ register: 'holding/100', registers: [1, 2] })
  expect(driver.raw('meter.voltage_l2')).toEqual({ register: 'input/1', registers: [2_299] })
  expect(driver.raw('meter.nothing')).toBeUndefined()
  held[1] = 2_280
  answers = false
  await driver.read(['meter.voltage_l2'], never)
  expect(driver.raw('meter.voltage_l2')).toEqual({ register: 'input/1', registers: [2_299] })
})
