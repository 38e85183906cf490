/**
 * What a recipient knows of one numbering (one release of one outbox): which numbers came, which were declared never to
 * come, and which it still misses. Pure: each function returns the next state.
 */
import { has, join, outside, type Range, type Ranges } from './numbers.ts'

export interface Stream {
  /** came, or declared */
  readonly settled: Ranges
  /** declared never to come, and have not come */
  readonly declared: Ranges
}

export const nothing: Stream = { settled: [], declared: [] }

/** For one who only watches: what was before the first number seen is not missed. */
export function beginningAt(number: number): Stream {
  return number > 1 ? declare(nothing, [1, number - 1]).stream : nothing
}

/** Of a numbering that is kept: which records, and which declarations. */
export function remembered(held: Ranges, declared: Ranges): Stream {
  return declared.reduce<Stream>((stream, range) => declare(stream, range).stream, { settled: held, declared: [] })
}

/** The highest number up to which nothing is missed: what a receipt confirms. */
export function upto({ settled }: Stream): number {
  const [from, to] = settled[0] ?? [0, 0]
  return from === 1 ? to : 0
}

export function highest({ settled }: Stream): number {
  return settled.at(-1)?.[1] ?? 0
}

/** The numbers up to the highest that came, or is known to have been given, that neither came nor were declared. */
export function missing(stream: Stream, given = 0): Ranges {
  return outside(stream.settled, [1, Math.max(highest(stream), given)])
}

/** A record came. It is new even if it was declared never to come: a broker may have held it for long. */
export function take(stream: Stream, number: number): { readonly stream: Stream; readonly fresh: boolean } {
  const late = has(stream.declared, number)
  if (!late && has(stream.settled, number)) return { stream, fresh: false }
  const declared = late ? stream.declared.flatMap((range) => outside([[number, number]], range)) : stream.declared
  return { stream: { settled: join(stream.settled, [number, number]), declared }, fresh: true }
}

/** A gap was declared; `fresh` are those of its numbers that had not come. */
export function declare(stream: Stream, gap: Range): { readonly stream: Stream; readonly fresh: Ranges } {
  const fresh = outside(stream.settled, gap)
  return {
    stream: { settled: join(stream.settled, gap), declared: fresh.reduce<Ranges>(join, stream.declared) },
    fresh,
  }
}
