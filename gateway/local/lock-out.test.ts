import { expect, test } from 'vitest'
import { LockOut, peerKey } from './lock-out.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s is counted as %s', (address, key) => {
  expect(peerKey(address)).toBe(key)
})

test('however many keys there are, so many counts are kept, those that wait longest', () => {
  const counts = new LockOut(10)
  for (let n = 0; n < 6; n++) counts.fail('guessed', 0)
  for (let n = 0; n < 1_000; n++) counts.fail(`other ${n}`, n)
  expect(counts.waitMs('guessed', 0)).toBe(60_000)
  expect(counts.failuresOf('other 999')).toBe(1)
  expect(counts.failuresOf('other 980')).toBe(0)
})

test('a day without failures, counted from the end of the wait, and they are forgotten', () => {
  const counts = new LockOut(10)
  for (let n = 0; n < 5; n++) counts.fail('m', 0)
  expect(counts.fail('m', 30_000 + 86_400_000)).toBe(60_000)
  expect(counts.fail('m', 2 * 86_400_000 + 90_001)).toBe(0)
})
