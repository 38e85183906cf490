/** Power cuts of an outbox at random moments, held against a model of what its recipients must get. Needs root. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { systemClock } from '../../clock.ts'
import { dice } from '../../testing/cut-disk.ts'
import { OutboxError } from '../error.ts'
import { Store } from '../store.ts'
import { LoopDisk } from './loop-disk.ts'
import { releases, World, type Step } from './world.ts'

/** No start may take longer. */
export const mostStartMs = 10_000

function randomStep(roll: (least: number, most: number) => number): Step {
  const release = releases[roll(0, releases.length - 1)] ?? 'bill'
  const which = roll(0, 7)
  switch (roll(0, 16)) {
    case 0:
      return { does: 'receipt', release }
    case 1:
      return { does: 'disconnect' }
    case 2:
      return { does: 'replay', release, from: roll(1, 50), length: roll(0, 10) }
    case 3:
    case 4:
      return { does: 'wait', ms: roll(100, 3_000) }
    case 5:
      return { does: 'put back', which }
    case 16:
      return { does: 'lose', which }
    case 6:
    case 7:
    case 8:
      return { does: 'take', most: roll(1, 8) }
    case 9:
    case 10:
    case 11:
      return { does: 'sent', which }
    default:
      return { does: 'append', release, records: roll(1, 5) }
  }
}

/** Runs until the disk fails under it; anything but an OutboxError is a failure of the test. */
function untilCut(work: () => void): OutboxError {
  const deadline = systemClock.monotonicMs() + 20_000
  try {
    while (systemClock.monotonicMs() < deadline) work()
  } catch (error) {
    if (error instanceof OutboxError) return error
    throw error
  }
  throw new Error('the power was not cut')
}

export interface Tally {
  cuts: number
  /** cuts that came while the outbox was starting or ending in order */
  atStart: number
  steps: number
  /** gap parcels because of a cut */
  gaps: number
  slowestStartMs: number
  codes: Record<string, number>
}

export interface Cuts {
  /** for the disk */
  readonly folder: string
  readonly count: number
  /** after so many of them, all is counted */
  readonly settleEvery: number
  readonly seed: number
  readonly synchronous?: 'OFF'
}

/** Cuts the power of one outbox at random moments. */
export async function cutOften({ folder, count, settleEvery, seed, ...options }: Cuts, tally: Tally): Promise<void> {
  const roll = dice(seed)
  using disk = new LoopDisk(folder, 64)
  const file = join(disk.mount, 'outbox.db')
  Store.open({ file })[Symbol.dispose]() // whole on flash in any case: what is tried is what comes later
  const world = new World({ ...options, file }, () => disk.hasPower)
  const { runs } = world
  try {
    for (let cut = 1; cut <= count; cut++) {
      const { id } = runs.store
      let { boot } = runs.store
      const atStart = roll(0, 4) === 0
      const cutting = disk.cutAfter(roll(0, 30))
      const { code } = untilCut(() => {
        world.do(atStart ? { does: 'restart' } : randomStep(roll))
        if (disk.hasPower) boot = runs.store.boot
        tally.steps++
      })
      await cutting
      world.cut()
      runs.store[Symbol.dispose]()
      disk.remount()

      const began = systemClock.monotonicMs()
      runs.start()
      tally.slowestStartMs = Math.max(tally.slowestStartMs, systemClock.monotonicMs() - began)
      const started = runs.store
      tally.cuts++
      tally.codes[code] = (tally.codes[code] ?? 0) + 1
      if (atStart) tally.atStart++
      if (cut % settleEvery === 0 || cut === count) world.settle()
      expect(started).toMatchObject({ id, recovered: undefined })
      expect(started.boot, 'boot').toBeGreaterThan(boot)
    }
    tally.gaps += world.cutGaps
  } finally {
    runs.store[Symbol.dispose]()
  }
}

/**
 * Cuts the power of a new outbox before and after each of its writes, syncs and closings of its books, in a history of so many
 * steps, one cut a history. Stops after `count` of them.
 */
export function cutEverywhere({ folder, count, seed, ...options }: Omit<Cuts, 'settleEvery'>, tally: Tally): void {
  using disk = new LoopDisk(folder, 64)
  const steps = 40
  for (let boundary = 1; boundary <= count; boundary++) {
    const file = join(disk.mount, 'outbox.db')
    for (const part of ['', '-wal', '-log']) rmSync(file + part, { recursive: true, force: true })
    Store.open({ file })[Symbol.dispose]()
    let passed = -Infinity
    const onBoundary = () => {
      if (++passed === boundary) disk.cutNow()
    }
    // Small segments: one begins every few commits.
    const world = new World({ ...options, file, segmentBytes: 4_096, onBoundary }, () => disk.hasPower)
    passed = 0
    const roll = dice(seed)
    try {
      for (let step = 0; step < steps && disk.hasPower; step++) {
        world.do(randomStep(roll))
        tally.steps++
      }
      if (disk.hasPower) world.do({ does: 'restart' })
    } catch (error) {
      if (!(error instanceof OutboxError)) throw error
      tally.codes[error.code] = (tally.codes[error.code] ?? 0) + 1
    }
    if (disk.hasPower) {
      world.runs.store[Symbol.dispose]()
      return
    }
    passed = -Infinity
    world.cut()
    world.runs.store[Symbol.dispose]()
    disk.remount()
    const began = systemClock.monotonicMs()
    world.runs.start()
    tally.slowestStartMs = Math.max(tally.slowestStartMs, systemClock.monotonicMs() - began)
    tally.cuts++
    expect(world.runs.store.recovered, 'set aside').toBeUndefined()
    world.settle()
    tally.gaps += world.cutGaps
    world.runs.store[Symbol.dispose]()
  }
}

export const noTally = (): Tally => ({ cuts: 0, atStart: 0, steps: 0, gaps: 0, slowestStartMs: 0, codes: {} })
