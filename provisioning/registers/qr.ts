/** `fanal data qr`: what is stuck on the cabinet's door leads to its public page. Public: no code of the technician's is in it. */
import { resolve } from 'node:path'
import { renderSVG } from 'uqr'
import { fail, type Context, type Exit } from '../context.ts'
import { planFrom, twinFrom, type SourceOptions } from './source.ts'
import { writeAll } from './writing.ts'

export interface QrOptions extends SourceOptions {
  readonly out: string
  readonly address?: string
}

export async function qr(context: Context, site: string | undefined, options: QrOptions): Promise<Exit> {
  const found = options.address === undefined ? await addressFrom(context, site, options) : options.address
  if (typeof found === 'number') return found
  if (!/^https?:\/\//.test(found) || !URL.canParse(found)) return fail(context, 'NOT_A_WEB_ADDRESS', { address: found })
  if (!context.json) context.err(context.say('registers.leads-to', { address: found }))
  return writeAll(context, [[resolve(options.out), qrSvg(found)]])
}

/** Read in the rain, scratched, and at an angle: a quarter of it may be lost. Four modules of margin, as the standard wants. */
export function qrSvg(address: string): string {
  return `${renderSVG(address, { ecc: 'Q', border: 4, pixelSize: 8 })}\n`
}

async function addressFrom(context: Context, site: string | undefined, options: QrOptions): Promise<string | Exit> {
  if (site === undefined) {
    const twin = await twinFrom(context, site, options)
    if (typeof twin === 'number') return twin
    return twin.responsible?.page ?? fail(context, 'NO_PAGE_ADDRESS', { site: twin.cabinet.id })
  }
  const plan = planFrom(context, site, options)
  if (typeof plan === 'number') return plan
  const { responsible, console: door } = plan.site
  const local = door?.listen === undefined ? undefined : consoleAddress(door.listen)
  return responsible?.page ?? local ?? fail(context, 'NO_PAGE_ADDRESS', { site: plan.site.site })
}

/** Of a page that a phone in the cabinet's network can reach: no loopback, and no “every address”. */
export function consoleAddress({ host, port }: { readonly host: string; readonly port: number }): string | undefined {
  if (/^(127\.|localhost$|0\.0\.0\.0$|::1?$)/.test(host)) return undefined
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}/public`
}
