/** The points that a person names on the command line. */
import { matches } from '../gateway/disclosure/policy.ts'

/** Whether a point is among those named; none named are all. */
export function wanted(patterns: readonly string[], point: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matches(pattern, point))
}

/** The first pattern that fits no point: whoever asks for it wants to know. */
export function unmatched(patterns: readonly string[], points: readonly string[]): string | undefined {
  return patterns.find((pattern) => !points.some((point) => matches(pattern, point)))
}
