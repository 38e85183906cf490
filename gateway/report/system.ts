/** The machine and the program, as the console's last page shows them. */
import { createHash } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import type { SystemTold } from '../local/pages.ts'
import { keptIn } from '../observe/files.ts'

export function revisionHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The file system of the gateway's folder, and what it keeps there, the largest first; rejects with the system's error. */
export async function diskTold(folder: string): Promise<SystemTold['disk']> {
  const { bavail, blocks, bsize } = await statfs(folder)
  const kept = keptIn(folder).filter(({ bytes }) => bytes > 0)
  return {
    free_bytes: bavail * bsize,
    size_bytes: blocks * bsize,
    kept: kept.sort((a, b) => b.bytes - a.bytes),
  }
}

export function memoryTold(): SystemTold['memory'] {
  return { rss_bytes: process.memoryUsage.rss(), free_bytes: freemem(), size_bytes: totalmem() }
}

/** Share of one core that this process has used since it began. */
export function cpuShare(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6 / process.uptime()
}
