import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beginningAt, declare, highest, missing, nothing, remembered, take, upto, type Stream } from './receiver.ts'

const came = (...numbers: number[]): Stream =>
  numbers.reduce<Stream>((stream, number) => take(stream, number).stream, nothing)

test('confirms the numbers without a hole, and misses the holes', () => {
  expect(upto(nothing)).toBe(0)
  expect(missing(nothing)).toEqual([])
  expect(upto(came(1, 2, 3))).toBe(3)
  expect(upto(came(2, 3))).toBe(0)
  expect(missing(came(2, 3, 7))).toEqual([
    [1, 1],
    [4, 6],
  ])
})

test('a first number of 500 misses 499, until they are declared', () => {
  const stream = came(500)
  expect(missing(stream)).toEqual([[1, 499]])
  const declared = declare(stream, [1, 499])
  expect(declared.fresh).toEqual([[1, 499]])
  expect(upto(declared.stream)).toBe(500)
})

test('one who only watches misses nothing of what was before', () => {
  const { stream, fresh } = take(beginningAt(500), 500)
  expect(fresh).toBe(true)
  expect(missing(stream)).toEqual([])
})

test('a record that was declared lost, and comes after all, is new once', () => {
  const declared = declare(came(1, 5), [2, 4]).stream
  const first = take(declared, 3)
  expect(first.fresh).toBe(true)
  expect(take(first.stream, 3).fresh).toBe(false)
  expect(first.stream.declared).toEqual([
    [2, 2],
    [4, 4],
  ])
})

test('a gap over what came declares only the rest', () => {
  expect(declare(came(1, 2, 5), [2, 6]).fresh).toEqual([
    [3, 4],
    [6, 6],
  ])
})

type Message = { readonly number: number } | { readonly gap: readonly [number, number] }
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((number) => ({ number })),
  fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 5 }))
    .map(([from, length]) => ({ gap: [from, from + length] as const })),
)

test('in any order, with repetitions: each number is new once, and what is neither here nor declared is missing', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 120 }), (messages) => {
      const held = new Set<number>()
      const declared = new Set<number>()
      let stream = nothing
      for (const each of messages) {
        if ('number' in each) {
          const taken = take(stream, each.number)
          expect(taken.fresh).toBe(!held.has(each.number))
          held.add(each.number)
          stream = taken.stream
        } else {
          stream = declare(stream, each.gap).stream
          for (let number = each.gap[0]; number <= each.gap[1]; number++) declared.add(number)
        }
      }
      const settled = held.union(declared)
      expect(highest(stream)).toBe(Math.max(0, ...settled))
      let contiguous = 0
      while (settled.has(contiguous + 1)) contiguous++
      expect(upto(stream)).toBe(contiguous)
      const holes = missing(stream).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n))
      expect(holes).toEqual(Array.from({ length: highest(stream) }, (_, n) => n + 1).filter((n) => !settled.has(n)))
    }),
  )
})

test('what is remembered goes on where it stopped', () => {
  const stream = remembered(
    [
      [1, 3],
      [6, 6],
    ],
    [[4, 5]],
  )
  expect(upto(stream)).toBe(6)
  expect(take(stream, 2).fresh).toBe(false)
  expect(take(stream, 4).fresh).toBe(true)
})
