/** What was asked, and what came of it: shown at once when a page is seen again, while it is asked anew. */
import { signal, type ReadonlySignal } from '@preact/signals'
import type { Answer } from './ask.ts'
import type { Refusal } from '../troubles.ts'

export interface Asked<T> {
  readonly body: ReadonlySignal<T | undefined>
  /** why there is nothing, or nothing new */
  readonly refusal: ReadonlySignal<Refusal | undefined>
  again(): Promise<void>
}

export function askedOf<T>(ask: () => Promise<Answer<T>>): Asked<T> {
  const body = signal<T | undefined>(undefined)
  const refusal = signal<Refusal | undefined>(undefined)
  let running: Promise<void> | undefined
  const once = async () => {
    const answer = await ask()
    if (answer.ok) {
      body.value = answer.body
      refusal.value = undefined
    } else refusal.value = answer.refusal
  }
  return {
    body,
    refusal,
    again: () => (running ??= once().finally(() => (running = undefined))),
  }
}
