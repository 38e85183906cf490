import fc from 'fast-check'
import { expect, test } from 'vitest'
import { framed, Intake, type Frame } from './intake.ts'

const told = ({ transaction, unit, pdu }: Frame) => [transaction, unit, [...pdu]]
const frames = fc.array(
  fc.record({
    transaction: fc.integer({ min: 0, max: 0xffff }),
    unit: fc.integer({ min: 0, max: 255 }),
    pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }),
  }),
  { maxLength: 20 },
)

test('however the bytes come, the frames are the same', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map((frame) => framed(frame, Buffer.from(frame.pdu))))
      const intake = new Intake()
      const heard: unknown[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const cut = cuts[turn % cuts.length] ?? 1
        const { frames: whole, lost } = intake.put(bytes.subarray(at, at + cut))
        expect(lost).toBe(false)
        heard.push(...whole.map(told))
        at += cut
      }
      expect(heard).toEqual(sent.map(({ transaction, unit, pdu }) => [transaction, unit, [...pdu]]))
      expect(intake.held).toBe(0)
    }),
  )
})

test.each([
  ['another protocol', [0, 1, 0, 1, 0, 6]],
  ['another protocol, of which no length came yet', [0, 1, 7, 0]],
  ['a length without a function', [0, 1, 0, 0, 0, 1]],
  ['a length beyond the longest', [0, 1, 0, 0, 0, 255]],
  ['HTTP', [...Buffer.from('GET / HTTP/1.1')]],
])('%s is no Modbus', (_, bytes) => {
  expect(new Intake().put(Buffer.from(bytes))).toEqual({ frames: [], lost: true })
})

test('what came before the loss is heard', () => {
  const good = framed({ transaction: 1, unit: 2 }, Buffer.of(3))
  const { frames: whole, lost } = new Intake().put(Buffer.concat([good, Buffer.from('what?!')]))
  expect([whole.map(told), lost]).toEqual([[[1, 2, [3]]], true])
})

test('any bytes: never more than one frame is held', () => {
  let losses = 0
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 6 }), (chunks) => {
      const intake = new Intake()
      for (const chunk of chunks) {
        const { frames: whole, lost } = intake.put(Buffer.from(chunk))
        if (lost) losses++
        if (whole.some(({ pdu }) => pdu.length < 1 || pdu.length > 253)) return false
        if (lost) return intake.held === 0
      }
      return intake.held < 260
    }),
    { numRuns: 2_000 },
  )
  expect(losses).toBeGreaterThan(100)
})
