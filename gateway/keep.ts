/**
 * What survives a restart, and the audit, on disk. Nothing here throws into control or makes it wait: what the disk does not
 * take is held in memory and tried again.
 *
 * Flash wear: each file is synced at most once every 2 s, and only when there is something to write. On a street of two
 * segments in an ordinary night that is some 30 lines of audit (12 kB) in some 20 syncs, and the 144 states that carry the
 * clock's floor on, every 10 minutes, of 1 kB each. Measured on ext4, with its journal: 19 KiB a state, 7 KiB a sync of the
 * audit, 3 MB a day in all.
 */
import * as fileSystem from 'node:fs/promises'
import type { Clock } from '../drivers/clock.ts'
import type { z } from 'zod'
import { lineAfter, sealed, unsealed, type ChainEntry, type ChainRecord, type Dated } from './chain.ts'
import type { AuditRecord } from './control/audit.ts'
import { kept as keptSchema, type AuditEntry, type Kept } from './control/keeping.ts'
import { append, codeOf, readIfThere, replace, rotate, setAside, type Disk } from './flash.ts'
import { Repeats } from './repeats.ts'
import { readTrail, type Trail } from './trail.ts'

/** A state that is kept, and a chain that is written on. */
export interface Book<
  State,
  Entry extends ChainEntry,
  Found extends ChainRecord = ChainRecord,
> extends AsyncDisposable {
  /** as found at the start; a damaged file is set aside, and counts as none */
  readonly kept: State | undefined
  /** the chain's last two days before this start, at most 5 000 entries */
  readonly recent: readonly Found[]
  /** Soon; the latest wins. */
  keep(state: State): void
  /** Soon, in order; of what repeats itself the first few, and then how often (`repeats.ts`). */
  audit(entry: Entry): void
  /** Once all that came before has been tried: whether it is on disk. */
  flushed(): Promise<boolean>
}

export type Keep = Book<Kept, AuditEntry, AuditRecord>

/** Why the disk does not take what is to be kept: no room, not to be written on, or anything else. */
export type KeepFault = 'KEEP_FULL' | 'KEEP_READ_ONLY' | 'KEEP_IO'

interface BookPaths {
  readonly state: string
  readonly chain: string
}

interface BookOptions<Entry> {
  readonly clock: Clock
  /** told when it changes; undefined: the disk takes things again */
  readonly fault: (code: KeepFault | undefined) => void
  /** told of each entry as it comes */
  readonly audited?: (entry: Entry) => void
  /** nothing is written for so long, but at an orderly end */
  readonly spareMs?: number
  /** tests have their own */
  readonly disk?: Disk
  readonly rotateAtBytes?: number
}

/** One action makes several entries: they are written together. */
const gatherMs = 2_000
const retryMs = 30_000
const mostHeld = 10_000
/** Sealing so many takes a few milliseconds of the main thread. */
const mostAtOnce = 200
const rotateAtBytes = 4 * 1_024 * 1_024
const olderParts = 8

/** Never rejects. */
export async function openKeep(
  { control, audit }: { readonly control: string; readonly audit: string },
  options: BookOptions<AuditEntry>,
): Promise<Keep> {
  const book = await openBook<Kept, AuditEntry>({ state: control, chain: audit }, keptSchema, options)
  return book as Book<Kept, AuditEntry, AuditRecord> // whatever stands in the audit, the audit has written
}

/** Never rejects. `schema`: of the state; what does not fit it counts as damaged. */
export async function openBook<State extends object, Entry extends ChainEntry>(
  paths: BookPaths,
  schema: z.ZodType<State>,
  options: BookOptions<Entry>,
): Promise<Book<State, Entry>> {
  const disk = options.disk ?? fileSystem
  const trail = await readTrail(disk, paths.chain)
  const found = await readKept(disk, paths.state, schema)
  const unusable = [...trail.unusable, ...(found === 'damaged' ? [paths.state] : [])]
  return new FileBook(paths, { ...options, disk }, trail, unusable, found === 'damaged' ? undefined : found)
}

/** How much time has passed since this was kept, in milliseconds; undefined: nobody knows. */
export function remainingAfter(
  kept: Pick<Kept, 'wall' | 'trusted' | 'bootId' | 'uptimeMs'>,
  now: { wall: Temporal.Instant; trusted: boolean; bootId: string; uptimeMs: number },
): number | undefined {
  if (kept.bootId === now.bootId) return Math.max(0, now.uptimeMs - kept.uptimeMs)
  if (!kept.trusted || !now.trusted) return undefined
  return Math.max(0, now.wall.epochMilliseconds - Temporal.Instant.from(kept.wall).epochMilliseconds)
}

async function readKept<State extends object>(
  disk: Disk,
  path: string,
  schema: z.ZodType<State>,
): Promise<State | 'damaged' | undefined> {
  try {
    const bytes = await readIfThere(disk, path)
    return bytes === undefined ? undefined : (schema.safeParse(unsealed(bytes.toString().trimEnd())).data ?? 'damaged')
  } catch {
    return 'damaged'
  }
}

class FileBook<State extends object, Entry extends ChainEntry> implements Book<State, Entry> {
  readonly kept: State | undefined
  readonly recent: readonly ChainRecord[]
  readonly #paths: BookPaths
  readonly #options: BookOptions<Entry> & { readonly disk: Disk }
  readonly #stop = new AbortController()
  /** on the monotonic clock: nothing is written before */
  readonly #notBeforeMs: number
  /** to be set aside before anything is written in their place */
  readonly #unusable: string[]
  readonly #repeats = new Repeats()
  /** waits for what is counted */
  #counting: Promise<void> | undefined
  #latest: State | undefined
  #held: Dated[] = []
  #lost = 0
  #link: Trail['link']
  #bytes: number
  #trouble: KeepFault | undefined
  /** the last attempt: they follow one another */
  #attempt: Promise<boolean> = Promise.resolve(true)
  #working: Promise<void> | undefined

  constructor(
    paths: BookPaths,
    options: BookOptions<Entry> & { readonly disk: Disk },
    { link, bytes, recent, news }: Trail,
    unusable: readonly string[],
    kept: State | undefined,
  ) {
    this.kept = kept
    this.recent = recent
    this.#paths = paths
    this.#options = options
    this.#notBeforeMs = options.clock.monotonicMs() + (options.spareMs ?? 0)
    this.#link = link
    this.#bytes = bytes
    this.#unusable = [...unusable]
    for (const entry of news) this.#hold(this.#dated(entry))
    this.#wake()
  }

  keep(state: State): void {
    this.#latest = state
    this.#wake()
  }

  audit(entry: Entry): void {
    this.#options.audited?.(entry)
    const { clock } = this.#options
    this.#hold(...this.#repeats.note(this.#dated(entry), clock.monotonicMs()))
    if (this.#repeats.nextMs !== undefined) this.#counting ??= this.#count()
    this.#wake()
  }

  flushed(): Promise<boolean> {
    this.#attempt = this.#attempt.then(() => this.#write())
    return this.#attempt
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await Promise.all([this.#working, this.#counting])
    this.#hold(...this.#repeats.end())
    await this.flushed()
  }

  get #isDue(): boolean {
    return this.#latest !== undefined || this.#held.length > 0 || this.#unusable.length > 0
  }

  #wake(): void {
    if (this.#isDue) this.#working ??= this.#work()
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop
    const { clock } = this.#options
    do {
      const pauseMs = this.#trouble === undefined ? gatherMs : retryMs
      await clock.sleep(Math.max(pauseMs, this.#notBeforeMs - clock.monotonicMs()), signal).catch(() => undefined) // cut short only at the end
      if (signal.aborted) return
      await this.flushed()
    } while (this.#isDue)
    this.#working = undefined
  }

  async #count(): Promise<void> {
    const { signal } = this.#stop
    const { clock } = this.#options
    for (let dueMs = this.#repeats.nextMs; dueMs !== undefined; dueMs = this.#repeats.nextMs) {
      await clock.sleep(dueMs - clock.monotonicMs(), signal).catch(() => undefined) // cut short only at the end
      if (signal.aborted) return
      this.#hold(...this.#repeats.due(clock.monotonicMs()))
      this.#wake()
    }
    this.#counting = undefined
  }

  #dated(entry: ChainEntry): Dated {
    return { at: this.#options.clock.now().toString(), entry }
  }

  #hold(...entries: readonly Dated[]): void {
    this.#held.push(...entries)
    this.#dropOldest()
  }

  #dropOldest(): void {
    const tooMany = this.#held.length - mostHeld
    if (tooMany > 0) this.#lost += this.#held.splice(0, tooMany).length
  }

  /** Tries everything once; never rejects. */
  async #write(): Promise<boolean> {
    const errors: unknown[] = []
    // Each for itself: where there is no room for a second copy of the state, there may be some for a line.
    for (const part of [() => this.#setAside(), () => this.#writeKept(), () => this.#writeAudit()])
      await part().catch((error: unknown) => errors.push(error))
    const trouble = errors.length === 0 ? undefined : faultOf(errors[0])
    if (trouble !== this.#trouble) this.#options.fault(trouble)
    this.#trouble = trouble
    return trouble === undefined
  }

  async #setAside(): Promise<void> {
    for (let path = this.#unusable[0]; path !== undefined; path = this.#unusable[0]) {
      const file = await setAside(this.#options.disk, path)
      this.#unusable.shift()
      this.#hold(this.#dated({ kind: 'damaged', file }))
    }
  }

  async #writeKept(): Promise<void> {
    const latest = this.#latest
    if (latest === undefined || this.#unusable.includes(this.#paths.state)) return
    await replace(this.#options.disk, this.#paths.state, `${sealed(latest)}\n`)
    if (this.#latest === latest) this.#latest = undefined
  }

  async #writeAudit(): Promise<void> {
    const { disk } = this.#options
    const path = this.#paths.chain
    while (this.#held.length > 0 && !this.#unusable.includes(path)) {
      if (this.#bytes >= (this.#options.rotateAtBytes ?? rotateAtBytes)) {
        await rotate(disk, path, olderParts)
        this.#bytes = 0
      }
      const batch = this.#held.splice(0, mostAtOnce)
      const lost = this.#lost
      try {
        const told: Dated[] = lost > 0 ? [{ at: batch[0]?.at ?? '', entry: { kind: 'lost', entries: lost } }] : []
        let link = this.#link
        let text = ''
        for (const dated of [...told, ...batch]) {
          const next = lineAfter(link, dated)
          link = next.link
          text += `${next.line}\n`
        }
        await append(disk, path, this.#bytes, text)
        this.#link = link
        this.#bytes += Buffer.byteLength(text)
        this.#lost -= lost
      } catch (error) {
        this.#held.unshift(...batch)
        this.#dropOldest()
        throw error
      }
    }
  }
}

function faultOf(error: unknown): KeepFault {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'KEEP_FULL'
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM' ? 'KEEP_READ_ONLY' : 'KEEP_IO'
}
