import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connectAsync } from 'mqtt'
import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { systemClock } from '../clock.ts'
import { openStreet, type StreetOpened } from './street.ts'
import { modbusClient } from './testing/client.ts'

type Line = StreetOpened | { event: 'failed'; message: string }

const anywhere = { broker: 0, feeder: 0, yard: 0, lamps: 0 }

/** The process as `fanal up` starts it; its first line; and its end, which the test may await and disposal makes sure of. */
async function startStreet(...options: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'street.ts'), ...options], {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 8_000, // should it not end when it is asked to, it ends before the test gives up on it
    killSignal: 'SIGKILL',
  })
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>
  const [text] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    child,
    exited,
    line: JSON.parse(text) as Line,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

function opened(line: Line): StreetOpened {
  if (line.event !== 'street') throw new Error(line.message)
  return line
}

const portArguments = (ports: typeof anywhere) =>
  Object.entries(ports).flatMap(([name, port]) => [`--${name}`, String(port)])

describe('the process', () => {
  test('serves both meters to several clients at once, and the broker', async () => {
    await using street = await startStreet(...portArguments(anywhere))
    const { broker, lines } = opened(street.line)
    const asking = await Promise.all([
      ...Array.from({ length: 3 }, () => modbusClient('tcp', lines.feeder.port, 1)),
      ...Array.from({ length: 3 }, () => modbusClient('rtu-over-tcp', lines.yard.port, 2)),
    ])
    await Promise.all(
      asking.map(async (client, index) => {
        for (let turn = 0; turn < 10; turn++) {
          if (index < 3) {
            const { buffer } = await client.readInputRegisters(0x0000, 6)
            for (const at of [0, 4, 8]) expect(buffer.readFloatBE(at)).toBeCloseTo(235, -2)
            expect((await client.readInputRegisters(0x0048, 2)).buffer.readFloatBE()).toBeGreaterThanOrEqual(48_213)
          } else {
            const { buffer } = await client.readHoldingRegisters(0x5b00, 6)
            for (const at of [0, 4, 8]) expect(buffer.readUInt32BE(at) / 10).toBeCloseTo(235, -2)
            const energies = (await client.readHoldingRegisters(0x5000, 8)).buffer
            expect(energies.readBigUInt64BE(0)).toBeGreaterThanOrEqual(317_000n)
            // Nothing is fed in, and the meter does not count it: the sentinel for what is not there.
            expect(energies.readBigUInt64BE(8)).toBe(0xffff_ffff_ffff_ffffn)
          }
        }
      }),
    )
    for (const client of asking) await client[Symbol.asyncDispose]()

    const city = await connectAsync(broker, { protocolVersion: 4 })
    const heard = new Promise<string>((resolve) => city.once('message', (topic) => resolve(topic)))
    await city.subscribeAsync('fanal/#')
    await city.publishAsync('fanal/demo/hello', '')
    expect(await heard).toBe('fanal/demo/hello')
    await city.endAsync()
  })

  test('ends when its standard input closes, whoever is connected', { timeout: 12_000 }, async () => {
    await using street = await startStreet(...portArguments(anywhere))
    const { broker, lines } = opened(street.line)
    await using client = await modbusClient('rtu-over-tcp', lines.yard.port, 2)
    await client.readHoldingRegisters(0x5b00, 2)
    const city = await connectAsync(broker, { protocolVersion: 4, reconnectPeriod: 0 })
    city.on('error', () => undefined) // its connection is cut
    const began = systemClock.monotonicMs()
    street.child.stdin.end()
    expect(await street.exited).toEqual([0, null])
    expect(systemClock.monotonicMs() - began).toBeLessThan(2_000)
    await city.endAsync(true)
  })

  test('ends on SIGTERM, but not on the Ctrl+C that is for its parent', { timeout: 12_000 }, async () => {
    await using street = await startStreet(...portArguments(anywhere))
    street.child.kill('SIGINT')
    await using client = await modbusClient('tcp', opened(street.line).lines.feeder.port, 1)
    await client.readInputRegisters(0x0046, 2)
    street.child.kill('SIGTERM')
    expect(await street.exited).toEqual([0, null])
  })

  test('takes the next ports when others listen on the ones it wants', async () => {
    await using first = await openStreet({
      clock: fakeClock(),
      seed: 1,
      ports: anywhere,
    })
    const { broker, lines } = first.opened
    const taken = {
      broker: Number(new URL(broker).port),
      feeder: lines.feeder.port,
      yard: lines.yard.port,
      lamps: lines.lamps.port,
    }
    await using second = await startStreet(...portArguments(taken))
    const next = opened(second.line)
    expect(Number(new URL(next.broker).port)).toBeGreaterThan(taken.broker)
    expect(next.lines.feeder.port).toBeGreaterThan(taken.feeder)
    expect(next.lines.yard.port).toBeGreaterThan(taken.yard)
    expect(next.lines.lamps.port).toBeGreaterThan(taken.lamps)
  })

  test.each([
    [['--broker', 'x'], 'x is no port'],
    [['--feeder', '65536'], '65536 is no port'],
    [['--lamp', '3'], '--lamp'],
    [['--clock-offset-ms=soon'], 'soon is no offset'],
  ])('%j: says in one line what is wrong', async (options, message) => {
    await using street = await startStreet(...options)
    expect(street.line).toEqual({ event: 'failed', message: expect.stringContaining(message) as string })
    expect(await street.exited).toEqual([1, null])
  })
})

test('its meters follow the clock that they are given', async () => {
  const clock = fakeClock('2026-11-23T19:00:00Z')
  await using street = await openStreet({ clock, seed: 1, ports: anywhere })
  await using client = await modbusClient('tcp', street.opened.lines.feeder.port, 1)
  const read = async (register: number) => (await client.readInputRegisters(register, 2)).buffer.readFloatBE()
  const [powerAtEight, energyAtEight] = [await read(0x0034), await read(0x0048)]
  expect(energyAtEight).toBeCloseTo(48_213, 1)

  clock.jump(8 * 3_600_000)
  await clock.advance(1_000)
  const [powerAtFour, energyAtFour] = [await read(0x0034), await read(0x0048)]
  expect(powerAtFour).toBeLessThan(0.7 * powerAtEight)
  expect(energyAtFour - energyAtEight).toBeGreaterThan((8 * powerAtFour) / 1_000)
  expect(energyAtFour - energyAtEight).toBeLessThan((8 * powerAtEight) / 1_000)
})

test('its meter measures what the light of its lamps takes', async () => {
  const clock = fakeClock('2026-12-21T17:30:00Z')
  await using street = await openStreet({ clock, seed: 1, ports: anywhere })
  const { lines } = street.opened
  await using meter = await modbusClient('tcp', lines.feeder.port, 1)
  await using lamps = await modbusClient('tcp', lines.lamps.port, 1)
  const phase = async (number: 0 | 1 | 2) =>
    (await meter.readInputRegisters(0x000c + 2 * number, 2)).buffer.readFloatBE()
  /** At the same second of the same evening each time, so that the hall behind the cable takes the same. */
  const measured = async () => {
    await clock.advance(2_000)
    clock.jump(-2_000)
    return [await phase(0), await phase(1), await phase(2)]
  }

  const dark = await measured()
  await lamps.writeRegister(6_400, 100)
  const north = await measured()
  await lamps.writeRegister(6_420, 100)
  const both = await measured()
  await lamps.writeRegister(6_400, 50)
  const half = await measured()
  const between = (after: number[], before: number[]) => after.map((watts, index) => watts - before[index]!)
  for (const [differences, expected] of [
    [between(north, dark), [717, 0, 0]],
    [between(both, north), [0, 478, 0]],
    [between(half, both), [-342, 0, 0]],
  ] as const)
    for (const [index, watts] of differences.entries()) expect(Math.abs(watts - expected[index]!)).toBeLessThan(4)
})

test.each([
  ['a Monday morning', '2026-06-22T08:00:00Z', [1_000, 4_000]],
  ['a Sunday night', '2026-06-21T23:30:00Z', [50, 400]],
] as const)('as a process it lives in the time that it is told: %s', async (_, time, [least, most]) => {
  const offset = Temporal.Instant.from(time).epochMilliseconds - systemClock.now().epochMilliseconds
  await using street = await startStreet(...portArguments(anywhere), `--clock-offset-ms=${offset}`)
  await using yard = await modbusClient('rtu-over-tcp', opened(street.line).lines.yard.port, 2)
  // The first phase, which charges no cars: the workshop works, or not.
  const watts = (await yard.readHoldingRegisters(0x5b16, 2)).buffer.readInt32BE() / 100
  expect(watts).toBeGreaterThan(least)
  expect(watts).toBeLessThan(most)
})
