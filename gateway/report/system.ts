/** The machine and the program, as the console's last page shows them. */
import { createHash } from 'node:crypto'
import { readdir, stat, statfs } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import type { SystemTold } from '../local/pages.ts'

type Disk = SystemTold['disk']
type What = Disk['kept'][number]['what']

export function revisionHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The file system of the gateway's folder, and what it keeps there; rejects with the system's error. */
export async function diskTold(folder: string): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(folder)
  const bytes = new Map<What, number>()
  for (const name of await readdir(folder)) {
    const what = kindOf(name)
    const size = await stat(join(folder, name)).then(
      (file) => (file.isFile() ? file.size : 0),
      () => 0, // gone between the two calls
    )
    bytes.set(what, (bytes.get(what) ?? 0) + size)
  }
  return {
    free_bytes: bavail * bsize,
    size_bytes: blocks * bsize,
    kept: [...bytes].map(([what, size]) => ({ what, bytes: size })).sort((a, b) => b.bytes - a.bytes),
  }
}

/** By the names of `state.ts`, and what SQLite puts beside them. */
function kindOf(name: string): What {
  const [first = ''] = basename(name).split(/[.-]/)
  return first === 'outbox' || first === 'history' || first === 'audit' ? first : first === 'gateway' ? 'log' : 'other'
}

export function memoryTold(): SystemTold['memory'] {
  return { rss_bytes: process.memoryUsage.rss(), free_bytes: freemem(), size_bytes: totalmem() }
}

/** Share of one core that this process has used since it began. */
export function cpuShare(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6 / process.uptime()
}
