import { expect, test } from 'vitest'
import { fakeClock } from '../drivers/testing/fake-clock.ts'
import { shifted } from './clock.ts'

test.each([86_400_000, -3_600_000])('a clock shifted by %i ms runs as fast as its own', async (ms) => {
  const clock = fakeClock('2026-12-21T16:00:00Z')
  const street = shifted(clock, ms)
  const ahead = () => street.now().epochMilliseconds - clock.now().epochMilliseconds
  expect(ahead()).toBe(ms)
  const [wall, monotonic] = [street.now(), street.monotonicMs()]
  let awake = false
  const slept = street.sleep(1_000).then(() => (awake = true))
  await clock.advance(999)
  expect(awake).toBe(false)
  await clock.advance(1)
  await slept
  expect(street.monotonicMs() - monotonic).toBe(1_000)
  expect(street.now().epochMilliseconds - wall.epochMilliseconds).toBe(1_000)
  clock.jump(60_000)
  expect(ahead()).toBe(ms)
})
