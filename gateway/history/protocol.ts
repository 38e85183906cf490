/** What the main thread and the history's thread tell each other. `id` pairs a question with its answer. */
import type { Asked } from './excerpt.ts'
import type { HistoryErrorCode } from './error.ts'
import type { Sample, Series } from './series.ts'

/** The main thread's clocks: the thread has none of its own. */
export interface Now {
  readonly monotonicMs: number
  readonly wallMs: number
}

/** In threes: the series' place in the list, its time, its value in units of its last digit (NaN: not known). */
export type Batch = Float64Array
export const perSample = 3

export interface Figures {
  readonly bytes: number
  readonly oldestMs?: number
}

export type ToWorker =
  | {
      readonly kind: 'open'
      readonly id: number
      readonly file: string
      readonly series: readonly Series[]
      readonly quotaBytes: number
      readonly now: Now
    }
  /** also the thread's beat: it writes when it is time */
  | { readonly kind: 'samples'; readonly batch: Batch; readonly now: Now }
  | { readonly kind: 'range'; readonly id: number; readonly series: string; readonly asked: Asked; readonly now: Now }
  | { readonly kind: 'figures'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number; readonly now: Now }

export type FromWorker =
  | { readonly kind: 'opened'; readonly id: number }
  | { readonly kind: 'range'; readonly id: number; readonly samples: Sample[] }
  | { readonly kind: 'figures'; readonly id: number; readonly figures: Figures }
  | { readonly kind: 'closed'; readonly id: number }
  /** told when it changes; without a code: the disk takes things again */
  | { readonly kind: 'fault'; readonly code?: HistoryErrorCode; readonly detail?: string }
