import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { replace } from '../flash.ts'
import { LoopDisk } from '../outbox/testing/loop-disk.ts'
import { keepRevision, readRevision } from '../revision.ts'
import { CutDisk, dice, folder as modelled } from '../testing/cut-disk.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

/** How a site file grows old: some 8 kB of which each line says which revision it is of. */
function siteOf(revision: number): string {
  return `# revision ${revision}\n${`limit: ${revision}\n`.repeat(700)}`
}

/** Which revision a text is, whole; undefined: it is none. */
function revisionIn(text: string | undefined): number | undefined {
  const revision = Number(/^# revision (\d+)\n/.exec(text ?? '')?.[1])
  return text === siteOf(revision) ? revision : undefined
}

/** The revision kept at a start, on a disk whose power is cut while others replace it. */
async function cutOften(
  { seed, short, folder }: FaultContext,
  keep: (path: string, text: string) => void,
): Promise<Found> {
  const roll = dice(seed)
  using disk = new LoopDisk(folder, 16)
  const path = join(disk.mount, 'last-good.yaml')
  const broken: string[] = []
  let revision = 1
  let kept = revision
  let switches = 0
  keepRevision(path, siteOf(revision))
  const cuts = short ? 40 : 400
  for (let cut = 1; cut <= cuts && broken.length === 0; cut++) {
    const cutting = disk.cutAfter(roll(0, 3_000) / 100)
    const deadline = systemClock.monotonicMs() + 10_000
    try {
      while (systemClock.monotonicMs() < deadline) {
        keep(path, siteOf(++revision))
        switches++
        if (disk.hasPower) kept = revision
        await systemClock.sleep(0)
      }
      throw new Error('the power was not cut')
    } catch (error) {
      if (!(error instanceof Error) || !('syscall' in error)) throw error
    }
    await cutting
    disk.remount()
    const found = readRevision(path)
    const which = revisionIn(found)
    if (which === undefined)
      broken.push(`after cut ${cut} it is neither old nor new: ${JSON.stringify(found?.slice(0, 40))}`)
    else if (which < kept) broken.push(`after cut ${cut} it is ${which}, though ${kept} was kept`)
    // What a start would do: it goes on from what it finds.
    revision = kept = Math.max(which ?? 0, kept)
  }
  return { broken, figures: { cuts, switches } }
}

/** What control remembers: the power is cut before every single operation of the disk, and in the middle of it. */
async function cutEverywhere({ seed, short }: FaultContext, lies: boolean): Promise<Found> {
  const broken: string[] = []
  const path = `${modelled}/control.json`
  let cuts = 0
  let operations = Infinity
  const turns = short ? 20 : 500
  for (let cut = 0; cut < operations * turns && broken.length === 0; cut++) {
    const [at, turn] = [Math.floor(cut / turns), cut % turns]
    const disk = new CutDisk({ lies })
    disk.put(path, Buffer.from(siteOf(1)))
    disk.cutAfter(at)
    const isKept = await replace(disk, path, siteOf(2)).then(
      () => true,
      () => false,
    )
    if (isKept) operations = disk.operations
    disk.powerUp(dice(seed + turn))
    cuts++
    const which = revisionIn(disk.text(path))
    if (which === undefined || (isKept && which === 1))
      broken.push(
        `cut before operation ${at + 1}: ${isKept ? 'kept, and ' : ''}${which === 1 ? 'old' : 'neither old nor new'}`,
      )
  }
  return { broken, figures: { operations: Math.min(operations, 99), 'modelled cuts': cuts } }
}

async function both(context: FaultContext, isGuarded: boolean): Promise<Found> {
  const inPlace = (path: string, text: string) => {
    readFileSync(path)
    writeFileSync(path, text)
  }
  const disk = await cutOften(context, isGuarded ? keepRevision : inPlace)
  const model = await cutEverywhere(context, !isGuarded)
  const looked = Number(disk.figures['cuts']) + Number(model.figures['modelled cuts'])
  // Without the guards both halves must fail: one alone would prove nothing of the other.
  const halves = [disk.broken, model.broken]
  const broken = isGuarded || halves.every((half) => half.length > 0) ? halves.flat() : []
  return { broken, figures: { looked, ...disk.figures, ...model.figures } }
}

export const fault: Fault = {
  id: 'F02',
  title: 'power cut while the kept revision, or what control remembers, is switched',
  passes:
    'old or new whole, never mixed, and new once it was said to be kept. (Counting boots, and rolling back after bad ones, is not built: not tried here.)',
  run: (context) => both(context, true),
  control: { without: 'writing beside, syncing, and renaming', run: (context) => both(context, false) },
}
