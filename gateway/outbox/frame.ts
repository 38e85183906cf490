/**
 * One commit as it lies in the log: what it says of releases in clear, the bodies of its records as one compressed block.
 * A frame begins at a multiple of the sector, so that no write touches what an earlier one has brought to flash.
 *
 * `FANF`, length (4), CRC-32 of the rest (4), number of the commit (8), of the segment (4), length of what is in clear (4),
 * that, the block; little-endian.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Range } from './ranges.ts'
import type { Row, Stream } from './row.ts'

/** What a commit can write without touching other bytes: the least that disks write. */
export const sectorBytes = 512
const magic = 0x464e4146
const headBytes = 28
/** no frame is longer: a length that has rotten is not believed */
const mostBytes = 2 ** 28

export const lossReasons = ['power-cut', 'thinned', 'evicted', 'damaged'] as const
export type LossReason = (typeof lossReasons)[number]

/** Numbers that will not come, and why. */
export interface Loss extends Range {
  readonly why: LossReason
}

export interface Group {
  readonly stream: number
  /** of one run, all to last or none, all events or none, in the order of their numbers */
  readonly rows: readonly Row[]
}

/** All that one commit changes, applied in this order. */
export interface Change {
  readonly streams: readonly Stream[]
  readonly deleted: readonly (readonly [stream: number, range: Range])[]
  readonly lost: readonly (readonly [stream: number, loss: Loss])[]
  readonly ledger: readonly (readonly [day: string, release: string, messages: number, bytes: number])[]
  readonly groups: readonly Group[]
}

/** Where the rows of a group are told in clear: `q` their numbers, as ranges; `n` how long each body is, in letters. */
interface GroupHead {
  readonly i: number
  readonly b: number
  readonly f: number
  readonly q: number[]
  readonly n: number[]
}

interface Head {
  readonly s?: [number, string, number, number, number, number | null, number][]
  readonly d?: [number, number, number][]
  readonly l?: [number, number, number, number][]
  readonly c?: [string, string, number, number][]
  readonly r?: GroupHead[]
}

const isDurable = 1
const isEvent = 2

/** A frame found in a segment: what it says in clear; the bodies are read when somebody wants them. */
export interface Frame {
  readonly at: number
  /** rounded up to sectors */
  readonly bytes: number
  readonly segment: number
  readonly commit: number
  readonly change: Omit<Change, 'groups'>
  readonly groups: readonly GroupTold[]
  readonly block: Buffer
}

export interface GroupTold {
  readonly stream: number
  readonly boot: number
  readonly durable: boolean
  readonly event: boolean
  readonly numbers: readonly Range[]
  readonly lengths: readonly number[]
}

/** It says its segment: what an earlier use of the same file has left is no frame of this one. */
export function encodeFrame(change: Change, commit: number, segment: number): Buffer {
  const { streams, deleted, lost, ledger, groups } = change
  const head: Head = {
    ...(streams.length > 0 ? { s: streams.map(tupleOf) } : {}),
    ...(deleted.length > 0 ? { d: deleted.map(([id, { from, to }]) => [id, from, to]) } : {}),
    ...(lost.length > 0 ? { l: lost.map(([id, { from, to, why }]) => [id, from, to, lossReasons.indexOf(why)]) } : {}),
    ...(ledger.length > 0 ? { c: ledger.map((line) => [...line]) } : {}),
    ...(groups.length > 0 ? { r: groups.map(headOf) } : {}),
  }
  const clear = Buffer.from(JSON.stringify(head))
  const text = groups.flatMap(({ rows }) => rows.map(({ body }) => body)).join('')
  const block = text === '' ? Buffer.alloc(0) : deflateRawSync(text, { level: 9 })
  const bytes = headBytes + clear.length + block.length
  const frame = Buffer.alloc(sectors(bytes))
  frame.writeUInt32LE(magic, 0)
  frame.writeUInt32LE(bytes, 4)
  frame.writeBigUInt64LE(BigInt(commit), 12)
  frame.writeUInt32LE(segment, 20)
  frame.writeUInt32LE(clear.length, 24)
  clear.copy(frame, headBytes)
  block.copy(frame, headBytes + clear.length)
  frame.writeUInt32LE(crc32(frame.subarray(12, bytes)), 8)
  return frame
}

/** The frame that begins there; undefined: none does, or not all of it is what was written. */
export function frameAt(segmentBytes: Buffer, at: number): Frame | undefined {
  if (at + headBytes > segmentBytes.length || segmentBytes.readUInt32LE(at) !== magic) return undefined
  const bytes = segmentBytes.readUInt32LE(at + 4)
  if (bytes < headBytes || bytes > mostBytes || at + bytes > segmentBytes.length) return undefined
  if (segmentBytes.readUInt32LE(at + 8) !== crc32(segmentBytes.subarray(at + 12, at + bytes))) return undefined
  const clearBytes = segmentBytes.readUInt32LE(at + 24)
  const clear = segmentBytes.toString('utf8', at + headBytes, at + headBytes + clearBytes)
  const { s = [], d = [], l = [], c = [], r = [] } = JSON.parse(clear) as Head
  return {
    ...{ at, bytes: sectors(bytes), segment: segmentBytes.readUInt32LE(at + 20) },
    commit: Number(segmentBytes.readBigUInt64LE(at + 12)),
    change: {
      streams: s.map(([id, release, given, sure, acked, receipt, left]) => ({
        ...{ id, release, given, sure, acked, receipt: receipt ?? undefined, held: 0, left },
      })),
      deleted: d.map(([id, from, to]) => [id, { from, to }]),
      lost: l.map(([id, from, to, why]) => [id, { from, to, why: lossReasons[why] ?? 'damaged' }]),
      ledger: c,
    },
    groups: r.map(({ i, b, f, q, n }) => ({
      ...{ stream: i, boot: b, durable: (f & isDurable) > 0, event: (f & isEvent) > 0, lengths: n },
      numbers: Array.from({ length: q.length / 2 }, (_, each) => ({
        from: q[2 * each] ?? 0,
        to: q[2 * each + 1] ?? 0,
      })),
    })),
    block: segmentBytes.subarray(at + headBytes + clearBytes, at + bytes),
  }
}

/**
 * All frames from the start to where the log ends, and in how many places between them is something that was not written.
 * Without `segment`: whatever frames there are, for salvage.
 */
export function framesIn(segmentBytes: Buffer, segment?: number): { frames: Frame[]; end: number; damaged: number } {
  const frames: Frame[] = []
  let end = 0
  let damaged = 0
  for (let at = 0; at + headBytes <= segmentBytes.length;) {
    const frame = frameAt(segmentBytes, at)
    const isOurs = segment === undefined || frame?.segment === segment
    // An earlier commit behind a later one is what a write that failed has left.
    if (frame !== undefined && isOurs && (segment === undefined || frame.commit > (frames.at(-1)?.commit ?? -1))) {
      if (at > end) damaged++
      frames.push(frame)
      at = end = at + frame.bytes
    } else at += sectorBytes
  }
  return { frames, end, damaged }
}

/** The records of a frame, each with the stream that it belongs to. */
export function rowsOf({ groups, block }: Frame): Group[] {
  const text = block.length === 0 ? '' : inflateRawSync(block).toString('utf8')
  let at = 0
  return groups.map(({ stream, boot, durable, event, numbers, lengths }) => {
    const seqs = numbers.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n))
    const rows = seqs.map((seq, index): Row => {
      const body = text.slice(at, (at += lengths[index] ?? 0))
      return { seq, boot, durable, body, ...(event ? { event: true } : {}) }
    })
    return { stream, rows }
  })
}

function headOf({ stream, rows }: Group): GroupHead {
  const q: number[] = []
  for (const { seq } of rows) {
    if (q.at(-1) === seq - 1) q[q.length - 1] = seq
    else q.push(seq, seq)
  }
  const [first] = rows
  const flags = (first?.durable === true ? isDurable : 0) | (first?.event === true ? isEvent : 0)
  return { i: stream, b: first?.boot ?? 0, f: flags, q, n: rows.map(({ body }) => body.length) }
}

function tupleOf({ id, release, given, sure, acked, receipt, left }: Stream): NonNullable<Head['s']>[number] {
  return [id, release, given, sure, acked, receipt ?? null, left]
}

function sectors(bytes: number): number {
  return Math.ceil(bytes / sectorBytes) * sectorBytes
}
