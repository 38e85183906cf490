/** What a site asks of a line that cannot carry it, and of a device that waits longer than it may. */
import { say, type Bilingual, type Language } from '../drivers/explanations.ts'
import type { Instance } from '../drivers/instance.ts'
import { pollClasses, type Contradiction, type Profile } from '../drivers/profile.ts'
import { durationText, milliseconds, serialFormatText } from '../drivers/schema.ts'
import { fitting, type Fitting } from './fitting.ts'
import { grouped, lineBudget, type BudgetedDevice, type Cost } from './line-budget.ts'
import { pointsRead, type Periods } from './periods.ts'
import type { SiteDevice, SiteLine } from './site.ts'

interface LineDevice {
  readonly name: string
  readonly line: string | undefined
  readonly instance: Instance | undefined
}

/** Lines that cannot do in time what is asked of them, even if devices of which nothing is known answered at once. */
export function overloadedLines(
  lines: readonly (readonly [name: string, line: SiteLine])[],
  all: readonly LineDevice[],
  inputs: ReadonlySet<string>,
  periodsMs: Periods,
): Contradiction[] {
  return lines.flatMap(([name, settings]) => {
    const devices = all.flatMap(({ name: device, line, instance }): BudgetedDevice[] =>
      line !== name || instance === undefined
        ? []
        : [{ name: device, instance: { ...instance, points: pointsRead(device, instance.points, inputs) } }],
    )
    const { load, leastLoad, costs } = lineBudget(settings, devices, periodsMs)
    if (leastLoad <= 1) return []
    const words = {
      line: name,
      load: String(Math.round(100 * load)),
      costs: costsText(costs),
      fits: fitText(fitting(settings, devices, periodsMs), devices.length),
    }
    return [{ path: ['lines', name], code: 'line-overloaded', words }]
  })
}

/** A device of which the site says how long to wait: its longest answer takes no less. */
export function shortPatience(
  path: readonly string[],
  { timeout, worst_response: worst }: Partial<Pick<SiteDevice, 'timeout' | 'worst_response'>>,
  profile: Profile | undefined,
): Contradiction[] {
  if (profile === undefined || (timeout === undefined && worst === undefined)) return []
  const { modbus } = profile
  const timeoutMs = milliseconds(timeout ?? modbus.timeout)
  const worstMs = milliseconds(worst ?? modbus.worst_response)
  if (worstMs >= timeoutMs) return []
  return worst === undefined
    ? [{ path: [...path, 'timeout'], code: 'timeout-above-worst-response', words: { worst: durationText(worstMs) } }]
    : [
        {
          path: [...path, 'worst_response'],
          code: 'worst-response-below-timeout',
          words: { timeout: durationText(timeoutMs) },
        },
      ]
}

/** How many are told: what takes little is no reason. */
const told = 3

const phrases = {
  cost: { en: '{who}, {what}: {ms} ms in {period}', fr: '{who}, {what} : {ms} ms en {period}' },
  paused: {
    en: '{who}, {what}: {ms} ms in {period}, of which {pause} ms are silence that it wants',
    fr: '{who}, {what} : {ms} ms en {period}, dont {pause} ms de silence qu’il veut',
  },
  periods: { en: 'polling: { {periods} }', fr: 'polling: { {periods} }' },
  serial: {
    en: 'serial: {format}, if all devices on this line are set to it',
    fr: 'serial: {format}, si tous les appareils de la ligne y sont réglés',
  },
  fewer: { en: 'no more than {n} of its {all} devices', fr: 'au plus {n} de ses {all} appareils' },
  less: {
    en: 'fewer devices, or profiles with fewer points',
    fr: 'moins d’appareils, ou des profils de moins de points',
  },
  or: { en: '; or ', fr: ' ; ou ' },
  and: { en: '; ', fr: ' ; ' },
} as const satisfies Record<string, Bilingual>

type Phrase = readonly [phrase: keyof typeof phrases, words?: Readonly<Record<string, string>>]

function joined(all: readonly Phrase[], by: 'or' | 'and'): Bilingual {
  const text = (language: Language) =>
    all.map(([phrase, words = {}]) => say(phrases[phrase], words, language)).join(say(phrases[by], {}, language))
  return { en: text('en'), fr: text('fr') }
}

function costsText(costs: readonly Cost[]): Bilingual {
  const groups = grouped(costs).filter(({ load }) => load >= 0.01)
  return joined(
    groups.slice(0, told).map(({ devices: [device = '', ...others], profile, what, ms, pauseMs, periodMs }): Phrase => {
      const who = others.length === 0 ? device : `${others.length + 1} × ${profile}`
      const words = { who, what, ms: String(Math.round(ms)), period: durationText(periodMs) }
      return pauseMs > ms / 4 ? ['paused', { ...words, pause: String(Math.round(pauseMs)) }] : ['cost', words]
    }),
    'and',
  )
}

function fitText({ periodsMs, serial, devices }: Fitting, all: number): Bilingual {
  const periods = pollClasses.flatMap((poll) => {
    const ms = periodsMs?.[poll]
    return ms === undefined ? [] : [`${poll}: ${durationText(ms)}`]
  })
  const ways: Phrase[] = [
    ...(periods.length === 0 ? [] : [['periods', { periods: periods.join(', ') }] as const]),
    ...(serial === undefined ? [] : [['serial', { format: serialFormatText(serial) }] as const]),
    ...(all > 1 && devices > 0 ? [['fewer', { n: String(devices), all: String(all) }] as const] : []),
  ]
  return joined(ways.length === 0 ? [['less']] : ways, 'or')
}
