import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bad, uncertain } from '../../../drivers/reading.ts'
import type { HeardMetric } from './decode.ts'
import { alarms, metric, policyOf, record, Stage, startMs, verbs, type Heard } from './testing/stage.ts'

const qualityOf = ({ properties }: HeardMetric) =>
  Object.fromEntries(properties.filter(({ key }) => /^[QRP]/.test(key)).map(({ key, value }) => [key, value]))
const rawOf = (heard: Heard | undefined) => heard?.read.metrics.map(({ raw }) => raw?.value ?? null)

test('a device is born when it has told something, with all that it will ever tell', () => {
  const stage = new Stage()
  expect(verbs(stage.connect())).toEqual(['NBIRTH'])
  const heard = stage.tell(record('live', startMs, { 'feeder.power_active': 12 }))
  expect(verbs(heard)).toEqual(['DBIRTH feeder'])
  const names = heard[0]?.read.metrics.map(({ name }) => name)
  expect(names).toEqual(['contact', 'power_active', 'serial_number', 'power_active-mean', 'power_active-count'])
  expect(metric(heard[0], 'power_active').raw).toEqual({ field: 'double', value: 12 })
  expect(metric(heard[0], 'power_active-mean')).toMatchObject({ isNull: true })
  expect(metric(heard[0], 'power_active').properties).toEqual([
    { key: 'release', type: 'String', value: 'live' },
    { key: 'purpose', type: 'String', value: 'energy_efficiency' },
    { key: 'engUnit', type: 'String', value: 'W' },
    { key: 'Quality', type: 'Int32', value: 192 },
  ])
})

test('what is not released in this encoding is not even named', () => {
  const stage = new Stage()
  stage.connect()
  stage.tell(record('live', startMs, { 'feeder.power_active': 12 }), record('stored', startMs, { 'feeder.current': 3 }))
  expect(JSON.stringify(stage.heard.flatMap(({ read }) => read.metrics.map(({ name }) => name)))).not.toContain(
    'current',
  )
  expect(verbs(stage.heard)).toEqual(['NBIRTH', 'DBIRTH feeder'])
})

test('only what has changed is told, by its alias', () => {
  const stage = new Stage()
  stage.connect()
  const [birth] = stage.tell(record('live', startMs, { 'feeder.power_active': 12, 'feeder.contact': true }))
  expect(stage.tell(record('live', startMs + 1_000, { 'feeder.power_active': 12, 'feeder.contact': true }))).toEqual([])
  const [data] = stage.tell(record('live', startMs + 2_000, { 'feeder.power_active': 13, 'feeder.contact': true }))
  expect(data?.read.metrics).toEqual([
    {
      alias: metric(birth, 'power_active').alias,
      atMs: BigInt(startMs + 2_000),
      raw: { field: 'double', value: 13 },
      ...{ historical: false, isNull: false, properties: [] },
    },
  ])
  expect(data?.release).toBe('live')
})

test('a window is told with the time of its end, and whether it was whole', () => {
  const stage = new Stage()
  stage.connect()
  stage.tell(record('quarters', startMs, { 'feeder.power_active mean': 12, 'feeder.power_active count': 90 }))
  const [data] = stage.tell(
    record('quarters', startMs + 1_000, { 'feeder.power_active mean': 14 }, { partial: true }),
    record('quarters', startMs + 2_000, { 'feeder.power_active mean': 15 }),
  )
  expect(data?.read.metrics[0]).toMatchObject({ atMs: BigInt(startMs + 2_000), raw: { value: 14 } })
  expect(data?.read.metrics[0]?.properties).toEqual([{ key: 'Partial', type: 'Boolean', value: true }])
  expect(stage.heard.at(-1)?.read.metrics[0]?.properties).toEqual([{ key: 'Partial', type: 'Boolean', value: false }])
})

test('no value is null, never zero, with its quality and the reason; and good is said once more when it is so again', () => {
  const stage = new Stage()
  stage.connect()
  const at = (second: number) => startMs + 1_000 * second
  stage.tell(record('live', at(0), { 'feeder.power_active': 12, 'feeder.contact': true }))
  const say = (second: number, value: number | null, quality: Parameters<typeof record>[2][string] & {}) =>
    stage.tell(record('live', at(second), { 'feeder.power_active': quality })).at(-1)?.read.metrics[0] ?? value
  const nulled = say(1, null, [{ value: null, quality: bad('no-answer') }]) as HeardMetric
  expect(nulled).toMatchObject({ isNull: true })
  expect(nulled.raw).toBeUndefined()
  expect(qualityOf(nulled)).toEqual({ Quality: 0, Reason: 'no-answer' })
  const suppressed = say(2, null, [{ value: null, quality: { state: 'suppressed', reason: 'too-few' } }]) as HeardMetric
  expect(suppressed).toMatchObject({ isNull: true })
  expect(qualityOf(suppressed)).toEqual({ Quality: 0, Reason: 'too-few' })
  const stale = say(3, 12, [{ value: 12, quality: uncertain('stale') }]) as HeardMetric
  expect(stale.raw?.value).toBe(12)
  expect(qualityOf(stale)).toEqual({ Quality: 500, Reason: 'stale' })
  expect(qualityOf(say(4, 12, 12) as HeardMetric)).toEqual({ Quality: 192, Reason: null })
  expect(qualityOf(say(5, 13, 13) as HeardMetric)).toEqual({})
  const infinite = say(6, null, [{ value: Infinity }]) as HeardMetric
  expect(infinite).toMatchObject({ isNull: true })
  expect(qualityOf(infinite)).toEqual({ Quality: 0, Reason: 'implausible' })
})

test('of several values in one record the last is current, the others were overtaken; one that comes late is none either', () => {
  const stage = new Stage()
  stage.connect()
  stage.tell(record('live', startMs, { 'feeder.power_active': 1 }))
  const three = [10, 11, 12].map((value, at) => ({ value, offsetMs: 100 * at }))
  const [data] = stage.tell(record('live', startMs + 5_000, { 'feeder.power_active': three }))
  expect(data?.read.metrics.map(({ historical, raw }) => [historical, raw?.value])).toEqual([
    [true, 10],
    [true, 11],
    [false, 12],
  ])
  const [late] = stage.tell(record('live', startMs + 2_000, { 'feeder.power_active': 7 }))
  expect(late?.read.metrics).toMatchObject([{ historical: true, raw: { value: 7 } }])
  stage.do({ event: 'rebirth-asked', chance: 0 })
  const births = stage.wait(5_000)
  expect(metric(births[1], 'power_active').raw?.value).toBe(12)
})

test('a device dies when it has no value any more, and is born again with the first', () => {
  const stage = new Stage()
  stage.connect()
  stage.tell(record('live', startMs, { 'pump.power_active': 1, 'pump.contact': true }))
  expect(verbs(stage.tell(record('live', startMs + 1_000, { 'pump.power_active': null })))).toEqual(['DDATA pump'])
  expect(verbs(stage.tell(record('live', startMs + 2_000, { 'pump.contact': null })))).toEqual(['DDEATH pump'])
  expect(stage.tell(record('live', startMs + 3_000, { 'pump.contact': null }))).toEqual([])
  expect(verbs(stage.tell(record('live', startMs + 4_000, { 'pump.contact': false })))).toEqual(['DBIRTH pump'])
})

test('that something is suppressed is no death', () => {
  const stage = new Stage()
  stage.connect()
  stage.tell(record('live', startMs, { 'pump.power_active': 1 }))
  const hidden = [{ value: null, quality: { state: 'suppressed', reason: 'too-few' } as const }]
  expect(verbs(stage.tell(record('live', startMs + 1_000, { 'pump.power_active': hidden })))).toEqual(['DDATA pump'])
})

test('a device that an alarm calls dead is dead, and says nothing until it stands no more', () => {
  const stage = new Stage()
  stage.connect()
  stage.tell(record('live', startMs, { 'pump.power_active': 1 }))
  const dead = stage.tell(alarms(startMs + 1_000, { code: 'device-dead', of: 'pump', state: 'raised' }))
  expect(verbs(dead)).toEqual(['NDATA', 'DDEATH pump'])
  expect(rawOf(dead[0])).toEqual(['raised device-dead pump'])
  expect(stage.tell(record('live', startMs + 2_000, { 'pump.power_active': 2 }))).toEqual([])
  const back = stage.tell(alarms(startMs + 3_000, { code: 'device-dead', of: 'pump', state: 'cleared' }))
  expect(verbs(back)).toEqual(['NDATA', 'DBIRTH pump'])
})

test('a new alarm is told at once as a text, and stands by its name from the next birth on', () => {
  const stage = new Stage()
  const [birth] = stage.connect()
  expect(metric(birth, 'Alarms/Last')).toMatchObject({ isNull: true })
  stage.tell(alarms(startMs, { code: 'line-down', of: 'cabinet', state: 'raised' }))
  const [again] = stage.wait(5_000)
  expect(verbs([again ?? fail()])).toEqual(['NBIRTH'])
  expect(metric(again, 'Alarms/line-down/cabinet').raw).toEqual({ field: 'boolean', value: true })
  const [cleared] = stage.tell(alarms(startMs + 6_000, { code: 'line-down', of: 'cabinet', state: 'cleared' }))
  expect(rawOf(cleared)).toEqual([false, 'cleared line-down cabinet'])
  stage.tell(alarms(startMs + 7_000, { code: 'uplink-down', of: '', state: 'raised' }))
  expect(metric(stage.wait(5_000)[0], 'Alarms/uplink-down/gateway').raw?.value).toBe(true)
})

test('births that are asked for at once come as one, spread, and not closer than five seconds', () => {
  const stage = new Stage()
  stage.connect()
  stage.wait(60_000)
  for (const chance of [0.5, 0.1, 0.9]) expect(stage.do({ event: 'rebirth-asked', chance })).toEqual([])
  expect(stage.wait(499)).toEqual([])
  expect(verbs(stage.wait(1))).toEqual(['NBIRTH'])
  stage.do({ event: 'rebirth-asked', chance: 0 })
  expect(stage.wait(4_999)).toEqual([])
  expect(verbs(stage.wait(1))).toEqual(['NBIRTH'])
  expect(stage.wait(60_000)).toEqual([])
})

test('while the socket is full the newest replaces what waits', () => {
  const stage = new Stage()
  stage.connect()
  stage.tell(record('live', startMs, { 'feeder.power_active': 1, 'pump.power_active': 1 }))
  stage.do({ event: 'held' })
  for (const second of [1, 2, 3])
    expect(stage.tell(record('live', startMs + 1_000 * second, { 'feeder.power_active': second + 1 }))).toEqual([])
  stage.tell(record('live', startMs + 4_000, { 'pump.power_active': null }))
  const caughtUp = stage.do({ event: 'drained' })
  expect(verbs(caughtUp)).toEqual(['DDATA feeder', 'DDEATH pump'])
  expect(rawOf(caughtUp[0])).toEqual([4])
})

test('two releases that tell the same point are told apart', () => {
  const stage = new Stage(
    policyOf({ fine: { points: ['pump.power_active'] }, rough: { points: ['pump.power_active'] } }),
  )
  stage.connect()
  const [birth] = stage.tell(record('rough', startMs, { 'pump.power_active': 100 }))
  expect(birth?.read.metrics.map(({ name, raw }) => [name, raw?.value])).toEqual([
    ['power_active', undefined],
    ['rough/power_active', 100],
  ])
})

test('a pseudonym is in no birth before it speaks, nor the name behind it, nor for long after it was changed', () => {
  const stage = new Stage(
    policyOf({ hidden: { points: ['pump.power_active'], treatment: [{ pseudonym: { rotates: '1h' } }] } }),
  )
  stage.connect()
  const [birth] = stage.tell(record('hidden', startMs, { 'k3f9a2.power_active': 100 }))
  expect(birth?.topic).toBe('spBv1.0/Ville/DBIRTH/rue-haute/k3f9a2')
  expect(metric(birth, 'power_active').properties).toContainEqual({ key: 'engUnit', type: 'String', value: 'W' })
  stage.wait(3_600_001)
  expect(verbs(stage.tell(record('hidden', stage.wallMs, { 'a77b10.power_active': 100 })))).toEqual([
    'DBIRTH a77b10',
    'DDEATH k3f9a2',
  ])
  stage.do({ event: 'rebirth-asked', chance: 0 })
  expect(verbs(stage.wait(0))).toEqual(['NBIRTH', 'DBIRTH a77b10'])
})

test('a release that has expired is repeated in no birth', () => {
  const stage = new Stage(policyOf({ past: { points: ['pump.power_active'], expires: '2026-12-22' } }))
  stage.connect()
  stage.tell(record('past', startMs, { 'pump.power_active': 100 }))
  stage.wait(86_400_000)
  stage.do({ event: 'rebirth-asked', chance: 0 })
  expect(verbs(stage.wait(0))).toEqual(['NBIRTH'])
})

test('a value that does not fit its type takes another birth with a wider one, at most twice', () => {
  const stage = new Stage()
  stage.connect()
  const types = [3, 4, 3.5, 2n, true, 'x', 4].map((value, at) => {
    const heard = stage.tell(record('quarters', startMs + at, { 'feeder.power_active count': value }))
    return heard.map(({ verb, read }) => `${verb} ${read.metrics.at(-1)?.datatype ?? ''}`).join()
  })
  expect(types).toEqual(['DBIRTH 4', 'DDATA ', 'DBIRTH 10', 'DDATA ', 'DBIRTH 12', 'DDATA ', 'DDATA '])
})

test('whatever happens: numbers in order, births before data, and data only of what was born', () => {
  const events = fc.oneof(
    fc.record({
      kind: fc.constant('tell' as const),
      device: fc.constantFrom('feeder', 'pump', 'segment:north'),
      value: fc.option(fc.double()),
      back: fc.nat({ max: 3 }),
    }),
    fc.constantFrom('rebirth', 'lost', 'held', 'drained', 'wait', 'alarm').map((kind) => ({ kind })),
  )
  fc.assert(
    fc.property(fc.array(events, { maxLength: 60 }), (list) => {
      const stage = new Stage()
      stage.connect()
      for (const event of list) {
        stage.wait(700)
        if ('device' in event)
          stage.tell(
            record('live', stage.wallMs - 1_000 * event.back, { [`${event.device}.power_active`]: event.value }),
          )
        else if (event.kind === 'rebirth') stage.do({ event: 'rebirth-asked', chance: 0.5 })
        else if (event.kind === 'held') stage.do({ event: 'held' })
        else if (event.kind === 'drained') stage.do({ event: 'drained' })
        else if (event.kind === 'alarm')
          stage.tell(alarms(stage.wallMs, { code: 'line-down', of: 'x', state: 'raised' }))
        else if (event.kind === 'lost') {
          stage.do({ event: 'lost' })
          stage.connect()
        }
      }
      hold(stage.heard)
    }),
    { numRuns: 300 },
  )
})

/** As a host application has it: seq, and which aliases it knows of whom. */
function hold(heard: readonly Heard[]): void {
  let next = 0
  const known = new Map<string, Map<bigint, bigint>>()
  for (const { verb, device = '', read } of heard) {
    if (verb === 'NBIRTH') {
      next = 0
      known.clear()
    }
    expect(read.seq).toBe(BigInt(next))
    next = (next + 1) % 256
    if (verb === 'NBIRTH' || verb === 'DBIRTH') known.set(device, new Map())
    if (verb === 'DDEATH') expect(known.delete(device)).toBe(true)
    for (const { alias, name, atMs = 0n, historical } of read.metrics) {
      if (alias === undefined) continue
      const lastMs = known.get(device)?.get(alias)
      if (name === undefined && lastMs === undefined) throw new Error(`${verb} of ${device} tells what was not born`)
      if (historical) continue
      expect(atMs).toBeGreaterThanOrEqual(lastMs ?? 0n)
      known.get(device)?.set(alias, atMs)
    }
  }
}

function fail(): never {
  throw new Error('nothing was heard')
}
