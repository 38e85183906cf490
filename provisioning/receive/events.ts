/** What a recipient tells whoever runs it; each is also one line of JSON. */
import type { Fault, ProtocolVersion } from '../../gateway/uplink/connection.ts'
import type { Ranges } from './numbers.ts'
import type { StreamName } from './shelf.ts'

export interface RecordBody {
  /** the window, milliseconds since 1970 */
  readonly t0: number
  readonly t1: number
  /** point → series */
  readonly p: Readonly<Record<string, unknown>>
  /** alarms that began or ended */
  readonly a?: readonly unknown[]
}

export type ReceiveEvent =
  | { readonly event: 'connected'; readonly broker: string; readonly protocol: ProtocolVersion }
  /** once per change, not once per try */
  | ({ readonly event: 'trouble' } & Fault)
  /** `online` or `offline` */
  | { readonly event: 'state'; readonly tenant: string; readonly site: string; readonly state: string }
  /** one that had not come before */
  | ({
      readonly event: 'record'
      readonly boot: number
      readonly seq: number
      /** it waited at the gateway, and what is newer may have come before it */
      readonly historical?: true
      readonly record: RecordBody
    } & StreamName)
  | ({ readonly event: 'duplicate'; readonly seq: number } & StreamName)
  | ({ readonly event: 'gap-found'; readonly from: number; readonly to: number } & StreamName)
  /** the gateway says that these will not come */
  | ({ readonly event: 'gap-declared'; readonly from: number; readonly to: number; readonly why: string } & StreamName)
  /** nothing is missing any more, up to here */
  | ({ readonly event: 'gap-closed'; readonly upto: number } & StreamName)
  | ({ readonly event: 'replay-asked'; readonly ranges: Ranges } & StreamName)
  | ({ readonly event: 'receipt-given'; readonly upto: number } & StreamName)
  | { readonly event: 'garbage'; readonly topic: string; readonly detail: string }
