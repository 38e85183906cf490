/**
 * A week without a broker, a record each second, and then the broker again: how late is what is new while the week follows,
 * on a fast line and on one of 64 kbit/s; is each lane in order, and do timers, as polls have them, keep their time.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { systemClock } from '../../clock.ts'
import { openLink } from '../../testing/link.ts'
import { Mosquitto } from '../../uplink/testing/mosquitto.ts'
import { bar } from '../bars.ts'
import { measured, quantile, type Result } from '../result.ts'
import type { RecipientSettings, RecipientWord } from './backfill-recipient.ts'
import { openBenchOutbox, publish, records } from './publisher.ts'

const weekS = 7 * 86_400
const shortS = 3_600
const livePerS = 2
/** of the slow line only so much is watched: at its pace the week takes most of a day */
const slowS = { short: 20, whole: 180 }
const pollMs = 100

interface Line {
  readonly name: string
  readonly bitsPerS?: number
  readonly delayMs?: number
  readonly historyRate: number
  /** absent: until all of it has followed */
  readonly forS?: number
}

export async function* backfill({ short }: { short: boolean }): AsyncGenerator<Result> {
  const backlog = short ? shortS : weekS
  const lines: readonly Line[] = [
    { name: 'fast', historyRate: 1_000_000_000 },
    { name: '64 kbit/s', bitsPerS: 64_000, delayMs: 150, historyRate: 48_000, forS: short ? slowS.short : slowS.whole },
  ]
  const seen: Record<string, number | string> = { backlog }
  let worst = 0
  for (const line of lines) {
    const { p99S, ...figures } = await filled(line, backlog)
    worst = Math.max(worst, figures['out of order'] > 0 ? Infinity : p99S)
    for (const [what, figure] of Object.entries({ 'live p99 s': p99S, ...figures }))
      seen[`${line.name} ${what}`] = figure
  }
  yield measured(
    bar('data.backfill-live-p99-s'),
    worst,
    'from the outbox to the recipient, the worse of two lines',
    seen,
  )
}

async function filled({ bitsPerS, delayMs, historyRate, forS = Infinity }: Line, backlog: number) {
  const folder = mkdtempSync(join(tmpdir(), 'fanal-backfill-'))
  try {
    const outbox = await openBenchOutbox(folder)
    for (let from = 0; from < backlog; from += 2_000)
      await outbox.append(records(from, Math.min(2_000, backlog - from)))
    await using mosquitto = await Mosquitto.start({ folder, settings: ['max_queued_messages 0'] })
    await using link = await openLink({
      to: mosquitto.port,
      ...(bitsPerS === undefined ? {} : { bitsPerS }),
      ...(delayMs === undefined ? {} : { delayMs }),
    })
    const settings: RecipientSettings = {
      broker: `mqtt://127.0.0.1:${mosquitto.port}`,
      shelf: join(folder, 'shelf.db'),
    }
    const recipient = new Worker(new URL('./backfill-recipient.ts', import.meta.url), { workerData: settings })
    const exited = once(recipient, 'exit') // from now on: it may be gone before anybody waits for it
    const came = new Map<number, number>()
    const ended = Promise.withResolvers<Extract<RecipientWord, { kind: 'ended' }>>()
    const there = Promise.withResolvers<undefined>()
    recipient.on('message', (word: RecipientWord) => {
      if (word.kind === 'live') came.set(word.seq, word.atMs)
      else if (word.kind === 'ended') ended.resolve(word)
      else there.resolve(undefined)
    })
    await there.promise
    const before = await jitter(3_000)
    await using publisher = publish(outbox, { folder, broker: `mqtt://127.0.0.1:${link.port}`, historyRate })
    while (!publisher.uplink.status().connected) await systemClock.sleep(10)
    await systemClock.sleep(200) // what is made from here on is new
    const made = new Map<number, number>()
    const beganMs = systemClock.monotonicMs()
    const filling = new AbortController()
    const polls = jitterUntil(filling.signal)
    let next = backlog
    while (systemClock.monotonicMs() - beganMs < forS * 1_000) {
      made.set(next + 1, systemClock.now().epochMilliseconds)
      await outbox.append(records(next++, 1))
      const [stream] = await outbox.streams()
      if ((stream?.historical ?? 0) === 0) break
      await systemClock.sleep(1_000 / livePerS)
    }
    filling.abort()
    const during = await polls
    const tookS = (systemClock.monotonicMs() - beganMs) / 1_000
    await systemClock.sleep(3_000)
    recipient.postMessage('enough')
    const { historical, outOfOrder } = await ended.promise
    await exited
    const lateS = [...made].map(([seq, atMs]) => ((came.get(seq) ?? Infinity) - atMs) / 1_000)
    return {
      p99S: quantile(lateS, 0.99),
      'live records': lateS.length,
      'historical records': historical,
      'out of order': outOfOrder,
      'took s': Math.round(tookS),
      'poll jitter p99 ms before': Math.round(before),
      'poll jitter p99 ms during': Math.round(during),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function jitter(ms: number): Promise<number> {
  return jitterUntil(AbortSignal.timeout(ms))
}

/** How late a timer is at most, but for one in a hundred. */
async function jitterUntil(signal: AbortSignal): Promise<number> {
  const late: number[] = []
  while (!signal.aborted) {
    const dueMs = systemClock.monotonicMs() + pollMs
    await systemClock.sleep(pollMs)
    late.push(systemClock.monotonicMs() - dueMs)
  }
  return quantile(late, 0.99)
}
