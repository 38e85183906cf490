import { describe, expect, test } from 'vitest'
import { fakeClock } from '../drivers/testing/fake-clock.ts'
import { parseLine, verify, type AuditRecord } from './control/audit.ts'
import type { Kept } from './control/keeping.ts'
import { partOf } from './flash.ts'
import { openKeep, remainingAfter, type Keep, type KeepFault } from './keep.ts'
import { CutDisk, dice, folder } from './testing/cut-disk.ts'

const paths = { control: `${folder}/control.json`, audit: `${folder}/audit.ndjson` }
const parts = [8, 7, 6, 5, 4, 3, 2, 1, 0].map((part) => partOf(paths.audit, part))

function keptAt(uptimeMs: number): Kept {
  return {
    v: 1,
    wall: '2026-12-21T16:00:00Z',
    trusted: true,
    bootId: 'this',
    uptimeMs,
    floor: '2026-12-21T15:50:00Z',
    commands: [],
    nonces: [['abc', 5_000]],
    switchings: { north: [1_000], 2: [], 1: [] },
  }
}

/** A gateway's memory on a disk that outlives it. */
class Cabinet {
  readonly clock = fakeClock()
  readonly faults: (KeepFault | undefined)[] = []
  readonly disk: CutDisk
  readonly #rotateAtBytes: number | undefined

  constructor({ disk = new CutDisk(), rotateAtBytes }: { disk?: CutDisk; rotateAtBytes?: number } = {}) {
    this.disk = disk
    this.#rotateAtBytes = rotateAtBytes
  }

  start(): Promise<Keep> {
    return openKeep(paths, {
      clock: this.clock,
      fault: (code) => this.faults.push(code),
      disk: this.disk,
      ...(this.#rotateAtBytes === undefined ? {} : { rotateAtBytes: this.#rotateAtBytes }),
    })
  }

  /** Of all files, the oldest first; what follows the last line's end is left out. */
  get lines(): string[] {
    return parts.flatMap((path) => (this.disk.text(path) ?? '').split('\n').slice(0, -1))
  }

  get records(): (AuditRecord | undefined)[] {
    return this.lines.map(parseLine)
  }

  get kinds(): unknown[] {
    return this.records.map((record) => record?.kind)
  }
}

test('what is kept and audited is there after a restart', async () => {
  const cabinet = new Cabinet()
  {
    await using keep = await cabinet.start()
    expect(keep.kept).toBeUndefined()
    expect(keep.recent).toEqual([])
    keep.audit({ kind: 'start' })
    keep.audit({ kind: 'command', setpoint: 'north.level', value: 60, reason: 'fête' })
    keep.keep(keptAt(1))
    keep.keep(keptAt(2))
  }
  await using again = await cabinet.start()
  expect(again.kept).toEqual(keptAt(2))
  expect(again.recent).toEqual([
    expect.objectContaining({ n: 1, kind: 'start', at: '2026-12-21T16:00:00Z' }),
    expect.objectContaining({ n: 2, kind: 'command', value: 60, reason: 'fête' }),
  ])
  again.audit({ kind: 'stop' })
  expect(await again.flushed()).toBe(true)
  expect(verify(cabinet.lines)).toMatchObject({ ok: true, n: 3 })
  expect(cabinet.faults).toEqual([])
})

test('each file is written at most once every two seconds, and not at all when there is nothing', async () => {
  const cabinet = new Cabinet()
  const { clock, disk } = cabinet
  await using keep = await cabinet.start()
  await clock.advance(3_600_000)
  expect(disk.syncs).toBe(0)
  for (let turn = 0; turn < 100; turn++) {
    keep.keep(keptAt(turn))
    keep.audit({ kind: 'account', turn })
    await clock.advance(100)
  }
  // 5 times within 10 s: the state and its folder, the line; and once the folder of the new audit.
  expect(disk.syncs).toBe(5 * 3 + 1)
  expect(cabinet.faults).toEqual([])
})

test('while the flash is spared nothing is written; an orderly end writes all the same', async () => {
  const cabinet = new Cabinet()
  const { clock, disk } = cabinet
  const faults: unknown[] = []
  const spared = () => openKeep(paths, { clock, disk, spareMs: 60_000, fault: (code) => faults.push(code) })
  const keep = await spared()
  keep.keep(keptAt(1))
  keep.audit({ kind: 'start' })
  await clock.advance(59_000)
  expect(disk.syncs).toBe(0)
  await clock.advance(2_000)
  expect(cabinet.kinds).toEqual(['start'])
  await keep[Symbol.asyncDispose]()
  {
    await using again = await spared()
    again.audit({ kind: 'stop' })
  }
  expect(cabinet.kinds).toEqual(['start', 'stop'])
  expect(faults).toEqual([])
})

test('the audit is in parts, of which the oldest go; the chain goes on', async () => {
  const cabinet = new Cabinet({ rotateAtBytes: 2_000 })
  await using keep = await cabinet.start()
  for (let turn = 0; turn < 200; turn++) {
    keep.audit({ kind: 'account', turn })
    await keep.flushed()
  }
  expect(cabinet.disk.paths).toEqual([...parts].sort())
  expect(cabinet.lines.length).toBeLessThan(200)
  expect(verify(cabinet.lines)).toMatchObject({ ok: true, n: 200 })
})

test('recent are the last two days, from the part before as well', async () => {
  const cabinet = new Cabinet({ rotateAtBytes: 10_000 })
  {
    await using keep = await cabinet.start()
    for (let hour = 0; hour < 60; hour++) {
      keep.audit({ kind: 'ruling', hour })
      await keep.flushed()
      await cabinet.clock.advance(3_600_000)
    }
  }
  expect(cabinet.disk.text(partOf(paths.audit, 1))).toContain('"hour":11')
  await using again = await cabinet.start()
  expect(again.recent.map(({ hour }) => hour)).toEqual(Array.from({ length: 49 }, (_, index) => 11 + index))
})

test('a state that comes while another is being written is written as well', async () => {
  const cabinet = new Cabinet()
  await using keep = await cabinet.start()
  keep.keep(keptAt(1))
  const { operations } = cabinet.disk
  const writing = keep.flushed()
  while (cabinet.disk.operations === operations) await Promise.resolve()
  keep.keep(keptAt(2))
  await writing
  expect(cabinet.disk.text(paths.control)).toContain('"uptimeMs":1')
  await keep.flushed()
  expect(cabinet.disk.text(paths.control)).toContain('"uptimeMs":2')
})

describe('a damaged file', () => {
  test.each([
    ['not JSON', 'x'],
    ['half of it', undefined],
    ['a digit changed', (text: string) => text.replace('"uptimeMs":7', '"uptimeMs":8')],
    ['of another form', '{"v":2,"hash":"00"}'],
  ])('of the state is set aside: %s', async (_, damage) => {
    const cabinet = new Cabinet()
    {
      await using keep = await cabinet.start()
      keep.keep(keptAt(7))
    }
    const text = cabinet.disk.text(paths.control)!
    const damaged = typeof damage === 'function' ? damage(text) : (damage ?? text.slice(0, 100))
    expect(damaged).not.toBe(text)
    cabinet.disk.put(paths.control, Buffer.from(damaged))
    await using again = await cabinet.start()
    expect(again.kept).toBeUndefined()
    again.keep(keptAt(9))
    await again.flushed()
    expect(cabinet.disk.text(`${paths.control}.damaged-1`)).toBe(damaged)
    expect(cabinet.records.at(-1)).toMatchObject({ kind: 'damaged', file: `${paths.control}.damaged-1` })
    expect(cabinet.disk.text(paths.control)).toContain('"uptimeMs":9')
  })

  test('of the audit: a line changed is told once, and the others stay', async () => {
    const cabinet = new Cabinet()
    {
      await using keep = await cabinet.start()
      for (const turn of [1, 2, 3, 4]) keep.audit({ kind: 'account', turn })
    }
    const rotten = cabinet.disk.text(paths.audit)!.replace('"turn":2', '"turn":7')
    cabinet.disk.put(paths.audit, Buffer.from(rotten))
    for (let start = 0; start < 3; start++) await (await cabinet.start())[Symbol.asyncDispose]()
    expect(cabinet.kinds).toEqual(['account', undefined, 'account', 'account', 'damaged'])
    expect(cabinet.records.at(-1)).toMatchObject({ n: 5, after: 1 })
    expect(verify(cabinet.lines)).toMatchObject({ ok: false, at: 2, why: 'changed' })
    expect(verify(cabinet.lines.slice(2))).toMatchObject({ ok: true, n: 5 })
  })

  test('of the audit: torn at the end, it is cut off and told', async () => {
    const cabinet = new Cabinet()
    {
      await using keep = await cabinet.start()
      keep.audit({ kind: 'start' })
      keep.audit({ kind: 'stop' })
    }
    const whole = cabinet.disk.text(paths.audit)!
    cabinet.disk.put(paths.audit, Buffer.from(whole.slice(0, -30)))
    await (await cabinet.start())[Symbol.asyncDispose]()
    expect(cabinet.kinds).toEqual(['start', 'torn'])
    expect(verify(cabinet.lines)).toMatchObject({ ok: true, n: 2 })
  })

  test('of the audit: all of it is set aside, and the chain goes on from the part before', async () => {
    const cabinet = new Cabinet({ rotateAtBytes: 200 })
    {
      await using keep = await cabinet.start()
      for (const turn of [1, 2]) {
        keep.audit({ kind: 'account', turn, padding: 'x'.repeat(200) })
        await keep.flushed()
      }
    }
    cabinet.disk.put(paths.audit, Buffer.from('rot\nrot\n'))
    await using keep = await cabinet.start()
    await keep.flushed()
    expect(cabinet.disk.text(`${paths.audit}.damaged-1`)).toBe('rot\nrot\n')
    expect(cabinet.records).toMatchObject([{ turn: 1 }, { kind: 'damaged', file: `${paths.audit}.damaged-1` }])
    expect(verify(cabinet.lines)).toMatchObject({ ok: true, n: 2 })
  })
})

describe('a disk that does not take it', () => {
  test.each([
    ['ENOSPC', 'KEEP_FULL'],
    ['EROFS', 'KEEP_READ_ONLY'],
    ['EIO', 'KEEP_IO'],
  ])('%s is told once, and its end; nothing is lost meanwhile', async (code, fault) => {
    const cabinet = new Cabinet()
    await using keep = await cabinet.start()
    keep.audit({ kind: 'start' })
    await keep.flushed()
    cabinet.disk.failing = code
    for (let minute = 0; minute < 60; minute++) {
      keep.audit({ kind: 'account', minute })
      keep.keep(keptAt(minute))
      await cabinet.clock.advance(60_000)
    }
    expect(await keep.flushed()).toBe(false)
    expect(cabinet.faults).toEqual([fault])
    cabinet.disk.failing = undefined
    await cabinet.clock.advance(30_000)
    expect(cabinet.faults).toEqual([fault, undefined])
    expect(verify(cabinet.lines)).toMatchObject({ ok: true, n: 61 })
    expect(cabinet.disk.text(paths.control)).toContain('"uptimeMs":59')
  })

  test('is asked rarely', async () => {
    const cabinet = new Cabinet()
    await using keep = await cabinet.start()
    cabinet.disk.failing = 'EROFS'
    const { operations } = cabinet.disk
    keep.audit({ kind: 'start' })
    await cabinet.clock.advance(3_600_000)
    expect(cabinet.disk.operations - operations).toBe(120)
  })

  test('in the end the oldest entries are lost, and the chain says how many', async () => {
    const cabinet = new Cabinet()
    await using keep = await cabinet.start()
    cabinet.disk.failing = 'ENOSPC'
    for (let turn = 0; turn < 10_500; turn++) {
      keep.audit({ kind: 'account', turn })
      if (turn % 1_000 === 0) await keep.flushed()
    }
    cabinet.disk.failing = undefined
    await keep.flushed()
    expect(cabinet.records[0]).toMatchObject({ n: 1, kind: 'lost', entries: 500 })
    expect(cabinet.records[1]).toMatchObject({ n: 2, kind: 'account', turn: 500 })
    expect(verify(cabinet.lines)).toMatchObject({ ok: true, n: 10_001 })
    keep.audit({ kind: 'stop' })
    await keep.flushed()
    expect(cabinet.kinds.filter((kind) => kind === 'lost')).toHaveLength(1)
  })

  test('after a sync that failed all is written again, since a second sync means nothing', async () => {
    const cabinet = new Cabinet()
    const keep = await cabinet.start()
    keep.audit({ kind: 'start' })
    await keep.flushed()
    cabinet.disk.syncFails = true
    keep.audit({ kind: 'account' })
    keep.keep(keptAt(3))
    expect(await keep.flushed()).toBe(false)
    cabinet.disk.syncFails = false
    keep.audit({ kind: 'stop' })
    expect(await keep.flushed()).toBe(true)
    cabinet.disk.cutAfter(0)
    await keep[Symbol.asyncDispose]()
    cabinet.disk.powerUp((least) => least) // only what was synced
    expect(cabinet.kinds).toEqual(['start', 'account', 'stop'])
    expect(verify(cabinet.lines)).toMatchObject({ ok: true, n: 3 })
    await using again = await cabinet.start()
    expect(again.kept).toEqual(keptAt(3))
  })
})

interface Tally {
  cuts: number
  flushes: number
  entries: number
  torn: number
  rotated: number
  wrong: string[]
}

/** Cuts the power of one gateway at random moments; what it said was on disk must be there. */
async function cutOften(seed: number, cuts: number, disk: CutDisk): Promise<Tally> {
  const roll = dice(seed)
  const cabinet = new Cabinet({ disk, rotateAtBytes: 2_000 })
  const tally: Tally = { cuts: 0, flushes: 0, entries: 0, torn: 0, rotated: 0, wrong: [] }
  let id = 0
  let flushedIds: number[] = []
  let state = 0
  let flushedState = 0
  while (tally.cuts < cuts && tally.wrong.length === 0) {
    disk.cutAfter(roll(0, 150))
    const keep = await cabinet.start()
    let fresh: number[] = []
    let handed = flushedState
    while (disk.hasPower) {
      switch (roll(0, 4)) {
        case 0:
          handed = ++state
          keep.keep(keptAt(handed))
          break
        case 1:
          await cabinet.clock.advance(roll(0, 3_000))
          break
        case 2: {
          const [asked, askedState] = [fresh, handed]
          fresh = []
          if (!(await keep.flushed())) break
          flushedIds.push(...asked)
          flushedState = askedState
          tally.flushes++
          break
        }
        default:
          keep.audit({ kind: 'account', id: ++id, padding: 'x'.repeat(roll(0, 80)) })
          fresh.push(id)
      }
    }
    await keep[Symbol.asyncDispose]()
    disk.powerUp(roll)
    tally.cuts++
    const after = await cabinet.start()
    await after.flushed()
    await after[Symbol.asyncDispose]()
    const { kept } = after
    const found = cabinet.records.flatMap((record) => (typeof record?.['id'] === 'number' ? [record['id']] : []))
    // The oldest part goes when there are nine.
    const first = disk.text(parts[0]!) === undefined ? 0 : (found[0] ?? Infinity)
    flushedIds = flushedIds.filter((each) => each >= first)
    const present = new Set(found)
    for (const each of flushedIds) if (!present.has(each)) tally.wrong.push(`entry ${each} is lost`)
    const verdict = verify(cabinet.lines)
    if (!verdict.ok) tally.wrong.push(`line ${verdict.at}: ${verdict.why}`)
    if ((kept?.uptimeMs ?? 0) < flushedState) tally.wrong.push(`state ${flushedState} is lost`)
    if (disk.paths.some((path) => path.includes('damaged'))) tally.wrong.push('something was damaged')
    tally.torn += cabinet.kinds.at(-1) === 'torn' ? 1 : 0
    tally.rotated += first > 0 ? 1 : 0
    // What was not flushed may be lost; what was found stays.
    flushedState = kept?.uptimeMs ?? 0
    flushedIds = [...new Set([...flushedIds, ...found])]
  }
  tally.entries = id
  return tally
}

describe('a power cut', () => {
  const seed = Number(process.env['FANAL_SEED'] ?? 1)

  test(`loses nothing that was flushed, and the chain holds (seed ${seed})`, async () => {
    const tally = await cutOften(seed, 1_500, new CutDisk())
    expect(tally.wrong).toEqual([])
    expect(tally.cuts).toBe(1_500)
    expect(tally.flushes).toBeGreaterThan(2_000)
    expect(tally.torn).toBeGreaterThan(15)
    expect(tally.rotated).toBeGreaterThan(500)
  })

  test('on a disk that does not sync, that is found out', async () => {
    const tally = await cutOften(seed, 100, new CutDisk({ lies: true }))
    expect(tally.wrong).not.toEqual([])
  })
})

describe('how much time has passed', () => {
  const kept = { wall: '2026-12-21T16:00:00Z', trusted: true, bootId: 'this', uptimeMs: 60_000 }
  const later = { wall: Temporal.Instant.from('2026-12-21T17:00:00Z'), trusted: true, bootId: 'next', uptimeMs: 5_000 }

  test('within a boot the machine knows, whatever the clock says', () => {
    expect(remainingAfter(kept, { ...later, bootId: 'this', uptimeMs: 90_000, trusted: false })).toBe(30_000)
  })

  test('over a boot the clock does, if it was believed before and is now; time never runs backwards', () => {
    expect(remainingAfter(kept, later)).toBe(3_600_000)
    expect(remainingAfter(kept, { ...later, wall: Temporal.Instant.from('2026-12-21T15:59:00Z') })).toBe(0)
  })

  test('else nobody does', () => {
    expect(remainingAfter({ ...kept, trusted: false }, later)).toBeUndefined()
    expect(remainingAfter(kept, { ...later, trusted: false })).toBeUndefined()
  })
})

test('what changes its mind twice a second is a line a minute at most, soon less, and nobody loses count', async () => {
  const cabinet = new Cabinet()
  const started = await cabinet.start()
  const source = { door: 'upstream', who: 'rule' }
  for (let turn = 0; turn < 7_200; turn++) {
    started.audit({
      kind: 'ruling',
      setpoint: 'north.level',
      priority: 'command',
      level: turn % 100,
      source,
      reason: '',
    })
    await cabinet.clock.advance(500)
  }
  await started[Symbol.asyncDispose]()
  // Eight at once, then after 1, 2, 4, 8, 16 and 16 minutes more, and what was left at the end.
  expect(cabinet.lines).toHaveLength(8 + 7)
  expect(cabinet.records.reduce((sum, record) => sum + Number(record?.['times'] ?? 1), 0)).toBe(7_200)
  expect(verify(cabinet.lines)).toMatchObject({ ok: true, n: 15 })
  await using again = await cabinet.start()
  expect(again.recent.at(-1)).toMatchObject({ level: 99, at: '2026-12-21T16:59:59.5Z' })
})
