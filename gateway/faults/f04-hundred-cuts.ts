import { statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { LoopDisk } from '../outbox/testing/loop-disk.ts'
import { openRelay } from '../testing/relay.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { Cabinet, north, output, watchOutput } from './testing/cabinet.ts'
import { without, type Removal } from './testing/without.ts'

/** Long enough for audit and state to be written, where nothing holds them back. */
const lifeMs = 2_800
/** Journal included; measured: some 45 kB where the flash is spared, 75 kB where it is not. */
const mostBytesALife = 120_000
/** From this life on the flash is spared. */
const sparedFrom = 4
/** A restart may find north dark only before its first light. */
const mostSwitchings = 2

async function cut({ folder, short }: FaultContext, lives: number, removed?: Removal): Promise<Found> {
  using disk = new LoopDisk(folder, 32)
  const state = join(disk.mount, 'state')
  await using relay = await openRelay()
  const cabinet = new Cabinet({ folder, state, relay, releases: false }) // records would be written for themselves

  const broken: string[] = []
  const bytes: number[] = []
  let dark: ReturnType<typeof watchOutput> | undefined
  for (let life = 0; life < lives; life++) {
    disk.settle()
    const before = disk.writtenBytes
    await using gateway = await cabinet.start({
      at: `2026-12-22T01:${String(life % 60).padStart(2, '0')}:00`,
      env: removed === undefined ? {} : without(removed),
    })
    await systemClock.sleep(lifeMs)
    if (life === 0) await output(relay, north, true)
    dark ??= watchOutput(relay, north, true)
    await disk.cutAfter(0)
    await gateway.end('SIGKILL')
    bytes.push(disk.writtenBytes - before)
    disk.remount()
    const { size: counted } = statSync(join(state, 'starts'))
    if (counted !== life + 1) broken.push(`after cut ${life + 1}, ${counted} are counted`)
  }
  dark?.stop()
  const mean = (some: readonly number[]) => Math.round(some.reduce((sum, each) => sum + each, 0) / some.length)
  const [unspared, spared] = [mean(bytes.slice(1, sparedFrom)), mean(bytes.slice(sparedFrom))]
  const switchings = relay.writes.filter((write) => write.startsWith('coil/')).length
  if (!(spared < 0.8 * unspared))
    broken.push(`a late life writes ${spared} bytes, an early one ${unspared}: a wear loop`)
  if (Math.max(...bytes.slice(1)) > mostBytesALife) broken.push(`a life wrote ${Math.max(...bytes.slice(1))} bytes`)
  if (switchings > mostSwitchings) broken.push(`the outputs were switched ${switchings} times`)
  const figures = { looked: lives, 'bytes early': unspared, 'bytes late': spared, switchings }
  return { broken, figures: { ...figures, 'unsafe output ms': dark?.wrongMs ?? 0, ...(short ? {} : { lifeMs }) } }
}

export const fault: Fault = {
  id: 'F04',
  title: '100 cuts in 10 minutes (a loose contact)',
  passes:
    'each start costs little flash, later ones less, since what is not urgent waits ever longer; the cuts are counted, over the cuts; lit stays lit, and nothing flaps. The light itself is not delayed: it is a start’s first work',
  run: (context) => cut(context, context.short ? 7 : 100),
  control: {
    without: 'sparing the flash after short lives',
    run: (context) =>
      cut(context, 7, { file: 'gateway/starts.ts', line: 'spareMs: spareAfter(cut),', instead: 'spareMs: 0,' }),
  },
}
