/** `fanal data page`, `register` and `catalogue`. */
import { article30Of } from '../../gateway/disclosure/registers/article30.ts'
import { catalogueOf } from '../../gateway/disclosure/registers/catalogue.ts'
import { jsonLd, turtle } from '../../gateway/disclosure/registers/graph.ts'
import { publicPage } from '../../gateway/disclosure/registers/page.ts'
import { registerCsv, registerPage } from '../../gateway/disclosure/registers/sheet.ts'
import { fail, type Context, type Exit } from '../context.ts'
import { twinFrom, type SourceOptions } from './source.ts'
import { writeInto } from './writing.ts'

export interface DocumentOptions extends SourceOptions {
  readonly out: string
  readonly access?: string
}

export async function page(context: Context, site: string | undefined, options: DocumentOptions): Promise<Exit> {
  const twin = await twinFrom(context, site, options)
  if (typeof twin === 'number') return twin
  const french = { other: 'public.en.html', twin: 'public.json' }
  const english = { other: 'public.fr.html', twin: 'public.json' }
  return writeInto(context, options.out, {
    'public.fr.html': publicPage(twin, 'fr', french).html,
    'public.en.html': publicPage(twin, 'en', english).html,
    'public.json': indented(twin),
  })
}

export async function register(context: Context, site: string | undefined, options: DocumentOptions): Promise<Exit> {
  const twin = await twinFrom(context, site, options)
  if (typeof twin === 'number') return twin
  const activities = article30Of(twin)
  return writeInto(context, options.out, {
    'article30.json': indented(activities),
    'article30.fr.csv': registerCsv(activities, 'fr'),
    'article30.en.csv': registerCsv(activities, 'en'),
    'article30.fr.html': registerPage(activities, 'fr'),
    'article30.en.html': registerPage(activities, 'en'),
  })
}

export async function catalogue(context: Context, site: string | undefined, options: DocumentOptions): Promise<Exit> {
  const twin = await twinFrom(context, site, options)
  if (typeof twin === 'number') return twin
  const access = options.access ?? twin.responsible?.page
  if (access === undefined) return fail(context, 'NO_ACCESS', { site: twin.cabinet.id })
  if (!URL.canParse(access)) return fail(context, 'NOT_A_WEB_ADDRESS', { address: access })
  const graph = catalogueOf(twin, access)
  if (graph === undefined) return fail(context, 'NO_RESPONSIBLE', { site: twin.cabinet.id })
  if (!context.json) {
    const n = twin.releases.filter(({ licence }) => licence !== undefined).length
    context.err(context.say('registers.open', { n }))
  }
  return writeInto(context, options.out, {
    'catalogue.jsonld': indented(jsonLd(graph)),
    'catalogue.ttl': turtle(graph),
  })
}

function indented(told: object): string {
  return `${JSON.stringify(told, undefined, 2)}\n`
}
