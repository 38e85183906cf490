/**
 * How coarse the data may be and still serve: for each purpose, and for each matter that points are about, the longest window
 * that it accepts, and why. A judgement of this project's, for advice only: a city that needs it finer says so in its policy.
 */
import { quantities, type Quantity, type QuantityName } from '../../drivers/quantities.ts'
import type { SiteRelease, Statistic } from '../releases.ts'

type Purpose = SiteRelease['purpose']
type Bilingual = Readonly<Record<'en' | 'fr', string>>

/** What a point is about, as far as purposes differ in it. */
export const matters = ['power', 'energy', 'water', 'people', 'light', 'filling', 'supply', 'state'] as const
export type Matter = (typeof matters)[number]

export function matterOf(name: QuantityName): Matter {
  const { unit, sensitivity, kind }: Quantity = quantities[name]
  if (sensitivity === 'presence') return 'people'
  if (unit === 'm3' || unit === 'm3/h') return 'water'
  if (sensitivity === 'usage') return kind === 'counter' ? 'energy' : 'power'
  if (name === 'filling_level') return 'filling'
  if (sensitivity === 'public') return 'light'
  return ['voltage', 'frequency', 'power_factor'].includes(name) ? 'supply' : 'state'
}

const quarter = 15 * 60_000
const hour = 3_600_000
const day = 24 * hour

interface Accepted {
  /** what is not named is served by the day */
  readonly windowMs: Readonly<Partial<Record<Matter, number>>>
  readonly because: Bilingual
  /** how long what tells of people serves it */
  readonly keeps: `${number}y`
}

export const accepted: Readonly<Record<Purpose, Accepted>> = {
  energy_efficiency: {
    windowMs: { power: hour, light: hour, water: hour },
    because: {
      en: 'the hour shows whether lamps dim as decided, the day what they used',
      fr: 'l’heure montre si les lampes baissent comme décidé, le jour ce qu’elles ont consommé',
    },
    keeps: '3y',
  },
  water_efficiency: {
    windowMs: { water: hour },
    because: { en: 'a leak shows in the hours before dawn', fr: 'une fuite se voit dans les heures d’avant l’aube' },
    keeps: '3y',
  },
  waste_management: {
    windowMs: { filling: 6 * hour },
    because: { en: 'rounds are planned by the half-day', fr: 'les tournées se préparent à la demi-journée' },
    keeps: '1y',
  },
  mobility: {
    windowMs: { people: quarter, light: hour },
    because: { en: 'a peak is judged by its quarter-hours', fr: 'une pointe se juge à ses quarts d’heure' },
    keeps: '5y',
  },
  logistics: {
    windowMs: { people: quarter, filling: 6 * hour },
    because: {
      en: 'a delivery bay turns over by the quarter-hour',
      fr: 'une aire de livraison tourne au quart d’heure',
    },
    keeps: '1y',
  },
  planning_decision_making: {
    windowMs: { people: hour, supply: hour, light: hour },
    because: {
      en: 'a plan looks at the hours of a day over seasons, and not at minutes',
      fr: 'un plan regarde les heures du jour au fil des saisons, pas les minutes',
    },
    keeps: '5y',
  },
  safety_security: {
    windowMs: { people: quarter, light: quarter, state: hour, supply: hour },
    because: {
      en: 'that a street is dark is an alarm, at once; that it was lit, the quarter-hour says',
      fr: 'qu’une rue soit noire est une alarme, tout de suite ; qu’elle ait été éclairée, le quart d’heure le dit',
    },
    keeps: '1y',
  },
  accessibility: {
    windowMs: { people: hour, light: quarter },
    because: {
      en: 'a way is judged by its light, and by the hour',
      fr: 'un chemin se juge à sa lumière, et à l’heure',
    },
    keeps: '1y',
  },
  inform: {
    windowMs: { people: hour, power: hour, light: quarter, supply: hour, filling: 6 * hour },
    because: {
      en: 'who reads a page wants to know how it is, not each second of it',
      fr: 'qui lit une page veut savoir où l’on en est, non chaque seconde',
    },
    keeps: '1y',
  },
  maintenance: {
    windowMs: { power: hour, supply: hour, light: hour, state: hour, filling: 6 * hour },
    because: {
      en: 'a fault calls by its alarm; values only say how it came',
      fr: 'une panne s’annonce par son alarme ; les valeurs disent seulement comment elle est venue',
    },
    keeps: '1y',
  },
  ecology: {
    windowMs: { light: hour, people: hour, power: day },
    because: { en: 'a night’s darkness is counted in hours', fr: 'le noir d’une nuit se compte en heures' },
    keeps: '3y',
  },
  health: {
    windowMs: { light: hour, people: hour },
    because: { en: 'what acts on health acts over hours', fr: 'ce qui agit sur la santé agit sur des heures' },
    keeps: '3y',
  },
  connectivity: {
    windowMs: { state: hour, supply: hour },
    because: { en: 'a link that fails is an alarm', fr: 'une liaison qui tombe est une alarme' },
    keeps: '1y',
  },
  research_development: {
    windowMs: { power: hour, water: hour, people: hour, light: hour, supply: hour, state: hour },
    because: {
      en: 'a study that needs it finer says so in its protocol',
      fr: 'une étude qui veut plus fin le dit dans son protocole',
    },
    keeps: '5y',
  },
}

export function acceptedWindowMs(purpose: Purpose, matter: Matter): number {
  return accepted[purpose].windowMs[matter] ?? day
}

/** What is worth telling of a window, where the release does not say. */
export function tellingOf({
  quantity,
  matter,
}: {
  readonly quantity: QuantityName
  readonly matter: Matter
}): readonly Statistic[] {
  const { kind }: Quantity = quantities[quantity]
  if (kind !== 'gauge' && kind !== 'counter') return ['last']
  // How many came by within the counter's own interval, or are there: it has no increase.
  return matter === 'people' && kind === 'gauge' ? ['mean'] : tellings[matter]
}

const tellings: Readonly<Record<Matter, readonly Statistic[]>> = {
  power: ['mean', 'max'],
  energy: ['last'],
  water: ['last'],
  people: ['increase'],
  light: ['mean'],
  filling: ['last'],
  supply: ['min', 'max'],
  state: ['last'],
}
