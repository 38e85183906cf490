/** The live connection: one while the page is seen and somebody is logged in, opened again by itself when it breaks. */
import type { KnownPoint, Status } from '../../local/answers.ts'
import type { Store } from '../store.ts'
import type { BrowserClock } from './clock.ts'

export interface Live {
  open(): void
  close(): void
  /** each second: a connection over which nothing comes is given up for a new one */
  watch(): void
}

/** What the gateway says over it. */
interface Said {
  hello: { readonly started: string; readonly pid: number }
  points: KnownPoint[]
  status: Status
}

/** Soon at first, since most breaks are short; then so that a street of open pages is no burden. */
const pausesMs = [250, 500, 1_000, 2_000, 3_000]

export function liveTo(store: Store, clock: BrowserClock, refused: () => void): Live {
  let source: EventSource | undefined
  let wanted = false
  let timer: number | undefined
  let failures = 0
  let openedMs = 0

  const drop = () => {
    source?.close()
    source = undefined
    window.clearTimeout(timer)
    timer = undefined
  }
  const again = () => {
    drop()
    store.broken()
    if (!wanted) return
    const pauseMs = pausesMs[Math.min(failures++, pausesMs.length - 1)] ?? 0
    timer = window.setTimeout(connect, pauseMs * (0.75 + clock.chance() / 2))
  }
  const connect = () => {
    drop()
    openedMs = clock.monotonicMs()
    const opened = (source = new EventSource('/api/live'))
    const on = <E extends keyof Said>(name: E, heard: (told: Said[E], nowMs: number) => void) => {
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        if (source !== opened) return
        failures = 0
        heard(JSON.parse(event.data) as Said[E], clock.monotonicMs())
      })
    }
    on('hello', (hello, nowMs) => store.heardHello(hello, nowMs))
    on('points', (points, nowMs) => store.heardPoints(points, nowMs))
    on('status', (status, nowMs) => store.heardStatus(status, nowMs))
    opened.onerror = () => {
      if (source !== opened) return
      // Closed for good: the gateway answered with something else, perhaps since it knows us no more.
      if (opened.readyState === EventSource.CLOSED && failures > 0) refused()
      again()
    }
  }
  return {
    open: () => {
      wanted = true
      if (source !== undefined || timer !== undefined) return
      store.listening(clock.monotonicMs())
      connect()
    },
    close: () => {
      wanted = false
      failures = 0
      store.resting()
      drop()
    },
    watch: () => {
      const nowMs = clock.monotonicMs()
      store.passed(nowMs)
      if (source !== undefined && store.link.peek() === 'lost' && nowMs - openedMs > 6_000) again()
    },
  }
}
