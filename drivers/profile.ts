/**
 * A profile: the description of a device type. Data, never code; no conditions (two firmware variants are two profiles).
 * What one entry can say alone is in the schema; what entries say together is in `contradictions`.
 */
import { z } from 'zod'
import { deviceUnits, factorTo, quantities, quantityNames } from './quantities.ts'
import { bilingual, duration, pointName, range, serialFormat, slug } from './schema.ts'

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

const tables = ['coil', 'discrete', 'input', 'holding'] as const
export type Table = (typeof tables)[number]

/** `input/0x0034`: a table and a 0-based address, as it goes over the wire. */
const registerAddress = z
  .string()
  .regex(/^(coil|discrete|input|holding)\/(0x[0-9a-fA-F]{1,4}|\d{1,5})$/, { error: 'not-a-register' })
  .transform((text, context) => {
    const [table, address] = text.split('/') as [Table, string]
    if (Number(address) > 0xffff) context.addIssue({ code: 'custom', message: 'not-a-register' })
    return { table, address: Number(address) }
  })

const parameter = z.discriminatedUnion('type', [
  /** a factor that the site states, such as a current transformer's ratio */
  z.strictObject({ type: z.literal('ratio'), default: z.number().positive(), range, label: bilingual }),
  /** something that is so or not, such as wiring the wrong way round */
  z.strictObject({ type: z.literal('flag'), default: z.boolean(), label: bilingual }),
])

const point = z.strictObject({
  at: registerAddress,
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
  swap: z.strictObject({ when: pointName, with: pointName }).optional(),
})

const modbus = z.strictObject({
  order: z.enum(byteOrders),
  /** the formats that the device can be set to, its factory setting first */
  serial: z.array(serialFormat).min(1),
  /** how long to wait for an answer */
  timeout: duration,
  /** the longest that the device may take and still answer: so long it is left alone after a timeout */
  worst_response: duration,
  /** registers in one request, at most */
  longest_read: z.int().min(1).max(125).default(125),
  /** registers that no point uses but that may be read to join two blocks, at most */
  gap: z.int().min(0).max(124).default(0),
  /** silence that the device wants between requests, beyond the 3.5 characters of the standard */
  pause: duration.optional(),
  /** the largest number that an integer type holds means “no value” */
  absent: z.literal('largest').optional(),
})

export const profileSchema = z.strictObject({
  id: slug,
  maker: z.string().min(1),
  model: z.string().min(1),
  kind: z.enum(['energy_meter']),
  /** drafted (well formed), tried (read from a device), recorded (compared with its display), field-proven (30 days) */
  grade: z.enum(['drafted', 'tried', 'recorded', 'field-proven']),
  /** the document, its edition, table or page; where it was read second-hand, that too */
  source: z.string().min(20, { error: 'source-too-vague' }),
  modbus,
  parameters: z.record(pointName, parameter).default({}),
  /** a point whose value tells that this is the device, within these bounds */
  identify: z.strictObject({ point: pointName, range }),
  points: z.record(pointName, point).refine((points) => Object.keys(points).length > 0, { error: 'no-points' }),
})

export type Profile = z.output<typeof profileSchema>
export type ProfilePoint = Profile['points'][string]
export type Parameter = Profile['parameters'][string]

/** What the site says of a profile's parameters. */
export type ParameterValues = Readonly<Record<string, number | boolean>>

/** A mistake that no single entry shows: where, which (a code of the explanations), and the words to fill in. */
export interface Contradiction {
  path: (string | number)[]
  code: string
  /** what to name in the message */
  words: Record<string, string>
  /** names one of which was probably meant */
  candidates?: string[]
}

/** How many registers (or coils) a point takes; undefined when it does not say. */
export function registersOf(point: Pick<ProfilePoint, 'as' | 'registers'>): number | undefined {
  return point.as === 'text' ? point.registers : encodings[point.as]
}

/**
 * What the entries of a profile say against one another. It looks at the raw document, so that it finds what it can
 * while other entries are still malformed: every mistake at once.
 */
export function contradictions(document: unknown): Contradiction[] {
  const found: Contradiction[] = []
  const record = (value: unknown): Record<string, unknown> =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const root = record(document)
  const parameters = new Map(
    Object.entries(record(root['parameters'])).flatMap(([name, value]) => {
      const parsed = parameter.safeParse(value)
      return parsed.success ? [[name, parsed.data] as const] : []
    }),
  )
  const pointNames = Object.keys(record(root['points']))
  const points = Object.entries(record(root['points'])).flatMap(([name, value]) => {
    const parsed = point.safeParse(value)
    return parsed.success ? [[name, parsed.data] as const] : []
  })

  for (const [name, parsed] of parameters) {
    if (parsed.type === 'ratio' && (parsed.default < parsed.range[0] || parsed.default > parsed.range[1]))
      found.push({ path: ['parameters', name, 'default'], code: 'default-outside-range', words: { parameter: name } })
  }

  const identify = record(root['identify'])['point']
  if (typeof identify === 'string' && !pointNames.includes(identify))
    found.push({
      path: ['identify', 'point'],
      code: 'no-such-point',
      words: { point: identify },
      candidates: pointNames,
    })

  const claimed = new Map<string, string>()
  for (const [name, parsed] of points) {
    const path = ['points', name]
    const bits = parsed.at.table === 'coil' || parsed.at.table === 'discrete'
    if (bits !== (parsed.as === 'bool'))
      found.push({
        path: [...path, 'as'],
        code: 'table-and-encoding',
        words: { table: parsed.at.table, as: parsed.as },
      })
    if ((parsed.as === 'text') !== (parsed.registers !== undefined))
      found.push({ path: [...path, 'as'], code: 'text-and-registers', words: {} })
    const flags = parsed.as === 'flags16' || parsed.as === 'flags32'
    if (flags !== (parsed.flags !== undefined))
      found.push({ path: [...path, 'as'], code: 'flags-and-names', words: {} })

    const { unit, range: plausible } = quantities[parsed.quantity]
    if (parsed.unit !== undefined && factorTo(unit, parsed.unit) === undefined)
      found.push({
        path: [...path, 'unit'],
        code: 'unit-of-another-quantity',
        words: { unit: parsed.unit, quantity: parsed.quantity, base: unit },
      })
    if (parsed.range && (parsed.range[0] < plausible[0] || parsed.range[1] > plausible[1]))
      found.push({
        path: [...path, 'range'],
        code: 'range-wider-than-quantity',
        words: { quantity: parsed.quantity, range: plausible.join(' … ') },
      })

    const wants = [
      [parsed.times, 'ratio', 'times'],
      [parsed.negate_when, 'flag', 'negate_when'],
      [parsed.swap?.when, 'flag', 'swap'],
    ] as const
    for (const [wanted, type, key] of wants) {
      if (wanted === undefined || parameters.get(wanted)?.type === type) continue
      const candidates = [...parameters].flatMap(([name, { type: is }]) => (is === type ? [name] : []))
      found.push({ path: [...path, key], code: 'no-such-parameter', words: { parameter: wanted, type }, candidates })
    }
    if (parsed.swap !== undefined) {
      const partner = points.find(([other]) => other === parsed.swap?.with)?.[1]
      if (partner?.swap?.with !== name || partner.swap.when !== parsed.swap.when)
        found.push({
          path: [...path, 'swap'],
          code: 'swap-not-returned',
          words: { point: name, with: parsed.swap.with },
          candidates: pointNames,
        })
    }

    const last = parsed.at.address + (registersOf(parsed) ?? 1) - 1
    if (last > 0xffff) found.push({ path: [...path, 'at'], code: 'beyond-last-register', words: {} })
    for (let address = parsed.at.address; address <= last; address++) {
      const key = `${parsed.at.table}/${address}`
      const owner = claimed.get(key)
      if (owner === undefined) claimed.set(key, name)
      else {
        found.push({ path: [...path, 'at'], code: 'register-claimed-twice', words: { point: owner } })
        break
      }
    }
  }
  return found
}
