/** The console's port, with what stands behind it: opened for one test, and opened anew as a restart does. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Access } from '../access.ts'
import { openConsole, type Console, type ConsoleOptions } from '../console.ts'
import type { LocalCommand } from '../orders.ts'
import type { Role } from '../session.ts'
import type { Told } from '../told.ts'
import { Browser } from './browser.ts'
import { surroundings, type Surroundings } from './doors.ts'
import { scriptedPresence, scriptedTold } from './scripted.ts'

export const password = 'correct horse battery'

export interface Stage extends AsyncDisposable {
  readonly around: Surroundings
  readonly assets: string
  readonly presence: ReturnType<typeof scriptedPresence>
  readonly commands: [LocalCommand, door: string][]
  readonly access: Access
  readonly console: Console
  readonly url: string
  options(changes?: Partial<ConsoleOptions>): ConsoleOptions
  /** another run of the gateway in the same folder; what `meanwhile` does happens while none runs */
  restart(changes?: Partial<ConsoleOptions>, meanwhile?: () => void): Promise<void>
  setupCode(): string
  /** the first account's, an administrator's */
  begin(): Promise<Browser>
  /** of a new account with this role, or of the one that has this name */
  logIn(name: string, given?: { role?: Role; password?: string }): Promise<Browser>
}

export async function openStage(told: Partial<Told> = {}, first: Partial<ConsoleOptions> = {}): Promise<Stage> {
  const around = surroundings()
  const assets = join(around.folder, 'pages')
  mkdirSync(assets)
  writeFileSync(join(assets, 'index.html'), '<!doctype html><title>Fanal</title>')
  writeFileSync(join(assets, 'app-B3KQ7XNL.js'), 'console.log(1)')
  writeFileSync(join(assets, 'app-B3KQ7XNL.js.gz'), gzipSync('console.log(1)'))
  writeFileSync(join(around.folder, 'secret.txt'), 'secret')
  const presence = scriptedPresence()
  const commands: Stage['commands'] = []
  const script = scriptedTold({
    command: (order, door) => {
      commands.push([order, door])
      return Promise.resolve({ verdict: 'released', setpoint: order.setpoint })
    },
    presence,
    ...told,
  })
  let access = await around.access()
  const options = (changes: Partial<ConsoleOptions> = {}): ConsoleOptions => ({
    listen: { host: '127.0.0.1', port: 0, mayMove: false },
    folder: around.folder,
    assets,
    title: 'Place de la Fontaine',
    told: script,
    access,
    clock: around.clock,
    secrets: around.secrets,
    log: around.log,
    ...changes,
  })
  let console = await openConsole(options(first))
  const stage: Stage = {
    around,
    assets,
    presence,
    commands,
    options,
    get access() {
      return access
    },
    get console() {
      return console
    },
    get url() {
      return console.url
    },
    restart: async (changes = {}, meanwhile = () => undefined) => {
      const { port } = console
      await console[Symbol.asyncDispose]()
      await access[Symbol.asyncDispose]()
      meanwhile()
      access = await around.access()
      console = await openConsole(options({ listen: { host: '127.0.0.1', port, mayMove: false }, ...changes }))
    },
    setupCode: () => /#setup=(.+)$/.exec(console.setup ?? '')?.[1] ?? '',
    begin: async () => {
      const browser = new Browser(console.url)
      const { status } = await browser.post('/api/setup', { code: stage.setupCode(), name: 'M. Durand', password })
      if (status !== 200) throw new Error(`no first account: HTTP ${status}`)
      return browser
    },
    logIn: async (name, given = {}) => {
      if (given.role !== undefined) await access.setAccount({ name, role: given.role, password }, 'a test')
      const browser = new Browser(console.url)
      const { status } = await browser.post('/api/login', { name, password: given.password ?? password })
      if (status !== 200) throw new Error(`${name} does not come in: HTTP ${status}`)
      return browser
    },
    [Symbol.asyncDispose]: async () => {
      await console[Symbol.asyncDispose]()
      await access[Symbol.asyncDispose]()
      around.end()
    },
  }
  return stage
}
