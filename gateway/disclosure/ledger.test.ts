import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Disclosed, Sample } from './disclosed.ts'
import {
  canonical,
  canonicalPolicy,
  chainedOf,
  closed,
  counted,
  dayLine,
  daySums,
  gapCounted,
  openedAt,
  policyTold,
  type Acknowledged,
  type DayLine,
} from './ledger.ts'
import { compilePolicy } from './policy.ts'
import { releaseSchema } from '../releases.ts'

const noon = Temporal.Instant.from('2026-12-21T12:00:00Z')
const enforced = { policy: 'abc', since: noon.toString() }

/** A record on paper: the real seal is disclosure's alone. */
function record(release: string, fromS: number, samples: readonly Sample[], epsilon?: number): Disclosed {
  const from = noon.add({ seconds: fromS })
  const series = [{ point: 'feeder.power_active' as const, samples }]
  const made: unknown = {
    ...{ release, from, until: from.add({ seconds: 10 }), series },
    ...(epsilon === undefined ? {} : { epsilon }),
  }
  return made as never
}

const good: Sample = { offsetMs: 0, value: 7, quality: { state: 'good' } }
const missing: Sample = { offsetMs: 0, value: null, quality: { state: 'bad', reason: 'no-answer' } }
const suppressed: Sample = { offsetMs: 0, value: null, quality: { state: 'suppressed', reason: 'too-few' } }

describe('what is counted', () => {
  test('windows, records, values, what was suppressed, and the noise spent', () => {
    const open = counted(
      counted(openedAt(noon), [record('a', 0, [good, missing]), record('a', 0, [good, suppressed])]),
      [record('a', 10, [good], 0.1), record('b', 10, [suppressed], 0.2)],
    )
    expect(open.releases).toEqual({
      a: { windows: 2, records: 3, values: 3, suppressed: 1, epsilon: 0.1, gaps: 0, gone: 0 },
      b: { windows: 1, records: 1, values: 0, suppressed: 1, epsilon: 0.2, gaps: 0, gone: 0 },
    })
  })

  test('tenths of noise add up to tenths', () => {
    let open = openedAt(noon)
    for (let n = 0; n < 30; n++) open = counted(open, [record('a', n, [good], 0.1)])
    expect(open.releases['a']?.epsilon).toBe(3)
  })

  test('what was told as lost, by messages and numbers', () => {
    const open = gapCounted(openedAt(noon), { release: 'a', from: 4, to: 9 })
    expect(open.releases['a']).toMatchObject({ gaps: 1, gone: 6 })
  })

  test.each(['constructor', 'toString', '__proto__'])('of a release named %s as of any other', (name) => {
    const before = gapCounted(openedAt(noon), { release: name, from: 4, to: 9 })
    const open = counted(before, [record(name, 0, [good, missing]), record(name, 10, [good])])
    expect(Object.entries(open.releases)).toEqual([
      [name, { windows: 2, records: 2, values: 2, suppressed: 0, epsilon: 0, gaps: 1, gone: 6 }],
    ])
    const silent = closed(openedAt(noon), {
      ...{ until: noon, declared: [name], acknowledged: [], chained: new Map(), ...enforced },
    })
    expect(silent).toMatchObject([{ release: name, windows: 0, records: 0, values: 0, messages: 0 }])
    for (const each of silent) expect(dayLine.parse(each)).toEqual(each)
  })

  test('never the data', () => {
    const open = counted(openedAt(noon), [record('a', 0, [{ ...good, value: 424_242 }])])
    const lines = closed(open, { until: noon, acknowledged: [], chained: new Map(), ...enforced })
    expect(JSON.stringify(lines)).not.toContain('424242')
    expect(JSON.stringify(lines)).not.toContain('feeder')
  })
})

describe('a day that is over', () => {
  const line = (day: string, messages: number, bytes: number): Acknowledged => ({ day, release: 'a', messages, bytes })
  const morrow = noon.add({ hours: 20 })

  test('is a line for each declared release, up to its end', () => {
    const open = counted(openedAt(noon), [record('a', 0, [good])])
    const lines = closed(open, {
      ...{ until: morrow, declared: ['a', 'b'], acknowledged: [line('2026-12-21', 3, 300)], chained: new Map() },
      ...enforced,
    })
    expect(lines).toMatchObject([
      { day: '2026-12-21', release: 'a', values: 1, messages: 3, bytes: 300, until: '2026-12-22T00:00:00Z' },
      { day: '2026-12-21', release: 'b', values: 0, messages: 0, bytes: 0, from: noon.toString() },
    ])
    for (const each of lines) expect(dayLine.parse(each)).toEqual(each)
  })

  test('whatever is closed when, each message is in the chain once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { minLength: 1, maxLength: 40 }), (steps) => {
        const chain: DayLine[] = []
        const outbox = new Map<string, Acknowledged>()
        let at = noon
        let open = openedAt(at)
        const close = () =>
          chain.push(
            ...closed(open, {
              ...{ until: at, acknowledged: [...outbox.values()], chained: chainedOf(chain), ...enforced },
            }),
          )
        for (const [messages, hours] of steps) {
          const day = at.toString().slice(0, 10)
          const before = outbox.get(day) ?? line(day, 0, 0)
          outbox.set(day, line(day, before.messages + messages, before.bytes + 7 * messages))
          at = at.add({ hours: 5 * hours })
          // Closed at a stop, or with the day; sometimes not at all.
          if (hours > 0) {
            close()
            open = openedAt(at)
          }
        }
        close()
        const sums = new Map(daySums(chain).map(({ day, messages, bytes }) => [day, { messages, bytes }]))
        for (const [day, { messages, bytes }] of outbox)
          if (messages > 0) expect(sums.get(day)).toEqual({ messages, bytes })
      }),
    )
  })

  test('an outbox that was made anew counts from zero', () => {
    const chained = chainedOf([line('2026-12-21', 10, 1_000)])
    const lines = closed(openedAt(noon), {
      until: morrow,
      acknowledged: [line('2026-12-21', 2, 200)],
      chained,
      ...enforced,
    })
    expect(lines).toMatchObject([{ messages: 2, bytes: 200 }])
  })
})

describe('the policy’s hash', () => {
  const release = (changes: object = {}) =>
    releaseSchema.parse({
      points: ['feeder.power_active'],
      purpose: 'energy_efficiency',
      basis: 'public-task',
      recipient: { name: 'Ville', role: 'controller' },
      treatment: [{ aggregate: { every: '15m', of: ['mean'] } }, { round: 1 }],
      delivery: 'durable',
      retention: '3y',
      expires: '2028-01-01',
      ...changes,
    })
  const policy = (changes: object = {}, others: readonly string[] = []) =>
    compilePolicy(
      { a: release(changes) },
      new Map([
        ['feeder.power_active', 'power_active'],
        ...others.map((name) => [`feeder.${name}`, 'power_active'] as const),
      ]),
    )
  const hash = (changes: object = {}, others: readonly string[] = []) =>
    policyTold(policy(changes, others), noon).policy

  test('is of what is enforced, not of how it is written nor of what stays home', () => {
    expect(hash()).toMatch(/^[0-9a-f]{64}$/)
    expect(hash({}, ['current_l1', 'current_l2'])).toBe(hash())
    expect(hash({ treatment: [{ round: 1 }, { aggregate: { every: '900s', of: ['mean'] } }] })).not.toBe(hash()) // as declared
    expect(canonicalPolicy(policy())).toBe(canonicalPolicy(policy()))
  })

  test.each([
    { purpose: 'maintenance' },
    { basis: 'consent' },
    { retention: '4y' },
    { recipient: { name: 'Ville', role: 'processor' } },
    { treatment: [{ aggregate: { every: '5m', of: ['mean'] } }, { round: 1 }] },
    { treatment: [{ aggregate: { every: '15m', of: ['mean'] } }, { round: 10 }] },
    { delivery: { 'best-effort': '60s' } },
    { expires: '2029-01-01' },
    { licence: 'etalab-2.0' },
  ])('is another for %j', (changes) => expect(hash(changes)).not.toBe(hash()))

  test('the same content is the same text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
        const turned = Object.fromEntries(Object.entries(content).reverse())
        expect(canonical(turned)).toBe(canonical(content))
        expect(JSON.parse(canonical(content))).toEqual(JSON.parse(JSON.stringify(content)))
      }),
    )
  })
})
