import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { QuantityName } from '../../../drivers/quantities.ts'
import type { PointId } from '../../../drivers/reading.ts'
import { channelCsv, countRecordOf, measureCsv, measuresOf, type CountRecord } from './counts.ts'
import { countingsOf, type UncountableReason } from './countings.ts'
import { policyOf } from './testing/facts.ts'

const points: [PointId, QuantityName][] = [
  ['path.bikes_in', 'bicycle_passages'],
  ['path.walkers_in', 'people_passages'],
  ['gate.people_counted', 'people_counted'],
  ['gate.boxes', 'count'],
  ['gate.people_present', 'people_present'],
]
const policy = policyOf(
  {
    passages: {
      points: ['path.*'],
      purpose: 'mobility',
      basis: { 'not-personal': 'counts of a quarter of an hour, none below five' },
      recipient: { name: 'Ville', role: 'controller' },
      treatment: [{ aggregate: { every: '15m', of: ['increase'] } }, { minimum_group: { least: 5, of: 'counts' } }],
      delivery: 'durable',
      retention: '1y',
      counts: {
        'path.bikes_in': { practice: 'BIKE', direction: 'N', counter: 'INDUCTIVE LOOP', since: '2026-06-01' },
        'path.walkers_in': { practice: 'PEDESTRIAN' },
      },
    },
  },
  points,
)
const [passages] = policy.releases
if (passages === undefined) throw new Error('there is a release')

const quarter = 900_000
const t0 = Temporal.Instant.from('2026-09-07T13:15:00Z').epochMilliseconds

function recordAt(n: number, p: CountRecord['p'], more: Partial<CountRecord> = {}): CountRecord {
  return { t0: t0 + n * quarter, t1: t0 + (n + 1) * quarter, p, ...more }
}

test('zero is that nobody came, empty is that nobody knows, or that it is not told', () => {
  const measures = measuresOf(passages, policy, 'fontaine', [
    recordAt(0, { 'path.bikes_in.increase': [[0, 20, 192]] }),
    recordAt(1, { 'path.bikes_in.increase': [[0, 0, 192]] }),
    recordAt(2, { 'path.bikes_in.increase': [[0, null, 0, 'no-answer']] }),
    recordAt(3, { 'path.bikes_in.increase': [[0, null, 0, 'suppressed', 'too-few']] }),
    recordAt(4, { 'path.bikes_in.increase': [[0, 7, 192]] }, { partial: true }),
  ])
  expect(measureCsv(measures)).toBe(
    [
      'channel_id,counter_id,start_datetime,end_datetime,count',
      'fontaine-path-bikes_in,fontaine-path,2026-09-07T13:15:00Z,2026-09-07T13:30:00Z,20',
      'fontaine-path-bikes_in,fontaine-path,2026-09-07T13:30:00Z,2026-09-07T13:45:00Z,0',
      'fontaine-path-bikes_in,fontaine-path,2026-09-07T13:45:00Z,2026-09-07T14:00:00Z,',
      'fontaine-path-bikes_in,fontaine-path,2026-09-07T14:00:00Z,2026-09-07T14:15:00Z,',
      'fontaine-path-bikes_in,fontaine-path,2026-09-07T14:15:00Z,2026-09-07T14:30:00Z,',
      '',
    ].join('\r\n'),
  )
})

test('only what is said to count passages is counted, and never a mean', () => {
  const p: CountRecord['p'] = {
    'path.bikes_in.mean': [[0, 1, 192]],
    'path.other.increase': [[0, 1, 192]],
    'path.bikes_in': [[0, 1, 192]],
  }
  expect(measuresOf(passages, policy, 'fontaine', [recordAt(0, p)])).toEqual([])
})

test('one channel a direction and practice, in the columns of the schema', () => {
  const measures = measuresOf(passages, policy, 'fontaine', [
    recordAt(0, { 'path.walkers_in.increase': [[0, 8, 192]] }),
  ])
  const [head = '', bikes, walkers] = channelCsv(
    [passages],
    {
      site: 'fontaine',
      quantityOf: policy.quantityOf,
      language: 'en',
      provider: 'Ville, mobilités',
      page: 'https://v.example',
    },
    measures,
  ).split('\r\n')
  expect(head.split(',')).toHaveLength(19)
  expect(bikes).toBe(
    'fontaine-path-bikes_in,,,fontaine,BIKE,,REMOTE TRANSMISSION,,INDUCTIVE LOOP,N,,,"Ville, mobilités",PERMANENT,2026-06-01T00:00:00Z,,,900,https://v.example',
  )
  expect(walkers).toBe(
    'fontaine-path-walkers_in,,,fontaine,PEDESTRIAN,,REMOTE TRANSMISSION,,,,,,"Ville, mobilités",PERMANENT,2026-09-07T13:15:00Z,,2026-09-07T13:30:00Z,900,https://v.example',
  )
})

describe('a gauge that counts within the counter’s own interval', () => {
  /** What is refused of it, and what is not: its windows' mean. */
  const counting = (every: string, counts: object, of = ['mean', 'max']) => {
    const release = {
      ...{ points: ['gate.*'], purpose: 'mobility', basis: { 'not-personal': 'counts, none below five' } },
      ...{ recipient: { name: 'Ville', role: 'controller' }, delivery: 'durable', retention: '1y', counts },
      treatment: [{ aggregate: { every, of } }, { minimum_group: { least: 5, of: 'counts' } }],
    }
    const { releases, quantityOf } = policyOf({ passages: release }, points)
    const [compiled] = releases
    if (compiled === undefined) throw new Error('there is a release')
    return { release: compiled, quantityOf }
  }
  const every5m = { 'gate.people_counted': { practice: 'PEDESTRIAN', interval: '5m' } }

  test('is counted by its mean, as many times as there are intervals, of the time before it was read', () => {
    const { release, ...of } = counting('15m', every5m)
    const measures = measuresOf(release, of, 'fontaine', [
      recordAt(0, { 'gate.people_counted.mean': [[0, 12.334, 192]], 'gate.people_counted.max': [[0, 20, 192]] }),
      recordAt(1, { 'gate.people_counted.mean': [[0, null, 0, 'suppressed', 'too-few']] }),
      recordAt(2, { 'gate.people_counted.mean': [[0, 12, 500, 'stale']] }),
    ])
    expect(measureCsv(measures).trim().split('\r\n').slice(1)).toEqual([
      'fontaine-gate-people_counted,fontaine-gate,2026-09-07T13:10:00Z,2026-09-07T13:25:00Z,37',
      'fontaine-gate-people_counted,fontaine-gate,2026-09-07T13:25:00Z,2026-09-07T13:40:00Z,',
      'fontaine-gate-people_counted,fontaine-gate,2026-09-07T13:40:00Z,2026-09-07T13:55:00Z,',
    ])
    const channel = (language: 'en' | 'fr') =>
      channelCsv([release], { site: 'fontaine', language, ...of }, measures).split('\r\n')[1]
    expect(channel('en')).toContain(',PEDESTRIAN,"From the mean of what the counter says of each 300 s, times')
    expect(channel('fr')).toContain(',PEDESTRIAN,"D’après la moyenne de ce que le compteur dit de chaque période de')
  })

  test('comes to what went by, however the intervals differ', () => {
    const { release, ...of } = counting('15m', every5m)
    fc.assert(
      fc.property(
        fc.array(fc.nat(400), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 30 }),
        (went, reads) => {
          // Each interval's number is read as often as the next.
          const values = went.flatMap((count) => Array.from({ length: reads }, () => count))
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length
          const [measure] = measuresOf(release, of, 'fontaine', [
            recordAt(0, { 'gate.people_counted.mean': [[0, mean, 192]] }),
          ])
          expect(measure?.count).toBe(went.reduce((sum, count) => sum + count, 0))
        },
      ),
    )
  })

  test.each<[string, object, UncountableReason, string[]?]>([
    ['15m', { 'gate.people_counted': { practice: 'PEDESTRIAN' } }, 'counts-without-interval'],
    ['15m', { 'gate.boxes': { practice: 'UNDEFINED' } }, 'counts-without-interval'],
    ['15m', { 'gate.people_counted': { practice: 'PEDESTRIAN', interval: '10m' } }, 'counts-interval-splits'],
    ['15m', { 'gate.people_counted': { practice: 'PEDESTRIAN', interval: '1h' } }, 'counts-interval-splits'],
    ['15m', every5m, 'counts-without-statistic', ['max']],
    ['15m', { 'gate.people_present': { practice: 'PEDESTRIAN', interval: '5m' } }, 'counts-no-passages'],
    ['15m', { 'path.walkers_in': { practice: 'PEDESTRIAN' } }, 'counts-not-released'],
    ['15m', { 'gate.constructor': { practice: 'PEDESTRIAN' } }, 'counts-not-released'],
  ])('in windows of %s as %j is none: %s', (every, counts, reason, of) => {
    const { release, quantityOf } = counting(every, counts, of)
    const [point = ''] = Object.keys(counts)
    expect([...countingsOf(release, quantityOf)]).toEqual([[point, expect.objectContaining({ reason })]])
    const p = { [`${point}.mean`]: [[0, 12, 192]], [`${point}.max`]: [[0, 12, 192]] } satisfies CountRecord['p']
    expect(measuresOf(release, { quantityOf }, 'fontaine', [recordAt(0, p)])).toEqual([])
    expect(channelCsv([release], { site: 'fontaine', language: 'en', quantityOf }, []).trim()).not.toContain('\n')
  })
})

test.each(['', 'no', '[]', '{"gap":{"from":1,"to":2}}', '{"t0":1,"t1":2,"p":{"a.b":7}}'])('%j is no record', (text) => {
  expect(countRecordOf(text)).toBeUndefined()
})

test('whatever comes twice or out of order is told once and in order, and no cell invents a number', () => {
  const window = fc.record({
    n: fc.integer({ min: 0, max: 20 }),
    value: fc.oneof(fc.nat(500), fc.constant(null)),
  })
  fc.assert(
    fc.property(fc.array(window), (windows) => {
      // one value a window, as a recipient has it
      const values = new Map(windows.map(({ n, value }) => [n, value]))
      const records = windows.map(({ n }) => {
        const value = values.get(n) ?? null
        return recordAt(n, { 'path.bikes_in.increase': [[0, value, value === null ? 0 : 192]] })
      })
      const measures = measuresOf(passages, policy, 'fontaine', records)
      const wanted = [...values].sort(([a], [b]) => a - b)
      expect(measures.map(({ startMs, count }) => [(startMs - t0) / quarter, count ?? null])).toEqual(wanted)
    }),
  )
})
