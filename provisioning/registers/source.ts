/** Where the registers’ content comes from: a site file, or the gateway that runs, which knows besides what it sent last. */
import { resolve } from 'node:path'
import { loadRegistry } from '../../drivers/registry.ts'
import { systemClock } from '../../gateway/clock.ts'
import { publicTwinOf } from '../../gateway/disclosure/registers/public-twin.ts'
import { publicTwin, type PublicTwin } from '../../gateway/disclosure/registers/twin.ts'
import { ask } from '../../gateway/local/client.ts'
import { planSite, type Plan } from '../../gateway/plan.ts'
import { fail, failWith, readNamed, type Context, type Exit } from '../context.ts'
import { findGateway } from '../running.ts'

export interface SourceOptions {
  readonly state?: string
  readonly profiles?: string
}

/** The twin, or the exit of whoever has said why there is none. */
export async function twinFrom(
  context: Context,
  site: string | undefined,
  options: SourceOptions,
): Promise<PublicTwin | Exit> {
  if (site !== undefined) {
    const plan = planFrom(context, site, options)
    if (typeof plan === 'number') return plan
    if (!context.json) context.err(context.say('registers.from-file', { file: site }))
    return publicTwinOf({ policy: plan.policy, site: plan.site, at: systemClock.now() })
  }
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  return publicTwin.parse(await ask(found.socket, '/public.json', context.signal))
}

export function planFrom(context: Context, site: string, { profiles }: SourceOptions): Plan | Exit {
  const named = readNamed(site)
  if ('missing' in named) return fail(context, 'FILE_MISSING', { file: site, detail: named.missing })
  const planned = planSite(named.text, site, loadRegistry(profiles === undefined ? [] : [resolve(profiles)]))
  return planned.ok ? planned.plan : failWith(context, planned.mistakes)
}
