/** An outbox over many starts, for tests: ended in order, or cut. */
import { copyFileSync, existsSync } from 'node:fs'
import type { Delivery } from '../../disclosure/policy.ts'
import { Lanes } from '../lanes.ts'
import type { Parcel, Portion } from '../parcel.ts'
import { Store, type StoreOptions } from '../store.ts'

export const windowMs = 10_000
export const day = '2026-12-21'
export const durable: Delivery = { kind: 'durable' }
export const bestEffort: Delivery = { kind: 'best-effort', windowMs }

const tickMs = 1_000

/** So many, whatever they are. */
export const upTo = (most: number): Portion => ({ most, historical: most })

export class Runs {
  lanes: Lanes
  store: Store
  nowMs = 0
  #options: StoreOptions
  #deliveries: ReadonlyMap<string, Delivery>

  constructor(options: StoreOptions, deliveries: Record<string, Delivery>) {
    this.#options = options
    this.#deliveries = new Map(Object.entries(deliveries))
    ;({ store: this.store, lanes: this.lanes } = this.#open())
  }

  append(release: string, ...bodies: string[]): void {
    this.lanes.write(
      bodies.map((body) => ({ release, body })),
      this.nowMs,
    )
  }

  tick(ms: number): void {
    for (const end = this.nowMs + ms; this.nowMs < end;) {
      this.nowMs = Math.min(end, this.nowMs + tickMs)
      this.lanes.write([], this.nowMs)
    }
  }

  /** An orderly end, and the next start. */
  restart(deliveries?: Record<string, Delivery>): void {
    this.lanes.write([], this.nowMs, true)
    this.store[Symbol.dispose]()
    this.start(deliveries)
  }

  /** Goes on from a copy of the files: so a killed process leaves them. */
  crash(deliveries?: Record<string, Delivery>): void {
    const { file } = this.#options
    const next = `${file}+`
    for (const part of ['', '-wal']) if (existsSync(file + part)) copyFileSync(file + part, next + part)
    this.store[Symbol.dispose]()
    this.#options = { ...this.#options, file: next }
    this.start(deliveries)
  }

  start(deliveries?: Record<string, Delivery>): void {
    if (deliveries) this.#deliveries = new Map(Object.entries(deliveries))
    ;({ store: this.store, lanes: this.lanes } = this.#open())
  }

  /** Takes and acknowledges all that is in line. */
  drain(): Parcel[] {
    const all: Parcel[] = []
    for (;;) {
      const parcels = this.lanes.take(upTo(7))
      if (parcels.length === 0) return all
      for (const { ticket } of parcels) this.lanes.sent(ticket, 100, day)
      all.push(...parcels)
    }
  }

  waiting(release: string): number | undefined {
    return this.lanes.streams().find((stream) => stream.release === release)?.waiting
  }

  #open() {
    const store = Store.open(this.#options)
    try {
      return { store, lanes: new Lanes({ store, deliveries: this.#deliveries, priorities: new Map(), tickMs }) }
    } catch (error) {
      store[Symbol.dispose]()
      throw error
    }
  }
}
