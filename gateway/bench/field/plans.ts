/** The bar of read plans: for every Modbus profile of the catalogue, ours against the optimum on many lines. */
import { instantiate, type InstancePoint } from '../../../drivers/instance.ts'
import { layoutOf } from '../../../drivers/modbus/layout.ts'
import { plan, planMs } from '../../../drivers/modbus/read-plan.ts'
import { serialTiming } from '../../../drivers/modbus/timing.ts'
import { usualTurnAroundMs } from '../../../drivers/modbus/wire-time.ts'
import { pollClasses, type Profile } from '../../../drivers/profile.ts'
import { loadRegistry } from '../../../drivers/registry.ts'
import { allInstalled } from '../../../drivers/repeats.ts'
import { milliseconds } from '../../../drivers/schema.ts'
import { dice } from '../../../drivers/testing/dice.ts'
import { bar } from '../bars.ts'
import { measured, unmeasured, type Result } from '../result.ts'
import { Legality, mergedBy, optimum, requestMs, type Wire } from './optimum.ts'

const seed = 20_261_125
/** Sums of the same times in another order differ by less, in ms. */
const roundingMs = 1e-6

const bauds = [1_200, 9_600, 19_200, 57_600, 115_200]
const turnAroundsMs = [0, 2, 10, 50, 250]
const timingAt = (baud: number) => serialTiming({ baud, dataBits: 8, parity: 'even', stopBits: 1 })
const wires: readonly Wire[] = [...bauds.map(timingAt), { charMs: 0.001, gapMs: 0 }].flatMap((timing) =>
  turnAroundsMs.map((turnAroundMs) => ({ ...timing, turnAroundMs })),
)

export async function* plans({ short }: { short: boolean }): AsyncGenerator<Result> {
  await Promise.resolve()
  const random = dice(seed)
  const { profiles, mistakes } = loadRegistry([])
  if (mistakes.length > 0) throw new Error('the catalogue has mistakes')
  const table: Record<string, string> = {}
  const worse = new Set<string>()
  let [compared, wrong] = [0, 0]
  const totals = { ours: 0, each: 0, merged: 0 }
  for (const profile of profiles.values()) {
    const all = [...instantiate(profile, {}, allInstalled(profile)).points.values()]
    const legality = new Legality(profile, all)
    for (const points of setsOf(all, short ? 5 : 100, random)) {
      const least = optimum(points, legality)
      for (const wire of wires) {
        const excessMs = planned(profile, all, points, wire).ms - least(wire)
        compared++
        if (excessMs > roundingMs) worse.add(profile.id)
        if (excessMs < -roundingMs) wrong++
      }
    }
    const row = rowOf(profile, all)
    for (const way of ['ours', 'each', 'merged'] as const) totals[way] += row[way]
    table[profile.id] = row.told
  }
  const id = bar('field.plans-not-optimal')
  if (wrong > 0) {
    yield unmeasured(id, `${wrong} plans take less than what should be the least: the comparison itself is wrong`)
    return
  }
  yield measured(
    id,
    worse.size,
    'profiles of the catalogue of which some plan takes longer than the least time, which an exhaustive search of its own finds: all points, each poll class, random sets, at several baud rates and turn-arounds',
    {
      profiles: profiles.size,
      plans: compared,
      seed,
      'all points at 19200 8E1, ms (requests)': 'ours / one request a point / merged where the gap is at most 10',
      ...table,
      together: `${totals.ours.toFixed(0)} / ${totals.each.toFixed(0)} / ${totals.merged.toFixed(0)}`,
      ...(worse.size > 0 ? { worse: [...worse].join(', ') } : {}),
    },
  )
}

/** All of them, each class, and so many random ones, sparse and dense. */
function* setsOf(all: readonly InstancePoint[], count: number, random: () => number): Generator<InstancePoint[]> {
  yield [...all]
  for (const poll of pollClasses) yield all.filter((point) => point.poll === poll)
  for (let set = 0; set < count; set++) {
    const share = random()
    yield all.filter(() => random() < share)
  }
}

function planned(profile: Profile, all: readonly InstancePoint[], points: readonly InstancePoint[], wire: Wire) {
  const blocks = plan(points, { ...layoutOf(profile, all), wire })
  const read = new Set(blocks.flatMap((block) => block.points))
  if (points.some((point) => !read.has(point))) throw new Error(`${profile.id}: a plan leaves out points`)
  return { ms: planMs(blocks, wire), requests: blocks.length }
}

/** What a cycle of all points takes in three ways, at 19200 8E1 and the device's own turn-around. */
function rowOf(profile: Profile, all: readonly InstancePoint[]) {
  const { turn_around: declared } = profile.modbus
  const turnAroundMs = declared === undefined ? usualTurnAroundMs : milliseconds(declared)
  const wire = { ...timingAt(19_200), turnAroundMs }
  const ours = planned(profile, all, all, wire)
  const each = all.reduce((sum, { table, count }) => sum + requestMs(wire, table, count), 0)
  const blocks = mergedBy(all, 10, profile)
  const legality = new Legality(profile, all)
  const illegal = blocks.filter(({ table, from, to }) => !legality.isLegal(table, from, to)).length
  const merged = blocks.reduce((sum, { table, from, to }) => sum + requestMs(wire, table, to - from), 0)
  const told = [
    `${ours.ms.toFixed(0)} (${ours.requests})`,
    `${each.toFixed(0)} (${all.length})`,
    `${merged.toFixed(0)} (${blocks.length}${illegal > 0 ? `, ${illegal} across what is not known to be readable` : ''})`,
  ].join(' / ')
  return { ours: ours.ms, each, merged, told }
}
