/** Entities put together into batches: bounded, and no entity twice in one, since of two the broker would keep either. */
import type { Entity } from './ngsi-ld.ts'

export interface Batch {
  readonly entities: readonly Entity[]
  /** JSON: an array */
  readonly body: string
}

/** Far below what brokers take: 1 MB over HTTP (Orion-LD), often 256 kB over MQTT. */
export const mostBytes = 96 * 1_024
const mostEntities = 100

/** The instances of one entity stay in their order: each goes behind the batch that has the one before. */
export function batchesOf(entities: readonly Entity[]): Batch[] {
  const open: { entities: Entity[]; texts: string[]; bytes: number }[] = []
  /** id → the first batch that may have the next of its instances */
  const next = new Map<string, number>()
  for (const entity of entities) {
    const text = JSON.stringify(entity)
    const bytes = Buffer.byteLength(text) + 1
    let index = next.get(entity.id) ?? 0
    while ((open[index]?.bytes ?? 0) + bytes > mostBytes || (open[index]?.texts.length ?? 0) >= mostEntities) {
      if (open[index] === undefined) break
      index++
    }
    const batch = (open[index] ??= { entities: [], texts: [], bytes: 2 })
    batch.entities.push(entity)
    batch.texts.push(text)
    batch.bytes += bytes
    next.set(entity.id, index + 1)
  }
  return open.map(({ entities: each, texts }) => ({ entities: each, body: `[${texts.join(',')}]` }))
}
