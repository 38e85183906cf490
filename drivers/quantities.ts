/**
 * What can be measured, defined once: unit, plausible range, labels, sensitivity.
 * Unit codes are UN/CEFACT Recommendation 20; mind that its `VA` is not the volt-ampere (that is `D46`).
 */

/** The units that quantities are kept in, and those that devices speak, by the factor to the former. */
const unitFamilies = {
  V: { code: 'VLT', also: { mV: 1e-3, kV: 1e3 } },
  A: { code: 'AMP', also: { mA: 1e-3 } },
  W: { code: 'WTT', also: { kW: 1e3 } },
  var: { code: 'D44', also: { kvar: 1e3 } },
  VA: { code: 'D46', also: { kVA: 1e3 } },
  kWh: { code: 'KWH', also: { Wh: 1e-3, MWh: 1e3 } },
  kvarh: { code: 'K3', also: { varh: 1e-3, Mvarh: 1e3 } },
  Hz: { code: 'HTZ', also: {} },
  '%': { code: 'P1', also: {} },
  lx: { code: 'LUX', also: {} },
  s: { code: 'SEC', also: {} },
  m3: { code: 'MTQ', also: { l: 1e-3 } },
  'm3/h': { code: 'MQH', also: { 'l/h': 1e-3 } },
  '1': { code: 'C62', also: {} },
} as const satisfies Record<string, { code: string; also: Record<string, number> }>

/** A unit that a quantity is kept in. */
export type BaseUnit = keyof typeof unitFamilies

/**
 * How much a point can tell about people.
 * `technical`: nothing; `public`: nothing, and of general interest; `usage`: how premises are used (a load curve);
 * `presence`: that somebody is there; `identifier`: who, or whose meter.
 */
export const sensitivities = ['technical', 'public', 'usage', 'presence', 'identifier'] as const
export type Sensitivity = (typeof sensitivities)[number]

export interface Quantity {
  /**
   * `gauge` goes up and down, `counter` only up until it rolls over or is replaced, `switch` is so or not, `state` is a set
   * of flags, `text` is text.
   */
  readonly kind: 'gauge' | 'counter' | 'switch' | 'state' | 'text'
  readonly unit: BaseUnit
  readonly label: { readonly en: string; readonly fr: string }
  /** What a value can be anywhere in a street; a profile narrows it. In `unit`, both ends included. */
  readonly range: readonly [least: number, most: number]
  /** How fast it can change, in `unit` a second, where physics says; a profile narrows it. */
  readonly slewPerS?: number
  /** Digits after the decimal point that are worth showing. */
  readonly digits: number
  readonly sensitivity: Sensitivity
}

const powerMost = 10_000_000
const energyMost = 1e10
/** At the greatest power: in kWh a second. */
const energySlewPerS = powerMost / 3_600_000
const noNumber = { unit: '1', range: [0, 0], digits: 0 } as const
const counted = { kind: 'gauge', unit: '1', range: [0, 1_000_000], digits: 0, sensitivity: 'presence' } as const
const passages = { kind: 'counter', unit: '1', range: [0, 1e10], digits: 0, sensitivity: 'presence' } as const

export const quantities = {
  voltage: {
    kind: 'gauge',
    unit: 'V',
    label: { en: 'Voltage', fr: 'Tension' },
    range: [0, 1_000],
    digits: 1,
    sensitivity: 'technical',
  },
  current: {
    kind: 'gauge',
    unit: 'A',
    label: { en: 'Current', fr: 'Intensité' },
    range: [-10_000, 10_000],
    digits: 2,
    sensitivity: 'usage',
  },
  power_active: {
    kind: 'gauge',
    unit: 'W',
    label: { en: 'Active power', fr: 'Puissance active' },
    range: [-powerMost, powerMost],
    digits: 0,
    sensitivity: 'usage',
  },
  power_reactive: {
    kind: 'gauge',
    unit: 'var',
    label: { en: 'Reactive power', fr: 'Puissance réactive' },
    range: [-powerMost, powerMost],
    digits: 0,
    sensitivity: 'usage',
  },
  power_apparent: {
    kind: 'gauge',
    unit: 'VA',
    label: { en: 'Apparent power', fr: 'Puissance apparente' },
    range: [-powerMost, powerMost],
    digits: 0,
    sensitivity: 'usage',
  },
  power_factor: {
    kind: 'gauge',
    unit: '1',
    label: { en: 'Power factor', fr: 'Facteur de puissance' },
    range: [-1, 1],
    digits: 3,
    sensitivity: 'technical',
  },
  frequency: {
    kind: 'gauge',
    unit: 'Hz',
    label: { en: 'Frequency', fr: 'Fréquence' },
    range: [40, 70],
    // generators are asked to withstand 2 Hz/s (ENTSO-E, RoCoF withstand capability, 2018): none sees more for long
    slewPerS: 5,
    digits: 2,
    sensitivity: 'technical',
  },
  energy_active_import: {
    kind: 'counter',
    unit: 'kWh',
    label: { en: 'Active energy imported', fr: 'Énergie active soutirée' },
    range: [0, energyMost],
    slewPerS: energySlewPerS,
    digits: 2,
    sensitivity: 'usage',
  },
  energy_active_export: {
    kind: 'counter',
    unit: 'kWh',
    label: { en: 'Active energy exported', fr: 'Énergie active injectée' },
    range: [0, energyMost],
    slewPerS: energySlewPerS,
    digits: 2,
    sensitivity: 'usage',
  },
  energy_reactive_import: {
    kind: 'counter',
    unit: 'kvarh',
    label: { en: 'Reactive energy imported', fr: 'Énergie réactive soutirée' },
    range: [0, energyMost],
    slewPerS: energySlewPerS,
    digits: 2,
    sensitivity: 'usage',
  },
  energy_reactive_export: {
    kind: 'counter',
    unit: 'kvarh',
    label: { en: 'Reactive energy exported', fr: 'Énergie réactive injectée' },
    range: [0, energyMost],
    slewPerS: energySlewPerS,
    digits: 2,
    sensitivity: 'usage',
  },
  /** of a lamp's full light; not a raw DALI level: see `dali_level` */
  light_level: {
    kind: 'gauge',
    unit: '%',
    label: { en: 'Light level', fr: 'Niveau de lumière' },
    range: [0, 100],
    digits: 0,
    sensitivity: 'public',
  },
  /** an arc power level as it goes over a DALI bus (IEC 62386-102): 0 is off, 1 to 254 a logarithmic scale; never per cent */
  dali_level: {
    kind: 'gauge',
    unit: '1',
    label: { en: 'DALI level', fr: 'Niveau DALI' },
    range: [0, 254],
    digits: 0,
    sensitivity: 'public',
  },
  illuminance: {
    kind: 'gauge',
    unit: 'lx',
    label: { en: 'Illuminance', fr: 'Éclairement' },
    range: [0, 200_000],
    digits: 0,
    sensitivity: 'public',
  },
  relay: {
    ...noNumber,
    kind: 'switch',
    label: { en: 'Relay', fr: 'Relais' },
    sensitivity: 'public',
  },
  contact: {
    ...noNumber,
    kind: 'switch',
    label: { en: 'Contact', fr: 'Contact' },
    sensitivity: 'technical',
  },
  /** a register that is set so that something happens, and is 0 again then */
  trigger: {
    kind: 'gauge',
    unit: '1',
    label: { en: 'Trigger', fr: 'Déclencheur' },
    range: [0, 65_535],
    digits: 0,
    sensitivity: 'technical',
  },
  count: {
    kind: 'gauge',
    unit: '1',
    label: { en: 'Count', fr: 'Nombre' },
    range: [0, 1e9],
    digits: 0,
    sensitivity: 'technical',
  },
  version: {
    kind: 'gauge',
    unit: '1',
    label: { en: 'Version', fr: 'Version' },
    range: [0, 65_535],
    digits: 0,
    sensitivity: 'technical',
  },
  /** a number that stands for something, as the maker's list tells */
  status_code: {
    kind: 'gauge',
    unit: '1',
    label: { en: 'Status code', fr: 'Code d’état' },
    range: [0, 65_535],
    digits: 0,
    sensitivity: 'technical',
  },
  duration: {
    kind: 'gauge',
    unit: 's',
    label: { en: 'Duration', fr: 'Durée' },
    range: [0, 1e9],
    digits: 0,
    sensitivity: 'technical',
  },
  device_state: {
    ...noNumber,
    kind: 'state',
    label: { en: 'Device state', fr: 'État de l’appareil' },
    sensitivity: 'technical',
  },
  serial_number: {
    ...noNumber,
    kind: 'text',
    label: { en: 'Serial number', fr: 'Numéro de série' },
    sensitivity: 'identifier',
  },
  /** how a network knows whose meter it is, such as PRM or ADSC */
  delivery_point: {
    ...noNumber,
    kind: 'text',
    label: { en: 'Delivery point', fr: 'Point de livraison' },
    sensitivity: 'identifier',
  },
  water_volume: {
    kind: 'counter',
    unit: 'm3',
    label: { en: 'Water volume', fr: 'Volume d’eau' },
    range: [0, 1e9],
    digits: 3,
    sensitivity: 'usage',
  },
  water_flow: {
    kind: 'gauge',
    unit: 'm3/h',
    label: { en: 'Water flow', fr: 'Débit d’eau' },
    range: [-10_000, 10_000],
    digits: 3,
    sensitivity: 'usage',
  },
  // who goes by: `passages` since the counter began, `counted` within the counter's own interval, `present` at this moment
  people_passages: { ...passages, label: { en: 'Passages of people', fr: 'Passages de personnes' } },
  people_counted: { ...counted, label: { en: 'People counted', fr: 'Personnes comptées' } },
  people_present: { ...counted, label: { en: 'People present', fr: 'Personnes présentes' } },
  bicycle_passages: { ...passages, label: { en: 'Passages of bicycles', fr: 'Passages de vélos' } },
  bicycles_counted: { ...counted, label: { en: 'Bicycles counted', fr: 'Vélos comptés' } },
  vehicle_passages: { ...passages, label: { en: 'Passages of vehicles', fr: 'Passages de véhicules' } },
  vehicles_counted: { ...counted, label: { en: 'Vehicles counted', fr: 'Véhicules comptés' } },
  /** in a car park, of which nobody's own bay is told */
  vehicles_present: { ...counted, label: { en: 'Vehicles present', fr: 'Véhicules présents' } },
  /** somebody or something is there: a movement, one bay */
  occupancy: {
    ...noNumber,
    kind: 'switch',
    label: { en: 'Occupancy', fr: 'Occupation' },
    sensitivity: 'presence',
  },
  number_plate: {
    ...noNumber,
    kind: 'text',
    label: { en: 'Number plate', fr: 'Plaque d’immatriculation' },
    sensitivity: 'identifier',
  },
  /** of a container for waste */
  filling_level: {
    kind: 'gauge',
    unit: '%',
    label: { en: 'Filling level', fr: 'Taux de remplissage' },
    range: [0, 100],
    digits: 0,
    sensitivity: 'public',
  },
  /** the chip of a container for waste (RFID), and so the household that puts it out */
  container_tag: {
    ...noNumber,
    kind: 'text',
    label: { en: 'Container tag', fr: 'Puce du bac' },
    sensitivity: 'identifier',
  },
} as const satisfies Record<string, Quantity>

export type QuantityName = keyof typeof quantities
export const quantityNames = Object.keys(quantities) as [QuantityName, ...QuantityName[]]

export function quantity(name: QuantityName): Quantity {
  return quantities[name]
}

/** The UN/CEFACT code of a quantity's unit. */
export function unitCode(unit: BaseUnit): string {
  return unitFamilies[unit].code
}

/** Every unit that a device may speak. */
export const deviceUnits = Object.entries(unitFamilies).flatMap(([base, family]) => [
  base,
  ...Object.keys(family.also),
]) as [string, ...string[]]

/** The units in which a device may speak of a quantity kept in `base`. */
export function unitsOf(base: BaseUnit): string[] {
  return [base, ...Object.keys(unitFamilies[base].also)]
}

/** How many `base` one `unit` is, or undefined when the one does not convert into the other. */
export function factorTo(base: BaseUnit, unit: string): number | undefined {
  if (unit === base) return 1
  const also: Record<string, number> = unitFamilies[base].also
  return also[unit]
}
