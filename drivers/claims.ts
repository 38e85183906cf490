/** Which names and registers the entries of a profile take, over all that a device can have, and where two take the same. */
import { profileSchema, registersOf, type Contradiction, type Table } from './profile.ts'
import { indicesOf, nameOf, repeatIn } from './repeats.ts'
import { asRecord } from './schema.ts'

const shapes = profileSchema.shape
const pointShape = shapes.points.valueType.shape
const repeatSchema = shapes.repeats.unwrap().valueType

/** The kinds that a profile declares; of one that is malformed nothing is known but its name. */
export type Repeats = ReadonlyMap<string, ReturnType<typeof repeatSchema.safeParse>['data']>

export function looseRepeats(raw: unknown): Repeats {
  return new Map(Object.entries(asRecord(raw)).map(([name, value]) => [name, repeatSchema.safeParse(value).data]))
}

/** A point or a setpoint whose malformed values are left out. */
export function looseClaim(section: 'points' | 'setpoints', name: string, value: unknown) {
  const raw = asRecord(value)
  return {
    name,
    path: [section, name],
    at: pointShape.at.safeParse(raw['at']).data,
    as: pointShape.as.safeParse(raw['as']).data,
    registers: pointShape.registers.safeParse(raw['registers']).data,
    quantity: pointShape.quantity.safeParse(raw['quantity']).data,
    hasStep: raw['step'] !== undefined,
    step: pointShape.step.safeParse(raw['step']).data,
  }
}
export type LooseClaim = ReturnType<typeof looseClaim>

export interface Address {
  readonly table: Table
  readonly address: number
}

/** `holding/15` */
export function registerName({ table, address }: Address): string {
  return `${table}/${address}`
}

/** The indices of what is named in braces; of a plain name, and of a kind that is malformed or missing, one for all. */
export function indicesFor(name: string, repeats: Repeats): readonly number[] {
  const known = repeats.get(repeatIn(name) ?? '')
  return known === undefined ? [0] : indicesOf(known)
}

/** Every register that an entry takes. */
export function addressesFor({ name, at, as, registers, step = 0 }: LooseClaim, repeats: Repeats): Address[] {
  if (at === undefined) return []
  const count = (as && registersOf({ as, registers })) ?? 1
  return indicesFor(name, repeats).flatMap((_, place) =>
    Array.from({ length: count }, (__, offset) => ({ table: at.table, address: at.address + place * step + offset })),
  )
}

/** What a profile says of many of a kind, and what its entries take from one another. */
export function repeatContradictions(
  points: readonly LooseClaim[],
  setpoints: readonly LooseClaim[],
  repeats: Repeats,
): Contradiction[] {
  return [
    ...[...repeats].flatMap(([name, repeat]) => upsideDown(name, repeat)),
    ...[...points, ...setpoints].flatMap((entry) => unfitTemplate(entry, repeats)),
    ...[points, setpoints].flatMap((entries) => [...sameNames(entries, repeats), ...sameRegisters(entries, repeats)]),
  ]
}

function upsideDown(name: string, repeat: { from: number; to: number } | undefined): Contradiction[] {
  if (repeat === undefined || repeat.from <= repeat.to) return []
  return [{ path: ['repeats', name, 'to'], code: 'repeat-upside-down', words: { repeat: name } }]
}

function unfitTemplate({ name, path, hasStep }: LooseClaim, repeats: Repeats): Contradiction[] {
  const repeat = repeatIn(name)
  if (repeat !== undefined && !repeats.has(repeat))
    return [{ path, code: 'no-such-repeat', words: { repeat }, candidates: [...repeats.keys()] }]
  if ((repeat !== undefined) === hasStep) return []
  return [{ path, code: 'step-and-repeat', words: { point: name } }]
}

/** `gear_3_level` beside `gear_{gear}_level`: whichever came last would be the one that is read. */
function sameNames(entries: readonly LooseClaim[], repeats: Repeats): Contradiction[] {
  const found: Contradiction[] = []
  const owners = new Map<string, string>()
  for (const { name, path } of entries) {
    const names = indicesFor(name, repeats).map((index) => nameOf(name, index))
    const taken = names.find((each) => owners.has(each))
    if (taken !== undefined)
      found.push({ path, code: 'name-taken-twice', words: { point: taken, other: owners.get(taken) ?? '' } })
    for (const each of names) owners.set(each, name)
  }
  return found
}

/** Plain points are compared with one another in `profile.ts`. */
function sameRegisters(entries: readonly LooseClaim[], repeats: Repeats): Contradiction[] {
  const found: Contradiction[] = []
  const owners = new Map<string, LooseClaim>()
  const isPlainPoint = ({ path, name }: LooseClaim) => path[0] === 'points' && repeatIn(name) === undefined
  for (const entry of entries) {
    const addresses = addressesFor(entry, repeats)
    const registers = addresses.map(registerName)
    const complain = (code: string, words: Record<string, string> = {}) =>
      found.push({ path: [...entry.path, 'at'], code, words })
    if (addresses.some(({ address }) => address > 0xffff) && !isPlainPoint(entry)) complain('beyond-last-register')
    const itself = new Set(registers).size < registers.length && entry.hasStep ? entry : undefined
    const owner = itself ?? registers.map((register) => owners.get(register)).find((known) => known !== undefined)
    if (owner !== undefined && !(isPlainPoint(entry) && isPlainPoint(owner)))
      complain('register-claimed-twice', { point: owner.name })
    for (const register of registers) if (!owners.has(register)) owners.set(register, entry)
  }
  return found
}
