/** Tools that everybody has, through a whole gateway: mbpoll and libmodbus, on a serial line, over TCP, and at the lamps. */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileSlave, slaveUnit, slaveValue } from '../../drivers/testing/libmodbus-slave.ts'
import { systemClock } from '../clock.ts'
import { verify } from '../control/audit.ts'
import { Gateway, openStreet, writeSite } from '../testing/cabinet.ts'
import { fanal, finished, Program } from '../testing/programs.ts'
import { eventually, Folder, freePort, pseudoTerminal } from '../testing/surroundings.ts'
import { compileTool } from './testing/libmodbus-tool.ts'

let folder: Folder
let ends: AsyncDisposableStack
let program: string

beforeAll(() => {
  ends = new AsyncDisposableStack()
  folder = ends.use(new Folder())
  program = compileTool(folder.path)
})
afterAll(() => ends.disposeAsync())

const tool = (port: number, ...words: (string | number)[]) =>
  finished(new Program(program, [port, slaveUnit, ...words].map(String)))

/** What mbpoll reads, or writes these values, and how it ends. */
async function mbpoll(
  port: number,
  letters: string,
  ...values: number[]
): Promise<{ exit: unknown; values: number[]; err: string }> {
  const place = ['-m', 'tcp', '-p', String(port), '127.0.0.1']
  const written = values.map(String)
  const { exit, out, err } = await finished(
    new Program('mbpoll', ['-1', '-0', ...letters.split(' '), ...place, ...written]),
  )
  const read = out.flatMap((line) => /^\[\d+\]:\s+(\d+)/.exec(line)?.[1] ?? []).map(Number)
  return { exit, values: read, err: [...out, ...err].join('\n') }
}

async function verb(gateway: Gateway, ...words: string[]): Promise<string> {
  const { exit, err } = await finished(fanal([...words, '--who', 'm.durand', '--state', gateway.state]))
  expect(exit, err.join('\n')).toBe(0)
  return err.join('\n')
}

describe('beside polling, on a serial line and over TCP', () => {
  let gateway: Gateway
  const ports = { rtu: 0, tcp: 0 }

  beforeAll(async () => {
    const slave = compileSlave(folder.path)
    const device = { slave: folder.file('slave-end'), client: folder.file('client-end') }
    const slavePort = await freePort()
    ends.use(await pseudoTerminal(device.slave, `pty,raw,echo=0,link=${device.client}`))
    for (const place of [
      ['tcp', String(slavePort)],
      ['rtu', device.slave],
    ])
      await ends.use(new Program(slave, place)).said(/^ready$/)
    ports.rtu = await freePort()
    ports.tcp = await freePort()
    writeFileSync(
      folder.file('meters.yaml'),
      `site: meters
tenant: demo
lines:
  rtu:
    protocol: modbus-rtu
    device: ${device.client}
    serial: 19200 8E1
    pass_through: { listen: 127.0.0.1:${ports.rtu} }
  tcp:
    protocol: modbus-tcp
    host: 127.0.0.1
    port: ${slavePort}
    pass_through: { listen: 127.0.0.1:${ports.tcp} }
devices:
  one: { profile: eastron-sdm630, line: rtu, unit: ${slaveUnit} }
  two: { profile: eastron-sdm630, line: tcp, unit: ${slaveUnit} }
polling: { fast: 500ms, normal: 1s, slow: 2s }
uplink: { broker: mqtt://127.0.0.1:1 }
console: { listen: 127.0.0.1:${await freePort()} }
releases: {}
`,
    )
    gateway = ends.use(await Gateway.start(folder.file('meters.yaml'), folder.file('meters')))
    await gateway.begun()
  })

  test.each(['rtu', 'tcp'] as const)(
    'mbpoll reads all four tables over %s, and no more than there is',
    async (line) => {
      for (const [letters, fn, count] of [
        ['-t 0 -r 7 -c 19', 1, 19],
        ['-t 1 -r 7 -c 19', 2, 19],
        ['-t 4 -r 500 -c 125', 3, 125],
        ['-t 3 -r 500 -c 125', 4, 125],
      ] as const) {
        const from = fn <= 2 ? 7 : 500
        const { exit, values, err } = await mbpoll(ports[line], letters)
        expect(exit, err).toBe(0)
        expect(values).toEqual(Array.from({ length: count }, (_, index) => slaveValue(fn, from + index)))
      }
      expect((await mbpoll(ports[line], '-t 4 -r 4000 -c 1')).err).toContain('Illegal data address')
    },
  )

  test('a unit that is not there is a target that does not answer, over the serial line', async () => {
    expect((await mbpoll(ports.rtu, '-a 77 -t 4 -r 0 -c 1')).err).toContain('Target device failed to respond')
  })

  test('a line is written to once it is unlocked, by every function, and no more once it is locked', async () => {
    for (const line of ['rtu', 'tcp'] as const) {
      const port = ports[line]
      const refused = { exit: 1, out: ['error Illegal function'] }
      expect(await tool(port, 'register', 2_000, 7)).toMatchObject(refused)
      expect((await mbpoll(port, '-t 4 -r 2000 -c 1')).values).toEqual([slaveValue(3, 2_000)])

      const unlocked = await verb(gateway, 'unlock', line, '--for', '15m', '--because', 'ratio of the meter')
      expect(unlocked).toContain(`127.0.0.1:${port}`)
      const { alarms, presence } = await gateway.status()
      expect(presence).toMatchObject({ who: 'm.durand' })
      await eventually(async () =>
        expect((await gateway.status()).alarms).toContainEqual(
          expect.objectContaining({
            code: 'unlocked',
            of: line,
            words: { who: 'm.durand', reason: 'ratio of the meter' },
          }),
        ),
      )
      expect(alarms.filter(({ code }) => code === 'line-down')).toEqual([])

      const done = { exit: 0, out: ['done'] }
      expect(await tool(port, 'register', 2_000, 7)).toMatchObject(done)
      expect(await tool(port, 'registers', 2_001, 8, 65_535, 9)).toMatchObject(done)
      expect(await tool(port, 'coil', 2_000, 1)).toMatchObject(done)
      expect(await tool(port, 'coils', 2_001, 1, 0, 1)).toMatchObject(done)
      expect((await mbpoll(port, '-t 4 -r 2000 -c 4')).values).toEqual([7, 8, 65_535, 9])
      expect((await mbpoll(port, '-t 0 -r 2000 -c 4')).values).toEqual([1, 1, 0, 1])
      expect(await tool(port, 'registers', 2_999, 1, 2)).toMatchObject({ out: ['error Illegal data address'] })
      expect(await tool(port, 'who', 0)).toMatchObject(refused)

      expect(await verb(gateway, 'lock', line)).toContain('no more')
      expect(await tool(port, 'register', 2_000, 8)).toMatchObject(refused)
      expect((await mbpoll(port, '-t 4 -r 2000 -c 1')).values).toEqual([7])
      await eventually(async () =>
        expect((await gateway.status()).alarms.filter(({ code }) => code === 'unlocked')).toEqual([]),
      )
    }
    expect(gateway.told('unlocked').map(({ line, who }) => [line, who])).toEqual([
      ['rtu', 'm.durand'],
      ['tcp', 'm.durand'],
    ])
    expect(gateway.told('locked').map(({ because }) => because)).toEqual(['said', 'said'])
    expect(gateway.told('write-refused')).toHaveLength(2)
    await eventually(() => {
      const lines = readFileSync(`${gateway.state}/audit.ndjson`, 'utf8').trimEnd().split('\n')
      expect(verify(lines)).toMatchObject({ ok: true })
      const passed = lines
        .map(
          (line) => JSON.parse(line) as { kind: string; line: string; address: number; values: number[]; who: string },
        )
        .filter(({ kind, line }) => kind === 'passed-through' && line === 'rtu')
      expect(passed.map(({ who, address, values }) => [who, address, values])).toEqual([
        ['m.durand', 2_000, [7]],
        ['m.durand', 2_001, [8, 65_535, 9]],
        ['m.durand', 2_000, [1]],
        ['m.durand', 2_001, [1, 0, 1]],
        ['m.durand', 2_999, [1, 2]],
      ])
    })
  })

  test.each(['rtu', 'tcp'] as const)(
    'polling over %s keeps its rate while four tools read as fast as they can',
    async (line) => {
      const polled = async () => (await gateway.status()).lines[line]!.polls
      const during = async (act: () => Promise<unknown>) => {
        const [before, beganMs] = [await polled(), systemClock.monotonicMs()]
        await act()
        return ((await polled()) - before) / ((systemClock.monotonicMs() - beganMs) / 1_000)
      }
      const alone = await during(() => systemClock.sleep(15_000))
      let told: { answers: number; busy: number; others: number }[] = []
      const beside = await during(async () => {
        const tools = await Promise.all(Array.from({ length: 4 }, () => tool(ports[line], 'hammer', 15)))
        told = tools.map(({ out }) => JSON.parse(out[0] ?? '') as (typeof told)[number])
      })
      const { timeouts, garbled, missed } = (await gateway.status()).lines[line]!
      const sum = (of: 'answers' | 'busy' | 'others') => told.reduce((total, one) => total + one[of], 0)
      console.log(
        `${line}: ${alone.toFixed(2)} polls/s alone, ${beside.toFixed(2)} beside 4 tools (${((100 * beside) / alone).toFixed(1)} %), ${sum('answers')} reads, ${sum('busy')} told to come again; ${missed} polls missed`,
      )
      expect(beside / alone).toBeGreaterThanOrEqual(0.95)
      expect(sum('others')).toBe(0)
      expect(sum('answers')).toBeGreaterThan(20)
      expect({ timeouts: line === 'tcp' ? timeouts : 0, garbled }).toEqual({ timeouts: 0, garbled: 0 })
    },
  )
})

test('at the lamps: what a tool has written to them, control writes anew once the line is locked', async () => {
  const street = ends.use(await openStreet())
  const port = await freePort()
  const site = writeSite(folder.file('lamps.yaml'), street, {
    'lines.lamps.pass_through': { listen: `127.0.0.1:${port}` },
    'segments.north.slew': '50/s',
    'polling.normal': '1s',
    'polling.fast': '500ms',
    'console.listen': `127.0.0.1:${await freePort()}`,
  })
  const gateway = ends.use(await Gateway.start(site, folder.file('lamps')))
  await gateway.begun()
  const lamp = '-a 1 -t 4 -r 6 -c 1' // what its gear says of its light, from a memory that is up to 10 s old
  const group = '-a 1 -t 4 -r 6400'
  const level = async () => (await mbpoll(port, lamp)).values[0]
  const order = ['set', 'north.level', '80', '--for', '10m', '--because', 'a test of lamps', '--state', gateway.state]
  expect((await finished(fanal(order))).exit).toBe(0)
  await eventually(async () => expect(await level()).toBe(80))
  expect((await mbpoll(port, group, 20)).err).toContain('Illegal function')
  await verb(gateway, 'unlock', 'lamps', '--because', 'does this lamp dim')
  const wrote = await mbpoll(port, group, 20)
  expect(wrote.exit, wrote.err).toBe(0)
  await eventually(async () => expect(await level()).toBe(20))
  await verb(gateway, 'lock', 'lamps')
  await eventually(async () => expect(await level()).toBe(80))
  await eventually(() => {
    const entries = readFileSync(`${gateway.state}/audit.ndjson`, 'utf8').trimEnd().split('\n')
    const told = entries.map((line) => JSON.parse(line) as { kind: string; value?: number; setpoint?: string })
    const after = told.slice(told.findIndex(({ kind }) => kind === 'locked'))
    expect(after).toContainEqual(expect.objectContaining({ kind: 'write', setpoint: 'lamps.group_0_level', value: 80 }))
  })
})
