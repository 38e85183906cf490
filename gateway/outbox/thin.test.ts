import fc from 'fast-check'
import { expect, test } from 'vitest'
import { merged } from './thin.ts'

type Sample = [offsetMs: number, value: number | null, quality?: number, reason?: string]
const body = (t0: number, p: Record<string, Sample[]>) => JSON.stringify({ t0, t1: t0 + 1_000, p })

const sample = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.nat(999), fc.integer()) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(999), fc.constant(null), fc.constant(0), fc.constant('no-answer')) },
)
const bodies = fc
  .array(fc.dictionary(fc.constantFrom('m.power', 'm.energy'), fc.array(sample, { maxLength: 4 })), {
    minLength: 2,
    maxLength: 16,
  })
  .map((all) => all.map((p, n) => [n * 1_000, p as Record<string, Sample[]>] as const))

/** Each value with its moment. */
const values = (all: readonly (readonly [number, Record<string, Sample[]>])[], name: string) =>
  all.flatMap(([t0, p]) => (p[name] ?? []).map(([offsetMs, ...rest]) => JSON.stringify([t0 + offsetMs, ...rest])))

test('what is told more coarsely was there, in its order; half of it at most goes, never the last, and never what is not good', () => {
  fc.assert(
    fc.property(bodies, (all) => {
      const one = JSON.parse(merged(all.map(([t0, p]) => body(t0, p))) ?? '') as {
        t0: number
        t1: number
        p: Record<string, Sample[]>
      }
      expect([one.t0, one.t1]).toEqual([0, all.length * 1_000])
      for (const name of ['m.power', 'm.energy']) {
        const before = values(all, name)
        const after = values([[one.t0, one.p]], name)
        let at = 0
        for (const each of after) {
          at = before.indexOf(each, at) + 1
          expect(at).toBeGreaterThan(0)
        }
        expect(after.at(-1)).toEqual(before.at(-1))
        expect(after.length).toBeGreaterThanOrEqual(Math.floor(before.length / 2))
        const bad = (each: string) => each.includes('no-answer')
        expect(after.filter(bad)).toEqual(before.filter(bad))
      }
    }),
  )
})

test.each([
  ['an aggregate', body(0, { 'm.power.mean': [[0, 1]] })],
  ['a part of a window', JSON.stringify({ t0: 0, t1: 1, partial: true, p: {} })],
  ['an alarm', JSON.stringify({ t0: 0, t1: 0, a: [] })],
  ['what is no JSON', 'x'],
])('%s is never merged', (_, other) => {
  expect(merged([body(0, { 'm.power': [[0, 1]] }), other])).toBeUndefined()
})
