/** The demo street for `fanal up`: its process, and the site file that fits the ports it found free. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { startChild } from './child.ts'

const streetEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('street'),
    broker: z.string(),
    lines: z.record(z.string(), z.object({ port: z.number() })),
  }),
  z.object({ event: z.literal('failed'), message: z.string() }),
])

const ordinarySite = join(import.meta.dirname, '../gateway/demo/site.yaml')

/** A street with its site file, or why there is none. */
export type Demo = AsyncDisposable & ({ readonly siteFile: string } | { readonly failed: string })

/** Starts the street; `folder`, which exists, is where the gateway of it keeps its state. */
export async function openDemo(folder: string): Promise<Demo> {
  const street = startChild('gateway/demo/street.ts', ['--city', join(folder, 'city.db')], 'inherit')
  const dispose = { [Symbol.asyncDispose]: () => street[Symbol.asyncDispose]() }
  for await (const line of street.events) {
    const event = streetEvent.parse(line)
    if (event.event === 'failed') return { failed: event.message, ...dispose }
    return { siteFile: siteFileFor(event, folder), ...dispose }
  }
  return { failed: `exit ${await street.ended}`, ...dispose }
}

/** The ordinary site file where its ports were free, else a copy that differs in nothing but ports. */
function siteFileFor(street: { broker: string; lines: Record<string, { port: number }> }, folder: string): string {
  const site = parseDocument(readFileSync(ordinarySite, 'utf8'))
  const wanted: [path: string[], value: unknown][] = [
    [['uplink', 'broker'], street.broker],
    ...Object.entries(street.lines).map(([line, { port }]): [string[], number] => [['lines', line, 'port'], port]),
  ]
  const changes = wanted.filter(([path, value]) => site.getIn(path) !== value)
  if (changes.length === 0) return ordinarySite
  for (const [path, value] of changes) site.setIn(path, value)
  const copy = join(folder, 'site.yaml')
  writeFileSync(copy, site.toString())
  return copy
}
