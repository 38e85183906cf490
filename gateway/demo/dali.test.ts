import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { daliGateway } from './dali.ts'
import { serveTcp } from './meter.ts'
import { nextFree } from './ports.ts'
import { modbusClient } from './testing/client.ts'

const wiring = { gears: 4, groups: [[0, 1], [2]] }

/** `gear`'s own registers by their offsets in the maker's table. */
function asked(clock = fakeClock()) {
  const gateway = daliGateway(wiring, clock)
  const holding = (address: number) => gateway.register('holding', address)
  return {
    clock,
    gateway,
    holding,
    actual: () => [0, 1, 2, 3].map((gear) => holding(100 * gear + 6)),
    status: (gear: number) => holding(100 * gear + 5),
    write: (address: number, value: number) => gateway.write('holding', address, value),
  }
}

const [lampOn, fadeRunning, powerCycle] = [0x04, 0x10, 0x80]

describe('the light', () => {
  test('is off at first, and every gear says that its power came and nobody has asked for light', () => {
    const { actual, status } = asked()
    expect(actual()).toEqual([0, 0, 0, 0])
    expect([0, 1, 2, 3].map(status)).toEqual([powerCycle, powerCycle, powerCycle, powerCycle])
  })

  test('of a group fades within a second, in its gears only, and they say so', async () => {
    const { clock, gateway, holding, actual, status, write } = asked()
    expect(write(6_400, 80)).toBe('written')
    expect(actual()).toEqual([0, 0, 0, 0])
    await clock.advance(250)
    expect(actual()).toEqual([20, 20, 0, 0])
    expect(gateway.levels()).toEqual([20, 20, 0, 0])
    expect([status(0), status(2)]).toEqual([lampOn + fadeRunning, powerCycle])
    await clock.advance(750)
    expect(actual()).toEqual([80, 80, 0, 0])
    expect(status(0)).toBe(lampOn)
    expect([holding(6_400), holding(15), holding(215)]).toEqual([80, 80, 0])
  })

  test('turns round in the middle of a fade, without a jump', async () => {
    const { clock, actual, write } = asked()
    write(115, 100)
    await clock.advance(500)
    expect(actual()[1]).toBe(50)
    write(115, 0)
    expect(actual()[1]).toBe(50)
    await clock.advance(500)
    expect(actual()[1]).toBe(25)
    await clock.advance(500)
    expect(actual()).toEqual([0, 0, 0, 0])
  })

  test('of the whole line is the broadcast’s, and stays when nobody talks', async () => {
    const { clock, actual, write } = asked()
    write(6_800, 60)
    await clock.advance(30 * 86_400_000)
    expect(actual()).toEqual([60, 60, 60, 60])
  })
})

test('what it has no register or no level for it refuses, and nothing changes', async () => {
  const { clock, gateway, actual, write } = asked()
  expect(write(6_400, 101)).toBe('bad-value')
  expect(write(6_440, 50)).toBe('no-register') // group 2
  expect(write(6_401, 50)).toBe('no-register')
  expect(write(415, 50)).toBe('no-register') // gear 4
  expect(write(6, 50)).toBe('no-register') // the actual level is read only
  expect(gateway.write('coil', 15, 1)).toBe('no-register')
  expect(write(4, 1)).toBe('written')
  await clock.advance(2_000)
  expect(actual()).toEqual([0, 0, 0, 0])
  expect([gateway.register('holding', 405), gateway.register('coil', 5)]).toEqual([undefined, undefined])
})

test('on the wire: functions 6 and 16 write, and a refusal is an exception', async () => {
  const { clock, gateway } = asked()
  await using serving = await nextFree(0, (port) => serveTcp(gateway, 1, port))
  await using client = await modbusClient('tcp', serving.port, 1)
  await client.writeRegister(6_400, 40)
  await client.writeRegisters(215, [30])
  await clock.advance(1_000)
  expect((await client.readHoldingRegisters(6, 1)).data).toEqual([40])
  expect((await client.readHoldingRegisters(206, 1)).data).toEqual([30])
  await expect(client.writeRegister(6_401, 40)).rejects.toMatchObject({ modbusCode: 2 })
  await expect(client.writeRegister(15, 255)).rejects.toMatchObject({ modbusCode: 3 })
  await expect(client.writeCoil(15, true)).rejects.toMatchObject({ modbusCode: 2 })
})
