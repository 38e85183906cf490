/** The recipient of the back-fill bench, a thread of its own: says of each live record when it came, and in the end what was out of order. */
import { parentPort, workerData } from 'node:worker_threads'
import { receive } from '../../../provisioning/receive/receive.ts'
import { systemClock, systemRandom } from '../../clock.ts'

export interface RecipientSettings {
  readonly broker: string
  readonly shelf: string
}

export type RecipientWord =
  | { readonly kind: 'connected' }
  | { readonly kind: 'live'; readonly seq: number; readonly atMs: number }
  | { readonly kind: 'ended'; readonly historical: number; readonly outOfOrder: number }

const { broker, shelf } = workerData as RecipientSettings
const say = (word: RecipientWord) => parentPort?.postMessage(word)
const stop = new AbortController()
parentPort?.once('message', () => stop.abort())

let historical = 0
let outOfOrder = 0
const last = { live: 0, late: 0 }
await receive({
  broker,
  shelf,
  clock: systemClock,
  random: systemRandom,
  signal: stop.signal,
  on: (event) => {
    if (event.event === 'connected') say({ kind: 'connected' })
    if (event.event !== 'record') return
    const lane = event.historical === true ? 'late' : 'live'
    if (event.seq <= last[lane]) outOfOrder++
    last[lane] = event.seq
    if (lane === 'late') historical++
    else say({ kind: 'live', seq: event.seq, atMs: systemClock.now().epochMilliseconds })
  },
})
say({ kind: 'ended', historical, outOfOrder })
