import { finished, ours } from '../testing/programs.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { without, type Removal } from './testing/without.ts'

async function rot({ folder, seed, short }: FaultContext, removed?: Removal): Promise<Found> {
  const args = [folder, String(seed), String(short ? 150 : 4_000)]
  const env = removed === undefined ? {} : without(removed)
  const { exit, out, err } = await finished(ours('gateway/faults/testing/rot.ts', args, env))
  if (exit !== 0) throw new Error(err.join('\n'))
  return JSON.parse(out.at(-1) ?? '') as Found
}

export const fault: Fault = {
  id: 'F12',
  title: 'bit rot in queue, kept state or audit',
  passes:
    'nothing is sent or believed that was never made; the good records before and after go out, and the others are counted, unless the very head of the file is gone: then it is set aside whole, and said. (A site file that has rotten is refused or, as it has no checksum, believed: not tried here.)',
  run: (context) => rot(context),
  control: {
    without: 'numbers that have rotten away being told',
    run: (context) =>
      rot(context, {
        file: 'gateway/outbox/store.ts',
        line: 'if (damaged > 0) for (const stream of this.#streams.values()) this.#missing(stream)',
        instead: '',
      }),
  },
}
