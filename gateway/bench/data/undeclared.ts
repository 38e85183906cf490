/**
 * What undeclared points change in what leaves: the whole gateway runs again and again over a street that differs in nothing but
 * what stays home (values, presence, moments, errors), and every output is compared with the first run’s, as plaintext. A run with
 * a planted leak must differ.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fieldOf, unseenPoints } from '../../testing/home-fields.ts'
import { differences, sizeOf } from '../../testing/plaintext.ts'
import { openTwin } from '../../testing/twin.ts'
import { bar } from '../bars.ts'
import { measured, type Result } from '../result.ts'

export async function* undeclared({ short }: { short: boolean }): AsyncGenerator<Result> {
  const [seconds, runs] = short ? [35, 2] : [120, 12]
  using twin = await openTwin(readFileSync(join(import.meta.dirname, '../../demo/site.yaml'), 'utf8'), seconds)
  const reference = await twin.run(fieldOf(twin.plan, 1))
  let bytes = 0
  const differing = new Set<string>()
  for (let seed = 2; seed < 2 + runs; seed++)
    for (const difference of differences(reference, await twin.run(fieldOf(twin.plan, seed)))) {
      bytes += difference.bytes
      differing.add(difference.output)
    }
  const [leaking, other] = [
    await twin.run(fieldOf(twin.plan, 1), { leak: true }),
    await twin.run(fieldOf(twin.plan, 2), { leak: true }),
  ]
  const found = differences(leaking, other).map(({ output }) => output)
  if (found.length === 0) throw new Error('the planted leak was not found: this proves nothing')
  yield measured(
    bar('data.undeclared-bytes'),
    bytes,
    `${runs} runs of ${seconds} s of the whole gateway, beside a first; ${unseenPoints(twin.plan).length} points made up anew in each`,
    {
      outputs: Object.keys(reference).length,
      'compared kB': Math.round((sizeOf(reference) * runs) / 1_000),
      ...(differing.size === 0 ? {} : { differing: [...differing].join(' ') }),
      'leak found in': found.join(' '),
    },
  )
}
