/** F22: a USB adapter is pulled, and comes back under another number, while a stranger takes its old one. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { openLine } from '../../drivers/modbus/open.ts'
import { hasValue, type Reading } from '../../drivers/reading.ts'
import { systemFiles, type DeviceFiles } from '../../drivers/serial/device-files.ts'
import { answer, rtuFrame, type Frame, type Script } from '../../drivers/testing/scripted-wire.ts'
import { Poller } from '../acquisition/poller.ts'
import { systemClock, systemRandom } from '../clock.ts'
import { Program } from '../testing/programs.ts'
import { jobsOn, judged, registers, serial } from './bus.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { respond } from './respondent.ts'

const periodMs = 200
const patienceMs = 1_000
const foundWithinMs = 5_000
/** The other line may be late by what a busy machine costs, and by no wait for the adapter. */
const mostBetweenMs = 1_500

const right: Script = (asked) => [{ afterMs: 5, bytes: answer(rtuFrame, asked) }]

/** Answers at the same unit with other values: what must never be read under the pulled one's name. */
const strange: Script = (asked) => {
  const asAsked: Frame = (_, ...pdu) => rtuFrame(asked, ...pdu)
  return [{ afterMs: 5, bytes: answer(asAsked, { ...asked, unit: asked.unit + 100 }) }]
}

const between = 'longest between reads of the other line'
const byIdFolder = 'serial/by-id'
const numbered = (folder: string, number: number) => join(folder, `ttyUSB${number}`)

/** An adapter with a cable to some units, and what udev would make of it: a number, and a name by its id. */
class Adapter {
  readonly byId: string
  readonly #folder: string
  readonly #units: number
  #program: Program | undefined

  constructor(folder: string, id: string, units: number) {
    this.#folder = folder
    this.#units = units
    this.byId = join(folder, byIdFolder, `usb-${id}`)
  }

  async plug(number: number): Promise<void> {
    const device = numbered(this.#folder, number)
    const socat = new Program('socat', [
      '-d',
      '-d',
      `pty,raw,echo=0,link=${device}`,
      `tcp:127.0.0.1:${this.#units},nodelay`,
    ])
    this.#program = socat
    await socat.said(/starting data transfer loop/, 'err')
    symlinkSync(device, this.byId)
  }

  async pull(): Promise<void> {
    rmSync(this.byId, { force: true })
    await this.#program?.end()
  }
}

/** A line as the gateway polls it, and what its readings say. */
function polled(name: string, device: string, files: DeviceFiles) {
  const parts = { clock: systemClock, random: systemRandom, files }
  const line = openLine(name, { protocol: 'modbus-rtu', device, serial }, parts)
  const seen = { reads: 0, good: 0, bad: 0, wrong: 0, lastGoodMs: NaN, longestMs: 0 }
  const readings = (some: readonly Reading[]) => {
    const { values, wrong } = judged(1, some)
    seen.reads++
    seen.wrong += wrong
    if (values < registers || !some.every(hasValue)) {
      seen.bad++
      return
    }
    const nowMs = systemClock.monotonicMs()
    seen.good++
    if (seen.good > 1) seen.longestMs = Math.max(seen.longestMs, nowMs - seen.lastGoodMs)
    seen.lastGoodMs = nowMs
  }
  const stop = new AbortController()
  const events = { readings, health: () => undefined, identity: () => undefined }
  const poller = new Poller(jobsOn(line, systemClock, { units: 1, periodMs, patienceMs }), {
    clock: systemClock,
    random: systemRandom,
    events,
  })
  const running = poller.run(stop.signal)
  return {
    seen,
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await running
      await line[Symbol.asyncDispose]()
    },
  }
}

/** Looks each 10 ms, for at most so long; says how long it took. */
async function until(check: () => boolean, mostMs: number): Promise<number> {
  const beganMs = systemClock.monotonicMs()
  while (!check()) {
    if (systemClock.monotonicMs() - beganMs > mostMs) return Infinity
    await systemClock.sleep(10)
  }
  return systemClock.monotonicMs() - beganMs
}

/** How the site names the adapter that will be pulled. */
type Naming = 'by id' | 'by number'

async function look(
  folder: string,
  naming: Naming,
  pullsMs: readonly number[],
  files: DeviceFiles = { ...systemFiles, dev: folder },
): Promise<Found> {
  mkdirSync(join(folder, byIdFolder), { recursive: true })
  const broken: string[] = []
  const found: number[] = []
  await using ends = new AsyncDisposableStack()
  const port = async (script: Script) => ends.use(await respond('rtu', script)).port
  const [pulled, other, stranger] = [
    new Adapter(folder, 'pulled', await port(right)),
    new Adapter(folder, 'other', await port(right)),
    new Adapter(folder, 'stranger', await port(strange)),
  ]
  for (const adapter of [pulled, other, stranger]) ends.defer(() => adapter.pull())
  let number = 0
  await pulled.plug(number++)
  await other.plug(number++)
  const moving = ends.use(polled('moving', naming === 'by id' ? pulled.byId : numbered(folder, 0), files))
  const resting = ends.use(polled('resting', other.byId, files))
  const begins = await until(() => moving.seen.good >= 3 && resting.seen.good >= 3, 10_000)
  if (begins === Infinity) throw new Error('the lines do not work even before anything is pulled')

  for (const pullMs of pullsMs) {
    const oldNumber = number === 2 ? 0 : number - 1
    await pulled.pull()
    await stranger.pull()
    await stranger.plug(oldNumber)
    await systemClock.sleep(pullMs)
    const before = moving.seen.good - moving.seen.wrong
    await pulled.plug(number++)
    const tookMs = await until(() => moving.seen.wrong === 0 && moving.seen.good > before, foundWithinMs)
    found.push(tookMs)
    if (tookMs > foundWithinMs) broken.push(`pulled for ${pullMs} ms, it is not found within ${foundWithinMs} ms`)
  }
  if (moving.seen.wrong > 0) broken.push(`${moving.seen.wrong} values of a stranger were read under its name`)
  if (resting.seen.bad > 0) broken.push(`${resting.seen.bad} reads of the other line failed`)
  const { longestMs } = resting.seen
  if (longestMs > mostBetweenMs) broken.push(`the other line waited ${longestMs.toFixed(0)} ms between two reads`)
  return {
    broken,
    figures: {
      looked: moving.seen.reads + resting.seen.reads,
      'pulled for': pullsMs.map((ms) => `${ms / 1_000} s`).join(', '),
      'found after': found.map((ms) => (ms === Infinity ? 'never' : `${(ms / 1_000).toFixed(2)} s`)).join(', '),
      [between]: `${longestMs.toFixed(0)} ms of ${resting.seen.good} reads`,
      'wrong value accepted': moving.seen.wrong,
    },
  }
}

/** Both ways to name it, one after the other. */
async function lookAtBoth({ folder, short }: FaultContext): Promise<Found> {
  const pullsMs = short ? [300, 8_000] : [300, 2_000, 8_000, 20_000, 300]
  const found: Found[] = []
  for (const naming of ['by id', 'by number'] as const)
    found.push(await look(join(folder, naming.replace(' ', '-')), naming, pullsMs))
  const [byId, byNumber] = found as [Found, Found]
  const sum = (name: string) => Number(byId.figures[name]) + Number(byNumber.figures[name])
  return {
    broken: [...byId.broken.map((each) => `by id: ${each}`), ...byNumber.broken.map((each) => `by number: ${each}`)],
    figures: {
      looked: sum('looked'),
      'pulled for': byId.figures['pulled for'] ?? '',
      'named by id, found after': byId.figures['found after'] ?? '',
      'named by number, found after': byNumber.figures['found after'] ?? '',
      [between]: `${byId.figures[between] ?? ''}; ${byNumber.figures[between] ?? ''}`,
      'wrong value accepted': sum('wrong value accepted'),
    },
  }
}

/** Knows no adapter: whatever has the path of the site is taken for it. */
const forgetful: DeviceFiles = { ...systemFiles, names: () => Promise.resolve([]) }

export const fault: Fault = {
  id: 'F22',
  title: 'a USB adapter pulled and back under another number, a stranger under its old one (pseudo-terminals)',
  passes:
    'named by id or by number, found again within 5 s of its return, no value of the stranger’s, the other line untouched',
  run: lookAtBoth,
  control: {
    without: 'the re-finding (the site names a number, and whatever has it is taken for the adapter)',
    run: ({ folder }) => look(folder, 'by number', [300], forgetful),
  },
}
