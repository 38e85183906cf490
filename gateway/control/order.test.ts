import { describe, expect, test } from 'vitest'
import { levelAsked, parseLetter, unbounded, untimely, type Journey } from './order.ts'

const now = Temporal.Instant.from('2026-12-21T18:00:00Z')
const whole = {
  v: 1,
  value: 60,
  lease: '2h',
  reason: 'market',
  who: 'central',
  nonce: '0123-4567',
  notAfter: '2026-12-21T18:01:00Z',
}
const live = { retained: false }
const bytes = (what: unknown) => new TextEncoder().encode(typeof what === 'string' ? what : JSON.stringify(what))
const parse = (what: unknown, post: { retained: boolean; expiresInMs?: number } = live) =>
  parseLetter('north', bytes(what), post)

describe('a letter', () => {
  test('says what, how long, why, who, once, and until when it may come', () => {
    expect(parse(whole, { retained: true, expiresInMs: 5_000 })).toEqual({
      order: {
        setpoint: 'north.level',
        act: { kind: 'set', value: 60, leaseMs: 7_200_000 },
        reason: 'market',
        who: 'central',
      },
      journey: {
        nonce: '0123-4567',
        notAfter: Temporal.Instant.from('2026-12-21T18:01:00Z'),
        expiresInMs: 5_000,
        retained: true,
      },
    })
  })

  test('can release instead', () => {
    const { value, lease, ...rest } = whole
    expect([value, lease]).toEqual([60, '2h'])
    expect(parse({ ...rest, release: true })?.order.act).toEqual({ kind: 'release' })
  })

  test('without a lease or an end is a letter still, to be refused by its own code', () => {
    const { lease, notAfter, ...rest } = whole
    expect([lease, notAfter]).toEqual(['2h', '2026-12-21T18:01:00Z'])
    expect(parse(rest)?.order.act).toEqual({ kind: 'set', value: 60, leaseMs: undefined })
    expect(parse(rest)?.journey.notAfter).toBeUndefined()
  })

  test.each<[what: unknown, why: string]>([
    ['{"v":1,', 'half a text'],
    ['[]', 'a list'],
    ['null', 'nothing'],
    [{ ...whole, v: 2 }, 'another version'],
    [{ ...whole, value: undefined }, 'neither value nor release'],
    [{ ...whole, release: true }, 'both'],
    [{ ...whole, reason: '  ' }, 'no reason'],
    [{ ...whole, reason: 'x'.repeat(201) }, 'a reason that is a book'],
    [{ ...whole, who: undefined }, 'nobody'],
    [{ ...whole, nonce: 'short' }, 'a nonce to guess'],
    [{ ...whole, lease: 'long' }, 'a lease in words'],
    [{ ...whole, lease: 3_600 }, 'a lease without its unit'],
    [{ ...whole, notAfter: 'tomorrow' }, 'a time in words'],
  ])('%j (%s) is none', (what) => {
    expect(parse(what)).toBeUndefined()
  })

  test('that is not UTF-8 is none', () => {
    expect(parseLetter('north', Uint8Array.of(0xff, 0xfe, 0x00), live)).toBeUndefined()
  })
})

test.each([
  [60, 60],
  [0, 0],
  [55.5, 55.5],
  [true, 100],
  [false, 0],
  ['60', undefined],
  [null, undefined],
  [{}, undefined],
  [Number.NaN, undefined],
  [Infinity, undefined],
])('%j asks for %j', (value, level) => {
  expect(levelAsked(value)).toBe(level)
})

describe('bounds', () => {
  const set = (leaseMs: number | undefined) =>
    unbounded({ setpoint: 'north.level', act: { kind: 'set', value: 1, leaseMs }, reason: 'r', who: 'w' })?.code

  test('a command has a lease, of a week at most', () => {
    expect([set(undefined), set(7 * 86_400_000), set(7 * 86_400_000 + 1)]).toEqual([
      'COMMAND_UNBOUNDED',
      undefined,
      'COMMAND_TOO_LONG',
    ])
  })

  const code = (journey: Partial<Journey>, trust: 'synced' | 'unknown' = 'synced') =>
    untimely({ nonce: 'n', notAfter: undefined, expiresInMs: undefined, retained: false, ...journey }, now, trust)?.code
  const at = (text: string) => Temporal.Instant.from(`2026-12-2${text}Z`)

  test('a letter has an end, in its text or by its transport', () => {
    expect(code({})).toBe('COMMAND_UNBOUNDED')
    expect(code({ notAfter: at('1T18:00:00') })).toBeUndefined()
    expect(code({ expiresInMs: 1 })).toBeUndefined()
  })

  test('after it, it is late', () => {
    expect(code({ notAfter: at('1T17:59:59') })).toBe('COMMAND_LATE')
    expect(code({ expiresInMs: 0 })).toBe('COMMAND_LATE')
    expect(code({ notAfter: at('1T17:59:59'), expiresInMs: 60_000 })).toBe('COMMAND_LATE')
  })

  test('further than a day is too far', () => {
    expect(code({ notAfter: at('2T18:00:00') })).toBeUndefined()
    expect(code({ notAfter: at('2T18:00:01') })).toBe('COMMAND_TOO_LONG')
    expect(code({ expiresInMs: 86_400_001 })).toBe('COMMAND_TOO_LONG')
    expect(code({ notAfter: at('9T18:00:00'), expiresInMs: 60_000 })).toBeUndefined()
  })

  test('where nobody knows the time only the transport can tell', () => {
    expect(code({ notAfter: at('1T18:00:30') }, 'unknown')).toBe('COMMAND_TIME_UNKNOWN')
    expect(code({ notAfter: at('1T17:00:00'), expiresInMs: 60_000 }, 'unknown')).toBeUndefined()
  })
})
