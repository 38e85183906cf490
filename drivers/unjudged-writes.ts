/** What a profile has written to its device without any command: housekeeping, and the registers that arm it. */
import { indicesFor, registerName, type Address, type Repeats } from './claims.ts'
import { profileSchema, type Contradiction, type ProfileSetpoint } from './profile.ts'
import { repeatIn } from './repeats.ts'
import { asRecord } from './schema.ts'

const choreShape = profileSchema.shape.housekeeping.unwrap().element.shape

/** A constant, or whose safe value, goes into a register. */
interface Write extends Address {
  readonly path: (string | number)[]
  /** the same for two writes that do the same */
  readonly what: string
}

export interface Armed {
  readonly name: string
  readonly path: readonly string[]
  readonly onLoss: ProfileSetpoint['on_loss'] | undefined
}

/** `taken`: the registers of setpoints, which nothing but a judged command may write. */
export function unjudgedWriteContradictions(
  setpoints: readonly Armed[],
  housekeeping: unknown,
  repeats: Repeats,
  taken: ReadonlySet<string>,
): Contradiction[] {
  const steps = setpoints.flatMap(unfitSteps)
  const arming = setpoints.flatMap((setpoint) => armingWrites(setpoint, repeats))
  const writes = [...arming, ...choreWrites(housekeeping)]
  const found = [...writes.flatMap((write) => unfitWrite(write, taken)), ...atOdds(writes)]
  return [...steps, ...found.filter(firstOfItsKind)]
}

/** One of many tells where the next one's register is; what is alone has no next one. */
function unfitSteps({ name, path, onLoss }: Armed): Contradiction[] {
  if (onLoss === undefined || 'keeps' in onLoss || repeatIn(name) !== undefined) return []
  return onLoss.armed_by.flatMap(({ step }, index) =>
    step === undefined
      ? []
      : [{ path: [...path, 'on_loss', 'armed_by', index], code: 'step-and-repeat', words: { point: name } }],
  )
}

function armingWrites({ name, path, onLoss }: Armed, repeats: Repeats): Write[] {
  if (onLoss === undefined || 'keeps' in onLoss) return []
  return onLoss.armed_by.flatMap(({ at, step = 0, value }, index) =>
    indicesFor(name, repeats).map((_, place) => ({
      path: [...path, 'on_loss', 'armed_by', index],
      table: at.table,
      address: at.address + place * step,
      what: value === 'safe' ? `safe value ${place} of ${name}` : String(value),
    })),
  )
}

function choreWrites(housekeeping: unknown): Write[] {
  return (Array.isArray(housekeeping) ? housekeeping : []).flatMap((chore, index): Write[] => {
    const { at: rawAt, value: rawValue } = asRecord(chore)
    const at = choreShape.at.safeParse(rawAt).data
    const value = choreShape.value.safeParse(rawValue).data
    return at === undefined ? [] : [{ path: ['housekeeping', index], ...at, what: String(value ?? '') }]
  })
}

function unfitWrite({ path, table, address, what }: Write, taken: ReadonlySet<string>): Contradiction[] {
  const register = registerName({ table, address })
  const at = [...path, 'at']
  if (table !== 'holding' && table !== 'coil') return [{ path: at, code: 'not-writable', words: { table } }]
  if (address > 0xffff) return [{ path: at, code: 'beyond-last-register', words: {} }]
  if (taken.has(register)) return [{ path: at, code: 'writes-round-the-envelope', words: { register } }]
  if (table === 'coil' && /^\d+$/.test(what) && Number(what) > 1)
    return [{ path: [...path, 'value'], code: 'coil-neither-on-nor-off', words: {} }]
  return []
}

/** Each write would undo the other, again and again. */
function atOdds(writes: readonly Write[]): Contradiction[] {
  const before = new Map<string, string>()
  return writes.flatMap((write) => {
    const register = registerName(write)
    const other = before.get(register)
    before.set(register, other ?? write.what)
    if (other === undefined || other === write.what || write.what === '' || other === '') return []
    return [{ path: [...write.path, 'at'], code: 'writes-at-odds', words: { register } }]
  })
}

/** What is wrong with a register of many is told once. */
function firstOfItsKind({ path, code }: Contradiction, index: number, all: readonly Contradiction[]): boolean {
  const like = JSON.stringify([path, code])
  return all.findIndex((one) => JSON.stringify([one.path, one.code]) === like) === index
}
