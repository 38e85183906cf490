import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encode } from '../../gateway/uplink/encodings/json.ts'
import { largestMessageBytes, parseMessage, parseState } from './wire.ts'

test('what the gateway writes is understood', () => {
  const at = { ticket: 1, release: 'energy', boot: 3 }
  const body = '{"t0":1,"t1":2,"p":{"meter.power":[[0,1.5]]}}'
  expect(parseMessage(Buffer.from(encode({ kind: 'record', ...at, seq: 17, body }, 'b0x')))).toEqual({
    kind: 'record',
    v: 1,
    outbox: 'b0x',
    boot: 3,
    seq: 17,
    t0: 1,
    t1: 2,
    p: { 'meter.power': [[0, 1.5]] },
  })
  const gap = encode({ kind: 'gap', ...at, from: 5, to: 9, why: 'receipted' }, 'b0x')
  expect(parseMessage(Buffer.from(gap))).toMatchObject({ kind: 'gap', gap: { from: 5, to: 9, why: 'receipted' } })
})

test('garbage is garbage, and never an exception', () => {
  const parse = (value: unknown) => parseMessage(Buffer.from(JSON.stringify(value))).kind
  expect(parse({ v: 1, outbox: 'b0x', boot: 3, gap: { from: 9, to: 5, why: '' } })).toBe('garbage')
  expect(parse({ v: 1, outbox: 'b0x', boot: 3, seq: 0, t0: 1, t1: 2, p: {} })).toBe('garbage')
  expect(parse({ v: 2, outbox: 'b0x', boot: 3, seq: 1, t0: 1, t1: 2, p: {} })).toBe('garbage')
  expect(parseMessage(Buffer.alloc(largestMessageBytes + 1)).kind).toBe('garbage')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((json) => Buffer.from(json)),
      ),
      (payload) => {
        expect(parseMessage(payload).kind).toBe('garbage')
        parseState(payload)
      },
    ),
  )
})
