import { describe, expect, test } from 'vitest'
import { explanations, type Explanation } from '../../../drivers/explanations.ts'
import { ruleCodes } from './ground.ts'
import { identifiers } from './identifiers.ts'
import { rules } from './rules.ts'
import { groundOf, refused } from './testing/street.ts'

const window = (every: string, ...of: string[]) => ({ aggregate: { every, of } })
const group = (least: number, of: 'counts' | 'points') => ({ minimum_group: { least, of } })
const one = (release: object, least?: Parameters<typeof refused>[1]) =>
  refused({ a: release }, least).map((told) => told.replace('a: ', ''))

describe('the load curve of a dwelling', () => {
  const home = { points: ['home-0.power_active'] }
  const without = 'dwelling-curve-without-consent basis'

  test.each([
    ['as read', [], [without, 'dwelling-curve-too-fine points.0']],
    ['by 59 minutes', [window('59m', 'mean')], [without, 'dwelling-curve-too-fine treatment.0.aggregate.every']],
    ['by the hour', [window('1h', 'mean')], [without]],
    ['by 23 hours', [window('23h', 'mean')], [without]],
    ['by the day', [window('1d', 'mean')], []],
  ])('%s', (_, treatment, expected) => expect(one({ ...home, treatment })).toEqual(expected))

  test.each([
    ['59m', ['dwelling-curve-too-fine treatment.0.aggregate.every']],
    ['1h', []],
    // what is left before midnight
    ['7h', []],
    ['1430m', ['dwelling-curve-too-fine treatment.0.aggregate.every']],
  ])('with consent, each %s', (every, expected) =>
    expect(one({ ...home, basis: 'consent', treatment: [window(every, 'mean')] })).toEqual(expected),
  )

  test('is that of whoever shares a cable with homes, of water too; not that of the town, of firms, or of the network', () => {
    expect(one({ points: ['market.power_active'] })).toHaveLength(2)
    expect(one({ points: ['home-1.water_volume'] })).toHaveLength(2)
    for (const point of ['lighting.power_active', 'school.power_active', 'unsaid.power_active', 'firm-0.power_active'])
      expect(one({ points: [point] }), point).toEqual([])
    expect(one({ points: ['home-0.voltage'] })).toEqual([])
  })

  test('is hidden in a sum over ten delivery points, whichever of their points have told', () => {
    const sum = (points: string[], least: number) =>
      one({ points, treatment: [window('15m', 'mean'), group(least, 'points')] })
    const homes = Array.from({ length: 12 }, (_, index) => `home-${index}.energy_active_import`)
    expect(sum(homes, 9)).toContain(without)
    expect(sum(homes, 10)).toEqual([])
    // of home-0 two points may be among the ten
    expect(sum(['home-*.power_active*'], 10)).toContain(without)
    expect(sum(['home-*.power_active*'], 11)).toEqual([])
    // the town's own are known to it: nobody hides among them
    expect(sum([...homes, 'lighting.energy_active_import', 'school.energy_active_import'], 11)).toContain(without)
    expect(sum([...homes, 'lighting.energy_active_import', 'school.energy_active_import'], 12)).toEqual([])
  })
})

describe('that people are there', () => {
  const good = { points: ['gate.people_passages'], treatment: [window('15m', 'increase'), group(5, 'counts')] }
  const treated = (...treatment: object[]) => one({ ...good, treatment })

  test('is told by whatever a release says it counts, in the others too, though its profile calls it a mere number', () => {
    const counts = { 'school.boxes': { practice: 'BIKE' } }
    expect(one({ points: ['school.boxes'] })).toEqual([])
    expect(one({ points: ['school.boxes'], counts })).toContain('presence-as-read points.0')
    expect(refused({ a: { points: ['school.boxes'] }, b: { points: ['bins.filling_level'], counts } })).toContain(
      'a: presence-as-read points.0',
    )
  })

  test.each([
    [[window('15m', 'increase'), group(5, 'counts')], []],
    [[window('14m', 'increase'), group(5, 'counts')], ['presence-too-fine treatment.0.aggregate.every']],
    [[window('1439m', 'increase'), group(5, 'counts')], ['presence-too-fine treatment.0.aggregate.every']],
    [[window('15m', 'increase'), group(4, 'counts')], ['presence-group-too-small treatment.1.minimum_group.least']],
    [[window('15m', 'increase')], ['presence-without-group points.0']],
    [[window('15m', 'increase'), group(5, 'points')], ['presence-without-group points.0']],
    [[window('15m', 'increase'), { noise: { epsilon: 0.1, per_day: 9.6 } }], ['presence-without-group points.0']],
    [[group(5, 'counts')], ['presence-as-read points.0']],
    [[window('15m', 'increase', 'last'), group(5, 'counts')], ['presence-running-total treatment.0.aggregate.of.1']],
    [
      [{ change_only: { heartbeat: '1h' } }, window('15m', 'increase'), group(5, 'counts')],
      ['presence-by-change treatment.0.change_only'],
    ],
    [
      [window('15m', 'increase'), group(5, 'counts'), { detail: { while: ['device-dead'], after: '0s' } }],
      ['detail-of-people treatment.2.detail'],
    ],
  ])('%j', (treatment, expected) => expect(treated(...treatment)).toEqual(expected))

  test('of a gauge any number of a moment will do, but no sum', () => {
    const gauge = (...of: string[]) =>
      one({ points: ['gate.people_present'], treatment: [window('15m', ...of), group(5, 'counts')] })
    expect(gauge('mean', 'max', 'p95', 'last')).toEqual([])
    expect(gauge('max', 'sum')).toEqual(['presence-sum treatment.0.aggregate.of.1'])
  })

  test('is told by light that follows them, but for the rounded mean of a day', () => {
    const path = (...treatment: object[]) => one({ points: ['segment:*.light_level'], treatment })
    const round = { round: 5 }
    expect(path()).toEqual(['light-of-people points.0'])
    expect(path(window('1d', 'mean'), round)).toEqual([])
    expect(path(window('1h', 'mean'), round)).toEqual(['light-of-people treatment.0.aggregate.every'])
    expect(path(window('1d', 'mean', 'max'), round)).toEqual(['light-of-people treatment.0.aggregate.of.1'])
    expect(path(window('1d', 'mean'), { round: 4 })).toEqual(['light-of-people treatment.1.round'])
    expect(path(window('1d', 'mean'))).toEqual(['light-of-people treatment'])
    expect(path({ change_only: { heartbeat: '1h' } }, window('1d', 'mean'), round)).toEqual([
      'light-of-people treatment.0.change_only',
    ])
    expect(path(window('1d', 'mean'), { detail: { while: ['line-*'], after: '0s' } }, round)).toEqual([
      'detail-of-people treatment.1.detail',
    ])
    expect(one({ points: ['segment:square.light_level'] })).toEqual([])
  })

  test('is told by the contact that they close, not by one with a key', () => {
    expect(one({ points: ['box.key'] })).toEqual([])
    expect(one({ points: ['box.detector'] })).toContain('presence-not-a-count points.0')
  })

  test('a switch is one person', () => {
    const told = one({ points: ['gate.*'], treatment: [window('15m', 'max'), group(5, 'counts')] })
    expect(told).toContain('presence-not-a-count points.0')
  })

  test('the fleet may want a larger group', () => {
    const least = { counts: 10, deliveryPoints: 10 }
    expect(one(good, least)).toEqual(['presence-group-too-small treatment.1.minimum_group.least'])
    expect(one({ ...good, treatment: [window('15m', 'increase'), group(10, 'counts')] }, least)).toEqual([])
  })
})

test('in detail leaves the town’s, and no dwelling’s', () => {
  const detail = [window('1d', 'mean'), { detail: { while: ['*'], after: '1m' } }]
  expect(one({ points: ['lighting.power_active'], treatment: detail })).toEqual([])
  expect(one({ points: ['home-0.power_active'], treatment: detail })).toEqual(['detail-of-people treatment.1.detail'])
})

test('what homes and firms use is published as sums over ten delivery points', () => {
  const open = (points: string[], ...treatment: object[]) => one({ points, treatment, licence: 'etalab-2.0' })
  const few = 'open-energy-few-points'
  expect(open(['firm-*.energy_active_import'], window('1d', 'last'))).toEqual([`${few} licence`])
  expect(open(['firm-*.energy_active_import'], window('1d', 'last'), group(9, 'points'))).toEqual([
    `${few} treatment.1.minimum_group.least`,
  ])
  expect(open(['firm-*.energy_active_import'], window('1d', 'last'), group(10, 'points'))).toEqual([])
  expect(open(['firm-0.power_active'])).toEqual([`${few} licence`])
  expect(one({ points: ['firm-0.power_active'] })).toEqual([])
  expect(open(['lighting.energy_active_import'])).toEqual([])
})

test('who, or whose, leaves under a pseudonym only, and is never published', () => {
  const pseudonym = { pseudonym: { rotates: '30d' } }
  expect(one({ points: ['lighting.*'] })).toEqual(['identifier-in-clear points.0'])
  expect(one({ points: ['lighting.*'], treatment: [{ drop: ['*.serial_number'] }] })).toEqual([])
  // the remedy names the points as this site's profiles do
  const [refusal] = identifiers(groundOf({ a: { points: ['bins.*'] } }))
  expect(refusal?.words['drop']).toBe('"bins.container_tag"')
  expect(one({ points: ['lighting.serial_number'], treatment: [pseudonym] })).toEqual([])
  expect(one({ points: ['lighting.serial_number'], treatment: [pseudonym], licence: 'etalab-2.0' })).toEqual([
    'identifier-in-open-data points.0',
  ])
})

test.each([
  [[], ['passage-too-fine points.0']],
  [[window('14m', 'last')], ['passage-too-fine treatment.0.aggregate.every']],
  // what is left before midnight
  [[window('1439m', 'last')], ['passage-too-fine treatment.0.aggregate.every']],
  [[window('15m', 'last')], []],
])('whose bin was put out leaves under a pseudonym by quarters of an hour at the finest: %j', (treatment, expected) => {
  const told = one({ points: ['bins.container_tag'], treatment: [...treatment, { pseudonym: { rotates: '30d' } }] })
  expect(told).toEqual(expected)
})

test('is personal data, whatever its basis says: a household’s use, and who it was, under a pseudonym too', () => {
  const basis = { 'not-personal': 'it is only a meter' }
  const refusedFor = (points: string[], ...treatment: object[]) => one({ points, treatment, basis })
  const denied = ['not-personal-of-people basis']
  expect(refusedFor(['home-0.energy_active_import'], window('1d', 'last'))).toEqual(denied)
  expect(refusedFor(['market.energy_active_import'], window('1d', 'last'))).toEqual(denied)
  expect(refusedFor(['lighting.serial_number'], { pseudonym: { rotates: '30d' } })).toEqual(denied)
  expect(refusedFor(['lighting.energy_active_import', 'firm-0.power_active', 'home-0.voltage'])).toEqual([])
  // nobody's any more
  expect(refusedFor(['home-*.energy_active_import'], window('1d', 'last'), group(10, 'points'))).toEqual([])
  expect(refusedFor(['home-*.energy_active_import'], window('1d', 'last'), group(9, 'points'))).toEqual(denied)
})

describe('two releases', () => {
  const passages = (every: string, ...more: object[]) => ({
    points: ['gate.people_passages'],
    treatment: [window(every, 'increase'), group(5, 'counts'), ...more],
  })

  test('of the same people have the same windows', () => {
    expect(refused({ a: passages('15m'), b: passages('15m') })).toEqual([])
    expect(refused({ a: passages('15m'), b: passages('20m') })).toEqual(['b: windows-undo treatment.0.aggregate.every'])
    expect(refused({ a: passages('1h'), b: passages('15m') })).toEqual(['b: windows-undo treatment.0.aggregate.every'])
  })

  test.each([
    [{ round: 10 }, 'points.0'],
    [{ bucket: [0, 10, 20] }, 'points.0'],
    [{ clamp: [0, 100] }, 'points.0'],
    [{ delay: '1h' }, 'points.0'],
    [{ coarsen: { time: '1h' } }, 'points.0'],
  ])('hide alike: %j', (step, at) => {
    expect(refused({ a: passages('15m', step), b: passages('15m', step) })).toEqual([])
    expect(refused({ a: passages('15m', step), b: passages('15m') })).toEqual([`b: releases-undo ${at}`])
    expect(refused({ a: passages('15m'), b: passages('15m', step) })).toHaveLength(1)
  })

  test('never have noise on the same point, the same neither', () => {
    const noisy = passages('15m', { noise: { epsilon: 0.1, per_day: 9.6 } })
    expect(refused({ a: noisy })).toEqual([])
    expect(refused({ a: noisy, b: noisy })).toEqual(['b: noise-undone treatment.2.noise'])
    expect(refused({ a: noisy, b: passages('15m') })).toEqual(['b: noise-undone points.0'])
  })

  test('of the town’s own are each other’s affair; of a firm’s only where both are published', () => {
    const each = (point: string, more = {}) => ({
      a: { points: [point], treatment: [window('15m', 'mean')], ...more },
      b: { points: [point], ...more },
    })
    expect(refused(each('lighting.power_active'))).toEqual([])
    expect(refused(each('firm-0.power_active'))).toEqual([])
    const published = (every: string) => ({
      ...{ points: ['firm-*.power_active'], licence: 'etalab-2.0' },
      treatment: [window(every, 'mean'), group(10, 'points')],
    })
    expect(refused({ a: published('1d'), b: published('1h') })).toEqual(['b: windows-undo treatment.0.aggregate.every'])
  })

  test('a dwelling’s day does not stand beside its hours, whoever the recipients are', () => {
    const home = { points: ['home-0.energy_active_import'], basis: 'consent' }
    expect(
      refused({
        hours: { ...home, treatment: [window('1h', 'last')] },
        days: { ...home, treatment: [window('1d', 'last')], recipient: { name: 'GRD', role: 'third-party' } },
      }),
    ).toEqual(['days: windows-undo treatment.0.aggregate.every'])
  })

  test('sum groups that are the same, or differ by enough', () => {
    const sum = (from: number, to: number) => ({
      points: Array.from({ length: to - from }, (_, index) => `home-${from + index}.energy_active_import`),
      treatment: [window('1d', 'last'), group(10, 'points')],
    })
    expect(refused({ a: sum(0, 12), b: sum(0, 12) })).toEqual([])
    expect(refused({ a: sum(0, 12), b: sum(0, 11) })).toEqual(['b: groups-differ-by-few treatment.1.minimum_group'])
    expect(refused({ a: sum(0, 10), b: sum(0, 19) })).toEqual(['b: groups-differ-by-few treatment.1.minimum_group'])
    expect(refused({ a: sum(0, 10), b: sum(0, 20) })).toEqual([])
    expect(refused({ a: sum(0, 10), b: sum(10, 20) })).toEqual([])
    expect(refused({ a: sum(0, 12), b: sum(6, 18) })).toEqual([])
  })
})

test('every code has its words, its rule and a case above that it is refused by', () => {
  for (const code of ruleCodes) {
    const { rule }: Explanation = explanations[code]
    expect(rule, code).toBeDefined()
  }
  expect(ruleCodes.length).toBe(21)
})

test('each rule is needed: without it something else than refused compiles', () => {
  const cases: Record<keyof typeof rules, Parameters<typeof groundOf>[0]> = {
    dwellingCurves: { a: { points: ['home-0.power_active'] } },
    presence: { a: { points: ['gate.people_passages'] } },
    lightOfPeople: { a: { points: ['segment:path.light_level'] } },
    peopleInDetail: {
      a: {
        points: ['home-0.power_active'],
        treatment: [window('1d', 'mean'), { detail: { while: ['*'], after: '0s' } }],
      },
    },
    openEnergy: { a: { points: ['firm-0.power_active'], licence: 'etalab-2.0' } },
    identifiers: { a: { points: ['lighting.serial_number'] } },
    passages: { a: { points: ['bins.container_tag'], treatment: [{ pseudonym: { rotates: '30d' } }] } },
    notPersonal: {
      a: {
        points: ['home-0.energy_active_import'],
        treatment: [window('1d', 'last')],
        basis: { 'not-personal': 'it is only a meter' },
      },
    },
    undoing: {
      a: { points: ['home-0.energy_active_import'], treatment: [window('1d', 'last')] },
      b: { points: ['home-0.energy_active_import'], treatment: [window('1d', 'last'), { round: 1 }] },
    },
    groupDifferences: Object.fromEntries(
      [12, 11].map((many) => [
        `of-${many}`,
        {
          points: Array.from({ length: many }, (_, index) => `home-${index}.energy_active_import`),
          treatment: [window('1d', 'last'), group(10, 'points')],
        },
      ]),
    ),
  }
  for (const name of Object.keys(cases) as (keyof typeof rules)[]) {
    const ground = groundOf(cases[name])
    const by = Object.entries(rules).flatMap(([rule, judge]) => (judge(ground).length > 0 ? [rule] : []))
    expect(by, name).toEqual([name])
  }
})
