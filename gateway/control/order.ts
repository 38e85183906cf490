/** An order as it comes over a door: parsed, and judged for what can be judged without the street. Pure. */
import { z } from 'zod'
import { durationBetween, milliseconds } from '../../drivers/schema.ts'
import { longestLeaseMs, longestValidityMs } from './command.ts'
import type { Refusal } from './refusal.ts'
import type { Trust } from './trust.ts'

const text = (most: number) => z.string().trim().min(1).max(most)

/** What a commander writes (uplink/README.md). What makes an order unbounded is looked at later, to be told by its name. */
const wire = z.object({
  v: z.literal(1),
  value: z.unknown().optional(),
  release: z.literal(true).optional(),
  lease: durationBetween('1s', '30d').optional(),
  reason: text(200),
  who: text(80),
  nonce: z.string().min(8).max(64),
  notAfter: z.iso
    .datetime({ offset: true })
    .transform((at) => Temporal.Instant.from(at))
    .optional(),
})

/** What is asked, over any door. */
export interface Order {
  /** `north.level` */
  readonly setpoint: string
  readonly act:
    | { readonly kind: 'set'; readonly value: unknown; readonly leaseMs: number | undefined }
    | { readonly kind: 'release' }
  readonly reason: string
  readonly who: string
}

/** What only orders from far away have: they can be late, and come twice. */
export interface Journey {
  readonly nonce: string
  readonly notAfter: Temporal.Instant | undefined
  /** what the transport leaves it, counted from its arrival */
  readonly expiresInMs: number | undefined
  readonly retained: boolean
}

export interface Letter {
  readonly order: Order
  readonly journey: Journey
}

/** Undefined for what is no order of this form. */
export function parseLetter(
  segment: string,
  payload: Uint8Array,
  { expiresInMs, retained }: { expiresInMs?: number | undefined; retained: boolean },
): Letter | undefined {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return undefined
  }
  const parsed = wire.safeParse(json).data
  if (parsed === undefined || (parsed.value === undefined) === (parsed.release === undefined)) return undefined
  const { reason, who, nonce, notAfter, lease } = parsed
  return {
    order: {
      setpoint: `${segment}.level`,
      act: parsed.release
        ? { kind: 'release' }
        : { kind: 'set', value: parsed.value, leaseMs: lease && milliseconds(lease) },
      reason,
      who,
    },
    journey: { nonce, notAfter, expiresInMs, retained },
  }
}

/** The level that an order asks for: per cent, or on and off; undefined: neither. */
export function levelAsked(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 100 : 0
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function unbounded({ act }: Order): Refusal | undefined {
  if (act.kind === 'release') return undefined
  if (act.leaseMs === undefined) return { code: 'COMMAND_UNBOUNDED', words: { missing: 'lease' } }
  if (act.leaseMs > longestLeaseMs) return { code: 'COMMAND_TOO_LONG', words: { most: '7d' } }
  return undefined
}

/** Whether an order has come in time, and says until when it would have been in time. */
export function untimely({ notAfter, expiresInMs }: Journey, now: Temporal.Instant, trust: Trust): Refusal | undefined {
  if (notAfter === undefined && expiresInMs === undefined)
    return { code: 'COMMAND_UNBOUNDED', words: { missing: 'notAfter' } }
  if (expiresInMs !== undefined && expiresInMs <= 0) return { code: 'COMMAND_LATE', words: { by: 'expiry' } }
  if (notAfter === undefined)
    return (expiresInMs ?? 0) > longestValidityMs ? { code: 'COMMAND_TOO_LONG', words: { most: '1d' } } : undefined
  // The transport has counted the time itself; without it, only who knows the time can tell.
  if (trust === 'unknown') return expiresInMs === undefined ? { code: 'COMMAND_TIME_UNKNOWN', words: {} } : undefined
  const leftMs = notAfter.epochMilliseconds - now.epochMilliseconds
  if (leftMs < 0) return { code: 'COMMAND_LATE', words: { by: notAfter.toString() } }
  return Math.min(leftMs, expiresInMs ?? Infinity) > longestValidityMs
    ? { code: 'COMMAND_TOO_LONG', words: { most: '1d' } }
    : undefined
}
