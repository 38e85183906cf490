/** A record, and where a release stands, as the store has them, each with a sum: SQLite does not notice a bit that rots in a row. */
import type { SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/** `key` is stream × 2^40 + number. */
export const streamShare = 2 ** 40

export interface Row {
  readonly seq: number
  readonly boot: number
  readonly durable: boolean
  readonly body: string
  /** alarms: nothing but another event takes its place on the disk */
  readonly event?: true
  /** it is not what was written: of its members only the number counts */
  readonly rotten?: true
}

/** Of all but the number, which may change with the numbering. */
export function sumOf({ boot, durable, body }: Pick<Row, 'boot' | 'durable' | 'body'>): number {
  return crc32(`${boot} ${durable ? 1 : 0} ${body}`)
}

/** `base`: the key of the stream's number 0. A row from before there were sums has none. */
export function rowOf(columns: Readonly<Record<string, SQLOutputValue>>, base: number): Row {
  const { key, boot, durable, body, sum } = columns
  const seq = Number(key) - base
  if (typeof boot !== 'number' || typeof body !== 'string')
    return { seq, boot: 0, durable: true, body: '', rotten: true }
  const row = { seq, boot, durable: durable === 1, body }
  return sum === null || sum === sumOf(row) ? row : { ...row, rotten: true }
}

/** Where a release stands: see the tables. */
export interface Stream {
  readonly id: number
  readonly release: string
  readonly given: number
  readonly sure: number
  readonly acked: number
  /** the highest number that ever went out, ahead of others perhaps that still wait */
  readonly left: number
  readonly receipt: number | undefined
  readonly held: number
}

export function streamSumOf({ id, release, given, sure, acked, receipt, held }: Stream): number {
  return crc32(`${id} ${release} ${given} ${sure} ${acked} ${receipt ?? '-'} ${held}`)
}

/** Undefined: it is not what was written. */
export function streamOf(columns: Readonly<Record<string, SQLOutputValue>>): Stream | undefined {
  const { id, release, given, sure, acked, receipt, held, sum, left } = columns
  const numbers = [id, given, sure, acked, held, left].every((each) => typeof each === 'number')
  if (!numbers || typeof release !== 'string' || (receipt !== null && typeof receipt !== 'number')) return undefined
  const stream = {
    ...{ id: Number(id), release, given: Number(given), sure: Number(sure), acked: Number(acked), left: Number(left) },
    ...{ receipt: receipt ?? undefined, held: Number(held) },
  }
  return sum === null || sum === streamSumOf(stream) ? stream : undefined
}
