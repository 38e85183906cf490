import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { systemClock } from '../clock.ts'
import { openRelay } from '../testing/relay.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { Cabinet, north, output, watchOutput } from './testing/cabinet.ts'
import { recordsIn } from './testing/records-in.ts'

const slowestRestartMs = 5_000
const heapMb = 128
const leaking = pathToFileURL(join(import.meta.dirname, 'testing/leak.ts')).href

/** A gateway that leaks dies of it; whoever watches it starts it again. */
async function leak({ folder, short }: FaultContext, delivery: string): Promise<Found> {
  const state = join(folder, 'state')
  await using relay = await openRelay()
  const cabinet = new Cabinet({ folder, state, relay, delivery })
  const env = { NODE_OPTIONS: `--max-old-space-size=${heapMb} --import=${leaking}` }
  const broken: string[] = []
  let dark: ReturnType<typeof watchOutput> | undefined
  let promised = 0
  let slowestMs = 0
  const deaths = short ? 2 : 10
  for (let life = 0; life <= deaths; life++) {
    const beganMs = systemClock.monotonicMs()
    await using gateway = await cabinet.start({ at: `2026-12-22T01:0${life % 10}:00`, env })
    if (life > 0) slowestMs = Math.max(slowestMs, systemClock.monotonicMs() - beganMs)
    if (life === 0) await output(relay, north, true)
    dark ??= watchOutput(relay, north, true)
    const before = await gateway.accepted()
    if (before < promised) broken.push(`life ${life} knows of ${before} of ${promised} records`)
    await gateway.reaches(before + 2)
    if (life === deaths) break
    process.kill(gateway.pid, 'SIGUSR2')
    const { ended } = gateway.program
    const over = ended.then(() => 'over' as const)
    // In its last moments it may answer no more.
    const accepted = () => gateway.accepted().catch(() => 0)
    for (let said = await accepted(); ; said = await accepted()) {
      promised = Math.max(promised, said)
      if ((await Promise.race([over, systemClock.sleep(20)])) === 'over') break
    }
    if ((await ended) !== 'SIGABRT') throw new Error(`it did not die of its memory: ${String(await ended)}`)
  }
  dark?.stop()
  if (slowestMs > slowestRestartMs) broken.push(`a restart took ${Math.round(slowestMs)} ms`)
  const seqs = new Set((await recordsIn(join(state, 'outbox.db'))).map(({ seq }) => seq))
  const lost = Array.from({ length: promised }, (_, n) => n + 1).filter((seq) => !seqs.has(seq))
  if (lost.length > 0) broken.push(`accepted, and not there: ${lost.slice(0, 5).join(', ')} of ${promised}`)
  const figures = { looked: deaths, accepted: promised, 'slowest restart ms': Math.round(slowestMs) }
  const wrong = { 'acknowledged and lost': lost.length, 'unsafe output ms': dark?.wrongMs ?? 0 }
  return { broken, figures: { ...figures, ...wrong } }
}

export const fault: Fault = {
  id: 'F41',
  title: 'out of memory (a leak)',
  passes:
    'the gateway dies of its heap’s limit, runs again within 5 s of its next start, and nothing accepted is lost; lit stays lit. (That others are killed before it is the unit’s to say, and not tried here.)',
  run: (context) => leak(context, 'durable'),
  control: { without: 'durable delivery', run: (context) => leak(context, '{ best-effort: 60s }') },
}
