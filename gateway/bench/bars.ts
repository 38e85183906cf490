/** The bars that are owed, by group: what each is to reach. A bench reports every one of its group. */
import type { Bar } from './result.ts'

const most = (target: number, unit: string): Omit<Bar, 'id'> => ({ target, unit, op: '<=' })
const least = (target: number, unit: string): Omit<Bar, 'id'> => ({ target, unit, op: '>=' })

const targets = {
  'runtime.cold-start-ms': most(600, 'ms'),
  'runtime.rss-mb': most(90, 'MB'),
  'console.size-kb-gz': most(120, 'kB'),
  'console.first-values-ms': most(1_000, 'ms'),
  'console.axe-serious': most(0, ''),
  'control.edge-to-wire-p99-ms': most(50, 'ms'),
  'control.sun-error-s': most(60, 's'),
  'control.envelope-violations': most(0, ''),
  'control.night-ms': most(100, 'ms'),
  'control.year-s': most(20, 's'),
  'control.dark-minutes': most(0, 'min'),
  'control.detector-recall': least(0.95, ''),
  'control.detector-precision': least(0.95, ''),
  'control.apply-cuts-broken': most(0, ''),
  'field.rtu-19200-share': least(0.99, ''),
  'field.rtu-115200-share': least(0.95, ''),
  'field.rtu-early-requests': most(0, ''),
  'field.rtu-cpu-ms-19200': most(2.5, 'ms'),
  'field.rtu-cpu-ratio-19200': most(0.2, ''),
  'field.rtu-cpu-ratio-115200': most(0.34, ''),
  'field.tcp-cpu-ratio-libmodbus': most(2.2, ''),
  'field.plans-not-optimal': most(0, ''),
  'field.dead-units-rate': least(0.97, ''),
  'field.poll-cpu-ratio-nodered': most(0.34, ''),
  'field.poll-rss-ratio-nodered': most(0.5, ''),
  'field.wrong-values': most(0, ''),
  'field.late-answers-wrong': most(0, ''),
  'field.parsers-crashes': most(0, ''),
  'field.soak-rss-mb-per-h': most(1, 'MB/h'),
  'field.opcua-cpu-share': most(0.06, ''),
  'field.opcua-rss-mb': most(140, 'MB'),
  'field.opcua-back-s': most(2, 's'),
  'field.exam-s': most(20, 's'),
  'field.mutations-missed': most(0, ''),
  'data.bytes-equal-fidelity': most(0.25, ''),
  'data.bytes-policy': most(0.03, ''),
  'data.disk-offline-ratio': most(1.5, ''),
  'data.disk-online-mb-day': most(20, 'MB'),
  'data.cuts-lost': most(0, ''),
  'data.failover-lost': most(0, ''),
  'data.backfill-live-p99-s': most(2, 's'),
  'data.disclose-per-s': least(200_000, '/s'),
  'data.noise-p': least(0.0001, ''),
  'data.undeclared-bytes': most(0, ''),
} as const satisfies Record<string, Omit<Bar, 'id'>>

export type BarId = keyof typeof targets

export function bar(id: BarId): Bar {
  return { id, ...targets[id] }
}

/** Every bar of a group, in order. */
export function barsOf(group: string): BarId[] {
  return (Object.keys(targets) as BarId[]).filter((id) => id.startsWith(`${group}.`))
}
