/** What this process costs the machine. All of it is known already: asking costs some microseconds. */
import { performance } from 'node:perf_hooks'

export interface ProcessFigures {
  readonly rssBytes: number
  readonly heapUsedBytes: number
  /** of user and system, since the start */
  readonly cpuMs: number
  /** in which the event loop was busy, since the start */
  readonly loopActiveMs: number
}

export function processFigures(): ProcessFigures {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return {
    rssBytes: rss,
    heapUsedBytes: heapUsed,
    cpuMs: (user + system) / 1_000,
    loopActiveMs: performance.eventLoopUtilization().active,
  }
}
