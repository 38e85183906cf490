/** What lies in the gateway's folder: how much of what, and the last lines of a file. Never throws: what is not there is not told. */
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface FileTold {
  readonly name: string
  readonly bytes: number
  readonly changed: string
}

export function filesIn(folder: string): FileTold[] {
  return (ifThere(() => readdirSync(folder)) ?? []).flatMap((name) => {
    const stats = ifThere(() => statSync(join(folder, name)))
    return stats?.isFile() !== true ? [] : [{ name, bytes: stats.size, changed: stats.mtime.toISOString() }]
  })
}

export const keptKinds = ['outbox', 'history', 'audit', 'log', 'other'] as const
export type KeptKind = (typeof keptKinds)[number]

const kindOf: readonly (readonly [name: RegExp, kind: KeptKind])[] = [
  [/^outbox\./, 'outbox'],
  [/^history/, 'history'],
  [/^audit\./, 'audit'],
  [/^gateway(\.\d+)?\.log$/, 'log'],
]

function kindOfFile(name: string): KeptKind {
  return kindOf.find(([form]) => form.test(name))?.[1] ?? 'other'
}

/** How much the gateway keeps, of each kind. */
export function keptIn(folder: string): { readonly what: KeptKind; readonly bytes: number }[] {
  const files = [...filesIn(folder), ...foldersIn(folder)]
  return keptKinds.map((what) => ({
    what,
    bytes: files.reduce((sum, { name, bytes }) => sum + (kindOfFile(name) === what ? bytes : 0), 0),
  }))
}

/**
 * How large files are whose size tells how lively the points are that stay home: in these steps, and with the day alone. What
 * waits to leave, and the log, say nothing of them.
 */
const steps: Readonly<Record<KeptKind, number>> = {
  outbox: 1,
  history: 2 ** 24,
  audit: 2 ** 20,
  log: 1,
  other: 2 ** 20,
}

function inSteps(bytes: number, what: KeptKind): number {
  return Math.ceil(bytes / steps[what]) * steps[what]
}

/** As much as whoever is far away may know. */
export function keptCoarsely(folder: string): ReturnType<typeof keptIn> {
  return keptIn(folder).map(({ what, bytes }) => ({ what, bytes: inSteps(bytes, what) }))
}

/** The same, file by file. */
export function filesCoarsely(folder: string): FileTold[] {
  return filesIn(folder).map((file) => {
    const { name, bytes, changed } = file
    const what = kindOfFile(name)
    return steps[what] === 1 ? file : { name, bytes: inSteps(bytes, what), changed: changed.slice(0, 10) }
  })
}

/** The outbox's log is a folder of files; each folder counts with all that is in it. */
function foldersIn(folder: string): Pick<FileTold, 'name' | 'bytes'>[] {
  const entries = ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? []
  return entries.flatMap((entry) => {
    if (!entry.isDirectory()) return []
    const within = ifThere(() => readdirSync(join(folder, entry.name), { recursive: true, encoding: 'utf8' })) ?? []
    const sizes = within.map((name) => ifThere(() => statSync(join(folder, entry.name, name))))
    const bytes = sizes.reduce((sum, stats) => sum + (stats?.isFile() === true ? stats.size : 0), 0)
    return bytes > 0 ? [{ name: entry.name, bytes }] : []
  })
}

/** Whole lines from the end of a file, at most so many bytes of them. */
export function tail(file: string, mostBytes: number): string[] {
  const text = ifThere(() => {
    const descriptor = openSync(file, 'r')
    try {
      const { size } = fstatSync(descriptor)
      const from = Math.max(0, size - mostBytes)
      const bytes = Buffer.alloc(size - from)
      const read = readSync(descriptor, bytes, 0, bytes.length, from)
      const lines = bytes.toString('utf8', 0, read).split('\n')
      return from === 0 ? lines : lines.slice(1)
    } finally {
      closeSync(descriptor)
    }
  })
  return (text ?? []).filter(Boolean)
}

export function ifThere<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
