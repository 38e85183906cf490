/** Adapters that vanish while they are in use: pseudo-terminals whose other end goes away. */
import { readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock, systemRandom } from '../../gateway/clock.ts'
import { respond } from '../../gateway/faults/respondent.ts'
import type { Program } from '../../gateway/testing/programs.ts'
import { Folder, pseudoTerminal } from '../../gateway/testing/surroundings.ts'
import type { Line, Outcome } from '../line.ts'
import { never, reading } from '../testing/bench.ts'
import { answer, rtuFrame, type Script } from '../testing/scripted-wire.ts'
import { openLine } from './open.ts'

const serial = { baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 } as const
const timeoutMs = 3_000

let ends: AsyncDisposableStack
let device: string
let script: Script
let units: number
let line: Line
beforeEach(async () => {
  ends = new AsyncDisposableStack()
  device = ends.use(new Folder()).file('adapter')
  script = (asked) => [{ afterMs: 5, bytes: answer(rtuFrame, asked) }]
  units = ends.use(await respond('rtu', (asked) => script(asked))).port
  const settings = { protocol: 'modbus-rtu', device, serial } as const
  line = ends.use(openLine('test', settings, { clock: systemClock, random: systemRandom }))
})
afterEach(() => ends.disposeAsync())

const plugIn = async (): Promise<Program> => ends.use(await pseudoTerminal(device, `tcp:127.0.0.1:${units},nodelay`))
const ask = (): Promise<Outcome> => line.read(reading(1, 0, 10, { timeoutMs }), new Uint16Array(10), never)

/** How many descriptors of ours lead to a terminal. */
function openTo(terminal: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(terminal)
    } catch {
      return false
    }
  }).length
}

/** Asks until it is answered; says how often it was asked. */
async function askedUntilAnswered(): Promise<number> {
  for (let times = 1; times <= 200; times++) {
    if ((await ask()).state === 'answered') return times
    await systemClock.sleep(50)
  }
  return expect.fail('it is never answered')
}

test('pulled while a request is on its way: settled long before its timeout, closed, and open again when it is back', async () => {
  const adapter = await plugIn()
  expect(await ask()).toEqual({ state: 'answered' })
  const terminal = realpathSync(device)
  expect([statSync(terminal).isCharacterDevice(), openTo(terminal)]).toEqual([true, 1])
  expect(line.adapter).toEqual({ path: device, set: 'none', knownBy: 'name' })

  script = () => []
  const asked = ask()
  await systemClock.sleep(50)
  const pulledMs = systemClock.monotonicMs()
  await adapter.end()
  expect(await asked).toMatchObject({ state: 'line-down', sent: true, error: { code: 'LINE_LOST' } })
  const tookMs = systemClock.monotonicMs() - pulledMs
  console.log(`settled ${tookMs.toFixed(0)} ms after the adapter was pulled, of ${timeoutMs} ms`)
  expect(tookMs).toBeLessThan(timeoutMs / 3)
  expect([line.trouble?.code, line.adapter]).toEqual(['LINE_LOST', undefined])

  expect(await ask()).toMatchObject({ state: 'line-down', sent: false, error: { code: 'LINE_DEVICE_MISSING' } })
  expect(openTo(terminal)).toBe(0)
  script = (one) => [{ afterMs: 5, bytes: answer(rtuFrame, one) }]
  await plugIn()
  await askedUntilAnswered()
  expect(line.trouble).toBeUndefined()
})

test('pulled while nothing is asked: the next request finds out, and sends nothing', async () => {
  const adapter = await plugIn()
  expect(await ask()).toEqual({ state: 'answered' })
  await adapter.end()
  expect(await ask()).toMatchObject({ state: 'line-down', sent: false, error: { code: 'LINE_LOST' } })
  expect(line.counters.requests).toBe(1)
})

test('away for good: asked all the time it costs next to no processor', async () => {
  const adapter = await plugIn()
  expect(await ask()).toEqual({ state: 'answered' })
  await adapter.end()
  const before = process.cpuUsage()
  const states = new Set<string>()
  for (let times = 0; times < 100; times++) {
    states.add((await ask()).state)
    await systemClock.sleep(10)
  }
  const { user, system } = process.cpuUsage(before)
  console.log(`100 requests of a device that is away: ${((user + system) / 1_000).toFixed(0)} ms of processor`)
  expect([...states]).toEqual(['line-down'])
  expect(user + system).toBeLessThan(400_000)
})
