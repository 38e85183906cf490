/** What the uplink tells of itself. */
import type { Fault, ProtocolVersion } from './connection.ts'
import type { Self } from './twin.ts'

export type UplinkEvent =
  | { readonly event: 'connected'; readonly broker: string; readonly protocol: ProtocolVersion }
  /** once per change, not once per try: no connection, or a release or the description that the broker refuses */
  | ({ readonly event: 'trouble' } & Fault)
  /** a release that was refused is taken again */
  | { readonly event: 'accepted'; readonly release: string }
  /** the first of each release, in this run */
  | { readonly event: 'left'; readonly release: string; readonly seq: number }
  | { readonly event: 'receipt'; readonly release: string; readonly upto: number }
  /** the outbox does not give its records; it is asked again, and this told again when it fails otherwise */
  | { readonly event: 'outbox-failed'; readonly error: unknown }

export interface UplinkStatus {
  /** the address in use, or the one that is tried next */
  readonly broker: string
  readonly connected: boolean
  /** of the connection, when there is one */
  readonly protocol?: ProtocolVersion
  /** why there is none, as long as there is none */
  readonly trouble?: Fault
  /** records and gaps acknowledged since the start */
  readonly published: number
  /** refused since the start, each try counted */
  readonly refused: number
  /** releases that the broker refuses now, and why */
  readonly refusing: Readonly<Record<string, Fault>>
  /** how often each trouble came since the start, each try counted */
  readonly reasons: Readonly<Record<string, number>>
  /** this month's bytes on the wire, estimated */
  readonly budget: BudgetStatus
  /** another gateway with our identity, that was heard of in this run */
  readonly twin?: Omit<Self, 'run'>
}

export interface BudgetStatus {
  readonly spent: number
  /** absent: there is no plan to keep */
  readonly monthly?: number
  /** what the month will have cost if it goes on so; absent: it has hardly begun */
  readonly projected?: number
  /** releases that wait for the month to go on */
  readonly waiting: readonly string[]
}
