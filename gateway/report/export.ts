/**
 * All that the gateway keeps of what it has read, for its owner (Data Act, Regulation (EU) 2023/2854, articles 3 and 4): raw, with
 * what it means. Streamed: what is asked of the history at once is a stretch of one series.
 */
import { quantities, unitCode, type Quantity } from '../../drivers/quantities.ts'
import { sensitivityOf } from '../disclosure/sensitivity.ts'
import type { PointId } from '../../drivers/reading.ts'
import type { Policy } from '../disclosure/policy.ts'
import type { History, Sample } from '../history/history.ts'
import type { KnownPoint } from '../local/answers.ts'
import type { ExportForm, ExportMetadata } from '../local/data-pages.ts'
import type { Plan } from '../plan.ts'

interface Asked {
  readonly from: Temporal.Instant
  readonly until: Temporal.Instant
  readonly form: ExportForm
}

/** Stretches in which the history cannot have more than so many: a number each 10 s, a switch each tenth of a second. */
const numbers = { stretchMs: 86_400_000, most: 10_000 }
const switches = { stretchMs: 3_600_000, most: 36_000 + 100 }

export const exportColumns = ['point', 'quantity', 'unit', 'time', 'value', 'quality', 'purposes'] as const

/** Chunks of lines: CSV (RFC 4180) with a line of names before, or a JSON object a line. */
export async function* exported(
  plan: Pick<Plan, 'points' | 'segments' | 'policy'>,
  history: Pick<History, 'range'>,
  { from, until, form }: Asked,
): AsyncGenerator<string> {
  if (form === 'csv') yield `${exportColumns.join(',')}\r\n`
  for (const { name, quantity } of seriesIn(plan)) {
    const { kind, unit, digits }: Quantity = quantities[quantity]
    const { stretchMs, most } = kind === 'switch' ? switches : numbers
    const purposes = purposesOf(plan.policy, name)
    const line = (sample: Sample) => lineOf(form, { name, quantity, unit, digits, purposes }, sample)
    for (let atMs = from.epochMilliseconds; atMs < until.epochMilliseconds; atMs += stretchMs) {
      const endMs = Math.min(atMs + stretchMs, until.epochMilliseconds)
      // What stood at the beginning was read before it: asked from a moment earlier, it does not pass for a reading.
      const samples = await history.range(name, instant(atMs - 1), instant(endMs), most)
      const within = samples.filter((sample) => sample.atMs >= atMs)
      if (within.length > 0) yield within.map(line).join('')
    }
  }
}

/** What the export means: devices, points and what they read last, releases, and how long the history keeps each class. */
export function exportMetadata(
  { site, devices, points, policy }: Plan,
  known: readonly KnownPoint[],
  retention: Readonly<Record<string, number>>,
  now: Temporal.Instant,
): ExportMetadata {
  const latest = new Map(known.map((point) => [point.point, point]))
  return {
    made: now.toString(),
    site: {
      name: site.site,
      title: site.title ?? site.site,
      ...(site.place === undefined ? {} : { place: site.place }),
    },
    columns: [...exportColumns],
    quality: { valid: 'a value was read', none: 'from here on no value was known' },
    kept_days: Object.fromEntries(Object.entries(retention).map(([kind, ms]) => [kind, ms / 86_400_000])),
    devices: Object.fromEntries(
      [...devices].map(
        ([
          name,
          {
            line,
            unit,
            instance: { profile },
          },
        ]) => [name, { line, unit, profile: profile.id, maker: profile.maker, model: profile.model }],
      ),
    ),
    points: Object.fromEntries(
      [...points].map(([point, { quantity, name, poll }]) => {
        const { unit, kind, label, sensitivity: own }: Quantity = quantities[quantity]
        const sensitivity = sensitivityOf(policy, point) ?? own
        const read = latest.get(point)
        const told = { quantity, kind, unit, unit_code: unitCode(unit), label, sensitivity, register: name, poll }
        const releases = policy.routes.get(point)?.flatMap((index) => policy.releases[index]?.name ?? []) ?? []
        return [point, { ...told, releases, ...(read === undefined ? {} : { latest: read }) }]
      }),
    ),
    releases: Object.fromEntries(
      policy.releases.map(({ name, points, declared }) => [
        name,
        JSON.parse(JSON.stringify({ ...declared, points })) as Record<string, unknown>,
      ]),
    ),
  }
}

interface Named {
  readonly name: string
  readonly quantity: keyof typeof quantities
}

/** Of control, a segment's level. What the history does not keep has no samples, and costs nothing. */
function seriesIn({ points, segments }: Pick<Plan, 'points' | 'segments'>): Named[] {
  return [
    ...[...points].map(([name, { quantity }]) => ({ name, quantity })),
    ...[...segments.keys()].map((segment) => ({ name: `segment:${segment}.level`, quantity: 'light_level' as const })),
  ]
}

function purposesOf({ routes, releases }: Policy, name: string): string[] {
  const [device = '', point = ''] = name.split('.')
  const id: PointId = `${device}.${point}`
  return [...new Set((routes.get(id) ?? []).flatMap((index) => releases[index]?.declared.purpose ?? []))].sort()
}

interface Told extends Named {
  readonly unit: string
  readonly digits: number
  readonly purposes: readonly string[]
}

function lineOf(form: ExportForm, { name, quantity, unit, digits, purposes }: Told, { atMs, value }: Sample): string {
  const time = instant(atMs).toString()
  const quality = value === null ? 'none' : 'valid'
  const number = value === null ? null : Number(value.toFixed(digits))
  if (form === 'json')
    return `${JSON.stringify({ point: name, quantity, unit, time, value: number, quality, purposes })}\n`
  return `${[name, quantity, quoted(unit), time, number ?? '', quality, purposes.join(' ')].join(',')}\r\n`
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function instant(ms: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(ms)
}
