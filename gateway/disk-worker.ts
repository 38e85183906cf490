/** The thread of all that may wait for flash: outbox and history, each over a port of its own. See `disk-thread.ts`. */
import { parentPort, type MessagePort } from 'node:worker_threads'
import type { Opening } from './disk-thread.ts'
import { serve as serveHistory } from './history/serve.ts'
import { serve as serveOutbox } from './outbox/serve.ts'

const serves: Readonly<Record<Opening['room'], (port: MessagePort) => void>> = {
  outbox: serveOutbox,
  history: serveHistory,
}

if (parentPort === null) throw new Error('disk-worker.ts runs in a worker thread: DiskThread starts it')
parentPort.on('message', ({ room, port }: Opening) => serves[room](port))
