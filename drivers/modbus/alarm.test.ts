import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.ts'
import { Alarm } from './alarm.ts'

function set() {
  const clock = fakeClock()
  const rings: number[] = []
  let sleeps = 0
  const alarm = new Alarm(
    {
      ...clock,
      sleep: (ms, signal) => {
        sleeps++
        return clock.sleep(ms, signal)
      },
    },
    () => rings.push(clock.monotonicMs()),
  )
  return { clock, alarm, rings, sleeps: () => sleeps }
}

test('it rings once, when it is due', async () => {
  const { clock, alarm, rings } = set()
  alarm.set(50)
  await clock.advance(200)
  expect(rings).toEqual([50])
})

test('put off, it does not ring at the time before', async () => {
  const { clock, alarm, rings } = set()
  alarm.set(50)
  alarm.set(80)
  await clock.advance(200)
  expect(rings).toEqual([80])
})

test('brought forward, it rings earlier', async () => {
  const { clock, alarm, rings } = set()
  alarm.set(80)
  alarm.set(50)
  await clock.advance(200)
  expect(rings).toEqual([50])
})

test('cleared or stopped, it does not ring', async () => {
  const { clock, alarm, rings } = set()
  alarm.set(50)
  alarm.clear()
  await clock.advance(100)
  alarm.set(150)
  alarm.stop()
  await clock.advance(100)
  expect(rings).toEqual([])
})

test('a thousand deadlines that are all met cost one sleep', () => {
  const { alarm, sleeps } = set()
  for (let request = 0; request < 1_000; request++) {
    alarm.set(500 + request)
    alarm.clear()
  }
  expect(sleeps()).toBe(1)
})
