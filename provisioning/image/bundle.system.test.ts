/** The bundle, in an empty folder elsewhere, with nothing but what the build made. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knownPoint, status } from '../../gateway/local/answers.ts'
import { ask } from '../../gateway/local/client.ts'
import { finished, Program, type Finished } from '../../gateway/testing/programs.ts'
import { Folder, pseudoTerminal } from '../../gateway/testing/surroundings.ts'
import { bundleParts, dist, root, version } from './root.ts'
import { run } from './run.ts'

const folder = new Folder()
const elsewhere = folder.file('fanal')
const env = { HOME: folder.path, XDG_STATE_HOME: folder.file('state'), XDG_CACHE_HOME: folder.file('cache'), LANG: 'C' }

function fanal(...words: string[]): Program {
  return new Program(process.execPath, [join(elsewhere, 'lib/fanal.js'), ...words], env)
}
const toEnd = (...words: string[]): Promise<Finished> => finished(fanal(...words))

beforeAll(async () => {
  await run(process.execPath, [join(root, 'provisioning/image/build.ts'), '--no-deb'])
  mkdirSync(elsewhere)
  for (const part of bundleParts) cpSync(join(dist, part), join(elsewhere, part), { recursive: true })
}, 120_000)

afterAll(() => folder[Symbol.dispose]())

test('the demo runs, reads and sends; status and check speak of it', async () => {
  await using up = fanal('up', '--json')
  const { state } = JSON.parse(await up.said(/^\{"event":"running"/)) as { state: string }
  await up.said(/^\{"event":"receipt"/)
  const points = knownPoint.array().parse(await ask(join(state, 'gateway.sock'), '/api/points'))
  expect(points.filter((each) => each.state === 'good').length).toBeGreaterThan(50)

  const told = await toEnd('status', '--json')
  expect(status.parse(JSON.parse(told.out.join(''))).uplink.connected).toBe(true)
  const checked = await toEnd('check', join(elsewhere, 'demo/site.yaml'))
  expect([checked.exit, checked.out[0]]).toEqual([0, expect.stringContaining('good. 3 devices')])
  expect(await up.end('SIGINT')).toBe(130)
}, 60_000)

test('it knows its version, its profiles, and that nobody installed it', async () => {
  expect((await toEnd('--version')).out).toEqual([version])
  const removal = await toEnd('uninstall', '--yes', '--json')
  expect([removal.exit, JSON.parse(removal.out.join(''))]).toMatchObject([1, { how: 'folder', root: elsewhere }])
})

test('the binding of serial lines came along', async () => {
  const tty = folder.file('tty')
  await using terminal = await pseudoTerminal(tty, '/dev/null,ignoreeof')
  const asked = await toEnd('read', '-m', 'rtu', '-a', '1', '-b', '9600', '-P', 'none', '-r', '1', '-o', '0.2', tty)
  expect([asked.exit, asked.err.join(' ')]).toEqual([1, expect.stringMatching(/no answer/)])
  await terminal.end()
}, 30_000)

test('the licences of all that is in it are told', () => {
  const text = readFileSync(join(elsewhere, 'THIRD-PARTY-LICENCES.txt'), 'utf8')
  for (const name of [
    'zod',
    'mqtt',
    'fastify',
    'pino',
    'yaml',
    'commander',
    'aedes',
    'modbus-serial',
    '@serialport/bindings-cpp',
  ])
    expect(text).toMatch(new RegExp(`^${name} [\\d.]+: \\S`, 'm'))
})
