/**
 * The history in its thread: what is not yet on flash, and when it gets there. Whatever the disk does, nothing here throws
 * for it: samples are held, the oldest dropped when they are too many, and the disk is tried again.
 */
import type { Visit } from './block.ts'
import { HistoryError } from './error.ts'
import { Excerpt, type Asked } from './excerpt.ts'
import { perSample, type Batch, type Figures, type Now } from './protocol.ts'
import { Runs } from './runs.ts'
import { deadMs, grainMs, retention, type Sample, type Series } from './series.ts'
import { bytesOf, dropAside, setAside, Store, type Fresh, type StoreOptions } from './store.ts'

/** One commit for all that came meanwhile; so much a power cut may lose, and what the kernel holds back besides (30 s). */
const commitMs = 10 * 60_000
/** So many samples are written without waiting for that. */
const manySamples = 30_000
/** 3 MB: more than an hour of a busy cabinet. */
const mostSamples = 120_000
const retryMs = 60_000
const sweepMs = 3_600_000
/** A wall clock that leapt ahead by more than this must stay there for as long before anything is deleted by it. */
const leapMs = 3_600_000

export interface RingOptions extends StoreOptions {
  readonly series: readonly Series[]
  /** told when it changes */
  readonly fault: (error: HistoryError | undefined) => void
}

export class Ring {
  readonly #options: RingOptions
  #store: Store | undefined
  /** as they arrived */
  #held: Batch[] = []
  #fault: HistoryError | undefined
  #tryFromMs = -Infinity
  #committedMs: number
  #sweepFromMs = -Infinity
  #isClosed = false
  /** the last time that was told, and what the gateway had been at work by then */
  #known: Now
  #ranMs = 0

  constructor(options: RingOptions, now: Now) {
    this.#options = options
    this.#known = now
    this.#committedMs = now.monotonicMs
    this.#try(now, (store) => store)
  }

  take(batch: Batch, now: Now): void {
    this.#pass(now)
    if (batch.length > 0) this.#held.push(batch)
    while (this.#count > mostSamples) this.#held.shift()
    if (now.monotonicMs - this.#committedMs >= commitMs || this.#count >= manySamples) this.#write(now)
  }

  range(name: string, asked: Asked, now: Now): Sample[] {
    this.#pass(now)
    const index = this.#options.series.findIndex((series) => series.name === name)
    const listed = this.#options.series[index]
    const grain = listed && grainMs(listed)
    if (listed !== undefined && grain === undefined) return []
    // Of what has left the site, the grain is not known before it is read.
    const fromMs = asked.fromMs - deadMs(grain ?? 0)
    const excerpt = new Excerpt(asked)
    const visit = (grain: number, digits: number): Visit => {
      const scale = 10 ** digits
      return (atMs, scaled) => {
        if (atMs >= fromMs && atMs < asked.untilMs) excerpt.add(atMs, scaled === null ? null : scaled / scale, grain)
      }
    }
    this.#try(now, (store) => store.read(name, fromMs, asked.untilMs, visit))
    if (listed !== undefined && grain !== undefined) {
      const see = visit(grain, listed.digits)
      this.#visit((held, atMs, scaled) => {
        if (held === index) see(atMs, scaled)
      })
    }
    return excerpt.samples(now.wallMs)
  }

  figures(): Figures {
    const oldestMs = this.#try(this.#known, (store) => store.oldestMs()) ?? this.#held[0]?.[1]
    const bytes = this.#try(this.#known, () => bytesOf(this.#options.file)) ?? 0
    return { bytes, ...(oldestMs === undefined ? {} : { oldestMs }) }
  }

  /** Writes what it can. */
  close(now: Now): void {
    if (this.#isClosed) return
    this.#pass(now)
    this.#tryFromMs = -Infinity
    this.#write(now)
    this.abandon()
  }

  /** Writes nothing more. */
  abandon(): void {
    this.#store?.[Symbol.dispose]()
    this.#store = undefined
    this.#isClosed = true
  }

  get #count(): number {
    return this.#held.reduce((sum, batch) => sum + batch.length, 0) / perSample
  }

  /** Time passes. */
  #pass(now: Now): void {
    const passedMs = Math.max(0, now.monotonicMs - this.#known.monotonicMs)
    this.#ranMs += passedMs
    this.#notice(this.#known.wallMs + passedMs, now)
    this.#known = now
  }

  #notice(expectedMs: number, now: Now): void {
    if (now.wallMs - expectedMs > leapMs) this.#sweepFromMs = now.monotonicMs + leapMs
  }

  #write(now: Now): void {
    this.#try(now, (store) => {
      // A monotonic clock counts in fractions; the file does not.
      const progress = { atMs: now.wallMs, ranMs: Math.floor(this.#ranMs) }
      store.commit(this.#fresh(), progress)
      this.#held = []
      this.#committedMs = now.monotonicMs
      store.moveIfDue(progress)
      if (now.monotonicMs >= this.#sweepFromMs) {
        store.sweep(progress)
        dropAside(this.#options.file, now.wallMs - retention.usage)
        this.#sweepFromMs = now.monotonicMs + sweepMs
      }
      this.#tell(undefined)
    })
  }

  #fresh(): Fresh[] {
    const { series } = this.#options
    const runs = new Map<Series, Runs>()
    this.#visit((index, atMs, scaled) => {
      const each = series[index]
      const grain = each && grainMs(each)
      if (each === undefined || grain === undefined) return
      let own = runs.get(each)
      if (own === undefined) runs.set(each, (own = new Runs(grain)))
      own.add(atMs, scaled)
    })
    return [...runs].flatMap(([series, own]) => own.taken().map((encoded) => ({ ...encoded, series })))
  }

  #visit(visit: (index: number, atMs: number, scaled: number | null) => void): void {
    for (const batch of this.#held) {
      for (let at = 0; at + perSample <= batch.length; at += perSample) {
        const scaled = batch[at + 2] ?? NaN
        visit(batch[at] ?? NaN, batch[at + 1] ?? NaN, Number.isNaN(scaled) ? null : scaled)
      }
    }
  }

  /** Does this with the file, if it can be had now. */
  #try<T>(now: Now, work: (store: Store) => T): T | undefined {
    if (this.#isClosed || now.monotonicMs < this.#tryFromMs) return undefined
    try {
      this.#store ??= this.#open(now)
      return work(this.#store)
    } catch (error) {
      if (!(error instanceof HistoryError)) throw error // a mistake of ours: the thread dies of it, and is told so
      this.#tryFromMs = now.monotonicMs + retryMs
      this.#tell(error)
      if (error.code === 'HISTORY_DAMAGED') this.#beginAnew()
      return undefined
    }
  }

  #open(now: Now): Store {
    const store = Store.open(this.#options)
    try {
      store.enroll(this.#options.series)
      const progress = store.progress()
      if (progress === undefined) return store
      this.#ranMs += progress.ranMs
      this.#notice(progress.atMs, now)
      this.#missed(store, progress.atMs)
      return store
    } catch (error) {
      store[Symbol.dispose]()
      throw error
    }
  }

  /** Since the last commit nobody knows what was; before anything that was seen since this start. */
  #missed(store: Store, atMs: number): void {
    const names = new Set(store.names())
    const gaps = this.#options.series.flatMap((series, index) =>
      names.has(series.name) && grainMs(series) !== undefined ? [index, atMs, NaN] : [],
    )
    if (gaps.length > 0) this.#held.unshift(Float64Array.from(gaps))
  }

  #beginAnew(): void {
    this.#store?.[Symbol.dispose]()
    this.#store = undefined
    try {
      setAside(this.#options.file)
      this.#tryFromMs = -Infinity
    } catch (error) {
      if (!(error instanceof HistoryError)) throw error
    }
  }

  #tell(error: HistoryError | undefined): void {
    if (error?.code !== this.#fault?.code) this.#options.fault(error)
    this.#fault = error
  }
}
