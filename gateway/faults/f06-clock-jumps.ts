import { live } from '../control/testing/street.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { leap } from './testing/leap.ts'

async function jump(context: FaultContext): Promise<Found> {
  // 56 years and half a day on, where the sun stands high; then an hour back from where it was.
  const process = await leap(context, { to: ['2082-12-22T11:00:00Z', '2026-12-21T23:00:00Z'], returns: true })
  const lived = await live({ steps: context.short ? 5_000 : 200_000, seed: context.seed })
  const violated = lived.violations.map(({ rule, detail }) => `${rule}: ${detail}`)
  const { leaps, restarts, days } = lived
  return {
    broken: [...process.broken, ...violated],
    figures: { ...process.figures, 'leaps lived through': leaps, restarts, days },
  }
}

export const fault: Fault = {
  id: 'F06',
  title: 'clock jumps: +56 years, −1 h, and back',
  passes:
    'a leap is not believed: lit stays lit; a lease ends once, after its own length; no output is told the same twice; records go on, in the order of their numbers',
  run: jump,
  control: {
    without: 'noticing that the clock has leapt',
    run: (context) =>
      leap(context, {
        to: ['2082-12-22T11:00:00Z'],
        returns: false,
        removed: {
          file: 'gateway/control/trust.ts',
          line: "if (state.trust !== 'unknown' && leapt) return lost('stepped', { sinceMs: monotonicMs, rightableMs })",
          instead: '',
        },
      }),
  },
}
