/** A point's last hour, asked for once it is seen, and from then on each minute. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { SeriesTold } from '../../local/pages.ts'
import { askedOf, type Asked } from '../browser/asked.ts'
import { useDesk } from '../browser/desk.ts'

const hourMs = 3_600_000
const everyMs = 60_000

export function useSeen<E extends Element>() {
  const at = useRef<E>(null)
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    const { current } = at
    if (current === null || seen) return undefined
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true)
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [seen])
  return [at, seen] as const
}

/** `isWanted`: nothing is asked before. */
export function useSeries(point: string, isWanted: boolean): Asked<SeriesTold> {
  const { ask, store } = useDesk()
  const series = useMemo(
    () => askedOf(() => ask('/api/series', { query: lastHourOf(point, store.now.peek()) })),
    [point],
  )
  const generation = store.generation.value
  useEffect(() => {
    if (!isWanted) return undefined
    void series.again()
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') void series.again()
    }, everyMs)
    return () => window.clearInterval(timer)
  }, [series, isWanted, generation])
  return series
}

function lastHourOf(point: string, nowMs: number): Record<string, string> {
  return {
    point,
    from: new Date(nowMs - hourMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    most: '60',
  }
}
