/** What a profile says of many of a kind, and of what may be written, against the rest of it. */
import { encodings, profileSchema, registersOf, type Contradiction, type Encoding } from './profile.ts'
import { factorTo, quantities } from './quantities.ts'
import { indicesOf, repeatIn } from './repeats.ts'
import { asRecord } from './schema.ts'

const shapes = profileSchema.shape
const pointShape = shapes.points.valueType.shape
const setpointShape = shapes.setpoints.unwrap().valueType.shape
const repeatSchema = shapes.repeats.unwrap().valueType
const choreShape = shapes.housekeeping.unwrap().element.shape
const lossSchema = setpointShape.on_loss

/** What can be written exactly, and told from noise when it is read back. */
const writable: readonly Encoding[] = ['bool', 'u16', 'i16', 'u32', 'i32', 'f32']

/** Looks at the raw document, and takes every value that is well formed by itself: every mistake at once. */
export function setpointContradictions(document: unknown): Contradiction[] {
  const root = asRecord(document)
  const repeats = new Map(
    Object.entries(asRecord(root['repeats'])).map(([name, value]) => [name, repeatSchema.safeParse(value).data]),
  )
  const points = Object.entries(asRecord(root['points'])).map(loosePoint)
  const setpoints = Object.entries(asRecord(root['setpoints'])).map(looseSetpoint)
  const taken = new Set(setpoints.flatMap((one) => addressesOf(one, repeats)))
  return [
    ...[...repeats].flatMap(([name, repeat]) => upsideDown(name, repeat)),
    ...[...points, ...setpoints].flatMap((entry) => unfitTemplate(entry, repeats)),
    ...claimedTwice(points, repeats),
    ...claimedTwice(setpoints, repeats),
    ...setpoints.flatMap(unfitRegister),
    ...setpoints.flatMap(unfitNumbers),
    ...setpoints.flatMap((setpoint) => unfitConfirmation(setpoint, points)),
    ...setpoints.flatMap((setpoint) => unfitArming(setpoint, taken)),
    ...unfitHousekeeping(root['housekeeping'], taken),
  ]
}

type Repeats = ReadonlyMap<string, ReturnType<typeof repeatSchema.safeParse>['data']>

function loosePoint([name, value]: [string, unknown]) {
  const raw = asRecord(value)
  return {
    name,
    path: ['points', name],
    at: pointShape.at.safeParse(raw['at']).data,
    as: pointShape.as.safeParse(raw['as']).data,
    registers: pointShape.registers.safeParse(raw['registers']).data,
    quantity: pointShape.quantity.safeParse(raw['quantity']).data,
    hasStep: raw['step'] !== undefined,
    step: pointShape.step.safeParse(raw['step']).data,
  }
}
type LoosePoint = ReturnType<typeof loosePoint>

function looseSetpoint([name, value]: [string, unknown]) {
  const raw = asRecord(value)
  return {
    ...loosePoint([name, value]),
    path: ['setpoints', name],
    unit: setpointShape.unit.safeParse(raw['unit']).data,
    limits: setpointShape.limits.safeParse(raw['limits']).data,
    slew: setpointShape.slew.safeParse(raw['slew']).data,
    safe: setpointShape.safe.safeParse(raw['safe']).data,
    confirm: setpointShape.confirm.safeParse(raw['confirm']).data,
    onLoss: lossSchema.safeParse(raw['on_loss']).data,
  }
}
type LooseSetpoint = ReturnType<typeof looseSetpoint>

function upsideDown(name: string, repeat: { from: number; to: number } | undefined): Contradiction[] {
  if (repeat === undefined || repeat.from <= repeat.to) return []
  return [{ path: ['repeats', name, 'to'], code: 'repeat-upside-down', words: { repeat: name } }]
}

function unfitTemplate({ name, path, hasStep }: LoosePoint, repeats: Repeats): Contradiction[] {
  const repeat = repeatIn(name)
  if (repeat !== undefined && !repeats.has(repeat))
    return [{ path, code: 'no-such-repeat', words: { repeat }, candidates: [...repeats.keys()] }]
  if ((repeat !== undefined) === hasStep) return []
  return [{ path, code: 'step-and-repeat', words: { point: name } }]
}

/** Every register that an entry takes, over all that a device can have: `holding/15`. */
function addressesOf({ name, at, as, registers, step = 0 }: LoosePoint, repeats: Repeats): string[] {
  if (at === undefined) return []
  const repeat = repeatIn(name)
  const known = repeat === undefined ? undefined : repeats.get(repeat)
  const places = known === undefined ? 1 : indicesOf(known).length
  const count = (as && registersOf({ as, registers })) ?? 1
  return Array.from({ length: places }, (_, place) => place).flatMap((place) =>
    Array.from({ length: count }, (_, offset) => `${at.table}/${at.address + place * step + offset}`),
  )
}

/** Of entries of which one at least is a template: plain ones are compared with one another in `profile.ts`. */
function claimedTwice(entries: readonly LoosePoint[], repeats: Repeats): Contradiction[] {
  const found: Contradiction[] = []
  const owners = new Map<string, LoosePoint>()
  for (const entry of entries) {
    const addresses = addressesOf(entry, repeats)
    const at = [...entry.path, 'at']
    if (addresses.some((address) => Number(address.split('/')[1]) > 0xffff) && entry.step !== undefined)
      found.push({ path: at, code: 'beyond-last-register', words: {} })
    const itself = new Set(addresses).size < addresses.length ? entry : undefined
    const owner = itself ?? addresses.map((address) => owners.get(address)).find((known) => known !== undefined)
    const isPlainPoint = entry.path[0] === 'points' && !repeatIn(entry.name) && owner && !repeatIn(owner.name)
    if (owner !== undefined && isPlainPoint !== true)
      found.push({ path: at, code: 'register-claimed-twice', words: { point: owner.name } })
    for (const address of addresses) if (!owners.has(address)) owners.set(address, entry)
  }
  return found
}

function unfitRegister({ path, at, as, quantity, unit }: LooseSetpoint): Contradiction[] {
  const found: Contradiction[] = []
  if (at !== undefined && at.table !== 'holding' && at.table !== 'coil')
    found.push({ path: [...path, 'at'], code: 'not-writable', words: { table: at.table } })
  if (as !== undefined && !writable.includes(as))
    found.push({ path: [...path, 'as'], code: 'setpoint-encoding', words: { as }, candidates: [...writable] })
  const isSwitch = quantity && quantities[quantity].kind === 'switch'
  if (as !== undefined && isSwitch !== undefined && isSwitch !== (as === 'bool'))
    found.push({ path: [...path, 'as'], code: 'switch-and-bool', words: { as, quantity: quantity ?? '' } })
  if (as === 'bool' && at?.table === 'holding')
    found.push({ path: [...path, 'as'], code: 'table-and-encoding', words: { table: at.table, as } })
  if (as !== undefined && as in encodings && as !== 'bool' && at?.table === 'coil')
    found.push({ path: [...path, 'as'], code: 'table-and-encoding', words: { table: at.table, as } })
  if (quantity !== undefined && unit !== undefined && factorTo(quantities[quantity].unit, unit) === undefined) {
    const { unit: base } = quantities[quantity]
    found.push({ path: [...path, 'unit'], code: 'unit-of-another-quantity', words: { unit, quantity, base } })
  }
  return found
}

function unfitNumbers({ path, quantity, limits, slew, safe }: LooseSetpoint): Contradiction[] {
  if (quantity === undefined) return []
  const found: Contradiction[] = []
  const isSwitch = quantities[quantity].kind === 'switch'
  const [least, most] = isSwitch ? [0, 1] : quantities[quantity].range
  const complain = (key: string, code: string, words: Record<string, string> = {}) =>
    found.push({ path: [...path, key], code, words: { quantity, ...words } })
  if (limits && (limits[0] < least || limits[1] > most))
    complain('limits', 'limits-wider-than-quantity', { range: `${least} … ${most}` })
  if (slew !== undefined && isSwitch && slew !== Infinity) complain('slew', 'slew-of-switch')
  if (safe !== undefined && (typeof safe === 'boolean') !== isSwitch) complain('safe', 'safe-of-wrong-type')
  else if (typeof safe === 'number' && limits && safe !== 0 && (safe < limits[0] || safe > limits[1]))
    complain('safe', 'safe-outside-limits', { range: limits.join(' … ') })
  return found
}

function unfitConfirmation(
  { name, path, quantity, confirm }: LooseSetpoint,
  points: readonly LoosePoint[],
): Contradiction[] {
  if (confirm === undefined || 'none' in confirm) return []
  const at = [...path, 'confirm', 'by']
  const point = points.find((one) => one.name === confirm.by)
  if (point === undefined)
    return [
      { path: at, code: 'no-such-point', words: { point: confirm.by }, candidates: points.map((one) => one.name) },
    ]
  const repeat = repeatIn(point.name)
  const another = point.quantity !== undefined && quantity !== undefined && point.quantity !== quantity
  if (!another && (repeat === undefined || repeat === repeatIn(name))) return []
  return [{ path: at, code: 'confirms-another', words: { point: point.name } }]
}

function unfitArming({ path, onLoss }: LooseSetpoint, taken: ReadonlySet<string>): Contradiction[] {
  if (onLoss === undefined || 'keeps' in onLoss) return []
  return onLoss.armed_by.flatMap(({ at }, index) =>
    unfitWrite([...path, 'on_loss', 'armed_by', index, 'at'], at, taken),
  )
}

function unfitHousekeeping(raw: unknown, taken: ReadonlySet<string>): Contradiction[] {
  return (Array.isArray(raw) ? raw : []).flatMap((chore, index) => {
    const at = choreShape.at.safeParse(asRecord(chore)['at']).data
    return at === undefined ? [] : unfitWrite(['housekeeping', index, 'at'], at, taken)
  })
}

/** A write that nobody judges: it must not be one that somebody should. */
function unfitWrite(
  path: (string | number)[],
  { table, address }: { table: string; address: number },
  taken: ReadonlySet<string>,
): Contradiction[] {
  if (table !== 'holding' && table !== 'coil') return [{ path, code: 'not-writable', words: { table } }]
  if (!taken.has(`${table}/${address}`)) return []
  return [{ path, code: 'writes-round-the-envelope', words: { register: `${table}/${address}` } }]
}
