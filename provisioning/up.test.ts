/** `fanal up --at`: when the demo's street begins, and what is no such time. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Context } from './context.ts'
import { speak } from './messages.ts'
import { up } from './up.ts'

const demoSite = join(import.meta.dirname, '../gateway/demo/site.yaml')

/** What is said goes to `out` and `err`. */
function heard(json: boolean, signal = new AbortController().signal, out: (line: string) => void = () => undefined) {
  const err: string[] = []
  const said: string[] = []
  const context: Context = {
    say: speak('en'),
    language: 'en',
    json,
    out: (line) => {
      said.push(line)
      out(line)
    },
    err: (line) => err.push(line),
    signal,
  }
  return { context, said, err }
}

test.each(['dusk', '16:20', '2026-13-01', ''])(
  '“%s” is refused at once, as a mistake of the command line',
  async (at) => {
    const people = heard(false)
    expect(await up(people.context, undefined, { at })).toBe(3)
    expect(people.err).toEqual([expect.stringContaining(`“${at}” is no time`)])
    expect(people.err[0]).toContain('--at 2026-12-21T16:20')
    const machine = heard(true)
    expect(await up(machine.context, undefined, { at })).toBe(3)
    expect(machine.said.map((line) => JSON.parse(line) as unknown)).toEqual([
      { event: 'refused', code: 'AT_NOT_A_TIME', words: { text: at } },
    ])
  },
)

test('a real cabinet lives in real time', async () => {
  const { context, said, err } = heard(true)
  expect(await up(context, demoSite, { at: '2026-12-21T16:20' })).toBe(3)
  expect(said.map((line) => JSON.parse(line) as unknown)).toEqual([
    { event: 'refused', code: 'AT_WITH_SITE', words: { file: demoSite } },
  ])
  expect(err).toEqual([])
})

test('the gateway runs, and says so on the street’s clock', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanal-at-'))
  const stop = new AbortController()
  const { context, said, err } = heard(false, stop.signal, (line) => {
    if (line === '') stop.abort() // the last line of what it says of itself
  })
  expect(await up(context, undefined, { at: '2026-12-21T16:20', state: folder })).toBe(130)
  expect(err).toEqual([])
  expect(said[0]).toBe('The street’s clock begins at 2026-12-21T16:20 (Europe/Paris).')
  expect(said.join('\n')).toContain('modbus-tcp://127.0.0.1')
  rmSync(folder, { recursive: true })
})
