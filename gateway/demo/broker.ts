/** The city's broker in small: MQTT 3.1.1, in memory, for the programs of this machine. */
import { Aedes } from 'aedes'
import { listen, type Listening } from './ports.ts'

const largestPacketBytes = 256 * 1024

/** Rejects when the port is taken. */
export async function openBroker(port: number): Promise<Listening> {
  const broker = await Aedes.createBroker()
  const closeBroker = () => new Promise<void>((resolve) => broker.close(resolve))
  try {
    const listening = await listen(port, (socket) => {
      broker.handle(socket)
      const fits = packetsWithin(largestPacketBytes)
      // Beside the broker's `readable` listener, a `data` listener sees each chunk as the broker takes it, and before it.
      socket.on('data', (chunk) => {
        if (!fits(chunk)) socket.destroy()
      })
    })
    return {
      port,
      [Symbol.asyncDispose]: async () => {
        await closeBroker()
        await listening[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await closeBroker()
    throw error
  }
}

/**
 * Watches one connection's bytes and says of each chunk whether all packets so far keep within `most` bytes. Aedes holds
 * a packet in memory until it is whole, and MQTT allows 256 MB (MQTT 3.1.1, 2.2.3: the length is four bytes of seven bits).
 */
export function packetsWithin(most: number): (chunk: Uint8Array | string) => boolean {
  let body = 0 // bytes of the current packet still to come
  let length: number | undefined // as far as it was read; undefined before the packet's first byte
  let shift = 0
  return (chunk) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    for (let at = 0; at < bytes.length;) {
      if (body > 0) {
        const taken = Math.min(body, bytes.length - at)
        body -= taken
        at += taken
        continue
      }
      const byte = bytes[at++] ?? 0
      if (length === undefined) {
        length = shift = 0
        continue
      }
      length += (byte & 0x7f) << shift
      shift += 7
      if (length > most || shift > 28) return false
      if (byte < 0x80) {
        body = length
        length = undefined
      }
    }
    return true
  }
}
