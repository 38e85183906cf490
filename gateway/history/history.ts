/**
 * Readings kept on the gateway, for its own pages: the main thread's handle. All that may wait is in a thread of its own.
 *
 * A power cut loses what was seen since the last commit, ten minutes at most, and what the kernel had not written yet, half a
 * minute; the file stays whole. A thread that dies loses the same ten minutes. Either shows as a gap.
 *
 * What it costs (`testing/cost.ts`; 150 points of five meters, read each 5 s, with the loads of the demo's street, x64): of 2.6
 * million readings a day 0.75 million are kept, in 0.6 MB; 11.4 MB a day are written to the flash, ext4's journal included;
 * CPU 0.4 s a day on the main thread and 1.2 s in the history's. 90 days of what is technical and 7 of the load make a file of
 * some 18 MB, of which a chart of a week is read in some 40 ms. RSS grows by 20 MB, of which 9 are any worker's.
 */
import type { Clock } from '../../drivers/clock.ts'
import type { Reading } from '../../drivers/reading.ts'
import { DiskThread } from '../disk-thread.ts'
import { HistoryError, type HistoryErrorCode } from './error.ts'
import { Keeping } from './keeping.ts'
import { perSample, type Now } from './protocol.ts'
import type { Sample, Series } from './series.ts'
import { Correspondence, type Thread } from './thread.ts'

export { HistoryError, historyErrorCodes, type HistoryErrorCode } from './error.ts'
export type { Sample, Series } from './series.ts'

export interface HistoryFigures {
  /** on the disk now */
  readonly bytes: number
  readonly quotaBytes: number
  readonly oldest?: Temporal.Instant
  /** what is wrong, if something is: where, what, what to do */
  readonly trouble?: string
}

export interface History extends AsyncDisposable {
  /** Never waits, never throws for what the disk does. Readings of what is not in the list are not kept. */
  see(readings: readonly Reading[]): void
  /** Something of the gateway's own, such as a segment's level, `segment:north.level`: it stands until the next note. */
  note(series: string, at: Temporal.Instant, value: number | null): void
  /**
   * Oldest first, at most `most`, thinned so that extremes stay visible; includes what is not yet on disk. Begins with the
   * value that stood at `from`, if one did; a null where no value is known any more.
   */
  range(series: string, from: Temporal.Instant, until: Temporal.Instant, most: number): Promise<Sample[]>
  figures(): Promise<HistoryFigures>
}

export interface HistoryOptions {
  /** the SQLite file; its folder must exist */
  readonly file: string
  readonly series: readonly Series[]
  readonly clock: Clock
  readonly quotaBytes?: number
  /** told when it changes; undefined: all is well again */
  readonly fault: (code: HistoryErrorCode | undefined) => void
}

/** Some four times what the cabinet above needs. */
export const defaultQuotaBytes = 64 * 2 ** 20
const leastQuotaBytes = 2 ** 20

/** What is kept goes over to the thread so often, or when it is so much. */
const beatMs = 10_000
const manySamples = 512
/** While there is no thread: 500 kB. */
const mostSamples = 20_000
/** A thread that has died is followed by another after so long, doubled each time up to the longest. */
const restartMs = 10_000
const longestRestartMs = 600_000

/** Opens the history in this thread, or in one of its own. Never rejects for what the disk does: `fault` tells. */
export function openHistory(options: HistoryOptions, thread = new DiskThread()): Promise<History> {
  return openOver(() => thread.open('history'), options)
}

/** The same, over whatever serves a history (`serve.ts`). */
export async function openOver(start: () => Thread, options: HistoryOptions): Promise<History> {
  const history = new ThreadedHistory(start, options)
  await history.opened
  return history
}

class ThreadedHistory implements History {
  /** Resolves when the first thread has opened the file, or failed to. */
  readonly opened: Promise<void>
  readonly #options: HistoryOptions
  readonly #quotaBytes: number
  readonly #start: () => Thread
  readonly #keeping: () => Keeping
  readonly #stop = new AbortController()
  readonly #pacing: Promise<void>
  #kept: Keeping
  /** in threes, see `Batch` */
  #pending: number[] = []
  #thread: Correspondence | undefined
  #fault: HistoryError | undefined
  #restartFromMs = -Infinity
  #deaths = 0
  #closing: Promise<void> | undefined

  constructor(start: () => Thread, options: HistoryOptions) {
    this.#start = start
    this.#options = options
    this.#quotaBytes = Math.max(leastQuotaBytes, options.quotaBytes ?? defaultQuotaBytes)
    this.#keeping = () =>
      new Keeping(options.series, (index, atMs, scaled) => this.#pending.push(index, atMs, scaled ?? NaN))
    this.#kept = this.#keeping()
    this.opened = this.#begin()
    this.#pacing = this.#pace()
  }

  see(readings: readonly Reading[]): void {
    if (this.#stop.signal.aborted) return
    const nowMs = this.#options.clock.monotonicMs()
    for (const reading of readings) this.#kept.see(reading, nowMs)
    if (this.#pending.length >= manySamples * perSample) this.#handOver()
  }

  note(series: string, at: Temporal.Instant, value: number | null): void {
    if (this.#stop.signal.aborted) return
    this.#kept.note(series, at.epochMilliseconds, value, this.#options.clock.monotonicMs())
  }

  async range(series: string, from: Temporal.Instant, until: Temporal.Instant, most: number): Promise<Sample[]> {
    this.#handOver()
    const asked = { fromMs: from.epochMilliseconds, untilMs: until.epochMilliseconds, most }
    const now = this.#now()
    return (await this.#thread?.ask('range', (id) => ({ kind: 'range', id, series, asked, now })))?.samples ?? []
  }

  async figures(): Promise<HistoryFigures> {
    const told = await this.#thread?.ask('figures', (id) => ({ kind: 'figures', id }))
    const { bytes = 0, oldestMs } = told?.figures ?? {}
    return {
      bytes,
      quotaBytes: this.#quotaBytes,
      ...(oldestMs === undefined ? {} : { oldest: Temporal.Instant.fromEpochMilliseconds(oldestMs) }),
      ...(this.#fault && { trouble: this.#fault.message }),
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#stop.abort()
    await this.#pacing
    this.#send()
    const thread = this.#thread
    this.#thread = undefined
    const now = this.#now()
    await thread?.ask('closed', (id) => ({ kind: 'close', id, now }))
    await thread?.gone
  }

  async #begin(): Promise<void> {
    const { file, series } = this.#options
    const thread = new Correspondence(this.#start(), (code, detail = '') =>
      this.#tell(code && new HistoryError(code, detail)),
    )
    this.#thread = thread
    void thread.gone.then((why) => this.#died(thread, why))
    const now = this.#now()
    const question = { kind: 'open', file, series, quotaBytes: this.#quotaBytes, now } as const
    const opened = await thread.ask('opened', (id) => ({ ...question, id }))
    if (opened !== undefined && this.#fault?.code === 'HISTORY_DEAD') this.#tell(undefined)
  }

  #died(thread: Correspondence, why: unknown): void {
    if (thread !== this.#thread) return
    this.#thread = undefined
    const pauseMs = Math.min(longestRestartMs, restartMs * 2 ** this.#deaths++)
    this.#restartFromMs = this.#options.clock.monotonicMs() + pauseMs
    // The next thread begins with a gap, which each value ends.
    this.#kept = this.#keeping()
    const cause = why instanceof Error ? `: ${why.message}` : ''
    const detail = `the thread of ${this.#options.file} has died${cause}; it is started again, its last minutes are lost`
    this.#tell(new HistoryError('HISTORY_DEAD', detail, { cause: why }))
  }

  async #pace(): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stop
    for (;;) {
      await clock.sleep(beatMs, signal).catch(() => undefined) // cut short only at the end
      if (signal.aborted) return
      this.#kept.beat(clock.now().epochMilliseconds, clock.monotonicMs())
      if (this.#thread === undefined && clock.monotonicMs() >= this.#restartFromMs) await this.#begin()
      this.#send()
    }
  }

  #handOver(): void {
    if (this.#pending.length > 0) this.#send()
  }

  /** What waits, or only the time. */
  #send(): void {
    if (this.#thread === undefined) {
      const tooMany = this.#pending.length - mostSamples * perSample
      if (tooMany > 0) this.#pending.splice(0, tooMany)
      return
    }
    this.#thread.tell({ kind: 'samples', batch: Float64Array.from(this.#pending), now: this.#now() })
    this.#pending = []
  }

  #now(): Now {
    const { clock } = this.#options
    return { monotonicMs: clock.monotonicMs(), wallMs: clock.now().epochMilliseconds }
  }

  #tell(error: HistoryError | undefined): void {
    if (error?.code !== this.#fault?.code) this.#options.fault(error?.code)
    this.#fault = error
  }
}
