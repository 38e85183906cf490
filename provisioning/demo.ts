/** The demo for `fanal up`: the street's process, the site file that fits its ports, and the city that receives. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { installed } from '../drivers/installed.ts'
import { systemClock, systemRandom } from '../gateway/clock.ts'
import { instantOf } from './at.ts'
import { startChild } from './child.ts'
import { receive } from './receive/receive.ts'

const streetEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('street'),
    broker: z.string(),
    lines: z.record(z.string(), z.object({ port: z.number() })),
  }),
  z.object({ event: z.literal('failed'), message: z.string() }),
])

/** `text` on the clock of the street; undefined: it is no time. */
export function streetTime(text: string): { readonly at: Temporal.Instant; readonly timeZone: string } | undefined {
  const timeZone = z
    .string()
    .parse(parseDocument(readFileSync(installed.demoSite, 'utf8')).getIn(['place', 'time_zone']))
  const at = instantOf(text, timeZone)
  return at && { at, timeZone }
}

/** A street with its site file, or why there is none. */
export type Demo = AsyncDisposable & ({ readonly siteFile: string } | { readonly failed: string })

/**
 * Starts the street, and the city's end of it: the reference recipient, which gives receipts. `folder`, which exists, is
 * where the gateway keeps its state, and the city its records. The street's clock is so far ahead of the machine's; the
 * city needs no wall clock.
 */
export async function openDemo(folder: string, clockOffsetMs: number): Promise<Demo> {
  await using opening = new AsyncDisposableStack()
  const street = opening.use(startChild('street', [`--clock-offset-ms=${clockOffsetMs}`], 'inherit'))
  const told = await street.events.next()
  if (told.done === true)
    return { failed: `exit ${await street.ended}`, [Symbol.asyncDispose]: () => Promise.resolve() }
  const event = streetEvent.parse(told.value)
  if (event.event === 'street') opening.use(openCity(event.broker, join(folder, 'city.db')))
  const opened = opening.move()
  return {
    ...(event.event === 'street' ? { siteFile: siteFileFor(event, folder) } : { failed: event.message }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Receives until disposed of. If its file fails, the demo goes on without receipts, and standard error says why. */
function openCity(broker: string, shelf: string): AsyncDisposable {
  const stop = new AbortController()
  const receiving = receive({
    broker,
    shelf,
    clock: systemClock,
    random: systemRandom,
    signal: stop.signal,
    on: () => undefined,
  }).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
  })
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await receiving
    },
  }
}

/** The ordinary site file where its ports were free, else a copy that differs in nothing but ports. */
function siteFileFor(street: { broker: string; lines: Record<string, { port: number }> }, folder: string): string {
  const site = parseDocument(readFileSync(installed.demoSite, 'utf8'))
  const wanted: [path: string[], value: unknown][] = [
    [['uplink', 'broker'], street.broker],
    ...Object.entries(street.lines).map(([line, { port }]): [string[], number] => [['lines', line, 'port'], port]),
  ]
  const changes = wanted.filter(([path, value]) => site.getIn(path) !== value)
  if (changes.length === 0) return installed.demoSite
  for (const [path, value] of changes) site.setIn(path, value)
  const copy = join(folder, 'site.yaml')
  writeFileSync(copy, site.toString(), { mode: 0o600 })
  return copy
}
