/** The public page of the running gateway, and its twin: made when somebody asks, and no more often than once a minute. */
import type { Clock } from '../../drivers/clock.ts'
import type { Facts } from '../disclosure/registers/facts.ts'
import type { PublicTwin } from '../disclosure/registers/twin.ts'
import type { Told } from '../local/told.ts'

/** Anybody may ask, as often as they like; the answer is worth no processor. */
const freshMs = 60_000

interface Made {
  readonly atMs: number
  readonly twin: PublicTwin
  readonly pages: Map<'en' | 'fr', { readonly html: string; readonly style: string }>
}

export class PublicPages {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #facts: () => Facts
  #made: Made | undefined

  constructor(clock: Pick<Clock, 'monotonicMs'>, facts: () => Facts) {
    this.#clock = clock
    this.#facts = facts
  }

  get told(): Told['open'] {
    return { page: (language) => this.#page(language), twin: async () => (await this.#fresh()).twin }
  }

  async #page(language: 'en' | 'fr'): Promise<{ readonly html: string; readonly style: string }> {
    const { twin, pages } = await this.#fresh()
    const known = pages.get(language)
    if (known !== undefined) return known
    const { publicPage } = await import('../disclosure/registers/page.ts')
    const other = language === 'fr' ? 'en' : 'fr'
    const page = publicPage(twin, language, { other: `/public?lang=${other}`, twin: '/public.json' })
    pages.set(language, page)
    return page
  }

  async #fresh(): Promise<Made> {
    // Loaded when it is first asked for: most gateways never are.
    const { publicTwinOf } = await import('../disclosure/registers/public-twin.ts')
    const now = this.#clock.monotonicMs()
    if (this.#made === undefined || now - this.#made.atMs >= freshMs)
      this.#made = { atMs: now, twin: publicTwinOf(this.#facts()), pages: new Map() }
    return this.#made
  }
}
