/** What the doctor finds of the adapters of a made-up machine, and which names it proposes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MadeUpMachine, type MadeUpAdapter } from '../../drivers/testing/made-up-machine.ts'
import { exampleStatus } from '../../gateway/observe/testing/status.ts'
import type { Site } from '../../gateway/site.ts'
import { serialFacts } from './machine.ts'

let dev: string
let machine: MadeUpMachine
beforeEach(() => {
  dev = mkdtempSync(join(tmpdir(), 'fanal-dev-'))
  machine = new MadeUpMachine(dev)
})
afterEach(() => rmSync(dev, { recursive: true }))

/** Plugs it in, with files for nodes and names: whose they are is asked of them. */
function plug(adapter: MadeUpAdapter, ...names: string[]): void {
  machine.plug(adapter)
  for (const name of [adapter.tty, ...names]) {
    mkdirSync(dirname(join(dev, name)), { recursive: true })
    writeFileSync(join(dev, name), '')
  }
}

const lines = (name: string): Site['lines'] => ({
  street: {
    protocol: 'modbus-rtu',
    device: join(dev, name),
    serial: { baud: 9_600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
})

const byId = 'serial/by-id/usb-FTDI_UART_A5001-if00-port0'
const namelessId = 'serial/by-id/usb-FTDI_UART-if00-port0'
const byPath = 'serial/by-path/platform-usb-0:1-1.1:1.00-port0'

test('a number: the name by id that leads there today, and for how long it keeps what it hears', async () => {
  plug({ tty: 'ttyUSB0', serialNumber: 'A5001', place: '1-1.1', latencyMs: 16 })
  const [facts] = await serialFacts(lines('ttyUSB0'), {}, machine)
  expect(facts).toMatchObject({ line: 'street', path: join(dev, 'ttyUSB0') })
  expect(facts?.elsewhere).toBeUndefined()
  const stableName = join(dev, byId)
  expect(facts?.found).toMatchObject({ isPassing: true, stableName, hasTwin: false, tty: 'ttyUSB0', latencyMs: 16 })
})

test('a number of an adapter without one of its own: the name of its socket', async () => {
  plug({ tty: 'ttyUSB0', place: '1-1.1' })
  const [facts] = await serialFacts(lines('ttyUSB0'), {}, machine)
  expect(facts?.found).toMatchObject({ isPassing: true, stableName: join(dev, byPath), latencyMs: undefined })
})

test('a name by id that two adapters share', async () => {
  plug({ tty: 'ttyUSB0', place: '1-1.1' }, namelessId)
  const alone = await serialFacts(lines(namelessId), {}, machine)
  expect(alone[0]?.found).toMatchObject({ isPassing: false, hasTwin: false })
  plug({ tty: 'ttyUSB1', place: '1-1.2' })
  const [facts] = await serialFacts(lines(namelessId), {}, machine)
  expect(facts?.found).toMatchObject({ isPassing: false, hasTwin: true, stableName: join(dev, byPath) })
})

test('one that the gateway has found again: that is the one to look at', async () => {
  plug({ tty: 'ttyUSB0', serialNumber: 'B7002', place: '1-1.2' })
  plug({ tty: 'ttyUSB1', serialNumber: 'A5001', place: '1-1.1', latencyMs: 1 })
  const adapter = { path: join(dev, 'ttyUSB1'), set: 'done', known_by: 'serial-number' } as const
  const told = { street: { ...exampleStatus().lines['feeder']!, adapter } }
  const [facts] = await serialFacts(lines('ttyUSB0'), told, machine)
  expect(facts).toMatchObject({ path: join(dev, 'ttyUSB0'), elsewhere: adapter.path })
  expect(facts?.found).toMatchObject({ tty: 'ttyUSB1', stableName: join(dev, byId), latencyMs: 1 })
})

test('one that is not there, and lines that are no serial ones', async () => {
  expect(await serialFacts(lines('ttyUSB0'), {}, machine)).toEqual([{ line: 'street', path: join(dev, 'ttyUSB0') }])
  expect(await serialFacts({ far: { protocol: 'modbus-tcp', host: 'x', port: 502 } }, {}, machine)).toEqual([])
})
