/** What the main thread and the outbox's thread tell each other. `id` pairs a question with its answer. */
import type { Delivery, Release } from '../disclosure/policy.ts'
import type { OutboxErrorCode } from './error.ts'
import type { Made } from './lanes.ts'
import type { LedgerLine, Parcel, Portion, StreamState } from './parcel.ts'
import type { Range } from './ranges.ts'
import type { Recovered } from './store.ts'

/** `nowMs` is the main thread's monotonic time, `day` its UTC day: the thread has no clock of its own. */
export type ToWorker =
  | {
      readonly kind: 'open'
      readonly id: number
      readonly file: string
      readonly deliveries: ReadonlyMap<string, Delivery>
      readonly priorities: ReadonlyMap<string, Release['priority']>
      readonly tickMs: number
    }
  | { readonly kind: 'append'; readonly id: number; readonly records: readonly Made[]; readonly nowMs: number }
  | { readonly kind: 'take'; readonly id: number; readonly portion: Portion }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'sent'; readonly ticket: number; readonly bytes: number; readonly day: string }
  | { readonly kind: 'put-back'; readonly tickets: readonly number[] }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'receipt'; readonly release: string; readonly outbox: string; readonly upto: number }
  | { readonly kind: 'replay'; readonly release: string; readonly outbox: string; readonly ranges: readonly Range[] }
  | { readonly kind: 'announced'; readonly topic: string; readonly bytes: number; readonly day: string }
  | { readonly kind: 'tick'; readonly nowMs: number }
  | { readonly kind: 'streams'; readonly id: number }
  | { readonly kind: 'ledger'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number; readonly nowMs: number }

export interface Failed {
  readonly kind: 'failed'
  readonly id: number
  readonly code: OutboxErrorCode
  readonly detail: string
}

export type FromWorker =
  | {
      readonly kind: 'opened'
      readonly id: number
      readonly outbox: string
      readonly boot: number
      readonly recovered: Recovered | undefined
    }
  /** the file was a copy from before: there is a new numbering, of this name */
  | { readonly kind: 'renumbered'; readonly outbox: string }
  | { readonly kind: 'appended'; readonly id: number }
  | { readonly kind: 'taken'; readonly id: number; readonly parcels: Parcel[] }
  | { readonly kind: 'streams'; readonly id: number; readonly streams: StreamState[] }
  | { readonly kind: 'ledger'; readonly id: number; readonly lines: LedgerLine[] }
  | { readonly kind: 'closed'; readonly id: number }
  | Failed
  /** a write for which nobody waits has failed; it is tried again */
  | { readonly kind: 'trouble'; readonly code: OutboxErrorCode; readonly detail: string }
