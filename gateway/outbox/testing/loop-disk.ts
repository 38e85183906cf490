/** A small ext4 disk in a file, whose power can be cut. Needs root, and Debian's e2fsprogs, mount and xfsprogs. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export class LoopDisk implements Disposable {
  readonly mount: string
  readonly #image: string

  constructor(folder: string, megabytes: number) {
    this.#image = join(folder, 'disk.img')
    this.mount = join(folder, 'disk')
    mkdirSync(this.mount)
    execFileSync('truncate', ['-s', `${String(megabytes)}M`, this.#image])
    execFileSync('mkfs.ext4', ['-q', '-F', this.#image])
    this.#attach()
  }

  /**
   * Cuts the power after so many milliseconds, from outside this process: what was not synced by then is gone, and what
   * is written later fails. Resolves after the cut.
   */
  async cutAfter(ms: number): Promise<void> {
    const script = 'sleep "$0"; exec xfs_io -x -c shutdown "$1"'
    const [code] = (await once(spawn('sh', ['-c', script, String(ms / 1_000), this.mount]), 'exit')) as [number | null]
    if (code !== 0) throw new Error(`the power cut failed: xfs_io ended with ${String(code)}`)
  }

  /** Power is back: ext4 replays its journal. Nobody may have a file open. */
  remount(): void {
    execFileSync('umount', [this.mount])
    this.#attach()
  }

  [Symbol.dispose](): void {
    execFileSync('umount', [this.mount])
    rmSync(this.#image)
  }

  #attach(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.mount])
  }
}
