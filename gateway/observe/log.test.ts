/** What the log lets through: lines that can be read later, no secret, no storm. */
import { expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { logLine } from '../local/pages.ts'
import { openJournal } from './log.ts'

function journal() {
  const clock = fakeClock()
  const out: string[] = []
  const { log, recent, lines } = openJournal({ clock, write: (line) => out.push(line) })
  const written = () => out.map((line) => JSON.parse(line) as Record<string, unknown>)
  return { clock, log, recent, lines, out, written }
}

test('a line is written as it is, and kept for people', () => {
  const { log, recent, out, lines } = journal()
  log.info({ event: 'uplink', code: 'BROKER_UNREACHABLE', where: 'broker:1883', detail: 'ECONNREFUSED' })
  log.error({ line: 'yard', err: new Error('no such register') }, 'polling failed, and begins again')
  log.debug('not asked for')
  expect(out).toHaveLength(2)
  expect(out.every((line) => line.endsWith('}\n'))).toBe(true)
  expect(JSON.parse(out[0]!)).toMatchObject({ level: 30, event: 'uplink', code: 'BROKER_UNREACHABLE' })
  expect(lines()).toEqual(out.map((line) => line.trimEnd()))
  expect(recent().map((line) => logLine.parse(line))).toEqual([
    {
      at: '2026-12-21T16:00:00Z',
      level: 'info',
      text: 'uplink code=BROKER_UNREACHABLE where=broker:1883 detail=ECONNREFUSED',
    },
    {
      at: '2026-12-21T16:00:00Z',
      level: 'error',
      text: 'polling failed, and begins again no such register line=yard',
    },
  ])
})

test('the last 300 are kept, and none is longer than may be', () => {
  const { log, recent, lines, out } = journal()
  for (let n = 0; n < 310; n++) log.info({ n }, 'x')
  expect(recent()).toHaveLength(300)
  expect(recent()[0]?.text).toBe('x n=10')
  log.info({ long: 'y'.repeat(100_000) }, 'z'.repeat(100_000))
  expect(lines().at(-1)!.length).toBeLessThan(4_200)
  expect(JSON.parse(out.at(-1)!)).toMatchObject({ level: 30, msg: 'z'.repeat(500) })
  expect(recent().at(-1)!.text.length).toBeLessThanOrEqual(500)
})

test.each<[string, object | string]>([
  ['a member', { password: 'hunter2-x' }],
  ['a member within', { a: [{ token: 'hunter2-x' }] }],
  ['a URL', { broker: 'mqtts://gate:hunter2-x@broker:8883' }],
  ['a message', 'connecting to https://u:hunter2-x@example/'],
  ['an error', { err: new Error('login with password=hunter2-x failed') }],
  ['a header', { detail: 'Authorization: Bearer hunter2-x' }],
  ['a key', { pem: '-----BEGIN PRIVATE KEY-----\nhunter2-x\n-----END PRIVATE KEY-----' }],
])('no secret comes through in %s', (_where, said) => {
  const { log, recent, out } = journal()
  if (typeof said === 'string') log.warn(said)
  else log.warn(said)
  expect(out).toHaveLength(1)
  expect(out[0]).toContain('[secret]')
  expect(out[0]).not.toContain('hunter2')
  expect(recent()[0]?.text).not.toContain('hunter2')
})

test('a trouble that repeats itself is written once, then counted', async () => {
  const { clock, log, written } = journal()
  for (let n = 0; n < 1_000; n++) log.error({ line: 'yard', err: 'dead' }, 'polling failed')
  log.error({ line: 'feeder', err: 'dead' }, 'polling failed')
  expect(written()).toHaveLength(2)
  await clock.advance(60_000)
  log.info('anything')
  expect(written().slice(2)).toMatchObject([
    { line: 'yard', msg: 'polling failed', repeated: 999 },
    { msg: 'anything' },
  ])
  log.error({ line: 'yard', err: 'dead' }, 'polling failed')
  expect(written()).toHaveLength(5)
})

test('news is not a trouble: the same line twice is written twice', () => {
  const { log, written } = journal()
  log.info({ event: 'device', device: 'yard', health: 'dead' })
  log.info({ event: 'device', device: 'yard', health: 'dead' })
  expect(written()).toHaveLength(2)
})

test('whatever is said, a minute has a bound, but for the last words', async () => {
  const { clock, log, written } = journal()
  for (let n = 0; n < 5_000; n++) log.warn({ n }, 'each differs')
  expect(written()).toHaveLength(600)
  log.fatal('nothing was started')
  expect(written()).toHaveLength(601)
  await clock.advance(60_000)
  log.info('on we go')
  expect(written().slice(601)).toMatchObject([{ dropped: 4_400, msg: 'lines left out' }, { msg: 'on we go' }])
})
