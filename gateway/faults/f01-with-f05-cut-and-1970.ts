import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { LoopDisk } from '../outbox/testing/loop-disk.ts'
import { dice } from '../testing/cut-disk.ts'
import { openRelay } from '../testing/relay.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { Cabinet, north, output, release, watchOutput } from './testing/cabinet.ts'
import { machineClock } from './testing/machine-clock.ts'
import { recordsIn } from './testing/records-in.ts'
import { without, type Removal } from './testing/without.ts'

const slowestStartMs = 10_000

/** The power is cut in a whole gateway that writes records; it wakes in 1970, then in its own time, and so on. */
async function cut({ folder, seed, short }: FaultContext, removed?: Removal): Promise<Found> {
  const roll = dice(seed)
  using disk = new LoopDisk(folder, 32)
  const state = join(disk.mount, 'state')
  await using relay = await openRelay()
  const cabinet = new Cabinet({ folder, state, relay, clockTrusted: false })
  const broken: string[] = []
  let dark: ReturnType<typeof watchOutput> | undefined
  let promised = 0
  /** of each number that was said to be accepted: the run in which it was, at the latest */
  const madeBy = new Map<number, number>()
  let slowestMs = 0
  const lives = short ? 4 : 60
  for (let life = 0; life < lives; life++) {
    const clock = machineClock(folder, life % 2 === 0 ? '2026-12-22T00:00:00Z' : '1970-01-01T11:00:00Z', false)
    const env = { ...clock.env, ...(removed === undefined ? {} : without(removed)) }
    await using gateway = await cabinet.start({ at: 'machine', env }).catch((error: unknown) => {
      broken.push(`life ${life} does not start by itself: ${String(error)}`)
      return undefined
    })
    if (gateway === undefined) break
    slowestMs = Math.max(slowestMs, gateway.startMs)
    if (gateway.told('recovered').length > 0) broken.push(`before life ${life} the outbox was set aside`)
    if (life === 0) await output(relay, north, true)
    dark ??= watchOutput(relay, north, true)
    const cutting = disk.cutAfter(1_000 + roll(0, 2_500))
    // Only what was said to be accepted before the cut counts.
    const hasPower = () => disk.hasPower
    while (hasPower()) {
      const { outbox, releases } = await gateway.status()
      const accepted = releases[release]?.last ?? 0
      if (hasPower()) for (; promised < accepted; promised++) madeBy.set(promised + 1, outbox?.boot ?? 0)
      await systemClock.sleep(10)
    }
    await cutting
    await gateway.end('SIGKILL')
    disk.remount()
  }
  dark?.stop()
  if (slowestMs > slowestStartMs) broken.push(`a start took ${slowestMs} ms`)
  const found = await recordsIn(join(state, 'outbox.db'))
  const seqs = found.map(({ seq }) => seq)
  const boots = new Map(found.map(({ seq, boot }) => [seq, boot]))
  // One that a later run has made in its place is not the one that was accepted.
  const lost = [...madeBy].flatMap(([seq, boot]) => ((boots.get(seq) ?? Infinity) > boot ? [seq] : []))
  if (lost.length > 0) broken.push(`accepted, and not there: ${lost.slice(0, 5).join(', ')} of ${promised}`)
  if (new Set(seqs).size < seqs.length) broken.push('a number is there twice')
  const figures = { looked: lives, accepted: promised, 'slowest start ms': Math.round(slowestMs) }
  const wrong = { 'acknowledged and lost': lost.length, 'unsafe output ms': dark?.wrongMs ?? 0 }
  return { broken, figures: { ...figures, ...wrong } }
}

export const fault: Fault = {
  id: 'F01+F05',
  title: 'power cuts in queue writes, and the clock wakes in 1970',
  passes:
    'every accepted record is there under its own number, whatever the clock said; a start takes < 10 s by itself; lit stays lit',
  run: (context) => cut(context),
  control: {
    without: 'syncing each commit (synchronous=OFF)',
    run: (context) =>
      cut(context, {
        file: 'gateway/outbox/books.ts',
        line: 'PRAGMA synchronous = ${synchronous};',
        instead: 'PRAGMA synchronous = OFF;',
      }),
  },
}
