/** What is told of the running gateway itself, gathered from the parts: its metrics, and its support bundle. */
import { readFileSync } from 'node:fs'
import type { Clock } from '../drivers/clock.ts'
import type { Lighting } from './lighting.ts'
import type { KnownPoint, Status } from './local/answers.ts'
import { filesCoarsely, ifThere, keptCoarsely, tail } from './observe/files.ts'
import type { Journal } from './observe/log.ts'
import { machineFacts, versionsOf } from './observe/machine.ts'
import { processFigures } from './observe/process-figures.ts'
import type { Tally } from './observe/tally.ts'
import type { Plan } from './plan.ts'
import type { South } from './south.ts'
import type { StatePaths } from './state.ts'

export interface Observed {
  readonly version: string
  readonly plan: Plan
  readonly paths: StatePaths
  readonly clock: Clock
  readonly south: South
  readonly lighting: Lighting
  readonly tally: Tally
  readonly journal: Journal
  /** the site file's text, and its SHA-256 */
  readonly site: { readonly text: string; readonly hash: string }
  readonly status: () => Promise<Status>
  readonly points: () => readonly KnownPoint[]
  /** of the console, by role; and their names, which are to be found nowhere */
  readonly accounts?: () => { readonly byRole: Readonly<Record<string, number>>; readonly names: readonly string[] }
}

const mostAuditBytes = 100_000

/** In Prometheus' form. */
export async function metricsNow(observed: Observed): Promise<string> {
  const { version, paths, clock, south, lighting, tally, site } = observed
  // Loaded when it is first asked for: most gateways never are.
  const { metricsText } = await import('./observe/metrics.ts')
  const { turnedMs } = lighting.control
  return metricsText({
    version,
    status: await observed.status(),
    durations: Object.fromEntries([...south.lines].map(([name, { line }]) => [name, line.durations])),
    counted: tally,
    kept: keptCoarsely(paths.folder),
    revision: site.hash,
    turnAgeMs: Number.isFinite(turnedMs) ? clock.monotonicMs() - turnedMs : undefined,
    process: processFigures(),
  })
}

/** The archive, and a name for it. */
export async function supportNow(observed: Observed): Promise<{ readonly name: string; readonly archive: Buffer }> {
  const { version, plan, paths, clock, journal, site } = observed
  const { bundleName, packed, supportParts } = await import('./observe/support.ts')
  const made = clock.now()
  const accounts = observed.accounts?.()
  const parts = supportParts({
    made,
    from: 'gateway',
    versions: versionsOf(version),
    status: await observed.status(),
    points: observed.points(),
    siteFile: site.text,
    log: journal.lines(),
    audit: tail(paths.audit, mostAuditBytes),
    metrics: await metricsNow(observed),
    machine: machineFacts(paths.folder),
    files: filesCoarsely(paths.folder),
    ...(accounts === undefined ? {} : { accounts: accounts.byRole }),
    secrets: [...passwordsOf(plan), ...(accounts?.names ?? [])],
  })
  const name = bundleName(plan.site.site, made)
  return { name: `${name}.tar.gz`, archive: await packed(parts, name, made) }
}

/** They must be found nowhere, and only their file knows them. */
function passwordsOf({ site }: Plan): string[] {
  const file = site.uplink.password_file
  const text = file === undefined ? undefined : ifThere(() => readFileSync(file, 'utf8'))
  return text === undefined ? [] : [text]
}
