import { describe, expect, test } from 'vitest'
import { purposes } from '../releases.ts'
import { quantityNames } from '../../drivers/quantities.ts'
import { accepted, acceptedWindowMs, matterOf, matters } from './accepted.ts'
import { lint, type Linted } from './lint.ts'
import { groundOf } from './rules/testing/street.ts'
import { refusals } from './rules/rules.ts'

function linted(releases: Readonly<Record<string, object>>): Linted {
  const today = Temporal.PlainDate.from('2026-11-25')
  return { ...groundOf(releases), periodMs: () => 10_000, today }
}
const codes = (release: object) => lint(linted({ a: release })).map(({ code }) => code)
const window = (every: string, ...of: string[]) => ({ aggregate: { every, of } })

describe('the coarsest that the purpose accepts', () => {
  const power = (treatment: object[], purpose = 'energy_efficiency') =>
    lint(linted({ a: { points: ['lighting.power_active'], purpose, treatment } })).find(
      ({ code }) => code === 'coarser',
    )

  test('is proposed with what it saves', () => {
    expect(power([])).toMatchObject({
      words: { treatment: 'aggregate: { every: 1h, of: [mean, max] }, round: 1' },
      because: { en: 'the hour shows whether lamps dim as decided, the day what they used' },
      saves: { messages: 8_640 - 24 },
    })
    expect(power([window('15m', 'mean', 'p95')])).toMatchObject({
      words: { treatment: 'aggregate: { every: 1h, of: [mean, p95] }, round: 1' },
      saves: { messages: 96 - 24 },
    })
  })

  test('is not, where it is as coarse already, or tells changes only', () => {
    expect(power([window('1h', 'mean')])).toBeUndefined()
    expect(power([window('59m', 'mean')])).toBeDefined()
    expect(power([window('1h', 'mean')], 'planning_decision_making')).toBeDefined()
    expect(power([{ change_only: { heartbeat: '1h' } }])).toBeUndefined()
  })

  test('keeps what hides, and is no rule’s to refuse', () => {
    const people = {
      points: ['gate.people_passages'],
      treatment: [window('15m', 'increase'), { minimum_group: { least: 5, of: 'counts' } }],
    }
    const found = lint(linted({ a: people })).find(({ code }) => code === 'coarser')
    expect(found?.words['treatment']).toBe('aggregate: { every: 1h, of: [increase] }, round: 1')
    expect(
      refusals(groundOf({ a: { ...people, treatment: [window('1h', 'increase'), people.treatment[1]] } })),
    ).toEqual([])
  })

  test('is known for every purpose and quantity, with its reason', () => {
    expect(Object.keys(accepted).sort()).toEqual([...purposes].sort())
    for (const purpose of purposes)
      for (const quantity of quantityNames) {
        expect(matters).toContain(matterOf(quantity))
        expect(acceptedWindowMs(purpose, matterOf(quantity))).toBeGreaterThanOrEqual(15 * 60_000)
      }
  })
})

test.each<[string, object, string[]]>([
  [
    'a meter that feeds nobody knows whom',
    { points: ['unsaid.energy_active_import'], treatment: [window('1d', 'last')] },
    ['feeds-unsaid'],
  ],
  ['one of which it is said', { points: ['lighting.energy_active_import'], treatment: [window('1d', 'last')] }, []],
  [
    'a household’s, kept for ten years',
    { points: ['home-0.energy_active_import'], treatment: [window('1d', 'last')], retention: '10y' },
    ['kept-long'],
  ],
  [
    'the town’s, kept for ten years',
    { points: ['lighting.energy_active_import'], treatment: [window('1d', 'last')], retention: '10y' },
    [],
  ],
  [
    'open data that waits for receipts',
    {
      ...{ points: ['lamps.light_level'], treatment: [window('1d', 'mean')], licence: 'etalab-2.0' },
      recipient: { name: 'Anyone', role: 'third-party' },
    },
    ['durable-for-anyone'],
  ],
  [
    'Sparkplug alone, durable',
    { points: ['lamps.light_level'], treatment: [window('1d', 'mean')], encodings: ['sparkplug'] },
    ['durable-live'],
  ],
  [
    'open data without a licence',
    {
      ...{ points: ['lamps.light_level'], treatment: [window('1d', 'mean')], delivery: { 'best-effort': '1m' } },
      recipient: { name: 'Tout le monde', role: 'third-party' },
    },
    ['licence-missing'],
  ],
  [
    'a licence of one’s own',
    { points: ['lamps.light_level'], treatment: [window('1d', 'mean')], licence: 'mine' },
    ['licence-unknown'],
  ],
  [
    'one that ends today',
    { points: ['lamps.light_level'], treatment: [window('1d', 'mean')], expires: '2026-11-25' },
    ['expired'],
  ],
  [
    'one that ends tomorrow',
    { points: ['lamps.light_level'], treatment: [window('1d', 'mean')], expires: '2026-11-26' },
    [],
  ],
  [
    'consent of a lamp',
    { points: ['lamps.light_level'], treatment: [window('1d', 'mean')], basis: 'consent' },
    ['consent-of-nobody'],
  ],
  [
    'consent of who walks by',
    {
      ...{ points: ['gate.people_passages'], basis: 'consent' },
      treatment: [window('1h', 'increase'), { minimum_group: { least: 5, of: 'counts' } }],
    },
    ['consent-of-passers-by'],
  ],
  [
    'much epsilon, and little of it a day',
    {
      points: ['gate.people_passages'],
      treatment: [
        window('1h', 'increase'),
        { minimum_group: { least: 5, of: 'counts' } },
        { noise: { epsilon: 2, per_day: 47 } },
      ],
    },
    ['noise-weak', 'noise-budget-short'],
  ],
  [
    'enough of it a day',
    {
      points: ['gate.people_passages'],
      treatment: [
        window('1h', 'increase'),
        { minimum_group: { least: 5, of: 'counts' } },
        { noise: { epsilon: 1, per_day: 24 } },
      ],
    },
    [],
  ],
  [
    'counts of what nobody can count',
    {
      ...{ points: ['gate.people_pre*'], treatment: [window('1h', 'mean')] },
      counts: { 'gate.people_present': { practice: 'PEDESTRIAN' }, 'gate.people': { practice: 'PEDESTRIAN' } },
    },
    ['counts-no-passages', 'counts-not-released'],
  ],
])('%s: %j', (_, release, expected) => expect(codes(release)).toEqual(expected))

describe('who, or whose', () => {
  const pseudonym = { pseudonym: { rotates: '30d' } }
  const advised = (release: object) => lint(linted({ a: release })).map(({ code, words }) => [code, words])

  test('has no coarser form: neither a window nor a last digit is proposed for it', () => {
    const serial = { points: ['lighting.serial_number'], treatment: [pseudonym] }
    expect(advised(serial)).toEqual([['identifier-adds-nothing', { points: 'lighting.serial_number', drop: '' }]])
    expect(advised({ ...serial, treatment: [{ change_only: { heartbeat: '1d' } }, pseudonym] })).toHaveLength(1)
    // In the clear the rules refuse it, and say what to do instead.
    expect(advised({ points: ['lighting.serial_number'] })).toEqual([])
  })

  test('does not decide how coarse what is measured beside it may be', () => {
    const both = { points: ['lighting.power_active', 'lighting.serial_number'], purpose: 'energy_efficiency' }
    expect(advised({ ...both, treatment: [window('15m', 'mean', 'last'), pseudonym] })).toEqual([
      ['coarser', { purpose: 'energy_efficiency', treatment: 'aggregate: { every: 1h, of: [mean, last] }, round: 1' }],
      ['identifier-adds-nothing', { points: 'lighting.serial_number', drop: ' (drop: ["lighting.serial_number"])' }],
    ])
  })

  test('of what goes by, a window tells the last only', () => {
    const tags = { points: ['bins.container_tag'], treatment: [window('15m', 'last'), pseudonym] }
    expect(advised({ ...tags, purpose: 'waste_management' })).toEqual([
      ['identifier-of-last', { points: 'bins.container_tag', drop: '' }],
    ])
  })
})

test('a contact has no last digit, and a gauge of people no increase', () => {
  const proposed = (release: object) =>
    lint(linted({ a: release })).find(({ code }) => code === 'coarser')?.words['treatment']
  expect(proposed({ points: ['gate.occupancy'] })).toBe('aggregate: { every: 1h, of: [last] }')
  expect(proposed({ points: ['gate.people_present'] })).toBe('aggregate: { every: 1h, of: [mean] }, round: 1')
})

test('two releases that say the same, or of which one hides what the other tells', () => {
  const day = { points: ['lighting.energy_active_import'], treatment: [window('1d', 'last')] }
  const same = lint(linted({ a: day, b: day }))
  expect(same).toMatchObject([{ code: 'same-content', release: 'b', words: { other: 'a' }, saves: { messages: 1 } }])
  const finer = lint(linted({ a: day, b: { ...day, treatment: [window('1h', 'last')] } }))
  expect(finer).toContainEqual({
    code: 'fine-beside-coarse',
    release: 'a',
    words: { points: 'lighting.energy_active_import', other: 'b' },
  })
})

test('what counts within its own interval is counted with no rule against it', () => {
  const release = {
    ...{ points: ['school.boxes'], counts: { 'school.boxes': { practice: 'BIKE', interval: '5m' } } },
    treatment: [window('1h', 'mean'), { minimum_group: { least: 5, of: 'counts' } }],
  }
  expect(refusals(groundOf({ a: release }))).toEqual([])
  expect(codes(release)).toEqual([])
})
