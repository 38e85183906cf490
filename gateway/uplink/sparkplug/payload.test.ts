/** The encoder and the decoder against the reference implementation, both ways, and against whatever else may come. */
import fc from 'fast-check'
import sparkplug from 'sparkplug-payload'
import { expect, test } from 'vitest'
import { decodePayload, typedValue, type HeardMetric, type HeardPayload } from './decode.ts'
import { datatypes, encodePayload, type Metric, type Payload, type Property, type Typed } from './payload.ts'

function reference() {
  const found = sparkplug.get('spBv1.0')
  if (found === null) throw new Error('the reference does not speak spBv1.0')
  return found
}
const oracle = reference()

const typedValues: fc.Arbitrary<Typed> = fc.oneof(
  fc.record({ type: fc.constant('Boolean' as const), value: fc.option(fc.boolean()) }),
  fc.record({ type: fc.constant('Int32' as const), value: fc.option(fc.integer()) }),
  fc.record({ type: fc.constant('Double' as const), value: fc.option(fc.double({ noNaN: true })) }),
  fc.record({ type: fc.constant('Float' as const), value: fc.option(fc.float({ noNaN: true })) }),
  fc.record({ type: fc.constant('Int64' as const), value: fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)) }),
  fc.record({
    type: fc.constantFrom('UInt64' as const, 'DateTime' as const),
    value: fc.option(fc.bigInt(0n, 2n ** 64n - 1n)),
  }),
  fc.record({
    type: fc.constantFrom('String' as const, 'Text' as const),
    value: fc.option(fc.string({ unit: 'grapheme' })),
  }),
)
const moments = fc.nat({ max: 4_102_444_800_000 })
const properties: fc.Arbitrary<Property[]> = fc.uniqueArray(
  fc.tuple(fc.string({ minLength: 1 }), typedValues).map(([key, value]) => ({ key: `k${key}`, ...value })),
  { maxLength: 4, selector: ({ key }) => key },
)
const metrics: fc.Arbitrary<Metric> = fc
  .record(
    {
      name: fc.string({ unit: 'grapheme', minLength: 1 }),
      alias: fc.nat(),
      atMs: moments,
      historical: fc.constant(true as const),
      typed: typedValues,
      withDatatype: fc.constant(true as const),
      properties: properties.filter((list) => list.length > 0),
    },
    { requiredKeys: ['atMs', 'typed'] },
  )
  .map((metric) => metric)
const payloads: fc.Arbitrary<Payload> = fc.record(
  { atMs: moments, metrics: fc.array(metrics, { maxLength: 6 }), seq: fc.nat({ max: 255 }) },
  { requiredKeys: ['atMs', 'metrics'] },
)

/** What a metric is expected to be when it is read again. */
const heardAs = ({ name, alias, atMs, historical, typed, withDatatype, properties }: Metric) => ({
  name,
  alias: alias === undefined ? undefined : BigInt(alias),
  atMs: BigInt(atMs),
  historical: historical ?? false,
  isNull: typed.value === null,
  datatype: withDatatype ? datatypes[typed.type] : undefined,
  typed,
  properties: properties ?? [],
})
const heard = (metric: HeardMetric, { typed: { type } }: Metric) => {
  const { name, alias, atMs, historical, isNull, datatype, properties } = metric
  const typed = typedValue(datatypes[type], isNull, metric.raw)
  return { name, alias, atMs, historical, isNull, datatype, typed, properties }
}

test('what is encoded is decoded again as it was', () => {
  fc.assert(
    fc.property(payloads, (payload) => {
      const read = decodePayload(encodePayload(payload))
      expect(read?.atMs).toBe(BigInt(payload.atMs))
      expect(read?.seq).toBe(payload.seq === undefined ? undefined : BigInt(payload.seq))
      expect(read?.metrics.map((metric, at) => heard(metric, payload.metrics[at] ?? fail()))).toEqual(
        payload.metrics.map(heardAs),
      )
    }),
    { numRuns: 500 },
  )
})

/** The reference's numbers are Longs where they have 64 bits. */
const plain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('low' in value && 'high' in value)) return value
  const unsigned = (BigInt(Number(value.high)) << 32n) | BigInt.asUintN(32, BigInt(Number(value.low)))
  return 'unsigned' in value && value.unsigned === true ? BigInt.asUintN(64, unsigned) : unsigned
}

test('the reference reads what we say', () => {
  fc.assert(
    fc.property(payloads, (payload) => {
      const read = oracle.decodePayload(encodePayload(payload))
      expect(plain(read.timestamp)).toEqual(BigInt(payload.atMs))
      expect(read.metrics?.length ?? 0).toBe(payload.metrics.length)
      payload.metrics.forEach((metric, at) => {
        const { name, alias, typed, withDatatype, historical } = metric
        const theirs = read.metrics?.[at]
        if (name !== undefined) expect(theirs?.name).toBe(name)
        if (alias !== undefined) expect(plain(theirs?.alias)).toEqual(BigInt(alias))
        expect(theirs?.isHistorical ?? false).toBe(historical ?? false)
        if (typed.value === null) expect(theirs?.value).toBeNull()
        else if (withDatatype) {
          expect(theirs?.type).toBe(typed.type)
          expect(plain(theirs?.value)).toEqual(typed.value)
        }
        for (const property of metric.properties ?? []) {
          const { type, value } = theirs?.properties?.[property.key] ?? fail()
          expect(type).toBe(property.type)
          if (property.value !== null) expect(plain(value)).toEqual(property.value)
        }
      })
    }),
    { numRuns: 500 },
  )
})

test('we read what the reference says, and where the reference can say what we do, it says it in the same bytes', () => {
  const sayable = payloads.filter(({ metrics, seq }) =>
    // It says neither a data type less, nor a null with a type, nor a payload without a number.
    [
      seq !== undefined,
      ...metrics.map((m) => m.withDatatype && m.typed.value !== null && m.properties === undefined),
    ].every(Boolean),
  )
  fc.assert(
    fc.property(sayable, (payload) => {
      const theirs = oracle.encodePayload({
        timestamp: payload.atMs,
        seq: payload.seq ?? 0,
        metrics: payload.metrics.map(({ name, alias, atMs, historical, typed }) => ({
          ...(name === undefined ? {} : { name }),
          ...(alias === undefined ? {} : { alias }),
          ...{ timestamp: atMs, type: typed.type, value: long(typed.value) },
          ...(historical ? { isHistorical: true } : {}),
        })),
      })
      expect(Buffer.from(encodePayload(payload)).toString('hex')).toBe(Buffer.from(theirs).toString('hex'))
      expect(decodePayload(theirs)?.metrics.map((metric, at) => heard(metric, payload.metrics[at] ?? fail()))).toEqual(
        payload.metrics.map(heardAs),
      )
    }),
    { numRuns: 300 },
  )
})

/** A Long, as the reference wants 64 bits. */
function long(value: Typed['value']) {
  if (typeof value !== 'bigint') return value
  const { timestamp } = oracle.decodePayload(encodePayload({ atMs: 2 ** 50, metrics: [] }))
  if (typeof timestamp !== 'object' || timestamp === null) throw new Error('the reference has no Longs')
  const unsigned = BigInt.asUintN(64, value)
  return Object.assign(Object.create(Object.getPrototypeOf(timestamp) as object) as typeof timestamp, {
    low: Number(BigInt.asIntN(32, unsigned)),
    high: Number(BigInt.asIntN(32, unsigned >> 32n)),
    unsigned: value >= 0n,
  })
}

test('a data set, a template, meta data and nested properties are skipped', () => {
  const skipped = [
    Buffer.from([0x42, 2, 0x08, 1]), // meta data
    Buffer.from([0x4a, 10, 0x0a, 1, 0x61, 0x12, 5, 0x08, 20, 0x4a, 1, 0]), // a property that is a property set
    Buffer.from([0x82, 0x01, 2, 1, 2]), // bytes
    Buffer.from([0x8a, 0x01, 2, 8, 0]), // a data set
    Buffer.from([0x92, 0x01, 0]), // a template
    Buffer.from([0x0a, 1, 0x6e]), // the name
  ]
  const metric = Buffer.concat(skipped)
  const read = decodePayload(Buffer.concat([Buffer.from([0x12, metric.length]), metric]))
  expect(read?.metrics).toEqual([{ name: 'n', historical: false, isNull: false, properties: [] }])
})

test('a sender that claims more than it sends is told no', () => {
  for (const bytes of [
    [0x12, 0xff, 0xff, 0xff, 0xff, 0x0f],
    [0x12],
    [0x08],
    [0x0b],
    [0x00],
    Array<number>(12).fill(0xff),
  ])
    expect(decodePayload(Buffer.from(bytes))).toBeUndefined()
  expect(decodePayload(Buffer.alloc((1 << 20) + 1))).toBeUndefined()
  const many = Buffer.alloc(2 * 10_001).map((_, at) => (at % 2 === 0 ? 0x12 : 0))
  expect(decodePayload(many)).toBeUndefined()
})

/** Of the length of the fuzz: `FANAL_FUZZ=1000000 vitest run …/payload.test.ts`. */
const inputs = Number(process.env['FANAL_FUZZ'] ?? 20_000)

test(`whatever comes, the decoder ends and never throws (${inputs} inputs)`, { timeout: 600_000 }, () => {
  const answers = { read: 0, refused: 0 }
  const note = (read: HeardPayload | undefined) => {
    answers[read === undefined ? 'refused' : 'read']++
  }
  const chunk = fc.uint8Array({ maxLength: 200 })
  fc.assert(
    fc.property(chunk, (bytes) => note(decodePayload(bytes))),
    { numRuns: inputs / 2 },
  )
  // Most damage is small: a byte of a good message is another, or it is cut short.
  const damaged = fc.tuple(payloads, fc.nat(), fc.nat({ max: 255 }), fc.boolean())
  const changes = 50
  fc.assert(
    fc.property(damaged, ([payload, where, byte, cut]) => {
      const good = encodePayload(payload)
      for (let change = 0; change < changes; change++) {
        const at = (where + 7 * change) % good.length
        const bad = Buffer.from(cut ? good.subarray(0, at) : good)
        if (!cut) bad[at] = (byte + 31 * change) & 0xff
        note(decodePayload(bad))
      }
    }),
    { numRuns: inputs / 2 / changes },
  )
  expect(answers.read).toBeGreaterThan(inputs / 100)
  expect(answers.refused).toBeGreaterThan(inputs / 100)
})

function fail(): never {
  throw new Error('there are fewer than there were')
}
