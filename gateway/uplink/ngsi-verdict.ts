/** What a context broker's answer to a batch means (ETSI GS CIM 009, 5.6.8 and 6.15): pure. */
import { z } from 'zod'
import type { BrokerFault } from './faults.ts'
import type { HttpResponse } from './http-transport.ts'

export type Verdict =
  | { readonly kind: 'taken' }
  /** these entities are refused for good, and these want another try; the others are there */
  | {
      readonly kind: 'in part'
      readonly refused: readonly { readonly id: string; readonly why: string }[]
      readonly again: ReadonlySet<string>
    }
  /** something in the batch is not to its liking, or it is too long: smaller ones tell what */
  | { readonly kind: 'split'; readonly why: string }
  /** it may go better in a while */
  | { readonly kind: 'later'; readonly why: string; readonly afterMs?: number }
  /** nothing gets better by trying: somebody has to do something */
  | { readonly kind: 'stopped'; readonly code: BrokerFault; readonly why: string }

const problem = z.object({
  type: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  status: z.coerce.number().optional(),
})
const result = z.object({
  success: z.array(z.string()).default([]),
  errors: z
    .array(z.object({ entityId: z.string().default(''), error: z.union([problem, z.string()]).optional() }))
    .default([]),
})

export function verdictOf(response: HttpResponse, now: Temporal.Instant): Verdict {
  const { status } = response
  if (status === 207) return inPart(response)
  if (status >= 200 && status < 300) return { kind: 'taken' }
  const why = `HTTP ${status}${explanation(response.body)}`
  if (status === 401 || status === 403 || status === 407) return { kind: 'stopped', code: 'CONTEXT_DENIED', why }
  if ([400, 409, 413, 422].includes(status)) return { kind: 'split', why }
  if (status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501)) {
    const afterMs = waitOf(response.retryAfter, now)
    return { kind: 'later', why, ...(afterMs === undefined ? {} : { afterMs }) }
  }
  return { kind: 'stopped', code: 'CONTEXT_NO_API', why }
}

function inPart({ body }: HttpResponse): Verdict {
  const parsed = result.safeParse(json(body)).data
  if (parsed === undefined) return { kind: 'later', why: 'HTTP 207 without a result' }
  const again = new Set<string>()
  const refused: { id: string; why: string }[] = []
  for (const { entityId: id, error } of parsed.errors) {
    if (typeof error === 'object' && isTransient(error)) again.add(id)
    else refused.push({ id, why: typeof error === 'string' ? error : wordsOf(error ?? {}) })
  }
  return { kind: 'in part', refused, again }
}

function isTransient({ status = 0, type = '' }: z.output<typeof problem>): boolean {
  return status >= 500 || status === 429 || /InternalError|TooManyResults|ServiceUnavailable/.test(type)
}

function wordsOf({ type, title, detail }: z.output<typeof problem>): string {
  return [title ?? type ?? 'no reason given', detail].filter((word) => word !== undefined).join(': ')
}

function explanation(body: string): string {
  const said = problem.safeParse(json(body)).data
  const text = said === undefined ? '' : wordsOf(said)
  return text === '' || text === 'no reason given' ? '' : `, ${text.slice(0, 200)}`
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function waitOf(retryAfter: string | undefined, now: Temporal.Instant): number | undefined {
  if (retryAfter === undefined) return undefined
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000
  const atMs = Date.parse(retryAfter)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - now.epochMilliseconds)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
