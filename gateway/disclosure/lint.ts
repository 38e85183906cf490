/** Advice on releases that nothing forbids: what would serve their purpose as well, and tell, send or keep less. */
import type { QuantityName } from '../../drivers/quantities.ts'
import { quantities } from '../../drivers/quantities.ts'
import type { PointId } from '../../drivers/reading.ts'
import { durationText } from '../../drivers/schema.ts'
import { accepted, acceptedWindowMs, matterOf, tellingOf, type Matter } from './accepted.ts'
import { estimate, type Estimate } from './estimate.ts'
import { days } from './narrower.ts'
import type { Release } from './policy.ts'
import { countingsOf, uncountableReasons } from './registers/countings.ts'
import { deviceOf, isPassing, naming, pointsAbout, subjectOf, type Ground } from './rules/ground.ts'
import { pairs } from './rules/undoing.ts'

export const adviceCodes = [
  'coarser',
  'fine-beside-coarse',
  'same-content',
  'feeds-unsaid',
  'kept-long',
  'durable-for-anyone',
  'durable-live',
  'licence-missing',
  'licence-unknown',
  'expired',
  'consent-of-nobody',
  'consent-of-passers-by',
  'noise-weak',
  'noise-budget-short',
  'identifier-adds-nothing',
  'identifier-of-last',
  ...uncountableReasons,
] as const
export type AdviceCode = (typeof adviceCodes)[number]

export interface Advice {
  readonly code: AdviceCode
  /** absent: of a device, in the words */
  readonly release?: string
  readonly words: Readonly<Record<string, string>>
  /** in both languages, of the purpose */
  readonly because?: Readonly<Record<'en' | 'fr', string>>
  /** a day */
  readonly saves?: Estimate
}

export interface Linted extends Ground {
  readonly periodMs: (point: PointId) => number
  readonly today: Temporal.PlainDate
}

type Check = (release: Release, linted: Linted) => Advice[]

export function lint(linted: Linted): Advice[] {
  return [
    ...feedsUnsaid(linted),
    ...linted.releases.flatMap((release) => checks.flatMap((check) => check(release, linted))),
    ...pairs(linted.releases).flatMap(([earlier, later]) => ofPair(earlier, later, linted)),
  ]
}

const checks: readonly Check[] = [coarser, keptLong, durability, licence, expiry, basis, noise, identifiers, uncounted]

function about({ name }: Release, code: AdviceCode, words: Advice['words'] = {}): Advice {
  return { code, release: name, words }
}

/** The coarsest treatment that the purpose accepts, as a site would write it. Who somebody is has no coarser form. */
function coarser(release: Release, linted: Linted): Advice[] {
  const { treatment, declared } = release
  const measured = release.points.flatMap((point): Measured[] => {
    const quantity = linted.quantityOf.get(point)
    const subject = subjectOf(linted, point)
    if (quantity === undefined || subject === 'identity') return []
    return [{ quantity, matter: subject === 'presence' ? 'people' : matterOf(quantity) }]
  })
  if (measured.length === 0 || treatment.changeOnly) return []
  const everyMs = Math.min(...measured.map(({ matter }) => acceptedWindowMs(declared.purpose, matter)))
  if ((treatment.aggregate?.everyMs ?? 0) >= everyMs) return []
  const of = treatment.aggregate?.of ?? [...new Set(measured.flatMap(tellingOf))]
  const step = treatment.step ?? worthTelling(measured)
  const proposed = {
    ...release,
    treatment: { ...treatment, aggregate: { everyMs, of }, ...(step === undefined ? {} : { step }) },
  }
  const [now, then] = [release, proposed].map((each) => estimate(each, linted.quantityOf, linted.periodMs))
  if (now === undefined || then === undefined) return []
  const window = `aggregate: { every: ${durationText(everyMs)}, of: [${of.join(', ')}] }`
  const written = step === undefined ? window : `${window}, round: ${step}`
  return [
    {
      ...about(release, 'coarser', { purpose: declared.purpose, treatment: written }),
      because: accepted[declared.purpose].because,
      saves: { messages: now.messages - then.messages, bytes: now.bytes - then.bytes },
    },
  ]
}

interface Measured {
  readonly quantity: QuantityName
  readonly matter: Matter
}

function isNumber({ quantity }: Measured): boolean {
  const { kind } = quantities[quantity]
  return kind === 'gauge' || kind === 'counter'
}

/** To the last digit that is worth showing of any of them; undefined: none is a number. */
function worthTelling(measured: readonly Measured[]): number | undefined {
  const digits = measured.filter(isNumber).map(({ quantity }) => quantities[quantity].digits)
  return digits.length === 0 ? undefined : Number(`1e-${Math.max(...digits)}`)
}

/** Names are kept under a pseudonym, or the rules refuse them: what they still tell then is seldom what a purpose asks. */
function identifiers(release: Release, linted: Linted): Advice[] {
  const names = pointsAbout(linted, release, 'identity')
  if (release.treatment.pseudonym === undefined) return []
  return (['identifier-adds-nothing', 'identifier-of-last'] as const).flatMap((code) => {
    const points = names.filter((point) => isPassing(linted, point) === (code === 'identifier-of-last'))
    // Where there is nothing else, the release itself is what is not needed.
    const drop = names.length === release.points.length ? '' : ` (drop: [${points.map((p) => `"${p}"`).join(', ')}])`
    return points.length === 0 ? [] : [about(release, code, { points: naming(points), drop })]
  })
}

function keptLong(release: Release, linted: Linted): Advice[] {
  const points = pointsAbout(linted, release, 'dwelling', 'presence', 'identity')
  const { purpose, retention } = release.declared
  const { keeps } = accepted[purpose]
  if (points.length === 0 || days(retention) <= days(keeps)) return []
  return [about(release, 'kept-long', { retention, keeps, purpose, points: naming(points) })]
}

/** Whoever reads without giving receipts makes a durable release wait for ever. */
function durability(release: Release): Advice[] {
  const { declared, delivery, treatment, points } = release
  if (delivery.kind !== 'durable' || points.length === 0) return []
  const { licence, recipient, encodings, purpose } = declared
  if (licence !== undefined && recipient.role === 'third-party')
    return [about(release, 'durable-for-anyone', { recipient: recipient.name })]
  const isLive = treatment.aggregate === undefined && purpose === 'inform'
  return isLive || encodings.every((encoding) => encoding === 'sparkplug')
    ? [about(release, 'durable-live', { encodings: encodings.join(', ') })]
    : []
}

/** Licences under which French authorities may let their data be used again (CRPA, D323-2-1), and the usual ones besides. */
export const knownLicences = [
  'etalab-2.0',
  'ODbL-1.0',
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC0-1.0',
  'PDDL-1.0',
  'ODC-By-1.0',
]

function licence(release: Release, linted: Linted): Advice[] {
  const { licence, recipient, basis } = release.declared
  if (licence !== undefined)
    return knownLicences.includes(licence)
      ? []
      : [about(release, 'licence-unknown', { licence, known: knownLicences.slice(0, 2).join(', ') })]
  const isForAll =
    /open data|données ouvertes|anyone|tout le monde|the public|\ble public\b/i.test(recipient.name) ||
    (release.declared.purpose === 'inform' && recipient.role === 'third-party' && typeof basis !== 'string')
  const isPersonal = pointsAbout(linted, release, 'dwelling', 'identity').length > 0
  return isForAll && !isPersonal
    ? [about(release, 'licence-missing', { known: knownLicences.slice(0, 2).join(', ') })]
    : []
}

function expiry(release: Release, { today }: Linted): Advice[] {
  const { expires } = release.declared
  if (expires === undefined || Temporal.PlainDate.compare(expires, today) > 0) return []
  return [about(release, 'expired', { expires: expires.toString() })]
}

function basis(release: Release, linted: Linted): Advice[] {
  const { basis } = release.declared
  const of = (...subjects: Parameters<typeof pointsAbout>[2][]) => pointsAbout(linted, release, ...subjects)
  if (basis !== 'consent') return []
  const passers = of('presence')
  if (passers.length > 0) return [about(release, 'consent-of-passers-by', { points: naming(passers) })]
  return of('dwelling', 'business', 'identity').length === 0 ? [about(release, 'consent-of-nobody')] : []
}

/** Above this one may nearly tell whether somebody was counted: e^1 is 2.7 times as likely with as without. */
export const defensibleEpsilon = 1

function noise(release: Release): Advice[] {
  const { noise, aggregate } = release.treatment
  if (noise === undefined) return []
  const found: Advice[] = []
  const { epsilon, perDay } = noise
  if (epsilon > defensibleEpsilon)
    found.push(about(release, 'noise-weak', { epsilon: String(epsilon), most: String(defensibleEpsilon) }))
  if (aggregate !== undefined) {
    const wanted = Number(((86_400_000 / aggregate.everyMs) * aggregate.of.length * epsilon).toPrecision(6))
    if (wanted > perDay)
      found.push(about(release, 'noise-budget-short', { day: String(perDay), wanted: String(wanted) }))
  }
  return found
}

/** Points that are to be counted, and of which nothing would ever be. */
export function uncounted(release: Release, { quantityOf }: Pick<Linted, 'quantityOf'>): Advice[] {
  return [...countingsOf(release, quantityOf)].flatMap(([point, counting]) => {
    if (!('reason' in counting)) return []
    const every = durationText(release.treatment.aggregate?.everyMs ?? 0)
    return [about(release, counting.reason, { point, every, statistic: counting.statistic })]
  })
}

/** A figure of use on a meter of which nobody has said whom it feeds. */
function feedsUnsaid({ releases, quantityOf, feeds }: Linted): Advice[] {
  const unsaid = new Map<string, string[]>()
  for (const release of releases)
    for (const point of release.points) {
      const quantity = quantityOf.get(point)
      if (quantity === undefined || quantities[quantity].sensitivity !== 'usage' || feeds.has(deviceOf(point))) continue
      const names = unsaid.get(deviceOf(point)) ?? []
      unsaid.set(deviceOf(point), names.includes(release.name) ? names : [...names, release.name])
    }
  return [...unsaid].map(([device, names]) => ({
    code: 'feeds-unsaid',
    words: { device, releases: names.join(', ') },
  }))
}

function ofPair(earlier: Release, later: Release, linted: Linted): Advice[] {
  const shared = later.points.filter((point) => earlier.points.includes(point))
  if (shared.length === 0) return []
  const isSame = (of: (release: Release) => unknown) => JSON.stringify(of(earlier)) === JSON.stringify(of(later))
  if (isSame(({ points, treatment }) => [points, treatment]) && isSame(({ delivery }) => delivery.kind))
    return [
      {
        ...about(later, 'same-content', { other: earlier.name }),
        saves: estimate(later, linted.quantityOf, linted.periodMs),
      },
    ]
  const [a, b] = [earlier.treatment.aggregate?.everyMs ?? 0, later.treatment.aggregate?.everyMs ?? 0]
  if (a === b) return []
  const [fine, coarse] = a < b ? [earlier, later] : [later, earlier]
  return [about(coarse, 'fine-beside-coarse', { points: naming(shared), other: fine.name })]
}
