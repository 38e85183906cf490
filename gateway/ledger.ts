/**
 * The ledger of a running gateway: counts what disclosure makes and what the broker acknowledges, closes each day into the
 * chain when it is over, and at the end. Nobody waits for it, and nothing is lost by it but figures.
 *
 * Flash wear: what is counted is kept each hour, and with each spending of noise; a day is one line a release. On a street of
 * four releases 24 states of 1 kB, and a line of 500 bytes for each release, a day. A power cut loses what was counted since:
 * the line says from when on (`cut`). What the broker acknowledged the outbox remembers, and it is not lost.
 */
import { z } from 'zod'
import type { Clock } from '../drivers/clock.ts'
import type { Disclosed } from './disclosure/disclosed.ts'
import * as ledger from './disclosure/ledger.ts'
import type { Policy } from './disclosure/policy.ts'
import type { Disk } from './flash.ts'
import { openBook, type Book, type KeepFault } from './keep.ts'

const state = z.object({
  v: z.literal(1),
  /** when this was kept */
  until: z.string(),
  policy: z.string(),
  since: z.string(),
  /** an orderly end: all that was counted is in the chain */
  isClosed: z.boolean(),
  open: ledger.openDay,
  /** by release: when its recipient last gave a receipt, and when it first let something out */
  receipts: z.record(z.string(), z.string()),
  left: z.record(z.string(), z.string()),
})
type State = z.output<typeof state>

/** Of the outbox: what it knows of acknowledgements. */
export type Acknowledgements = () => Promise<readonly ledger.Acknowledged[]>

export interface LedgerTold {
  readonly policy: ledger.Enforced
  /** of the days that are over, as far as they are remembered: some two days before the start, and all since */
  readonly closed: readonly ledger.DayLine[]
  /** of the day that is being counted, as if it ended now */
  readonly open: readonly ledger.DayLine[]
  /** the same by stretches of that day: between them the gateway did not run */
  readonly stretches: readonly ledger.DayLine[]
  /** by release: when its recipient last gave a receipt, and when it first let something out */
  readonly receipts: ReadonlyMap<string, string>
  readonly left: ReadonlyMap<string, string>
  /** why the disk does not take it, as long as it does not */
  readonly trouble?: KeepFault
}

interface Options {
  readonly clock: Clock
  readonly policy: Policy
  /** told when it changes; undefined: the disk takes it again */
  readonly fault: (code: KeepFault | undefined) => void
  readonly spareMs?: number
  readonly disk?: Disk
}

const lookMs = 60_000
const keepEveryMs = 3_600_000
/** In memory, for whoever asks: a line is some 500 bytes. */
const mostRemembered = 2_000

/** Never rejects. */
export async function openLedger(
  paths: { readonly ledger: string; readonly ledgerState: string },
  options: Options,
): Promise<Ledger> {
  let trouble: KeepFault | undefined
  const book = await openBook<State, ledger.LedgerEntry>({ state: paths.ledgerState, chain: paths.ledger }, state, {
    clock: options.clock,
    fault: (code) => {
      trouble = code
      options.fault(code)
    },
    ...(options.spareMs === undefined ? {} : { spareMs: options.spareMs }),
    ...(options.disk === undefined ? {} : { disk: options.disk }),
  })
  return new Ledger(book, options, () => trouble)
}

export class Ledger implements AsyncDisposable {
  readonly #book: Book<State, ledger.LedgerEntry>
  readonly #options: Options
  readonly #trouble: () => KeepFault | undefined
  readonly #stop = new AbortController()
  readonly #pacing: Promise<void>
  readonly #enforced: ledger.Enforced
  readonly #lines: ledger.DayLine[] = []
  readonly #receipts: Map<string, string>
  readonly #left: Map<string, string>
  #open: ledger.OpenDay
  #source: Acknowledgements | undefined
  /** as the outbox said last */
  #acknowledged: readonly ledger.Acknowledged[] = []
  #keptMs: number
  #isSpent = false
  /** closings follow one another */
  #closing: Promise<void>
  /** of later days all lines are remembered that the chain has */
  #knownAfter: string

  constructor(book: Book<State, ledger.LedgerEntry>, options: Options, trouble: () => KeepFault | undefined) {
    const { clock, policy } = options
    this.#book = book
    this.#options = options
    this.#trouble = trouble
    this.#keptMs = clock.monotonicMs()
    const now = clock.now()
    const { kept, recent } = book
    const entries = recent.flatMap((record) => ledger.entryOf(record) ?? [])
    for (const entry of entries) if (entry.kind === 'day') this.#remember(entry)
    // Of the first day that is remembered some lines may be too old to be so.
    this.#knownAfter = (recent[0]?.n ?? 1) === 1 ? '' : (this.#lines[0]?.day ?? '')
    this.#receipts = new Map(Object.entries(kept?.receipts ?? {}))
    this.#left = new Map(Object.entries(kept?.left ?? {}))

    const told = ledger.policyTold(policy, now)
    const last = entries.at(-1)
    const before = kept ?? last
    const isNew = before?.policy !== told.policy
    this.#enforced = isNew ? { policy: told.policy, since: told.since } : { policy: told.policy, since: before.since }
    // The run before was cut short: nobody has closed what it counted.
    const cut = kept?.isClosed === false && !entries.some((entry) => isIn(kept, entry)) ? kept : undefined
    this.#open = { ...ledger.openedAt(now), ...(cut === undefined ? {} : { cut: cut.until }) }
    this.#closing = this.#begin(cut, isNew ? told : undefined)
    this.#pacing = this.#pace()
  }

  /** Which policy is enforced, and since when. */
  get enforced(): ledger.Enforced {
    return this.#enforced
  }

  /** When recipients last gave receipts, and releases first let something out. */
  get heard(): Pick<LedgerTold, 'receipts' | 'left'> {
    return { receipts: this.#receipts, left: this.#left }
  }

  /** Whom to ask what the broker has acknowledged; undefined: there is nobody now. */
  lead(source: Acknowledgements | undefined): void {
    this.#source = source
  }

  /** Asks for the last time before the outbox closes. */
  async settle(): Promise<void> {
    await this.#ask()
    this.#source = undefined
  }

  /** Disclosure has made these, in one go. */
  made(records: readonly Disclosed[]): void {
    this.#turn()
    this.#open = ledger.counted(this.#open, records)
    if (records.some(({ epsilon = 0 }) => epsilon > 0)) this.#isSpent = true
    const now = this.#options.clock.now().toString()
    for (const { release } of records) if (!this.#left.has(release)) this.#left.set(release, now)
  }

  /** The recipient was told that these numbers will not come. */
  gapTold(gap: { readonly release: string; readonly from: number; readonly to: number }): void {
    this.#turn()
    this.#open = ledger.gapCounted(this.#open, gap)
  }

  /** The recipient gave a receipt. */
  receipted(release: string): void {
    this.#receipts.set(release, this.#options.clock.now().toString())
  }

  async told(): Promise<LedgerTold> {
    this.#turn()
    await this.#ask()
    const trouble = this.#trouble()
    const stretches = [
      ...this.#lines.filter(({ day }) => day === this.#open.day),
      ...this.#lineOf(this.#open, this.#options.clock.now(), this.#enforced),
    ]
    return {
      policy: this.#enforced,
      closed: ledger.daySums(this.#lines.filter(({ day }) => day !== this.#open.day)),
      open: ledger.daySums(stretches),
      stretches,
      ...this.heard,
      ...(trouble === undefined ? {} : { trouble }),
    }
  }

  /** Once all that is closed has been tried: whether it is on disk. */
  async flushed(): Promise<boolean> {
    await this.#closing
    return this.#book.flushed()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#pacing
    await this.#closing
    const now = this.#options.clock.now()
    const lines = this.#lineOf(this.#open, now, this.#enforced, [])
    for (const line of lines) this.#write(line)
    await this.#book.flushed()
    this.#open = ledger.openedAt(now)
    this.#keep(true)
    await this.#book[Symbol.asyncDispose]()
  }

  /** What the last run left is closed before anything of it is forgotten; then the policy, if it is another. */
  async #begin(cut: State | undefined, told: ledger.PolicyLine | undefined): Promise<void> {
    const { clock, spareMs = 0 } = this.#options
    if (spareMs > 0) await clock.sleep(spareMs, this.#stop.signal).catch(() => undefined) // cut short only at the end
    if (cut !== undefined) {
      const { policy, since } = cut
      for (const line of this.#lineOf(cut.open, Temporal.Instant.from(cut.until), { policy, since })) this.#write(line)
    }
    if (told !== undefined) this.#book.audit(told)
    await this.#book.flushed()
    this.#keep()
  }

  /** A day that is over is closed, and another begins. */
  #turn(): void {
    const now = this.#options.clock.now()
    const over = this.#open
    if (ledger.dayOf(now) === over.day) return
    this.#open = ledger.openedAt(now)
    this.#close(over, now, this.#enforced)
  }

  /** Soon: what was acknowledged is asked first. */
  #close(open: ledger.OpenDay, until: Temporal.Instant, enforced: ledger.Enforced): void {
    this.#closing = this.#closing.then(async () => {
      await this.#ask()
      for (const line of this.#lineOf(open, until, enforced)) this.#write(line)
      await this.#book.flushed()
      this.#keep()
    })
  }

  #lineOf(
    open: ledger.OpenDay,
    until: Temporal.Instant,
    enforced: ledger.Enforced,
    declared = this.#options.policy.releases.map(({ name }) => name),
  ): ledger.DayLine[] {
    const chained = ledger.chainedOf(this.#lines)
    return ledger.closed(open, { until, declared, acknowledged: this.#known(), chained, ...enforced })
  }

  /** What was acknowledged on days of which it is known here what the chain has. */
  #known(): readonly ledger.Acknowledged[] {
    return this.#acknowledged.filter(({ day }) => day > this.#knownAfter)
  }

  async #ask(): Promise<void> {
    try {
      this.#acknowledged = (await this.#source?.()) ?? this.#acknowledged
    } catch {
      // The outbox is just ending, which its own event says: what it said last still holds.
    }
  }

  #write(line: ledger.DayLine): void {
    this.#remember(line)
    this.#book.audit(line)
  }

  #remember(line: ledger.DayLine): void {
    this.#lines.push(line)
    while (this.#lines.length > mostRemembered) {
      const first = this.#lines.shift()?.day ?? ''
      if (first > this.#knownAfter) this.#knownAfter = first
    }
  }

  #keep(isClosed = false): void {
    const { clock } = this.#options
    this.#keptMs = clock.monotonicMs()
    this.#isSpent = false
    this.#book.keep({
      v: 1,
      until: clock.now().toString(),
      ...this.#enforced,
      isClosed,
      open: this.#open,
      receipts: Object.fromEntries(this.#receipts),
      left: Object.fromEntries(this.#left),
    })
  }

  async #pace(): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stop
    for (;;) {
      await clock.sleep(lookMs, signal).catch(() => undefined) // cut short only at the end
      if (signal.aborted) return
      this.#turn()
      await this.#closing
      if (this.#isSpent || clock.monotonicMs() - this.#keptMs >= keepEveryMs) this.#keep()
    }
  }
}

/** Whether the chain has what was counted when this was kept. */
function isIn({ until, open }: State, entry: ledger.LedgerEntry): boolean {
  if (entry.kind !== 'day' || entry.day !== open.day) return false
  return Temporal.Instant.compare(Temporal.Instant.from(entry.until), Temporal.Instant.from(until)) >= 0
}
