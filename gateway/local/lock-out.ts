/** Failures to log in, counted by name and by peer: after some, whoever tries again has to wait, longer each time. */

const free = 5
const firstWaitMs = 30_000
const longestWaitMs = 3_600_000
const forgottenAfterMs = 86_400_000

interface Count {
  failures: number
  lockedUntilMs: number
  lastMs: number
}

/** Counts for as many keys as it is told, and never for more. Times are monotonic. */
export class LockOut {
  readonly #counts = new Map<string, Count>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** How long whoever this is must wait yet. */
  waitMs(key: string, nowMs: number): number {
    return Math.max(0, (this.#counts.get(key)?.lockedUntilMs ?? 0) - nowMs)
  }

  /** One more; says how long to wait now. */
  fail(key: string, nowMs: number): number {
    const before = this.#counts.get(key)
    const isOver = before !== undefined && nowMs - Math.max(before.lastMs, before.lockedUntilMs) > forgottenAfterMs
    const failures = (before === undefined || isOver ? 0 : before.failures) + 1
    const waitMs = failures < free ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - free))
    if (before === undefined && this.#counts.size >= this.#most) this.#dropOne()
    this.#counts.set(key, { failures, lockedUntilMs: nowMs + waitMs, lastMs: nowMs })
    return waitMs
  }

  /** So many were none. */
  forgive(key: string, failures: number): void {
    const count = this.#counts.get(key)
    if (count === undefined) return
    count.failures -= failures
    if (count.failures <= 0) this.#counts.delete(key)
    else if (count.failures < free) count.lockedUntilMs = 0
  }

  failuresOf(key: string): number {
    return this.#counts.get(key)?.failures ?? 0
  }

  clear(): void {
    this.#counts.clear()
  }

  /** The one that would be free again soonest, and of those the oldest. */
  #dropOne(): void {
    let first: [key: string, count: Count] | undefined
    for (const entry of this.#counts) {
      const [, { lockedUntilMs, lastMs }] = entry
      const untilMs = first?.[1].lockedUntilMs ?? Infinity
      if (lockedUntilMs < untilMs || (lockedUntilMs === untilMs && lastMs < (first?.[1].lastMs ?? Infinity)))
        first = entry
    }
    if (first !== undefined) this.#counts.delete(first[0])
  }
}

/** Whom a failure is laid to: an IPv4 address, or the network that one subscriber of IPv6 has. */
export function peerKey(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (v4 !== undefined) return v4
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length
  const all = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...(tail ?? '').split(':')]
  return `${all.slice(0, 4).join(':')}::/64`
}
