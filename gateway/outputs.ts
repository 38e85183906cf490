/** What a device's setpoint can do for a segment, in the form that control works with. */
import type { InstanceSetpoint } from '../drivers/instance.ts'
import { quantities, type QuantityName } from '../drivers/quantities.ts'
import type { PointId } from '../drivers/reading.ts'
import { milliseconds } from '../drivers/schema.ts'
import { percentOfDali, daliLevelOf } from './control/levels.ts'
import type { Output } from './control/segment.ts'
import type { SiteSegment } from './site.ts'

type Form = Output['form']
type Limits = Output['limits']

/** Where the profile knows no confirmation, and the site names other points. */
const confirmWithinMs = 5_000
const tolerances: Readonly<Record<Form, number>> = { light_level: 1, dali_level: 1, relay: 0 }

/** How a setpoint of this quantity makes light; undefined: not at all. */
export function formOf(quantity: QuantityName): Form | undefined {
  return quantity === 'light_level' || quantity === 'dali_level' || quantity === 'relay' ? quantity : undefined
}

/** Whether a point of this quantity can tell the light of an output: of a relay also a contact behind it can. */
export function tells(quantity: QuantityName, form: Form): boolean {
  return quantity === form || (form === 'relay' && quantities[quantity].kind === 'switch')
}

/** A point that the site names in `confirm_by`, and that may tell this output's light. */
export interface ConfirmingPoint {
  readonly point: PointId
  readonly quantity: QuantityName
}

/** What the site says to an output beyond its profile. */
export interface Narrowing extends Partial<Pick<SiteSegment, 'limits' | 'slew' | 'rest'>> {
  readonly confirming?: readonly ConfirmingPoint[]
}

/** undefined: the setpoint makes no light. */
export function outputOf(device: string, setpoint: InstanceSetpoint, narrowing: Narrowing = {}): Output | undefined {
  const { name, quantity, register, slewPerS, restMs, confirm, onLoss } = setpoint
  const { limits, slew = Infinity, rest, confirming = [] } = narrowing
  const form = formOf(quantity)
  if (form === undefined) return undefined
  const own: readonly PointId[] = confirm ? [`${device}.${confirm.by}`] : []
  return {
    setpoint: `${device}.${name}`,
    device,
    form,
    limits: narrowed(form, register.range, limits),
    off: true, // 0 is off on each of these scales, whatever the least level that gives light
    slewPerS: form === 'light_level' ? Math.min(slewPerS, slew) : slewPerS,
    restMs: Math.max(restMs, rest ? milliseconds(rest) : 0),
    confirmBy: [
      ...new Set([...own, ...confirming.flatMap((each) => (tells(each.quantity, form) ? [each.point] : []))]),
    ],
    tolerance: confirm?.tolerance ?? tolerances[form],
    confirmWithinMs: confirm?.withinMs ?? confirmWithinMs,
    onLoss,
  }
}

function narrowed(form: Form, own: Limits, limits: Limits | undefined): Limits {
  if (form === 'relay') return [0, 1]
  if (limits === undefined) return own
  const [least, most] = form === 'light_level' ? limits : inDaliLevels(limits)
  return [Math.max(own[0], least), Math.min(own[1], most)]
}

/** The next level outwards, so that the per cent that the site names lie within. */
function inDaliLevels([least, most]: Limits): Limits {
  const [low, high] = [daliLevelOf(least), daliLevelOf(most)]
  return [percentOfDali(low) > least ? low - 1 : low, percentOfDali(high) < most ? Math.min(254, high + 1) : high]
}
