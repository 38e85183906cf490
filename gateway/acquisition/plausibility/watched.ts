/** The points of a device that are looked at: counters, gauges that can change only so fast, and what could change places. */
import type { InstancePoint } from '../../../drivers/instance.ts'
import { quantities } from '../../../drivers/quantities.ts'
import type { PointId } from '../../../drivers/reading.ts'
import { counterOf, type Counter, type CounterMemory } from './counter.ts'
import { furthest, limitsOf, type Limits } from './limits.ts'
import type { CounterKept, Offset } from './memory.ts'
import { gaugeOf, type Gauge } from './step.ts'
import { familyOf, member, type Member } from './swap.ts'
import { otherOrder } from './word-order.ts'

/** Why a value is suspect: it leapt, it fell although it counts, two have changed places, its registers have. */
export type Suspicion = 'leapt' | 'fell' | 'swapped' | 'words-exchanged'

export interface Watched {
  readonly id: PointId
  readonly point: InstancePoint
  readonly counter: Counter | undefined
  readonly gauge: Gauge | undefined
  readonly member: Member | undefined
  /** itself among them */
  readonly family: readonly Watched[]
  offset: Offset | undefined
  /** undefined: nothing is suspected */
  doubt: Suspicion | undefined
  /** whose place it has taken */
  swappedWith: Watched | undefined
  /** whether the doubt was told, and when one was told last */
  isTold: boolean
  toldMs: number
}

export interface Remembered {
  readonly kept: (point: PointId) => CounterKept | undefined
  /** offsets from before are not carried on; in milliseconds since 1970 */
  readonly countersFromMs: number
  readonly wallMs: number
  readonly nowMs: number
}

export function watch(device: string, points: readonly InstancePoint[], remembered: Remembered): Watched[] {
  const sizes = Map.groupBy(points, ({ quantity }) => familyOf(quantity))
  const mates = new Map<string | undefined, Watched[]>()
  return points.flatMap((point) => {
    const family = familyOf(point.quantity)
    const isMember = family !== undefined && (sizes.get(family)?.length ?? 0) > 1
    const limits = limitsOf(point, points)
    if (limits === undefined && !isMember) return []
    const all = mates.get(family) ?? []
    mates.set(family, all)
    const watched = watchedOf(`${device}.${point.name}`, point, limits, isMember ? all : undefined, remembered)
    if (isMember) all.push(watched)
    return [watched]
  })
}

function watchedOf(
  id: PointId,
  point: InstancePoint,
  limits: Limits | undefined,
  family: readonly Watched[] | undefined,
  { kept, countersFromMs, wallMs, nowMs }: Remembered,
): Watched {
  const isCounter = quantities[point.quantity].kind === 'counter'
  const found = isCounter ? kept(id) : undefined
  const offset = found?.offset !== undefined && found.offset.sinceMs >= countersFromMs ? found.offset : undefined
  const memory: CounterMemory | undefined = found && {
    raw: found.raw,
    told: offset === found.offset ? found.told : found.raw,
    offset: offset?.value ?? 0,
  }
  // A clock that goes back tells nothing of how long it was.
  const agoMs = found === undefined || found.atMs > wallMs ? Infinity : wallMs - found.atMs
  return {
    id,
    point,
    counter: isCounter && limits !== undefined ? counterOf(limits, memory, nowMs, agoMs) : undefined,
    gauge: !isCounter && limits !== undefined ? gaugeOf(limits) : undefined,
    member: family && member(),
    family: family ?? [],
    offset,
    doubt: undefined,
    swappedWith: undefined,
    isTold: false,
    toldMs: -Infinity,
  }
}

/** Of a counter whose value cannot follow on the one before: what it looks like. */
export function suspicionOf(point: InstancePoint, counter: Counter, value: number, nowMs: number): Suspicion {
  const { raw, limits } = counter
  const grown = (otherOrder(point, value) ?? NaN) - raw
  if (grown >= 0 && grown <= furthest(limits, raw, nowMs - counter.changedMs)) return 'words-exchanged'
  return value < raw ? 'fell' : 'leapt'
}
