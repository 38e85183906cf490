/** The second gate, proved: what the envelope did not clear does not compile as something that is written. */
import { beforeAll, expect, test } from 'vitest'
import { compilerAt } from '../testing/compiler.ts'

let errorsOf: ReturnType<typeof compilerAt>

beforeAll(() => {
  errorsOf = compilerAt('gateway/control/stranger.ts')
}, 60_000)

const setting = `
import type { Driver } from '../../drivers/driver.ts'
import { envelope, isCleared, type OutputState, type Surroundings } from './envelope.ts'
import type { Output, Segment } from './segment.ts'
declare const driver: Driver, signal: AbortSignal, segment: Segment, output: Output
declare const around: Surroundings, state: OutputState
const step = { value: 60, confirm: true }
`

test('what the envelope cleared compiles, once it is known to be cleared', () => {
  const judged = `const judged = envelope().judge(segment, output, { level: 60, priority: 'operator' }, step, around, state)`
  expect(errorsOf(`${setting} ${judged}; if (isCleared(judged)) await driver.write(judged, signal)`)).toEqual([])
  expect(errorsOf(`${setting} ${judged}; await driver.write(judged, signal)`)).toHaveLength(1)
})

test('a command of the right shape that nobody judged does not', () => {
  expect(errorsOf(`${setting} await driver.write({ setpoint: 'lamps.level', ...step }, signal)`)).toEqual([
    expect.stringContaining('[cleared]'),
  ])
})
