/** `fanal status` against a gateway's own door, behind which a script answers. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from '../gateway/local/server.ts'
import type { Alarm, Status } from '../gateway/local/answers.ts'
import { surroundings, type Surroundings } from '../gateway/local/testing/doors.ts'
import { scriptedStatus, scriptedTold } from '../gateway/local/testing/scripted.ts'
import { alarmCodes } from '../gateway/observe/alarms.ts'
import { exampleStatus } from '../gateway/observe/testing/status.ts'
import { statePaths } from '../gateway/state.ts'
import { alarmText } from './alarms.ts'
import { speak } from './messages.ts'
import { status } from './status.ts'
import { typed } from './testing/typed.ts'

let around: Surroundings
let ends: AsyncDisposableStack
let now: Status

beforeEach(async () => {
  around = surroundings()
  ends = new AsyncDisposableStack()
  now = exampleStatus()
  const { clock, log, folder } = around
  const access = ends.use(await around.access())
  const told = scriptedTold({ status: () => Promise.resolve(now) })
  ends.use(await serve(statePaths(folder).socket, { told, access, clock, log }))
})
afterEach(async () => {
  await ends.disposeAsync()
  around.end()
})

const said = (language: 'en' | 'fr' = 'en', json = false) =>
  typed((context) => status(context, { state: around.folder }), language, json)

test('who works at the cabinet and what is wrong stand at the prompt, the gravest last', async () => {
  const { exit, out } = await said()
  expect(exit).toBe(0)
  expect(out[0]).toBe('place-de-la-fontaine (saint-exemple), running since 12:00, pid 4242')
  expect(out.slice(-4)).toEqual([
    '',
    'pierre.martin works at this cabinet until 13:50: nobody commands from elsewhere. The program goes on.',
    'alarm  since 12:20  The broker broker.saint-exemple.example refuses the login (Not authorized): check user name, password file and client certificate, and that the broker knows them.',
    'alarm  since 12:10  yard does not answer; it is tried again from time to time',
  ])
  expect((await said('fr')).out.slice(-3)).toEqual([
    'pierre.martin travaille à cette armoire jusqu’à 13 h 50 : personne ne commande d’ailleurs. Le programme continue.',
    expect.stringMatching(/^alarme {2}depuis 12 h 20 {2}Le broker broker\.saint-exemple\.example /),
    'alarme  depuis 12 h 10  yard ne répond pas ; on réessaie de temps à autre',
  ])
})

test('a durable release that nobody gives receipts for is proposed for switching off', async () => {
  const release = { delivery: 'durable', recipient: 'V', purpose: 'p', points: 1, last: 9, waiting: 2, receipt: 7 }
  now = { ...now, releases: { energy: { ...release, unread_days: 9 }, quality: release } }
  const unread = (await said()).out.filter((line) => line.includes('no receipt for'))
  expect(unread).toEqual([
    'energy: no receipt for 9 days. Nobody seems to read it: switch it off, or ask its recipient.',
  ])
  expect((await said('fr')).out.join('\n')).toContain('energy : aucun accusé de réception depuis 9 jours')
})

test('where nothing is wrong, it says so', async () => {
  now = scriptedStatus
  expect((await said()).out.slice(-2)).toEqual(['', 'Nothing is wrong.'])
  expect((await said('fr')).out.at(-1)).toBe('Rien à signaler.')
})

test('a clock that nobody trusts is an alarm, with its reason', async () => {
  const since = scriptedStatus.time.now
  now = { ...scriptedStatus, alarms: [{ code: 'time-unknown', of: '', since, words: { reason: 'never-set' } }] }
  expect((await said()).out.at(-1)).toContain('nobody knows what time it is (it was never set): segments do')
  expect((await said('fr')).out.at(-1)).toContain('personne ne sait l’heure (elle n’a jamais été mise) : les segments')
})

test('--json tells all of it', async () => {
  expect((await said('en', true)).out.map((line) => JSON.parse(line) as unknown)).toEqual([now])
})

test('every alarm is a sentence in both languages; of one that nobody knows, its code', () => {
  const words = {
    code: 'LINE_REFUSED',
    url: 'modbus-tcp://h:502',
    where: 'h',
    detail: 'so',
    because: 'no-answer',
    profile: 'p',
    title: 'North',
    reason: 'never-set',
  }
  const codeOf: Readonly<Record<string, string>> = {
    'outbox-trouble': 'OUTBOX_FULL',
    'keeping-trouble': 'KEEP_FULL',
    'history-trouble': 'HISTORY_FULL',
    'uplink-down': 'BROKER_QUOTA',
    'release-refused': 'BROKER_QUOTA',
  }
  const since = '2026-11-25T11:00:00Z'
  for (const code of alarmCodes) {
    const unlocked = code === 'unlocked' ? { who: 'm.durand', reason: 'ratio of the meter' } : {} // a person's words
    const alarm: Alarm = { code, of: 'yard', since, words: { ...words, code: codeOf[code] ?? words.code, ...unlocked } }
    const [en, fr] = (['en', 'fr'] as const).map((language) => alarmText(speak(language), language, alarm))
    expect(en).not.toBe(fr)
    for (const text of [en, fr]) expect(text, code).not.toMatch(/[{}]|undefined|no-answer|never-set/)
  }
  expect(alarmText(speak('en'), 'en', { code: 'of-tomorrow', of: 'yard', since, words: {} })).toBe('yard: of-tomorrow')
})
