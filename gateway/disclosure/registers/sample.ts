/** The last message of a release, shown only where every series in it is one of the release's own. */
import { z } from 'zod'
import { statistics } from '../../releases.ts'
import type { Release } from '../policy.ts'
import type { SentSample } from './facts.ts'

/** What is longer is cut: the page stays small, and so does its twin. */
const mostCharacters = 8_192

const message = z.record(z.string(), z.unknown())
const withSeries = z.object({ p: z.record(z.string(), z.unknown()) })
/** besides the series: numbers of the record, its times, and its alarms */
const plain = z.union([z.string(), z.number(), z.boolean(), z.array(z.unknown())])

export interface SampleShown {
  readonly topic: string
  readonly payload: string
  readonly cut?: true
}

/** Undefined where it cannot be shown to hold nothing else: another encoding, or a policy that has changed since. */
export function shownSample(release: Release, { topic, payload }: SentSample): SampleShown | undefined {
  if (!isWithin(release, payload)) return undefined
  return payload.length > mostCharacters
    ? { topic, payload: payload.slice(0, mostCharacters), cut: true }
    : { topic, payload }
}

function isWithin(release: Release, payload: string): boolean {
  const read = message.safeParse(parsed(payload))
  if (!read.success) return false
  const { p, ...others } = read.data
  const series = withSeries.safeParse({ p: p ?? {} })
  if (!series.success) return false
  const mayAlarm = release.alarms.length > 0
  return (
    Object.keys(series.data.p).every((key) => isOwn(release, key)) &&
    Object.values(others).every((value) => plain.safeParse(value).success && (mayAlarm || !Array.isArray(value)))
  )
}

function isOwn({ points, treatment }: Release, key: string): boolean {
  const statistic = statistics.find((one) => key.endsWith(`.${one}`))
  const names = statistic === undefined ? [key] : [key, key.slice(0, -statistic.length - 1)]
  return names.some((name) => {
    if (points.some((point) => point === name)) return true
    const [device = '', own = ''] = name.split('.')
    if (treatment.minimumGroup?.of === 'points' && device === 'all') return true
    return treatment.pseudonym !== undefined && points.some((point) => point.split('.')[1] === own)
  })
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}
