/** What the gateway keeps is its owner's alone, by each file's own mode: whoever runs a part of it elsewhere has another umask. */
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { without } from './faults/testing/without.ts'
import { tell } from './local/client.ts'
import { statePaths } from './state.ts'
import { Gateway, openStreet, writeSite } from './testing/cabinet.ts'
import { eventually, Folder, freePort } from './testing/surroundings.ts'

let ends: AsyncDisposableStack
let folder: Folder

beforeEach(() => {
  ends = new AsyncDisposableStack()
  folder = ends.use(new Folder())
})
afterEach(() => ends.disposeAsync())

const modes = (path: string) =>
  Object.fromEntries(readdirSync(path).map((name) => [name, (lstatSync(`${path}/${name}`).mode & 0o777).toString(8)]))

test('every file is 0600 where the umask allows everything, and the socket its group’s as well', async () => {
  const before = process.umask(0)
  ends.defer(() => void process.umask(before))
  const street = ends.use(await openStreet())
  const site = writeSite(folder.file('site.yaml'), street, { 'console.listen': `0.0.0.0:${await freePort()}` })
  const state = folder.file('state')
  const paths = statePaths(state)
  const env = without({ file: 'gateway/main.ts', line: 'process.umask(0o077)', instead: 'process.umask(0)' })
  const start = async () => Gateway.start(site, state, env)
  {
    await using gateway = await start()
    const asked = { name: 'anna', password: 'correct horse battery' }
    await tell(paths.socket, '/api/accounts/password', asked)
    await eventually(() => expect(readFileSync(paths.audit, 'utf8')).toContain('"account"'))
    await gateway.begun()
  }
  // What is damaged is set aside, and made anew.
  for (const file of [paths.audit, paths.outbox, `${state}/accounts.json`]) writeFileSync(file, 'rot\nrot\n')
  await using gateway = await start()
  await eventually(() => {
    const found = modes(state)
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining([
        ...['audit.ndjson', 'control.json', 'console-identity.pem', 'gateway.sock', 'starts'],
        ...['history.db', 'history.db-wal', 'history.db-shm', 'outbox.db', 'outbox.db-wal', 'last-good.yaml'],
        ...['accounts.json.damaged-1', 'audit.ndjson.damaged-1', 'outbox.db.damaged-1'],
      ]),
    )
    const { 'gateway.sock': socket, ...others } = found
    expect(socket).toBe('660')
    const folders = Object.keys(others).filter((name) => lstatSync(`${state}/${name}`).isDirectory())
    expect(folders).toContain('outbox.db-log')
    for (const [name, mode] of Object.entries(others))
      expect([name, mode]).toEqual([name, folders.includes(name) ? '700' : '600'])
  })
  expect(gateway.told('console')).toMatchObject([{ fingerprint: expect.stringMatching(/^[0-9A-F:]{95}$/) as string }])
  expect((lstatSync(state).mode & 0o777).toString(8)).toBe('700')
})
