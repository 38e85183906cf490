/** What goes into a support bundle, as far as a command can see it: the gateway's answers, its files, its machine. */
import { execFile } from 'node:child_process'
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statfsSync, statSync } from 'node:fs'
import { arch, cpus, freemem, loadavg, platform, release, totalmem, uptime } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { parseDocument } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { partOf } from '../../gateway/flash.ts'
import { knownPoint, status as statusSchema } from '../../gateway/local/answers.ts'
import { ask } from '../../gateway/local/client.ts'
import type { Gathered } from '../../gateway/observe/support.ts'
import { readRevision } from '../../gateway/revision.ts'
import { statePaths } from '../../gateway/state.ts'
import { readNamed } from '../context.ts'
import { examine } from '../doctor/examine.ts'
import { gather } from '../doctor/gather.ts'
import { findingTold } from '../doctor/told.ts'
import type { Whereabouts } from '../whereabouts.ts'

/** One that takes longer hangs. */
const answerMs = 5_000
const mostLogBytes = 500_000
const mostAuditBytes = 100_000

/** Undefined: there is nothing to tell of. */
export async function gatherSupport(
  where: Whereabouts,
  made: Temporal.Instant,
  signal: AbortSignal,
): Promise<{ readonly site: string; readonly all: Gathered } | undefined> {
  const paths = statePaths(where.folder)
  const siteFile = readRevision(paths.lastGood)
  const status = where.runs ? await answer(paths.socket, '/status', statusSchema, signal) : undefined
  if (siteFile === undefined && status === undefined) return undefined
  const points = where.runs ? await answer(paths.socket, '/points', z.array(knownPoint), signal) : undefined
  const facts = await gather({ where, siteFile: undefined, profiles: [], signal })
  const own = [...tail(partOf(paths.log, 1), mostLogBytes), ...tail(paths.log, mostLogBytes)]
  const document = siteFile === undefined ? undefined : parseDocument(siteFile)
  return {
    site: status?.site ?? slugOf(document?.get('site')),
    all: {
      made,
      from: 'command',
      versions: { fanal: packageJson.version, ...versionsOf(process.versions) },
      status,
      points,
      siteFile,
      log: own.length > 0 ? own : await journalOf(facts.unit?.name),
      audit: tail(paths.audit, mostAuditBytes),
      machine: machine(where.folder),
      files: filesIn(where.folder),
      findings: examine(facts).map((finding) => findingTold(finding, 'en')),
      secrets: secretsOf(document?.getIn(['uplink', 'password_file'])),
    },
  }
}

async function answer<S extends z.ZodType>(
  socket: string,
  path: string,
  schema: S,
  signal: AbortSignal,
): Promise<z.output<S> | undefined> {
  try {
    return schema.parse(await ask(socket, path, AbortSignal.any([signal, AbortSignal.timeout(answerMs)])))
  } catch {
    return undefined // it ends just now, or is of another release: the rest is told
  }
}

/** A file's name is made of it. */
function slugOf(site: unknown): string {
  return typeof site === 'string' && /^[a-z0-9-]{1,64}$/.test(site) ? site : 'gateway'
}

function versionsOf({ node, openssl, sqlite }: NodeJS.ProcessVersions): Record<string, string> {
  return { node, openssl, ...(sqlite === undefined ? {} : { sqlite }) }
}

/** The password must be found nowhere; its file is named from the site file's own folder, which only an absolute name tells. */
function secretsOf(file: unknown): string[] {
  if (typeof file !== 'string' || !file.startsWith('/')) return []
  const named = readNamed(file)
  return 'text' in named ? [named.text.trim()] : []
}

function machine(folder: string): Record<string, unknown> {
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

function filesIn(folder: string): NonNullable<Gathered['files']> {
  return (ifThere(() => readdirSync(folder)) ?? []).flatMap((name) => {
    const stats = ifThere(() => statSync(join(folder, name)))
    return stats === undefined ? [] : [{ name, bytes: stats.size, changed: stats.mtime.toISOString() }]
  })
}

/** Whole lines from the end of a file, at most so many bytes of them. */
export function tail(file: string, mostBytes: number): string[] {
  return (
    ifThere(() => {
      const descriptor = openSync(file, 'r')
      try {
        const { size } = fstatSync(descriptor)
        const from = Math.max(0, size - mostBytes)
        const bytes = Buffer.alloc(size - from)
        const read = readSync(descriptor, bytes, 0, bytes.length, from)
        const lines = bytes.toString('utf8', 0, read).split('\n')
        return (from === 0 ? lines : lines.slice(1)).filter(Boolean)
      } finally {
        closeSync(descriptor)
      }
    }) ?? []
  )
}

/** Where systemd keeps the log. */
function journalOf(unit: string | undefined): Promise<string[]> {
  if (unit === undefined) return Promise.resolve([])
  return new Promise((resolve) => {
    const args = ['-u', unit, '-n', '2000', '-o', 'cat', '--no-pager']
    execFile('journalctl', args, { timeout: 10_000, maxBuffer: 8_000_000 }, (_error, stdout) =>
      resolve(stdout.split('\n').filter(Boolean)),
    )
  })
}

function ifThere<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
