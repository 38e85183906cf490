/** The history's thread: a flash card may hold a write for seconds, and nobody but this thread waits for it. */
import { parentPort } from 'node:worker_threads'
import { serve } from './serve.ts'

if (parentPort === null) throw new Error('worker.ts runs in a worker thread: openHistory starts it')
serve(parentPort)
