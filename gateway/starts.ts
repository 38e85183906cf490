/**
 * How many lives of the gateway in a row were cut short: a loose contact can cut its power a hundred times in ten minutes.
 * The count is the length of a file, so that it costs a byte a start, and that rotten bits do not change it. After some,
 * what is not urgent waits ever longer before it is written to the flash; the light waits for nothing.
 */
import * as fileSystem from 'node:fs/promises'
import type { Clock } from '../drivers/clock.ts'
import { append, readIfThere, type Disk } from './flash.ts'

export interface Starts extends AsyncDisposable {
  /** lives before this one that ended without an orderly stop, one after the other */
  readonly cut: number
  /** for so long from now on the flash is to be spared */
  readonly spareMs: number
}

interface StartsOptions {
  readonly clock: Clock
  /** tests have their own */
  readonly disk?: Disk
}

/** A life as long as this is none that was cut short. */
const longLifeMs = 600_000
/** Beyond it nothing is counted, nor written. */
const mostCounted = 1_000

/** Some restarts are an afternoon's work at the cabinet; more are a fault. */
const sparedAfter = 4
const sparedFirstMs = 8_000
const sparedLongestMs = 300_000

export function spareAfter(cut: number): number {
  return cut < sparedAfter ? 0 : Math.min(sparedFirstMs * 2 ** (cut - sparedAfter), sparedLongestMs)
}

/** Counts this start; waits for no write, and never rejects: a disk that takes nothing is the keep's to tell of. */
export async function openStarts(path: string, { clock, disk = fileSystem }: StartsOptions): Promise<Starts> {
  const cut = await readIfThere(disk, path).then(
    (marks) => marks?.length ?? 0,
    () => 0,
  )
  const stop = new AbortController()
  const write = (at: number, marks: string) => append(disk, path, at, marks).catch(() => undefined)
  const living = (async () => {
    if (cut < mostCounted) await write(cut, '.')
    await clock.sleep(longLifeMs, stop.signal).catch(() => undefined) // cut short only at an orderly stop
    await write(0, '')
  })()
  return {
    cut,
    spareMs: spareAfter(cut),
    [Symbol.asyncDispose]: () => {
      stop.abort()
      return living
    },
  }
}
