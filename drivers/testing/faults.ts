/** What goes wrong on a wire, by name: each lies over the right answers of any simulated bus. */
import type { Random } from '../clock.ts'
import { exception, rtuFrame, type Asked, type Frame, type Said, type Script } from './scripted-wire.ts'

/** Makes of what would be said to a question what is said instead. */
export type WireFault = (said: readonly Said[], asked: Asked, random: Random) => readonly Said[]

/** From 0, so many. */
function below(many: number, random: Random): number {
  return Math.floor(random() * many)
}

/** Up to three bits turned over, or a burst no longer than 16: what a CRC of 16 bits never fails to find. */
function damage(bytes: Uint8Array, random: Random): Uint8Array {
  const damaged = Uint8Array.from(bytes)
  const turn = (bit: number) => {
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  }
  const bits = 8 * bytes.length
  if (random() < 0.5) {
    const turned = new Set(Array.from({ length: 1 + below(3, random) }, () => below(bits, random)))
    turned.forEach(turn)
    return damaged
  }
  const length = Math.min(2 + below(15, random), bits)
  const from = below(bits - length + 1, random)
  for (let bit = from; bit < from + length; bit++)
    if (bit === from || bit === from + length - 1 || random() < 0.5) turn(bit)
  return damaged
}

export function randomBytes(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => below(256, random))
}

export const wireFaults = {
  /** the answer is damaged on its way */
  crc: (): WireFault => (said, _, random) =>
    said.map(({ afterMs, bytes }) => ({ afterMs, bytes: damage(bytes, random) })),

  /** so many bytes, at most, of nothing before the answer */
  noise:
    (most = 40): WireFault =>
    (said, _, random) =>
      said.map(({ afterMs, bytes }) => ({
        afterMs,
        bytes: Uint8Array.of(...randomBytes(1 + below(most, random), random), ...bytes),
      })),

  /** the unit, or its cable, is dead */
  drop: (): WireFault => () => [],

  /** so much later than it would have come */
  late:
    (byMs: number): WireFault =>
    (said) =>
      said.map(({ afterMs, bytes }) => ({ afterMs: afterMs + byMs, bytes })),

  /** whole and sound, from another unit */
  'wrong-unit':
    (other: number, answerOf: (asked: Asked) => Uint8Array): WireFault =>
    (said, asked) =>
      said.map(({ afterMs }) => ({ afterMs, bytes: answerOf({ ...asked, unit: other }) })),

  /** stops after so many bytes */
  truncate:
    (kept: number): WireFault =>
    (said) =>
      said.map(({ afterMs, bytes }) => ({ afterMs, bytes: bytes.slice(0, kept) })),

  /** each byte by itself, with silence between */
  'byte-by-byte':
    (gapMs: number): WireFault =>
    (said) =>
      said.flatMap(({ afterMs, bytes }) =>
        [...bytes].map((byte, index) => ({ afterMs: afterMs + index * gapMs, bytes: Uint8Array.of(byte) })),
      ),

  /** the unit refuses */
  exception:
    (code: number, frame: Frame = rtuFrame): WireFault =>
    (said, asked) =>
      said.map(({ afterMs }) => ({ afterMs, bytes: exception(frame, asked, code) })),
} as const

export type WireFaultName = keyof typeof wireFaults

/** The fault that befalls this question; undefined: none. */
export type Befalls = (asked: Asked) => WireFault | undefined

export function faulty(script: Script, befalls: Befalls, random: Random): Script {
  return (asked) => {
    const said = script(asked)
    return befalls(asked)?.(said, asked, random) ?? said
  }
}
