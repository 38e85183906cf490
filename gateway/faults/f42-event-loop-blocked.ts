import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { notifySocket } from '../testing/notify-socket.ts'
import { openRelay } from '../testing/relay.ts'
import { eventually } from '../testing/surroundings.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { Cabinet, north, output, south, watchOutput } from './testing/cabinet.ts'

/** The board's own timeout, as it is armed, and what it needs to notice. */
const safeMs = 11_500
/** A stand-in for systemd loses its patience after that: late enough to see what the board does by itself. */
const patienceMs = 14_000
const slowestRestartMs = 5_000

async function block({ folder }: FaultContext, safe: boolean): Promise<Found> {
  const broken: string[] = []
  const socket = join(folder, 'notify')
  await using systemd = await notifySocket(folder, socket)
  await using relay = await openRelay({ safe })
  const cabinet = new Cabinet({ folder, state: join(folder, 'state'), relay })
  const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: String(patienceMs * 1_000) }
  await using gateway = await cabinet.start({ env })
  await gateway.program.said(/"event":"armed"/)
  await output(relay, north, true)
  await eventually(() => {
    if (!systemd.out.includes('WATCHDOG=1')) throw new Error('it does not say that it lives')
  })
  const dark = watchOutput(relay, north, true)

  process.kill(gateway.pid, 'SIGSTOP')
  const stoppedMs = systemClock.monotonicMs()
  const heardOf = systemd.out.length
  await output(relay, south, true, safeMs).catch(() =>
    broken.push(`${safeMs} ms after its last word the board is not at its fallback`),
  )
  const fallbackMs = Math.round(systemClock.monotonicMs() - stoppedMs)
  const figures = { looked: 1, 'fallback after ms': fallbackMs }
  if (broken.length > 0) return { broken, figures }
  await systemClock.sleep(Math.max(0, patienceMs - fallbackMs))
  if (systemd.out.slice(heardOf).includes('WATCHDOG=1')) broken.push('a gateway that hangs says that it lives')

  // As systemd does with a unit that is silent for too long.
  await gateway.end('SIGKILL')
  const beganMs = systemClock.monotonicMs()
  await using again = await cabinet.start({ at: '2026-12-22T01:01:00', env })
  const restartMs = Math.round(systemClock.monotonicMs() - beganMs)
  if (restartMs > slowestRestartMs) broken.push(`the restart took ${restartMs} ms`)
  await output(relay, south, false).catch(() => broken.push('after the restart the program does not rule'))
  dark.stop()
  await again.end()
  const all = { ...figures, 'restart ms': restartMs, 'unsafe output ms': dark.wrongMs }
  return { broken, figures: all }
}

export const fault: Fault = {
  id: 'F42',
  title: 'the event loop hangs',
  passes:
    'the board’s own timeout, which the gateway has armed, brings the outputs to their fallback within 11.5 s; the gateway says no more that it lives, so that its watchdog ends it; it runs again within 5 s, and its program rules',
  run: (context) => block(context, true),
  control: { without: 'the device’s own timeout', run: (context) => block(context, false) },
}
