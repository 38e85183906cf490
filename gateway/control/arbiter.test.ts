import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expire, release, stand, type PriorityArray } from './arbiter.ts'
import { priorities, type Command, type Priority } from './command.ts'

const now = Temporal.Instant.from('2026-12-21T18:00:00Z')

function command(priority: Priority, value: number, leaseMs = 60_000): Command {
  return { setpoint: 'north.level', value, priority, source: { door: 'socket', who: 'm' }, reason: 'test', leaseMs }
}

function after(...commands: Command[]): PriorityArray {
  return commands.reduce<PriorityArray>((array, one) => stand(array, one, now, 0).array, [])
}

const values = (array: PriorityArray) => array.map(({ command }) => command.value)

test('the stronger stands before the weaker, whenever it comes', () => {
  expect(values(after(command('upstream', 1), command('operator', 2), command('emergency', 3)))).toEqual([3, 2, 1])
})

test('a command takes the place of its priority, and the one before it is over', () => {
  const { array, ended } = stand(after(command('operator', 40)), command('operator', 60), now, 1_000)
  expect(values(array)).toEqual([60])
  expect(values(ended)).toEqual([40])
  expect(array[0]?.untilMs).toBe(61_000)
})

test('a lease ends at its time, not before, and the weaker one rules again', () => {
  const array = after(command('upstream', 30, 120_000), command('operator', 60, 60_000))
  expect(values(expire(array, 59_999).array)).toEqual([60, 30])
  const { array: left, ended } = expire(array, 60_000)
  expect([values(left), values(ended)]).toEqual([[30], [60]])
})

test('what is released is over; the others stay', () => {
  const { array, ended } = release(after(command('upstream', 30), command('operator', 60)), 'operator')
  expect([values(array), values(ended)]).toEqual([[30], [60]])
  expect(release(array, 'operator').ended).toEqual([])
})

test('whatever comes and goes: one a priority, in order, and nothing is lost or doubled', () => {
  let examined = 0
  const change = fc.record({
    priority: fc.constantFrom(...priorities),
    leaseMs: fc.integer({ min: 1, max: 100 }),
    kind: fc.constantFrom('stand', 'release', 'expire'),
  })
  fc.assert(
    fc.property(fc.array(change, { minLength: 20, maxLength: 60 }), (changes) => {
      let array: PriorityArray = []
      let stood = 0
      let ended = 0
      changes.forEach(({ priority, leaseMs, kind }, index) => {
        examined++
        const nowMs = index * 10
        const changed =
          kind === 'stand'
            ? stand(array, command(priority, index, leaseMs), now, nowMs)
            : kind === 'release'
              ? release(array, priority)
              : expire(array, nowMs)
        if (kind === 'stand') stood++
        ended += changed.ended.length
        array = changed.array
        const ranks = array.map((one) => priorities.indexOf(one.command.priority))
        expect(ranks).toEqual([...new Set(ranks)].sort((a, b) => a - b))
        expect(array.length).toBe(stood - ended)
      })
    }),
  )
  expect(examined).toBeGreaterThan(1_000)
})
