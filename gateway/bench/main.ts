/**
 * `npm run bench -- [group …] [--only WORD] [--short] [--json]`: measures the bars that are owed. Development only.
 * One line a bar, or with --json one array. Exits 4 when a bar that can be measured is missed.
 */
import { parseArgs } from 'node:util'
import { barsOf } from './bars.ts'
import { console } from './console.ts'
import { control } from './control.ts'
import { data } from './data.ts'
import { field } from './field.ts'
import type { Result } from './result.ts'
import { runtime } from './runtime.ts'

interface Options {
  readonly short: boolean
  readonly only: string
}

const groups: Readonly<Record<string, (options: Options) => AsyncIterable<Result>>> = {
  runtime,
  console,
  control,
  field,
  data,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    /** fewer steps: to see that the bench runs, not to prove a bar */
    short: { type: 'boolean', default: false },
    /** of a group that has subjects: only those bars whose name begins so */
    only: { type: 'string', default: '' },
  },
})
const asked = positionals.length === 0 ? Object.keys(groups) : positionals
const unknown = asked.filter((group) => !Object.hasOwn(groups, group))
if (unknown.length > 0) {
  process.stderr.write(`no such group: ${unknown.join(', ')}; there are: ${Object.keys(groups).join(', ')}\n`)
  process.exit(3)
}

const results: Result[] = []
for (const group of asked)
  for await (const result of groups[group]?.(values) ?? []) {
    results.push(result)
    if (!values.json) process.stdout.write(`${row(result)}\n`)
  }
const owed = asked.flatMap((group) => barsOf(group).filter((id) => id.startsWith(`${group}.${values.only}`)))
const unreported = owed.filter((id) => !results.some((result) => result.id === id))
if (unreported.length > 0) throw new Error(`nothing was reported of ${unreported.join(', ')}`)
if (values.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`)
process.exitCode = results.some(({ value, pass }) => value !== null && !pass) ? 4 : 0

function row({ id, value, unit, target, pass, method, seen = {} }: Result): string {
  const said = value === null ? 'not measured' : `${Number(value.toPrecision(4))} ${unit}`
  const more = Object.entries(seen).map(([name, what]) => `${name} ${what}`)
  return [pass ? '✓' : '✗', id.padEnd(32), said.padStart(16), `(target ${target})`, method, ...more].join('  ')
}
