/** What every part of the page has at hand. */
import type { ReadonlySignal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Form } from '../format.ts'
import type { Language } from '../language.ts'
import type { Route } from '../route.ts'
import type { Say } from '../say.ts'
import type { Store } from '../store.ts'
import type { Ask, Doors, Door } from './ask.ts'
import type { Preferences } from './preferences.ts'
import type { Asked } from './asked.ts'

export interface Desk {
  readonly store: Store
  readonly preferences: Preferences
  readonly route: ReadonlySignal<Route>
  readonly saying: ReadonlySignal<Say>
  readonly forming: ReadonlySignal<Form>
  readonly ask: Ask
  /** the answer to a question that pages ask again and again; one each, whoever asks */
  readonly asked: <D extends Door>(door: D, query?: Readonly<Record<string, string>>) => Asked<Doors[D]>
  /** asks who is logged in here */
  readonly refresh: () => Promise<void>
  /** a setup code that a link brought along */
  readonly setupCode: ReadonlySignal<string>
  /** a session ended while somebody was at work */
  readonly ended: ReadonlySignal<boolean>
  readonly loginRefusal: ReadonlySignal<string>
}

const context = createContext<Desk | undefined>(undefined)

export const DeskAt = context.Provider

/** The desk, with its words and forms in the present language: whoever calls is drawn again when they change. */
export function useDesk(): Desk & { readonly say: Say; readonly form: Form; readonly language: Language } {
  const desk = useContext(context)
  if (desk === undefined) throw new Error('a part of the page outside of it')
  return { ...desk, say: desk.saying.value, form: desk.forming.value, language: desk.preferences.language.value }
}
