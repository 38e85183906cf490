/**
 * What a release sends in a day, estimated before anything runs: messages from its windows or its polls, bytes from the form
 * of the JSON encoding. Beside topic and payload a message costs 213 bytes: MQTT 9, a TLS record 22, TCP/IP 52, and back
 * PUBACK 78 and TCP's acknowledgement 52. Gaps, receipts, connecting and alarms are not in it; of change-only nothing but its
 * heartbeat, since nobody knows how often things change.
 */
import { quantities, type QuantityName } from '../../drivers/quantities.ts'
import type { PointId } from '../../drivers/reading.ts'
import type { Release, Treatment } from './policy.ts'
import { makesSense } from './treatments/aggregate.ts'

export interface Estimate {
  readonly messages: number
  readonly bytes: number
}

const dayMs = 86_400_000
const messageBytes = 213
/** `fanal/v1/…/data/lighting-energy` */
const topicBytes = 50
/** `{"v":1,"outbox":"…","boot":3,"seq":1234,"t0":…,"t1":…,"p":{}}` */
const headBytes = 110
/** `"":[],` and `.mean` */
const seriesBytes = 11
/** `[1000,230.1],` */
const sampleBytes = 13
/** Readings that are read within the same second leave together. */
const tickMs = 1_000

export function estimate(
  { points, treatment, batchMs, encodings }: Pick<Release, 'points' | 'treatment' | 'batchMs' | 'encodings'>,
  quantityOf: ReadonlyMap<PointId, QuantityName>,
  periodMs: (point: PointId) => number,
): Estimate {
  const { aggregate, changeOnly, minimumGroup } = treatment
  if (points.length === 0) return { messages: 0, bytes: 0 }
  const periods = points.map((point) => Math.max(tickMs, periodMs(point)))
  const everyMs = aggregate?.everyMs ?? changeOnly?.heartbeatMs ?? Math.max(batchMs ?? tickMs, Math.min(...periods))
  const messages = dayMs / everyMs
  const told = minimumGroup?.of === 'points' ? oneOfEach(points, quantityOf) : points
  const names = told.reduce((sum, point) => sum + seriesBytes + point.length, 0)
  // Each window has each statistic of each point once; readings come as often as they are read, and changes with the beat.
  const perMessage = aggregate ? statisticsOf(told, treatment, quantityOf) : told.length
  const samples = aggregate || changeOnly ? messages * perMessage : periods.reduce((sum, ms) => sum + dayMs / ms, 0)
  const series = messages * names * (aggregate ? perMessage / told.length : 1)
  const bytes = messages * (messageBytes + topicBytes + headBytes) + series + samples * sampleBytes
  return { messages: messages * encodings.length, bytes: bytes * encodings.length }
}

function oneOfEach(points: readonly PointId[], quantityOf: ReadonlyMap<PointId, QuantityName>): PointId[] {
  const seen = new Set<QuantityName | undefined>()
  return points.filter((point) => !seen.has(quantityOf.get(point)) && seen.add(quantityOf.get(point)))
}

function statisticsOf(
  points: readonly PointId[],
  { aggregate }: Treatment,
  quantityOf: ReadonlyMap<PointId, QuantityName>,
): number {
  if (aggregate === undefined) return points.length
  return points.reduce((sum, point) => {
    const quantity = quantityOf.get(point)
    const fit = aggregate.of.filter((each) => quantity === undefined || makesSense(quantities[quantity].kind, each))
    return sum + fit.length
  }, 0)
}
