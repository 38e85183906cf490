import { expect, test } from 'vitest'
import type { Fault, Found } from './fault.ts'
import { isWhole, totals, verdictOf } from './verdict.ts'

const holds: Found = { broken: [], figures: { looked: 3 } }
const fails: Found = { broken: ['the lamp is dark'], figures: { looked: 3 } }
const fault: Fault = {
  id: 'F99',
  title: 'a fault for tests',
  passes: 'nothing breaks',
  run: () => Promise.resolve(holds),
  control: { without: 'the guard', run: () => Promise.resolve(fails) },
}
const verdict = (run: Parameters<typeof verdictOf>[1]['run'], control: typeof run) =>
  verdictOf(fault, { run, control }, 7, 1)

test('what holds, and does not without its guard, is whole', () => {
  expect(verdict(holds, fails)).toMatchObject({ passed: true, controlFailed: true, controlFound: 'the lamp is dark' })
  expect(isWhole(verdict(holds, fails))).toBe(true)
})

test.each<[what: string, ...ends: [Parameters<typeof verdict>[0], Parameters<typeof verdict>[1]]]>([
  ['broken', fails, fails],
  ['a run that looked at nothing', { broken: [], figures: { looked: 0 } }, fails],
  ['a run that does not say that it looked', { broken: [], figures: {} }, fails],
  ['something counted that must be none', { broken: [], figures: { looked: 1, 'unsafe output ms': 20 } }, fails],
  ['a harness that broke', { threw: 'no loop device' }, fails],
  ['a guard that is not needed', holds, holds],
  ['a control that broke', holds, { threw: 'no loop device' }],
])('%s is not whole, and says why', (_what, run, control) => {
  const found = verdict(run, control)
  expect(isWhole(found)).toBe(false)
  expect(found.because).not.toEqual([])
})

test('what must be none is summed over all faults', () => {
  const figures = [{ 'unsafe output ms': 5 }, { looked: 3 }, { 'unsafe output ms': 2, 'acknowledged and lost': 1 }]
  expect(totals(figures.map((each) => ({ figures: each })))).toEqual({
    'wrong value accepted': 0,
    'acknowledged and lost': 1,
    'unsafe output ms': 7,
  })
})
