/** A unit on a paced line (paced-line.c): started, told to end, and what it has counted. */
import { z } from 'zod'
import { answerBytes, requestBytes } from './rtu-bytes.ts'
import { charMs, serialTiming } from '../../../drivers/modbus/timing.ts'
import type { SerialFormat } from '../../../drivers/schema.ts'
import { Program } from '../../testing/programs.ts'

export interface PacedLine {
  readonly format: SerialFormat
  readonly turnAroundMs: number
  /** bytes of an answer that become readable at once */
  readonly chunk: number
  /** hears no request that begins before t3.5 has passed */
  readonly isStrict: boolean
}

const counted = z.strictObject({
  requests: z.number(),
  answered: z.number(),
  /** began less than t3.5 after the last byte on the wire */
  early: z.number(),
  dropped: z.number(),
  damaged: z.number(),
  /** from an answer's last byte to the next request's first: on the whole, and at the least */
  gapUs: z.number(),
  leastGapUs: z.number(),
  /** how late an answer's last byte was, by the unit's own fault */
  lateUs: z.number(),
  /** whether it ran before everything else on this machine */
  ahead: z.boolean(),
})

export type Counted = z.infer<typeof counted>

/** What one read of so many registers takes at the least, when everybody keeps to the rules (V1.02, 2.5.1.1). */
export function legalMs({ format, turnAroundMs }: PacedLine, registers: number): number {
  const { charMs: char, gapMs } = serialTiming(format)
  return (requestBytes + answerBytes(registers)) * char + 2 * gapMs + turnAroundMs
}

export class PacedUnit {
  readonly device: string
  readonly #program: Program

  private constructor(device: string, program: Program) {
    this.device = device
    this.#program = program
  }

  static async start(compiled: string, { format, turnAroundMs, chunk, isStrict }: PacedLine): Promise<PacedUnit> {
    const bits = charMs(format) * (format.baud / 1_000)
    const numbers = [format.baud, bits, turnAroundMs * 1_000, chunk].map(String)
    const program = new Program(compiled, [...numbers, isStrict ? 'strict' : 'lenient'])
    const ready = await program.said(/^ready /)
    return new PacedUnit(ready.slice('ready '.length), program)
  }

  async end(): Promise<Counted> {
    await this.#program.end()
    return counted.parse(JSON.parse(this.#program.out.at(-1) ?? ''))
  }
}
