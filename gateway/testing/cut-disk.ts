/**
 * A disk in memory that tells what was written from what is on it. Its power can be cut between any two operations, and in
 * the middle of a write: of what was not synced, a beginning survives, of each file and of the names in its one folder.
 */
import type { Disk, OpenFile } from '../flash.ts'

/** Whole numbers, from `least` to `most`. */
type Dice = (least: number, most: number) => number

class Node {
  durable: Buffer = Buffer.alloc(0)
  /** what it would be after each operation since the last sync */
  readonly since: Buffer[] = []
  /** what programs read when nothing is under way */
  #clean: Buffer = Buffer.alloc(0)
  /** bytes that a failed sync has left behind: only writing them again brings them to the flash */
  #dropped: readonly [from: number, to: number] = [0, 0]

  get bytes(): Buffer {
    return this.since.at(-1) ?? this.#clean
  }

  truncate(bytes: number): void {
    const [from, to] = this.#dropped
    this.#dropped = [from, Math.min(to, Math.max(from, bytes))]
    this.since.push(this.bytes.subarray(0, bytes))
  }

  write(text: string): void {
    this.since.push(Buffer.concat([this.bytes, Buffer.from(text)]))
  }

  sync(succeeds: boolean): void {
    const whole = this.bytes
    if (succeeds) this.durable = this.#onFlash(whole)
    else this.#dropped = [Math.min(this.durable.length, whole.length), whole.length]
    this.#clean = whole
    this.since.length = 0
  }

  powerUp(roll: Dice): void {
    const states = [this.durable, ...this.since.map((bytes) => this.#onFlash(bytes))]
    const index = roll(0, states.length - 1)
    const before = states[index] ?? this.durable
    const next = states[index + 1] ?? before
    // Of the operation that was under way a part is there.
    this.reset(next.subarray(0, roll(Math.min(before.length, next.length), next.length)))
  }

  reset(bytes: Buffer): void {
    this.durable = this.#clean = bytes
    this.since.length = 0
    this.#dropped = [0, 0]
  }

  #onFlash(bytes: Buffer): Buffer {
    return Buffer.from(bytes).fill(
      0,
      Math.min(this.#dropped[0], bytes.length),
      Math.min(this.#dropped[1], bytes.length),
    )
  }
}

type Names = ReadonlyMap<string, Node>

export class CutDisk implements Disk {
  /** each operation fails with this code */
  failing: string | undefined
  /** each sync of a file fails, and what it should have written is dropped: fsyncgate */
  syncFails = false
  /** of a disk that lies: its syncs do nothing */
  readonly lies: boolean
  operations = 0
  /** to the disk's flash */
  syncs = 0
  #cutAt = Infinity
  #durable: Names = new Map()
  readonly #since: Names[] = []

  constructor({ lies = false } = {}) {
    this.lies = lies
  }

  /** The power fails before the so-manieth operation from now. */
  cutAfter(operations: number): void {
    this.#cutAt = this.operations + operations
  }

  get hasPower(): boolean {
    return this.operations < this.#cutAt
  }

  /** What is found when the power is back. */
  powerUp(roll: Dice): void {
    const names = [this.#durable, ...this.#since][roll(0, this.#since.length)] ?? this.#durable
    for (const node of new Set(names.values())) node.powerUp(roll)
    this.#durable = names
    this.#since.length = 0
    this.#cutAt = Infinity
  }

  /** As a program reads it, without an operation. */
  text(path: string): string | undefined {
    return this.#names.get(path)?.bytes.toString()
  }

  /** The names of all files. */
  get paths(): string[] {
    return [...this.#names.keys()].sort()
  }

  /** As somebody with another program would. */
  put(path: string, bytes: Buffer): void {
    const node = new Node()
    node.reset(Buffer.from(bytes))
    this.#durable = new Map(this.#names).set(path, node)
    this.#since.length = 0
  }

  readFile(path: string): Promise<Buffer> {
    return this.#do(() => this.#found(path).bytes)
  }

  open(path: string, flags: 'r' | 'w' | 'a'): Promise<OpenFile> {
    return this.#do(() => {
      if (path === folder) return this.#opened(() => this.#syncNames())
      if (!this.#names.has(path) && flags !== 'r') this.#rename((names) => names.set(path, new Node()))
      const node = this.#found(path)
      if (flags === 'w') node.truncate(0)
      return this.#opened(() => this.#syncNode(node), node)
    })
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do(() => {
      const node = this.#found(from)
      this.#rename((names) => {
        names.set(to, node)
        names.delete(from)
      })
    })
  }

  get #names(): Names {
    return this.#since.at(-1) ?? this.#durable
  }

  #rename(change: (names: Map<string, Node>) => void): void {
    const names = new Map(this.#names)
    change(names)
    this.#since.push(names)
  }

  #opened(sync: () => void, node = new Node()): OpenFile {
    return {
      writeFile: (text) => this.#do(() => node.write(text)),
      truncate: (bytes) => this.#do(() => node.truncate(bytes)),
      sync: () => this.#do(sync),
      datasync: () => this.#do(sync),
      close: () => Promise.resolve(),
    }
  }

  #syncNames(): void {
    if (this.lies) return
    this.syncs++
    this.#durable = this.#names
    this.#since.length = 0
  }

  #syncNode(node: Node): void {
    if (this.lies) return
    this.syncs++
    node.sync(!this.syncFails)
    if (this.syncFails) throw failure('EIO')
  }

  #found(path: string): Node {
    const node = this.#names.get(path)
    if (node === undefined) throw failure('ENOENT')
    return node
  }

  async #do<T>(operation: () => T): Promise<T> {
    await Promise.resolve()
    if (!this.hasPower) throw failure('EIO')
    this.operations++
    if (this.failing !== undefined) throw failure(this.failing)
    return operation()
  }
}

/** The same for the same seed (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed
  return (least, most) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return least + (((mixed ^ (mixed >>> 14)) >>> 0) % (most - least + 1))
  }
}

/** The one folder that there is. */
export const folder = '/state'

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}
