/** What goes into a support bundle, as far as a command can see it: the gateway's answers, its files, its machine. */
import { execFile } from 'node:child_process'
import { z } from 'zod'
import { parseDocument } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { partOf } from '../../gateway/flash.ts'
import { knownPoint, status as statusSchema } from '../../gateway/local/answers.ts'
import { filesCoarsely, tail } from '../../gateway/observe/files.ts'
import { machineFacts, versionsOf } from '../../gateway/observe/machine.ts'
import type { Gathered } from '../../gateway/observe/support.ts'
import { readRevision } from '../../gateway/revision.ts'
import { statePaths } from '../../gateway/state.ts'
import { readNamed } from '../context.ts'
import { askedOf } from '../doctor/asked.ts'
import { examine } from '../doctor/examine.ts'
import { gather } from '../doctor/gather.ts'
import { findingTold } from '../doctor/told.ts'
import type { Whereabouts } from '../whereabouts.ts'

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
  const status = where.runs ? await askedOf(paths.socket, '/api/status', statusSchema, signal) : undefined
  if (siteFile === undefined && status === undefined) return undefined
  const points = where.runs ? await askedOf(paths.socket, '/api/points', z.array(knownPoint), signal) : undefined
  const facts = await gather({ where, siteFile: undefined, profiles: [], signal })
  const own = [...tail(partOf(paths.log, 1), mostLogBytes), ...tail(paths.log, mostLogBytes)]
  const document = siteFile === undefined ? undefined : parseDocument(siteFile)
  return {
    site: status?.site ?? slugOf(document?.get('site')),
    all: {
      made,
      from: 'command',
      versions: versionsOf(packageJson.version),
      status,
      points,
      siteFile,
      log: own.length > 0 ? own : await journalOf(facts.unit?.name),
      audit: tail(paths.audit, mostAuditBytes),
      machine: machineFacts(where.folder),
      files: filesCoarsely(where.folder),
      findings: examine(facts).map((finding) => findingTold(finding, 'en')),
      secrets: secretsOf(document?.getIn(['uplink', 'password_file'])),
    },
  }
}

/** A file's name is made of it. */
function slugOf(site: unknown): string {
  return typeof site === 'string' && /^[a-z0-9-]{1,64}$/.test(site) ? site : 'gateway'
}

/** The password must be found nowhere; its file is named from the site file's own folder, which only an absolute name tells. */
function secretsOf(file: unknown): string[] {
  if (typeof file !== 'string' || !file.startsWith('/')) return []
  const named = readNamed(file)
  return 'text' in named ? [named.text.trim()] : []
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
