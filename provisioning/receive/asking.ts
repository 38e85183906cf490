/** When to ask for what is missing, and for how much of it: not for each message, and ever more rarely if nobody answers. */
import { count, type Range, type Ranges } from './numbers.ts'

export interface Asking {
  /** monotonic: when to ask next */
  readonly dueMs: number
  readonly tries: number
  /** how many numbers were missing at the last look */
  readonly missing: number
}

/** What looks like a gap may be a message that another overtook. */
const graceMs = 1_000
const firstAgainMs = 5_000
const longestAgainMs = 300_000

/** What one request asks for: the rest is asked for when this has come. */
const mostRanges = 32
const mostNumbers = 10_000

/** What to ask for now (often nothing), and the state for the next look; undefined when nothing is missing. */
export function ask(
  asking: Asking | undefined,
  missing: Ranges,
  nowMs: number,
): { readonly ranges: Ranges; readonly asking: Asking | undefined } {
  const left = count(missing)
  if (left === 0) return { ranges: [], asking: undefined }
  if (asking === undefined) return { ranges: [], asking: { dueMs: nowMs + graceMs, tries: 0, missing: left } }
  // Answers are coming in: it would be rude to ask again before they stop.
  if (left < asking.missing && asking.tries > 0)
    return { ranges: [], asking: { dueMs: nowMs + firstAgainMs, tries: 1, missing: left } }
  if (nowMs < asking.dueMs) return { ranges: [], asking: { ...asking, missing: left } }
  const againMs = Math.min(longestAgainMs, firstAgainMs * 2 ** asking.tries)
  return {
    ranges: atMost(missing),
    asking: { dueMs: nowMs + againMs, tries: asking.tries + 1, missing: left },
  }
}

/** The lowest of them: they hold the receipt back. */
function atMost(missing: Ranges): Ranges {
  const ranges: Range[] = []
  let room = mostNumbers
  for (const [from, to] of missing) {
    if (room === 0 || ranges.length === mostRanges) break
    const last = Math.min(to, from + room - 1)
    ranges.push([from, last])
    room -= last - from + 1
  }
  return ranges
}
