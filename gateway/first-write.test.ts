/** From a start, and from a line that comes back, to the first write: what is asked before, and how long it takes. */
import { expect, test } from 'vitest'
import { Ballast, cabinetOf, type CabinetOptions } from './testing/polled-lamp.ts'

function cabinet(options: CabinetOptions = {}) {
  const lamp = new Ballast()
  return { lamp, ...cabinetOf(lamp.script, options) }
}

test('after a start one question comes before everything, and the lamp is written within 150 ms', async () => {
  const { clock, told, writes, end } = cabinet()
  await clock.advance(2_000)
  await end()
  expect(told()[0]).toBe('0')
  const [first] = writes()
  const light = writes().find(({ address }) => address === 10)
  console.log(`first write ${first?.atMs.toFixed(1)} ms after the start, the light's ${light?.atMs.toFixed(1)} ms`)
  expect(light?.atMs).toBeLessThan(150)
  expect(new Set(writes().map(({ address }) => address))).toEqual(new Set([10, 20, 30]))
})

test('on a line that is opened anew it is asked first, and a command is written one question later', async () => {
  const { clock, wire, lamp, told, control, writes, end } = cabinet()
  await clock.advance(10_500)
  const asked = wire.asked.length
  wire.lose()
  lamp.registers.set(10, 0)
  const beganMs = clock.monotonicMs()
  control.take({
    setpoint: 'north.level',
    act: { kind: 'set', value: 60, leaseMs: 60_000 },
    reason: 'a test',
    who: 'a',
  })
  await clock.advance(2_000)
  await end()
  const since = told().slice(asked)
  const tookMs = (writes().findLast(({ address }) => address === 10)?.atMs ?? Infinity) - beganMs
  console.log(
    `written ${tookMs.toFixed(1)} ms after the order, on a line opened anew; asked ${since.slice(0, 3).join(' ')}`,
  )
  expect(tookMs).toBeLessThan(50)
  expect(since[0]).toBe('0')
  expect(since).toContain('10:=60')
  expect(since.indexOf('10:=60')).toBeLessThan(6)
})

test('of another device not one register is written, after a start or under a line that is opened anew', async () => {
  const { clock, wire, lamp, writes, end } = cabinet()
  lamp.registers.set(0, 8)
  await clock.advance(120_000)
  expect(writes()).toEqual([])
  lamp.registers.set(0, 7)
  await clock.advance(62_000)
  expect(writes().length).toBeGreaterThan(2)
  const before = writes().length
  wire.lose()
  lamp.registers.delete(0)
  lamp.registers.set(10, 0)
  await clock.advance(600_000)
  await end()
  expect(writes().length).toBe(before)
})

test('a lamp that does not answer is lit once it was known, and not before, nor armed or tended', async () => {
  const never = cabinet()
  never.lamp.isSilent = true
  await never.clock.advance(600_000)
  await never.end()
  expect(never.writes()).toEqual([])

  const once = cabinet({ met: ['lamp'] })
  once.lamp.isSilent = true
  await once.clock.advance(600_000)
  await once.end()
  expect(new Set(once.writes().map(({ address, count }) => `${address}:=${count}`))).toEqual(new Set(['10:=100']))
  // with patience: each minute, as before
  expect(once.writes().length).toBeLessThan(16)
})
