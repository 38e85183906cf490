/** The history's side of the thread boundary: messages in, answers out. */
import type { MessagePort } from 'node:worker_threads'
import type { FromWorker, ToWorker } from './protocol.ts'
import { Ring } from './ring.ts'

/** Serves a history until it is closed; the first message must be `open`. */
export function serve(port: MessagePort): void {
  const answer = (message: FromWorker) => port.postMessage(message)
  port.once('message', (message: ToWorker) => {
    if (message.kind !== 'open') throw new Error(`the history is not open, and was told: ${message.kind}`)
    const { id, now, ...options } = message
    const ring = new Ring(
      {
        ...options,
        fault: (error) => answer({ kind: 'fault', ...(error && { code: error.code, detail: error.detail }) }),
      },
      now,
    )
    answer({ kind: 'opened', id })
    port.on('message', (message: ToWorker) => told(ring, message))
    port.once('close', () => ring.abandon())
  })

  const told = (ring: Ring, message: ToWorker) => {
    switch (message.kind) {
      case 'samples':
        ring.take(message.batch, message.now)
        return
      case 'range':
        answer({ kind: 'range', id: message.id, samples: ring.range(message.series, message.asked, message.now) })
        return
      case 'figures':
        answer({ kind: 'figures', id: message.id, figures: ring.figures() })
        return
      case 'close':
        ring.close(message.now)
        answer({ kind: 'closed', id: message.id })
        port.close()
        return
      case 'open':
        throw new Error('the history is open already')
    }
  }
}
