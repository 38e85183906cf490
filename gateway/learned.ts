/**
 * What devices have shown of themselves, kept over a restart: one JSON file with a section for each part that learns. What is
 * lost is learned again, so nothing waits for the disk, and a damaged file counts as none.
 */
import * as fileSystem from 'node:fs/promises'
import { z } from 'zod'
import type { Clock } from '../drivers/clock.ts'
import { readIfThere, replace, type Disk } from './flash.ts'

export interface Learned extends AsyncDisposable {
  /** What was kept under this name, if it still has that shape. */
  section<T>(name: string, schema: z.ZodType<T>): T | undefined
  /** Soon; the latest wins. `value` becomes JSON. */
  keep(name: string, value: unknown): void
}

/** So that a device which shows much writes little: each write wears the flash by some 20 kB. */
const gatherMs = 60_000

const file = z.record(z.string(), z.unknown())

/** Never rejects. */
export async function openLearned(
  path: string,
  { clock, disk = fileSystem }: { clock: Clock; disk?: Disk },
): Promise<Learned> {
  const sections = new Map(Object.entries(await found(disk, path)))
  const stop = new AbortController()
  let isDue = false
  let working: Promise<void> | undefined

  /** What the disk does not take is tried again with the next change, and at the end. */
  const write = async () => {
    isDue = false
    await replace(disk, path, `${JSON.stringify(Object.fromEntries(sections))}\n`).catch(() => {
      isDue = true
    })
  }
  const work = async () => {
    await clock.sleep(gatherMs, stop.signal).catch(() => undefined) // cut short only at the end
    await write()
    working = undefined
  }
  return {
    section: (name, schema) => schema.safeParse(sections.get(name)).data,
    keep: (name, value) => {
      sections.set(name, value)
      isDue = true
      working ??= work()
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await working
      if (isDue) await write()
    },
  }
}

async function found(disk: Disk, path: string): Promise<z.output<typeof file>> {
  try {
    return file.parse(JSON.parse(String(await readIfThere(disk, path))))
  } catch {
    return {}
  }
}
