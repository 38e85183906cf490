import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exceptionPdu, exceptions, parsePdu, readPdu, writtenPdu } from './request.ts'

const pdu = (...bytes: number[]) => Buffer.from(bytes)

test.each([
  [pdu(1, 0, 7, 0, 9), { function: 1, address: 7, count: 9 }],
  [pdu(2, 0, 0, 7, 0xd0), { function: 2, address: 0, count: 2_000 }],
  [pdu(3, 0xff, 0xff, 0, 1), { function: 3, address: 0xffff, count: 1 }],
  [pdu(4, 0x50, 0, 0, 125), { function: 4, address: 0x5000, count: 125 }],
])('%o reads', (bytes, asked) => {
  expect(parsePdu(bytes)).toEqual({ kind: 'read', ...asked })
})

test.each([
  [pdu(5, 0, 1, 0xff, 0), [1]],
  [pdu(5, 0, 1, 0, 0), [0]],
  [pdu(6, 0, 1, 0x12, 0x34), [0x1234]],
  [pdu(15, 0, 1, 0, 9, 2, 0b1000_0101, 1), [1, 0, 1, 0, 0, 0, 0, 1, 1]],
  [pdu(16, 0, 1, 0, 2, 4, 0, 1, 0xff, 0xfe), [1, 0xfffe]],
])('%o writes, and is answered with its first words', (bytes, values) => {
  const asked = parsePdu(bytes)
  if (asked.kind !== 'write') throw new Error('it is a write')
  expect([asked.function, asked.address, [...asked.values]]).toEqual([bytes[0], 1, values])
  expect(writtenPdu(asked)).toEqual(bytes.subarray(0, 5))
})

test.each([
  ['no function', pdu(0, 0, 0, 0, 1), exceptions.illegalFunction],
  ['who are you', pdu(43, 14, 1, 0), exceptions.illegalFunction],
  ['report server id', pdu(17), exceptions.illegalFunction],
  ['mask a register', pdu(22, 0, 0, 0, 0, 0, 0), exceptions.illegalFunction],
  ['read and write', pdu(23, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 0), exceptions.illegalFunction],
  ['an exception', pdu(0x83, 2), exceptions.illegalFunction],
  ['only a function', pdu(3), exceptions.illegalValue],
  ['cut short', pdu(3, 0, 0, 0), exceptions.illegalValue],
  ['too long', pdu(3, 0, 0, 0, 1, 0), exceptions.illegalValue],
  ['nothing', pdu(3, 0, 0, 0, 0), exceptions.illegalValue],
  ['126 registers', pdu(4, 0, 0, 0, 126), exceptions.illegalValue],
  ['2001 bits', pdu(1, 0, 0, 7, 0xd1), exceptions.illegalValue],
  ['beyond the last address', pdu(3, 0xff, 0xff, 0, 2), exceptions.illegalAddress],
  ['half a coil', pdu(5, 0, 1, 0x55, 0), exceptions.illegalValue],
  ['another byte count', pdu(16, 0, 1, 0, 2, 3, 0, 1, 0), exceptions.illegalValue],
  ['values missing', pdu(16, 0, 1, 0, 2, 4, 0, 1), exceptions.illegalValue],
  ['values too many', pdu(15, 0, 1, 0, 1, 1, 1, 1), exceptions.illegalValue],
  ['none to write', pdu(16, 0, 1, 0, 0, 0), exceptions.illegalValue],
  ['124 registers to write', pdu(16, 0, 1, 0, 124, 248, ...Array<number>(248).fill(0)), exceptions.illegalValue],
  ['coils beyond the last address', pdu(15, 0xff, 0xff, 0, 2, 1, 3), exceptions.illegalAddress],
])('%s is answered with an exception', (_, bytes, exception) => {
  expect(parsePdu(bytes)).toEqual({ kind: 'wrong', function: bytes[0], exception })
  expect(exceptionPdu(bytes[0]!, exception)).toEqual(pdu(bytes[0]! | 0x80, exception))
})

test('what was read is answered in the form of its function', () => {
  const values = Uint16Array.of(1, 0xfffe, 7)
  expect(readPdu({ kind: 'read', function: 3, address: 0, count: 2 }, values)).toEqual(pdu(3, 4, 0, 1, 0xff, 0xfe))
  const bits = Uint16Array.of(1, 0, 1, 0, 0, 0, 0, 1, 1, 1)
  expect(readPdu({ kind: 'read', function: 2, address: 0, count: 9 }, bits)).toEqual(pdu(2, 2, 0b1000_0101, 1))
})

test('any bytes are a question or an exception', () => {
  let questions = 0
  const near = fc.tuple(fc.integer({ min: 0, max: 24 }), fc.uint8Array({ maxLength: 252 }))
  fc.assert(
    fc.property(near, ([fn, rest]) => {
      const asked = parsePdu(Buffer.from([fn, ...rest]))
      if (asked.kind === 'wrong') return [1, 2, 3].includes(asked.exception)
      questions++
      const count = asked.kind === 'read' ? asked.count : asked.values.length
      return count >= 1 && count <= 2_000 && asked.address + count <= 65_536
    }),
    { numRuns: 20_000 },
  )
  expect(questions).toBeGreaterThan(10)
})
