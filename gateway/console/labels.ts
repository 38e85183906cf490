/** What points are called and how their values are shown. */
import { quantities, type Quantity, type QuantityName } from '../../drivers/quantities.ts'
import type { KnownPoint } from '../local/answers.ts'
import type { Form } from './format.ts'
import type { Language } from './language.ts'
import type { Say } from './say.ts'

function quantityOf(name: string): Quantity | undefined {
  return Object.hasOwn(quantities, name) ? quantities[name as QuantityName] : undefined
}

export function deviceOf(point: string): string {
  return point.slice(0, Math.max(0, point.indexOf('.')))
}

export function nameOf(point: string): string {
  return point.slice(point.indexOf('.') + 1)
}

/** `Voltage L1`, `Light level, gear 0`: the quantity, and what the point's name says besides. */
export function pointLabel(point: string, quantity: string, language: Language): string {
  const label = quantityOf(quantity)?.label[language]
  const name = nameOf(point)
  if (label === undefined) return name
  const said = quantity.split('_')
  const rest = name.split('_').filter((word) => !said.includes(word))
  if (rest.length === 0) return label
  const text = rest.join(' ')
  return /^l[123]$/.test(text) ? `${label} ${text.toUpperCase()}` : `${label}, ${text}`
}

/** How many digits behind the point are worth showing. */
export function digitsOf(quantity: string): number {
  return quantityOf(quantity)?.digits ?? 2
}

export function isNumeric(quantity: string): boolean {
  const kind = quantityOf(quantity)?.kind
  return kind === 'gauge' || kind === 'counter'
}

/** A value in words; undefined where there is none. */
export function valueText(
  { value, quantity, unit }: Pick<KnownPoint, 'value' | 'quantity' | 'unit'>,
  form: Form,
  say: Say,
): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  if (typeof value === 'boolean') return switchText(value, quantity, say)
  return quantityOf(quantity)?.kind === 'state' ? bits(value) : form.quantity(value, unit, digitsOf(quantity))
}

function switchText(value: boolean, quantity: string, say: Say): string {
  if (quantity === 'contact') return say(value ? 'value.closed' : 'value.open')
  if (quantity === 'relay') return say(value ? 'value.on' : 'value.off')
  return say(value ? 'value.true' : 'value.false')
}

/** A set of flags, as the maker's list numbers them. */
function bits(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, '0')}`
}

/** What the overview shows of a device: one point of each of these, the one that speaks for the whole device. */
const headlines: readonly QuantityName[] = [
  'power_active',
  'energy_active_import',
  'voltage',
  'frequency',
  'illuminance',
  'contact',
]

export function headlinesOf<P extends Pick<KnownPoint, 'point' | 'quantity'>>(points: readonly P[]): P[] {
  return headlines.flatMap((quantity) => {
    const those = points.filter((point) => point.quantity === quantity)
    // `power_active` before `power_active_l1`; of voltages all three, since each phase fails by itself
    if (quantity === 'voltage') return those.slice(0, 3)
    // a door and a fuse, not what each of many lamps says of itself
    if (quantity === 'contact') return those.length > 3 ? [] : those
    return those.sort((a, b) => a.point.length - b.point.length).slice(0, 1)
  })
}
