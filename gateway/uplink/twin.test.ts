import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import type { Connection, Listener } from './connection.ts'
import { answerTo, look, type Self, type Twin } from './twin.ts'

const one = (run: string, upS: number): Self => ({ run, outbox: 'b0x', boot: 3, upS })

/** A broker between one that asks and one that has the seat, if any. */
function between(seat: Self | undefined): (listener: Listener) => Promise<Connection> {
  return (listener) =>
    Promise.resolve({
      protocol: '5',
      window: 1,
      closed: new Promise<never>(() => undefined),
      deliver: () => Promise.resolve(),
      subscribe: () => Promise.resolve(),
      leave: () => Promise.resolve(),
      cut: () => undefined,
      publish: (topic, payload) => {
        listener(topic, Buffer.from(payload), false, {}) // one hears one's own words, too
        const answered = seat && answerTo(Buffer.from(payload), seat)
        if (answered) listener(topic, Buffer.from(answered.word), false, {})
      },
    })
}

async function asked(me: Self, seat: Self | undefined): Promise<Twin | undefined> {
  const clock = fakeClock()
  const looking = look(between(seat), 'self', me, clock, new AbortController().signal)
  await clock.advance(10_000)
  return looking
}

test('who looks finds the other, or nobody', async () => {
  expect(await asked(one('a', 10), undefined)).toBeUndefined()
  expect(await asked(one('a', 10), one('b', 500))).toEqual({ ...one('b', 500), yields: false })
  expect(await asked(one('a', 500), one('b', 10))).toEqual({ ...one('b', 10), yields: true })
})

test('its own words are nobody else’s', async () => {
  expect(await asked(one('a', 10), one('a', 10))).toBeUndefined()
})

test('of two the one that has run for longer has the seat, whoever asks', () => {
  fc.assert(
    fc.property(fc.nat(9), fc.nat(9), (a, b) => {
      const yields = (asker: Self, seat: Self) =>
        answerTo(Buffer.from(JSON.stringify({ v: 1, ...asker, ask: true })), seat)?.twin.yields
      expect(yields(one('a', a), one('b', b))).toBe(!yields(one('b', b), one('a', a)))
    }),
  )
})

test.each(['', 'not json', '{}', '{"v":1,"ask":true}', 'b0x 1 0.5', 'x'.repeat(5_000)])('%j asks nothing', (word) => {
  expect(answerTo(Buffer.from(word), one('a', 1))).toBeUndefined()
})
