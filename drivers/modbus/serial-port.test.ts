import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { systemFiles, type DeviceFiles } from '../serial/device-files.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { never, reading, soon } from '../testing/line-suite.ts'
import { answer, rtuFrame, telling } from '../testing/scripted-wire.ts'
import { ModbusLine } from './client.ts'
import { Debts } from './debts.ts'
import { RtuFraming } from './rtu.ts'
import { SerialPort, type OpenSerialDevice } from './serial-port.ts'
import { serialTiming } from './timing.ts'

const format = { baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 } as const
const charMs = 11 / 19.2

/** Answers at once, since the clock stands still: a machine that knows of no adapter. */
const noFiles: DeviceFiles = {
  ...systemFiles,
  numberOf: () => Promise.resolve(undefined),
  real: () => Promise.resolve(undefined),
  read: () => Promise.resolve(undefined),
  names: () => Promise.resolve([]),
}

const folder = mkdtempSync(join(tmpdir(), 'fanal-serial-'))
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})
afterAll(() => rmSync(folder, { recursive: true }))

/**
 * A named pipe that both ends write to and the port alone reads from: like an adapter that echoes what it sends, so that
 * each answer comes behind its own question.
 */
function echoingDevice() {
  const path = join(folder, 'pipe')
  rmSync(path, { force: true })
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const clock = fakeClock()
  const device: OpenSerialDevice = () =>
    Promise.resolve({ fd, flush: () => Promise.resolve(), close: () => Promise.resolve() })
  const port = new SerialPort('test://wire', path, format, clock, { openDevice: device, files: noFiles })
  const line = new ModbusLine({
    name: 'test',
    url: 'test://wire',
    clock,
    random: () => 0.5,
    port,
    framing: new RtuFraming(),
    timing: serialTiming(format),
    debts: new Debts(),
  })
  ends.push(() => {
    void line[Symbol.asyncDispose]()
    closeSync(fd)
  })
  return { clock, line, fd }
}

/** The answer, so many milliseconds after now, as a wire brings it: byte after byte. */
async function comes(
  clock: ReturnType<typeof fakeClock>,
  fd: number,
  afterMs: number,
  bytes: Uint8Array,
): Promise<void> {
  await clock.sleep(afterMs)
  for (const byte of bytes) {
    await clock.sleep(charMs)
    writeSync(fd, Uint8Array.of(byte))
  }
}

test.each([
  { registers: 100, turnAroundMs: 12, most: 4 },
  { registers: 10, turnAroundMs: 70, most: 4 },
])(
  '$registers registers after $turnAroundMs ms cost at most $most sleeps',
  async ({ registers, turnAroundMs, most }) => {
    const { clock, line, fd } = echoingDevice()
    const request = reading(1, 0, registers)
    const into = new Uint16Array(registers)
    const sleep = clock.sleep.bind(clock)
    let sleeps = 0
    clock.sleep = (ms, signal) => {
      if (signal !== undefined) sleeps++ // the line's own sleeps can be aborted, the test's cannot
      return sleep(ms, signal)
    }
    for (let turn = 0; turn < 12; turn++) {
      sleeps = 0
      const done = line.read(request, into, never)
      const wire = comes(
        clock,
        fd,
        8 * charMs + turnAroundMs,
        answer(rtuFrame, { ...request, transaction: 0, atMs: 0 }),
      )
      expect(await soon(clock, done)).toEqual({ state: 'answered' })
      await wire
    }
    expect([into[0], into[registers - 1]]).toEqual([telling(1, 0), telling(1, registers - 1)])
    expect(sleeps).toBeLessThanOrEqual(most)
  },
)

test('a silent device costs few looks, and its timeout', async () => {
  const { clock, line } = echoingDevice()
  const startMs = clock.monotonicMs()
  expect((await soon(clock, line.read(reading(1, 0, 10), new Uint16Array(10), never))).state).not.toBe('answered')
  expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(100 + 33 * charMs)
  expect(clock.monotonicMs() - startMs).toBeLessThan(100 + 33 * charMs + 12)
})

test.each([
  ['Error: No such file or directory, cannot open /dev/x', 'LINE_DEVICE_MISSING'],
  ['Error: No such device or address, cannot open /dev/x', 'LINE_DEVICE_MISSING'],
  ['Error Resource temporarily unavailable Cannot lock port', 'LINE_DEVICE_BUSY'],
  ['Error: Permission denied, cannot open /dev/x', 'LINE_NOT_ALLOWED'],
  ['Error: Inappropriate ioctl for device, cannot open /dev/x', 'LINE_DEVICE_UNFIT'],
])('%s is %s', async (message, code) => {
  const clock = fakeClock()
  const port = new SerialPort('test://wire', '/dev/x', format, clock, {
    openDevice: () => Promise.reject(new Error(message)),
  })
  await expect(port.open(never)).rejects.toMatchObject({ code })
  expect(port.isOpen).toBe(false)
})

test('a device that opens and cannot be flushed is closed again: its lock would keep us out', async () => {
  let closed = 0
  const port = new SerialPort('test://wire', '/dev/x', format, fakeClock(), {
    openDevice: () =>
      Promise.resolve({
        fd: null,
        flush: () => Promise.reject(new Error('Error: Inappropriate ioctl for device')),
        close: () => {
          closed++
          return Promise.reject(new Error('not that either'))
        },
      }),
  })
  await expect(port.open(never)).rejects.toMatchObject({ code: 'LINE_DEVICE_UNFIT' })
  expect([port.isOpen, closed]).toEqual([false, 1])
})

test('a device that has hung up is a lost line, and is closed', async () => {
  const path = join(folder, 'empty')
  closeSync(openSync(path, 'w'))
  const fd = openSync(path, 'r') // read at its end it gives nothing, as a terminal that has hung up does
  ends.push(() => closeSync(fd))
  let closed = 0
  const port = new SerialPort('test://wire', path, format, fakeClock(), {
    openDevice: () =>
      Promise.resolve({
        fd,
        flush: () => Promise.resolve(),
        close: () => {
          closed++
          return Promise.resolve()
        },
      }),
  })
  await port.open(never)
  expect(() => port.take()).toThrow('LINE_LOST')
  expect(port.isOpen).toBe(false)
  await vi.waitFor(() => expect(closed).toBe(1))
  await expect(port.more(10, 1, never)).rejects.toThrow('LINE_LOST')
})

/** A port whose device is closed when the test says so; `openings`: of it. */
function closingSlowly(clock: ReturnType<typeof fakeClock>) {
  const closing = Promise.withResolvers<undefined>()
  const seen = { openings: 0, closing }
  const port = new SerialPort('test://wire', '/dev/x', format, clock, {
    openDevice: () => {
      seen.openings++
      return Promise.resolve({ fd: null, flush: () => Promise.resolve(), close: () => closing.promise })
    },
    files: noFiles,
  })
  return { port, seen }
}

test('a device is not opened again before it is closed: the two would lock each other out', async () => {
  const clock = fakeClock()
  const { port, seen } = closingSlowly(clock)
  await port.open(never)
  port.close()
  const again = port.open(never)
  await clock.advance(100)
  expect(seen.openings).toBe(1)
  seen.closing.resolve(undefined)
  await again
  expect([seen.openings, port.isOpen, clock.monotonicMs()]).toEqual([2, true, 100])
})

test('one that does not let itself be closed holds nobody up', async () => {
  const clock = fakeClock()
  const { port, seen } = closingSlowly(clock)
  await port.open(never)
  port.close()
  await soon(clock, port.open(never))
  expect([seen.openings, clock.monotonicMs() <= 1_020]).toEqual([2, true])
  port.close()
  const stop = new AbortController()
  const aborted = port.open(stop.signal)
  stop.abort(new Error('not wanted'))
  await expect(aborted).rejects.toThrow('not wanted')
  expect(seen.openings).toBe(2)
})

/** A line whose device opens whenever it is asked to, and whose descriptor is `fd`. */
function lineOver(fd: number) {
  const clock = fakeClock()
  const seen = { opened: 0, closed: 0 }
  const openDevice: OpenSerialDevice = () => {
    seen.opened++
    const close = () => {
      seen.closed++
      return Promise.resolve()
    }
    return Promise.resolve({ fd, flush: () => Promise.resolve(), close })
  }
  const port = new SerialPort('test://wire', '/dev/x', format, clock, { openDevice, files: noFiles })
  const timing = serialTiming(format)
  const parts = { name: 'test', url: 'test://wire', clock, random: () => 0.5, framing: new RtuFraming() }
  const line = new ModbusLine({ ...parts, port, timing, debts: new Debts() })
  ends.push(() => {
    void line[Symbol.asyncDispose]()
    closeSync(fd)
  })
  return { clock, port, line, seen }
}

test('a device that is there and cannot be read: down at once, opened again ever more rarely, closed each time', async () => {
  // Nothing is mapped at the beginning of a process's memory: EIO, as of an adapter that hangs.
  const { clock, line, seen } = lineOver(openSync('/proc/self/mem', 'r'))
  const outcomes = new Set<string>()
  for (let times = 0; times < 1_000; times++) {
    const beganMs = clock.monotonicMs()
    const outcome = await line.read(reading(1, 0, 10), new Uint16Array(10), never)
    outcomes.add(outcome.state === 'line-down' ? `${outcome.error.code}, sent: ${outcome.sent}` : outcome.state)
    expect(clock.monotonicMs()).toBe(beganMs)
    await clock.advance(10)
  }
  expect([...outcomes]).toEqual(['LINE_LOST, sent: false'])
  expect(line.trouble?.cause).toMatchObject({ code: 'EIO' })
  expect(seen.opened).toBeGreaterThanOrEqual(4)
  expect(seen.opened).toBeLessThanOrEqual(8)
  expect(seen.closed).toBe(seen.opened)
})

test('a device that takes nothing more is a lost line, and nobody waits for it', async () => {
  const path = join(folder, 'full')
  execFileSync('mkfifo', [path])
  const { port, seen } = lineOver(openSync(path, constants.O_RDWR | constants.O_NONBLOCK))
  await port.open(never)
  const request = Buffer.alloc(4_096)
  expect(() => {
    for (let times = 0; times < 1_000; times++) port.write(request)
  }).toThrow('LINE_LOST')
  expect(port.isOpen).toBe(false)
  await vi.waitFor(() => expect(seen.closed).toBe(1))
  expect(() => port.write(request)).toThrow('LINE_LOST')
})
