/**
 * What keeps the audit from being flooded: a rule or a contact that changes its mind twice a second would fill some 60 MB a
 * night, and push out what older nights had to say. Entries that differ only in their value are alike: of them the first few
 * are lines of their own, as somebody's at work are; what follows is counted, and the last of it becomes one line a minute,
 * then one each two, up to sixteen, and back again as it grows quiet. Pure.
 *
 * Of one kind and one setpoint, lines are in the order of what happened: where a segment's ruling changes, what was held back
 * of its rulings goes before. So what ruled last is always what the last line says. A power cut loses what is counted.
 */
import type { ChainEntry, Dated } from './chain.ts'

/** The deeds of machines; of people's logins and accounts each is a line, and lock-outs bound them. */
const counted: ReadonlySet<string> = new Set([
  'command',
  'release',
  'refused',
  'ended',
  'ruling',
  'write',
  'armed',
  'counter',
])
/** As alike as these are the same. Not the value, nor the reason: whoever sends other ones each time floods as well. */
const telling = ['device', 'point', 'priority', 'code', 'why', 'state', 'because', 'ground'] as const
/** lines of their own, of those that are alike */
const free = 8
/** In one group; beyond it all are alike: names can be made up. */
const mostLike = 16
const firstSpanMs = 60_000
const longestSpanMs = 16 * firstSpanMs

interface Like {
  /** lines of their own so far */
  lines: number
  /** seen since the span began */
  isFresh: boolean
  held: { readonly last: Dated; readonly first: string; readonly times: number } | undefined
}

/** Of one kind and one setpoint. */
interface Group {
  untilMs: number
  spanMs: number
  /** what was seen last is last */
  readonly likes: Map<string, Like>
}

export class Repeats {
  readonly #groups = new Map<string, Group>()

  /** What is to be written now that this has happened, in order. */
  note(dated: Dated, nowMs: number): Dated[] {
    const { entry } = dated
    if (!counted.has(entry.kind)) return [dated]
    const of = JSON.stringify([entry.kind, entry['setpoint'] ?? ''])
    const group: Group = this.#groups.get(of) ?? { untilMs: nowMs + firstSpanMs, spanMs: firstSpanMs, likes: new Map() }
    this.#groups.set(of, group)
    const alike = likeness(entry)
    const key = group.likes.has(alike) || group.likes.size < mostLike ? alike : ''
    const like: Like = group.likes.get(key) ?? { lines: 0, isFresh: true, held: undefined }
    group.likes.delete(key)
    group.likes.set(key, like)
    like.isFresh = true
    if (like.lines < free) {
      const before = release(group)
      like.lines++
      return [...before, dated]
    }
    like.held = { last: dated, first: like.held?.first ?? dated.at, times: (like.held?.times ?? 0) + 1 }
    return []
  }

  /** When `due` is to be asked next; undefined: there is nothing to wait for. */
  get nextMs(): number | undefined {
    return this.#groups.size === 0 ? undefined : Math.min(...[...this.#groups.values()].map(({ untilMs }) => untilMs))
  }

  /** What was held back for long enough. */
  due(nowMs: number): Dated[] {
    const lines: Dated[] = []
    for (const [of, group] of this.#groups) {
      if (group.untilMs > nowMs) continue
      const released = release(group)
      lines.push(...released)
      // A flood that pauses is the same flood: only when the span is short again is anything forgotten.
      const isShort = group.spanMs === firstSpanMs
      for (const [key, like] of group.likes) {
        if (!like.isFresh && isShort) group.likes.delete(key)
        like.isFresh = false
      }
      if (group.likes.size === 0) this.#groups.delete(of)
      if (released.length > 0) group.spanMs = Math.min(longestSpanMs, 2 * group.spanMs)
      else if (!isShort) group.spanMs /= 2
      group.untilMs = nowMs + group.spanMs
    }
    return lines
  }

  /** All that is held back: nothing comes after it. */
  end(): Dated[] {
    return [...this.#groups.values()].flatMap(release)
  }
}

function likeness(entry: ChainEntry): string {
  const source = entry['source']
  const by = typeof source === 'object' && source !== null ? JSON.stringify(source) : ''
  return JSON.stringify([...telling.map((member) => entry[member]), by])
}

function release({ likes }: Group): Dated[] {
  return [...likes.values()].flatMap((like) => {
    const { held } = like
    like.held = undefined
    if (held === undefined) return []
    const { last, first, times } = held
    return times === 1 ? [last] : [{ at: last.at, entry: { ...last.entry, times, first } }]
  })
}
