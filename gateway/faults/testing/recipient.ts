/** A recipient that keeps what it is sent, and what it came to: for faults between a gateway and its broker. */
import { receive, type ReceiveOptions } from '../../../provisioning/receive/receive.ts'
import { openShelf } from '../../../provisioning/receive/shelf.ts'
import { systemClock, systemRandom } from '../../clock.ts'

export interface RecordSeen {
  readonly outbox: string
  readonly seq: number
  readonly historical: boolean
  readonly atMs: number
}

export class RecipientStub implements AsyncDisposable {
  readonly seen: RecordSeen[] = []
  duplicates = 0
  replays = 0
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  readonly #shelf: string

  constructor(broker: string, shelf: string, tls?: ReceiveOptions['tls']) {
    this.#shelf = shelf
    this.#running = receive({
      broker,
      tls,
      shelf,
      keepaliveMs: 5_000,
      clock: systemClock,
      random: systemRandom,
      signal: this.#stop.signal,
      on: (event) => {
        if (event.event === 'record') {
          const { outbox, seq, historical = false } = event
          this.seen.push({ outbox, seq, historical, atMs: systemClock.now().epochMilliseconds })
        } else if (event.event === 'duplicate') this.duplicates++
        else if (event.event === 'replay-asked') this.replays++
      },
    })
    this.#running.catch(() => undefined)
  }

  /** The numbers that it holds of one outbox, those among them that came twice to whoever runs it, and those from 1 that it lacks. */
  holds(outbox: string, upTo: number): { readonly lost: number; readonly twice: number } {
    const numbers = this.seen.filter((each) => each.outbox === outbox).map(({ seq }) => seq)
    const distinct = new Set(numbers)
    const lost = Array.from({ length: upTo }, (_, n) => n + 1).filter((seq) => !distinct.has(seq)).length
    return { lost, twice: numbers.length - distinct.size }
  }

  /** What lies on its shelf; once it has ended. */
  onShelf(): number {
    using shelf = openShelf(this.#shelf)
    return shelf.streams().reduce((sum, { held }) => sum + held.reduce((all, [from, to]) => all + to - from + 1, 0), 0)
  }

  async end(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running.catch(() => undefined)
  }
}
