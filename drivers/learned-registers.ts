/** Which registers a device was found to refuse: plain data, so that it can be kept over a restart. */
import { z } from 'zod'

const table = z.enum(['coil', 'discrete', 'input', 'holding'])
const address = z.int().min(0).max(0x1_0000)

/**
 * A `point`: refused alone. A `hole`: no request may touch it, though the points on either side can be read. A `seam`: no
 * request may go across, `from` and `to` are the same. A `length`: no request may ask for more.
 */
export const refused = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['point', 'hole', 'seam']), table, from: address, to: address }),
  z.object({ kind: z.literal('length'), table, longest: z.int().min(1).max(2_000) }),
])
export type Refused = z.output<typeof refused>

/** Illegal data address, illegal data value (Modbus Application Protocol V1.1b3, 7): devices do not tell them apart. */
export const illegal = z.union([z.literal(2), z.literal(3)])
export type Illegal = z.output<typeof illegal>

export const learnedRegisters = z.array(
  z.object({
    refused,
    exception: illegal,
    /** so long it is believed, in ms: longer each time that it is found again */
    termMs: z.number().positive(),
    /** then it is tried again */
    until: z.iso.datetime(),
  }),
)
export type LearnedRegisters = z.output<typeof learnedRegisters>

/** What was learned before, if anything, and who is told what is known each time that it changes. */
export interface Learning {
  readonly before?: LearnedRegisters | undefined
  readonly changed: (known: LearnedRegisters) => void
}
