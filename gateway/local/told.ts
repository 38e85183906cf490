/** What the doors tell of, and what they pass on. Each call is answered with the state of that moment. */
import type { KnownPoint, Status, VerdictTold, WhyTold } from './answers.ts'
import type { CostTold, ExportForm, ExportMetadata, LedgerPage, SpecimenTold } from './data-pages.ts'
import type { LocalCommand, LocalRelease } from './orders.ts'
import type { DataTold, DeviceTold, SeriesTold, SystemTold, TonightTold } from './pages.ts'
import type { PassThroughTold, UnlockTold } from './pass-through.ts'
import type { PresenceTold } from './session.ts'

/** The gateway's own socket, trusted by its file's mode; or the port of the console's pages, with accounts. */
export type Door = 'socket' | 'console'

export interface Told {
  status(): Promise<Status>
  points(): KnownPoint[]
  /** calls back with every reading from now on, until the signal aborts */
  watch(told: (points: KnownPoint[]) => void, signal: AbortSignal): void
  command(order: LocalCommand, door: Door): Promise<VerdictTold>
  release(order: LocalRelease, door: Door): Promise<VerdictTold>
  /** Here and below, undefined: there is no such thing. */
  why(setpoint: string, at: Temporal.Instant | undefined): WhyTold | undefined
  tonight(segment: string): Promise<TonightTold | undefined>
  /** at most so many samples */
  series(point: string, from: Temporal.Instant, until: Temporal.Instant, most: number): Promise<SeriesTold | undefined>
  device(name: string): DeviceTold | undefined
  data(): Promise<DataTold>
  ledger(): Promise<LedgerPage>
  /** the lines of a chain, as they lie on disk */
  chain(of: 'ledger' | 'audit'): AsyncIterable<string>
  samples(release: string | undefined): SpecimenTold[] | undefined
  cost(month: string | undefined, savedKwhAYear: number | undefined): Promise<CostTold>
  /** what the history keeps, as text that comes little by little; who takes it is audited */
  exported(
    asked: {
      readonly from: Temporal.Instant
      readonly until: Temporal.Instant
      readonly form: ExportForm
      readonly who: string
    },
    door: Door,
  ): AsyncIterable<string>
  exportMetadata(): ExportMetadata
  system(): Promise<SystemTold>
  readonly presence: {
    /** who holds the lock now */
    held(): PresenceTold | undefined
    /** `held`: another does */
    hold(who: string, minutes: number): PresenceTold | { readonly held: PresenceTold }
    leave(by: string): void
  }
  readonly passThrough: {
    told(): PassThroughTold[]
    /** `held`: another works at the cabinet; undefined: tools have no way to such a line */
    unlock(
      asked: { readonly line: string; readonly who: string; readonly reason: string; readonly minutes: number },
      door: Door,
    ): UnlockTold | { readonly held: PresenceTold } | undefined
    /** whether it was unlocked; undefined: tools have no way to such a line */
    lock(line: string, by: string): boolean | undefined
  }
  /** what everybody may read: the public page, with the one style that it has, and its twin */
  readonly open: {
    page(language: 'en' | 'fr'): Promise<{ readonly html: string; readonly style: string }>
    twin(): Promise<object>
  }
  /** in Prometheus' text format */
  metrics(): Promise<string>
  /** a gzipped tar */
  support(): Promise<Buffer>
}
