/** The city's end of the demo: the reference recipient, which keeps what comes and gives receipts. */
import type { Clock, Random } from '../../drivers/clock.ts'
import { receive } from '../../provisioning/receive/receive.ts'

/** Receives until disposed of. If its file fails, the street goes on without receipts, and standard error says why. */
export function openCity(broker: string, file: string, clock: Clock, random: Random): AsyncDisposable {
  const stop = new AbortController()
  const receiving = receive({ broker, shelf: file, clock, random, signal: stop.signal, on: () => undefined }).catch(
    (error: unknown) => {
      process.stderr.write(`The city keeps nothing: ${String(error)}\n`)
    },
  )
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await receiving
    },
  }
}
