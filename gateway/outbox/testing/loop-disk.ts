/** A small ext4 disk in a file, whose power can be cut. Linux; needs root, e2fsprogs and gcc. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * Cuts the power of argv[1] after argv[2] microseconds, and makes the file argv[3] just before: what was not synced by then
 * is gone, and what is written later fails (EXT4_IOC_SHUTDOWN without flushing the journal, linux/ext4.h).
 */
const cutter = `
#include <fcntl.h>
#include <linux/types.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv) {
  __u32 without_flush = 2;
  int disk = open(argv[1], O_RDONLY);
  usleep(atoi(argv[2]));
  creat(argv[3], 0600);
  return disk < 0 || ioctl(disk, _IOR('X', 125, __u32), &without_flush) != 0;
}
`

export class LoopDisk implements Disposable {
  readonly mount: string
  readonly #image: string
  readonly #cutter: string
  readonly #flag: string

  /**
   * `inodes`: how many files it can hold at all, those of the file system itself included; `blockBytes`: of the file system,
   * 1024 of a small disk unless it says otherwise, 4096 of a card
   */
  constructor(folder: string, megabytes: number, inodes?: number, blockBytes?: number) {
    this.mount = join(folder, 'disk')
    this.#image = join(folder, 'disk.img')
    this.#cutter = join(folder, 'cutter')
    this.#flag = join(folder, 'cut')
    writeFileSync(`${this.#cutter}.c`, cutter)
    execFileSync('gcc', ['-O1', '-o', this.#cutter, `${this.#cutter}.c`])
    execFileSync('truncate', ['-s', `${megabytes}M`, this.#image])
    const few = inodes === undefined ? [] : ['-N', String(inodes)]
    const blocks = blockBytes === undefined ? [] : ['-b', String(blockBytes)]
    execFileSync('mkfs.ext4', ['-q', '-F', ...few, ...blocks, this.#image])
    mkdirSync(this.mount, { recursive: true })
    this.#attach()
  }

  /**
   * False from a few microseconds before the cut on. What a process sees after that, no real process would have seen: a
   * sync that runs while ext4 is shut down may return success and not have written (so does a plain fsync, in about one
   * cut of 16).
   */
  get hasPower(): boolean {
    return !existsSync(this.#flag)
  }

  /** Cuts the power after so many milliseconds, from outside this process. Resolves after the cut. */
  async cutAfter(ms: number): Promise<void> {
    const cutting = spawn(this.#cutter, [this.mount, String(Math.round(ms * 1_000)), this.#flag])
    const [code] = (await once(cutting, 'exit')) as [number | null]
    if (code !== 0) throw new Error(`the power was not cut: ${String(code)}`)
  }

  /** Cuts the power before it returns. */
  cutNow(): void {
    execFileSync(this.#cutter, [this.mount, '0', this.#flag])
  }

  /** Power is back: ext4 replays its journal. Nobody may have a file open. */
  remount(): void {
    execFileSync('umount', [this.mount])
    rmSync(this.#flag, { force: true })
    this.#attach()
  }

  /** What was written to the medium since this disk was made, journal included. */
  get writtenBytes(): number {
    // Sectors of 512 bytes written: the seventh field (Linux, Documentation/block/stat.rst).
    const fields = readFileSync(join('/sys/block', basename(this.#device), 'stat'), 'utf8')
      .trim()
      .split(/\s+/)
    return 512 * Number(fields[6])
  }

  /** Brings to the medium whatever the kernel still holds. */
  settle(): void {
    execFileSync('sync', ['-f', this.mount])
  }

  /** An error of the medium: the kernel lets nobody write any more, whoever has files open. */
  turnReadOnly(): void {
    writeFileSync(join('/sys/fs/ext4', basename(this.#device), 'trigger_fs_error'), '1')
  }

  /** Somebody puts a good card with the same on it in its place; who had files open still has those of before. */
  exchange(): void {
    execFileSync('umount', ['--lazy', this.mount])
    // A copy: the old one is still in use, and would be written to when it no longer is.
    copyFileSync(this.#image, `${this.#image}.good`)
    rmSync(this.#image)
    renameSync(`${this.#image}.good`, this.#image)
    spawnSync('fsck.ext4', ['-p', '-f', this.#image]) // its exit code says that it has mended something
    this.#attach()
  }

  get #device(): string {
    return execFileSync('findmnt', ['-n', '-o', 'SOURCE', this.mount], { encoding: 'utf8' }).trim()
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.mount])
    rmSync(this.#image)
    rmSync(this.#flag, { force: true })
  }

  #attach(): void {
    execFileSync('mount', ['-o', 'loop,errors=remount-ro', this.#image, this.mount])
  }
}
