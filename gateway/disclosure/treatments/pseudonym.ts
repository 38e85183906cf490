/** Names that nobody can tell the named by, but that stay the same for a while: a keyed hash, under another key each period. */
import { createHmac } from 'node:crypto'
import type { PointId, Value } from '../../../drivers/reading.ts'

/** 64 bits: two of a million devices share one with a probability of some 10⁻⁸. */
const digits = 16

export interface Key {
  readonly secret: Uint8Array
  readonly release: string
  /** which period's: everything under one key has one pseudonym */
  readonly period: number
}

/** A plain hash of few names is undone by trying them all; one with a key only by whoever has it. */
export function pseudonym(key: Key, what: string): string {
  const hmac = createHmac('sha256', key.secret)
  // Lengths first, so that no two ways of putting it together are the same text.
  hmac.update(JSON.stringify([key.release, key.period, what]))
  return hmac.digest('hex').slice(0, digits)
}

export function periodOf(atMs: number, rotatesMs: number): number {
  return Math.floor(atMs / rotatesMs)
}

/** `feeder.voltage` becomes `p-0123456789abcdef.voltage`: what is measured stays, whose it is does not. */
export function pseudonymousPoint(key: Key, point: PointId): PointId {
  const dot = point.indexOf('.')
  return `${pseudonymousName(key, point.slice(0, dot))}.${point.slice(dot + 1)}`
}

export function pseudonymousName(key: Key, name: string): string {
  return `p-${pseudonym(key, `name:${name}`)}`
}

/** Of a quantity that identifies. */
export function pseudonymousValue(key: Key, value: Value): string {
  return pseudonym(key, `value:${value}`)
}
