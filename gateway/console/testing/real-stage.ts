/** The whole gateway as a stage: a process with the demo's street, on an evening, with accounts made over its socket. */
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { gatewayEvent } from '../../events.ts'
import { ask, tell } from '../../local/client.ts'
import { status, type Status } from '../../local/answers.ts'
import type { Role } from '../../local/session.ts'
import { statePaths } from '../../state.ts'
import { openStreet, writeSite, type Changes } from '../../testing/cabinet.ts'
import { Program } from '../../testing/programs.ts'
import { eventually, Folder, freePort } from '../../testing/surroundings.ts'
import type { Login, Stage } from './stage.ts'

export interface RealStage extends Stage {
  /** of the street's broker */
  readonly broker: string
  /** the gateway's topics begin so */
  readonly branch: string
  status(): Promise<Status>
  account(name: string, role: Role): Promise<Login>
  /** the gateway's wall clock */
  now(): Temporal.Instant
}

const root = join(import.meta.dirname, '../../..')
const evening = Temporal.PlainDateTime.from('2026-12-21T18:30').toZonedDateTime('Europe/Paris').toInstant()
const password = 'a lantern at night'

/** `program`: what is run by this Node as the gateway; its pages are those that it was built with. */
export async function openRealStage({
  program = join(root, 'gateway/main.ts'),
  changes = {},
}: { program?: string; changes?: Changes } = {}): Promise<RealStage> {
  await using opening = new AsyncDisposableStack()
  const street = opening.use(await openStreet())
  const folder = opening.use(new Folder())
  const listen = `127.0.0.1:${await freePort()}`
  const site = writeSite(folder.file('site.yaml'), street, { console: { listen }, ...changes })
  const state = folder.file('state')
  const { socket } = statePaths(state)
  const offsetMs = evening.epochMilliseconds - systemClock.now().epochMilliseconds
  const args = ['--max-semi-space-size=1', program, '--site', site, '--state', state, '--until-stdin-closes']
  let gateway: Program | undefined

  const stop = async () => {
    await gateway?.end()
    gateway = undefined
  }
  const start = async () => {
    gateway = new Program(process.execPath, [...args, `--clock-offset-ms=${offsetMs}`])
    const told = gatewayEvent.parse(JSON.parse(await gateway.said(/^\{"event":"console"/)))
    if (told.event !== 'console' || told.code !== undefined) throw new Error('it serves no console')
  }
  opening.defer(stop)
  await start()
  const asked = async () => status.parse(await ask(socket, '/api/status'))
  // Lit, and its first readings kept: what the pages show from the second minute on.
  await eventually(async () => {
    const { segments } = await asked()
    if (Object.values(segments).some(({ actual }) => actual === undefined || actual === 0))
      throw new Error('it is dark')
  })
  const account = async (name: string, role: Role) => {
    await tell(socket, '/api/accounts/password', { name, role, password })
    return { name, password }
  }
  const lampiste = await account('lampiste', 'administrator')

  const opened = opening.move()
  return {
    ...lampiste,
    url: `http://${listen}`,
    segment: 'north',
    device: 'feeder',
    broker: `mqtt://127.0.0.1:${street.ports.broker}`,
    branch: 'fanal/demo/place-de-la-fontaine',
    now: () => systemClock.now().add({ milliseconds: offsetMs }),
    status: asked,
    account,
    stop,
    start,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
