/** The outbox's thread: an SD card may hold an fsync for seconds, and nobody but this thread waits for it. */
import { parentPort } from 'node:worker_threads'
import { serve } from './serve.ts'

if (parentPort === null) throw new Error('worker.ts runs in a worker thread: openOutbox starts it')
serve(parentPort)
