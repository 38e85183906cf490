import { expect, test } from 'vitest'
import { alarmsOf, changesOf, wrongNow, type State } from './alarms.ts'

const well: State = {
  lines: { yard: { url: 'modbus-tcp://x' } },
  devices: { feeder: { health: 'alive', profile: 'eastron-sdm630' } },
  segments: { north: { title: 'North', state: 'applied' }, south: { title: 'South', state: 'ramping' } },
  unarmed: new Map(),
  unlocked: new Map(),
  refused: new Map(),
  trust: { trust: 'synced', reason: 'synchronised' },
  siteRefused: undefined,
  outbox: undefined,
  keeping: undefined,
  history: undefined,
  uplink: { refusing: {} },
}
const at = (text: string) => Temporal.Instant.from(text)

test('where all is well nothing is wrong', () => {
  expect(wrongNow(well)).toEqual([])
})

test('a site without light does not ask what time it is', () => {
  expect(wrongNow({ ...well, trust: undefined })).toEqual([])
})

test('a write that nothing can confirm is no alarm, one that should have been is', () => {
  const segment = (state: string, because: string) => ({
    ...well,
    segments: { north: { title: 'North', state, because } },
  })
  expect(wrongNow(segment('unconfirmed', 'not-asked'))).toEqual([])
  expect(wrongNow(segment('waiting', 'rest'))).toEqual([])
  expect(wrongNow(segment('unconfirmed', 'differs'))).toMatchObject([{ code: 'write-trouble', of: 'north' }])
  expect(wrongNow(segment('rejected', 'refused'))).toMatchObject([{ code: 'write-trouble', of: 'north' }])
})

test('everything at once, the gravest first, each with the words of its sentence', () => {
  const fault = { code: 'BROKER_QUOTA', where: 'mqtt://b', detail: 'full' }
  expect(
    wrongNow({
      lines: {
        yard: { url: 'modbus-rtu:///dev/x', code: 'LINE_NOT_FOUND' },
        shed: { url: 'modbus-rtu:///dev/y', disturbance: { kind: 'noise' } },
        gate: { url: 'modbus-rtu:///dev/z', disturbance: { kind: 'echo' } },
        mast: { url: 'modbus-rtu:///dev/w', disturbance: { kind: 'foreign-master' } },
      },
      devices: {
        feeder: { health: 'dead', profile: 'p' },
        lamps: { health: 'alive', profile: 'q', doubt: 'frequency is outside 45 … 65' },
        meter: { health: 'line-down', profile: 'r' },
      },
      segments: {},
      unarmed: new Map([['relay', 'no-answer']]),
      unlocked: new Map([['yard', { who: 'm.durand', reason: 'ratio of the meter' }]]),
      refused: new Map([['meter', 'input/96']]),
      trust: { trust: 'unknown', reason: 'before-floor' },
      siteRefused: 'SITE_WRONG',
      outbox: 'OUTBOX_FULL',
      keeping: 'ENOSPC',
      history: 'HISTORY_IO',
      uplink: { trouble: fault, refusing: { energy: fault } },
    }).map(({ code, of, words }) => [
      code,
      of,
      words['code'] ?? words['because'] ?? words['reason'] ?? words['registers'] ?? '',
    ]),
  ).toEqual([
    ['time-unknown', '', 'before-floor'],
    ['line-down', 'yard', 'LINE_NOT_FOUND'],
    ['line-foreign-master', 'mast', ''],
    ['line-echo', 'gate', ''],
    ['device-dead', 'feeder', ''],
    ['device-doubt', 'lamps', 'frequency is outside 45 … 65'],
    ['unarmed', 'relay', 'no-answer'],
    ['site-refused', '', 'SITE_WRONG'],
    ['outbox-trouble', '', 'OUTBOX_FULL'],
    ['keeping-trouble', '', 'ENOSPC'],
    ['history-trouble', '', 'HISTORY_IO'],
    ['uplink-down', '', 'BROKER_QUOTA'],
    ['release-refused', 'energy', 'BROKER_QUOTA'],
    ['profile-defect', 'meter', 'input/96'],
    ['line-noise', 'shed', ''],
    ['unlocked', 'yard', 'ratio of the meter'],
  ])
})

test('an alarm keeps its moment as long as it lasts, and gets a new one when it comes again', () => {
  const [down] = wrongNow({ ...well, lines: { yard: { url: 'x', code: 'LINE_LOST' } } })
  const first = alarmsOf([down!], [], at('2026-12-21T17:00:00Z'))
  const later = alarmsOf([{ ...down!, words: { code: 'LINE_NOT_FOUND', url: 'x' } }], first, at('2026-12-21T17:01:00Z'))
  expect(later).toMatchObject([{ since: at('2026-12-21T17:00:00Z'), words: { code: 'LINE_NOT_FOUND' } }])
  const gone = alarmsOf([], later, at('2026-12-21T17:02:00Z'))
  expect(gone).toEqual([])
  expect(alarmsOf([down!], gone, at('2026-12-21T17:03:00Z'))).toMatchObject([{ since: at('2026-12-21T17:03:00Z') }])
})

test('what began and what ended is told once each, and what goes on is not', () => {
  const moments = ['2026-12-21T16:00:00Z', '2026-12-21T16:00:01Z'].map(at)
  const wrong = (...devices: string[]) => devices.map((of) => ({ code: 'device-dead', of, words: {} }) as const)
  const before = alarmsOf(wrong('feeder', 'yard'), [], moments[0]!)
  const after = alarmsOf(wrong('yard', 'lamps'), before, moments[1]!)
  expect(changesOf(before, after, moments[1]!)).toEqual([
    { code: 'device-dead', of: 'lamps', state: 'raised', at: moments[1] },
    { code: 'device-dead', of: 'feeder', state: 'cleared', at: moments[1] },
  ])
  expect(changesOf(after, after, moments[1]!)).toEqual([])
})
