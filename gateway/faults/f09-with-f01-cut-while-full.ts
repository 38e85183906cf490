import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { LoopDisk } from '../outbox/testing/loop-disk.ts'
import { openRelay } from '../testing/relay.ts'
import { eventually } from '../testing/surroundings.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { diskFull } from './f09-disk-full.ts'
import { Cabinet, north, output, watchOutput } from './testing/cabinet.ts'
import { recordsIn } from './testing/records-in.ts'
import { without, type Removal } from './testing/without.ts'

/** The disk is full when the power fails, and still full at the start; then there is room again. */
async function cut({ folder }: FaultContext, removed?: Removal): Promise<Found> {
  using disk = new LoopDisk(folder, diskFull.megabytes)
  const state = join(disk.mount, 'state')
  await using relay = await openRelay()
  const cabinet = new Cabinet({ folder, state, relay })
  const env = removed === undefined ? {} : without(removed)
  const broken: string[] = []
  let promised = 0
  let first: string | undefined
  {
    await using gateway = await cabinet.start({ env })
    await output(relay, north, true)
    await gateway.reaches(3)
    diskFull.hurt(disk)
    await gateway.light(600_000) // its lease is to be kept
    await gateway.program.said(/KEEP_FULL/)
    promised = await gateway.accepted()
    first = (await gateway.status()).outbox?.id
    await disk.cutAfter(0)
    await gateway.end('SIGKILL')
  }
  disk.remount()
  diskFull.hurt(disk) // what was written last is gone again, and left room
  const dark = watchOutput(relay, north, true)
  {
    const again = await cabinet.start({ at: '2026-12-22T01:01:00', env }).catch((error: unknown) => {
      broken.push(`on a full disk it does not start: ${String(error).slice(-300)}`)
      return undefined
    })
    if (again !== undefined) {
      await using gateway = again
      await systemClock.sleep(2_000)
      diskFull.heal(disk)
      await eventually(async () => {
        if ((await gateway.accepted()) <= promised) throw new Error('the outbox takes nothing, though there is room')
      }).catch((error: unknown) => broken.push(String(error)))
      await gateway.end()
    }
  }
  dark.stop()
  if (broken.length > 0) return { broken, figures: { looked: promised, 'unsafe output ms': dark.wrongMs } }
  const found = await recordsIn(join(state, 'outbox.db'))
  // What was lost would come again under its number, but of another outbox, or made by the second run.
  const seqs = new Set(found.flatMap(({ seq, boot, outbox }) => (boot === 1 && outbox === first ? [seq] : [])))
  const lost = Array.from({ length: promised }, (_, n) => n + 1).filter((seq) => !seqs.has(seq))
  if (lost.length > 0) broken.push(`accepted, and not there: ${lost.slice(0, 5).join(', ')} of ${promised}`)
  const figures = { looked: promised, found: found.length }
  return { broken, figures: { ...figures, 'acknowledged and lost': lost.length, 'unsafe output ms': dark.wrongMs } }
}

export const fault: Fault = {
  id: 'F09+F01',
  title: 'power cut while the disk is full, and it still is at the start',
  passes:
    'the gateway starts on the full disk, lit stays lit, every accepted record is there, and the outbox goes on by itself once there is room',
  run: (context) => cut(context),
  control: {
    without: 'going on where a full disk lets no outbox be opened',
    run: (context) =>
      cut(context, {
        file: 'gateway/north.ts',
        line: 'note(error)',
        instead: 'throw error',
      }),
  },
}
