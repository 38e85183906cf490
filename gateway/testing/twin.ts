/**
 * The whole gateway in this process, on a clock that a test owns and over lines whose devices it sets, with every output
 * written down as plaintext. Two such runs that differ only in what stays home must say the same, byte for byte.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { Aedes } from 'aedes'
import { lineUrl, type Line, type LineSettings } from '../../drivers/line.ts'
import type { ReadFunction } from '../../drivers/modbus/request.ts'
import type { Table } from '../../drivers/profile.ts'
import type { PointId, Value } from '../../drivers/reading.ts'
import { loadRegistry } from '../../drivers/registry.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { fakeLine } from '../../drivers/testing/fake-line.ts'
import { simulate, type Simulator } from '../../drivers/testing/simulator.ts'
import { systemClock } from '../clock.ts'
import { listen } from '../demo/ports.ts'
import { startGateway } from '../gateway.ts'
import { status as statusSchema } from '../local/answers.ts'
import { ask } from '../local/client.ts'
import { openJournal } from '../observe/log.ts'
import { planSite, type Plan } from '../plan.ts'
import { statePaths } from '../state.ts'
import { heldAgainst, told, type Output } from './plaintext.ts'
import { eventually, Folder, freePort } from './surroundings.ts'

export type { Output } from './plaintext.ts'

/** What a device measures from this second on: a value, or that it has none; `as-it-was`. */
export type Field = (point: PointId, second: number) => { readonly value: Value | undefined } | 'as-it-was'

export interface Twin extends Disposable {
  readonly plan: Plan
  /** One run; `leak`: what a careless programmer would log of each value. */
  run(field: Field, options?: { readonly leak?: boolean }): Promise<Output>
}

/** `text`: of a site file, which names no console; its broker is replaced. */
export async function openTwin(text: string, seconds: number): Promise<Twin> {
  const folder = new Folder()
  const [broker, page] = [await freePort(), await freePort()]
  const file = folder.file('site.yaml')
  const own = `${text.replace(/broker: \S+/, `broker: mqtt://127.0.0.1:${broker}`)}\nconsole: { listen: '127.0.0.1:${page}' }\n`
  writeFileSync(file, own)
  const planned = planSite(own, file, loadRegistry([]))
  if (!planned.ok) throw new Error(JSON.stringify(planned.mistakes))
  const { plan } = planned
  const [state, before] = [folder.file('state'), folder.file('before')]
  const life = { plan, file, state, broker, page }
  mkdirSync(state)
  // One that has lived before: what is random about it (names, keys) is then the same for all that follow.
  await live({ ...life, seconds: 2, field: () => 'as-it-was', leak: false })
  cpSync(state, before, { recursive: true })
  return {
    plan,
    run: (field, { leak = false } = {}) => {
      rmSync(state, { recursive: true })
      cpSync(before, state, { recursive: true })
      return live({ ...life, seconds, field, leak })
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

interface Life {
  readonly plan: Plan
  readonly file: string
  readonly state: string
  readonly broker: number
  readonly page: number
  readonly seconds: number
  readonly field: Field
  readonly leak: boolean
}

async function live({ plan, file, state, broker, page, seconds, field, leak }: Life): Promise<Output> {
  await using ends = new AsyncDisposableStack()
  const heard = ends.use(await openEar(broker))
  const clock = fakeClock()
  const log: string[] = []
  const events: string[] = []
  const journal = openJournal({ clock, write: (line) => log.push(line.trimEnd()) })
  const simulators = new Map([...plan.devices].map(([name, { instance }]) => [name, simulate(instance)]))
  const measure = (second: number) => {
    for (const point of plan.points.keys()) {
      const said = field(point, second)
      if (said === 'as-it-was') continue
      const [device = '', name = ''] = point.split('.')
      simulators.get(device)?.set(name, said.value)
      if (leak) journal.log.info({ value: String(said.value) }, 'read')
    }
  }
  measure(0)
  const gateway = await startGateway({
    siteFile: file,
    profiles: [],
    paths: statePaths(state),
    clock,
    random: () => 0.5,
    tell: (event) => events.push(JSON.stringify(event)),
    journal,
    demo: false,
    orLastGood: false,
    version: '0.0.0',
    open: (name, settings) => lineOf(name, settings, plan, simulators),
  })
  let output: Output
  try {
    await eventually(() => {
      if (!events.some((event) => event.includes('"event":"connected"'))) throw new Error('not connected')
    })
    const { socket } = statePaths(state)
    // What is made before the first look into the outbox leaves as history: that look comes once it has been greeted.
    await eventually(() => {
      if (![...heard.messages.keys()].some((topic) => topic.endsWith('/meta'))) throw new Error('not greeted')
    })
    await calm(socket)
    for (let second = 1; second <= seconds; second++) {
      measure(second)
      await clock.advance(1_000)
      await calm(socket)
    }
    output = await heldAgainst(socket, page)
  } finally {
    await ended(Promise.resolve(gateway[Symbol.asyncDispose]()), clock)
  }
  return {
    ...output,
    log: told(log),
    // A link that lets in is made of chance, and told to whoever started the gateway alone.
    events: told(events.filter((event) => !event.includes('"event":"welcome"'))),
    ...Object.fromEntries(heard.messages),
  }
}

/** Until nothing moves while time stands still. */
async function calm(socket: string): Promise<void> {
  let seen = ''
  for (let still = 0; still < 4;) {
    const { uplink, releases, held } = statusSchema.parse(await ask(socket, '/api/status'))
    const now = JSON.stringify([uplink.published, Object.values(releases).map(({ last }) => last), held])
    still = now === seen ? still + 1 : 0
    seen = now
    await systemClock.sleep(3)
  }
}

/** A farewell may wait for a clock that only we move. */
async function ended(end: Promise<void>, clock: FakeClock): Promise<void> {
  let over = false
  const watched = end.finally(() => (over = true))
  const isOver = () => over
  for (let turn = 0; !isOver() && turn < 2_000; turn++) {
    await systemClock.sleep(5)
    if (turn > 100) await clock.advance(100)
  }
  await watched
}

/** Hears all that a broker is told, by topic. */
async function openEar(port: number): Promise<AsyncDisposable & { readonly messages: ReadonlyMap<string, string[]> }> {
  const messages = new Map<string, string[]>()
  const broker = await Aedes.createBroker()
  broker.on('publish', ({ topic, payload, qos, retain }, client) => {
    if (client === null) return
    const lines = messages.get(`mqtt ${topic}`) ?? []
    lines.push(`qos ${qos}${retain ? ' retained' : ''} ${payload.toString()}`)
    messages.set(`mqtt ${topic}`, lines)
  })
  const listening = await listen(port, (socket) => void broker.handle(socket))
  return {
    messages,
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      await listening[Symbol.asyncDispose]()
    },
  }
}

const tables: Readonly<Record<ReadFunction, Table>> = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' }

/** A line without a wire, on which the simulators of its devices answer at once. */
function lineOf(name: string, settings: LineSettings, plan: Plan, simulators: ReadonlyMap<string, Simulator>): Line {
  const at = new Map(
    [...plan.devices].flatMap(([device, { line, unit }]) => (line === name ? [[unit, simulators.get(device)]] : [])),
  )
  const line = fakeLine({
    read: ({ unit, function: fn, address, count }, into) => {
      const device = at.get(unit)
      if (device === undefined) return Promise.resolve({ state: 'no-answer' })
      for (let index = 0; index < count; index++) {
        const register = device.register(tables[fn], address + index)
        if (register === undefined) return Promise.resolve({ state: 'exception', exception: 2 })
        into[index] = register
      }
      return Promise.resolve({ state: 'answered' })
    },
    write: ({ unit, function: fn, address, values }) => {
      const table = fn === 5 || fn === 15 ? 'coil' : 'holding'
      values.forEach((value, index) => at.get(unit)?.write(table, address + index, value))
      return Promise.resolve({ state: 'answered' })
    },
  })
  return { ...line, name, url: lineUrl(settings) }
}
