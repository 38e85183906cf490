/** The machine and the program, as the console's last page shows them. */
import { createHash } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import type { SystemTold } from '../local/pages.ts'
import { keptIn } from '../observe/files.ts'

/** Of the site file and, where it names one, of the fleet's policy: a change of either is another revision. */
export function revisionHash(site: string, policy?: string): string {
  const hash = createHash('sha256').update(site)
  // No YAML text has a null character, so that the two cannot be cut elsewhere and be the same.
  return (policy === undefined ? hash : hash.update('\0').update(policy)).digest('hex')
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
