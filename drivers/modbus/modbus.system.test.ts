/** Independent programs agree: libmodbus answers our client, and mbpoll reads what `fanal read` reads. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock, systemRandom } from '../../gateway/clock.ts'
import { Gateway, openStreet, writeSite, type Street } from '../../gateway/testing/cabinet.ts'
import { fanal, finished, Program } from '../../gateway/testing/programs.ts'
import { Folder, freePort, pseudoTerminal } from '../../gateway/testing/surroundings.ts'
import type { Line, LineSettings } from '../line.ts'
import { openLine } from './open.ts'
import { compileSlave, firstFloat, slaveFloats, slaveSize, slaveUnit, slaveValue } from '../testing/libmodbus-slave.ts'
import type { ReadFunction, ReadRequest, WriteFunction, WriteRequest } from './request.ts'

const functions: readonly ReadFunction[] = [1, 2, 3, 4]
const never = new AbortController().signal

let folder: Folder
let ends: AsyncDisposableStack
let tcpPort: number
/** the slave's and the client's end of a line without a wire */
let device: { slave: string; client: string }

beforeAll(async () => {
  ends = new AsyncDisposableStack()
  folder = ends.use(new Folder())
  const slave = compileSlave(folder.path)
  tcpPort = await freePort()
  device = { slave: folder.file('slave-end'), client: folder.file('client-end') }
  ends.use(await pseudoTerminal(device.slave, `pty,raw,echo=0,link=${device.client}`))
  for (const place of [
    ['tcp', String(tcpPort)],
    ['rtu', device.slave],
  ])
    await ends.use(new Program(slave, place)).said(/^ready$/)
})
afterAll(() => ends.disposeAsync())

/** How our client reaches the slave, and how mbpoll does. */
interface Way {
  readonly settings: () => LineSettings
  readonly letters: () => string[]
}

const ways: Record<'TCP' | 'RTU', Way> = {
  TCP: {
    settings: () => ({ protocol: 'modbus-tcp', host: '127.0.0.1', port: tcpPort }),
    letters: () => ['-m', 'tcp', '-p', String(tcpPort), '127.0.0.1'],
  },
  RTU: {
    settings: () => ({
      protocol: 'modbus-rtu',
      device: device.client,
      serial: { baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 },
    }),
    letters: () => ['-m', 'rtu', '-b', '19200', '-P', 'even', device.client],
  },
}

function lineBy({ settings }: Way): Line {
  return openLine('slave', settings(), { clock: systemClock, random: systemRandom })
}

function reading(fn: ReadFunction, address: number, count: number, unit = slaveUnit): ReadRequest {
  return { unit, function: fn, address, count, timeoutMs: 500, worstResponseMs: 500, pauseMs: 0 }
}

describe.each(['TCP', 'RTU'] as const)('libmodbus answers our client over %s', (name) => {
  let line: Line
  beforeAll(() => {
    line = lineBy(ways[name])
  })
  afterAll(() => line[Symbol.asyncDispose]())

  test('every value of every table', async () => {
    const into = new Uint16Array(2_000)
    let examined = 0
    for (const fn of functions)
      for (const count of fn <= 2 ? [1, 8, 9, 2_000] : [1, 8, 125])
        for (const address of [0, 1, firstFloat - 3, 777, slaveSize - count]) {
          const before = examined
          expect(await line.read(reading(fn, address, count), into, never)).toEqual({ state: 'answered' })
          for (let index = 0; index < count; index++, examined++)
            if (into[index] !== slaveValue(fn, address + index))
              expect.fail(`function ${fn}, address ${address + index}: ${String(into[index])}`)
          expect(examined - before).toBe(count)
        }
    console.log(`${name}: ${examined} values equal, ${line.counters.requests} requests`)
    expect(examined).toBe(2 * 5 * (1 + 8 + 9 + 2_000) + 2 * 5 * (1 + 8 + 125))
    expect(line.counters).toMatchObject({ answers: 70, timeouts: 0, garbled: 0, foreign: 0, late: 0, exceptions: 0 })
  })

  test('exceptions where there is nothing', async () => {
    for (const fn of functions)
      for (const [address, count] of [
        [slaveSize, 1],
        [slaveSize - 1, 2],
        [65_535, 1],
      ] as const)
        expect(await line.read(reading(fn, address, count), new Uint16Array(2), never)).toEqual({
          state: 'exception',
          exception: 2,
        })
    expect(line.counters).toMatchObject({ exceptions: 12, timeouts: 0, garbled: 0 })
  })
})

describe.each(['TCP', 'RTU'] as const)('what our client writes to libmodbus over %s', (name) => {
  const tables = { coil: ['-t', '0'], holding: ['-t', '4'] } as const
  /** beyond what the other tests look at */
  const at = { TCP: 2_000, RTU: 2_100 }[name]
  const writes: readonly (readonly [WriteFunction, keyof typeof tables, readonly number[]])[] = [
    [5, 'coil', [1]],
    [5, 'coil', [0]],
    [6, 'holding', [0]],
    [6, 'holding', [0xffff]],
    [15, 'coil', [1, 0, 1, 1, 0, 0, 1, 0, 1]],
    [15, 'coil', [0]],
    [16, 'holding', [1, 0x8000, 60]],
    [16, 'holding', [254]],
  ]

  let line: Line
  beforeAll(() => {
    line = lineBy(ways[name])
  })
  afterAll(() => line[Symbol.asyncDispose]())

  const writing = (fn: WriteFunction, address: number, values: readonly number[]): WriteRequest => {
    const manners = { unit: slaveUnit, timeoutMs: 500, worstResponseMs: 500, pauseMs: 0 }
    return { ...manners, function: fn, address, values: Uint16Array.from(values) }
  }

  test.each(writes)('function %i: mbpoll reads from the %s table %j', async (fn, table, values) => {
    expect(await line.write(writing(fn, at, values), never)).toEqual({ state: 'answered' })
    const where = [...tables[table], '-0', '-r', String(at), '-c', String(values.length)]
    // Over RTU a second master must not speak while ours does; it does not.
    const read = await mbpoll(['-a', String(slaveUnit), ...where, ...ways[name].letters()])
    expect(read).toEqual(values.map((value, index) => [at + index, value]))
  })

  test('where there is nothing, it is refused', async () => {
    for (const fn of [5, 6, 15, 16] as const)
      expect(await line.write(writing(fn, slaveSize, [1]), never)).toEqual({ state: 'exception', exception: 2 })
    expect(line.counters).toMatchObject({ exceptions: 4, timeouts: 0, garbled: 0, late: 0 })
  })
})

test('a unit that is not there: libmodbus answers for any over TCP', async () => {
  await using line = lineBy(ways.TCP)
  const into = new Uint16Array(2)
  expect(await line.read(reading(3, 10, 2, 77), into, never)).toEqual({ state: 'answered' })
  expect([...into]).toEqual([slaveValue(3, 10), slaveValue(3, 11)])
})

test('a unit that is not there is silent over RTU, and its neighbour answers rightly after', async () => {
  await using line = lineBy(ways.RTU)
  const into = new Uint16Array(2)
  expect(await line.read(reading(3, 10, 2, 77), into, never)).toEqual({ state: 'no-answer' })
  expect(await line.read(reading(3, 20, 2), into, never)).toEqual({ state: 'answered' })
  expect([...into]).toEqual([slaveValue(3, 20), slaveValue(3, 21)])
  expect(await line.read(reading(3, 30, 2, 77), into, never)).toEqual({ state: 'resting' })
  expect(line.counters).toMatchObject({ requests: 2, answers: 1, timeouts: 1, garbled: 0, foreign: 0, late: 0 })
})

/** Reference and value of each line of values. mbpoll writes 16 bits beyond 32767 a second time, as a negative number. */
function valuesOf(lines: readonly string[]): [reference: number, value: number][] {
  return lines.flatMap((line) => {
    const [, reference, value, signed] = /^\[(\d+)\]:\s+(\S+?)(?: \((-\d+)\))?$/.exec(line) ?? []
    if (signed !== undefined) expect(Number(signed)).toBe(Number(value) - 65_536)
    return reference === undefined ? [] : [[Number(reference), Number(value)]]
  })
}

async function mbpoll(letters: readonly string[]): Promise<[number, number][]> {
  const { exit, out, err } = await finished(new Program('mbpoll', ['-1', '-q', ...letters]))
  expect(exit, err.join('\n')).toBe(0)
  return valuesOf(out)
}

async function fanalRead(letters: readonly string[]): Promise<[number, number][]> {
  const { exit, out, err } = await finished(fanal(['read', ...letters]))
  expect(exit, err.join('\n')).toBe(0)
  return valuesOf(out)
}

const floats = `-t 4:float -B -0 -r ${firstFloat} -c ${slaveFloats.length}`
const alphabet = [
  ['TCP', '-t 4', 1],
  ['TCP', '-t 4 -r 1 -c 125', 125],
  ['TCP', '-t 3 -0 -r 0 -c 9', 9],
  ['TCP', '-t 4:hex -r 500 -c 8', 8],
  ['TCP', '-t 3:int -r 11 -c 8', 8],
  ['TCP', '-t 3:int -B -r 11 -c 8', 8],
  ['TCP', floats, slaveFloats.length],
  ['TCP', `-t 3:float -r ${firstFloat + 1} -c 2`, 2],
  ['TCP', '-t 0 -r 1 -c 16', 16],
  ['TCP', '-t 1 -0 -r 7 -c 9', 9],
  ['RTU', '-r 1 -c 125', 125],
  ['RTU', '-t 3:hex -r 1000 -c 3', 3],
  ['RTU', floats, slaveFloats.length],
  ['RTU', '-t 1 -0 -r 7 -c 9', 9],
] as const

test.each(alphabet)('mbpoll and fanal read say the same over %s: %s', async (way, letters, values) => {
  const words = ['-a', String(slaveUnit), ...letters.split(' '), ...ways[way].letters()]
  const theirs = await mbpoll(words)
  expect(theirs).toHaveLength(values)
  expect(await fanalRead(words)).toEqual(theirs)
  if (letters === floats) expect(theirs.map(([, value]) => value)).toEqual(slaveFloats)
})

describe('the demo’s meters, while a gateway polls them', () => {
  let street: Street
  let gateway: Gateway
  let serial: string
  beforeAll(async () => {
    street = ends.use(await openStreet())
    serial = folder.file('yard-end')
    ends.use(await pseudoTerminal(serial, `tcp:127.0.0.1:${street.ports.yard}`))
    const site = writeSite(folder.file('site.yaml'), street, { 'polling.fast': '500ms' })
    gateway = ends.use(await Gateway.start(site, folder.file('state')))
  })

  const feeder = (letters: string) => [...letters.split(' '), '-a', '1', '-p', String(street.ports.feeder), '127.0.0.1']
  const yard = (letters: string) => [...letters.split(' '), '-a', '2']
  const yardOverTcp = (letters: string) => [
    ...yard(letters),
    '-m',
    'rtu-over-tcp',
    '-p',
    String(street.ports.yard),
    '127.0.0.1',
  ]
  const yardOnSerial = (letters: string) => [...yard(letters), '-m', 'rtu', serial]

  /** What mbpoll reads before and after us must be the same, or the meter has moved on, and they are asked again. */
  async function agree(theirWords: string[], ourWords: string[][], values: number): Promise<void> {
    for (let tries = 1; ; tries++) {
      const before = await mbpoll(theirWords)
      const ours = []
      for (const words of ourWords) ours.push(await fanalRead(words))
      const after = await mbpoll(theirWords)
      expect(before).toHaveLength(values)
      if (JSON.stringify(before) !== JSON.stringify(after) && tries < 20) continue
      expect(after).toEqual(before)
      for (const each of ours) expect(each).toEqual(before)
      expect(before.some(([, value]) => value !== 0)).toBe(true)
      return
    }
  }

  test('over TCP: the feeder’s energies', async () => {
    const letters = feeder('-t 3:float -B -0 -r 0x48 -c 4')
    await agree(letters, [letters], 4)
  })

  test('on a serial line and over RTU over TCP: the yard’s energies', async () => {
    const letters = '-t 4:int -B -0 -r 0x5000 -c 4'
    await agree(yardOnSerial(letters), [yardOnSerial(letters), yardOverTcp(letters)], 4)
  })

  test('several at once, and nobody’s answer is lost or another’s', async () => {
    const before = await gateway.status()
    const energy = feeder('-t 3:float -B -0 -r 0x48 -c 1')
    const [[[, kilowattHours]]] = [await mbpoll(energy)] as [[[number, number]]]
    const clients = [
      ...Array.from({ length: 6 }, () => mbpoll(energy)),
      ...Array.from({ length: 3 }, () => fanalRead(energy)),
    ]
    const theYards = [fanalRead(yardOverTcp('-t 4 -0 -r 0x5b00 -c 6')), mbpoll(yardOnSerial('-t 4 -0 -r 0x5b00 -c 6'))]
    for (const values of await Promise.all(clients)) {
      expect(values).toHaveLength(1)
      expect(values[0]![1]).toBeGreaterThanOrEqual(kilowattHours)
      expect(values[0]![1]).toBeLessThan(kilowattHours + 1)
    }
    for (const values of await Promise.all(theYards)) expect(values).toHaveLength(6)
    const { lines } = await gateway.status()
    for (const name of ['feeder', 'yard']) {
      const { requests, answers, ...counted } = lines[name]!
      console.log(`${name}: ${requests} requests of the gateway, ${clients.length + theYards.length} other clients`)
      expect(answers).toBeGreaterThan(before.lines[name]!.answers)
      expect(counted).toMatchObject({ missed: 0, timeouts: 0, garbled: 0, foreign: 0, late: 0, exceptions: 0 })
    }
  })
})
