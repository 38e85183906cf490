/**
 * Tells systemd that the gateway has started, that it lives, and that it stops (sd_notify(3)). Its socket is one for
 * datagrams, which Node has not, so systemd's own program speaks for us. The unit needs `NotifyAccess=all`: it hears a child
 * of the gateway, not the gateway. Each word is a process, of 4 ms of CPU on a server's core (measured), three of them
 * within the time after which systemd loses patience. It ends when systemd has heard it, so that its sender can be told.
 */
import { execFile } from 'node:child_process'
import type { Clock } from '../../drivers/clock.ts'
import { systemClock } from '../clock.ts'

interface Options {
  /** Whether control has turned of late: a gateway that runs and does nothing is to be ended. */
  readonly alive: () => boolean
  readonly clock?: Clock
  readonly env?: NodeJS.ProcessEnv
}

const answerMs = 5_000

/** Call it once everything runs. Does nothing where nobody listens; what cannot be told is not: systemd then acts on that. */
export function watchdog({ alive, clock = systemClock, env = process.env }: Options): AsyncDisposable {
  const stop = new AbortController()
  const tell = (state: string): Promise<void> =>
    env['NOTIFY_SOCKET'] === undefined || env['NOTIFY_SOCKET'] === ''
      ? Promise.resolve()
      : new Promise((resolve) => {
          execFile('systemd-notify', [state], { timeout: answerMs, env }, () => resolve())
        })
  const periodMs = askedForEveryMs(env)
  const telling = (async () => {
    await tell('READY=1')
    while (periodMs !== undefined && !stop.signal.aborted) {
      if (alive()) await tell('WATCHDOG=1')
      await clock.sleep(periodMs, stop.signal).catch(() => undefined) // cut short only at the end
    }
  })()
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await telling
      await tell('STOPPING=1')
    },
  }
}

/** A third of the time after which systemd loses patience (sd_watchdog_enabled(3)); undefined: it is not waiting for us. */
function askedForEveryMs(env: NodeJS.ProcessEnv): number | undefined {
  const { WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = env
  const patienceMs = Number(microseconds) / 1_000
  if (!(patienceMs > 0) || (pid !== undefined && Number(pid) !== process.pid)) return undefined
  return patienceMs / 3
}
