/** The store-and-forward of what was disclosed: the main thread's handle. All that may wait is in a thread of its own. */
import type { Clock } from '../../drivers/clock.ts'
import { DiskThread } from '../disk-thread.ts'
import type { Disclosed } from '../disclosure/disclosed.ts'
import type { Delivery, Release } from '../disclosure/policy.ts'
import { encodeBody } from './body.ts'
import { Correspondence, type Channel } from './correspondence.ts'
import { OutboxError } from './error.ts'
import type { LedgerLine, Parcel, Portion, Room, StreamState } from './parcel.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import type { Range } from './ranges.ts'
import type { Bounds } from './relief.ts'
import type { Recovered } from './store.ts'

export { OutboxError, outboxErrorCodes, type OutboxErrorCode } from './error.ts'
export type { Range } from './ranges.ts'
export type { Bounds } from './relief.ts'
export type { Recovered } from './store.ts'

export interface OutboxOptions {
  /** the SQLite file; its folder must exist */
  readonly file: string
  /** Of each declared release. What is stored of others still goes out. */
  readonly deliveries: ReadonlyMap<string, Delivery>
  /** Of each release who goes first; `normal` unless it is named. */
  readonly priorities?: ReadonlyMap<string, Release['priority']>
  /** How much of the disk what waits may take; absent: as much as there is. */
  readonly bounds?: Bounds
  readonly clock: Clock
  /** a write for which nobody waits (a spill, the ledger) has failed; it is tried again, and nothing is lost by it yet */
  readonly onTrouble?: (error: OutboxError) => void
  /** The file was a copy from before (a backup, an image): a recipient held more. All that is kept goes out again, under this id. */
  readonly onRenumbered?: (id: string) => void
}

/**
 * Calls that return no promise never throw; after the end they do nothing. Disposing moves unsent best-effort records to
 * the store, so that an orderly end loses nothing; it rejects with OUTBOX_FULL or OUTBOX_IO if the disk did not take them.
 */
export interface Outbox extends AsyncDisposable {
  /** Random: names the numbering to recipients. Another one from `onRenumbered` on. */
  readonly id: string
  /** 1, 2, 3 …: one for each start. */
  readonly boot: number
  /** Set if the file was damaged at the start: it lies there now, and this is a new outbox. */
  readonly recovered: Recovered | undefined
  /** Resolves when the outbox has ended: with why, if that was not by disposing of it. */
  readonly ended: Promise<OutboxError | undefined>

  /**
   * Resolves when the durable ones are on flash. Rejects with an OutboxError (OUTBOX_FULL, OUTBOX_IO, OUTBOX_DAMAGED,
   * OUTBOX_UNDECLARED, OUTBOX_CLOSED, OUTBOX_DEAD); then none of them was taken.
   */
  append(records: readonly Disclosed[]): Promise<void>
  /**
   * Waits until there is something to send that was not yet taken, and takes up to so many: what is live first, then what is
   * historical, up to so much of it. Historical is what was made before the first `take` after `disconnected` (or after the
   * start), and what a recipient asked for again. With `historical: 0` it waits for what is live alone; who then wants more
   * gives it up, and asks anew; so does who wants again what it had excepted. Order is kept per release, among the live and among the historical.
   */
  take(portion: Portion, signal: AbortSignal): Promise<Parcel[]>
  /** The broker has acknowledged it; it went out in so many bytes. A ticket from before `disconnected` is ignored. */
  sent(ticket: number, bytes: number): void
  /** These could not be sent; they come again, in their place, with the same number. */
  putBack(tickets: readonly number[]): void
  /** The connection is lost: whether what was taken and not acknowledged has arrived is unknown, so it comes again, with the same numbers. */
  disconnected(): void
  /** A recipient's word, `outbox` and numbers as it gave them: it holds all up to `upto`. One never given renumbers all. */
  receipt(release: string, outbox: string, upto: number): void
  /** A recipient misses these: what is held comes again, what is not is explained by gap parcels. */
  replay(release: string, outbox: string, ranges: readonly Range[]): void
  /** A built-in release has left, or a live view has told: counted in the ledger under its topic, or the release's name. */
  noteAnnounced(name: string, bytes: number): void

  streams(): Promise<StreamState[]>
  /** For those who look after the gateway: how much room what waits takes, and for how many days there is some. */
  room(): Promise<Room>
  /** Messages acknowledged by the broker, by day (UTC) and release. A power cut may lose the last 5 s of it, of best-effort releases the last 10 minutes. */
  ledger(): Promise<LedgerLine[]>
}

/** Opens the outbox in this thread, or in one of its own. Rejects with OUTBOX_OPEN, OUTBOX_BUSY, OUTBOX_NEWER, OUTBOX_FULL or OUTBOX_IO. */
export function openOutbox(options: OutboxOptions, thread = new DiskThread()): Promise<Outbox> {
  const served = thread.open<ToWorker, FromWorker>('outbox')
  return openOver(served, served.gone, options)
}

/** The same, over any channel that serves an outbox (`serve.ts`). `gone` resolves when the other side is, with why. */
export async function openOver(channel: Channel, gone: Promise<unknown>, options: OutboxOptions): Promise<Outbox> {
  const { file, deliveries, clock, bounds, priorities = new Map() } = options
  const windowsMs = [...deliveries.values()].map((each) => (each.kind === 'best-effort' ? each.windowMs : Infinity))
  const tickMs = Math.min(1_000, ...windowsMs.map((windowMs) => windowMs / 4))
  const thread = new Correspondence(channel, gone, file, (news) => {
    if (news.kind === 'trouble') {
      options.onTrouble?.(new OutboxError(news.code, news.detail))
      return
    }
    outbox = news.outbox
    options.onRenumbered?.(outbox)
  })
  const opened = await thread.ask('opened', (id) => ({
    kind: 'open',
    id,
    file,
    deliveries,
    priorities,
    bounds,
    tickMs,
  }))
  let { outbox } = opened

  const stopped = new AbortController()
  const ended = thread.ended.finally(() => stopped.abort())
  const pacing = pace(clock, tickMs, stopped.signal, () => {
    thread.tell({ kind: 'tick', nowMs: clock.monotonicMs() })
  })
  const day = () => clock.now().toString().slice(0, 'YYYY-MM-DD'.length)
  let closing: Promise<void> | undefined
  const close = async () => {
    await thread.close((id) => ({ kind: 'close', id, nowMs: clock.monotonicMs() }))
    await pacing
  }

  return {
    get id() {
      return outbox
    },
    boot: opened.boot,
    recovered: opened.recovered,
    ended,
    append: async (records) => {
      const undeclared = records.find(({ release }) => !deliveries.has(release))
      if (undeclared !== undefined) {
        throw new OutboxError('OUTBOX_UNDECLARED', `release ${undeclared.release} is not in the site file`)
      }
      const made = records.map((record) => ({
        ...{ release: record.release, body: encodeBody(record) },
        ...(record.alarms === undefined ? {} : { event: true as const }),
      }))
      await thread.ask('appended', (id) => ({ kind: 'append', id, records: made, nowMs: clock.monotonicMs() }))
    },
    take: async (portion, signal) => {
      await thread.allAnswered // else this take would run ahead of what an abandoned one puts back
      return (await thread.ask('taken', (id) => ({ kind: 'take', id, portion }), signal)).parcels
    },
    sent: (ticket, bytes) => thread.tell({ kind: 'sent', ticket, bytes, day: day() }),
    putBack: (tickets) => thread.tell({ kind: 'put-back', tickets }),
    disconnected: () => thread.tell({ kind: 'disconnected' }),
    receipt: (release, outbox, upto) => thread.tell({ kind: 'receipt', release, outbox, upto }),
    replay: (release, outbox, ranges) => thread.tell({ kind: 'replay', release, outbox, ranges }),
    noteAnnounced: (topic, bytes) => thread.tell({ kind: 'announced', topic, bytes, day: day() }),
    streams: async () => (await thread.ask('streams', (id) => ({ kind: 'streams', id }))).streams,
    room: async () => (await thread.ask('room', (id) => ({ kind: 'room', id }))).room,
    ledger: async () => (await thread.ask('ledger', (id) => ({ kind: 'ledger', id }))).lines,
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

async function pace(clock: Clock, everyMs: number, signal: AbortSignal, tick: () => void): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(everyMs, signal)
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
    tick()
  }
}
