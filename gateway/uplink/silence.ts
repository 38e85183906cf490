/**
 * A line that is dead does not say so: TCP keeps what is written for a quarter of an hour, and a broker that is frozen takes it.
 * So whoever waits for an answer, whichever, and hears nothing at all for a while, takes the connection for gone.
 */
import type { MqttClient } from 'mqtt'

/** What a broker answers. */
const asks: ReadonlySet<string> = new Set(['publish', 'subscribe', 'pingreq'])

/** Real time, as the wire has. `silent` is called once, with how long nothing came. */
export function watchSilence(
  client: Pick<MqttClient, 'on'>,
  patienceMs: number,
  silent: (silentMs: number) => void,
): Disposable {
  let timer: NodeJS.Timeout | undefined
  let unanswered = 0
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const watch = () => {
    timer = setTimeout(() => silent(patienceMs), patienceMs).unref()
  }
  client.on('packetsend', ({ cmd }) => {
    if (!asks.has(cmd)) return
    unanswered++
    if (timer === undefined) watch()
  })
  client.on('packetreceive', ({ cmd }) => {
    if (cmd === 'puback' || cmd === 'suback' || cmd === 'pingresp') unanswered--
    stop()
    if (unanswered > 0) watch()
  })
  return { [Symbol.dispose]: stop }
}
