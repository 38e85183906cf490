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
} as const satisfies Record<string, Omit<Bar, 'id'>>

export type BarId = keyof typeof targets

export function bar(id: BarId): Bar {
  return { id, ...targets[id] }
}

/** Every bar of a group, in order. */
export function barsOf(group: string): BarId[] {
  return (Object.keys(targets) as BarId[]).filter((id) => id.startsWith(`${group}.`))
}
