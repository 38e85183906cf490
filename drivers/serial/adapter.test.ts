/** On a made-up tree of files, as the kernel lays it out: Raspberry Pi 4, an FTDI adapter behind a hub, a modem, a UART. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adapterOf, isPassing, pluggedIn } from './adapter.ts'
import { deviceNumber, systemFiles, type DeviceFiles } from './device-files.ts'
import { shorten } from './latency-timer.ts'

const folder = mkdtempSync(join(tmpdir(), 'fanal-sys-'))
const sys = join(folder, 'sys')
const dev = join(folder, 'dev')
const bus = 'devices/platform/scb/fd500000.pcie/pci0000:00/0000:01:00.0/usb1'
const ftdi = `${bus}/1-1/1-1.2/1-1.2:1.1/ttyUSB3`
const modem = `${bus}/1-1/1-1.3/1-1.3:1.0`
const uart = 'devices/platform/soc/fe201000.serial'
/** nodes that only root could make */
const numbers: Record<string, string> = {}

const files: DeviceFiles = { ...systemFiles, sys, dev, numberOf: (at) => Promise.resolve(numbers[at]) }

function write(path: string, text: string): void {
  mkdirSync(dirname(join(sys, path)), { recursive: true })
  writeFileSync(join(sys, path), `${text}\n`)
}

function link(from: string, to: string): void {
  mkdirSync(dirname(from), { recursive: true })
  symlinkSync(to, from)
}

beforeAll(() => {
  write(`${ftdi}/latency_timer`, '16')
  write(`${ftdi}/port_number`, '0')
  write(`${ftdi}/tty/ttyUSB3/dev`, '188:3')
  write(`${bus}/1-1/1-1.2/1-1.2:1.1/bInterfaceNumber`, '01')
  write(`${bus}/1-1/1-1.2/idVendor`, '0403')
  write(`${bus}/1-1/1-1.2/idProduct`, '6011')
  write(`${bus}/1-1/1-1.2/serial`, 'FT4ABCDE')
  // the hub is a USB device, too, and not the adapter
  write(`${bus}/1-1/idVendor`, '2109')
  write(`${bus}/1-1/idProduct`, '3431')
  write(`${modem}/tty/ttyACM0/dev`, '166:0')
  write(`${modem}/bInterfaceNumber`, '00')
  write(`${bus}/1-1/1-1.3/idVendor`, '2341')
  write(`${bus}/1-1/1-1.3/idProduct`, '0043')
  write(`${bus}/1-1/1-1.3/serial`, '')
  write(`${uart}/tty/ttyAMA0/dev`, '204:64')
  link(join(sys, ftdi, 'driver'), join(sys, 'bus/usb-serial/drivers/ftdi_sio'))
  link(join(sys, modem, 'driver'), join(sys, 'bus/usb/drivers/cdc_acm'))
  link(join(sys, uart, 'driver'), join(sys, 'bus/amba/drivers/uart-pl011'))
  for (const driver of ['usb-serial/drivers/ftdi_sio', 'usb/drivers/cdc_acm', 'amba/drivers/uart-pl011'])
    mkdirSync(join(sys, 'bus', driver), { recursive: true })
  for (const [number, device] of [
    ['188:3', `${ftdi}/tty/ttyUSB3`],
    ['166:0', `${modem}/tty/ttyACM0`],
    ['204:64', `${uart}/tty/ttyAMA0`],
  ] as const) {
    const name = device.split('/').at(-1) ?? ''
    link(join(sys, 'dev/char', number), join(sys, device))
    link(join(sys, 'class/tty', name), join(sys, device))
    numbers[join(dev, name)] = number
  }
  for (const name of ['by-id/usb-FTDI_Quad_FT4ABCDE-if01-port0', 'by-path/platform-usb-0:1.2:1.1-port0']) {
    link(join(dev, 'serial', name), '../../ttyUSB3')
    numbers[join(dev, 'serial', name)] = '188:3'
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

test('an FTDI adapter behind a hub: its own number, not the hub’s', async () => {
  expect(await adapterOf('188:3', files)).toEqual({
    driver: 'ftdi_sio',
    latencyTimer: join(sys, ftdi, 'latency_timer'),
    usb: { vendor: '0403', product: '6011', serialNumber: 'FT4ABCDE', place: '1-1.2', part: '01.0' },
    names: ['by-id/usb-FTDI_Quad_FT4ABCDE-if01-port0', 'by-path/platform-usb-0:1.2:1.1-port0'],
  })
})

test('a modem has no latency timer, a UART no place on the bus, a pseudo-terminal nothing at all', async () => {
  expect(await adapterOf('166:0', files)).toEqual({
    driver: 'cdc_acm',
    latencyTimer: undefined,
    usb: { vendor: '2341', product: '0043', serialNumber: undefined, place: '1-1.3', part: '00.' },
    names: [],
  })
  expect(await adapterOf('204:64', files)).toEqual({
    driver: 'uart-pl011',
    latencyTimer: undefined,
    usb: undefined,
    names: [],
  })
  expect(await adapterOf('136:5', files)).toEqual({
    driver: undefined,
    latencyTimer: undefined,
    usb: undefined,
    names: [],
  })
})

test('those plugged in are those on USB, with the nodes that open them', async () => {
  const all = await pluggedIn(files)
  expect(all.map(({ path, adapter }) => [path, adapter.driver]).sort()).toEqual([
    [join(dev, 'ttyACM0'), 'cdc_acm'],
    [join(dev, 'ttyUSB3'), 'ftdi_sio'],
  ])
})

test('without sysfs there is nothing to say, and nobody throws', async () => {
  const bare = { ...files, sys: join(folder, 'none'), dev: join(folder, 'none') }
  expect(await adapterOf('188:3', bare)).toEqual({
    driver: undefined,
    latencyTimer: undefined,
    usb: undefined,
    names: [],
  })
  expect(await pluggedIn(bare)).toEqual([])
  expect(await shorten({ latencyTimer: join(folder, 'none/latency_timer') }, () => Promise.resolve(), bare)).toEqual({
    set: 'none',
  })
})

test('the latency timer is written where it lies, and nothing is made where it does not', async () => {
  const latencyTimer = join(sys, ftdi, 'latency_timer')
  expect(await shorten({ latencyTimer }, () => Promise.reject(new Error('no')), files)).toEqual({ ms: 1, set: 'done' })
  expect(readFileSync(latencyTimer, 'utf8')).toMatch(/^1/)
  expect(await files.write(join(folder, 'other'), '1')).toBe(false)
})

test('device numbers are unpacked as Linux packs them', () => {
  expect([0x8803, 0xbc03, 0x10bc03, 0xcc40].map(deviceNumber)).toEqual(['136:3', '188:3', '188:259', '204:64'])
})

test('this machine’s own devices have numbers, its files none', async () => {
  expect(await systemFiles.numberOf('/dev/null')).toBe('1:3')
  expect(await systemFiles.numberOf(folder)).toBeUndefined()
  expect(await systemFiles.numberOf(join(folder, 'none'))).toBeUndefined()
  expect(await systemFiles.numberOf(-1)).toBeUndefined()
  expect(await systemFiles.numberOf(NaN)).toBeUndefined()
})

test('which names pass', () => {
  const passing = ['/dev/ttyUSB0', '/dev/ttyACM12', '/tmp/x/ttyUSB3']
  const staying = ['/dev/serial/by-id/usb-x-ttyUSB0', '/dev/ttyAMA0', '/dev/ttyS1', '/dev/serial0', '/dev/rs485-street']
  expect(passing.map(isPassing)).toEqual([true, true, true])
  expect(staying.map(isPassing)).toEqual([false, false, false, false, false])
})
