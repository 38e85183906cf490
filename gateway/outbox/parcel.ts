/** What the outbox hands to the uplink, and what it remembers of it. */

/** A record of a release on its way out. */
export interface RecordParcel {
  readonly kind: 'record'
  /** names this parcel to the outbox, in this run */
  readonly ticket: number
  readonly release: string
  /** per release, from 1, never used twice within one outbox, whatever happens */
  readonly seq: number
  /** the run of the gateway that made the record */
  readonly boot: number
  /** the record as JSON: `{"t0":…,"t1":…,"p":{…}}` */
  readonly body: string
  /** it waited while there was no connection, or was asked for again: it goes behind what is new, and on a topic of its own */
  readonly historical?: true
}

/** How much is asked for. */
export interface Portion {
  /** parcels in all */
  readonly most: number
  /** of these at most so many that are historical, or gaps among them */
  readonly historical: number
  /** releases of which nothing that is live is wanted, since it may not go now: they would keep the others from their turn */
  readonly except?: readonly string[]
  /** the same, of what is historical */
  readonly exceptHistorical?: readonly string[]
}

/** Numbers that will never come, or never again: the recipient need not wait for them. */
export interface GapParcel {
  readonly kind: 'gap'
  readonly ticket: number
  readonly release: string
  readonly boot: number
  /** both included */
  readonly from: number
  readonly to: number
  /**
   * `power-cut`: best-effort records that were in memory only; `receipted`: the recipient had confirmed them; `expired`:
   * best-effort, sent, and not kept; `damaged`: not what was written, so that it is not sent; `thinned`: told by a coarser
   * record in their place; `evicted`: the disk was full
   */
  readonly why: 'power-cut' | 'receipted' | 'expired' | 'damaged' | 'thinned' | 'evicted'
  /** it was taken with what is historical */
  readonly historical?: true
}

/** `outbox`: names the numbering. Not the same for all of one run: a copy that was put back begins a new one. */
export type Parcel = (RecordParcel | GapParcel) & { readonly outbox: string }

/** What one release has let out on one day (UTC). */
export interface LedgerLine {
  readonly day: string
  readonly release: string
  readonly messages: number
  readonly bytes: number
}

/** How much of the disk what waits takes, and how long it will do. */
export interface Room {
  /** on flash, by class */
  readonly telemetryBytes: number
  readonly eventBytes: number
  /** what telemetry may take; absent: nothing is said */
  readonly telemetryQuota?: number
  readonly eventQuota?: number
  /** at the rate of this run; absent: it is too young, or nothing is kept */
  readonly bytesPerDay?: number
  /** with nobody to send to, from an empty outbox on, before anything is told more coarsely */
  readonly days?: number
}

/** Where a release stands. */
export interface StreamState {
  readonly release: string
  /** the last number given */
  readonly last: number
  /** records kept: not yet sent, or without receipt */
  readonly waiting: number
  /** of these, how many numbers are in line to be sent as history, as far as there is a connection; absent: none */
  readonly historical?: number
  /** highest contiguous number that the recipient holds; absent: it never said */
  readonly receipt?: number
}

/** Of each release that has let something out, the last number given. `isNumbered`: its recipients see numbers at all. */
export function lastNumbers(
  streams: readonly StreamState[],
  isNumbered: (release: string) => boolean = () => true,
): ReadonlyMap<string, number> {
  return new Map(streams.flatMap(({ release, last }) => (last === 0 || !isNumbered(release) ? [] : [[release, last]])))
}
