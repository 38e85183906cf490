/**
 * Under pressure, old telemetry is told more coarsely: several records of one release become one, of each series every
 * second value. What says more than a number read at a moment is left alone: an aggregate is coarse already, and two
 * of them are no aggregate of both windows; an event is not one of many; a value that is not good explains itself.
 */

/** So many records become one, at most. */
export const mostMerged = 16

/** Without a quality it is good. */
type Sample = readonly [offsetMs: number, value: unknown, quality?: number, ...reason: unknown[]]

interface Body {
  readonly t0: number
  readonly t1: number
  readonly p: Readonly<Record<string, readonly Sample[]>>
}

/** The one record in their place, `[oldest … youngest]`; undefined: they cannot be merged. */
export function merged(bodies: readonly string[]): string | undefined {
  const read = bodies.map(bodyOf)
  const [first] = read
  const last = read.at(-1)
  if (first === undefined || last === undefined) return undefined
  const series: Record<string, Sample[]> = {}
  for (const body of read) {
    if (body === undefined) return undefined
    for (const [name, samples] of Object.entries(body.p)) {
      const all = (series[name] ??= [])
      for (const [offsetMs, ...rest] of samples) all.push([body.t0 + offsetMs - first.t0, ...rest])
    }
  }
  const p = Object.fromEntries(Object.entries(series).map(([name, samples]) => [name, everySecond(samples)]))
  return JSON.stringify({ t0: first.t0, t1: last.t1, p })
}

/** The last of each two, so that the youngest value stays; what is not good stays, too. */
function everySecond(samples: readonly Sample[]): Sample[] {
  return samples.filter(([, , quality], index) => !isGood(quality) || (samples.length - 1 - index) % 2 === 0)
}

/** What is good says nothing; releases before said 192. */
function isGood(quality: number | undefined): boolean {
  return quality === undefined || quality === 192
}

/** Undefined: it is of another kind, or says what is not known here. */
function bodyOf(text: string): Body | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof body !== 'object' || body === null || Object.keys(body).join() !== 't0,t1,p') return undefined
  const { t0, t1, p } = body as Record<'t0' | 't1' | 'p', unknown>
  if (typeof t0 !== 'number' || typeof t1 !== 'number' || typeof p !== 'object' || p === null) return undefined
  const isRead = Object.entries(p).every(([name, samples]) => isPoint(name) && isSeries(samples))
  return isRead ? { t0, t1, p: p as Body['p'] } : undefined
}

/** `meter.power`; an aggregate has its statistic behind that: `meter.power.mean`. */
function isPoint(name: string): boolean {
  return name.split('.').length === 2
}

function isSeries(samples: unknown): boolean {
  return (
    Array.isArray(samples) &&
    samples.every(
      (sample) =>
        Array.isArray(sample) &&
        sample.length >= 2 &&
        typeof sample[0] === 'number' &&
        (sample.length === 2 || typeof sample[2] === 'number'),
    )
  )
}
