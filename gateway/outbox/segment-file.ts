/**
 * One file of the log, written once from its start to its end. It has its full size, in zeros, before the first commit goes
 * in: a commit then changes neither its size nor where it lies, so that the file system has nothing to write besides, and a
 * disk that is full by then refuses nothing.
 *
 * Where the file system lets it, commits go around the page cache (O_DIRECT): a page of 4 KiB is not written anew for each
 * sector of it.
 */
import { closeSync, constants, fdatasyncSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { sectorBytes } from './frame.ts'

/** at once, through one buffer */
const pieceBytes = 128 * 1024
/** Devices want their memory at multiples of it, at most. */
const mostAlignment = 4096

export interface SegmentFile extends Disposable {
  /** Resolves nothing: when it returns, these bytes are on flash. Throws what the disk says; then they may or may not be there. */
  write(bytes: Buffer, at: number): void
}

/** Makes it, in zeros, on flash and with its name. */
export function makeSegmentFile(path: string, bytes: number): void {
  const file = openSync(path, 'w', 0o600)
  try {
    const zeros = Buffer.alloc(pieceBytes)
    for (let at = 0; at < bytes; at += pieceBytes)
      writeAll(file, zeros.subarray(0, Math.min(pieceBytes, bytes - at)), at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncFolder(dirname(path))
}

export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

export interface Syncing {
  /** `false` loses what the kernel had not written yet: for tests that must lose something */
  readonly syncs: boolean
  readonly onBoundary: () => void
}

export function openSegmentFile(path: string, { syncs, onBoundary }: Syncing): SegmentFile {
  const sync = (file: number) => {
    onBoundary()
    if (syncs) fdatasyncSync(file)
    onBoundary()
  }
  return (syncs ? direct(path, sync) : undefined) ?? plain(path, sync)
}

export function readSegment(path: string, bytes: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const all = Buffer.alloc(bytes)
    let at = 0
    for (let read = 1; at < bytes && read > 0; at += read) read = readSync(file, all, at, bytes - at, at)
    return all.subarray(0, at)
  } finally {
    closeSync(file)
  }
}

function plain(path: string, sync: (file: number) => void): SegmentFile {
  const file = openSync(path, 'r+')
  return {
    write: (bytes, at) => {
      writeAll(file, bytes, at)
      sync(file)
    },
    [Symbol.dispose]: () => closeSync(file),
  }
}

/** Undefined: this file system knows no such thing (tmpfs, some overlays), or wants more than a sector at once. */
function direct(path: string, sync: (file: number) => void): SegmentFile | undefined {
  let file: number
  try {
    file = openSync(path, constants.O_RDWR | constants.O_DIRECT)
  } catch {
    return undefined
  }
  const memory = Buffer.allocUnsafeSlow(pieceBytes + mostAlignment)
  const start = alignedStart(file, memory)
  if (start === undefined) {
    closeSync(file)
    return undefined
  }
  const piece = memory.subarray(start, start + pieceBytes)
  return {
    write: (bytes, at) => {
      for (let done = 0; done < bytes.length; done += pieceBytes) {
        const part = piece.subarray(0, bytes.copy(piece, 0, done))
        writeAll(file, part, at + done)
      }
      sync(file)
    },
    [Symbol.dispose]: () => closeSync(file),
  }
}

/** JavaScript does not tell where memory lies: the first place from which a sector can be read. */
function alignedStart(file: number, memory: Buffer): number | undefined {
  for (let start = 0; start < mostAlignment; start += 8) {
    try {
      readSync(file, memory, start, sectorBytes, sectorBytes)
      // One that suits by chance only suits the sector: a few more must, too.
      readSync(file, memory, start, 8 * sectorBytes, 0)
      return start
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) return undefined
    }
  }
  return undefined
}

function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done)
}
