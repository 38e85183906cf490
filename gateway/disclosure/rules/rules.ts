/** The compiler that refuses: all rules, over all releases of a site, as a table so that a test can take each out. */
import { dwellingCurves } from './dwelling.ts'
import type { Ground, Refusal, Rule } from './ground.ts'
import { groupDifferences } from './group-differences.ts'
import { identifiers } from './identifiers.ts'
import { lightOfPeople } from './light.ts'
import { notPersonal } from './not-personal.ts'
import { openEnergy } from './open-energy.ts'
import { passages } from './passages.ts'
import { peopleInDetail } from './people-in-detail.ts'
import { presence } from './presence.ts'
import { undoing } from './undoing.ts'

export const rules = {
  dwellingCurves,
  presence,
  lightOfPeople,
  peopleInDetail,
  openEnergy,
  identifiers,
  passages,
  notPersonal,
  undoing,
  groupDifferences,
} as const satisfies Record<string, Rule>

export function refusals(ground: Ground): Refusal[] {
  return Object.values(rules).flatMap((rule: Rule) => rule(ground))
}
