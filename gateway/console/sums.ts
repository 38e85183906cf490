/** How registers became a value: the sum, as a person would check it. */
import type { PointOrigin } from '../local/pages.ts'
import type { Form } from './format.ts'
import { digitsOf } from './labels.ts'

/** `4210 × 1 = 4,210 W`, of a counter that began anew `12 × 1 + 9,999,990 = 10,000,002 kWh`; undefined: there is no number to be had. */
export function rawSum(
  {
    raw,
    factor,
    offset,
    value,
    unit,
    quantity,
  }: Pick<PointOrigin, 'raw' | 'factor' | 'offset' | 'value' | 'unit' | 'quantity'>,
  form: Form,
): string | undefined {
  if (raw === undefined || raw.length === 0 || typeof value !== 'number' || factor === 0) return undefined
  const device = (value - (offset?.value ?? 0)) / factor
  const digits = Number.isInteger(round(device)) ? 0 : Math.min(4, digitsOf(quantity) + decimals(factor))
  const added = offset === undefined ? '' : ` + ${form.number(round(offset.value), digitsOf(quantity))}`
  return `${form.number(round(device), digits)} × ${form.number(factor, decimals(factor))}${added} = ${form.quantity(value, unit, digitsOf(quantity))}`
}

/** What a division leaves behind is no news. */
function round(value: number): number {
  return Number(value.toPrecision(9))
}

function decimals(factor: number): number {
  const text = String(round(factor))
  return text.includes('e-') ? Number(text.split('e-')[1]) : (text.split('.')[1]?.length ?? 0)
}
