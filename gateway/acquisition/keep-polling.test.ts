import { expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { keepPolling } from './keep-polling.ts'

/** A poller that throws at every run, and what came of it after `ms`. */
async function after(ms: number) {
  const clock = fakeClock()
  const runs: number[] = []
  const faults: unknown[] = []
  const stop = new AbortController()
  const run = () => {
    runs.push(clock.monotonicMs())
    return Promise.reject(new Error('a mistake'))
  }
  const kept = keepPolling({ run }, { clock, fault: (error) => faults.push(error) }, stop.signal)
  await clock.advance(ms)
  stop.abort()
  await kept
  return { runs, faults }
}

test('what a poller throws is told, and it begins anew a second later', async () => {
  const { runs, faults } = await after(2_500)
  expect(runs).toEqual([0, 1_000, 2_000])
  expect(faults).toEqual(Array.from({ length: 3 }, () => new Error('a mistake')))
})

test('a poller that ends is not begun anew', async () => {
  const clock = fakeClock()
  let runs = 0
  const run = () => {
    runs++
    return Promise.resolve()
  }
  await keepPolling({ run }, { clock, fault: () => undefined }, new AbortController().signal)
  expect([runs, clock.monotonicMs()]).toEqual([1, 0])
})
