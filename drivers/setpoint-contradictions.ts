/** What a profile says of many of a kind, of requests, and of what may be written, against the rest of it. */
import {
  addressesFor,
  looseClaim,
  looseRepeats,
  registerName,
  repeatContradictions,
  type LooseClaim,
} from './claims.ts'
import { profileSchema, registersOf, type Contradiction, type Encoding } from './profile.ts'
import { factorTo, quantities } from './quantities.ts'
import { readContradictions } from './read-contradictions.ts'
import { repeatIn } from './repeats.ts'
import { asRecord } from './schema.ts'
import { unjudgedWriteContradictions } from './unjudged-writes.ts'

const setpointShape = profileSchema.shape.setpoints.unwrap().valueType.shape

/** What can be written exactly, and told from noise when it is read back; of whole numbers, the least and the most. */
const writable: Readonly<Partial<Record<Encoding, readonly [least: number, most: number]>>> = {
  bool: [0, 1],
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
  f32: [-Infinity, Infinity],
}

/** Looks at the raw document, and takes every value that is well formed by itself: every mistake at once. */
export function setpointContradictions(document: unknown): Contradiction[] {
  const root = asRecord(document)
  const repeats = looseRepeats(root['repeats'])
  const points = Object.entries(asRecord(root['points'])).map(([name, value]) => looseClaim('points', name, value))
  const setpoints = Object.entries(asRecord(root['setpoints'])).map(looseSetpoint)
  const taken = new Set(setpoints.flatMap((one) => addressesFor(one, repeats).map(registerName)))
  return [
    ...repeatContradictions(points, setpoints, repeats),
    ...readContradictions(points, root['modbus'], repeats),
    ...setpoints.flatMap(unfitRegister),
    ...setpoints.flatMap(unfitNumbers),
    ...setpoints.flatMap((setpoint) => unfitConfirmation(setpoint, points)),
    ...setpoints.flatMap(unfitLoss),
    ...unjudgedWriteContradictions(setpoints, root['housekeeping'], repeats, taken),
  ]
}

function looseSetpoint([name, value]: [string, unknown]) {
  const raw = asRecord(value)
  return {
    ...looseClaim('setpoints', name, value),
    hasTolerance: asRecord(raw['confirm'])['tolerance'] !== undefined,
    unit: setpointShape.unit.safeParse(raw['unit']).data,
    scale: setpointShape.scale.safeParse(raw['scale']).data,
    limits: setpointShape.limits.safeParse(raw['limits']).data,
    slew: setpointShape.slew.safeParse(raw['slew']).data,
    safe: setpointShape.safe.safeParse(raw['safe']).data,
    confirm: setpointShape.confirm.safeParse(raw['confirm']).data,
    onLoss: setpointShape.on_loss.safeParse(raw['on_loss']).data,
  }
}
type LooseSetpoint = ReturnType<typeof looseSetpoint>

function unfitRegister({ path, at, as, quantity, unit }: LooseSetpoint): Contradiction[] {
  const found: Contradiction[] = []
  const complain = (key: string, code: string, words: Record<string, string>) =>
    found.push({ path: [...path, key], code, words })
  if (at !== undefined && at.table !== 'holding' && at.table !== 'coil')
    complain('at', 'not-writable', { table: at.table })
  if (as !== undefined && !(as in writable))
    found.push({
      path: [...path, 'as'],
      code: 'setpoint-encoding',
      words: { as },
      candidates: Object.keys(writable),
    })
  const isSwitch = quantity && quantities[quantity].kind === 'switch'
  if (as !== undefined && isSwitch !== undefined && isSwitch !== (as === 'bool'))
    complain('as', 'switch-and-bool', { as, quantity: quantity ?? '' })
  const isBit = at?.table === 'coil'
  if (as !== undefined && at !== undefined && (isBit || at.table === 'holding') && isBit !== (as === 'bool'))
    complain('as', 'table-and-encoding', { table: at.table, as })
  if (quantity !== undefined && unit !== undefined && factorTo(quantities[quantity].unit, unit) === undefined)
    complain('unit', 'unit-of-another-quantity', { unit, quantity, base: quantities[quantity].unit })
  return found
}

function unfitNumbers({ path, as, quantity, unit, scale, limits, slew, safe }: LooseSetpoint): Contradiction[] {
  if (quantity === undefined) return []
  const found: Contradiction[] = []
  const { unit: base, range, kind } = quantities[quantity]
  const isSwitch = kind === 'switch'
  const [least, most] = isSwitch ? [0, 1] : range
  const complain = (key: string, code: string, words: Record<string, string> = {}) =>
    found.push({ path: [...path, key], code, words: { quantity, ...words } })

  if (limits && (limits[0] < least || limits[1] > most))
    complain('limits', 'limits-wider-than-quantity', { range: `${least} … ${most}` })
  else if (limits && isSwitch && (limits[0] !== least || limits[1] !== most)) complain('limits', 'limits-of-switch')
  const factor = (scale ?? 1) * (factorTo(base, unit ?? base) ?? NaN)
  const [lowest, highest] = (as && writable[as]) ?? [-Infinity, Infinity]
  if (limits && as && !isSwitch && (limits[0] / factor < lowest - 0.5 || limits[1] / factor > highest + 0.5))
    complain('limits', 'limits-beyond-encoding', { as, range: `${lowest * factor} … ${highest * factor}` })

  if (slew !== undefined && isSwitch && slew !== Infinity) complain('slew', 'slew-of-switch')
  if (safe !== undefined && (typeof safe === 'boolean') !== isSwitch) complain('safe', 'safe-of-wrong-type')
  else if (typeof safe === 'number' && limits && safe !== 0 && (safe < limits[0] || safe > limits[1]))
    complain('safe', 'safe-outside-limits', { range: limits.join(' … ') })
  return found
}

function unfitConfirmation(
  { name, path, quantity, confirm, hasTolerance }: LooseSetpoint,
  points: readonly LooseClaim[],
): Contradiction[] {
  const found: Contradiction[] = []
  if (hasTolerance && quantity && quantities[quantity].kind === 'switch')
    found.push({ path: [...path, 'confirm', 'tolerance'], code: 'tolerance-of-switch', words: {} })
  if (confirm === undefined || 'none' in confirm) return found
  const at = [...path, 'confirm', 'by']
  const words = { point: confirm.by }
  const point = points.find((one) => one.name === confirm.by)
  if (point === undefined)
    return [...found, { path: at, code: 'no-such-point', words, candidates: points.map((one) => one.name) }]
  const repeat = repeatIn(point.name)
  const another = point.quantity !== undefined && quantity !== undefined && point.quantity !== quantity
  if (!another && (repeat === undefined || repeat === repeatIn(name))) return found
  return [...found, { path: at, code: 'confirms-another', words }]
}

/** What is safe goes into one register of the device's own, so it must fit into one. */
function unfitLoss({ path, as, onLoss }: LooseSetpoint): Contradiction[] {
  if (as === undefined || onLoss === undefined || 'keeps' in onLoss || registersOf({ as }) === 1) return []
  return [{ path: [...path, 'on_loss', 'goes_to'], code: 'safe-in-two-registers', words: { as } }]
}
