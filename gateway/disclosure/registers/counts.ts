/**
 * Counts of passages in the schemas that transport.data.gouv.fr takes: comptage-mobilites `measure` 1.0.0 and `channel` 0.1.0.
 * Their columns are fixed. “0” is that nobody was counted, an empty cell that nothing was: what is suppressed is empty, too,
 * since a number below the minimum would be an invention, and the schema has no column that says why.
 */
import { z } from 'zod'
import { statistics, type CountedAs, type Statistic } from '../../releases.ts'
import type { Policy, Release } from '../policy.ts'
import { said, type Language } from '../text.ts'
import { countingsOf, type Counting } from './countings.ts'
import { csv } from './csv.ts'

/** OPC's code of a good value, which a record leaves out. */
const good = 192

/** A record as a recipient keeps it (`gateway/outbox/body.ts`). */
const record = z.object({
  t0: z.int(),
  t1: z.int(),
  /** a window that was not seen whole: what it counted is not what passed */
  partial: z.literal(true).optional(),
  p: z
    .record(z.string(), z.array(z.tuple([z.number(), z.unknown(), z.number().default(good)]).rest(z.unknown())))
    .default({}),
})
export type CountRecord = z.output<typeof record>

/** Of a payload; undefined: a gap, alarms, or no JSON of ours. */
export function countRecordOf(payload: string): CountRecord | undefined {
  try {
    return record.safeParse(JSON.parse(payload)).data
  } catch {
    return undefined
  }
}

export interface Measure {
  readonly channel: string
  readonly counter: string
  readonly startMs: number
  readonly endMs: number
  /** absent: not counted, or not told */
  readonly count?: number
}

/** The windows of the points that the release counts, in order, each once: what came twice is told once. */
export function measuresOf(
  release: Release,
  { quantityOf }: Pick<Policy, 'quantityOf'>,
  site: string,
  records: readonly CountRecord[],
): Measure[] {
  const countings = countingsOf(release, quantityOf)
  const found = new Map<string, Measure>()
  for (const { t0, t1, partial, p } of records) {
    for (const [key, samples] of Object.entries(p)) {
      const { point, statistic } = halves(key)
      const counting = countings.get(point)
      if (counting === undefined || 'reason' in counting || statistic !== counting.statistic) continue
      const { intervalMs } = counting
      // What a gauge says in the window is of the intervals that had ended: each one earlier than when it was read.
      const startMs = t0 - (intervalMs ?? 0)
      const endMs = t1 - (intervalMs ?? 0)
      const value = samples.at(-1)
      const channel = channelId(site, point)
      const told = value === undefined || partial === true ? undefined : countOf(value)
      const count = told === undefined || intervalMs === undefined ? told : Math.round((told * (t1 - t0)) / intervalMs)
      const measure = { channel, counter: counterId(site, point), startMs, endMs }
      found.set(`${channel} ${startMs}`, count === undefined ? measure : { ...measure, count })
    }
  }
  return [...found.values()].sort((a, b) => a.startMs - b.startMs || compare(a.channel, b.channel))
}

function countOf([, value, quality]: readonly [number, unknown, number, ...unknown[]]): number | undefined {
  // A 64-bit counter's number comes as text.
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return quality === good && typeof number === 'number' && number >= 0 ? number : undefined
}

export function measureCsv(measures: readonly Measure[]): string {
  return csv([
    ['channel_id', 'counter_id', 'start_datetime', 'end_datetime', 'count'],
    ...measures.map(({ channel, counter, startMs, endMs, count }) => [
      channel,
      counter,
      moment(startMs),
      moment(endMs),
      count === undefined ? '' : String(count),
    ]),
  ])
}

const channelColumns = [
  'channel_id',
  'channel_provider_id',
  'site_provider_id',
  'site_id',
  'mobility_type',
  'comment',
  'counter_transmission_type',
  'publication_transmission_type',
  'counter_type',
  'direction',
  'provider_direction_code',
  'provider_direction_name',
  'data_provider_name',
  'temporality',
  'started_at',
  'ended_at',
  'last_updated_at',
  'time_step',
  'provider_portal_url',
] as const
type Cells = Readonly<Partial<Record<(typeof channelColumns)[number], string>>>

export interface ChannelFacts extends Pick<Policy, 'quantityOf'> {
  readonly site: string
  readonly language: Language
  /** who answers for it */
  readonly provider?: string
  readonly page?: string
}

/** One channel a direction and practice: each point that the releases count. */
export function channelCsv(releases: readonly Release[], facts: ChannelFacts, measures: readonly Measure[]): string {
  const rows = releases.flatMap((release) => {
    const countings = countingsOf(release, facts.quantityOf)
    return Object.entries(release.declared.counts ?? {}).flatMap(([point, counted]) => {
      const counting = countings.get(point)
      if (counting === undefined || 'reason' in counting) return []
      return [channelOf(point, { ...counted, ...counting }, release, facts, measures)]
    })
  })
  return csv([[...channelColumns], ...rows.map((cells) => channelColumns.map((column) => cells[column] ?? ''))])
}

const fromMeans = {
  en: 'From the mean of what the counter says of each {seconds} s, times how many of them there are',
  fr: 'D’après la moyenne de ce que le compteur dit de chaque période de {seconds} s, fois le nombre de périodes',
}

function channelOf(
  point: string,
  { practice, direction, counter, since, temporary, intervalMs }: CountedAs & Counting,
  { treatment, declared }: Release,
  { site, provider, page, language }: ChannelFacts,
  measures: readonly Measure[],
): Cells {
  const channel = channelId(site, point)
  const own = measures.filter((measure) => measure.channel === channel)
  const stepMs = treatment.aggregate?.everyMs
  const lastMs = own.at(-1)?.endMs
  const firstMs = own[0]?.startMs
  const started = since?.toString() ?? (firstMs === undefined ? undefined : moment(firstMs))
  return {
    channel_id: channel,
    site_id: site,
    mobility_type: practice,
    ...(intervalMs === undefined ? {} : { comment: said(fromMeans, language, { seconds: intervalMs / 1_000 }) }),
    counter_transmission_type: 'REMOTE TRANSMISSION',
    ...(counter === undefined ? {} : { counter_type: counter }),
    ...(direction === undefined ? {} : { direction }),
    ...(provider === undefined ? {} : { data_provider_name: provider }),
    temporality: temporary ? 'TEMPORARY' : 'PERMANENT',
    ...(started === undefined ? {} : { started_at: started.includes('T') ? started : `${started}T00:00:00Z` }),
    ...(declared.expires === undefined ? {} : { ended_at: `${declared.expires.toString()}T00:00:00Z` }),
    ...(lastMs === undefined ? {} : { last_updated_at: moment(lastMs) }),
    ...(stepMs === undefined ? {} : { time_step: String(stepMs / 1_000) }),
    ...(page === undefined ? {} : { provider_portal_url: page }),
  }
}

function channelId(site: string, point: string): string {
  return `${site}-${point.replaceAll('.', '-')}`
}

/** The device: another one on the same channel shows by another name. */
function counterId(site: string, point: string): string {
  return `${site}-${point.split('.')[0] ?? ''}`
}

function halves(key: string): { readonly point: string; readonly statistic?: Statistic } {
  const statistic = statistics.find((one) => key.endsWith(`.${one}`) && key.split('.').length > 2)
  return statistic === undefined ? { point: key } : { point: key.slice(0, -statistic.length - 1), statistic }
}

function moment(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).round('second').toString()
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
