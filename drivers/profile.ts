/**
 * A profile: the description of a device type. Data, never code; no conditions (two firmware variants are two profiles).
 * What one entry can say alone is in the schema; what entries say together is in `contradictions`.
 */
import { z } from 'zod'
import { deviceUnits, factorTo, quantities, quantityNames } from './quantities.ts'
import { repeatIn } from './repeats.ts'
import {
  asRecord,
  bilingual,
  durationBetween,
  milliseconds,
  pointName,
  pointTemplate,
  range,
  rate,
  serialFormat,
  slug,
} from './schema.ts'

/**
 * The order of the bytes A (most significant) to D of a 32-bit value on the wire. For 64 bits the same rule is applied to
 * four words, for 16 bits and text to the bytes within a word.
 */
export const byteOrders = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const
export type ByteOrder = (typeof byteOrders)[number]

/** How a value lies in registers, and how many of them it takes; `bool` is a coil or discrete input, `text` says its length. */
export const encodings = {
  bool: 1,
  u16: 1,
  i16: 1,
  u32: 2,
  i32: 2,
  u64: 4,
  i64: 4,
  f32: 2,
  f64: 4,
  bcd16: 1,
  bcd32: 2,
  flags16: 1,
  flags32: 2,
  text: undefined,
} as const satisfies Record<string, number | undefined>
export type Encoding = keyof typeof encodings
const encodingNames = Object.keys(encodings) as [Encoding, ...Encoding[]]

/** How often a point is read: the site says how long each class is. */
export const pollClasses = ['fast', 'normal', 'slow'] as const
export type PollClass = (typeof pollClasses)[number]

export type Table = 'coil' | 'discrete' | 'input' | 'holding'

/** `input/0x0034`: a table and a 0-based address, as it goes over the wire. */
const registerAddress = z
  .string()
  .regex(/^(coil|discrete|input|holding)\/(0x[0-9a-fA-F]{1,4}|\d{1,5})$/, { error: 'not-a-register' })
  .transform((text, context) => {
    const [table, address] = text.split('/') as [Table, string]
    if (Number(address) > 0xffff) context.addIssue({ code: 'custom', message: 'not-a-register' })
    return { table, address: Number(address) }
  })

/** `holding/96-127`: registers that must not be read, both ends included. */
const registerExtent = z
  .string()
  .regex(/^(coil|discrete|input|holding)\/(0x[0-9a-fA-F]{1,4}|\d{1,5})(-(0x[0-9a-fA-F]{1,4}|\d{1,5}))?$/, {
    error: 'not-an-extent',
  })
  .transform((text, context) => {
    const [table, addresses] = text.split('/') as [Table, string]
    const [first = 0, last = first] = addresses.split('-').map(Number)
    if (last > 0xffff || last < first) context.addIssue({ code: 'custom', message: 'not-an-extent' })
    return { table, from: first, to: last + 1 }
  })

const parameter = z.discriminatedUnion('type', [
  /** a factor that the site states, such as a current transformer's ratio */
  z.strictObject({ type: z.literal('ratio'), default: z.number().positive(), range, label: bilingual }),
  /** something that is so or not, such as wiring the wrong way round */
  z.strictObject({ type: z.literal('flag'), default: z.boolean(), label: bilingual }),
])

/** Devices with many of a kind, gears or outputs: their points are described once, with the index in braces. */
const repeat = z.strictObject({
  from: z.int().min(0).max(255),
  to: z.int().min(0).max(255),
  /** `always`: every device has them all; `by-site`: the site says which there are */
  installed: z.enum(['always', 'by-site']),
  label: bilingual,
})

/** From the address of the first of a kind to that of the next. */
const step = z.int().min(1).max(0x7fff).optional()

const point = z.strictObject({
  at: registerAddress,
  step,
  as: z.enum(encodingNames),
  /** of a text only: how many registers */
  registers: z.int().min(1).max(125).optional(),
  order: z.enum(byteOrders).optional(),
  quantity: z.enum(quantityNames),
  /** the unit that the device speaks; absent: the quantity's own */
  unit: z.enum(deviceUnits).optional(),
  /** one count of the raw number is this many units */
  scale: z.number().positive().default(1),
  /** narrower than the quantity's, in the quantity's unit */
  range: range.optional(),
  /** how fast it can change, in the quantity's unit, with every ratio at 1 */
  slew: rate.optional(),
  /** of a counter: the first number that it does not show any more, in the quantity's unit, with every ratio at 1 */
  rolls_over_at: z.number().positive().optional(),
  /** raw numbers that mean “no value” */
  absent: z.array(z.union([z.int(), z.bigint()])).optional(),
  /** bit → name */
  flags: z.record(z.string().regex(/^([0-9]|[12][0-9]|3[01])$/, { error: 'not-a-bit' }), pointName).optional(),
  poll: z.enum(pollClasses).default('normal'),
  /** the ratio to multiply by */
  times: pointName.optional(),
  /** the flag that turns the sign */
  negate_when: pointName.optional(),
  /** the flag that makes this point and another one change places: what is imported counts as exported */
  swap: z.strictObject({ when: pointName, with: pointTemplate }).optional(),
})

/** A constant that goes into a holding register or coil; `safe`: what the site wants the setpoint to go to, as 0 or 1 or raw. */
const armingRegister = z.strictObject({
  at: registerAddress,
  step,
  value: z.union([z.int().min(0).max(0xffff), z.literal('safe')]),
})

const limits = z
  .tuple([z.number(), z.number()], { error: ({ code }) => (code === 'invalid_type' ? 'not-limits' : undefined) })
  .refine(([least, most]) => least <= most, { error: 'range-upside-down' })

const setpoint = z.strictObject({
  /** a holding register or a coil */
  at: registerAddress,
  step,
  as: z.enum(encodingNames),
  order: z.enum(byteOrders).optional(),
  quantity: z.enum(quantityNames),
  unit: z.enum(deviceUnits).optional(),
  scale: z.number().positive().default(1),
  /** write with function 15 or 16 where the device does not take 5 or 6 */
  multiple: z.boolean().default(false),
  /** what may be written, in the quantity's unit; of a switch `[0, 1]` */
  limits,
  /** how fast it may change */
  slew: rate,
  /** from one write to the next, at least: for the device's sake */
  rest: durationBetween('10ms', '1h'),
  /** what the device then says of itself; or why nothing does */
  confirm: z.union(
    [
      z.strictObject({
        by: pointTemplate,
        within: durationBetween('10ms', '1m'),
        tolerance: z.number().min(0).default(0),
      }),
      z.strictObject({ none: z.string().min(10) }),
    ],
    { error: 'not-a-confirmation' },
  ),
  /** what it goes to when nothing better is known */
  safe: z.union([z.number(), z.boolean()], { error: 'not-a-safe-value' }),
  /** what the device does by itself when it hears nothing any more */
  on_loss: z.union(
    [
      /** it stays as it is: what that means for the street */
      z.strictObject({ keeps: z.string().min(10) }),
      /** it goes to its safe value, once these registers say so */
      z.strictObject({
        goes_to: z.literal('safe'),
        after: durationBetween('1s', '1d'),
        armed_by: z.array(armingRegister).min(1),
      }),
    ],
    { error: 'not-a-loss-behaviour' },
  ),
})

/** Of many of a kind none tells what the device is: which there are is the site's to say. */
const oneByItself = z
  .string()
  .regex(/^[^{}]*$/, { error: 'identity-of-many', abort: true })
  .pipe(pointName)

/** A write that is no command: a trigger, a watchdog's refresh. */
const chore = z.strictObject({
  at: registerAddress,
  value: z.int().min(0).max(0xffff),
  every: durationBetween('1s', '1d'),
  because: z.string().min(10),
})

const modbus = z.strictObject({
  order: z.enum(byteOrders),
  /** the formats that the device can be set to, its factory setting first */
  serial: z.array(serialFormat).min(1),
  /** how long to wait for an answer */
  timeout: durationBetween('10ms', '30s'),
  /** the longest that the device may take and still answer: so long it is left alone after a timeout */
  worst_response: durationBetween('10ms', '60s'),
  /** registers in one request, at most */
  longest_read: z.int().min(1).max(125).default(125),
  /** registers that no point uses but that may be read to join two blocks, at most */
  gap: z.int().min(0).max(124).default(0),
  /** bits in one request, at most */
  longest_read_bits: z.int().min(1).max(2_000).optional(),
  /** registers that no request may touch, whatever `gap` says */
  unreadable: z.array(registerExtent).default([]),
  /** how long the device commonly thinks before it answers; the line learns it better */
  turn_around: durationBetween('1ms', '30s').optional(),
  /** silence that the device wants between requests, beyond the 3.5 characters of the standard */
  pause: durationBetween('1ms', '5s').optional(),
  /** the largest number that an integer type holds means “no value” */
  absent: z.literal('largest').optional(),
})

export const profileSchema = z.strictObject({
  id: slug,
  maker: z.string().min(1),
  model: z.string().min(1),
  kind: z.enum(['energy_meter', 'lighting_controller', 'relay']),
  /** drafted (well formed), tried (read from a device), recorded (compared with its display), field-proven (30 days) */
  grade: z.enum(['drafted', 'tried', 'recorded', 'field-proven']),
  /** the document, its edition, table or page; where it was read second-hand, that too */
  source: z.string().min(20, { error: 'source-too-vague' }),
  modbus,
  parameters: z.record(pointName, parameter).default({}),
  /**
   * A point whose value tells that this is the device, within these bounds. `without_supply`: with nothing there to be measured
   * it says that it has no value.
   */
  identify: z.strictObject({ point: oneByItself, range, without_supply: z.literal('absent').optional() }),
  repeats: z.record(z.string().regex(/^[a-z]+$/, { error: 'not-a-repeat-name' }), repeat).default({}),
  points: z.record(pointTemplate, point).refine((points) => Object.keys(points).length > 0, { error: 'no-points' }),
  setpoints: z.record(pointTemplate, setpoint).default({}),
  housekeeping: z.array(chore).default([]),
})

export type Profile = z.output<typeof profileSchema>
export type ProfilePoint = Profile['points'][string]
export type ProfileSetpoint = Profile['setpoints'][string]
export type Parameter = Profile['parameters'][string]
export type Chore = Profile['housekeeping'][number]

/** What the site says of a profile's parameters. */
export type ParameterValues = Readonly<Record<string, number | boolean>>

/** A mistake that no single entry shows: where, which (a code of the explanations), and the words to fill in. */
export interface Contradiction {
  path: (string | number)[]
  code: string
  /** what to name in the message */
  words: Record<string, string | z.output<typeof bilingual>>
  /** names one of which was probably meant */
  candidates?: string[]
}

/** How many registers (or coils) a point takes; undefined when it does not say. */
export function registersOf(point: { as: Encoding; registers?: number | undefined }): number | undefined {
  return point.as === 'text' ? point.registers : encodings[point.as]
}

/**
 * What the entries of a profile say against one another. It looks at the raw document and takes every value that is well
 * formed by itself, so that a mistake in one hides none in another: every mistake at once.
 */
export function contradictions(document: unknown): Contradiction[] {
  const root = asRecord(document)
  const parameters = Object.entries(asRecord(root['parameters']))
  const points = Object.entries(asRecord(root['points'])).map(looseEntry)
  return [
    ...shortPatience(asRecord(root['modbus'])),
    ...parameters.flatMap(([name, value]) => unfitDefault(name, asRecord(value))),
    ...missingIdentity(
      asRecord(root['identify'])['point'],
      points.flatMap(({ name }) => (repeatIn(name) === undefined ? [name] : [])),
    ),
    ...neverAbsent(asRecord(root['identify']), points),
    ...points.flatMap(unfitEncoding),
    ...points.flatMap(unfitQuantity),
    ...points.flatMap((entry) => missingParameters(entry, parameters)),
    ...points.flatMap((entry) => oneSidedSwap(entry, points)),
    ...sharedRegisters(points),
  ]
}

/** A point whose malformed values are left out. */
function looseEntry([name, value]: [string, unknown]) {
  const { shape } = point
  const raw = asRecord(value)
  return {
    name,
    path: ['points', name],
    hasRegisters: raw['registers'] !== undefined,
    hasFlags: raw['flags'] !== undefined,
    at: shape.at.safeParse(raw['at']).data,
    as: shape.as.safeParse(raw['as']).data,
    registers: shape.registers.safeParse(raw['registers']).data,
    quantity: shape.quantity.safeParse(raw['quantity']).data,
    unit: shape.unit.safeParse(raw['unit']).data,
    range: shape.range.safeParse(raw['range']).data,
    hasAbsent: raw['absent'] !== undefined,
    hasSlew: raw['slew'] !== undefined,
    rollsOver: raw['rolls_over_at'] !== undefined,
    times: shape.times.safeParse(raw['times']).data,
    negateWhen: shape.negate_when.safeParse(raw['negate_when']).data,
    swap: shape.swap.safeParse(raw['swap']).data,
  }
}
type LooseEntry = ReturnType<typeof looseEntry>

function shortPatience(raw: Record<string, unknown>): Contradiction[] {
  const timeout = modbus.shape.timeout.safeParse(raw['timeout']).data
  const worst = modbus.shape.worst_response.safeParse(raw['worst_response']).data
  if (!timeout || !worst || milliseconds(worst) >= milliseconds(timeout)) return []
  const words = { timeout: String(raw['timeout']) }
  return [{ path: ['modbus', 'worst_response'], code: 'worst-response-below-timeout', words }]
}

function unfitDefault(name: string, parameter: Record<string, unknown>): Contradiction[] {
  const among = range.safeParse(parameter['range']).data
  const { default: given } = parameter
  if (typeof given !== 'number' || among === undefined || (given >= among[0] && given <= among[1])) return []
  return [{ path: ['parameters', name, 'default'], code: 'default-outside-range', words: { parameter: name } }]
}

function missingIdentity(identity: unknown, names: string[]): Contradiction[] {
  if (typeof identity !== 'string' || names.length === 0 || names.includes(identity)) return []
  return [{ path: ['identify', 'point'], code: 'no-such-point', words: { point: identity }, candidates: names }]
}

/** It would never be taken for a meter without a supply, though it is said to be known so. */
function neverAbsent(identify: Record<string, unknown>, points: readonly LooseEntry[]): Contradiction[] {
  const told = points.find(({ name }) => name === identify['point'])
  if (identify['without_supply'] === undefined || told === undefined || told.hasAbsent) return []
  return [{ path: ['identify', 'without_supply'], code: 'never-absent', words: { point: told.name } }]
}

function unfitEncoding({ path, at, as, hasRegisters, hasFlags }: LooseEntry): Contradiction[] {
  if (as === undefined) return []
  const found: Contradiction[] = []
  const complain = (code: string, words = {}) => found.push({ path: [...path, 'as'], code, words })
  const bits = at?.table === 'coil' || at?.table === 'discrete'
  if (at !== undefined && bits !== (as === 'bool')) complain('table-and-encoding', { table: at.table, as })
  if (hasRegisters !== (as === 'text')) complain('text-and-registers')
  if (hasFlags !== (as === 'flags16' || as === 'flags32')) complain('flags-and-names')
  return found
}

function unfitQuantity({ path, quantity, unit, range, hasSlew, rollsOver }: LooseEntry): Contradiction[] {
  if (quantity === undefined) return []
  const found: Contradiction[] = []
  const { kind, unit: base, range: plausible } = quantities[quantity]
  if (hasSlew && kind !== 'gauge' && kind !== 'counter')
    found.push({ path: [...path, 'slew'], code: 'slew-of-no-number', words: { quantity } })
  if (rollsOver && kind !== 'counter')
    found.push({ path: [...path, 'rolls_over_at'], code: 'rolls-over-but-no-counter', words: { quantity } })
  if (unit !== undefined && factorTo(base, unit) === undefined)
    found.push({ path: [...path, 'unit'], code: 'unit-of-another-quantity', words: { unit, quantity, base } })
  if (range && (range[0] < plausible[0] || range[1] > plausible[1]))
    found.push({
      path: [...path, 'range'],
      code: 'range-wider-than-quantity',
      words: { quantity, range: plausible.join(' … ') },
    })
  return found
}

function missingParameters(
  { path, times, negateWhen, swap }: LooseEntry,
  parameters: readonly [string, unknown][],
): Contradiction[] {
  const types = new Map(parameters.map(([name, value]) => [name, asRecord(value)['type']]))
  const known = (type: unknown) => type === 'ratio' || type === 'flag'
  const wants = [
    [times, 'ratio', ['times']],
    [negateWhen, 'flag', ['negate_when']],
    [swap?.when, 'flag', ['swap', 'when']],
  ] as const
  return wants.flatMap(([wanted, type, keys]) => {
    if (wanted === undefined || types.get(wanted) === type) return []
    if (types.has(wanted) && !known(types.get(wanted))) return [] // there, and malformed: that is told already
    const candidates = [...types].flatMap(([name, is]) => (is === type ? [name] : []))
    return [{ path: [...path, ...keys], code: 'no-such-parameter', words: { parameter: wanted, type }, candidates }]
  })
}

function oneSidedSwap({ name, path, swap }: LooseEntry, points: readonly LooseEntry[]): Contradiction[] {
  if (swap === undefined) return []
  const named = (wanted: string) => points.find((entry) => entry.name === wanted)
  const partner = named(swap.with)
  const at = [...path, 'swap', 'with']
  if (partner === undefined) {
    const candidates = points.map((entry) => entry.name)
    return [{ path: at, code: 'no-such-point', words: { point: swap.with }, candidates }]
  }
  if (repeatIn(swap.with) !== repeatIn(name))
    return [{ path: at, code: 'swap-of-another-kind', words: { point: name, with: swap.with } }]
  const returned = partner.swap?.with === name && partner.swap.when === swap.when
  const misdirected = partner.swap && !named(partner.swap.with) // told there
  if (returned || misdirected) return []
  return [{ path: at, code: 'swap-not-returned', words: { point: name, with: swap.with } }]
}

/** Of plain points; those of which there are many are in `claims.ts`. */
function sharedRegisters(points: readonly LooseEntry[]): Contradiction[] {
  const found: Contradiction[] = []
  const owners = new Map<string, string>()
  for (const { name, path, at, as, registers } of points) {
    if (at === undefined || repeatIn(name) !== undefined) continue
    const last = at.address + ((as && registersOf({ as, registers })) ?? 1) - 1
    if (last > 0xffff) found.push({ path: [...path, 'at'], code: 'beyond-last-register', words: {} })
    const keys = Array.from({ length: last - at.address + 1 }, (_, offset) => `${at.table}/${at.address + offset}`)
    const owner = keys.map((key) => owners.get(key)).find((known) => known !== undefined)
    if (owner !== undefined)
      found.push({ path: [...path, 'at'], code: 'register-claimed-twice', words: { point: owner } })
    for (const key of keys) if (!owners.has(key)) owners.set(key, name)
  }
  return found
}
