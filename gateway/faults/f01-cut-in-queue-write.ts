import { cutOften, mostStartMs, noTally, type Cuts } from '../outbox/testing/cuts.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

/** A new disk now and then, so that young files are cut too. */
const cutsADisk = 100

async function cut({ folder, seed, short }: FaultContext, differing: Partial<Cuts> = {}): Promise<Found> {
  const tally = noTally()
  const broken: string[] = []
  let lost = 0
  const count = differing.count ?? (short ? 60 : 1_000)
  try {
    for (let left = count; left > 0; left -= cutsADisk)
      await cutOften(
        { folder, settleEvery: 10, seed: seed + left, ...differing, count: Math.min(left, cutsADisk) },
        tally,
      )
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AssertionError') throw error
    broken.push(error.message)
    lost = 'actual' in error && Array.isArray(error.actual) ? error.actual.length : 0
  }
  if (tally.slowestStartMs > mostStartMs) broken.push(`a start took ${tally.slowestStartMs} ms`)
  const { cuts, atStart, steps, slowestStartMs } = tally
  const figures = { looked: cuts, 'at a start or an end': atStart, steps, 'slowest start ms': slowestStartMs }
  return { broken, figures: { ...figures, 'acknowledged and lost': lost } }
}

export const fault: Fault = {
  id: 'F01',
  title: 'power cut in the middle of a queue write',
  passes:
    'every accepted record is there, none by halves, no number is given twice, and a start takes < 10 s by itself',
  run: (context) => cut(context),
  control: {
    without: 'syncing each commit (synchronous=OFF)',
    run: (context) => cut(context, { count: 50, settleEvery: 1, synchronous: 'OFF' }),
  },
}
