import fc from 'fast-check'
import { expect, test } from 'vitest'
import { largestRequestBytes, parseReceipt, parseReplay } from './requests.ts'

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))

test('a receipt and a replay request are understood, whatever a later version adds', () => {
  expect(parseReceipt(bytes({ v: 1, outbox: 'b0x', upto: 17, more: true }))).toEqual({ v: 1, outbox: 'b0x', upto: 17 })
  expect(
    parseReplay(
      bytes({
        v: 1,
        outbox: 'b0x',
        ranges: [
          [1, 4],
          [9, 9],
        ],
      }),
    )?.ranges,
  ).toEqual([
    { from: 1, to: 4 },
    { from: 9, to: 9 },
  ])
})

test.each([
  { v: 2, outbox: 'b0x', ranges: [[1, 4]] },
  { v: 1, outbox: '', ranges: [[1, 4]] },
  { v: 1, outbox: 'b0x', ranges: [] },
  { v: 1, outbox: 'b0x', ranges: [[4, 1]] },
  { v: 1, outbox: 'b0x', ranges: [[0, 1]] },
  { v: 1, outbox: 'b0x', ranges: [[1, 1e300]] },
  { v: 1, outbox: 'b0x', ranges: Array.from({ length: 65 }, () => [1, 1]) },
  { v: 1, outbox: 'b0x', upto: 1.5 },
  { v: 1, outbox: 'b0x', upto: 0 },
])('%j is refused', (value) => {
  expect(parseReplay(bytes(value))).toBeUndefined()
  expect(parseReceipt(bytes(value))).toBeUndefined()
})

test('a long message is refused before it is parsed', () => {
  const long = { v: 1, outbox: 'b0x', upto: 17, more: 'x'.repeat(largestRequestBytes) }
  expect(parseReceipt(bytes(long))).toBeUndefined()
})

test('no bytes make the parser throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((json) => Buffer.from(json)),
      ),
      (payload) => {
        parseReceipt(payload)
        parseReplay(payload)
      },
    ),
  )
})
