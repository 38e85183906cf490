/** All checks over the facts, in the order in which they are told: what is well first, what is wrong last. */
import { known } from './catalogue.ts'
import { broker } from './broker.ts'
import { clock } from './clock.ts'
import { consoleDoor } from './console.ts'
import { devices } from './devices.ts'
import type { Facts } from './facts.ts'
import { subjects, type Finding } from './finding.ts'
import { folder } from './folder.ts'
import { gateway } from './gateway.ts'
import { light } from './light.ts'
import { lines } from './lines.ts'
import { history, outbox } from './outbox.ts'
import { runtime } from './runtime.ts'
import { serial } from './serial.ts'
import { site } from './site.ts'

export const checks: readonly ((facts: Facts) => Finding[])[] = [
  runtime,
  folder,
  site,
  gateway,
  clock,
  serial,
  lines,
  devices,
  light,
  broker,
  outbox,
  history,
  consoleDoor,
]

const states = ['ok', 'warning', 'wrong'] as const

export function examine(facts: Facts): Finding[] {
  const order = ({ code }: Finding) => {
    const { of, state } = known(code)
    return states.indexOf(state) * subjects.length + subjects.indexOf(of)
  }
  return checks.flatMap((check) => check(facts)).sort((a, b) => order(a) - order(b))
}
