/** The machine that the gateway runs on, as far as it matters to whoever helps from far away: no names of hosts or people. */
import { readFileSync, statfsSync } from 'node:fs'
import { arch, cpus, freemem, loadavg, platform, release, totalmem, uptime } from 'node:os'
import { ifThere } from './files.ts'

/** `folder`: the gateway's, on the disk that counts. */
export function machineFacts(folder: string): Record<string, unknown> {
  const space = ifThere(() => statfsSync(folder))
  const words = (file: string) => ifThere(() => readFileSync(file, 'utf8').replaceAll('\0', '').trim())
  return {
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(words('/etc/os-release') ?? '')?.[1],
    board: words('/proc/device-tree/model'),
    platform: platform(),
    architecture: arch(),
    kernel: release(),
    processors: cpus().length,
    load: loadavg().map((load) => Math.round(100 * load) / 100),
    uptime_s: Math.round(uptime()),
    memory_bytes: { free: freemem(), size: totalmem() },
    ...(space === undefined
      ? {}
      : { disk_bytes: { free: space.bavail * space.bsize, size: space.blocks * space.bsize } }),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

/** Of what Fanal runs on. */
export function versionsOf(fanal: string): Record<string, string> {
  const { node, openssl, sqlite } = process.versions
  return { fanal, node, openssl, ...(sqlite === undefined ? {} : { sqlite }) }
}
