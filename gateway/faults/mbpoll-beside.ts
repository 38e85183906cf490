/** Another master as a process: mbpoll and the gateway's line, each on a pseudo-terminal of its own, and units that both reach. */
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { openLine } from '../../drivers/modbus/open.ts'
import type { WriteRequest } from '../../drivers/modbus/request.ts'
import { answer, askedBy, rtuFrame } from '../../drivers/testing/scripted-wire.ts'
import { systemClock, systemRandom } from '../clock.ts'
import { listen, nextFree } from '../demo/ports.ts'
import { Program } from '../testing/programs.ts'
import { Poller } from '../acquisition/poller.ts'
import { jobsOn, judged, serial } from './bus.ts'

const beforeMs = 2_500
const besideMs = 8_000
const never = new AbortController().signal

export interface Beside {
  values: number
  wrong: number
  /** Infinity: not at all */
  toldMs: number
  writtenBefore: number
  /** writes on the wire since it was told */
  sentAfter: number
}

export async function mbpollBeside(folder: string): Promise<Beside> {
  const found: Beside = { values: 0, wrong: 0, toldMs: Infinity, writtenBefore: 0, sentAfter: 0 }
  await using ends = new AsyncDisposableStack()
  const sockets = new Set<Socket>()
  const hub = await nextFree(0, (port) =>
    listen(port, (socket) => {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
      socket.on('data', (bytes: Buffer) => {
        for (const other of sockets) if (other !== socket) other.write(bytes)
        if (bytes.length !== 8) return // cut, or two at once: no unit understands it
        const asked = askedBy(bytes, 'rtu', systemClock.monotonicMs())
        if (asked.function > 4) {
          if (found.toldMs === Infinity) found.writtenBefore++
          else found.sentAfter++
        }
        void systemClock.sleep(12).then(() => {
          for (const one of sockets) one.write(answer(rtuFrame, asked))
        })
      })
    }),
  )
  ends.use(hub)
  const pty = async (name: string) => {
    const device = join(folder, name)
    const socat = new Program('socat', [
      '-d',
      '-d',
      `pty,raw,echo=0,link=${device}`,
      `tcp:127.0.0.1:${hub.port},nodelay`,
    ])
    ends.defer(async () => {
      await socat.end()
    })
    await socat.said(/starting data transfer loop/, 'err')
    return device
  }
  const [ours, theirs] = [await pty('ours'), await pty('theirs')]
  const line = openLine(
    'bus',
    { protocol: 'modbus-rtu', device: ours, serial },
    { clock: systemClock, random: systemRandom },
  )
  ends.use(line)
  const stop = new AbortController()
  const poller = new Poller(jobsOn(line, systemClock, { units: 2, periodMs: 300, patienceMs: 500 }), {
    clock: systemClock,
    random: systemRandom,
    events: {
      readings: (some) => {
        const { values, wrong } = judged(Number(some[0]?.point.slice(1, 2)), some)
        found.values += values
        found.wrong += wrong
      },
      health: () => undefined,
      identity: () => undefined,
    },
  })
  const polling = poller.run(stop.signal)
  ends.defer(async () => {
    stop.abort()
    await polling
  })
  const live = async (forMs: number) => {
    const beganMs = systemClock.monotonicMs()
    for (let value = 0; systemClock.monotonicMs() - beganMs < forMs; value++) {
      const manners = { unit: 1, timeoutMs: 300, worstResponseMs: 300, pauseMs: 0 }
      const write: WriteRequest = { ...manners, function: 6, address: 100, values: Uint16Array.of(value) }
      await line.write(write, never)
      if (found.toldMs === Infinity && line.disturbance !== undefined)
        found.toldMs = systemClock.monotonicMs() - beganMs
      await systemClock.sleep(100)
    }
  }
  await live(beforeMs)
  if (found.toldMs !== Infinity) throw new Error('a disturbance is told before there is one')
  const mbpoll = new Program('mbpoll', [
    ...['-m', 'rtu', '-b', String(serial.baud), '-P', serial.parity, '-a', '2', '-t', '4', '-r', '41', '-c', '5'],
    ...['-l', '400', theirs],
  ])
  ends.defer(async () => {
    await mbpoll.end()
  })
  await live(besideMs)
  return found
}
