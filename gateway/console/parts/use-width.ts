/** How wide a part of the page is, as long as it is there. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

export function useWidth(first: number) {
  const at = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(first)
  useLayoutEffect(() => {
    const { current } = at
    if (current === null) return undefined
    const measure = () => setWidth(Math.max(200, Math.floor(current.clientWidth)))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  return [at, width] as const
}
