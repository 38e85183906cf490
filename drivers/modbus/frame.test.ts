import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.ts'
import { reading } from '../testing/line-suite.ts'
import { answer, exception, mbapFrame, rtuFrame } from '../testing/scripted-wire.ts'
import { crcHolds } from './crc.ts'
import type { Strays } from './frame.ts'
import { Intake } from './intake.ts'
import { MbapFraming } from './mbap.ts'
import { RtuFraming } from './rtu.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

function hearing() {
  const heard = new Intake(fakeClock())
  const strangers: string[] = []
  const strays: Strays = {
    foreign: (...frame) => strangers.push(frame.join('/')),
    asked: (...frame) => strangers.push(`asked ${frame.join('/')}`),
    othersAsk: () => true,
    echo: () => strangers.push('echo') > 0,
    late: () => strangers.push('late'),
  }
  return { heard, strangers, strays, hear: (bytes: Uint8Array) => heard.push(Buffer.from(bytes), bytes.length) }
}

test.each([
  ['01 04 00 34 00 02 30 05', reading(1, 0x34, 2, { function: 4 })], // Eastron SDM630, total active power
  ['01 01 00 00 00 08 3D CC', reading(1, 0, 8, { function: 1 })], // Waveshare relay board, read 8 coils
])('an RTU request is %s', (bytes, request) => {
  expect(new RtuFraming().compose(request)).toEqual(hex(bytes))
})

test('a TCP request has a transaction id that grows by one and wraps at 16 bits', () => {
  const framing = new MbapFraming()
  const ids = Array.from({ length: 65_537 }, () => framing.compose(reading(7, 1, 2)).readUInt16BE(0))
  expect([ids[0], ids[65_534], ids[65_535], ids[65_536]]).toEqual([1, 65_535, 0, 1])
  expect(framing.compose(reading(7, 0x1234, 125)).subarray(2)).toEqual(hex('00 00 00 06 07 03 12 34 00 7D'))
})

test('every single-bit damage to an RTU answer is noticed', () => {
  const request = reading(9, 5, 4)
  const right = answer(rtuFrame, { ...request, transaction: 0, atMs: 0 })
  for (let bit = 0; bit < 8 * right.length; bit++) {
    const framing = new RtuFraming()
    const { heard, strays, hear } = hearing()
    const damaged = Uint8Array.from(right)
    damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7))
    framing.compose(request)
    hear(damaged)
    expect(framing.hear(heard, request, strays)).toBe('more')
  }
})

test('an RTU answer is found behind any noise, in any pieces', () => {
  const request = reading(9, 5, 4)
  const right = answer(rtuFrame, { ...request, transaction: 0, atMs: 0 })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.integer({ min: 1, max: 60 })), (noise, sizes) => {
      const framing = new RtuFraming()
      const { heard, strays, hear } = hearing()
      framing.compose(request)
      const stream = Uint8Array.from([...noise, ...right])
      let verdict = 'more'
      for (let at = 0, piece = 0; at < stream.length; piece++) {
        const size = sizes.length === 0 ? stream.length : sizes[piece % sizes.length]!
        hear(stream.subarray(at, at + size))
        at += size
        verdict = framing.hear(heard, request, strays)
        if (verdict !== 'more') break
      }
      expect(verdict).toBe('answer')
      expect([...heard.bytes.subarray(0, framing.frameLength)]).toEqual([...right])
      expect(framing.dataAt).toBe(3)
    }),
  )
})

test('whole RTU frames of others are told of: an answer, an exception, another master’s question', () => {
  const framing = new RtuFraming()
  const { heard, strangers, strays, hear } = hearing()
  const request = reading(9, 5, 4)
  framing.compose(request)
  const other = { ...request, unit: 3, transaction: 0, atMs: 0 }
  hear(
    Uint8Array.from([...answer(rtuFrame, other), ...exception(rtuFrame, other, 2), ...hex('01 04 00 34 00 02 30 05')]),
  )
  expect(framing.hear(heard, request, strays)).toBe('more')
  expect(strangers).toEqual(['3/3/8', '3/131/0', 'asked 1/4/4'])
  expect([heard.length, framing.garbled]).toEqual([0, false])
})

test('a question whose CRC ends with a zero is no answer of seven bytes, where others ask', () => {
  const request = reading(10, 0, 1)
  const question = hex('0A 03 02 2B 00 03 75 00')
  for (const others of [true, false]) {
    const framing = new RtuFraming()
    const { heard, strangers, strays, hear } = hearing()
    framing.compose(request)
    hear(question)
    expect(framing.hear(heard, request, { ...strays, othersAsk: () => others })).toBe(others ? 'more' : 'answer')
    expect(strangers).toEqual(others ? ['asked 10/3/6'] : [])
  }
})

test('an exception is one, with its code', () => {
  const request = reading(9, 5, 4)
  for (const [framing, frame] of [
    [new RtuFraming(), rtuFrame],
    [new MbapFraming(), mbapFrame],
  ] as const) {
    const { heard, strays, hear } = hearing()
    framing.compose(request)
    hear(exception(frame, { ...request, transaction: 1, atMs: 0 }, 6))
    expect(framing.hear(heard, request, strays)).toBe('exception')
    expect(heard.bytes[framing.dataAt]).toBe(6)
  }
})

test('a TCP answer with another transaction id is late, whatever else fits', () => {
  const framing = new MbapFraming()
  const { heard, strangers, strays, hear } = hearing()
  const request = reading(9, 5, 4)
  framing.compose(request)
  framing.compose(request)
  hear(answer(mbapFrame, { ...request, transaction: 1, atMs: 0 }))
  expect(framing.hear(heard, request, strays)).toBe('more')
  hear(answer(mbapFrame, { ...request, transaction: 2, atMs: 0 }))
  expect(framing.hear(heard, request, strays)).toBe('answer')
  expect(strangers).toEqual(['late'])
})

test('values that look like the header of a late TCP answer are doubted once, not for as long as it is missing', () => {
  const framing = new MbapFraming()
  const { heard, strays, hear } = hearing()
  const request = reading(9, 5, 3)
  framing.compose(request) // 1: nobody answers
  const verdicts = [2, 3, 4].map((transaction) => {
    framing.compose(request)
    hear(mbapFrame({ unit: 9, transaction }, 3, 6, 0, 1, 0, 0, 0, 50))
    const verdict = framing.hear(heard, request, strays)
    if (verdict === 'answer') heard.discard(framing.frameLength)
    return verdict
  })
  expect(verdicts).toEqual(['more', 'answer', 'answer'])
})

test('a TCP frame whose lengths contradict each other is no answer', () => {
  const framing = new MbapFraming()
  const { heard, strays, hear } = hearing()
  const request = reading(9, 5, 2)
  framing.compose(request)
  hear(hex('00 01 00 00 00 08 09 03 04 11 22 33 44 55'))
  expect(framing.hear(heard, request, strays)).toBe('more')
  expect([framing.garbled, heard.length]).toEqual([true, 0])
})

test.each(['00 01 00 01 00 0B', '00 01 00 00 00 00', '00 01 00 00 01 00'])(
  '%s is no header: the stream is lost',
  (bytes) => {
    const framing = new MbapFraming()
    const { heard, strays, hear } = hearing()
    const request = reading(9, 5, 4)
    framing.compose(request)
    hear(hex(bytes))
    expect(framing.hear(heard, request, strays)).toBe('lost')
  },
)

test('frames of every length carry a CRC that holds, and no other', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 254 }), fc.nat(), (bytes, at) => {
      const frame = rtuFrame({ unit: bytes[0]!, transaction: 0 }, ...bytes.subarray(1))
      expect(crcHolds(frame, 0, frame.length)).toBe(true)
      frame[at % frame.length] = frame[at % frame.length]! ^ 0x10
      expect(crcHolds(frame, 0, frame.length)).toBe(false)
    }),
  )
})
