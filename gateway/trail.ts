/** A chain as a start finds it on disk: where it goes on, and what has become of it since it was written. */
import { origin, parseLine, type ChainRecord, type Link, type OwnEntry } from './chain.ts'
import { partOf, readIfThere, type Disk } from './flash.ts'

/** Asked about are last night and the one before. */
const recentMs = 2 * 86_400_000
const mostRecent = 5_000

export interface Trail {
  readonly link: Link
  /** of the file that is written on, up to the end of its last good line */
  readonly bytes: number
  /** the newest, the oldest of them first */
  readonly recent: readonly ChainRecord[]
  /** what has to be said of it, in it */
  readonly news: readonly OwnEntry[]
  /** files that cannot be read or make no sense: to be set aside before anything is written */
  readonly unusable: readonly string[]
}

/** Reads the file and the one before it: 8 MiB at most, once. Older ones are for whoever verifies the whole. */
export async function readTrail(disk: Disk, path: string): Promise<Trail> {
  const unusable: string[] = []
  const news: OwnEntry[] = []
  const parts: Part[] = []
  for (const part of [1, 0]) {
    const file = partOf(path, part)
    try {
      const read = readPart((await readIfThere(disk, file)) ?? Buffer.alloc(0))
      if (read === undefined) unusable.push(file)
      else parts.push({ ...read, bytes: part === 0 ? read.bytes : 0, torn: part === 0 ? read.torn : 0 })
    } catch {
      unusable.push(file)
    }
  }
  const records = parts.flatMap((part) => part.records)
  const known = new Set(records.map(({ kind, after }) => (kind === 'damaged' ? after : undefined)))
  for (const after of breaks(records)) if (!known.has(after)) news.push({ kind: 'damaged', after })
  const torn = parts.reduce((sum, part) => sum + part.torn, 0)
  if (torn > 0) news.push({ kind: 'torn', bytes: torn })

  const last = records.at(-1)
  return {
    link: last ?? origin,
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    recent: last === undefined ? [] : records.slice(-mostRecent).filter(since(last.at)),
    news,
    unusable,
  }
}

interface Part {
  readonly records: readonly ChainRecord[]
  /** to the end of the last good line */
  readonly bytes: number
  /** behind it */
  readonly torn: number
}

/** The lines that are as they were written; undefined: there are lines, and none of them is. */
function readPart(text: Buffer): Part | undefined {
  const records: ChainRecord[] = []
  let bytes = 0
  let from = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    const record = parseLine(text.toString('utf8', from, end))
    from = end + 1
    if (record === undefined) continue
    records.push(record)
    bytes = from
  }
  return records.length === 0 && from > 0 ? undefined : { records, bytes, torn: text.length - bytes }
}

/** The numbers of the records after which something else came than what was written next. */
function breaks(records: readonly ChainRecord[]): number[] {
  return records.flatMap(({ n, hash }, index) => {
    const next = records[index + 1]
    return next === undefined || next.prev === hash ? [] : [n]
  })
}

function since(last: string): (record: ChainRecord) => boolean {
  const from = Temporal.Instant.from(last).epochMilliseconds - recentMs
  return ({ at }) => Temporal.Instant.from(at).epochMilliseconds >= from
}
