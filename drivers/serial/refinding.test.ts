/** Adapters pulled and plugged in again, on a made-up machine, as the port sees them. */
import { beforeEach, describe, expect, test } from 'vitest'
import { LineError } from '../line-error.ts'
import { SerialPort, type OpenSerialDevice } from '../modbus/serial-port.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { MadeUpMachine } from '../testing/made-up-machine.ts'

const format = { baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 } as const
const never = new AbortController().signal

let machine: MadeUpMachine
/** paths opened so far, and those closed again */
let opened: string[]
let closed: string[]
/** what happens between look and opening; where a path leads then; what the driver does when it is told to hurry */
let before: (path: string) => void
let leads: (path: string) => string
let hurry: (path: string) => void
beforeEach(() => {
  machine = new MadeUpMachine()
  opened = []
  closed = []
  before = hurry = () => undefined
  leads = (path) => path
})

const openDevice: OpenSerialDevice = async (path) => {
  before(path)
  if ((await machine.numberOf(path)) === undefined) throw new Error('Error: No such file or directory')
  const fd = 1_000 + opened.push(path)
  machine.opened(fd, leads(path))
  return {
    fd,
    flush: () => Promise.resolve(),
    hurry: () => {
      hurry(path)
      return Promise.resolve()
    },
    close: () => {
      closed.push(path)
      return Promise.resolve()
    },
  }
}

const portAt = (path: string) =>
  new SerialPort(`modbus-rtu://${path}`, path, format, fakeClock(), { openDevice, files: machine })

/** What opening it gives: the path that is open, or the code of why none is. */
async function outcomeOf(port: SerialPort): Promise<string | undefined> {
  try {
    await port.open(never)
    return port.adapter?.path
  } catch (error) {
    if (error instanceof LineError) return error.code
    throw error
  }
}

/** Opens it once, as the site names it, and loses it. */
async function openedOnce(port: SerialPort): Promise<void> {
  await port.open(never)
  port.close()
}

describe('a site that names a number', () => {
  const ours = { tty: 'ttyUSB0', serialNumber: 'A5001', place: '1-1.1' }
  const stranger = { serialNumber: 'B7002', place: '1-1.2' }

  test('finds its adapter under another number, and never opens the stranger under the old one', async () => {
    const port = portAt('/dev/ttyUSB0')
    machine.plug(ours)
    await openedOnce(port)
    machine.pull('ttyUSB0')
    expect(await outcomeOf(port)).toBe('LINE_DEVICE_MISSING')
    machine.plug({ ...stranger, tty: 'ttyUSB0' })
    expect(await outcomeOf(port)).toBe('LINE_DEVICE_STRANGER')
    expect(opened).toEqual(['/dev/ttyUSB0'])
    machine.plug({ ...ours, tty: 'ttyUSB1', place: '1-1.4' })
    expect(await outcomeOf(port)).toBe('/dev/ttyUSB1')
    expect(port.adapter?.knownBy).toBe('serial-number')
    port.close()
    machine.pull('ttyUSB1')
    machine.pull('ttyUSB0')
    machine.plug(ours)
    expect(await outcomeOf(port)).toBe('/dev/ttyUSB0')
    expect(opened).toEqual(['/dev/ttyUSB0', '/dev/ttyUSB1', '/dev/ttyUSB0'])
  })

  test('closes a stranger that slips in between look and opening', async () => {
    const port = portAt('/dev/ttyUSB0')
    machine.plug(ours)
    await openedOnce(port)
    before = () => {
      machine.pull('ttyUSB0')
      machine.plug({ ...stranger, tty: 'ttyUSB0' })
    }
    expect(await outcomeOf(port)).toBe('LINE_DEVICE_STRANGER')
    expect([port.isOpen, port.adapter]).toEqual([false, undefined])
    expect(closed).toEqual(opened)
  })

  test('takes one without a serial number by its socket alone', async () => {
    const port = portAt('/dev/ttyUSB0')
    const nameless = { driver: 'ch341-uart', place: '1-1.1' }
    machine.plug({ ...nameless, tty: 'ttyUSB0' })
    await port.open(never)
    expect(port.adapter).toEqual({ path: '/dev/ttyUSB0', driver: 'ch341-uart', set: 'none', knownBy: 'place' })
    port.close()
    machine.pull('ttyUSB0')
    machine.plug({ ...nameless, tty: 'ttyUSB0', place: '1-1.2' })
    expect(await outcomeOf(port)).toBe('LINE_DEVICE_STRANGER')
    machine.plug({ ...nameless, tty: 'ttyUSB5' })
    expect(await outcomeOf(port)).toBe('/dev/ttyUSB5')
  })

  test('takes a serial number that two share for none', async () => {
    const port = portAt('/dev/ttyUSB0')
    machine.plug({ tty: 'ttyUSB0', serialNumber: '0001', place: '1-1.1' })
    machine.plug({ tty: 'ttyUSB1', serialNumber: '0001', place: '1-1.2' })
    await port.open(never)
    expect(port.adapter?.knownBy).toBe('place')
    port.close()
    machine.pull('ttyUSB0')
    expect(await outcomeOf(port)).toBe('LINE_DEVICE_MISSING')
    machine.plug({ tty: 'ttyUSB2', serialNumber: '0001', place: '1-1.1' })
    expect(await outcomeOf(port)).toBe('/dev/ttyUSB2')
  })

  test('tells the ports of one adapter apart', async () => {
    const port = portAt('/dev/ttyUSB0')
    machine.plug({ tty: 'ttyUSB0', serialNumber: 'FT4', part: '00' })
    machine.plug({ tty: 'ttyUSB1', serialNumber: 'FT4', part: '01' })
    await openedOnce(port)
    for (const tty of ['ttyUSB0', 'ttyUSB1']) machine.pull(tty)
    machine.plug({ tty: 'ttyUSB0', serialNumber: 'FT4', part: '01' })
    machine.plug({ tty: 'ttyUSB1', serialNumber: 'FT4', part: '00' })
    expect(await outcomeOf(port)).toBe('/dev/ttyUSB1')
  })

  test('after a restart only the path counts', async () => {
    machine.plug({ ...stranger, tty: 'ttyUSB0' })
    expect(await outcomeOf(portAt('/dev/ttyUSB0'))).toBe('/dev/ttyUSB0')
  })
})

test('without sysfs an adapter is known by its name by id', async () => {
  const port = portAt('/dev/ttyUSB0')
  machine.real = () => Promise.resolve(undefined)
  machine.plug({ tty: 'ttyUSB0', serialNumber: 'A5001' })
  await port.open(never)
  expect(port.adapter?.knownBy).toBe('name')
  port.close()
  machine.pull('ttyUSB0')
  machine.plug({ tty: 'ttyUSB0', serialNumber: 'B7002' })
  expect(await outcomeOf(port)).toBe('LINE_DEVICE_STRANGER')
  machine.plug({ tty: 'ttyUSB1', serialNumber: 'A5001' })
  expect(await outcomeOf(port)).toBe('/dev/serial/by-id/usb-FTDI_UART_A5001-if00-port0')
})

test('where nothing tells, only the path counts', async () => {
  const port = portAt('/dev/ttyUSB0')
  machine.real = () => Promise.resolve(undefined)
  machine.names = () => Promise.resolve([])
  machine.plug({ tty: 'ttyUSB0', serialNumber: 'A5001' })
  await port.open(never)
  expect(port.adapter?.knownBy).toBe('nothing')
  port.close()
  machine.plug({ tty: 'ttyUSB0', serialNumber: 'B7002' })
  expect(await outcomeOf(port)).toBe('/dev/ttyUSB0')
})

describe('a site that names what stays', () => {
  const byId = '/dev/serial/by-id/usb-FTDI_UART_A5001-if00-port0'
  const byPath = '/dev/serial/by-path/platform-usb-0:1-1:1.00-port0'

  test('by id: the name is opened, wherever it leads', async () => {
    const port = portAt(byId)
    machine.plug({ tty: 'ttyUSB0', serialNumber: 'A5001' })
    await openedOnce(port)
    machine.pull('ttyUSB0')
    expect(await outcomeOf(port)).toBe('LINE_DEVICE_MISSING')
    machine.plug({ tty: 'ttyUSB4', serialNumber: 'A5001', place: '1-1.3' })
    expect(await outcomeOf(port)).toBe(byId)
    expect(port.adapter).toMatchObject({ path: byId, knownBy: 'name' })
  })

  test('by id, and udev has not moved the name yet: what it leads to is not taken for ours', async () => {
    const port = portAt(byId)
    machine.plug({ tty: 'ttyUSB0', serialNumber: 'A5001' })
    await openedOnce(port)
    machine.plug({ tty: 'ttyUSB9', serialNumber: 'B7002' })
    leads = () => '/dev/ttyUSB9'
    expect(await outcomeOf(port)).toBe('LINE_DEVICE_STRANGER')
  })

  test('by place: an adapter that was exchanged is the new one', async () => {
    const port = portAt(byPath)
    machine.plug({ tty: 'ttyUSB0', serialNumber: 'A5001' })
    await openedOnce(port)
    machine.pull('ttyUSB0')
    machine.plug({ tty: 'ttyUSB1', serialNumber: 'B7002' })
    expect(await outcomeOf(port)).toBe(byPath)
  })
})

describe('the latency timer', () => {
  const ftdi = { tty: 'ttyUSB0', serialNumber: 'A5001', latencyMs: 16 }

  test('is set through the open device, which needs no right to write', async () => {
    machine.plug(ftdi)
    machine.mayWrite = false
    hurry = () => machine.setLatencyMs('ttyUSB0', 1)
    const port = portAt('/dev/ttyUSB0')
    await port.open(never)
    expect(port.adapter).toMatchObject({ driver: 'ftdi_sio', latencyTimerMs: 1, set: 'done' })
  })

  test('is written where the driver does not heed that, and again after each plugging in', async () => {
    const port = portAt('/dev/ttyUSB0')
    for (let times = 1; times <= 2; times++) {
      machine.plug(ftdi)
      await port.open(never)
      expect(port.adapter).toMatchObject({ latencyTimerMs: 1, set: 'done' })
      expect(machine.written).toHaveLength(times)
      port.close()
      machine.pull('ttyUSB0')
    }
  })

  test('stays, and that is said, where neither is allowed', async () => {
    machine.plug(ftdi)
    machine.mayWrite = false
    const port = portAt('/dev/ttyUSB0')
    await port.open(never)
    expect(port.adapter).toMatchObject({ latencyTimerMs: 16, set: 'not-allowed' })
    port.close()
    expect(port.adapter).toBeUndefined()
  })

  test('that is short already is left alone', async () => {
    machine.plug({ ...ftdi, latencyMs: 1 })
    hurry = () => expect.fail('nothing is to be done')
    const port = portAt('/dev/ttyUSB0')
    await port.open(never)
    expect(port.adapter).toMatchObject({ latencyTimerMs: 1, set: 'done' })
    expect(machine.written).toEqual([])
  })

  test('of an adapter that has none: nothing to do', async () => {
    machine.plug({ tty: 'ttyACM0', driver: 'cdc_acm' })
    hurry = () => expect.fail('nothing is to be done')
    const port = portAt('/dev/ttyACM0')
    await port.open(never)
    expect(port.adapter).toMatchObject({ driver: 'cdc_acm', set: 'none' })
    expect(port.adapter?.latencyTimerMs).toBeUndefined()
  })
})
