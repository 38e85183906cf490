/**
 * The fleet's policy: a file beside the sites' that says, release by release, the widest that may leave any cabinet. A site
 * may narrow it and never widen it (`narrower.ts`).
 */
import { z } from 'zod'
import { slug } from '../../drivers/schema.ts'
import { encodings, lawfulBases, pointPattern, purposes, releaseSchema, type SiteRelease } from '../releases.ts'
import { least, type Least } from './rules/ground.ts'

const { alarms, recipient, treatment, retention, expires } = releaseSchema.shape

const widest = z.strictObject({
  points: z.array(pointPattern).default([]),
  alarms,
  purposes: z.array(z.enum(purposes)).min(1),
  /** absent: any */
  bases: z
    .array(z.enum([...lawfulBases, 'not-personal']))
    .min(1)
    .optional(),
  recipients: z.array(recipient).min(1),
  /** at the least: each step must be there, as coarse or coarser; what is dropped must stay home */
  treatment,
  /** at the longest */
  retention,
  /** the latest day by which it must have ended */
  expires,
  /** absent: it is not published */
  licences: z.array(z.string().min(1)).default([]),
  encodings: z
    .array(z.enum(encodings))
    .min(1)
    .default([...encodings]),
})

export const fleetPolicySchema = z.strictObject({
  policy: slug,
  releases: z.record(slug, widest),
  /** releases that the policy does not name: refused, or bound by the rules alone */
  others: z.enum(['refuse', 'allow']).default('refuse'),
  /** groups larger than the rules' own */
  least: z
    .strictObject({
      counts: z.int().max(1_000_000).default(least.counts),
      delivery_points: z.int().max(1_000_000).default(least.deliveryPoints),
    })
    .prefault({}),
})

export type FleetPolicy = z.output<typeof fleetPolicySchema>
export type Widest = FleetPolicy['releases'][string]
export type BasisName = NonNullable<Widest['bases']>[number]

export function leastOf({ least }: FleetPolicy): Least {
  return { counts: least.counts, deliveryPoints: least.delivery_points }
}

export function basisName({ basis }: SiteRelease): BasisName {
  return typeof basis === 'string' ? basis : 'not-personal'
}

interface PolicyMistake {
  readonly path: (string | number)[]
  readonly code: string
  readonly words: Record<string, string>
}

/** What a policy says against the rules, which hold whatever it says. */
export function policyContradictions(document: unknown): PolicyMistake[] {
  const parsed = z.looseObject({ least: z.looseObject({}) }).safeParse(document)
  if (!parsed.success) return []
  const bounds = [
    ['counts', least.counts],
    ['delivery_points', least.deliveryPoints],
  ] as const
  return bounds.flatMap(([key, bound]) => {
    const said = parsed.data.least[key]
    if (typeof said !== 'number' || said >= bound) return []
    return [{ path: ['least', key], code: 'least-below-rules', words: { least: String(bound) } }]
  })
}
