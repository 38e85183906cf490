import { expect, test } from 'vitest'
import { instantiate } from '../instance.ts'
import { profileSchema } from '../profile.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { fakeLine } from '../testing/fake-line.ts'
import { never } from '../testing/line-suite.ts'
import { modbusDriver } from './driver.ts'
import { PlannedTurnAround } from './planned-turn-around.ts'

/** What is planned with, minute by minute, while answers take so long. */
function planned(learned: (minute: number) => number | undefined, minutes = 30): number[] {
  const turnAround = new PlannedTurnAround(10, 0)
  return Array.from({ length: minutes }, (_, minute) => {
    const nowMs = (minute + 1) * 60_000
    if (turnAround.isDue(nowMs)) turnAround.look(nowMs, learned(minute))
    return turnAround.ms
  })
}

test('what is more than twice as slow, or as fast, for three minutes counts', () => {
  expect(planned(() => 21, 4)).toEqual([10, 10, 21, 21])
  expect(planned(() => 4, 4)).toEqual([10, 10, 4, 4])
  expect(new Set(planned((minute) => (minute < 10 ? 30 : 9)))).toEqual(new Set([10, 30, 9]))
})

test('within a factor of two, before the first answer, and next to the bytes of a request, nothing changes', () => {
  expect(new Set(planned(() => 19))).toEqual(new Set([10]))
  expect(new Set(planned(() => undefined))).toEqual(new Set([10]))
  const turnAround = new PlannedTurnAround(1, 0)
  for (let minute = 1; minute < 10; minute++) turnAround.look(minute * 60_000, 0)
  expect(turnAround.revision).toBe(0)
})

test('one that is slow now and then is not planned anew each time', () => {
  expect(new Set(planned((minute) => (minute % 3 === 2 ? 10 : 50)))).toEqual(new Set([10]))
  expect(new Set(planned((minute) => (minute % 2 === 0 ? 3 : 40)))).toEqual(new Set([10]))
})

/** A meter with a hole that takes 13.8 ms to read over, and as long a request more as it thinks, and 11.4 ms. */
async function askedEachMinute(turnAroundMs: (minute: number) => number): Promise<string[]> {
  const point = { as: 'u16', quantity: 'count' }
  const profile = profileSchema.parse({
    id: 'test-meter',
    maker: 'Test',
    model: 'Meter',
    kind: 'energy_meter',
    grade: 'drafted',
    source: 'made up for this test alone',
    modbus: { order: 'ABCD', serial: ['19200 8E1'], timeout: '300ms', worst_response: '1s', gap: 12 },
    identify: { point: 'first', range: [0, 1] },
    points: { first: { at: 'input/0', ...point }, second: { at: 'input/13', ...point } },
  })
  let minute = 0
  let asked: string[] = []
  const line = {
    ...fakeLine({
      read: ({ address, count }) => {
        asked.push(`${address}+${count}`)
        return Promise.resolve({ state: 'answered' })
      },
      write: () => Promise.reject(new Error('reading writes nothing')),
    }),
    wireTime: () => ({ charMs: 0.573, gapMs: 2, turnAroundMs: turnAroundMs(minute) }),
  }
  const clock = fakeClock()
  const driver = modbusDriver({ id: 'meter', unit: 7, instance: instantiate(profile), line, clock })
  const points = ['meter.first', 'meter.second'] as const
  const each: string[] = []
  for (; minute < 12; minute++) {
    asked = []
    await driver.read(points, never)
    each.push(asked.join(' '))
    await clock.advance(60_000)
  }
  return each
}

test('a device that answers faster than was thought is asked twice rather than read over a hole, from then on', async () => {
  const asked = await askedEachMinute(() => 1)
  expect(asked).toEqual([...Array<string>(3).fill('0+14'), ...Array<string>(9).fill('0+1 13+1')])
})

test('one that answers slower, or now and then faster, is asked as before', async () => {
  expect(new Set(await askedEachMinute(() => 100))).toEqual(new Set(['0+14']))
  expect(new Set(await askedEachMinute((minute) => (minute % 3 === 0 ? 10 : 1)))).toEqual(new Set(['0+14']))
})
