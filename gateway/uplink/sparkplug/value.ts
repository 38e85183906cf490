/** A disclosed value in Sparkplug's data types, and what is said beside it: quality, reason, whether its window was whole. */
import { bad, type Quality, type Value } from '../../../drivers/reading.ts'
import type { Suppressed } from '../../disclosure/disclosed.ts'
import type { Datatype, Property, Typed } from './payload.ts'

/** What is known of a metric at a moment; `value` null: there is none, or it does not leave. */
export interface Said {
  readonly atMs: number
  readonly value: Value | null
  readonly quality: Quality | Suppressed
  /** its window was not whole */
  readonly partial: boolean
}

/** Sparkplug B 3.0, 6.4.11: GOOD, STALE, BAD; no other code may stand there (tck-id-payloads-propertyset-quality-value-value). */
const qualityCodes = { good: 192, uncertain: 500, bad: 0, suppressed: 0 } as const

/** Protocol Buffers have a NaN, but no host can draw it. */
export function said(atMs: number, value: Value | null, quality: Said['quality'], partial: boolean): Said {
  return typeof value === 'number' && !Number.isFinite(value)
    ? { atMs, value: null, quality: bad('implausible'), partial }
    : { atMs, value, quality, partial }
}

export function sameAsBefore(before: Said | undefined, now: Said): boolean {
  return (
    before !== undefined &&
    before.value === now.value &&
    before.partial === now.partial &&
    reasonOf(before) === reasonOf(now) &&
    before.quality.state === now.quality.state
  )
}

/**
 * Quality always in a birth (`before` undefined); else what is not as it usually is, and once more when it is so again:
 * a host keeps the properties that it heard last.
 */
export function marks(now: Said, before: Said | undefined, inBirth: boolean): Property[] {
  const properties: Property[] = []
  const usual = now.quality.state === 'good'
  const wasUsual = before === undefined || before.quality.state === 'good'
  if (inBirth || !usual || !wasUsual)
    properties.push({ key: 'Quality', type: 'Int32', value: qualityCodes[now.quality.state] })
  if (!usual || !wasUsual) properties.push({ key: 'Reason', type: 'String', value: reasonOf(now) })
  if (now.partial || before?.partial === true) properties.push({ key: 'Partial', type: 'Boolean', value: now.partial })
  return properties
}

function reasonOf({ quality }: Said): string | null {
  return quality.state === 'good' ? null : quality.reason
}

/** The type that a value has by itself. */
export function typeOf(value: Value): Datatype {
  if (typeof value === 'number') return 'Double'
  if (typeof value === 'boolean') return 'Boolean'
  if (typeof value === 'string') return 'String'
  return BigInt.asIntN(64, value) === value ? 'Int64' : 'UInt64'
}

/**
 * A type that takes this value, too: the same, or a wider one; a Double takes every number, a String everything. So a
 * metric changes its type twice at most, whatever comes.
 */
export function widened(type: Datatype, value: Value): Datatype {
  if (typed(type, value) !== undefined) return type
  const numeric = type === 'Int64' || type === 'UInt64'
  return numeric && (typeof value === 'number' || typeof value === 'bigint') ? 'Double' : 'String'
}

/** The value in that type; undefined where it does not fit. */
export function typed(type: Datatype, value: Value | null): Typed | undefined {
  switch (type) {
    case 'Boolean':
      return value === null || typeof value === 'boolean' ? { type, value } : undefined
    case 'Int32':
      return value === null || (typeof value === 'number' && (value | 0) === value) ? { type, value } : undefined
    case 'Float':
    case 'Double':
      if (typeof value === 'bigint') return { type, value: Number(value) }
      return value === null || typeof value === 'number' ? { type, value } : undefined
    case 'Int64':
    case 'UInt64':
    case 'DateTime': {
      if (value === null) return { type, value }
      const whole = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
      if (typeof whole !== 'bigint') return undefined
      const fits = type === 'Int64' ? BigInt.asIntN(64, whole) === whole : BigInt.asUintN(64, whole) === whole
      return fits ? { type, value: whole } : undefined
    }
    case 'String':
    case 'Text':
      return { type, value: value === null ? null : String(value) }
  }
}
