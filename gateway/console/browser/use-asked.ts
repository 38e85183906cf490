/** A page's question: asked when the page is seen, when a gateway has started anew, and every so often. */
import { useEffect } from 'preact/hooks'
import type { Door, Doors } from './ask.ts'
import type { Asked } from './asked.ts'
import { useDesk } from './desk.ts'

const noQuery = {}

export function useAsked<D extends Door>(
  door: D,
  query: Readonly<Record<string, string>> = noQuery,
  everyMs?: number,
): Asked<Doors[D]> {
  const { asked, store } = useDesk()
  const answer = asked(door, query)
  const generation = store.generation.value
  useEffect(() => {
    void answer.again()
    if (everyMs === undefined) return undefined
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') void answer.again()
    }, everyMs)
    return () => window.clearInterval(timer)
  }, [answer, generation, everyMs])
  return answer
}
