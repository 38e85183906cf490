/** What both doors answer: the routes, each with the rule of who may ask. A route without a rule is none. */
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { Readable } from 'node:stream'
import { may, type Access, type Known } from './access.ts'
import { exportForms } from './data-pages.ts'
import type { Live } from './live.ts'
import { localCommand, localQuestion, localRelease } from './orders.ts'
import { unlockAsked } from './pass-through.ts'
import { Refused } from './refused.ts'
import { accountAsked, presenceAsked, type Deed } from './session.ts'
import type { Told } from './told.ts'

/**
 * What an account must be allowed to do; or `anyone`: also who is not logged in; `known`: whoever is; `order`: who may
 * command, or works at this cabinet and has said so; `here`: whoever asks from this machine.
 */
export type Rule = Deed | 'anyone' | 'known' | 'order' | 'here'

/** Who asks. The socket is trusted by its file's mode: whoever has it may do all. */
export type By =
  { readonly door: 'socket' } | { readonly door: 'console'; readonly peer: string; readonly known?: Known }

/** What came in is parsed by the route that it came to. */
export interface Asked {
  readonly query: unknown
  readonly body: unknown
  readonly by: By
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly rule: Rule
  /** What to send, or the promise of it; a Refused that is thrown is sent as such. */
  readonly answer: (asked: Asked, reply: FastifyReply) => unknown
}

const name = z.string().min(1).max(200)
const moment = z.iso.datetime({ offset: true }).transform((at) => Temporal.Instant.from(at))

const mostSamples = 2_000
const seriesAsked = z.strictObject({
  point: name,
  from: moment,
  until: moment,
  most: z
    .string()
    .regex(/^\d{1,4}$/, { abort: true })
    .transform(Number)
    .pipe(z.int().min(1).max(mostSamples))
    .default(mostSamples),
})
const sampleAsked = z.strictObject({ release: name.optional() })
const costAsked = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional(),
  /** kWh a year */
  saved: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,3})?$/, { abort: true })
    .transform(Number)
    .optional(),
})
const exportAsked = z.strictObject({ from: moment, until: moment, form: z.enum(exportForms).default('csv') })
const tonightAsked = z.strictObject({ segment: name })
const deviceAsked = z.strictObject({ name })
const accountNamed = z.strictObject({ name })
const nothing = z.strictObject({})
/** Over the socket, whoever asks says who it is. */
const who = z.string().trim().min(1).max(80)
const presenceSaid = presenceAsked.extend({ who })
const leavingSaid = z.strictObject({ who })
const lineLocked = z.strictObject({ line: name })

export function routesOf(told: Told, access: Access, live: Live): Route[] {
  const status: Route['answer'] = () => told.status()
  return [
    { method: 'GET', path: '/healthz', rule: 'anyone', answer: (_, reply) => reply.type('text/plain').send('ok') },
    {
      method: 'GET',
      path: '/metrics',
      rule: 'here',
      answer: async (_, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(await told.metrics()),
    },
    { method: 'GET', path: '/api/status', rule: 'see', answer: status },
    { method: 'GET', path: '/api/points', rule: 'see', answer: () => told.points() },
    {
      method: 'GET',
      path: '/api/tonight',
      rule: 'see',
      answer: async ({ query }) => found(await told.tonight(parsed(tonightAsked, query).segment)),
    },
    {
      method: 'GET',
      path: '/api/series',
      rule: 'see',
      answer: async ({ query }) => {
        const { point, from, until, most } = parsed(seriesAsked, query)
        if (Temporal.Instant.compare(from, until) >= 0) throw new Refused('MALFORMED', { where: 'until' })
        return found(await told.series(point, from, until, most))
      },
    },
    {
      method: 'GET',
      path: '/api/device',
      rule: 'see',
      answer: ({ query }) => found(told.device(parsed(deviceAsked, query).name)),
    },
    { method: 'GET', path: '/api/data', rule: 'see', answer: () => told.data() },
    { method: 'GET', path: '/api/ledger', rule: 'see', answer: () => told.ledger() },
    { method: 'GET', path: '/api/ledger/chain', rule: 'see', answer: (_, reply) => lines(reply, told.chain('ledger')) },
    // Names of people are in it: for who sets their passwords.
    {
      method: 'GET',
      path: '/api/audit/chain',
      rule: 'accounts',
      answer: (_, reply) => lines(reply, told.chain('audit')),
    },
    {
      method: 'GET',
      path: '/api/sample',
      rule: 'see',
      answer: ({ query }) => found(told.samples(parsed(sampleAsked, query).release)),
    },
    {
      method: 'GET',
      path: '/api/cost',
      rule: 'see',
      answer: ({ query }) => {
        const { month, saved } = parsed(costAsked, query)
        return told.cost(month, saved)
      },
    },
    {
      method: 'GET',
      path: '/api/export',
      rule: 'export',
      answer: ({ query, by }, reply) => {
        const asked =
          by.door === 'socket'
            ? parsed(exportAsked.extend({ who }), query)
            : { ...parsed(exportAsked, query), who: knownOf(by).account.name }
        if (Temporal.Instant.compare(asked.from, asked.until) >= 0) throw new Refused('MALFORMED', { where: 'until' })
        return reply
          .type(asked.form === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson')
          .header(
            'content-disposition',
            `attachment; filename="fanal-export.${asked.form === 'csv' ? 'csv' : 'ndjson'}"`,
          )
          .send(Readable.from(told.exported(asked, by.door)))
      },
    },
    { method: 'GET', path: '/api/export/metadata', rule: 'export', answer: () => told.exportMetadata() },
    {
      method: 'GET',
      path: '/api/system',
      rule: 'see',
      answer: async ({ by }) => {
        const system = await told.system()
        return allows(by, 'support') ? system : { ...system, log: [] }
      },
    },
    {
      method: 'GET',
      path: '/api/why',
      rule: 'see',
      answer: ({ query }) => {
        const { setpoint, at } = parsed(localQuestion, query)
        return found(told.why(setpoint, at))
      },
    },
    {
      method: 'GET',
      path: '/api/live',
      rule: 'see',
      answer: ({ by }, reply) =>
        live.join(reply, () => by.door === 'socket' || (by.known !== undefined && access.goesOn(by.known.session))),
    },
    {
      method: 'POST',
      path: '/api/command',
      rule: 'order',
      answer: ({ body, by }) => told.command(parsed(localCommand, signed(body, by)), by.door),
    },
    {
      method: 'POST',
      path: '/api/release',
      rule: 'order',
      answer: ({ body, by }) => told.release(parsed(localRelease, signed(body, by)), by.door),
    },
    {
      method: 'POST',
      path: '/api/presence',
      rule: 'work',
      answer: ({ body, by }) => {
        const asked =
          by.door === 'socket'
            ? parsed(presenceSaid, body)
            : { ...parsed(presenceAsked, body), who: knownOf(by).account.name }
        const holding = told.presence.hold(asked.who, asked.minutes)
        if ('held' in holding) throw held(holding.held)
        return holding
      },
    },
    {
      method: 'DELETE',
      path: '/api/presence',
      rule: 'work',
      answer: ({ query, by }, reply) => {
        const leaving = by.door === 'socket' ? parsed(leavingSaid, query).who : knownOf(by).account.name
        const holder = told.presence.held()
        // Whose hands are in the cabinet takes the lock off himself: nobody else knows that they are out again.
        if (holder !== undefined && holder.who !== leaving && !allows(by, 'accounts')) throw held(holder)
        told.presence.leave(leaving)
        return reply.code(204).send()
      },
    },
    { method: 'GET', path: '/api/pass-through', rule: 'see', answer: () => told.passThrough.told() },
    {
      method: 'POST',
      path: '/api/unlock',
      rule: 'work',
      answer: ({ body, by }) => {
        const asked =
          by.door === 'socket'
            ? parsed(unlockAsked.extend({ who }), body)
            : { ...parsed(unlockAsked, body), who: knownOf(by).account.name }
        const unlocked = found(told.passThrough.unlock(asked, by.door))
        if ('held' in unlocked) throw held(unlocked.held)
        return unlocked
      },
    },
    {
      // Whoever works may lock: that harms nobody.
      method: 'DELETE',
      path: '/api/unlock',
      rule: 'work',
      answer: ({ query, by }) => {
        const { line, who: locking } =
          by.door === 'socket'
            ? parsed(lineLocked.extend({ who }), query)
            : { ...parsed(lineLocked, query), who: knownOf(by).account.name }
        return { was: found(told.passThrough.lock(line, locking)) ? 'unlocked' : 'locked' }
      },
    },
    {
      method: 'GET',
      path: '/api/support',
      rule: 'support',
      answer: async (_, reply) =>
        reply
          .type('application/gzip')
          .header('content-disposition', 'attachment; filename="fanal-support.tar.gz"')
          .send(await told.support()),
    },
    { method: 'GET', path: '/api/accounts', rule: 'accounts', answer: () => access.accounts },
    {
      method: 'POST',
      path: '/api/accounts',
      rule: 'accounts',
      answer: ({ body, by }) => access.setAccount(parsed(accountAsked, body), byName(by)),
    },
    {
      method: 'DELETE',
      path: '/api/accounts',
      rule: 'accounts',
      answer: async ({ query, by }, reply) => {
        await access.remove(parsed(accountNamed, query).name, byName(by))
        return reply.code(204).send()
      },
    },
  ]
}

/** Whether a rule lets somebody in; throws why not. Pure but for `worker`, who holds the presence lock. */
export function admit(rule: Rule, by: By, worker: () => string | undefined): void {
  if (by.door === 'socket' || rule === 'anyone' || rule === 'here') return
  const { account } = knownOf(by)
  if (rule === 'known') return
  if (may(account, rule === 'order' ? 'command' : rule)) return
  if (rule === 'order' && may(account, 'work') && worker() === account.name) return
  throw new Refused('NOT_ALLOWED')
}

/** Throws MALFORMED, and where. */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const where = result.error.issues[0]?.path.join('.') ?? ''
  throw new Refused('MALFORMED', where === '' ? {} : { where })
}

/** Throws LOGGED_OUT where nobody is known. */
export function knownOf(by: By): Known {
  const known = by.door === 'console' ? by.known : undefined
  if (known === undefined) throw new Refused('LOGGED_OUT')
  return known
}

export const emptyBody = nothing.optional()

function allows(by: By, deed: Deed): boolean {
  return by.door === 'socket' || (by.known !== undefined && may(by.known.account, deed))
}

function byName(by: By): string {
  return by.door === 'socket' ? 'socket' : knownOf(by).account.name
}

/** Over the console an order is its account's, whoever it says it is of. */
function signed(body: unknown, by: By): unknown {
  if (by.door === 'socket') return body
  return typeof body === 'object' ? { ...body, who: knownOf(by).account.name } : body
}

/** As they come, one after the other. */
function lines(reply: FastifyReply, all: AsyncIterable<string>): FastifyReply {
  const each = async function* () {
    for await (const line of all) yield `${line}\n`
  }
  return reply.type('application/x-ndjson').send(Readable.from(each()))
}

function found<What>(what: What | undefined): What {
  if (what === undefined) throw new Refused('NOT_FOUND')
  return what
}

function held({ who: holder, until }: { readonly who: string; readonly until: string }): Refused {
  return new Refused('SOMEBODY_WORKS_HERE', { who: holder, until })
}
