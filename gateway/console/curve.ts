/** The geometry of our charts: moments and values to places in a box. Pure. */
import type { SampleTold } from '../local/pages.ts'

export interface Box {
  readonly width: number
  readonly height: number
}

export interface Scale {
  /** the place of a value; values outside lie at the edge */
  at(value: number): number
}

export function scale(from: number, to: number, start: number, end: number): Scale {
  const span = to - from
  return {
    at: (value) => {
      const share = span === 0 ? 0.5 : Math.min(1, Math.max(0, (value - from) / span))
      return start + share * (end - start)
    },
  }
}

/** A place, to a tenth of a pixel: paths stay short. */
function place(value: number): string {
  return String(Math.round(value * 10) / 10)
}

export interface Step {
  readonly fromMs: number
  readonly untilMs: number
  readonly level: number
}

/** The path of steps: level until it changes, then straight up or down. A gap lifts the pen. */
export function stepPath(steps: readonly Step[], x: Scale, y: Scale): string {
  let path = ''
  let endMs = Number.NaN
  for (const { fromMs, untilMs, level } of steps) {
    path += `${fromMs === endMs ? 'L' : 'M'}${place(x.at(fromMs))} ${place(y.at(level))}H${place(x.at(untilMs))}`
    endMs = untilMs
  }
  return path
}

/** The same, closed down to the floor, to be filled. */
export function stepArea(steps: readonly Step[], x: Scale, y: Scale): string {
  const floor = place(y.at(0))
  return steps
    .filter(({ level }) => level > 0)
    .map(({ fromMs, untilMs, level }) => {
      const [left, right] = [place(x.at(fromMs)), place(x.at(untilMs))]
      return `M${left} ${floor}V${place(y.at(level))}H${right}V${floor}Z`
    })
    .join('')
}

/** Samples hold until the next one; null: from here on nothing is known. The last one holds until `untilMs`. */
export function stepsOf(samples: readonly SampleTold[], untilMs: number): Step[] {
  return samples.flatMap(([at, level], index) => {
    const end = Math.min(samples[index + 1]?.[0] ?? untilMs, untilMs)
    return level === null || end <= at ? [] : [{ fromMs: at, untilMs: end, level }]
  })
}

/** A line from sample to sample; null lifts the pen. */
export function linePath(samples: readonly SampleTold[], x: Scale, y: Scale): string {
  let path = ''
  let drawn = false
  for (const [at, value] of samples) {
    if (value === null) drawn = false
    else {
      path += `${drawn ? 'L' : 'M'}${place(x.at(at))} ${place(y.at(value))}`
      drawn = true
    }
  }
  return path
}

/** The least and the most of what is known; undefined: nothing is. */
export function rangeOf(samples: readonly SampleTold[]): readonly [least: number, most: number] | undefined {
  let least = Infinity
  let most = -Infinity
  for (const [, value] of samples) {
    if (value === null) continue
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return least > most ? undefined : [least, most]
}

/** With some room above and below, so that a steady value is a line in the middle and noise no mountain. */
export function roomyRange([least, most]: readonly [number, number]): readonly [number, number] {
  const room = Math.max((most - least) * 0.1, Math.abs(most) * 0.002, 1e-6)
  return [least - room, most + room]
}

/** Full hours between two moments, each `every` hours counted from the first full one that fits. */
export function hourTicks(fromMs: number, untilMs: number, every: number): number[] {
  const stepMs = every * 3_600_000
  const ticks: number[] = []
  for (let at = fromMs; at <= untilMs && ticks.length < 100; at += stepMs) ticks.push(at)
  return ticks
}

/** Only where the value changes, and the last: what a table of samples needs. At most `most`, the latest. */
export function changes(samples: readonly SampleTold[], most: number): SampleTold[] {
  const changed = samples.filter(
    ([, value], index) => index === 0 || index === samples.length - 1 || samples[index - 1]?.[1] !== value,
  )
  return changed.slice(-most)
}
