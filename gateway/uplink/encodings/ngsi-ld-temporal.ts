/** Instances of entities put together as their history (EntityTemporal, 5.2.20): each attribute a list. */
import type { Entity } from './ngsi-ld.ts'

/** One for each entity, in the order of their first instances. */
export function temporalOf(entities: readonly Entity[]): Entity[] {
  return [...Map.groupBy(entities, ({ id }) => id).values()].flatMap((instances): Entity[] => {
    const [first] = instances
    if (first === undefined) return []
    const lists: Record<string, unknown[]> = {}
    for (const instance of instances)
      for (const [name, attribute] of Object.entries(instance)) {
        if (['id', 'type', '@context'].includes(name)) continue
        const list = (lists[name] ??= [])
        // What never changes is said once.
        for (const each of Array.isArray(attribute) ? (attribute as unknown[]) : [attribute])
          if (isObserved(each) || list.length === 0) list.push(each)
      }
    return [{ id: first.id, type: first.type, '@context': first['@context'], ...lists }]
  })
}

function isObserved(attribute: unknown): boolean {
  return typeof attribute === 'object' && attribute !== null && 'observedAt' in attribute
}
