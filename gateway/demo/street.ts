/**
 * The demo's street, a process of its own: lanterns behind a DALI gateway, two meters under an evening's load, and a broker
 * to send to. Prints one JSON line when it is open, or why it is not, and ends when its standard input closes: it never
 * outlives who started it.
 *
 *     node gateway/demo/street.ts [--broker PORT] [--feeder PORT] [--yard PORT] [--lamps PORT] [--clock-offset-ms=MS]
 *
 * A port that is taken gives way to the next; 0 is any free one. The street's clock is so far ahead of the machine's.
 */
import { parseArgs } from 'node:util'
import type { Clock } from '../../drivers/clock.ts'
import { instantiate, type Instance } from '../../drivers/instance.ts'
import { loadRegistry } from '../../drivers/registry.ts'
import { shifted, systemClock } from '../clock.ts'
import { openBroker } from './broker.ts'
import { daliGateway } from './dali.ts'
import { startingAt } from './energy.ts'
import { feeder, yard } from './evening.ts'
import { lanternCount, lanternGroups, lanternLoad } from './lanterns.ts'
import { serveRtuOverTcp, serveTcp } from './meter.ts'
import { loopback, nextFree } from './ports.ts'
import { loadedMeter, type LoadedMeter } from './readout.ts'

export interface StreetOptions {
  readonly clock: Clock
  /** one seed, one street */
  readonly seed: number
  readonly ports: { readonly broker: number; readonly feeder: number; readonly yard: number; readonly lamps: number }
}

/** The line that says that the street is open. */
export interface StreetOpened {
  readonly event: 'street'
  readonly broker: string
  readonly lines: Readonly<Record<'feeder' | 'yard' | 'lamps', { readonly port: number }>>
}

export interface Street extends AsyncDisposable {
  readonly opened: StreetOpened
}

/** The units of `site.yaml`. */
const feederUnit = 1
const yardUnit = 2
const lampsUnit = 1

/** Opens everything or nothing; rejects when no port is free. */
export async function openStreet({ clock, seed, ports }: StreetOptions): Promise<Street> {
  const now = clock.now()
  const lamps = daliGateway({ gears: lanternCount, groups: lanternGroups }, clock)
  const lit = feeder(seed, () => lanternLoad(lamps.levels()))
  const feederMeter = loadedMeter(device('eastron-sdm630'), lit, startingAt(48_213, 9_702), now)
  const yardMeter = loadedMeter(device('abb-b23'), yard(seed), startingAt(3_170, 1_024), now)

  await using opening = new AsyncDisposableStack()
  const feederLine = opening.use(await nextFree(ports.feeder, (port) => serveTcp(feederMeter.meter, feederUnit, port)))
  const yardLine = opening.use(await nextFree(ports.yard, (port) => serveRtuOverTcp(yardMeter.meter, yardUnit, port)))
  const lampsLine = opening.use(await nextFree(ports.lamps, (port) => serveTcp(lamps, lampsUnit, port)))
  const broker = opening.use(await nextFree(ports.broker, openBroker))

  const stop = new AbortController()
  const measuring = measureEverySecond([feederMeter, yardMeter], clock, stop.signal)
  opening.defer(async () => {
    stop.abort()
    await measuring
  })

  const opened = opening.move()
  return {
    opened: {
      event: 'street',
      broker: `mqtt://${loopback}:${broker.port}`,
      lines: {
        feeder: { port: feederLine.port },
        yard: { port: yardLine.port },
        lamps: { port: lampsLine.port },
      },
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function device(id: string): Instance {
  const profile = loadRegistry([]).profile(id)
  if (profile === undefined) throw new Error(`The catalogue has no profile ${id}, which the demo's street needs.`)
  return instantiate(profile)
}

async function measureEverySecond(meters: readonly LoadedMeter[], clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(1_000, signal)
    } catch {
      return // sleep rejects only when the signal says so
    }
    const now = clock.now()
    for (const meter of meters) meter.measure(now)
  }
}

/** Runs the street until standard input closes, or SIGTERM. */
async function main(): Promise<void> {
  const tell = (line: StreetOpened | { event: 'failed'; message: string }) =>
    process.stdout.write(`${JSON.stringify(line)}\n`)
  process.stdout.on('error', () => undefined) // whoever started us is gone: standard input says so too
  const asked = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve).resume()
    process.once('SIGTERM', resolve)
    // Ctrl+C reaches every process of the terminal, but the gateway still says goodbye to the broker before it lets go.
    if (!process.stdin.isTTY) process.on('SIGINT', () => undefined)
  })
  try {
    const { values } = parseArgs({
      options: {
        broker: { type: 'string', default: '1883' },
        feeder: { type: 'string', default: '1502' },
        yard: { type: 'string', default: '1503' },
        lamps: { type: 'string', default: '1504' },
        'clock-offset-ms': { type: 'string', default: '0' },
      },
    })
    const ports = {
      broker: port(values.broker),
      feeder: port(values.feeder),
      yard: port(values.yard),
      lamps: port(values.lamps),
    }
    await using street = await openStreet({
      clock: shifted(systemClock, offsetMs(values['clock-offset-ms'])),
      seed: 1837,
      ports,
    })
    tell(street.opened)
    await asked
  } catch (error) {
    tell({ event: 'failed', message: error instanceof Error ? error.message : String(error) })
    process.exitCode = 1
  }
  process.stdin.destroy()
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new Error(`${text} is no port: say a number from 0 to 65535.`)
  return Number(text)
}

function offsetMs(text: string): number {
  if (!/^-?\d{1,14}$/.test(text)) throw new Error(`${text} is no offset: say a whole number of milliseconds.`)
  return Number(text)
}

if (import.meta.main) await main()
