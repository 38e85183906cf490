/** What was learned of each device’s registers. Under another profile it does not count: other registers are read then. */
import { z } from 'zod'
import { learnedRegisters, type Learning } from '../drivers/learned-registers.ts'
import type { Learned } from './learned.ts'

/** by device */
const kept = z.record(z.string(), z.object({ profile: z.string(), registers: learnedRegisters }))

/** `profiles`: by device; what was learned of others is dropped. */
export function registersLearned(
  learned: Learned,
  profiles: ReadonlyMap<string, string>,
): (device: string) => Learning {
  const before = Object.entries(learned.section('registers', kept) ?? {})
  const known = new Map(before.filter(([device, { profile }]) => profiles.get(device) === profile))
  return (device) => ({
    before: known.get(device)?.registers,
    changed: (registers) => {
      known.set(device, { profile: profiles.get(device) ?? '', registers })
      learned.keep('registers', Object.fromEntries([...known].filter(([, one]) => one.registers.length > 0)))
    },
  })
}
