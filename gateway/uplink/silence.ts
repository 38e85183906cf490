/**
 * A line that is dead does not say so: TCP keeps what is written for a quarter of an hour, and a broker that is frozen takes it.
 * So whoever waits for an answer, whichever, and hears nothing at all for a while, takes the connection for gone.
 */
import type { Packet } from 'mqtt'

/** What a broker answers: QoS 0 it never does. */
function asks(packet: Packet): boolean {
  return packet.cmd === 'publish' ? packet.qos > 0 : packet.cmd === 'subscribe' || packet.cmd === 'pingreq'
}

interface Wire {
  on(event: 'packetsend' | 'packetreceive', listener: (packet: Packet) => void): unknown
}

/** Real time, as the wire has. `silent` is called once, with how long nothing came. */
export function watchSilence(wire: Wire, patienceMs: number, silent: (silentMs: number) => void): Disposable {
  let timer: NodeJS.Timeout | undefined
  let unanswered = 0
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const watch = () => {
    timer = setTimeout(() => silent(patienceMs), patienceMs).unref()
  }
  wire.on('packetsend', (packet) => {
    if (!asks(packet)) return
    unanswered++
    if (timer === undefined) watch()
  })
  wire.on('packetreceive', ({ cmd }) => {
    if (cmd === 'puback' || cmd === 'suback' || cmd === 'pingresp') unanswered--
    stop()
    if (unanswered > 0) watch()
  })
  return { [Symbol.dispose]: stop }
}
