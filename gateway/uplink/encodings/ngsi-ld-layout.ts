/** Where each point of a release goes in NGSI-LD: worked out once from the site (`gateway/ngsi-layout.ts`), pure data. */
import type { Attribute, EntityType } from '../../../drivers/models.ts'

/** What belongs to the whole gateway. */
export interface NgsiLayout {
  readonly tenant: string
  readonly site: string
  readonly releases: ReadonlyMap<string, ReleaseLayout>
}

export interface ReleaseLayout {
  /** as coarse as the release tells it; absent: the site does not say, or the release hides who tells */
  readonly place?: Place
  /** by point; what is missing here (a pseudonym, a group's sum) is told as a measurement of its own */
  readonly targets: ReadonlyMap<string, Target>
  /** by the point's own name, without its device: what it measures */
  readonly measured: ReadonlyMap<string, Measured>
  /** of the statistics that the release tells, the one that stands for a generic measurement itself */
  readonly own: string
}

export interface Place {
  readonly latitude: number
  readonly longitude: number
}

export interface Measured {
  readonly quantity: string
  /** UN/CEFACT; absent: it is no number */
  readonly unitCode?: string
}

/** The attribute that a point is. */
export interface Target {
  readonly entity: EntityLayout
  readonly attribute: Attribute
  /** `raw` or statistics that stand as the attribute itself; others are data sets beside it */
  readonly own: ReadonlySet<string>
}

export interface EntityLayout {
  readonly id: string
  readonly type: EntityType
  /** attributes that never change, as they are sent */
  readonly fixed: Readonly<Record<string, unknown>>
  /** attributes that the type requires, and that the points tell: repeated from what the record last said of them */
  readonly repeated: readonly string[]
}

/** `urn:ngsi-ld:<Type>:fanal:<tenant>:<site>:<what>`: places and devices, never persons. */
export function urn(type: string, { tenant, site }: Pick<NgsiLayout, 'tenant' | 'site'>, what: string): string {
  return `urn:ngsi-ld:${type}:fanal:${tenant}:${site}:${what.replaceAll(/[^\w.:-]/g, '-')}`
}
