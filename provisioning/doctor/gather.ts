/** Gathers the facts of this machine, of a site, and of the gateway that runs it. Never throws for what it does not find. */
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { loadRegistry } from '../../drivers/registry.ts'
import { systemClock } from '../../gateway/clock.ts'
import { earliestMs } from '../../gateway/control/trust.ts'
import { status as statusSchema } from '../../gateway/local/answers.ts'
import { planSite, type Plan } from '../../gateway/plan.ts'
import { cutShort, readRevision } from '../../gateway/revision.ts'
import { statePaths, type StatePaths } from '../../gateway/state.ts'
import { openWitness } from '../../gateway/witness.ts'
import { readNamed } from '../context.ts'
import type { Whereabouts } from '../whereabouts.ts'
import { askedOf } from './asked.ts'
import { consoleFacts } from './console-facts.ts'
import { folderFacts, hasLibatomic, serialFacts, unitFacts } from './machine.ts'
import { brokerTroubleNow, hostTrouble } from './reach.ts'
import type { BrokerFacts, Facts, SiteFacts } from './facts.ts'

const neededMajor = 26

interface Asked {
  readonly where: Whereabouts
  /** absent: the one that ran last */
  readonly siteFile: string | undefined
  readonly profiles: readonly string[]
  readonly signal: AbortSignal
}

export async function gather({ where, siteFile, profiles, signal }: Asked): Promise<Facts> {
  const paths = statePaths(where.folder)
  const status = where.runs ? await askedOf(paths.socket, '/api/status', statusSchema, signal) : undefined
  const kept = readRevision(paths.lastGood)
  const file = siteFile ?? (kept === undefined ? undefined : paths.lastGood)
  const read = file === undefined ? undefined : siteOf(file, kept, paths, profiles)
  const plan = read?.plan
  // One that hangs, or that we may not ask, holds its lines all the same.
  const isHeld = where.runs || where.notAllowed !== undefined
  const [hosts, broker, synchronised, serial, console] = await Promise.all([
    isHeld || plan === undefined ? [] : hostsOf(plan, signal),
    plan === undefined ? undefined : brokerOf(plan, siteFile === undefined ? where.folder : undefined, isHeld, signal),
    isSynchronised(),
    plan === undefined ? [] : serialFacts(plan.site.lines, status?.lines),
    // Nobody listens where none runs, and one that hangs is told already.
    plan === undefined || status === undefined ? undefined : consoleFacts(plan.site, paths.socket, signal),
  ])
  const now = systemClock.now()
  return {
    runtime: { version: process.versions.node, neededMajor, libatomic: hasLibatomic() },
    user: userInfo().username,
    folder: folderFacts(where.folder),
    site: read?.site,
    serial,
    hosts,
    broker,
    clock: {
      isBeforeRelease: now.epochMilliseconds < earliestMs,
      synchronised,
      time: now.toString({ smallestUnit: 'second' }),
    },
    running: where.running,
    notAllowed: where.notAllowed,
    unit: await unitFacts(status?.pid),
    status,
    console,
  }
}

function siteOf(
  file: string,
  before: string | undefined,
  { lastGood: kept, lastGoodPolicy }: StatePaths,
  profiles: readonly string[],
): { site: SiteFacts; plan?: Plan } {
  const named = readNamed(file)
  const unknown = { file, mistakes: 0, isCutShort: false, kept, profileMistakes: 0 }
  if ('missing' in named) return { site: { ...unknown, missing: named.missing } }
  const registry = loadRegistry(profiles)
  // What ran last has its policy beside it, under another name than the one that it was written for.
  const policy = file === kept ? () => readNamed(lastGoodPolicy) : readNamed
  const planned = planSite(named.text, file, registry, policy)
  const site = {
    ...unknown,
    mistakes: planned.ok ? 0 : planned.mistakes.length,
    isCutShort: cutShort(before, named.text),
    profileMistakes: registry.mistakes.length,
  }
  return planned.ok ? { site, plan: planned.plan } : { site }
}

function hostsOf({ site }: Plan, signal: AbortSignal): Promise<Facts['hosts'][number][]> {
  return Promise.all(
    Object.entries(site.lines).flatMap(([line, settings]) =>
      settings.protocol === 'modbus-rtu' ? [] : [hostTrouble(line, settings, signal)],
    ),
  )
}

/** `copiedTo`: the site file was copied there without the files that it names from where it lay. */
async function brokerOf(
  { site }: Plan,
  copiedTo: string | undefined,
  isHeld: boolean,
  signal: AbortSignal,
): Promise<BrokerFacts> {
  const { broker, username, password_file, tls } = site.uplink
  const files = [password_file, tls?.ca, tls?.certificate, tls?.key].filter((file) => file !== undefined)
  const known = files.filter((file) => copiedTo === undefined || !file.startsWith(join(copiedTo, '/')))
  const unreadable = known.flatMap((file) => {
    const named = readNamed(file)
    return 'missing' in named ? [{ file, detail: named.missing }] : []
  })
  // A second client with the gateway's login would disturb the first.
  const isTried = !isHeld && unreadable.length === 0 && known.length === files.length
  return {
    url: broker,
    hasLogin: username !== undefined,
    unreadable,
    isTried,
    trouble: isTried ? await brokerTroubleNow(site, signal) : undefined,
  }
}

async function isSynchronised(): Promise<boolean> {
  await using witness = await openWitness(systemClock)
  return witness.synchronised
}
