/** The fleet's policy that a site file names, read from beside it. */
import { dirname, resolve } from 'node:path'
import { explain, type Mistake } from '../drivers/explain.ts'
import type { Contradiction } from '../drivers/profile.ts'
import { asRecord } from '../drivers/schema.ts'
import { fleetPolicySchema, policyContradictions, type FleetPolicy } from './disclosure/fleet-policy.ts'
import type { NamedFile } from './named-file.ts'
import { siteSchema } from './site.ts'

export interface NamedPolicy {
  readonly file: string
  /** as it was read, for the revision */
  readonly text: string
  readonly policy: FleetPolicy
}

export interface ReadPolicy {
  readonly named?: NamedPolicy
  /** in its own file */
  readonly mistakes: readonly Mistake[]
  /** in the site's, which names a file that cannot be read */
  readonly contradictions: readonly Contradiction[]
}

export const noPolicy: ReadPolicy = { mistakes: [], contradictions: [] }

/** Of a site's raw document; nothing where it names none. */
export function fleetPolicyOf(document: unknown, siteFile: string, read: (file: string) => NamedFile): ReadPolicy {
  const name = siteSchema.shape.policy.safeParse(asRecord(document)['policy']).data
  if (name === undefined) return noPolicy
  const file = resolve(dirname(siteFile), name)
  const found = read(file)
  if ('missing' in found) {
    const words = { file: name, reason: found.missing }
    return { mistakes: [], contradictions: [{ path: ['policy'], code: 'policy-unreadable', words }] }
  }
  const explained = explainPolicy(found.text, file)
  return explained.ok
    ? { ...noPolicy, named: { file, text: found.text, policy: explained.value } }
    : { ...noPolicy, mistakes: explained.mistakes }
}

export function explainPolicy(text: string, file: string) {
  return explain(text, { file, schema: fleetPolicySchema, contradictions: policyContradictions })
}
