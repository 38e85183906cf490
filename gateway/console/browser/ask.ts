/** Questions and orders to the gateway: what it answers, or why it does not do it. */
import type { KnownPoint, Status, VerdictTold } from '../../local/answers.ts'
import type { DataTold, DeviceTold, SeriesTold, SystemTold, TonightTold } from '../../local/pages.ts'
import type { AccountTold, RefusalTold, SessionTold } from '../../local/session.ts'
import type { Refusal } from '../troubles.ts'

/** What each door answers. The page came from the same gateway, of the same release. */
export interface Doors {
  '/api/session': SessionTold
  '/api/accounts': AccountTold[]
  '/api/status': Status
  '/api/points': KnownPoint[]
  '/api/tonight': TonightTold
  '/api/series': SeriesTold
  '/api/device': DeviceTold
  '/api/data': DataTold
  '/api/system': SystemTold
  '/api/command': VerdictTold
  '/api/release': VerdictTold
  '/api/setup': unknown
  '/api/login': unknown
  '/api/logout': unknown
  '/api/password': unknown
  '/api/presence': unknown
}
export type Door = keyof Doors

export type Answer<T> = { readonly ok: true; readonly body: T } | { readonly ok: false; readonly refusal: Refusal }

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
}

export type Ask = <D extends Door>(door: D, question?: Question) => Promise<Answer<Doors[D]>>

/** A command is answered when the lamps have had their say, some seconds later. */
const patienceMs = 15_000

/** `loggedOut` is called when the gateway knows us no more. */
export function asking(loggedOut: () => void): Ask {
  return async (door, { method = 'GET', query, body } = {}) => {
    try {
      const response = await fetch(query === undefined ? door : `${door}?${new URLSearchParams(query).toString()}`, {
        method,
        signal: AbortSignal.timeout(patienceMs),
        cache: 'no-store',
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      const text = await response.text()
      const told: unknown = text === '' ? undefined : JSON.parse(text)
      if (response.ok) return { ok: true, body: told as Doors[typeof door] }
      const refusal = refusalOf(told)
      if (refusal.error === 'LOGGED_OUT') loggedOut()
      return { ok: false, refusal }
    } catch {
      return { ok: false, refusal: { error: 'UNREACHABLE', words: {} } }
    }
  }
}

function refusalOf(told: unknown): RefusalTold {
  if (typeof told === 'object' && told !== null && 'error' in told && typeof told.error === 'string')
    return { words: {}, ...(told as Partial<RefusalTold> & Pick<RefusalTold, 'error'>) }
  return { error: 'FAILED', words: {} }
}
