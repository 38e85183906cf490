import { beginTrust, earliestMs, observe, type TrustState } from '../control/trust.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { leap } from './testing/leap.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

/** How long a lie of so many days is not believed, though the machine says throughout that it is synchronised. */
function disbelievedMs(days: number): number {
  const startMs = earliestMs + 30 * dayMs
  const first = { wallMs: startMs, monotonicMs: 0 }
  let state: TrustState = beginTrust({ ...first, uptimeMs: 0, bootId: 'b', rtc: false, declared: false })
  state = observe(state, { ...first, synchronised: true })
  if (state.trust !== 'synced') throw new Error('a synchronised clock is not believed to begin with')
  for (let monotonicMs = 1_000; monotonicMs < 3 * dayMs; monotonicMs += 10_000) {
    state = observe(state, { wallMs: startMs + days * dayMs + monotonicMs, monotonicMs, synchronised: true })
    if (state.trust !== 'unknown') return monotonicMs
  }
  return 3 * dayMs
}

async function lie(context: FaultContext): Promise<Found> {
  const process = await leap(context, { to: ['2026-12-25T11:30:00Z'], returns: true })
  const least = Math.min(...[-20, -3, -1, 1, 3, 300].map(disbelievedMs))
  const broken = [...process.broken, ...(least < 23 * hourMs ? [`a lie is believed after ${least} ms`] : [])]
  return { broken, figures: { ...process.figures, 'disbelieved h': least / hourMs } }
}

export const fault: Fault = {
  id: 'F08',
  title: 'time server lies by days',
  passes:
    'a step of more than two minutes is not believed, however synchronised the machine says it is, and told: lit stays lit; believed again at once when it is put right, else after a day. (At the first word of a boot nobody can tell; a second source is not asked for: neither is tried here.)',
  run: lie,
  control: {
    without: 'the step limit for a synchronised clock',
    run: (context) =>
      leap(context, {
        to: ['2026-12-25T11:30:00Z'],
        returns: false,
        removed: {
          file: 'gateway/control/trust.ts',
          line: 'const leapt = offMs > (synchronised ? rightableMs : stepMs)',
          instead: 'const leapt = !synchronised && offMs > Math.max(stepMs, rightableMs)',
        },
      }),
  },
}
