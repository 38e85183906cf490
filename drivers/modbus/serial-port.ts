import { readSync, writeSync } from 'node:fs'
import type { Clock } from '../clock.ts'
import type { LineAdapter } from '../line.ts'
import { LineError, type LineErrorCode } from '../line-error.ts'
import type { SerialFormat } from '../schema.ts'
import { systemFiles, type DeviceFiles } from '../serial/device-files.ts'
import { shorten } from '../serial/latency-timer.ts'
import { Refinding } from '../serial/refinding.ts'
import { longestDozeMs, type Doze } from './doze.ts'
import { Intake } from './intake.ts'
import type { Port } from './port.ts'
import { charMs } from './timing.ts'

/** A silent device is looked for after this, then ever more rarely, down to the other. */
const firstNapMs = 0.25
const longestNapMs = 10
/** Naps up to this are kept to the fraction of a millisecond. */
const finestNapMs = 2
/** A driver may let output drain for 30 s before a device is closed, and until then nobody else can have it. */
const closingMs = 1_000

/** An open serial device, whose descriptor does not block. */
export interface SerialDevice {
  readonly fd: number | null
  /** Forgets what lies in the kernel's buffers. */
  flush(): Promise<void>
  /** Tells the driver not to hold back what it hears. */
  hurry?(): Promise<void>
  close(): Promise<void>
}

export type OpenSerialDevice = (path: string, format: SerialFormat) => Promise<SerialDevice>

/** Loads the native binding when the first serial line is opened, and not before. */
const openSerialDevice: OpenSerialDevice = async (path, { baud, dataBits, parity, stopBits }) => {
  const serialport = await import('serialport')
  const port = await serialport.SerialPort.binding.open({
    path,
    baudRate: baud,
    dataBits,
    parity,
    stopBits,
    lock: true,
  })
  return {
    get fd() {
      return port.fd
    },
    flush: () => port.flush(),
    // What is not named here would be switched off: both lines are on since the device was opened.
    hurry: () => port.set({ lowLatency: true, dtr: true, rts: true }),
    close: () => port.close(),
  }
}

/** The binding says what is wrong in the words of strerror(3) alone. */
const openCodes: [RegExp, LineErrorCode][] = [
  [/No such (file|device)/, 'LINE_DEVICE_MISSING'],
  [/Cannot lock|busy/, 'LINE_DEVICE_BUSY'],
  [/[Pp]ermission denied|not permitted/, 'LINE_NOT_ALLOWED'],
]

/** What a test brings of its own. `doze`: for the last of each wait */
export interface SerialPortParts {
  openDevice?: OpenSerialDevice
  files?: DeviceFiles
  doze?: Doze
}

const placeCodes = { gone: 'LINE_DEVICE_MISSING', taken: 'LINE_DEVICE_STRANGER' } as const

/**
 * A serial port. The binding opens and sets it; bytes then go straight through its descriptor. That asks the kernel's
 * buffer without ever waiting in a thread, so nothing runs while the wire works, and a read needs no cancelling.
 */
export class SerialPort implements Port {
  readonly heard: Intake
  readonly diesUnnoticed = false
  readonly #url: string
  readonly #format: SerialFormat
  readonly #charMs: number
  readonly #clock: Clock
  readonly #openDevice: OpenSerialDevice
  readonly #doze: Doze | undefined
  readonly #files: DeviceFiles
  readonly #refinding: Refinding
  readonly #chunk = Buffer.alloc(512)
  #device: SerialDevice | undefined
  #adapter: LineAdapter | undefined
  /** of the device before */
  #closing: Promise<void> | undefined
  #napMs = firstNapMs

  constructor(
    url: string,
    path: string,
    format: SerialFormat,
    clock: Clock,
    { openDevice = openSerialDevice, files = systemFiles, doze }: SerialPortParts = {},
  ) {
    this.#url = url
    this.#format = format
    this.#charMs = charMs(format)
    this.#clock = clock
    this.#openDevice = openDevice
    this.#doze = doze
    this.#files = files
    this.#refinding = new Refinding(path, files)
    this.heard = new Intake(clock)
  }

  get isOpen(): boolean {
    return this.#device !== undefined
  }

  get adapter(): LineAdapter | undefined {
    return this.#adapter
  }

  async open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await this.#closed(signal)
    const place = await this.#refinding.look()
    if (typeof place === 'string') throw new LineError(placeCodes[place], this.#url)
    const opened = await this.#openAt(place.path)
    if (signal.aborted) {
      await opened.device.close().catch(() => undefined)
      throw signal.reason
    }
    this.#device = opened.device
    this.#adapter = opened.adapter
    this.heard.start()
  }

  async #openAt(path: string): Promise<{ device: SerialDevice; adapter: LineAdapter }> {
    let device: SerialDevice | undefined
    try {
      device = await this.#openDevice(path, this.#format)
      const adapter = await this.#met(path, device)
      await device.flush() // what others left unread is not ours
      return { device, adapter }
    } catch (cause) {
      await device?.close().catch(() => undefined) // its lock would keep us out for ever
      if (cause instanceof LineError) throw cause
      const said = cause instanceof Error ? cause.message : ''
      const code = openCodes.find(([words]) => words.test(said))?.[1] ?? 'LINE_DEVICE_UNFIT'
      throw new LineError(code, this.#url, cause)
    }
  }

  /** Looks whether it is the adapter that it should be, before anything is sent; and makes it as quick as it can be. */
  async #met(path: string, device: SerialDevice): Promise<LineAdapter> {
    const adapter = await this.#refinding.recognise(device.fd ?? NaN)
    if (adapter === undefined) throw new LineError('LINE_DEVICE_STRANGER', this.#url)
    const { ms, set } = await shorten(adapter, async () => device.hurry?.(), this.#files)
    return {
      path,
      set,
      knownBy: this.#refinding.mark,
      ...(adapter.driver === undefined ? {} : { driver: adapter.driver }),
      ...(ms === undefined ? {} : { latencyTimerMs: ms }),
    }
  }

  /** Waits until the device before is closed; one that takes too long is as good as held by another. */
  async #closed(signal: AbortSignal): Promise<void> {
    if (this.#closing === undefined) return
    const enough = new AbortController()
    const patience = this.#clock.sleep(closingMs, AbortSignal.any([signal, enough.signal]))
    try {
      await Promise.race([this.#closing, patience])
    } finally {
      enough.abort()
      patience.catch(() => undefined)
    }
  }

  write(bytes: Buffer): void {
    const fd = this.#device?.fd
    if (typeof fd !== 'number') throw new LineError('LINE_LOST', this.#url)
    this.#napMs = firstNapMs
    let written = 0
    try {
      written = writeSync(fd, bytes)
    } catch (cause) {
      throw this.#lose(cause)
    }
    if (written < bytes.length) throw this.#lose()
  }

  take(): void {
    const fd = this.#device?.fd
    if (typeof fd !== 'number') throw new LineError('LINE_LOST', this.#url)
    let count = 0
    try {
      count = readSync(fd, this.#chunk)
    } catch (cause) {
      if (isWouldBlock(cause)) return
      throw this.#lose(cause)
    }
    if (count === 0) throw this.#lose() // with VMIN 1 only a device that has hung up says so
    this.heard.push(this.#chunk, count)
  }

  async more(untilMs: number, missing: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const before = this.heard.total
      this.take()
      if (this.heard.total > before) {
        this.#napMs = firstNapMs
        return
      }
      const nowMs = this.#clock.monotonicMs()
      if (nowMs >= untilMs) return
      // The first of the missing bytes is on its way already.
      const napMs = Math.max((missing - 0.5) * this.#charMs, this.#napMs)
      this.#napMs = Math.min(this.#napMs * 2, longestNapMs)
      const wakesMs = Math.min(nowMs + napMs, untilMs)
      await (napMs > finestNapMs ? this.heard.wait(wakesMs, signal) : this.rest(wakesMs, signal))
    }
  }

  async rest(untilMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const leftMs = untilMs - this.#clock.monotonicMs()
      if (leftMs <= 0) return
      if (this.#doze === undefined) await this.heard.wait(untilMs, signal)
      else if (leftMs > longestDozeMs) await this.heard.wait(untilMs - longestDozeMs, signal)
      else this.#doze(leftMs)
    }
  }

  close(): void {
    this.#end(new LineError('LINE_CLOSED', this.#url))
  }

  #lose(cause?: unknown): LineError {
    const lost = new LineError('LINE_LOST', this.#url, cause)
    this.#end(lost)
    return lost
  }

  #end(fault: LineError): void {
    const device = this.#device
    if (device === undefined) return
    this.#device = this.#adapter = undefined
    this.heard.fail(fault)
    const closing = closed(device).finally(() => {
      if (this.#closing === closing) this.#closing = undefined
    })
    this.#closing = closing
  }
}

/** Resolves when it is; a device that has vanished may fail to, and is gone all the same. */
async function closed(device: SerialDevice): Promise<void> {
  await device.flush().catch(() => undefined) // or closing waits until what was written has left
  await device.close().catch(() => undefined)
}

function isWouldBlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR')
}
