/** What the doctor gathers of a gateway that runs, asked at the gateway's own door, and of its console. */
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from '../../gateway/local/server.ts'
import { surroundings, type Surroundings } from '../../gateway/local/testing/doors.ts'
import { scriptedPoint, scriptedStatus, scriptedTold } from '../../gateway/local/testing/scripted.ts'
import { statePaths } from '../../gateway/state.ts'
import { freePort } from '../../gateway/testing/surroundings.ts'
import { gatherSupport } from '../support/gather.ts'
import type { Whereabouts } from '../whereabouts.ts'
import { gather } from './gather.ts'

const demoSite = readFileSync(join(import.meta.dirname, '../../gateway/demo/site.yaml'), 'utf8')
const signal = AbortSignal.timeout(20_000)

let around: Surroundings
let ends: AsyncDisposableStack
let where: Whereabouts

beforeEach(async () => {
  around = surroundings()
  ends = new AsyncDisposableStack()
  const { clock, log, folder } = around
  const access = ends.use(await around.access())
  const told = scriptedTold({ status: () => Promise.resolve(scriptedStatus), points: () => [scriptedPoint] })
  ends.use(await serve(statePaths(folder).socket, { told, access, clock, log }))
  where = { folder, runs: true, running: [folder] }
})
afterEach(async () => {
  await ends.disposeAsync()
  around.end()
})

/** The demo's site with its console at this port, as the gateway of this folder keeps it. */
function withConsoleAt(port: number): void {
  const { lastGood } = statePaths(around.folder)
  mkdirSync(around.folder, { recursive: true })
  writeFileSync(lastGood, `${demoSite}\nconsole: { listen: '127.0.0.1:${port}' }\n`)
}

const facts = () => gather({ where, siteFile: undefined, profiles: [], signal })

/** A server that says it is the console of such a gateway. */
async function pagesOf(title: string): Promise<number> {
  const server = createServer((request, response) =>
    request.url === '/api/session' ? response.end(JSON.stringify({ state: 'out', title })) : response.destroy(),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  ends.defer(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('a gateway that answers is heard, and its console and accounts with it', async () => {
  const port = await pagesOf('Place de la Fontaine')
  withConsoleAt(port)
  const { status, console } = await facts()
  expect(status).toEqual(scriptedStatus)
  const url = `http://127.0.0.1:${port}`
  expect(console).toEqual({ url, isListening: true, accounts: 0, isLoopback: true, hasTls: false })
})

test('where nobody listens, or somebody else, there is no console', async () => {
  withConsoleAt(await freePort())
  expect((await facts()).console).toMatchObject({ isListening: false })
  withConsoleAt(await pagesOf('Another cabinet'))
  expect((await facts()).console).toMatchObject({ isListening: false })
})

test('nothing is said of a console where no gateway runs', async () => {
  withConsoleAt(await pagesOf('Place de la Fontaine'))
  where = { folder: around.folder, runs: false, running: [] }
  expect((await facts()).console).toBeUndefined()
})

test('the bundle that the command packs holds what the running gateway tells', async () => {
  withConsoleAt(await freePort())
  const gathered = await gatherSupport(where, around.clock.now(), signal)
  expect(gathered?.site).toBe('a')
  expect(gathered?.all).toMatchObject({ status: scriptedStatus, points: [scriptedPoint] })
})
