/**
 * Releases that undo one another: of the same people's points, two that hide differently tell together what neither tells.
 * The sum of an hour less those of three quarters is the fourth, though it was suppressed; windows of 15 and of 20 minutes
 * leave five of them; and recipients may talk to one another.
 */
import type { PointId } from '../../../drivers/reading.ts'
import { durationText } from '../../../drivers/schema.ts'
import type { TreatmentName } from '../../releases.ts'
import type { Release, Treatment } from '../policy.ts'
import { naming, patternPath, refuse, stepPath, subjectOf, type Ground, type Refusal } from './ground.ts'

export function undoing(ground: Ground): Refusal[] {
  return pairs(ground.releases).flatMap(([earlier, later]) => {
    const shared = later.points.filter((point) => isHidden(ground, earlier, later, point))
    return earlier.points.length === 0
      ? []
      : ofPair(
          earlier,
          later,
          shared.filter((p) => earlier.points.includes(p)),
        )
  })
}

/** A firm's curve is its own affair with each recipient, until both are published. */
function isHidden(ground: Ground, a: Release, b: Release, point: PointId): boolean {
  const subject = subjectOf(ground, point)
  if (subject === 'business') return a.declared.licence !== undefined && b.declared.licence !== undefined
  return subject !== 'nobody'
}

function ofPair(earlier: Release, later: Release, shared: readonly PointId[]): Refusal[] {
  if (shared.length === 0) return []
  const words = { points: naming(shared), other: earlier.name }
  const [a, b] = [earlier.treatment, later.treatment]
  if (a.noise ?? b.noise)
    return [refuse(later, b.noise ? stepPath(later, 'noise') : patternPath(later, shared), 'noise-undone', words)]
  const [everyA, everyB] = [a.aggregate?.everyMs, b.aggregate?.everyMs]
  if (everyA !== undefined && everyB !== undefined && everyA !== everyB)
    return [
      refuse(later, stepPath(later, 'aggregate', 'every'), 'windows-undo', {
        ...words,
        every: durationText(everyB),
        their: durationText(everyA),
      }),
    ]
  const differing = hiding.find(({ of }) => JSON.stringify(of(a)) !== JSON.stringify(of(b)))
  if (differing === undefined) return []
  const at = differing.of(b) === undefined ? patternPath(later, shared) : stepPath(later, differing.name)
  return [refuse(later, at, 'releases-undo', { ...words, treatment: differing.name })]
}

/** What hides; which statistics are told of a window, and what is left out where nothing changed, does not. */
const hiding: readonly { readonly name: TreatmentName; readonly of: (treatment: Treatment) => unknown }[] = [
  { name: 'aggregate', of: ({ aggregate }) => aggregate?.everyMs },
  { name: 'detail', of: ({ detail }) => detail },
  { name: 'minimum_group', of: ({ minimumGroup }) => minimumGroup && [minimumGroup.of, minimumGroup.least] },
  { name: 'clamp', of: ({ clamp }) => clamp },
  { name: 'bucket', of: ({ bucket }) => bucket },
  { name: 'round', of: ({ step }) => step },
  { name: 'pseudonym', of: ({ pseudonym }) => pseudonym?.rotatesMs },
  { name: 'coarsen', of: ({ coarsen }) => coarsen && [coarsen.timeMs ?? null, coarsen.placeDegrees ?? null] },
  { name: 'delay', of: ({ delayMs }) => delayMs },
]

export function pairs<T>(all: readonly T[]): [earlier: T, later: T][] {
  return all.flatMap((later, index) => all.slice(0, index).map((earlier): [T, T] => [earlier, later]))
}
