/** What a running gateway shows to whoever has no account, to a scraper on its machine, and in a support bundle: as lines of text. */
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { fetchBytes } from '../local/client.ts'

/** Every output by its name. */
export type Output = Readonly<Record<string, readonly string[]>>

/** What is asked without an account: pages, and doors that do not open. */
const asked = [
  ...['/', '/healthz', '/metrics', '/api/session', '/api/status', '/api/points', '/api/data', '/api/ledger'],
  ...[
    '/api/sample',
    '/api/cost',
    '/api/export',
    '/data',
    '/data.json',
    '/data/register',
    '/data/catalogue',
    '/nothing',
  ],
] as const

/** `page`: the console's port. */
export async function heldAgainst(socket: string, page: number): Promise<Output> {
  const output: Record<string, readonly string[]> = {
    'metrics (socket)': linesOf((await fetchBytes(socket, '/metrics')).toString()),
  }
  const bundle = await fetchBytes(socket, '/api/support')
  for (const [name, text] of await unpacked(bundle)) output[`support/${name}`] = linesOf(text)
  for (const path of asked) output[`console ${path}`] = await shown(page, path)
  return Object.fromEntries(
    Object.entries(output).map(([name, lines]) => [
      name,
      inOrder(
        name,
        lines.flatMap((line) => withoutMachine(name, line)),
      ),
    ]),
  )
}

/**
 * What differs between any two runs, since it tells of the machine and of the moment in which somebody looked: see the table
 * in disclosure/PROOF.md. Nothing else is left out.
 */
const machine: readonly (readonly [output: RegExp, line: RegExp])[] = [
  [/metrics/, /^(process|nodejs)_/],
  [/metrics/, /^fanal_store_bytes\{what="(outbox|log|other)"\}/],
  [/^support\/metrics/, /^fanal_store_bytes\{what="(outbox|log|other)"\}/],
  [/^support\/machine\.json/, /^/],
  [/^support\/files\.json/, /"(bytes|changed)"/],
  [/^support\/MANIFEST\.json/, /^/],
  [/^console/, /^(date|etag|set-cookie):/],
  [/^console .metrics/, /^content-length:/],
]

/**
 * Of log and events: what is told within one millisecond has no order that means anything, and how many records were on their
 * way in the very moment of a summary, and when outbox and broker had answered, is the disk's and the network's.
 */
export function told(lines: readonly string[]): readonly string[] {
  return lines
    .map((line) =>
      line
        .replace(/(?:"time":\d+,)?("event":"summary",.*"waiting":)\d+/, '$1…')
        .replace(/"time":\d+,(?="event":"(?:connected|left|accepted|receipt)")/, ''),
    )
    .toSorted()
}

function inOrder(name: string, lines: readonly string[]): readonly string[] {
  return name === 'support/log.ndjson' ? told(lines) : lines
}

function withoutMachine(name: string, line: string): string[] {
  return machine.some(([output, form]) => output.test(name) && form.test(line.trim())) ? [] : [line]
}

async function shown(port: number, path: string): Promise<string[]> {
  const asking = request({ host: '127.0.0.1', port, path })
  asking.end()
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`)
  return [`HTTP ${answer.statusCode ?? 0}`, ...headers, ...linesOf(Buffer.concat(chunks).toString())]
}

async function unpacked(archive: Buffer): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  const unpacking = extract()
  unpacking.end(gunzipSync(archive))
  for await (const entry of unpacking) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    const [, name = entry.header.name] = entry.header.name.split('/')
    texts.set(name, Buffer.concat(chunks).toString())
  }
  return texts
}

function linesOf(text: string): string[] {
  return text.split('\n')
}

export interface Difference {
  readonly output: string
  readonly one: readonly string[]
  readonly other: readonly string[]
  readonly bytes: number
}

/** The lines that only one of them has, and how many bytes they are; empty: the same, byte for byte and in order. */
export function differences(one: Output, other: Output): Difference[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort().flatMap((output) => {
    const [a, b] = [one[output] ?? [], other[output] ?? []]
    if (a.join('\n') === b.join('\n')) return []
    const [onlyA, onlyB] = [a.filter((line) => !b.includes(line)), b.filter((line) => !a.includes(line))]
    const bytes = Buffer.byteLength([...onlyA, ...onlyB].join('\n'))
    return [{ output, one: onlyA, other: onlyB, bytes: Math.max(1, bytes) }]
  })
}

/** How many bytes of plaintext were compared. */
export function sizeOf(output: Output): number {
  return Object.values(output).reduce((sum, lines) => sum + Buffer.byteLength(lines.join('\n')), 0)
}
