/** What the page and the registers are made from: the policy that is enforced, what the site says of itself, and no more. */
import type { Policy } from '../policy.ts'
import type { Site } from '../../site.ts'

/** A message as it was sent. */
export interface SentSample {
  readonly topic: string
  readonly payload: string
}

export interface Facts {
  readonly policy: Policy
  readonly site: Pick<Site, 'site' | 'tenant' | 'title' | 'place' | 'responsible'> & {
    readonly uplink: Pick<Site['uplink'], 'broker'>
    /** what hangs on which meter; absent: nobody says */
    readonly devices?: Readonly<Record<string, Pick<Site['devices'][string], 'feeds'>>>
  }
  readonly at: Temporal.Instant
  /** of the policy: its hash, and since when it is enforced; absent: nobody has run it yet */
  readonly enforced?: { readonly hash: string; readonly since: Temporal.Instant }
  /** by release: the last message */
  readonly samples?: ReadonlyMap<string, SentSample>
}
