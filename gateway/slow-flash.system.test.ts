/** A worn flash card holds each sync of the outbox for two seconds: the field notices nothing. */
import { expect, test } from 'vitest'
import { status, type Status } from './local/answers.ts'
import { Gateway, openStreet, writeSite } from './testing/cabinet.ts'
import { fanal, finished } from './testing/programs.ts'
import { slowFsync, type SlowFsync } from './testing/slow-fsync.ts'
import { eventually, Folder } from './testing/surroundings.ts'

const stallMs = 2_000
const stalls = 5
const fastMs = 500
/** of each line, so long as the stalls last */
const polls = 25
/** a quarter of a stall: on a busy machine a poll may be late, but not for the disk */
const mostLateMs = stallMs / 4

interface Seen {
  readonly status: Status
  /** line → by how much its fast polls left their beat, at most, in ms */
  readonly lateMs: Readonly<Record<string, number>>
}

/** Runs the demo street's gateway until it has polled enough; with `disk`, until that has stalled often enough as well. */
async function run(disk?: SlowFsync): Promise<Seen> {
  await using street = await openStreet()
  using folder = new Folder()
  const site = writeSite(folder.file('site.yaml'), street, {
    'polling.fast': `${fastMs}ms`,
    'releases.lighting-energy.treatment': [], // so that each reading is a durable record, and synced
  })
  await using gateway = await Gateway.start(site, folder.file('state'), disk?.env)
  await gateway.begun()

  const beats = new Map([
    ['feeder.power_active', new Set<number>()],
    ['yard.power_active', new Set<number>()],
  ])
  const enough = new AbortController()
  const watching = gateway.watch(
    ({ point, at }) => beats.get(point)?.add(Temporal.Instant.from(at).epochMilliseconds),
    enough.signal,
  )
  const before = (await gateway.status()).lines
  disk?.stall()
  if (disk) await eventually(() => expect(disk.stalls().workers).toBeGreaterThanOrEqual(stalls), 60_000)
  disk?.relent()
  await eventually(async () => {
    const { lines } = await gateway.status()
    // The lamps have no points that are read fast: theirs is another beat.
    for (const name of ['feeder', 'yard'])
      expect(lines[name]?.polls).toBeGreaterThanOrEqual((before[name]?.polls ?? 0) + polls)
  })
  enough.abort()
  await watching
  const { exit, out } = await finished(fanal(['status', '--state', gateway.state, '--json']))
  expect(exit).toBe(0)
  return {
    status: status.parse(JSON.parse(out.join(''))),
    lateMs: Object.fromEntries([...beats].map(([point, at]) => [point.split('.')[0], offBeatMs([...at])])),
  }
}

/** The poller keeps to a beat from its second poll on, so that a poll that is late, or left out, stands off it. */
function offBeatMs([, ...at]: readonly number[]): number {
  expect(at.length).toBeGreaterThan(polls / 2)
  const offsets = at.map((ms, beat) => ms - beat * fastMs)
  return Math.max(...offsets) - Math.min(...offsets)
}

test('a disk that stalls for 2 s, again and again, makes no poll late', async () => {
  using folder = new Folder()
  const disk = slowFsync(folder.path, stallMs)
  const told = { calm: await run(), stalling: await run(disk) }
  const { main, workers } = disk.stalls()
  for (const [name, { status, lateMs }] of Object.entries(told)) {
    const figures = Object.entries(status.lines).map(
      ([line, { polls, missed, worst_late_ms }]) =>
        `${line} ${polls} polls, ${missed} missed, at most ${lateMs[line]?.toFixed() ?? '?'} ms late (${worst_late_ms} by its own account)`,
    )
    console.log(`${name}: ${figures.join('; ')}; ${status.releases['lighting-energy']?.last ?? 0} records`)
  }
  console.log(`${workers} stalls of ${stallMs} ms in the worker, ${main} in the main thread`)
  expect(workers).toBeGreaterThanOrEqual(stalls)
  expect(main).toBe(0)
  for (const { status, lateMs } of Object.values(told)) {
    for (const { missed, timeouts, worst_late_ms } of Object.values(status.lines)) {
      expect({ missed, timeouts }).toEqual({ missed: 0, timeouts: 0 })
      expect(worst_late_ms).toBeLessThan(mostLateMs)
    }
    expect(Object.keys(lateMs)).toEqual(['feeder', 'yard'])
    for (const late of Object.values(lateMs)) expect(late).toBeLessThan(mostLateMs)
  }
})
