/** A machine with USB sockets: what /dev and /sys would say of the serial adapters that a test plugs in and pulls. */
import { join, relative } from 'node:path'
import type { DeviceFiles } from '../serial/device-files.ts'

/** What is plugged in; by default an FTDI adapter with a number of its own. */
export interface MadeUpAdapter {
  /** its name today: `ttyUSB0` */
  readonly tty: string
  readonly serialNumber?: string
  readonly place?: string
  readonly driver?: string
  readonly product?: string
  readonly part?: string
  /** absent: it has no such timer */
  readonly latencyMs?: number
}

export class MadeUpMachine implements DeviceFiles {
  readonly dev: string
  readonly sys = '/sys'
  /** whether this user may write into sysfs */
  mayWrite = true
  readonly written: string[] = []
  readonly #adapters = new Map<string, MadeUpAdapter>()
  readonly #latencyMs = new Map<string, number>()
  /** descriptor → the node that it opened */
  readonly #open = new Map<number, string>()

  constructor(dev = '/dev') {
    this.dev = dev
  }

  plug(adapter: MadeUpAdapter): void {
    this.#adapters.set(adapter.tty, adapter)
    if (adapter.latencyMs !== undefined) this.#latencyMs.set(adapter.tty, adapter.latencyMs)
  }

  pull(tty: string): void {
    this.#adapters.delete(tty)
  }

  /** Of a descriptor that a test's device has. */
  opened(fd: number, path: string): void {
    this.#open.set(fd, this.#ttyOf(path) ?? '')
  }

  setLatencyMs(tty: string, ms: number): void {
    if (this.#latencyMs.has(tty)) this.#latencyMs.set(tty, ms)
  }

  numberOf(at: string | number): Promise<string | undefined> {
    const tty = typeof at === 'number' ? this.#open.get(at) : this.#ttyOf(at)
    return Promise.resolve(tty === undefined || tty === '' ? undefined : numberOf(tty))
  }

  real(path: string): Promise<string | undefined> {
    if (path === this.sys) return Promise.resolve(path)
    const tty = this.#ttyOf(path)
    if (tty !== undefined) return Promise.resolve(join(this.dev, tty))
    for (const adapter of this.#adapters.values()) {
      if (path === join(this.sys, 'dev/char', numberOf(adapter.tty))) return Promise.resolve(deviceOf(adapter))
      if (path === join(portOf(adapter), 'driver'))
        return Promise.resolve(`/sys/bus/usb-serial/drivers/${adapter.driver ?? 'ftdi_sio'}`)
    }
    return Promise.resolve(undefined)
  }

  read(path: string): Promise<string | undefined> {
    return Promise.resolve(this.#files().get(path))
  }

  names(folder: string): Promise<readonly string[]> {
    const adapters = [...this.#adapters.values()]
    if (folder === '/sys/class/tty') return Promise.resolve(['tty0', ...adapters.map(({ tty }) => tty)])
    if (folder === join(this.dev, 'serial/by-id')) return Promise.resolve(adapters.map(idOf))
    if (folder === join(this.dev, 'serial/by-path')) return Promise.resolve(adapters.map(pathOf))
    return Promise.resolve([])
  }

  write(path: string, text: string): Promise<boolean> {
    const found = [...this.#adapters.values()].find((adapter) => path === join(portOf(adapter), 'latency_timer'))
    if (!this.mayWrite || found === undefined) return Promise.resolve(false)
    this.written.push(path)
    this.setLatencyMs(found.tty, Number(text))
    return Promise.resolve(true)
  }

  #files(): Map<string, string> {
    return new Map(
      [...this.#adapters.values()].flatMap((adapter): [string, string][] => {
        const { tty, product = '6001', serialNumber, part = '00' } = adapter
        const latencyMs = this.#latencyMs.get(tty)
        return [
          [`/sys/class/tty/${tty}/dev`, numberOf(tty)],
          ...(latencyMs === undefined ? [] : [[join(portOf(adapter), 'latency_timer'), String(latencyMs)] as const]),
          [join(portOf(adapter), 'port_number'), '0'],
          [join(portOf(adapter), '..', 'bInterfaceNumber'), part],
          [join(usbOf(adapter), 'idVendor'), '0403'],
          [join(usbOf(adapter), 'idProduct'), product],
          ...(serialNumber === undefined ? [] : [[join(usbOf(adapter), 'serial'), serialNumber] as const]),
        ].map(([path = '', text = '']) => [path, text])
      }),
    )
  }

  #ttyOf(path: string): string | undefined {
    const adapter = [...this.#adapters.values()].find((each) =>
      [each.tty, `serial/by-id/${idOf(each)}`, `serial/by-path/${pathOf(each)}`].includes(relative(this.dev, path)),
    )
    return adapter?.tty
  }
}

const numberOf = (tty: string) => `188:${/\d+$/.exec(tty)?.[0] ?? '0'}`
const idOf = ({ serialNumber, part = '00' }: MadeUpAdapter) =>
  `usb-FTDI_UART${serialNumber === undefined ? '' : `_${serialNumber}`}-if${part}-port0`
const pathOf = ({ place = '1-1', part = '00' }: MadeUpAdapter) => `platform-usb-0:${place}:1.${part}-port0`
const usbOf = ({ place = '1-1' }: MadeUpAdapter) => `/sys/devices/platform/usb1/${place}`
const portOf = (adapter: MadeUpAdapter) =>
  join(usbOf(adapter), `${adapter.place ?? '1-1'}:1.${Number(adapter.part ?? 0)}`, adapter.tty)
const deviceOf = (adapter: MadeUpAdapter) => join(portOf(adapter), 'tty', adapter.tty)
