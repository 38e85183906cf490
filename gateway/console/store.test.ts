import { effect } from '@preact/signals'
import { expect, test } from 'vitest'
import { ageMs, createStore, silenceMs, type Store } from './store.ts'
import { plainWords, pointsTold, statusTold, eveningMs, type StreetState } from './testing/street.ts'

const state: StreetState = {
  words: plainWords,
  pid: 1,
  startedMs: eveningMs - 1_000,
  commands: new Map(),
  presence: undefined,
  troubled: false,
}

function heardAt(nowMs: number): Store {
  const store = createStore(nowMs, 0)
  store.listening(nowMs)
  store.heardHello({ started: '2026-12-21T12:00:00Z', pid: 1 }, nowMs)
  store.heardPoints(pointsTold(state, eveningMs), nowMs)
  store.heardStatus(statusTold(state, eveningMs), nowMs)
  return store
}

test('the time is the cabinet’s, and goes on by the page’s own clock', () => {
  const store = heardAt(5_000)
  store.passed(8_000)
  expect(store.now.value).toBe(eveningMs + 3_000)
})

test('a connection over which nothing comes is lost within five seconds, and says since when', () => {
  const store = heardAt(5_000)
  store.passed(5_000 + silenceMs)
  expect(store.link.value).toBe('live')
  store.passed(5_000 + silenceMs + 1)
  expect(store.link.value).toBe('lost')
  expect(store.lastWord.value).toBe(eveningMs)
  expect(silenceMs + 800).toBeLessThanOrEqual(5_000) // looked at each second, with some room
  store.heardStatus(statusTold(state, eveningMs + 20_000), 25_000)
  expect(store.link.value).toBe('live')
})

test('a hidden page that hears nothing has lost nothing', () => {
  const store = heardAt(0)
  store.resting()
  store.passed(600_000)
  expect(store.link.value).toBe('live')
  store.listening(600_000)
  store.passed(601_000)
  expect(store.link.value).toBe('live')
  store.passed(606_000)
  expect(store.link.value).toBe('lost')
})

test('another gateway is noticed, the same one again is not', () => {
  const store = heardAt(0)
  store.heardHello({ started: '2026-12-21T12:00:00Z', pid: 1 }, 1)
  expect(store.generation.value).toBe(0)
  store.heardHello({ started: '2026-12-21T22:00:00Z', pid: 2 }, 2)
  expect(store.generation.value).toBe(1)
})

test('a point that changes tells those who look at it, and nobody else', () => {
  const store = heardAt(0)
  const points = pointsTold(state, eveningMs + 1_000)
  const [one, other] = [points[0]!, points[1]!]
  let first = 0
  let second = 0
  effect(() => {
    if (store.point(one.point).value !== undefined) first++
  })
  effect(() => {
    if (store.point(other.point).value !== undefined) second++
  })
  store.heardPoints([one], 1_000)
  expect([first, second]).toEqual([2, 1])
  expect(store.names.value.length).toBe(points.length)
})

test('ages grow by themselves', () => {
  const store = heardAt(1_000)
  const heard = store.point('feeder.power_active').value!
  expect(ageMs(heard, 4_000)).toBe(3_400)
})
