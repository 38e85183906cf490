/** What leaves, to whom and why, and what stays: read off the policy that is enforced, and off nothing else. */
import type { Policy, Release } from '../disclosure/policy.ts'
import { sensitivityOf } from '../disclosure/sensitivity.ts'
import { sentencesOf } from '../disclosure/sentences.ts'
import { reasonInBoth } from '../releases.ts'
import type { DataTold } from '../local/pages.ts'
import type { LedgerLine, StreamState } from '../outbox/parcel.ts'

type ReleaseTold = DataTold['releases'][number]

/** `streams` and `ledger` are the outbox's; empty while there is none. */
export function dataTold(policy: Policy, streams: readonly StreamState[], ledger: readonly LedgerLine[]): DataTold {
  return {
    releases: policy.releases.map((release) => ({
      ...declaredTold(release, policy),
      ...countsTold(streams.find((stream) => stream.release === release.name)),
      ledger: ledger
        .filter((line) => line.release === release.name)
        .map(({ day, messages, bytes }) => ({ day, messages, bytes }))
        .sort((a, b) => (a.day < b.day ? 1 : -1)),
    })),
    home: policy.home.map((point) => ({
      point,
      quantity: policy.quantityOf.get(point) ?? '',
      sensitivity: sensitivityOf(policy, point) ?? 'technical',
    })),
  }
}

function declaredTold(
  { name, points, treatment, delivery, declared }: Release,
  { quantityOf }: Policy,
): Omit<ReleaseTold, 'last' | 'waiting' | 'receipt' | 'ledger'> {
  const { purpose, basis, recipient, retention, licence } = declared
  return {
    name,
    points: points.map((point) => ({ point, quantity: quantityOf.get(point) ?? '' })),
    purpose,
    ...(typeof basis === 'string'
      ? { basis }
      : { basis: 'not-personal', because: reasonInBoth(basis['not-personal']) }),
    recipient: { name: recipient.name, role: recipient.role },
    treatment: { en: sentencesOf(treatment, 'en'), fr: sentencesOf(treatment, 'fr') },
    ...(delivery.kind === 'durable' ? {} : { best_effort_ms: delivery.windowMs }),
    retention,
    ...(licence === undefined ? {} : { licence }),
  }
}

function countsTold(stream: StreamState | undefined): Pick<ReleaseTold, 'last' | 'waiting' | 'receipt'> {
  const { last = 0, waiting = 0, receipt } = stream ?? {}
  return { last, waiting, ...(receipt === undefined ? {} : { receipt }) }
}
