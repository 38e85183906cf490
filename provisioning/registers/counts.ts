/** `fanal data counts`: from what a recipient holds, the two files of the national schema of counts. */
import { DatabaseSync } from 'node:sqlite'
import { uncounted } from '../../gateway/disclosure/lint.ts'
import {
  channelCsv,
  countRecordOf,
  measureCsv,
  measuresOf,
  type CountRecord,
} from '../../gateway/disclosure/registers/counts.ts'
import { adviceText } from '../advice.ts'
import { fail, type Context, type Exit } from '../context.ts'
import { planFrom } from './source.ts'
import { writeInto } from './writing.ts'

export interface CountsOptions {
  readonly records: string
  readonly out: string
  readonly profiles?: string
}

export function counts(context: Context, siteFile: string, options: CountsOptions): Exit {
  const plan = planFrom(context, siteFile, options)
  if (typeof plan === 'number') return plan
  const { site, policy } = plan
  const counting = policy.releases.filter(({ declared }) => declared.counts !== undefined)
  if (counting.length === 0) return fail(context, 'NOTHING_COUNTED', { site: site.site })
  const read = readRecords(
    options.records,
    site,
    counting.map(({ name }) => name),
  )
  if (!(read instanceof Map)) return fail(context, 'RECORDS_UNREADABLE', { file: options.records, detail: read.detail })
  const measures = counting.flatMap((release) => measuresOf(release, policy, site.site, read.get(release.name) ?? []))
  const { responsible } = site
  const facts = {
    site: site.site,
    quantityOf: policy.quantityOf,
    language: context.language,
    ...(responsible === undefined ? {} : { provider: responsible.name }),
    ...(responsible?.page === undefined ? {} : { page: responsible.page }),
  }
  if (!context.json) {
    for (const advice of counting.flatMap((release) => uncounted(release, policy)))
      context.err(adviceText(context, advice).trim())
    const empty = measures.filter(({ count }) => count === undefined).length
    const channels = new Set(measures.map(({ channel }) => channel)).size
    context.err(context.say('registers.counted', { measures: measures.length, channels, empty }))
  }
  return writeInto(context, options.out, {
    'measure.csv': measureCsv(measures),
    'channel.csv': channelCsv(counting, facts, measures),
  })
}

/** By release; read only, so that whoever keeps them goes on keeping. */
function readRecords(
  file: string,
  { tenant, site }: { readonly tenant: string; readonly site: string },
  releases: readonly string[],
): Map<string, CountRecord[]> | { readonly detail: string } {
  try {
    using database = new DatabaseSync(file, { readOnly: true })
    const payloads = database.prepare(
      'SELECT payload FROM record JOIN stream ON stream.id = record.stream WHERE tenant = ? AND site = ? AND release = ? ORDER BY stream, seq',
    )
    return new Map(
      releases.map((release) => [
        release,
        payloads
          .all(tenant, site, release)
          .flatMap(({ payload }) => (typeof payload === 'string' ? (countRecordOf(payload) ?? []) : [])),
      ]),
    )
  } catch (error) {
    return { detail: error instanceof Error ? error.message : String(error) }
  }
}
