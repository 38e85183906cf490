/**
 * The support bundle: what somebody far away needs to understand a gateway, and nothing that tells of people or places. Made
 * of what was gathered, by a running gateway or from its files alone; pure up to the packing.
 */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pack } from 'tar-stream'
import { quantities, type Quantity } from '../../drivers/quantities.ts'
import type { KnownPoint, Status } from '../local/answers.ts'
import { literalsIn, Redactor, type Why } from './redaction.ts'
import { removalsText } from './removals-text.ts'
import { siteContent, siteShown } from './site-redaction.ts'

/** All but the first three may be missing: of a gateway that does not run, only files are known. */
export interface Gathered {
  readonly made: Temporal.Instant
  /** of Fanal, and of Node */
  readonly versions: Readonly<Record<string, string>>
  /** `gateway`: by the running one itself; `command`: from outside, from its answers and from what lies in its folder */
  readonly from: 'gateway' | 'command'
  readonly status?: Status | undefined
  readonly points?: readonly KnownPoint[] | undefined
  readonly siteFile?: string | undefined
  /** the lines of the log, the last ones */
  readonly log?: readonly string[] | undefined
  /** the lines of the audit, the last ones */
  readonly audit?: readonly string[] | undefined
  readonly metrics?: string | undefined
  /** system, kernel, memory, disk, clock: names and numbers */
  readonly machine?: Readonly<Record<string, unknown>> | undefined
  /** in the gateway's folder: names, bytes, dates */
  readonly files?: readonly { readonly name: string; readonly bytes: number; readonly changed: string }[] | undefined
  /** of the console, by role */
  readonly accounts?: Readonly<Record<string, number>> | undefined
  /** what `fanal doctor` found */
  readonly findings?: readonly unknown[] | undefined
  /** what must be found nowhere: the contents of password files, account names */
  readonly secrets?: readonly string[] | undefined
}

export interface Part {
  readonly name: string
  readonly text: string
}

interface Options {
  /** false: as it is, for somebody who has a right to all of it */
  readonly redact?: boolean
}

/** The bundle's parts, with the list of what was left out and the one of all parts' hashes. */
export function supportParts(gathered: Gathered, { redact = true }: Options = {}): Part[] {
  const { made, versions, from, status, points, siteFile, log, audit, metrics, machine, files, accounts, findings } =
    gathered
  const redactor = new Redactor(literalsOf(gathered))
  const json = (name: string, value: unknown): Part[] =>
    value === undefined ? [] : [{ name, text: pretty(redact ? redactor.json(name, value) : value) }]
  const lines = (name: string, all: readonly string[] | undefined): Part[] =>
    all === undefined
      ? []
      : [{ name, text: all.map((line) => `${redact ? lineShown(redactor, name, line) : line}\n`).join('') }]

  const parts = [
    ...json('about.json', { made: made.toString(), from, redacted: redact, versions }),
    ...json('status.json', status),
    ...json('points.json', redact ? points?.map((point) => withoutValue(redactor, 'points.json', point)) : points),
    ...siteParts(siteFile, redact ? redactor : undefined),
    ...lines('log.ndjson', log),
    ...lines('audit.ndjson', redact ? audit && auditShown(redactor, audit, points) : audit),
    ...(metrics === undefined
      ? []
      : [{ name: 'metrics.txt', text: redact ? redactor.text('metrics.txt', '', metrics) : metrics }]),
    ...json('machine.json', machine),
    ...json('files.json', files),
    ...json('accounts.json', accounts),
    ...json('doctor.json', findings),
  ]
  const removed = { name: 'REDACTED.txt', text: removalsText(redact ? redactor.removals : undefined) }
  const all = [...parts, removed]
  return [...all, { name: 'MANIFEST.json', text: pretty(manifestOf(all, made)) }]
}

/** As one file. `folder`: what it unpacks to. */
export async function packed(parts: readonly Part[], folder: string, made: Temporal.Instant): Promise<Buffer> {
  const archive = pack()
  const mtime = new Date(made.epochMilliseconds)
  for (const { name, text } of parts) archive.entry({ name: `${folder}/${name}`, mode: 0o600, mtime }, text)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return await promisify(gzip)(Buffer.concat(chunks))
}

/** `fanal-support-<site>-20261125-120000`. */
export function bundleName(site: string, made: Temporal.Instant): string {
  const moment = made.toString({ smallestUnit: 'second' }).replaceAll(/[-:Z]/g, '').replace('T', '-')
  return `fanal-support-${site}-${moment}`
}

/** What is to be found nowhere in the bundle, from wherever it is known. */
function literalsOf({ status, siteFile, log, audit, points, secrets, findings, machine }: Gathered): Map<string, Why> {
  const found = literalsIn([
    status,
    siteFile === undefined ? undefined : named(siteContent(siteFile)),
    ...[...(log ?? []), ...(audit ?? [])].map(parsed),
    findings,
    machine,
  ])
  for (const { quantity, value } of points ?? [])
    if (sensitivityOf(quantity) === 'identifier' && value !== undefined && String(value).length >= 3)
      found.set(String(value), 'serial')
  for (const secret of secrets ?? []) if (secret.trim().length >= 3) found.set(secret.trim(), 'secret')
  return found
}

/** A recipient of the site file is an object with a name; elsewhere the name alone. */
function named(site: object | undefined): unknown {
  if (site === undefined || !('releases' in site) || typeof site.releases !== 'object' || site.releases === null)
    return site
  const recipients = Object.values(site.releases).map((release: unknown) =>
    typeof release === 'object' && release !== null && 'recipient' in release ? nameOf(release.recipient) : undefined,
  )
  return { ...site, releases: undefined, recipients: recipients.map((recipient) => ({ recipient })) }
}

function nameOf(recipient: unknown): unknown {
  return typeof recipient === 'object' && recipient !== null && 'name' in recipient ? recipient.name : undefined
}

/** Without its hashes, since whoever guesses a name could see by them that it is the one; nor its number, which tells of lines left out. */
function unsealed(redactor: Redactor, part: string, line: string): string {
  const record = parsed(line)
  if (record === undefined) return line
  const rest = Object.entries(record).filter(([key]) => key !== 'hash' && key !== 'prev' && key !== 'n')
  if (rest.length < Object.keys(record).length) redactor.note(part, 'hash, prev, n', 'person')
  return JSON.stringify(Object.fromEntries(rest))
}

function lineShown(redactor: Redactor, part: string, line: string): string {
  const content = parsed(line)
  return content === undefined ? redactor.text(part, '', line) : JSON.stringify(redactor.json(part, content))
}

function parsed(line: string): object | undefined {
  try {
    const content: unknown = JSON.parse(line)
    return typeof content === 'object' && content !== null ? content : undefined
  } catch {
    return undefined // Node's own words, say
  }
}

/** Without what counters said that stay home. */
function auditShown(redactor: Redactor, audit: readonly string[], points: Gathered['points'] = []): string[] {
  const leaves = new Set(points.filter(({ releases }) => releases.length > 0).map(({ point }) => point))
  // Not counted one by one, either.
  redactor.note('audit.ndjson', 'counter', 'value')
  return audit.flatMap((line) => {
    const record = parsed(line)
    if (record !== undefined && 'kind' in record && record.kind === 'counter')
      if (!('point' in record) || !leaves.has(String(record.point))) return []
    return [unsealed(redactor, 'audit.ndjson', line)]
  })
}

/**
 * Of a point that stays home, that it is there, and no more; of another how it is, always; what it is, only where that tells
 * nothing of people.
 */
function withoutValue(redactor: Redactor, part: string, point: KnownPoint): object {
  const { quantity, unit, releases } = point
  if (releases.length === 0) {
    redactor.note(part, 'home', 'value')
    return { point: point.point, quantity, unit, releases }
  }
  const sensitivity = sensitivityOf(quantity)
  if (point.value === undefined || sensitivity === 'technical' || sensitivity === 'public') return point
  redactor.note(part, `${point.quantity}.value`, sensitivity === 'identifier' ? 'serial' : 'value')
  return Object.fromEntries(Object.entries(point).filter(([key]) => key !== 'value'))
}

function sensitivityOf(quantity: string): Quantity['sensitivity'] | undefined {
  const known: Readonly<Record<string, Quantity>> = quantities
  return known[quantity]?.sensitivity
}

function siteParts(text: string | undefined, redactor: Redactor | undefined): Part[] {
  if (text === undefined) return []
  if (redactor === undefined) return [{ name: 'site.yaml', text }]
  const shown = siteShown('site.yaml', text, redactor)
  if (shown !== undefined) return [{ name: 'site.yaml', text: shown }]
  redactor.note('site.yaml', '*', 'words')
  return []
}

function manifestOf(parts: readonly Part[], made: Temporal.Instant): object {
  return {
    made: made.toString(),
    parts: parts.map(({ name, text }) => ({
      name,
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
    })),
  }
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
