/** Who asks: accounts, roles and what they may, and the presence lock, as they are told and asked for. */
import { z } from 'zod'

export const roles = ['viewer', 'technician', 'operator', 'administrator'] as const
export type Role = (typeof roles)[number]

/** `export`: take all data away; `work`: hold the presence lock, and command while one holds it; `command`: whenever nobody else holds it. */
export const deeds = ['see', 'work', 'command', 'support', 'export', 'accounts'] as const
export type Deed = (typeof deeds)[number]

export const allowed: Readonly<Record<Role, readonly Deed[]>> = {
  viewer: ['see'],
  technician: ['see', 'work', 'support'],
  operator: ['see', 'work', 'command'],
  administrator: ['see', 'work', 'command', 'support', 'export', 'accounts'],
}

/** Fewer characters fall to guessing (NIST SP 800-63B, 5.1.1.2, for a password that is not the only factor). */
export const shortestPassword = 10
export const longestPassword = 200

const name = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[\p{L}\p{N} ._@-]+$/u)
const password = z.string().min(shortestPassword).max(longestPassword)

/** Whether somebody is logged in here; `setup`: there is no account yet, and the first is to be made. */
export const sessionTold = z.discriminatedUnion('state', [
  z.object({ state: z.literal('setup'), title: z.string() }),
  z.object({ state: z.literal('out'), title: z.string() }),
  z.object({
    state: z.literal('in'),
    title: z.string(),
    name: z.string(),
    role: z.enum(roles),
    may: z.array(z.enum(deeds)),
  }),
])
export type SessionTold = z.output<typeof sessionTold>

/** The first account, an administrator's. `code` was shown where the gateway was started. */
export const setupAsked = z.strictObject({ code: z.string().max(100), name, password })
/** By password, or by the link that was shown where the gateway was started. */
export const loginAsked = z.union([
  z.strictObject({ name: z.string().max(100), password: z.string().max(longestPassword) }),
  z.strictObject({ link: z.string().max(100) }),
])
export const passwordAsked = z.strictObject({ old: z.string().max(longestPassword), new: password })
export const accountAsked = z.strictObject({ name, role: z.enum(roles), password: password.optional() })
export const accountTold = z.object({ name: z.string(), role: z.enum(roles) })
export type AccountTold = z.output<typeof accountTold>

/** Somebody is working at this cabinet: until then, or until it is released, nobody else commands. */
export const presenceTold = z.object({ who: z.string(), since: z.iso.datetime(), until: z.iso.datetime() })
export type PresenceTold = z.output<typeof presenceTold>
export const presenceAsked = z.strictObject({ minutes: z.int().min(1).max(480) })

/**
 * What a door answers when it does not do what was asked: the HTTP status says of what kind, `error` what, and `words` fill
 * the sentence of the console's catalogue.
 */
export const refusalTold = z.object({
  error: z.enum([
    /** what was asked has not the right form */
    'MALFORMED',
    'NOT_FOUND',
    /** nobody is logged in, or no longer */
    'LOGGED_OUT',
    'WRONG_CREDENTIALS',
    /** too many failures: `seconds` to wait */
    'LOCKED_OUT',
    /** the role may not */
    'NOT_ALLOWED',
    /** the setup code is wrong or was used */
    'WRONG_CODE',
    /** another holds the presence lock: `who`, `until` */
    'SOMEBODY_WORKS_HERE',
    'ACCOUNT_EXISTS',
    /** the last administrator can be neither deleted nor demoted */
    'LAST_ADMINISTRATOR',
    /** the request came from another site's page */
    'FOREIGN_ORIGIN',
    'FAILED',
  ]),
  words: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
})
export type RefusalTold = z.output<typeof refusalTold>
