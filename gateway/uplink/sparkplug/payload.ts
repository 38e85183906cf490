/** Sparkplug B's payload, as far as Fanal speaks it, and its bytes (Sparkplug B 3.0, 6.4; `sparkplug_b.proto`). */
import { Writer } from './writer.ts'

/** The numbers of the data types (6.4.16) that we say and understand. */
export const datatypes = {
  Int32: 3,
  Int64: 4,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  Text: 14,
} as const
export type Datatype = keyof typeof datatypes

/** `null` is “no value”; a DateTime in milliseconds since 1970. */
export type Typed =
  | { readonly type: 'Boolean'; readonly value: boolean | null }
  | { readonly type: 'Int32' | 'Float' | 'Double'; readonly value: number | null }
  | { readonly type: 'Int64' | 'UInt64' | 'DateTime'; readonly value: bigint | null }
  | { readonly type: 'String' | 'Text'; readonly value: string | null }

export type Property = Typed & { readonly key: string }

export interface Metric {
  /** in births, and of what has no alias */
  readonly name?: string
  /** unique in the edge node */
  readonly alias?: number
  /** milliseconds since 1970 (UTC) */
  readonly atMs: number
  /** no current value: it was overtaken, or comes late */
  readonly historical?: true
  readonly typed: Typed
  /** the data type is said in births only */
  readonly withDatatype?: true
  readonly properties?: readonly Property[]
}

export interface Payload {
  readonly atMs: number
  readonly metrics: readonly Metric[]
  /** absent in a NDEATH only */
  readonly seq?: number
}

/** In the order of the fields, hence written from the last to the first. */
export function encodePayload({ atMs, metrics, seq }: Payload, writer = new Writer()): Buffer {
  writer.clear()
  if (seq !== undefined) writer.varint(3, seq)
  for (let at = metrics.length - 1; at >= 0; at--) {
    const metric = metrics[at]
    if (metric === undefined) continue
    const before = writer.length
    writeMetric(writer, metric)
    writer.nested(2, before)
  }
  writer.varint(1, atMs)
  return writer.finish()
}

/** `sparkplug_b.proto`, message Metric: its values are the fields 10 to 15. */
function writeMetric(writer: Writer, metric: Metric): void {
  const { name, alias, atMs, historical, typed, withDatatype, properties } = metric
  writeValue(writer, typed, 9)
  if (properties !== undefined && properties.length > 0) {
    const before = writer.length
    writeProperties(writer, properties)
    writer.nested(9, before)
  }
  if (typed.value === null) writer.boolean(7, true)
  if (historical) writer.boolean(5, true)
  if (withDatatype) writer.varint(4, datatypes[typed.type])
  writer.varint(3, atMs)
  if (alias !== undefined) writer.varint(2, alias)
  if (name !== undefined) writer.string(1, name)
}

/** Message PropertySet: all keys, then all values; of a PropertyValue the values are the fields 3 to 8. */
function writeProperties(writer: Writer, properties: readonly Property[]): void {
  for (const property of properties.toReversed()) {
    const before = writer.length
    writeValue(writer, property, 2)
    if (property.value === null) writer.boolean(2, true)
    writer.varint(1, datatypes[property.type])
    writer.nested(2, before)
  }
  for (const { key } of properties.toReversed()) writer.string(1, key)
}

/** `before`: the number of the field before `int_value`; the six kinds of values follow one another in both messages. */
function writeValue(writer: Writer, { type, value }: Typed, before: number): void {
  if (value === null) return
  switch (type) {
    case 'Int32':
      return writer.varint(before + 1, value >>> 0)
    case 'Int64':
    case 'UInt64':
    case 'DateTime':
      return writer.long(before + 2, value)
    case 'Float':
      return writer.float(before + 3, value)
    case 'Double':
      return writer.double(before + 4, value)
    case 'Boolean':
      return writer.boolean(before + 5, value)
    case 'String':
    case 'Text':
      return writer.string(before + 6, value)
  }
}
