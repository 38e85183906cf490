import { expect, test } from 'vitest'
import { instantiate } from '../drivers/instance.ts'
import type { LineSettings } from '../drivers/line.ts'
import { profileSchema } from '../drivers/profile.ts'
import { serialFormat } from '../drivers/schema.ts'
import { budgetTold, grouped, lineBudget, type BudgetedDevice } from './line-budget.ts'
import { lampProfiles } from './testing/lamps.ts'

const periodsMs = { fast: 1_000, normal: 10_000, slow: 60_000 }

/** Two far blocks of registers in the fast class, and a coil in the slow one; so much of Modbus as is said. */
function meter(name: string, modbus: object = {}, more: object = {}): BudgetedDevice {
  const profile = profileSchema.parse({
    id: 'acme-meter',
    maker: 'Acme',
    model: 'M',
    kind: 'energy_meter',
    grade: 'drafted',
    source: 'an invented device, for this test only',
    modbus: { order: 'ABCD', serial: ['9600 8N1', '19200 8N1'], timeout: '1s', worst_response: '1s', ...modbus },
    identify: { point: 'a', range: [0, 1] },
    points: {
      a: { at: 'input/0', as: 'u16', quantity: 'voltage', poll: 'fast' },
      b: { at: 'input/1000', as: 'f32', quantity: 'voltage', poll: 'fast' },
      c: { at: 'coil/0', as: 'bool', quantity: 'relay', poll: 'slow' },
    },
    ...more,
  })
  return { name, instance: instantiate(profile) }
}

const format = (text: string) => serialFormat.parse(text)
const rs485 = (text: string): LineSettings => ({ protocol: 'modbus-rtu', device: '/dev/x', serial: format(text) })
const tcp: LineSettings = { protocol: 'modbus-tcp', host: 'h', port: 502 }

test('on a serial line bytes, silences and thinking are counted: 10 bits a byte at 9600', () => {
  const { costs, ...all } = lineBudget(rs485('9600 8N1'), [meter('m', { turn_around: '20ms' })], periodsMs)
  const charMs = 10_000 / 9_600
  const fast = 13 * charMs + 2 * charMs + 13 * charMs + 4 * charMs + 2 * (7 * charMs + 20)
  const slow = 14 * charMs + 7 * charMs + 20
  expect(costs.map(({ what, requests, registers, periodMs }) => [what, requests, registers, periodMs])).toEqual([
    ['fast', 2, 3, 1_000],
    ['slow', 1, 1, 60_000],
  ])
  expect(costs[0]?.ms).toBeCloseTo(fast, 9)
  expect(all).toMatchObject({ requests: 3, registers: 4 })
  expect(all.cycleMs).toBeCloseTo(fast + slow, 9)
  expect(all.load).toBeCloseTo(fast / 1_000 + slow / 60_000, 9)
  expect(all.requestsPerS).toBeCloseTo(2 + 1 / 60, 9)
  expect(all.leastLoad).toBe(all.load) // nothing is guessed
})

test('what a profile does not say is taken to be 10 ms, and known to be a guess', () => {
  const { load, leastLoad, costs } = lineBudget(rs485('9600 8N1'), [meter('m')], periodsMs)
  expect(costs.map(({ guessedMs }) => guessedMs)).toEqual([20, 10])
  expect(load - leastLoad).toBeCloseTo(20 / 1_000 + 10 / 60_000, 9)
})

test('over TCP the wire takes next to nothing; behind a device server what the site says of it', () => {
  const over = (serial?: string): LineSettings => ({
    ...{ protocol: 'modbus-rtu-over-tcp', host: 'h', port: 1 },
    ...(serial === undefined ? {} : { serial: format(serial) }),
  })
  const cycleMs = (settings: LineSettings) => lineBudget(settings, [meter('m')], periodsMs).cycleMs
  expect(cycleMs(tcp)).toBeCloseTo(30, 0)
  expect(cycleMs(over())).toBeCloseTo(30 + 3 * 4, 0)
  expect(cycleMs(over('9600 8N1'))).toBeCloseTo(cycleMs(rs485('9600 8N1')), 9)
  // t3.5 is shorter there than what the gateway waits
  expect(cycleMs(over('115200 8N1'))).toBeGreaterThan(cycleMs(rs485('115200 8N1')))
})

test('a pause is counted before each request, as far as it is longer than the silence that the line keeps', () => {
  const of = (pause: string) => lineBudget(rs485('9600 8N1'), [meter('m', { pause })], periodsMs).costs[0]
  expect(of('200ms')?.pauseMs).toBeCloseTo(2 * (200 - (3.5 * 10_000) / 9_600), 9)
  expect(of('3ms')?.pauseMs).toBe(0)
})

test('holes that may be read, and the longest read, make the requests', () => {
  const requests = (modbus: object) => lineBudget(rs485('9600 8N1'), [meter('m', modbus)], periodsMs).costs[0]?.requests
  expect(requests({ gap: 124 })).toBe(2)
  const close = {
    points: {
      a: { at: 'input/0', as: 'u16', quantity: 'voltage' },
      b: { at: 'input/3', as: 'f32', quantity: 'voltage' },
    },
  }
  const of = (modbus: object) => lineBudget(rs485('9600 8N1'), [meter('m', modbus, close)], periodsMs).costs[0]
  expect(of({ gap: 0 })).toMatchObject({ requests: 2, registers: 3 })
  expect(of({ gap: 2 })).toMatchObject({ requests: 1, registers: 5 })
  expect(of({ gap: 2, longest_read: 4 })).toMatchObject({ requests: 2, registers: 3 })
  expect(of({ gap: 2, unreadable: ['input/1'] })).toMatchObject({ requests: 2, registers: 3 })
})

test('housekeeping is counted as often as it is done', () => {
  const chore = { at: 'holding/4', value: 1, every: '10s', because: 'its watchdog wants it' }
  const { costs } = lineBudget(tcp, [meter('m', {}, { housekeeping: [chore] })], periodsMs)
  expect(costs.at(-1)).toMatchObject({ what: 'housekeeping', requests: 1, periodMs: 10_000 })
})

test('devices of one profile are told together, what takes most first', () => {
  const relay = lampProfiles.profile('acme-relay')
  if (relay === undefined) throw new Error('no relay')
  const devices = [meter('m1'), meter('m2'), { name: 'board', instance: instantiate(relay) }]
  const budget = lineBudget(rs485('9600 8N1'), devices, periodsMs)
  const groups = grouped(budget.costs)
  expect(groups.map(({ devices, what }) => `${devices.join('+')} ${what}`)).toEqual([
    'm1+m2 fast',
    'board normal',
    'm1+m2 slow',
    'board slow',
  ])
  const sum = (of: (group: (typeof groups)[number]) => number) => groups.reduce((total, group) => total + of(group), 0)
  expect(sum(({ load }) => load)).toBeCloseTo(budget.load, 9)
  expect(sum(({ requests }) => requests)).toBe(budget.requests)
  expect(budgetTold(budget).load).toBe(Math.round(budget.load * 1_000) / 1_000)
})

test('a line without devices carries nothing', () => {
  expect(lineBudget(tcp, [], periodsMs)).toEqual({
    ...{ costs: [], requests: 0, registers: 0, cycleMs: 0, requestsPerS: 0, load: 0, leastLoad: 0 },
  })
})
