/** The segments as the last status told them, in the site's order. */
import type { SegmentStatus } from '../../local/answers.ts'
import { useDesk } from '../browser/desk.ts'

export function useSegments(): readonly (readonly [name: string, told: SegmentStatus])[] {
  return Object.entries(useDesk().store.status.value?.segments ?? {})
}
