/** `set`, `release`, `why` and `status` against a gateway's own door, behind which a script answers. */
import { userInfo } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RulerTold, RulingTold, SegmentStatus, Status, VerdictTold, WhyTold } from '../gateway/local/answers.ts'
import type { LocalCommand, LocalRelease } from '../gateway/local/orders.ts'
import type { Access } from '../gateway/local/access.ts'
import { serve } from '../gateway/local/server.ts'
import { surroundings, type Surroundings } from '../gateway/local/testing/doors.ts'
import { scriptedTold } from '../gateway/local/testing/scripted.ts'
import { statePaths } from '../gateway/state.ts'
import type { Context } from './context.ts'
import { release, set } from './set.ts'
import { status } from './status.ts'
import { typed } from './testing/typed.ts'
import { why } from './why.ts'

const program: RulerTold = {
  priority: 'program',
  level: 50,
  source: { door: 'program', who: 'program' },
  reason: '',
  ground: 'late',
}
const durand: RulerTold = {
  priority: 'operator',
  level: 60,
  source: { door: 'socket', who: 'm.durand' },
  reason: 'manifestation',
}
const contact: RulerTold = {
  priority: 'local-manual',
  level: 100,
  source: { door: 'input', who: 'box.forced' },
  reason: '',
}
const now = '2026-12-21T20:14:00Z'
const until = '2026-12-21T22:14:00Z'
const rules = (ruler: RulerTold, next?: RulerTold): RulingTold => ({
  ...ruler,
  setpoint: 'north.level',
  since: now,
  ...(next === undefined ? {} : { until, next }),
})
const accepted: Extract<VerdictTold, { verdict: 'accepted' }> = {
  verdict: 'accepted',
  setpoint: 'north.level',
  value: 60,
  until,
  rules: true,
  outcome: 'applied',
  ruling: rules(durand, program),
}

let around: Surroundings
let access: Access
let state: string
let server: AsyncDisposable
let verdict: VerdictTold
let segments: Record<string, SegmentStatus>
let trust: string
let taken: (LocalCommand | LocalRelease)[]
let asked: (string | undefined)[]

beforeEach(async () => {
  around = surroundings()
  state = around.folder
  verdict = accepted
  segments = { north: { title: 'North', ruling: rules(program), actual: 50, state: 'applied', setpoints: [] } }
  trust = 'synced'
  taken = []
  asked = []
  const script = scriptedTold({
    status: () => Promise.resolve(told()),
    command: take,
    release: take,
    why: (setpoint, at): WhyTold | undefined => {
      asked.push(at?.toString())
      const ruling = at === undefined ? rules(durand, program) : undefined
      const about = { at: at?.toString() ?? now, timeZone: 'Europe/Paris', trust }
      return setpoint === 'north.level' ? { ...about, ...(ruling === undefined ? {} : { ruling }) } : undefined
    },
  })
  access = await around.access()
  server = await serve(statePaths(state).socket, { told: script, access, clock: around.clock, log: around.log })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await access[Symbol.asyncDispose]()
  around.end()
})

function take(order: LocalCommand | LocalRelease): Promise<VerdictTold> {
  taken.push(order)
  return Promise.resolve(verdict)
}

function told(): Status {
  return {
    site: 'a',
    tenant: 't',
    pid: 1,
    started: now,
    held: 0,
    lines: {},
    devices: {},
    segments,
    time: { now, trust, zone: 'Europe/Paris' },
    uplink: { broker: 'mqtt://b:1883', connected: true, published: 0, refused: 0, refusing: {} },
    releases: {},
    alarms: [],
    home: 0,
    ledger: [],
  }
}

const order = { for: '2h', because: ' manifestation ' }
const setNorth = (value = '60', options: object = order) => {
  return (context: Context) => set(context, 'north.level', value, { state, ...options })
}

describe('fanal set', () => {
  test.each<[string, number | boolean]>([
    ['60', 60],
    ['60%', 60],
    ['62,5 %', 62.5],
    ['on', true],
    ['allumé', true],
    ['allume\u0301', true],
    ['off', false],
    ['Éteint', false],
  ])('“%s” asks for %s', async (text, value) => {
    expect((await typed(setNorth(text))).exit).toBe(0)
    expect(taken).toEqual([
      { setpoint: 'north.level', value, leaseMs: 7_200_000, reason: 'manifestation', who: userInfo().username },
    ])
  })

  test.each([
    ['half', order, 'NOT_A_LEVEL'],
    ['-5', order, 'NOT_A_LEVEL'],
    ['60', { ...order, for: 'long' }, 'NOT_A_LEASE'],
    ['60', { ...order, for: '8d' }, 'NOT_A_LEASE'],
    ['60', { ...order, for: '2' }, 'NOT_A_LEASE'],
    ['60', { ...order, because: ' ' }, 'NOT_A_REASON'],
    ['60', { ...order, because: 'x'.repeat(201) }, 'NOT_A_REASON'],
  ])('%s with %o is a mistake of the command line: %s, and nothing is asked', async (value, options, code) => {
    const { exit, out } = await typed(setNorth(value, options), 'en', true)
    expect(exit).toBe(3)
    expect(out.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ event: 'refused', code }])
    expect(taken).toEqual([])
  })

  const refused = (code: string, words: Record<string, string | number>, from?: number): VerdictTold => ({
    verdict: 'refused',
    setpoint: 'north.level',
    code,
    words,
    ...(from === undefined ? {} : { allowed: { from, to: 100, off: from < 30 } }),
  })

  const cases: [VerdictTold, exit: number, en: string, fr: string][] = [
    [
      accepted,
      0,
      'north.level: at 60 % until 23:14 (in 2 h); then at 50 %, the program (late period). The lamps say so too.',
      'north.level : à 60 % jusqu’à 23 h 14 (dans 2 h) ; ensuite à 50 %, le programme (période tardive). Les lampes le disent aussi.',
    ],
    [
      { ...accepted, outcome: 'rejected', ruling: rules(durand) },
      0,
      'north.level: at 60 % until 23:14 (in 2 h). The device does not take it; it is tried again.',
      'north.level : à 60 % jusqu’à 23 h 14 (dans 2 h). L’appareil ne le prend pas ; on réessaie.',
    ],
    [
      { ...accepted, rules: false, ruling: rules(contact) },
      0,
      'north.level: accepted until 23:14 (in 2 h), but something stronger keeps it at 100 %: the contact box.forced.',
      'north.level : accepté jusqu’à 23 h 14 (dans 2 h), mais plus fort le tient à 100 % : le contact box.forced.',
    ],
    [
      refused('COMMAND_BELOW_FLOOR', { level: 10, floor: 30 }, 30),
      1,
      '10 % is below the floor of 30 %: while the program asks for light, the street may not be darker. Allowed now: 30 to 100 %.',
      '10 % est sous le plancher de 30 % : tant que le programme demande de la lumière, la rue ne peut être plus sombre. Permis à présent : de 30 à 100 %.',
    ],
    [
      refused('COMMAND_OUT_OF_LIMITS', { level: 130 }, 1),
      1,
      '130 % is outside what these lamps can, or what the site wants. Allowed now: 1 to 100 %, or off.',
      '130 % dépasse ce que ces lampes peuvent, ou ce que le site veut. Permis à présent : de 1 à 100 %, ou éteint.',
    ],
    [refused('COMMAND_OF_TOMORROW', {}), 1, 'COMMAND_OF_TOMORROW', 'COMMAND_OF_TOMORROW'],
  ]
  test.each(cases)('%o is told with exit %i', async (answer, exit, en, fr) => {
    verdict = answer
    const english = await typed(setNorth())
    expect([english.exit, english.err.join(' '), english.out]).toEqual([exit, en, []])
    expect((await typed(setNorth(), 'fr')).err.join(' ')).toBe(fr)
    const { out, err } = await typed(setNorth(), 'en', true)
    expect([out.map((line) => JSON.parse(line) as unknown), err]).toEqual([[answer], []])
  })

  test('where nobody knows the time, only how long is said', async () => {
    trust = 'unknown'
    expect((await typed(setNorth('60', { ...order, for: '90m' }))).err).toEqual([
      'north.level: at 60 % for 1 h 30 min; then at 50 %, the program (late period). The lamps say so too.',
    ])
  })

  test('the nearest segment is named for one that is none', async () => {
    verdict = { verdict: 'refused', setpoint: 'nort.level', code: 'COMMAND_UNKNOWN_SETPOINT', words: {} }
    const { err } = await typed((context) => set(context, 'nort.level', '60', { state, ...order }))
    expect(err[1]).toBe('did you mean “north.level”?')
  })

  test('a gateway that takes the order for none is told of', async () => {
    const { exit, err } = await typed((context) => set(context, 'x'.repeat(200), '60', { state, ...order }))
    expect([exit, taken]).toEqual([1, []])
    expect(err).toEqual([expect.stringContaining('does not understand this (/api/command: HTTP 400)')])
  })
})

test('fanal release says what rules now, and needs no reason', async () => {
  verdict = { verdict: 'released', setpoint: 'north.level', ruling: rules(program) }
  const verb = (context: Context) => release(context, 'north.level', { state })
  expect(await typed(verb)).toEqual({
    exit: 0,
    out: [],
    err: ['north.level: released; now at 50 %, the program (late period).'],
  })
  expect(taken).toEqual([{ setpoint: 'north.level', reason: '', who: userInfo().username }])
  expect((await typed(verb, 'fr')).err).toEqual([
    'north.level : libéré ; maintenant à 50 %, le programme (période tardive).',
  ])
})

describe('fanal why', () => {
  const whyNorth = (at?: string, setpoint = 'north.level') => {
    return (context: Context) => why(context, setpoint, { state, ...(at === undefined ? {} : { at }) })
  }

  test('of now, in one sentence', async () => {
    const told =
      'north.level is at 60 % since 21:14, because m.durand asked for it (“manifestation”), until 23:14; then at 50 %, the program (late period).'
    expect(await typed(whyNorth())).toEqual({ exit: 0, out: [told], err: [] })
    expect(asked).toEqual([undefined])
  })

  test('of a moment of last night, by the street’s clock', async () => {
    const { exit, out } = await typed(whyNorth('23:10'))
    expect(asked).toEqual([undefined, '2026-12-20T22:10:00Z'])
    expect([exit, out[0]]).toEqual([
      1,
      expect.stringMatching(/^Nothing is known of north\.level at 23:10 \(Sun, Dec 20\)/),
    ])
  })

  test.each([
    ['soon', 3, 'NOT_A_MOMENT'],
    ['2026-12-21T21:15', 1, 'MOMENT_AHEAD'],
  ])('%s: exit %i, %s', async (at, exit, code) => {
    const ended = await typed(whyNorth(at), 'en', true)
    expect([ended.exit, JSON.parse(ended.out[0] ?? '')]).toMatchObject([exit, { code }])
  })

  test('a clock that nobody trusts does not say what is ahead', async () => {
    trust = 'unknown'
    await typed(whyNorth('2027-01-01T02:10'))
    expect(asked.at(-1)).toBe('2027-01-01T01:10:00Z')
  })

  test('of no segment, with the nearest one', async () => {
    const { exit, err } = await typed(whyNorth(undefined, 'norht.level'))
    expect([exit, err]).toEqual([
      1,
      ['norht.level does not exist. There are: north.level.', 'did you mean “north.level”?'],
    ])
    segments = {}
    expect((await typed(whyNorth())).err).toEqual([expect.stringContaining('this site has no segments')])
  })
})

test('fanal status: each segment, what is asked of it, what it says of itself, and how the last write went', async () => {
  segments['lane'] = {
    title: 'Lane',
    ruling: { ...rules(contact), setpoint: 'lane.level' },
    state: 'unconfirmed',
    because: 'not-read-back',
    setpoints: [],
  }
  const verb = (context: Context) => status(context, { state })
  const english = (await typed(verb)).out
  expect(english.filter((line) => line.startsWith('segment')).map((line) => line.split(/ {2,}/))).toEqual([
    ['segment', 'north.level', 'North', 'at 50 %, the program (late period)', 'the lamps say 50 %'],
    [
      'segment',
      'lane.level',
      'Lane',
      'at 100 %, the contact box.forced',
      'no lamp tells; written, not confirmed yet (it cannot be read back)',
    ],
  ])
})
