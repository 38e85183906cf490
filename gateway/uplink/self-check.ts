/** Whether the broker passes on what we publish: needed where the protocol has no word for a refusal. */
import type { Clock } from '../../drivers/clock.ts'
import { BrokerError, type Connection } from './connection.ts'
import { within } from './within.ts'

const hearMs = 5_000

export interface SelfCheck {
  /** Rejects with BROKER_SILENT. MQTT 3.1.1 lets a broker acknowledge what it drops, or hang up (3.3.5). */
  run(connection: Connection): Promise<void>
  /** to be told of what arrives on the topic */
  hear(payload: Uint8Array): void
}

/** `word`: what is said on `topic`, and nobody else says. */
export function selfCheck(topic: string, word: string, clock: Clock): SelfCheck {
  const { promise: heard, resolve } = Promise.withResolvers<'heard'>()
  return {
    hear: (payload) => {
      if (Buffer.from(payload).toString() === word) resolve('heard')
    },
    run: async (connection) => {
      await connection.subscribe([topic])
      connection.publish(topic, word, false, () => undefined)
      const outcome = await within(clock, hearMs, Promise.race([heard, connection.closed]))
      if (outcome === 'heard') return
      const detail = outcome === undefined ? `nothing came back within ${hearMs / 1_000} s` : outcome.detail
      throw new BrokerError('BROKER_SILENT', topic, detail)
    },
  }
}
