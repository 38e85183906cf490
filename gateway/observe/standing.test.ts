import { expect, test } from 'vitest'
import type { AlarmCode, Wrong } from './alarms.ts'
import { Standing, standingKept } from './standing.ts'

const at = (seconds: number) => Temporal.Instant.from('2026-12-21T16:00:00Z').add({ seconds })
const wrong = (code: AlarmCode, of = 'feeder'): Wrong => ({ code, of, words: { code: 'EIO' } })
const told = (standing: Standing, list: readonly Wrong[], seconds: number) =>
  standing.look(list, at(seconds), 1_000 * seconds).map(({ code, of, state }) => `${code} ${of} ${state}`)

function restarted(standing: Standing, seconds: number): Standing {
  return new Standing(standingKept.parse(JSON.parse(JSON.stringify(standing.kept))), 1_000 * seconds)
}

test('what ended while nobody looked is cleared once, two minutes after the start; what stands is told again, since when it stood', () => {
  const first = new Standing([], 0)
  expect(told(first, [wrong('line-down'), wrong('device-dead')], 0)).toHaveLength(2)
  const second = restarted(first, 600)
  expect(told(second, [], 600)).toEqual([])
  expect(told(second, [wrong('device-dead')], 660)).toEqual(['device-dead feeder raised'])
  expect(second.alarms.map(({ since }) => since)).toEqual([at(0)])
  expect(told(second, [wrong('device-dead')], 719)).toEqual([])
  expect(told(second, [wrong('device-dead')], 720)).toEqual(['line-down feeder cleared'])
  expect(told(second, [wrong('device-dead')], 721)).toEqual([])
  expect(second.kept).toMatchObject([{ code: 'device-dead' }])
})

test('a second restart before that forgets none', () => {
  const first = new Standing([], 0)
  told(first, [wrong('line-down')], 0)
  const second = restarted(first, 600)
  told(second, [], 610)
  const third = restarted(second, 620)
  expect(told(third, [], 740)).toEqual(['line-down feeder cleared'])
})

test('one that is raised again and ends before then is cleared once', () => {
  const first = new Standing([], 0)
  told(first, [wrong('line-down')], 0)
  const second = restarted(first, 600)
  expect(told(second, [wrong('line-down')], 610)).toEqual(['line-down feeder raised'])
  expect(told(second, [], 620)).toEqual(['line-down feeder cleared'])
  expect(told(second, [], 720)).toEqual([])
})
