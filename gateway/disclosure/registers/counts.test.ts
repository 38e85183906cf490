import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PointId } from '../../../drivers/reading.ts'
import { channelCsv, countRecordOf, measureCsv, measuresOf, type CountRecord } from './counts.ts'
import { policyOf } from './testing/facts.ts'

const points: [PointId, 'count'][] = [
  ['path.bikes_in', 'count'],
  ['path.walkers_in', 'count'],
]
const [passages] = policyOf(
  {
    passages: {
      points: ['path.*'],
      purpose: 'mobility',
      basis: { 'not-personal': 'counts of a quarter of an hour, none below five' },
      recipient: { name: 'Ville', role: 'controller' },
      treatment: [{ aggregate: { every: '15m', of: ['sum'] } }, { minimum_group: { least: 5, of: 'counts' } }],
      delivery: 'durable',
      retention: '1y',
      counts: {
        'path.bikes_in': { practice: 'BIKE', direction: 'N', counter: 'INDUCTIVE LOOP', since: '2026-06-01' },
        'path.walkers_in': { practice: 'PEDESTRIAN' },
      },
    },
  },
  points,
).releases
if (passages === undefined) throw new Error('there is a release')

const quarter = 900_000
const t0 = Temporal.Instant.from('2026-09-07T13:15:00Z').epochMilliseconds

function recordAt(n: number, p: CountRecord['p'], more: Partial<CountRecord> = {}): CountRecord {
  return { t0: t0 + n * quarter, t1: t0 + (n + 1) * quarter, p, ...more }
}

test('zero is that nobody came, empty is that nobody knows, or that it is not told', () => {
  const measures = measuresOf(passages, 'fontaine', [
    recordAt(0, { 'path.bikes_in.sum': [[0, 20, 192]] }),
    recordAt(1, { 'path.bikes_in.sum': [[0, 0, 192]] }),
    recordAt(2, { 'path.bikes_in.sum': [[0, null, 0, 'no-answer']] }),
    recordAt(3, { 'path.bikes_in.sum': [[0, null, 0, 'suppressed', 'too-few']] }),
    recordAt(4, { 'path.bikes_in.sum': [[0, 7, 192]] }, { partial: true }),
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
    'path.other.sum': [[0, 1, 192]],
    'path.bikes_in': [[0, 1, 192]],
  }
  expect(measuresOf(passages, 'fontaine', [recordAt(0, p)])).toEqual([])
})

test('one channel a direction and practice, in the columns of the schema', () => {
  const measures = measuresOf(passages, 'fontaine', [recordAt(0, { 'path.walkers_in.sum': [[0, 8, 192]] })])
  const [head = '', bikes, walkers] = channelCsv(
    [passages],
    { site: 'fontaine', provider: 'Ville, mobilités', page: 'https://v.example' },
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
        return recordAt(n, { 'path.bikes_in.sum': [[0, value, value === null ? 0 : 192]] })
      })
      const measures = measuresOf(passages, 'fontaine', records)
      const wanted = [...values].sort(([a], [b]) => a - b)
      expect(measures.map(({ startMs, count }) => [(startMs - t0) / quarter, count ?? null])).toEqual(wanted)
    }),
  )
})
