/**
 * The ledger: how much each release has let out on each day (UTC), and under which policy; never the data. The day that is
 * counted is open; when it is over, and whenever the gateway stops, what is known of it becomes lines of a chain
 * (`chain.ts`), one a release. A day may have several lines: their figures add up. Pure.
 */
import { z } from 'zod'
import { sha256, type ChainRecord } from '../chain.ts'
import type { Disclosed } from './disclosed.ts'
import type { Policy } from './policy.ts'

const figures = z.object({
  /** stretches of time of which something was made */
  windows: z.int(),
  records: z.int(),
  /** values in them, those of alarms included; what is missing or suppressed is none */
  values: z.int(),
  suppressed: z.int(),
  /** of the budget of noise */
  epsilon: z.number(),
  /** messages that said that numbers will not come, and how many numbers */
  gaps: z.int(),
  gone: z.int(),
})
type Figures = z.output<typeof figures>

/** A day as far as it is counted, since `from`. */
export const openDay = z.object({
  day: z.string(),
  from: z.string(),
  /** a power cut took what was counted from then until `from` */
  cut: z.string().exactOptional(),
  releases: z.record(z.string(), figures),
})
export type OpenDay = z.output<typeof openDay>

/** What was let out of a release from one moment until another, all of it on one day. */
export const dayLine = figures.extend({
  kind: z.literal('day'),
  day: z.string(),
  release: z.string(),
  from: z.string(),
  until: z.string(),
  cut: z.string().exactOptional(),
  /** acknowledged by the broker on that day; bytes of topics and payloads */
  messages: z.int(),
  bytes: z.int(),
  /** SHA-256 of the policy that was enforced, and since when it has been */
  policy: z.string(),
  since: z.string(),
})
export type DayLine = z.output<typeof dayLine>

/** Another policy is enforced from now on: its SHA-256, and that of each release, so that one sees which has changed. */
export const policyLine = z.object({
  kind: z.literal('policy'),
  policy: z.string(),
  since: z.string(),
  releases: z.record(z.string(), z.string()),
})
export type PolicyLine = z.output<typeof policyLine>

export const ledgerLine = z.discriminatedUnion('kind', [dayLine, policyLine])
export type LedgerEntry = z.output<typeof ledgerLine>

/** What a broker has acknowledged of one release on one day, all told. */
export interface Acknowledged {
  readonly day: string
  readonly release: string
  readonly messages: number
  readonly bytes: number
}

const nothing: Figures = { windows: 0, records: 0, values: 0, suppressed: 0, epsilon: 0, gaps: 0, gone: 0 }

export function dayOf(at: Temporal.Instant): string {
  return at.toString().slice(0, 'YYYY-MM-DD'.length)
}

export function openedAt(at: Temporal.Instant): OpenDay {
  return { day: dayOf(at), from: at.toString(), releases: {} }
}

/** A release may be named as something that every object has. */
function figuresOf({ releases }: OpenDay, release: string): Figures {
  return (Object.hasOwn(releases, release) ? releases[release] : undefined) ?? nothing
}

/** Counts what disclosure has made in one go: portions of one window count as one. */
export function counted(open: OpenDay, records: readonly Disclosed[]): OpenDay {
  const releases = new Map(Object.entries(open.releases))
  const windows = new Set<string>()
  for (const record of records) {
    const { release, from, series, alarms = [], epsilon = 0 } = record
    const before = releases.get(release) ?? nothing
    const window = `${release} ${from.epochMilliseconds}`
    const samples = series.flatMap((each) => each.samples)
    releases.set(release, {
      ...before,
      windows: before.windows + (windows.has(window) ? 0 : 1),
      records: before.records + 1,
      values: before.values + samples.filter(({ value }) => value !== null).length + alarms.length,
      suppressed: before.suppressed + samples.filter(({ quality }) => quality.state === 'suppressed').length,
      epsilon: plus(before.epsilon, epsilon),
    })
    windows.add(window)
  }
  return { ...open, releases: Object.fromEntries(releases) }
}

/** The recipient was told that these numbers, both included, will not come. */
export function gapCounted(
  open: OpenDay,
  { release, from, to }: { release: string; from: number; to: number },
): OpenDay {
  const before = figuresOf(open, release)
  const after = { ...before, gaps: before.gaps + 1, gone: before.gone + to - from + 1 }
  return { ...open, releases: { ...open.releases, [release]: after } }
}

/** Which policy is enforced, and since when. */
export interface Enforced {
  readonly policy: string
  readonly since: string
}

interface Closing extends Enforced {
  readonly until: Temporal.Instant
  /** each gets a line, though nothing was let out: that is known, too. Absent: only what has something to say gets one */
  readonly declared?: readonly string[]
  readonly acknowledged: readonly Acknowledged[]
  readonly chained: Chained
}

/** What the chain has of each day and release already. */
export type Chained = ReadonlyMap<string, Pick<Acknowledged, 'messages' | 'bytes'>>

export function chainedOf(lines: readonly Acknowledged[]): Chained {
  const chained = new Map<string, Pick<Acknowledged, 'messages' | 'bytes'>>()
  for (const { day, release, messages, bytes } of lines) {
    const before = chained.get(`${day} ${release}`) ?? { messages: 0, bytes: 0 }
    chained.set(`${day} ${release}`, { messages: before.messages + messages, bytes: before.bytes + bytes })
  }
  return chained
}

/**
 * The lines that close what is open: of the open day, and of days before it of which the outbox knows more than the chain (what
 * was acknowledged before a power cut, and not closed).
 */
export function closed(
  open: OpenDay,
  { until, declared = [], acknowledged, chained, ...enforced }: Closing,
): DayLine[] {
  const last = open.day
  const owed = acknowledged.filter(({ day }) => day <= last).map((line) => owedOf(line, chained))
  const known = owed.filter(({ messages }) => messages > 0)
  const earlier = known
    .filter(({ day }) => day !== last)
    .map((line): DayLine => {
      const edges = { from: `${line.day}T00:00:00Z`, until: endOf(line.day, until) }
      return { kind: 'day', ...line, ...edges, ...nothing, ...enforced }
    })
  const releases = new Set([
    ...declared,
    ...Object.keys(open.releases),
    ...known.filter(({ day }) => day === last).map(({ release }) => release),
  ])
  const today = [...releases].sort().map((release): DayLine => {
    const { messages = 0, bytes = 0 } = known.find((line) => line.day === last && line.release === release) ?? {}
    const { from, cut } = open
    return {
      ...{ kind: 'day', day: last, release, from, until: endOf(last, until) },
      ...(cut === undefined ? {} : { cut }),
      ...figuresOf(open, release),
      ...{ messages, bytes, ...enforced },
    }
  })
  return [...earlier, ...today]
}

/** An outbox that was made anew counts from zero. */
function owedOf(line: Acknowledged, chained: Chained): Acknowledged {
  const before = chained.get(`${line.day} ${line.release}`)
  if (before === undefined || line.messages < before.messages || line.bytes < before.bytes) return line
  return { ...line, messages: line.messages - before.messages, bytes: line.bytes - before.bytes }
}

/** A day ends with itself, however late it is closed; a clock that was set back has no later moment. */
function endOf(day: string, at: Temporal.Instant): string {
  if (dayOf(at) <= day) return at.toString()
  return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime('UTC').toInstant().toString()
}

/** Figures of one day and release, over all its lines. */
export function daySums(lines: readonly DayLine[]): DayLine[] {
  const sums = new Map<string, DayLine>()
  for (const line of lines) {
    const key = `${line.day} ${line.release}`
    const before = sums.get(key)
    sums.set(key, before === undefined ? line : both(before, line))
  }
  return [...sums.values()]
}

function both(a: DayLine, b: DayLine): DayLine {
  return {
    ...a,
    ...b,
    from: a.from,
    ...(a.cut === undefined ? {} : { cut: a.cut }),
    windows: a.windows + b.windows,
    records: a.records + b.records,
    values: a.values + b.values,
    suppressed: a.suppressed + b.suppressed,
    epsilon: plus(a.epsilon, b.epsilon),
    gaps: a.gaps + b.gaps,
    gone: a.gone + b.gone,
    messages: a.messages + b.messages,
    bytes: a.bytes + b.bytes,
  }
}

/** What a chain's record tells; undefined: it is one of the chain's own, or of another release of Fanal. */
export function entryOf(record: ChainRecord): LedgerEntry | undefined {
  return ledgerLine.safeParse(record).data
}

/** What is enforced, as JSON with its keys in order: what stays home is no part of it, and changes nothing. */
export function canonicalPolicy({ releases, routes, quantityOf }: Policy): string {
  const released = [...routes.keys()].sort().map((point) => [point, quantityOf.get(point)])
  return canonical({ releases, quantities: released })
}

export function policyTold(policy: Policy, since: Temporal.Instant): PolicyLine {
  const { releases } = policy
  return {
    kind: 'policy',
    policy: sha256(canonicalPolicy(policy)),
    since: since.toString(),
    releases: Object.fromEntries(releases.map((release) => [release.name, sha256(canonical(release))])),
  }
}

/** The same text for the same content, whatever the order of keys. Durations and dates are written in ISO 8601. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : JSON.stringify(value)
  if (value instanceof Temporal.Duration) return String(value.total('milliseconds'))
  if (value instanceof Temporal.PlainDate) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`
}

/** Sums of tenths stay tenths. */
function plus(a: number, b: number): number {
  return Math.round((a + b) * 1e9) / 1e9
}
