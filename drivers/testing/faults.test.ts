import { expect, test } from 'vitest'
import { crcHolds } from '../modbus/crc.ts'
import { dice } from './dice.ts'
import { faulty, wireFaults, type WireFault, type WireFaultName } from './faults.ts'
import { answer, exception, rtuFrame, type Asked, type Said } from './scripted-wire.ts'

const asked: Asked = { unit: 3, function: 3, address: 10, count: 4, transaction: 0, atMs: 0 }
const rightly = answer(rtuFrame, asked)
const right = [{ afterMs: 5, bytes: rightly }]

interface Look {
  readonly fault: WireFault
  /** whether this is what it says, and when */
  readonly is: (bytes: Uint8Array, said: readonly Said[]) => boolean
}

const isWhole = (bytes: Uint8Array) => crcHolds(bytes, 0, bytes.length)

const looks: Readonly<Record<WireFaultName, Look>> = {
  crc: { fault: wireFaults.crc(), is: (bytes) => bytes.length === rightly.length && !isWhole(bytes) },
  noise: {
    fault: wireFaults.noise(40),
    is: (bytes) =>
      bytes.length > rightly.length &&
      bytes.length <= rightly.length + 40 &&
      Buffer.from(bytes.slice(-rightly.length)).equals(rightly),
  },
  drop: { fault: wireFaults.drop(), is: (_, said) => said.length === 0 },
  late: { fault: wireFaults.late(200), is: (bytes, [said]) => said?.afterMs === 205 && isWhole(bytes) },
  'wrong-unit': {
    fault: wireFaults['wrong-unit'](4, (other) => answer(rtuFrame, other)),
    is: (bytes) => bytes[0] === 4 && isWhole(bytes),
  },
  truncate: { fault: wireFaults.truncate(6), is: (bytes) => Buffer.from(rightly.slice(0, 6)).equals(bytes) },
  'byte-by-byte': {
    fault: wireFaults['byte-by-byte'](5),
    is: (bytes, said) =>
      Buffer.from(rightly).equals(bytes) &&
      said.every((one, index) => one.afterMs === 5 + 5 * index && one.bytes.length === 1),
  },
  exception: {
    fault: wireFaults.exception(6),
    is: (bytes) => Buffer.from(exception(rtuFrame, asked, 6)).equals(bytes),
  },
}

test.each(Object.entries(looks))('%s is what its name says, a thousand times', (_, { fault, is }) => {
  const random = dice(1)
  for (let turn = 0; turn < 1_000; turn++) {
    const said = fault(right, asked, random)
    expect(is(Uint8Array.from(said.flatMap(({ bytes }) => [...bytes])), said)).toBe(true)
  }
  expect(right).toEqual([{ afterMs: 5, bytes: answer(rtuFrame, asked) }])
})

test('a fault befalls whom it is said to befall, and nobody else', () => {
  const script = faulty(
    () => right,
    ({ unit }) => (unit === 3 ? wireFaults.drop() : undefined),
    dice(1),
  )
  expect(script(asked)).toEqual([])
  expect(script({ ...asked, unit: 4 })).toBe(right)
})
