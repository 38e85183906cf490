/** What can be done to a chain, and what is noticed of it. The form itself: `control/audit.test.ts`. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineAfter, origin, parseLine, verify, type ChainEntry } from './chain.ts'

const entries = fc.array(fc.record({ kind: fc.constantFrom('day', 'policy'), release: fc.string(), bytes: fc.nat() }), {
  minLength: 2,
  maxLength: 12,
})

function chain(of: readonly ChainEntry[]): string[] {
  let link = origin
  return of.map((entry) => {
    const next = lineAfter(link, { at: '2026-12-21T16:00:00Z', entry })
    link = next.link
    return next.line
  })
}

test('a chain is whole, and says where it begins and ends', () => {
  fc.assert(
    fc.property(entries, (of) => {
      const lines = chain(of)
      expect(verify(lines)).toEqual({ ok: true, first: 1, n: of.length, head: parseLine(lines.at(-1)!)?.hash })
    }),
  )
})

test('a flipped bit is noticed, in its line', () => {
  fc.assert(
    fc.property(entries, fc.nat(), fc.nat(), fc.integer({ min: 0, max: 6 }), (of, which, place, bit) => {
      const lines = chain(of)
      const at = which % lines.length
      const bytes = Buffer.from(lines[at]!)
      bytes[place % bytes.length]! ^= 1 << bit
      expect(verify(lines.with(at, bytes.toString('utf8')))).toEqual({ ok: false, at: at + 1, why: 'changed' })
    }),
    { numRuns: 500 },
  )
})

test('a line that is dropped, doubled or moved is noticed, unless it is the end', () => {
  fc.assert(
    fc.property(entries, fc.nat(), fc.nat(), (of, one, other) => {
      const lines = chain(of)
      const [a, b] = [one % lines.length, other % lines.length]
      // From the beginning on: there rotation takes lines away, which the first number says.
      if (a > 0 && a < lines.length - 1) expect(verify(lines.toSpliced(a, 1)).ok).toBe(false)
      expect(verify(lines.toSpliced(a, 0, lines[a]!)).ok).toBe(false)
      if (a !== b) {
        const [x, y] = [lines[a]!, lines[b]!]
        expect(verify(lines.with(a, y).with(b, x)).ok).toBe(false)
      }
    }),
    { numRuns: 300 },
  )
})

test('a tail that is cut off goes unnoticed, but for whoever has kept the head', () => {
  fc.assert(
    fc.property(entries, fc.nat(), (of, cut) => {
      const lines = chain(of)
      const before = verify(lines)
      const after = verify(lines.slice(0, 1 + (cut % (lines.length - 1))))
      expect(after.ok).toBe(true)
      expect(after.ok && before.ok && after.head === before.head).toBe(false)
    }),
  )
})
