/**
 * How quantities are told upstream in the entity types of Smart Data Models: type, attribute, unit, bounds. Data, and no
 * more than the models' schemas say. Their traps: a cabinet counts kilowatts where a meter counts watts; phases are R, S, T
 * in one and L1, L2, L3 in the other; a water meter's reading is a whole number, so litres.
 */
import type { QuantityName } from './quantities.ts'

/** Which part of an installation a point speaks of; absent: of all of it. */
export type Part = 'L1' | 'L2' | 'L3' | 'N' | 'L12' | 'L23' | 'L31'

/** `raw`: as it was read. */
export type Told = 'raw' | 'last' | 'mean' | 'sum' | 'increase'

/** One attribute of an entity type, and how a value of ours becomes one of its. */
export interface Attribute {
  readonly name: string
  /** the attribute is an object, and this its key */
  readonly part?: Part
  /** theirs = ours × multiplier ÷ divisor */
  readonly multiplier?: number
  readonly divisor?: number
  /** UN/CEFACT Recommendation 20, of theirs; absent: it is no number */
  readonly unitCode?: string
  /** what the schema takes, both ends included; what lies beyond cannot be said */
  readonly range?: readonly [least: number, most: number]
  /** whole numbers only */
  readonly whole?: true
  /** of what is no number: the words for true and false, or for flags that are set */
  readonly words?:
    | { readonly true: string; readonly false: string }
    | { readonly flags: Readonly<Record<string, string>>; readonly none: string }
  /**
   * What may stand as the attribute itself, the best first: a value as it was read, or a statistic; any other is a data set
   * beside it. A present value may be told by the last or the mean of a window, a meter's reading only by the last, and how
   * many went by only by what a window has counted.
   */
  readonly told: readonly Told[]
}

/** Attributes by quantity; of what has phases, those of a phase and the one of the whole. */
type Attributes = Readonly<
  Partial<Record<QuantityName, Attribute | ((part: Part | undefined) => Attribute | undefined)>>
>

const present = ['raw', 'last', 'mean'] as const
const reading = ['raw', 'last'] as const
const anyNumber = undefined
const positive = [0, Infinity] as const
const ratio = [-1, 1] as const
const share = [0, 1] as const

type Spec = Omit<Attribute, 'name' | 'part' | 'told'> & { told?: readonly Told[] }

function attribute(name: string, unitCode: string, range: Attribute['range'] | undefined, more: Spec = {}): Attribute {
  return { name, unitCode, ...(range === undefined ? {} : { range }), told: present, ...more }
}

const phases: ReadonlySet<string> = new Set(['L1', 'L2', 'L3'])

/** An object by phase, and a number for the whole; `whole: undefined`: the model has none. */
function phased(
  each: string,
  whole: string | undefined,
  unitCode: string,
  range?: Attribute['range'],
  more: Spec = {},
): (part: Part | undefined) => Attribute | undefined {
  return (part) => {
    if (part === undefined) return whole === undefined ? undefined : attribute(whole, unitCode, range, more)
    return phases.has(part) ? { ...attribute(each, unitCode, range, more), part } : undefined
  }
}

const energy = (each: string, whole: string, code: string) => phased(each, whole, code, positive, { told: reading })

/** `alone`: the phase that a point without one speaks of, where there is but one. */
function measurement(alone: Part | undefined): Attributes {
  return {
    voltage: (part = alone) => {
      if (part === undefined || part === 'N') return undefined
      const name = phases.has(part) ? 'phaseVoltage' : 'phaseToPhaseVoltage'
      return { ...attribute(name, 'VLT', anyNumber), part }
    },
    current: (part = alone) =>
      part !== undefined && (part === 'N' || phases.has(part))
        ? { ...attribute('current', 'AMP', anyNumber), part }
        : undefined,
    power_active: phased('activePower', 'totalActivePower', 'WTT'),
    power_reactive: phased('reactivePower', 'totalReactivePower', 'D44'),
    power_apparent: phased('apparentPower', 'totalApparentPower', 'D46', positive),
    power_factor: phased('powerFactor', 'totalPowerFactor', 'C62', ratio),
    frequency: attribute('frequency', 'HTZ', positive),
    energy_active_import: energy('activeEnergyImport', 'totalActiveEnergyImport', 'KWH'),
    energy_active_export: energy('activeEnergyExport', 'totalActiveEnergyExport', 'KWH'),
    energy_reactive_import: energy('reactiveEnergyImport', 'totalReactiveEnergyImport', 'K3'),
    energy_reactive_export: energy('reactiveEnergyExport', 'totalReactiveEnergyExport', 'K3'),
  }
}

const rst: Readonly<Partial<Record<Part, string>>> = { L1: 'R', L2: 'S', L3: 'T' }

/** `nameR`, `nameS`, `nameT`, and `whole`. */
function byLetter(
  name: string,
  whole: string | undefined,
  unitCode: string,
  range: Attribute['range'],
  more: Spec = {},
) {
  return (part: Part | undefined): Attribute | undefined => {
    const letter = part && rst[part]
    if (part !== undefined)
      return letter === undefined ? undefined : attribute(`${name}${letter}`, unitCode, range, more)
    return whole === undefined ? undefined : attribute(whole, unitCode, range, more)
  }
}

/** How many went by within a window: the counter's reading itself is none of it. */
function passed(name: string, told: Told): Attribute {
  return attribute(name, 'C62', positive, { whole: true, told: [told] })
}

const lit = { name: 'powerState', words: { true: 'on', false: 'off' }, told: reading } as const
const relativeLight = attribute('illuminanceLevel', 'C62', share, { divisor: 100 })

/** What each model has an attribute for. A quantity that is missing is told as a `DeviceMeasurement`. */
const attributes = {
  /** reactive power may be negative, which the cabinet's schema refuses: the meter's own entity tells it */
  StreetlightControlCabinet: {
    power_active: byLetter('activePower', 'totalActivePower', 'KWT', positive, { divisor: 1_000 }),
    voltage: byLetter('voltage', undefined, 'VLT', positive),
    current: byLetter('intensity', undefined, 'AMP', positive),
    power_factor: byLetter('powerFactor', 'cosPhi', 'C62', ratio),
    frequency: (part) => (part === undefined ? attribute('frequency', 'HTZ', positive) : undefined),
    energy_active_import: (part) =>
      part === undefined ? attribute('energyConsumed', 'KWH', positive, { told: reading }) : undefined,
    energy_reactive_import: (part) =>
      part === undefined ? attribute('reactiveEnergyConsumed', 'K3', positive, { told: reading }) : undefined,
  },
  StreetlightGroup: { light_level: relativeLight },
  /** `current` has no unit in the model: ours is always told */
  Streetlight: {
    light_level: relativeLight,
    relay: lit,
    power_active: attribute('powerConsumption', 'WTT', anyNumber),
    voltage: attribute('voltage', 'VLT', anyNumber),
    current: attribute('current', 'AMP', anyNumber),
    power_factor: attribute('powerFactor', 'C62', anyNumber),
    device_state: {
      name: 'status',
      words: { flags: { lamp_failure: 'defectiveLamp', ballast_failure: 'brokenLantern' }, none: 'ok' },
      told: reading,
    },
  },
  ThreePhaseAcMeasurement: measurement(undefined),
  ACMeasurement: measurement('L1'),
  /** the schema wants whole numbers and speaks of cubic metres, its own example of litres */
  WaterConsumptionObserved: {
    water_volume: attribute('waterConsumption', 'LTR', anyNumber, { multiplier: 1_000, whole: true, told: reading }),
  },
  WasteContainer: { filling_level: attribute('fillingLevel', 'C62', share, { divisor: 100 }) },
  CrowdFlowObserved: {
    people_passages: passed('peopleCount', 'increase'),
    people_counted: passed('peopleCount', 'sum'),
  },
  TrafficFlowObserved: {
    vehicle_passages: passed('intensity', 'increase'),
    vehicles_counted: passed('intensity', 'sum'),
    bicycle_passages: passed('intensity', 'increase'),
    bicycles_counted: passed('intensity', 'sum'),
  },
} as const satisfies Readonly<Record<string, Attributes>>

export type Model = keyof typeof attributes
export const models = Object.keys(attributes) as readonly Model[]
/** What is told in other words than by the value of a point. */
export type EntityType = Model | 'DeviceMeasurement' | 'DeviceOperation' | 'Alert'

/** What `model` calls this quantity, or undefined: it has no word for it. */
export function attributeOf(model: Model, quantity: QuantityName, part?: Part): Attribute | undefined {
  const known: Attributes = attributes[model]
  const found = Object.hasOwn(known, quantity) ? known[quantity] : undefined
  return typeof found === 'function' ? found(part) : found
}

/** The model that a quantity belongs to wherever it is measured; the others hang on what the device is. */
export function ownModel(quantity: QuantityName): Model | undefined {
  return ownModels.find((model) => Object.hasOwn(attributes[model], quantity))
}

const ownModels = ['WaterConsumptionObserved', 'WasteContainer', 'CrowdFlowObserved', 'TrafficFlowObserved'] as const

/** `voltage_l1` is of phase L1, `voltage_l1_l2` between two, `current_n` of the neutral. */
export function partOf(point: string): Part | undefined {
  const between = /_l([123])_?l?([123])$/.exec(point)
  if (between !== null) {
    const pair = `${between[1] ?? ''}${between[2] ?? ''}`
    return pair === '12' || pair === '21' ? 'L12' : pair === '23' || pair === '32' ? 'L23' : 'L31'
  }
  const phase = /_l([123])$/.exec(point)?.[1]
  if (phase !== undefined) return phase === '1' ? 'L1' : phase === '2' ? 'L2' : 'L3'
  return point.endsWith('_n') ? 'N' : undefined
}

/** The repository of Smart Data Models that a type comes from. */
const domains: Readonly<Record<EntityType, string>> = {
  StreetlightControlCabinet: 'Streetlighting',
  StreetlightGroup: 'Streetlighting',
  Streetlight: 'Streetlighting',
  ThreePhaseAcMeasurement: 'Energy',
  ACMeasurement: 'Energy',
  WaterConsumptionObserved: 'WaterConsumption',
  WasteContainer: 'WasteManagement',
  CrowdFlowObserved: 'Transportation',
  TrafficFlowObserved: 'Transportation',
  DeviceMeasurement: 'Device',
  DeviceOperation: 'Device',
  Alert: 'Alert',
}

/** Where the words of a type are defined: named to the reader, never fetched by us. */
export function contextOf(type: EntityType): string {
  return `https://raw.githubusercontent.com/smart-data-models/dataModel.${domains[type]}/master/context.jsonld`
}

/**
 * Alarms that an `Alert` has a category for: it has none for lamps, meters and lines, whose faults are told as a
 * `DeviceOperation`. Somebody unknown who commands the cabinet's bus is a matter of security.
 */
export const alerts: Readonly<Record<string, { readonly category: string; readonly subCategory?: string }>> = {
  'line-foreign-master': { category: 'security', subCategory: 'suspiciousAction' },
}

/** How a type says when it was observed: not at all, at a moment, or over a period (`2026-…/2026-…` in `dateObserved`). */
export function datedAs(type: EntityType): 'nowhere' | 'moment' | 'moment-and-period' | 'period' {
  switch (type) {
    case 'DeviceMeasurement':
      return 'moment'
    case 'ACMeasurement':
      return 'moment-and-period'
    case 'CrowdFlowObserved':
    case 'TrafficFlowObserved':
      return 'period'
    case 'StreetlightControlCabinet':
    case 'StreetlightGroup':
    case 'Streetlight':
    case 'ThreePhaseAcMeasurement':
    case 'WaterConsumptionObserved':
    case 'WasteContainer':
    case 'DeviceOperation':
    case 'Alert':
      return 'nowhere'
  }
}

/** Types without which a place there is none: their schemas want a location. */
export function wantsPlace(type: EntityType): boolean {
  return ['StreetlightControlCabinet', 'StreetlightGroup', 'Streetlight', 'ACMeasurement', 'WasteContainer'].includes(
    type,
  )
}
