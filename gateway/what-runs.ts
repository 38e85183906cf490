/**
 * Which revision a start runs: the site file's with the policy that it names. Where that is refused, and whoever starts the
 * gateway has nobody who could mend it in time, the last that ran: an unfinished edit and a power cut at night would else
 * leave the street to its fallback, and what was declared unsaid.
 */
import { formatMistakes } from '../drivers/explain.ts'
import type { Profiles } from './contradictions.ts'
import { readNamed, type NamedFile } from './named-file.ts'
import { planSite, type Plan } from './plan.ts'
import { Refusal } from './refusal.ts'
import { cutShort, readRevision } from './revision.ts'
import type { StatePaths } from './state.ts'

export interface WhatRuns {
  readonly plan: Plan
  /** of the site file */
  readonly text: string
  /** why it is the last that ran, and not what the file says now */
  readonly insteadOf?: Refusal
}

/** Throws a Refusal. */
export function whatRuns(
  siteFile: string,
  profiles: Profiles,
  paths: StatePaths,
  { orLastGood }: { readonly orLastGood: boolean },
): WhatRuns {
  try {
    return asWritten(siteFile, profiles, paths)
  } catch (error) {
    const kept = orLastGood ? readRevision(paths.lastGood) : undefined
    if (!(error instanceof Refusal) || kept === undefined) throw error
    const policy = readRevision(paths.lastGoodPolicy)
    const read = (): NamedFile => (policy === undefined ? { missing: 'ENOENT' } : { text: policy })
    const planned = planSite(kept, siteFile, profiles, read)
    if (!planned.ok) throw error
    return { plan: planned.plan, text: kept, insteadOf: error }
  }
}

function asWritten(siteFile: string, profiles: Profiles, paths: StatePaths): WhatRuns {
  const named = readNamed(siteFile)
  if ('missing' in named) throw new Refusal('SITE_MISSING', { file: siteFile, detail: named.missing })
  const { text } = named
  const planned = planSite(text, siteFile, profiles)
  if (!planned.ok) throw new Refusal('SITE_WRONG', { mistakes: formatMistakes(planned.mistakes, 'en') })
  const { plan } = planned
  if (cutShort(readRevision(paths.lastGood), text))
    throw new Refusal('SITE_CUT_SHORT', { file: siteFile, kept: paths.lastGood })
  // A policy cut short asks for less, and so lets out more.
  if (plan.fleet !== undefined && cutShort(readRevision(paths.lastGoodPolicy), plan.fleet.text))
    throw new Refusal('SITE_CUT_SHORT', { file: plan.fleet.file, kept: paths.lastGoodPolicy })
  return { plan, text }
}
