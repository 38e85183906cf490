import { describe, expect, test } from 'vitest'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { Approach } from './approach.ts'

const one = ['mqtt://a']
const approachOf = (addresses = one, random = 0.999_999): { approach: Approach; clock: FakeClock } => {
  const clock = fakeClock()
  return { approach: new Approach(addresses, clock, () => random), clock }
}

/** A connection that all went well with, and that held so long. */
async function held(approach: Approach, clock: FakeClock, ms: number): Promise<void> {
  approach.begins()
  approach.arrived()
  await clock.advance(ms)
}

test('waits longer after each try, and is short again after a connection that lasted', async () => {
  const { approach, clock } = approachOf()
  const waits = Array.from({ length: 7 }, () => {
    approach.begins()
    return Math.round(approach.failed('BROKER_UNREACHABLE') / 1_000)
  })
  expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60])
  await held(approach, clock, 40_000)
  expect(approach.failed('BROKER_UNREACHABLE')).toBeLessThanOrEqual(1_000)
})

test('with other addresses each is tried at once, and only a round without success waits longer', async () => {
  const { approach, clock } = approachOf(['mqtt://a', 'mqtt://b', 'mqtt://c'])
  await held(approach, clock, 60_000)
  const tried: string[] = []
  const waits = Array.from({ length: 7 }, () => {
    const waitMs = approach.failed('BROKER_UNREACHABLE')
    approach.begins()
    tried.push(approach.broker)
    return Math.round(waitMs / 1_000)
  })
  expect(tried.map((url) => url.at(-1)).join('')).toBe('bcabcab')
  expect(waits).toEqual([1, 1, 1, 2, 2, 2, 4])
})

describe('after having been sent away', () => {
  test('looks soon, and then more and more seldom, at most each hour', async () => {
    const { approach, clock } = approachOf()
    await held(approach, clock, 5_000)
    expect(approach.failed('BROKER_CLIENT_ID_TAKEN')).toBeLessThanOrEqual(3_000)
    const waits = Array.from({ length: 8 }, () => {
      approach.begins()
      expect(approach.looksFirst).toBe(true)
      return Math.round(approach.failed('BROKER_CLIENT_ID_TAKEN') / 60_000)
    })
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  test('a connection ends the looking', async () => {
    const { approach, clock } = approachOf()
    await held(approach, clock, 5_000)
    approach.failed('BROKER_CLIENT_ID_TAKEN')
    await held(approach, clock, 40_000)
    expect(approach.looksFirst).toBe(false)
  })

  test('a broker that gives no reason is believed once a minute', async () => {
    const { approach, clock } = approachOf()
    for (const looks of [false, true, false]) {
      await held(approach, clock, 5_000)
      approach.failed('BROKER_CLOSED')
      expect(approach.looksFirst).toBe(looks)
    }
    await held(approach, clock, 61_000)
    approach.failed('BROKER_CLOSED')
    expect(approach.looksFirst).toBe(false)
  })
})
