/** `fanal support`: from the files of a gateway that does not run, and from one that does; and the word it asks for. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { Folder } from '../gateway/testing/surroundings.ts'
import type { Context } from './context.ts'
import { speak } from './messages.ts'
import { support } from './support.ts'

function heard(json = false) {
  const out: string[] = []
  const err: string[] = []
  const context: Context = {
    say: speak('en'),
    language: 'en',
    json,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    signal: AbortSignal.timeout(20_000),
  }
  return { context, out, err }
}

/** What a gateway leaves: its site, its log, its audit; and a password elsewhere. */
function leftBehind(folder: Folder): { state: string; into: string } {
  const state = folder.file('state')
  mkdirSync(state)
  writeFileSync(folder.file('pw'), 'Tr0ub4dor-3\n')
  writeFileSync(
    `${state}/last-good.yaml`,
    `site: armoire-12\ntenant: lyon\nuplink: { broker: 'mqtts://b.example', username: u, password_file: ${folder.file('pw')} }\nplace: { latitude: 45.764043, longitude: 4.835659 }\n`,
  )
  writeFileSync(`${state}/gateway.1.log`, '{"level":30,"msg":"the first words"}\n')
  writeFileSync(`${state}/gateway.log`, '{"level":50,"msg":"login as Tr0ub4dor-3 failed near 45.764043"}\n')
  writeFileSync(
    `${state}/audit.ndjson`,
    '{"n":1,"kind":"command","source":{"door":"console","who":"jdupont"},"reason":"fête"}\n',
  )
  return { state, into: folder.file('bundle.tar.gz') }
}

const planted = ['Tr0ub4dor-3', '45.764043', '4.835659', 'jdupont', 'fête', 'lyon', 'b.example']
const unpacked = (file: string) => gunzipSync(readFileSync(file)).toString()

test('of a gateway that does not run, its files are told, without what is nobody else’s', async () => {
  using folder = new Folder()
  const { state, into } = leftBehind(folder)
  const { context, out } = heard()
  expect(await support(context, { state, into })).toBe(0)
  expect(out).toEqual([expect.stringContaining(into)])
  expect(statSync(into).mode & 0o777).toBe(0o600)
  const text = unpacked(into)
  for (const word of planted) expect(text, word).not.toContain(word)
  for (const word of ['armoire-12', 'the first words', 'REDACTED.txt', '"gateway-not-running"', '"kind":"command"'])
    expect(text).toContain(word)
})

test('all of it only for whoever types the word', async () => {
  using folder = new Folder()
  const { state, into } = leftBehind(folder)
  const refused = heard()
  expect(await support(refused.context, { state, into, unredacted: true }, () => Promise.resolve('yes'))).toBe(1)
  expect(refused.err[0]).toMatch(/holds names of people.*type: everything/)
  expect(() => readFileSync(into)).toThrow('ENOENT')

  const granted = heard(true)
  const word = () => Promise.resolve('everything\n')
  expect(await support(granted.context, { state, into, unredacted: true }, word)).toBe(0)
  expect(JSON.parse(granted.out[0]!)).toMatchObject({ file: into, redacted: false })
  const text = unpacked(into)
  for (const planted of ['jdupont', 'fête', '45.764043', 'b.example']) expect(text).toContain(planted)
})

test('a running gateway makes its own', async () => {
  using folder = new Folder()
  const { state, into } = leftBehind(folder)
  const server = createServer((request, response) => {
    if (request.url === '/api/support') response.end('its own bundle')
    else response.writeHead(404).end('{}')
  })
  await once(server.listen(`${state}/gateway.sock`), 'listening')
  const { context } = heard()
  expect(await support(context, { state, into })).toBe(0)
  server.close()
  expect(readFileSync(into, 'utf8')).toBe('its own bundle')
})

test('where nothing is, nothing is written; where nothing can be written, that is said', async () => {
  using folder = new Folder()
  const nothing = heard(true)
  expect(await support(nothing.context, { state: folder.file('none'), into: folder.file('b') })).toBe(1)
  expect(JSON.parse(nothing.out[0]!)).toMatchObject({ code: 'NOTHING_KNOWN' })
  const { state } = leftBehind(folder)
  const { context, err } = heard()
  expect(await support(context, { state, into: folder.file('no/where') })).toBe(1)
  expect(err[0]).toMatch(/cannot be written to .*ENOENT/)
})
