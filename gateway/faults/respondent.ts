/** Simulated units at the far end of a real connection: what they say is a script, and faults may lie over it. */
import type { Socket } from 'node:net'
import { askedBy, type Script } from '../../drivers/testing/scripted-wire.ts'
import { systemClock } from '../clock.ts'
import { listen, nextFree, type Listening } from '../demo/ports.ts'

/** Answers requests that come whole, as one client's short ones do on loopback. */
export function respond(framing: 'rtu' | 'mbap', script: Script): Promise<Listening> {
  const accept = (socket: Socket) => {
    const gone = new AbortController()
    socket.setNoDelay(true)
    socket.on('error', () => undefined) // a client may hang up when it likes
    socket.on('close', () => gone.abort())
    socket.on('data', (bytes: Buffer) => {
      for (const said of script(askedBy(bytes, framing, systemClock.monotonicMs())))
        systemClock.sleep(said.afterMs, gone.signal).then(
          () => socket.write(said.bytes),
          () => undefined,
        )
    })
  }
  return nextFree(0, (port) => listen(port, accept))
}
