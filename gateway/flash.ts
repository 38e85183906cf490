/** Files that must survive a power cut: replaced whole or appended to, and on the flash once the promise resolves. */
import { dirname } from 'node:path'

/** What is asked of an open file; Node's FileHandle can do it. */
export interface OpenFile {
  /** At the file's end, if it was opened with `a`. */
  writeFile(text: string): Promise<void>
  truncate(bytes: number): Promise<void>
  sync(): Promise<void>
  datasync(): Promise<void>
  close(): Promise<void>
}

/** What is asked of a disk; `node:fs/promises` can do it. */
export interface Disk {
  readFile(path: string): Promise<Buffer>
  open(path: string, flags: 'r' | 'w' | 'a', mode?: number): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
}

/** The file's bytes; undefined: there is none. */
export async function readIfThere(disk: Disk, path: string): Promise<Buffer | undefined> {
  try {
    return await disk.readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Old or new, never half. */
export async function replace(disk: Disk, path: string, text: string): Promise<void> {
  const beside = `${path}.new`
  await within(disk.open(beside, 'w', ownersOnly), async (file) => {
    await file.writeFile(text)
    await file.sync()
  })
  await disk.rename(beside, path)
  await syncFolder(disk, path)
}

/**
 * Puts `text` at byte `at`, after which there is nothing else. When this fails, nothing is known of the bytes from there on:
 * the system may have dropped what it could not write, so that a second sync would succeed and mean nothing (fsyncgate).
 * Calling this again opens the file anew and writes them all again.
 */
export async function append(disk: Disk, path: string, at: number, text: string): Promise<void> {
  await within(disk.open(path, 'a', ownersOnly), async (file) => {
    await file.truncate(at)
    await file.writeFile(text)
    await file.datasync()
  })
  if (at === 0) await syncFolder(disk, path) // or a power cut takes the new file's name with it
}

/** Where older parts of a file are, the newest being 1. */
export function partOf(path: string, part: number): string {
  return part === 0 ? path : path.replace(/(\.[^./]*)?$/, `.${part}$1`)
}

/** Makes the file its own part 1, and so on; the one that was part `parts` is gone. The caller's next append syncs it. */
export async function rotate(disk: Disk, path: string, parts: number): Promise<void> {
  for (let part = parts; part > 0; part--) {
    try {
      await disk.rename(partOf(path, part - 1), partOf(path, part))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
}

/** Out of the way, for somebody to look at: says where it is now. */
export async function setAside(disk: Disk, path: string): Promise<string> {
  let n = 1
  while (n < mostAside && (await isThere(disk, `${path}.damaged-${n}`))) n++
  const aside = `${path}.damaged-${n}`
  await disk.rename(path, aside)
  await syncFolder(disk, path)
  return aside
}

/** What the system said, as in `ENOSPC`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

const ownersOnly = 0o600
/** A gateway whose disk dies would fill it with these. */
const mostAside = 9

async function isThere(disk: Disk, path: string): Promise<boolean> {
  try {
    await within(disk.open(path, 'r'), () => Promise.resolve())
    return true
  } catch {
    return false
  }
}

async function syncFolder(disk: Disk, path: string): Promise<void> {
  await within(disk.open(dirname(path), 'r'), (folder) => folder.sync())
}

async function within(opening: Promise<OpenFile>, use: (file: OpenFile) => Promise<void>): Promise<void> {
  const file = await opening
  try {
    await use(file)
  } finally {
    await file.close()
  }
}
