/**
 * What a payload says, as far as Fanal understands it: of data sets, templates, meta data and nested properties only that
 * they end. Bounded, and undefined for what is no payload: what comes on a topic may be anybody's.
 */
import { datatypes, type Datatype, type Property, type Typed } from './payload.ts'
import { Malformed, Reader, type Field } from './reader.ts'

/** A metric as it came: everything but the form is the sender's word. */
export interface HeardMetric {
  readonly name?: string
  readonly alias?: bigint
  readonly atMs?: bigint
  readonly datatype?: number
  readonly historical: boolean
  readonly isNull: boolean
  readonly raw?: RawValue
  /** those whose type we speak */
  readonly properties: readonly Property[]
}

/** A value by the field that it came in: what it means, the data type says, which may have come in a birth only. */
export type RawValue =
  | { readonly field: 'int' | 'float' | 'double'; readonly value: number }
  | { readonly field: 'long'; readonly value: bigint }
  | { readonly field: 'boolean'; readonly value: boolean }
  | { readonly field: 'string'; readonly value: string }

export interface HeardPayload {
  readonly atMs?: bigint
  readonly seq?: bigint
  readonly metrics: readonly HeardMetric[]
}

export const mostPayloadBytes = 1 << 20
const mostMetrics = 10_000
const mostProperties = 100

export function decodePayload(bytes: Uint8Array): HeardPayload | undefined {
  if (bytes.length > mostPayloadBytes) return undefined
  try {
    return readPayload(new Reader(bytes))
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** What a value is by its data type; undefined where it came in another's field, or the type is none of ours. */
export function typedValue(datatype: number | undefined, isNull: boolean, raw?: RawValue): Typed | undefined {
  const type = nameOf.get(datatype ?? 0)
  if (type === undefined) return undefined
  if (isNull) return { type, value: null }
  switch (type) {
    case 'Int32':
      return raw?.field === 'int' ? { type, value: raw.value | 0 } : undefined
    case 'Int64':
      return raw?.field === 'long' ? { type, value: BigInt.asIntN(64, raw.value) } : undefined
    case 'UInt64':
    case 'DateTime':
      return raw?.field === 'long' ? { type, value: raw.value } : undefined
    case 'Float':
      return raw?.field === 'float' ? { type, value: raw.value } : undefined
    case 'Double':
      return raw?.field === 'double' ? { type, value: raw.value } : undefined
    case 'Boolean':
      return raw?.field === 'boolean' ? { type, value: raw.value } : undefined
    case 'String':
    case 'Text':
      return raw?.field === 'string' ? { type, value: raw.value } : undefined
  }
}

const nameOf = new Map<number, Datatype>(Object.entries(datatypes).map(([name, code]) => [code, name as Datatype]))

function readPayload(reader: Reader): HeardPayload {
  let atMs: bigint | undefined
  let seq: bigint | undefined
  const metrics: HeardMetric[] = []
  for (let field; (field = reader.next()) !== undefined;) {
    if (is(field, 1, 0)) atMs = reader.long()
    else if (is(field, 2, 2)) {
      if (metrics.length === mostMetrics) throw new Malformed('more metrics than any node has')
      metrics.push(readMetric(new Reader(reader.bytes())))
    } else if (is(field, 3, 0)) seq = reader.long()
    else reader.skip(field.wireType)
  }
  return { ...(atMs === undefined ? {} : { atMs }), ...(seq === undefined ? {} : { seq }), metrics }
}

function readMetric(reader: Reader): HeardMetric {
  const metric: { -readonly [Key in keyof HeardMetric]: HeardMetric[Key] } = {
    historical: false,
    isNull: false,
    properties: [],
  }
  for (let field; (field = reader.next()) !== undefined;) {
    const raw = readValue(reader, field, 9)
    if (raw !== undefined) metric.raw = raw
    else if (is(field, 1, 2)) metric.name = reader.string()
    else if (is(field, 2, 0)) metric.alias = reader.long()
    else if (is(field, 3, 0)) metric.atMs = reader.long()
    else if (is(field, 4, 0)) metric.datatype = uint32(reader)
    else if (is(field, 5, 0)) metric.historical = reader.long() !== 0n
    else if (is(field, 7, 0)) metric.isNull = reader.long() !== 0n
    else if (is(field, 9, 2)) metric.properties = readProperties(new Reader(reader.bytes()))
    else reader.skip(field.wireType)
  }
  return metric
}

function readProperties(reader: Reader): Property[] {
  const keys: string[] = []
  const values: (Typed | undefined)[] = []
  for (let field; (field = reader.next()) !== undefined;) {
    if (is(field, 1, 2)) keys.push(reader.string())
    else if (is(field, 2, 2)) values.push(readProperty(new Reader(reader.bytes())))
    else reader.skip(field.wireType)
    if (keys.length > mostProperties || values.length > mostProperties)
      throw new Malformed('more properties than any metric has')
  }
  return keys.flatMap((key, at) => {
    const value = values[at]
    return value === undefined ? [] : [{ key, ...value }]
  })
}

function readProperty(reader: Reader): Typed | undefined {
  let type: number | undefined
  let isNull = false
  let value: RawValue | undefined
  for (let field; (field = reader.next()) !== undefined;) {
    const raw = readValue(reader, field, 2)
    if (raw !== undefined) value = raw
    else if (is(field, 1, 0)) type = uint32(reader)
    else if (is(field, 2, 0)) isNull = reader.long() !== 0n
    else reader.skip(field.wireType)
  }
  return typedValue(type, isNull, value)
}

/** As `writeValue` of payload.ts: the six kinds of values follow one another after the field `before`. */
function readValue(reader: Reader, field: Field, before: number): RawValue | undefined {
  const kind = field.number - before
  if (kind === 1 && field.wireType === 0) return { field: 'int', value: uint32(reader) }
  if (kind === 2 && field.wireType === 0) return { field: 'long', value: reader.long() }
  if (kind === 3 && field.wireType === 5) return { field: 'float', value: reader.float() }
  if (kind === 4 && field.wireType === 1) return { field: 'double', value: reader.double() }
  if (kind === 5 && field.wireType === 0) return { field: 'boolean', value: reader.long() !== 0n }
  if (kind === 6 && field.wireType === 2) return { field: 'string', value: reader.string() }
  return undefined
}

function is({ number, wireType }: Field, expected: number, expectedType: Field['wireType']): boolean {
  return number === expected && wireType === expectedType
}

function uint32(reader: Reader): number {
  return Number(BigInt.asUintN(32, reader.long()))
}
