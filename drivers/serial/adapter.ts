/** What the system knows of the adapter behind a serial device, and whether two are the same one. */
import { basename, dirname, join } from 'node:path'
import type { DeviceFiles } from './device-files.ts'
import type { Mark } from './mark.ts'

/** The adapter's place among USB devices, and what it says of itself there. */
export interface Usb {
  readonly vendor: string
  readonly product: string
  /** undefined: it has none, or one that others have, too */
  readonly serialNumber: string | undefined
  /** the socket that it is in: `1-1.2` */
  readonly place: string
  /** of one with several ports: which of them */
  readonly part: string
}

export interface Adapter {
  /** of its kernel driver: `ftdi_sio`; undefined: it has none, as a pseudo-terminal */
  readonly driver: string | undefined
  /** undefined: it is on no USB, or the system does not say */
  readonly usb: Usb | undefined
  /** the names that udev has for it below /dev/serial */
  readonly names: readonly string[]
  /** the file that says for how long it keeps what it has heard; undefined: it does not */
  readonly latencyTimer: string | undefined
}

/** A device has fewer folders above it, up to its adapter's. */
const mostFolders = 12

/** Of the device node with this number, as sysfs has it (Documentation/ABI in the kernel), and udev. */
export async function adapterOf(number: string, files: DeviceFiles): Promise<Adapter> {
  const [names, device] = await Promise.all([
    namesOf(number, files),
    files.real(join(files.sys, 'dev', 'char', number)),
  ])
  return { ...(device === undefined ? nothing : await above(device, files)), names }
}

const nothing = { driver: undefined, usb: undefined, latencyTimer: undefined }

/** What the folders above a device say, up to that of the USB device. */
async function above(device: string, files: DeviceFiles): Promise<Omit<Adapter, 'names'>> {
  const root = (await files.real(files.sys)) ?? files.sys
  let [driver, latencyTimer, port, part]: (string | undefined)[] = []
  let folder = dirname(device)
  for (let up = 0; up < mostFolders && folder.startsWith(`${root}/`); up++, folder = dirname(folder)) {
    const told = async (name: string) => files.read(join(folder, name))
    const [its, timer, number, interfaceNumber, vendor, product, serialNumber] = await Promise.all([
      files.real(join(folder, 'driver')),
      told('latency_timer'),
      told('port_number'),
      told('bInterfaceNumber'),
      told('idVendor'),
      told('idProduct'),
      told('serial'),
    ])
    if (vendor !== undefined && product !== undefined) {
      const usb = { vendor, product, place: basename(folder), part: `${part ?? ''}.${port ?? ''}` }
      return { driver, latencyTimer, usb: { ...usb, serialNumber: serialNumber === '' ? undefined : serialNumber } }
    }
    driver ??= its === undefined ? undefined : basename(its)
    latencyTimer ??= timer === undefined ? undefined : join(folder, 'latency_timer')
    port ??= number
    part ??= interfaceNumber
  }
  return { driver, latencyTimer, usb: undefined }
}

const folders = ['by-id', 'by-path'] as const

/** `by-id/usb-…`, `by-path/pci-…`: all that lead to the device of this number. */
async function namesOf(number: string, files: DeviceFiles): Promise<string[]> {
  const serial = join(files.dev, 'serial')
  const all = await Promise.all(
    folders.map(async (folder) => (await files.names(join(serial, folder))).map((name) => join(folder, name))),
  )
  const numbers = await Promise.all(all.flat().map((name) => files.numberOf(join(serial, name))))
  return all.flat().filter((_, index) => numbers[index] === number)
}

/** One that is plugged in now, and the node that opens it. */
export interface Plugged {
  readonly path: string
  readonly adapter: Adapter
}

/** All USB serial devices that sysfs knows. */
export async function pluggedIn(files: DeviceFiles): Promise<Plugged[]> {
  const folder = join(files.sys, 'class', 'tty')
  const names = (await files.names(folder)).filter((name) => passingName.test(name))
  const all = await Promise.all(
    names.map(async (name) => {
      const number = await files.read(join(folder, name, 'dev'))
      return number === undefined ? [] : [{ path: join(files.dev, name), adapter: await adapterOf(number, files) }]
    }),
  )
  return all.flat()
}

/** The kernel gives these in the order in which adapters are plugged in. */
const passingName = /^tty(USB|ACM)\d+$/

/** Whether another adapter can have this path tomorrow. */
export function isPassing(path: string): boolean {
  return passingName.test(basename(path))
}

export function markOf({ usb, names }: Adapter): Mark {
  if (usb !== undefined) return usb.serialNumber === undefined ? 'place' : 'serial-number'
  return names.length > 0 ? 'name' : 'nothing'
}

/** By the mark of the first: the second may have been found elsewhere. */
export function isSame(known: Adapter, found: Adapter): boolean {
  switch (markOf(known)) {
    case 'serial-number':
      return isAlike(known.usb, found.usb) && known.usb?.serialNumber === found.usb?.serialNumber
    case 'place':
      return isAlike(known.usb, found.usb) && known.usb?.place === found.usb?.place
    case 'name':
      return known.names[0] !== undefined && found.names.includes(known.names[0])
    case 'nothing':
      return true
  }
}

/** Whether they are the same part of the same model. */
export function isAlike(one: Usb | undefined, other: Usb | undefined): boolean {
  return one?.vendor === other?.vendor && one?.product === other?.product && one?.part === other?.part
}

/** Some makers give all their adapters one serial number: where two are plugged in that share it, it tells nothing. */
export function withoutSharedNumber(adapter: Adapter, present: readonly Plugged[]): Adapter {
  const { usb } = adapter
  if (usb?.serialNumber === undefined) return adapter
  const isShared = present.some((other) => isSame(adapter, other.adapter) && other.adapter.usb?.place !== usb.place)
  return isShared ? { ...adapter, usb: { ...usb, serialNumber: undefined } } : adapter
}
