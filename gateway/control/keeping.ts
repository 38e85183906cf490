/** What control must not forget when the gateway restarts. */
import { z } from 'zod'
import { priorities } from './command.ts'
import { grounds } from './ruling.ts'

const source = z.object({
  door: z.enum(['socket', 'console', 'upstream', 'input', 'program', 'gateway']),
  who: z.string(),
})

/** A command that ruled, or waited to. */
const keptCommand = z.object({
  setpoint: z.templateLiteral([z.string(), '.level']),
  value: z.number(),
  priority: z.enum(priorities),
  source,
  reason: z.string(),
  leaseMs: z.number(),
  /** of its lease, when this was kept */
  remainingMs: z.number(),
  /** ISO 8601 */
  since: z.string(),
})

export const kept = z.object({
  v: z.literal(1),
  /** when this was kept: on the wall, and since the machine booted, and which boot that was */
  wall: z.string(),
  /** whether the wall time could be trusted then */
  trusted: z.boolean(),
  bootId: z.string(),
  uptimeMs: z.number(),
  /** the last moment at which the wall time was believed, in this boot; absent: there was none */
  believed: z.object({ wall: z.string(), uptimeMs: z.number() }).optional(),
  /** no wall time before this one is believed */
  floor: z.string(),
  commands: z.array(keptCommand),
  /** nonces of commands, and for how long they are remembered from `wall` on */
  nonces: z.array(z.tuple([z.string(), z.number()])),
  /** by segment: how long ago it was switched off, each time, in milliseconds */
  switchings: z.record(z.string(), z.array(z.number())),
  /** devices that have once said who they are, each as the site had it then: `lamps acme-d1 street/3`. Absent: none */
  met: z.array(z.string()).exactOptional(),
  /** who is working at the cabinet, and for how long yet, from `wall` on */
  presence: z.object({ who: z.string(), since: z.string(), remainingMs: z.number() }).exactOptional(),
})
export type Kept = z.output<typeof kept>
export type KeptCommand = z.output<typeof keptCommand>

/** What the audit tells of the nights before a start: who ruled from when on, and when no gateway ran. */
export const remembered = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ruling'),
    at: z.string(),
    setpoint: z.string(),
    priority: z.enum(priorities),
    level: z.number(),
    source,
    reason: z.string(),
    ground: z.enum(grounds).exactOptional(),
  }),
  /** `aliveUntil`: when the gateway before this start was last known to run */
  z.object({ kind: z.literal('start'), at: z.string(), aliveUntil: z.string().optional() }),
])

/** One line of the audit: `kind` and whatever belongs to it. Number, time, and hashes are added where it is kept. */
export interface AuditEntry {
  readonly kind:
    | 'command'
    | 'release'
    | 'refused'
    | 'ended'
    | 'ruling'
    | 'write'
    | 'armed'
    | 'counter'
    | 'trust'
    | 'presence'
    | 'unlocked'
    | 'locked'
    | 'passed-through'
    | 'login'
    | 'account'
    | 'exported'
    | 'start'
    | 'stop'
  readonly [key: string]: unknown
}
