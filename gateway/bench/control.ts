/** The bars of control: from an input's edge to the wire, the sun, the envelope. */
import { live, type Removable } from '../control/testing/street.ts'
import { segmentGuards, stepGuards } from '../control/envelope.ts'
import { bar } from './bars.ts'
import { edgeToWire } from './edge-to-wire.ts'
import { measured, quantile, unmeasured, type Result } from './result.ts'
import { sunError } from './sun.ts'

const seed = 20_261_122

export async function* control({ short }: { short: boolean }): AsyncGenerator<Result> {
  yield await edge(short ? 60 : 1_000)
  yield sun(short ? 100 : 1_000)
  yield await envelopeHolds(short ? 20_000 : 1_000_000)
  yield unmeasured(bar('control.night-ms'), 'simulation is not built yet')
  yield unmeasured(bar('control.year-s'), 'simulation is not built yet')
  yield unmeasured(bar('control.dark-minutes'), 'simulation is not built yet')
  yield unmeasured(bar('control.detector-recall'), 'detectors are not built yet')
  yield unmeasured(bar('control.detector-precision'), 'detectors are not built yet')
  yield unmeasured(bar('control.apply-cuts-broken'), 'revisions are not applied in place yet')
}

async function edge(edges: number): Promise<Result> {
  const { aboveBusMs, wallMs, transactions, busyShare } = await edgeToWire({ edges, seed })
  return measured(
    bar('control.edge-to-wire-p99-ms'),
    quantile(aboveBusMs, 0.99),
    'a contact closes at a random moment; first byte of the write, without the time that the bus was busy; 9 units polled without pause over a 19200 baud bus',
    {
      edges: aboveBusMs.length,
      median: quantile(aboveBusMs, 0.5).toFixed(1),
      worst: Math.max(...aboveBusMs).toFixed(1),
      'with the bus p99': quantile(wallMs, 0.99).toFixed(0),
      transactions,
      'bus busy': busyShare.toFixed(3),
    },
  )
}

function sun(places: number): Result {
  const { worstS, ...seen } = sunError({ seed, places })
  return measured(
    bar('control.sun-error-s'),
    worstS,
    'sunset, sunrise, civil dusk and dawn of random places and dates, 60° S to 65° N, against astronomy-engine',
    seen,
  )
}

async function envelopeHolds(steps: number): Promise<Result> {
  const id = bar('control.envelope-violations')
  const whole = await live({ steps, seed })
  const { violations, ...seen } = whole
  const guards = [...new Set([...Object.keys(segmentGuards), ...Object.keys(stepGuards), 'trust'])] as Removable[]
  const needless: string[] = []
  for (const without of guards) {
    const lived = await live({ steps: Math.min(steps, 200_000), seed, without })
    if (lived.violations.length === 0) needless.push(without)
  }
  const method = `${steps} steps of orders, faults, leaps and restarts; without any one of ${guards.join(', ')} it fails`
  if (needless.length > 0)
    return unmeasured(id, `nothing fails without ${needless.join(', ')}: the run proves nothing of them`)
  return measured(id, violations.length, method, { ...seen, first: violations[0]?.rule ?? 'none' })
}
