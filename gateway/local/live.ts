/**
 * What changes, as it changes, to all who watch: server-sent events. Gathered, so that a street of points costs one message
 * each half second; the same text for everybody.
 */
import type { FastifyReply } from 'fastify'
import type { ServerResponse } from 'node:http'
import type { Clock } from '../../drivers/clock.ts'
import type { DoorLog } from './access.ts'
import type { KnownPoint } from './answers.ts'
import { Refused } from './refused.ts'
import type { Told } from './told.ts'

const gatherMs = 500
const statusMs = 2_000
const heartbeatMs = 15_000
const mostWatchers = 16
/** A watcher that does not read (a phone asleep) misses what comes, until it has caught up. */
export const mostUnreadBytes = 1_000_000

interface LiveParts {
  readonly told: Told
  readonly clock: Clock
  readonly log: DoorLog
}

export class Live implements Disposable {
  readonly #parts: LiveParts
  /** each with whether it may still watch */
  readonly #watchers = new Map<ServerResponse, () => boolean>()
  readonly #changed = new Map<string, KnownPoint>()
  #running: AbortController | undefined
  #isAsking = false

  constructor(parts: LiveParts) {
    this.#parts = parts
  }

  get watchers(): number {
    return this.#watchers.size
  }

  /** The answer becomes a stream, until whoever asked hangs up or is not to watch any more. */
  async join(reply: FastifyReply, isStillThere: () => boolean): Promise<void> {
    if (this.#watchers.size >= mostWatchers) throw new Refused('FAILED', {}, 503)
    const { told } = this.#parts
    const status = await told.status()
    if (reply.raw.destroyed) return
    const points = told.points()
    const { raw } = reply.hijack()
    raw.on('close', () => this.#leave(raw)).on('error', () => this.#leave(raw))
    raw.writeHead(200, {
      ...onlyDefined(reply.getHeaders()),
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
    })
    raw.write(event('hello', { started: status.started, pid: status.pid }))
    this.#watchers.set(raw, isStillThere)
    this.#begin()
    raw.write(event('points', points))
    raw.write(event('status', status))
  }

  [Symbol.dispose](): void {
    this.#running?.abort()
    for (const raw of this.#watchers.keys()) raw.end()
    this.#watchers.clear()
  }

  #begin(): void {
    if (this.#running !== undefined) return
    const stop = new AbortController()
    this.#running = stop
    this.#changed.clear()
    this.#parts.told.watch((points) => {
      for (const point of points) this.#changed.set(point.point, point)
    }, stop.signal)
    void this.#run(stop.signal)
  }

  #leave(raw: ServerResponse): void {
    this.#watchers.delete(raw)
    if (this.#watchers.size > 0) return
    this.#running?.abort()
    this.#running = undefined
  }

  /** Never rejects. */
  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    let statusAtMs = clock.monotonicMs() + statusMs
    let heartbeatAtMs = clock.monotonicMs() + heartbeatMs
    for (;;) {
      await clock.sleep(gatherMs, signal).catch(() => undefined) // cut short only at the end
      if (signal.aborted) return
      this.#seeOut()
      if (this.#changed.size > 0) {
        const text = event('points', [...this.#changed.values()])
        this.#changed.clear()
        this.#send(text)
      }
      const nowMs = clock.monotonicMs()
      if (nowMs >= statusAtMs) {
        statusAtMs = nowMs + statusMs
        void this.#sendStatus()
      }
      if (nowMs >= heartbeatAtMs) {
        heartbeatAtMs = nowMs + heartbeatMs
        this.#send(': here\n\n')
      }
    }
  }

  #seeOut(): void {
    for (const [raw, isStillThere] of this.#watchers) {
      if (isStillThere()) continue
      raw.end()
      this.#leave(raw)
    }
  }

  /** A status that takes its time (a slow disk) holds up no readings. Never rejects. */
  async #sendStatus(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      this.#send(event('status', await this.#parts.told.status()))
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'no status for those who watch')
    } finally {
      this.#isAsking = false
    }
  }

  #send(text: string): void {
    for (const raw of this.#watchers.keys()) if (raw.writableLength <= mostUnreadBytes) raw.write(text)
  }
}

/** JSON has no line breaks of its own, so that one `data` line holds it. */
function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

function onlyDefined(headers: ReturnType<FastifyReply['getHeaders']>): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  )
}
