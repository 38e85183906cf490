/** What a fault's two runs come to: the one that must hold, and the one without its guard, which must not. */
import { counters, type Fault, type Found } from './fault.ts'

/** How a run ended: with what it found, or by breaking the harness itself. */
export type Ending = Found | { readonly threw: string }

export interface Verdict {
  readonly id: Fault['id']
  readonly title: string
  readonly passes: string
  readonly seed: number
  readonly passed: boolean
  /** without its guard the same check failed, as it must */
  readonly controlFailed: boolean
  readonly without: string
  readonly figures: Found['figures']
  /** why it did not pass, in words; of both runs */
  readonly because: readonly string[]
  /** the first thing that did not hold without the guard */
  readonly controlFound: string
  readonly ms: number
}

export function verdictOf(fault: Fault, { run, control }: { run: Ending; control: Ending }, seed: number, ms: number) {
  const because = troublesOf(run)
  const [controlFound = ''] = 'threw' in control ? [] : control.broken
  if ('threw' in control) because.push(`without ${fault.control.without} the harness broke: ${control.threw}`)
  else if (control.broken.length === 0) because.push(`it holds without ${fault.control.without} too: it proves nothing`)
  const verdict: Verdict = {
    id: fault.id,
    title: fault.title,
    passes: fault.passes,
    seed,
    passed: troublesOf(run).length === 0,
    controlFailed: controlFound !== '',
    without: fault.control.without,
    figures: 'threw' in run ? {} : run.figures,
    because,
    controlFound,
    ms,
  }
  return verdict
}

/** A check that looked at nothing is worse than none. */
function troublesOf(run: Ending): string[] {
  if ('threw' in run) return [`the harness broke: ${run.threw}`]
  const looked = Number(run.figures['looked'])
  const counted = counters.flatMap((name) => {
    const count = Number(run.figures[name] ?? 0)
    return count === 0 ? [] : [`${name}: ${count}`]
  })
  return [...run.broken, ...counted, ...(looked > 0 ? [] : ['it looked at nothing'])]
}

/** Of all faults together; all must be 0. */
export function totals(verdicts: readonly Pick<Verdict, 'figures'>[]): Record<(typeof counters)[number], number> {
  const sum = (name: (typeof counters)[number]) =>
    verdicts.reduce((total, { figures }) => total + Number(figures[name] ?? 0), 0)
  return {
    'wrong value accepted': sum('wrong value accepted'),
    'acknowledged and lost': sum('acknowledged and lost'),
    'unsafe output ms': sum('unsafe output ms'),
  }
}

export function isWhole({ passed, controlFailed }: Verdict): boolean {
  return passed && controlFailed
}
