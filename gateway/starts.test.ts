import { expect, test } from 'vitest'
import { fakeClock } from '../drivers/testing/fake-clock.ts'
import { openStarts, spareAfter } from './starts.ts'
import { CutDisk, dice, folder } from './testing/cut-disk.ts'

const path = `${folder}/starts`

test('lives that are cut are counted, and the flash is spared ever longer, up to five minutes', async () => {
  const disk = new CutDisk()
  const spared: number[] = []
  for (let life = 0; life < 12; life++) {
    const starts = await openStarts(path, { clock: fakeClock(), disk })
    expect(starts.cut).toBe(life)
    spared.push(starts.spareMs / 1_000)
    await fakeClock().advance(0) // what is under way is written
    disk.powerUp(dice(life))
  }
  expect(spared).toEqual([0, 0, 0, 0, 8, 16, 32, 64, 128, 256, 300, 300])
})

test('an orderly stop, or a life of ten minutes, begins anew', async () => {
  const disk = new CutDisk()
  const life = async (ms: number, orderly: boolean) => {
    const clock = fakeClock()
    const starts = await openStarts(path, { clock, disk })
    await clock.advance(ms)
    if (orderly) await starts[Symbol.asyncDispose]()
    disk.powerUp(dice(ms))
    return starts.cut
  }
  expect(await life(1_000, false)).toBe(0)
  expect(await life(1_000, false)).toBe(1)
  expect(await life(1_000, true)).toBe(2)
  expect(await life(599_000, false)).toBe(0)
  expect(await life(601_000, false)).toBe(1)
  expect(await life(1_000, false)).toBe(0)
})

test('a start writes once, a long life once more, and a thousand starts no more', async () => {
  const disk = new CutDisk()
  const clock = fakeClock()
  await openStarts(path, { clock, disk })
  await clock.advance(0)
  expect(disk.syncs).toBe(2) // the mark, and once the folder of the new file
  await clock.advance(3_600_000)
  expect(disk.syncs).toBe(4)
  disk.put(path, Buffer.alloc(1_000, '.'))
  const before = disk.syncs
  const many = await openStarts(path, { clock, disk })
  await clock.advance(0)
  expect(many).toMatchObject({ cut: 1_000, spareMs: spareAfter(1_000) })
  expect(disk.syncs).toBe(before)
})

test('a disk that fails counts nothing, and stops nobody', async () => {
  const disk = new CutDisk()
  disk.failing = 'EROFS'
  const starts = await openStarts(path, { clock: fakeClock(), disk })
  expect(starts).toMatchObject({ cut: 0, spareMs: 0 })
  await starts[Symbol.asyncDispose]()
})
