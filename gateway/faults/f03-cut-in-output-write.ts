import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { LoopDisk } from '../outbox/testing/loop-disk.ts'
import { dice } from '../testing/cut-disk.ts'
import { openRelay } from '../testing/relay.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { Cabinet, output, south } from './testing/cabinet.ts'

/** South's coil, told to be on. */
const theWrite = 'coil/1=1'
/** Polls, and whatever would be written after them. */
const quietMs = 2_000

/**
 * The power fails when the board has heard a write and not yet answered; it may have taken it or not. The order has a
 * lease, so that after the restart the output is to be on, by what was kept, or dark, by the program.
 */
async function cut({ folder, seed, short }: FaultContext, readable: boolean): Promise<Found> {
  const roll = dice(seed)
  using disk = new LoopDisk(folder, 16)
  const broken: string[] = []
  let cuts = 0
  let taken = 0
  let most = 0
  for (let turn = 0; turn < (short ? 2 : 40); turn++) {
    let victim: number | undefined
    const takes = turn % 2 === 0
    await using relay = await openRelay({
      readable,
      wrote: (write) => {
        if (victim === undefined || write !== theWrite) return 'taken'
        process.kill(victim, 'SIGKILL')
        victim = undefined
        return takes ? 'taken' : 'lost'
      },
    })
    const cabinet = new Cabinet({ folder, state: join(disk.mount, `state-${turn}`), relay })
    {
      await using gateway = await cabinet.start()
      await gateway.program.said(/"event":"armed"/)
      // What is kept of the order may be on flash, or not.
      await systemClock.sleep(roll(0, 100))
      victim = gateway.pid
      gateway.light(600_000).catch(() => undefined) // it dies of it
      await gateway.program.ended
    }
    await disk.cutAfter(0)
    disk.remount()
    cuts++
    if (takes) taken++

    const before = relay.writes.length
    await using again = await cabinet.start({ at: '2026-12-22T01:01:00' })
    await again.program.said(/"event":"armed"/)
    // The order was not kept within its first two seconds: the program says dark.
    await output(relay, south, false, 10_000).catch((error: unknown) => broken.push(String(error)))
    await systemClock.sleep(quietMs)
    const writes = relay.writes.slice(before).filter((write) => write.startsWith('coil/'))
    const needed = takes ? ['coil/1=0'] : []
    most = Math.max(most, writes.length)
    if (writes.join() !== needed.join())
      broken.push(`the write was ${takes ? 'taken' : 'lost'}, and after the start came: ${writes.join(', ') || 'none'}`)
    if (relay.outputs[0] !== true) broken.push('the north side is dark')
  }
  return { broken, figures: { looked: cuts, 'writes taken': taken, 'most writes after a start': most } }
}

export const fault: Fault = {
  id: 'F03',
  title: 'power cut in a write to an output',
  passes:
    'the start reads the outputs back, compares, and writes what is not as scheduled, once, and nothing else, whether the write under way was taken or not',
  run: (context) => cut(context, true),
  control: { without: 'outputs that can be read back', run: (context) => cut(context, false) },
}
