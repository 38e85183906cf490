/** A device as the console shows it: each point with where its value comes from, and what is written to it. */
import type { Driver } from '../../drivers/driver.ts'
import type { InstancePoint } from '../../drivers/instance.ts'
import type { Line } from '../../drivers/line.ts'
import type { Plausibility } from '../acquisition/plausibility/plausibility.ts'
import type { PointTable } from '../acquisition/point-table.ts'
import type { DeviceTold, PointOrigin } from '../local/pages.ts'
import type { Plan, PlannedDevice } from '../plan.ts'
import { pointTold } from './point.ts'

interface Parts {
  readonly plan: Plan
  readonly table: PointTable
  readonly driver: Driver | undefined
  readonly plausibility: Pick<Plausibility, 'offset'>
  readonly line: Line | undefined
  readonly health: DeviceTold['health']
  /** why it does not look like its profile */
  readonly doubt: string | undefined
}

export function deviceTold(name: string, device: PlannedDevice, parts: Parts): DeviceTold {
  const { instance, unit } = device
  const { id, maker, model, grade, source } = instance.profile
  const latency = parts.line?.latency(unit)
  const defects = parts.driver?.defects() ?? []
  return {
    name,
    line: device.line,
    unit,
    profile: { id, vendor: maker, model, grade, source },
    health: parts.health,
    ...(parts.doubt === undefined ? {} : { doubt: parts.doubt }),
    ...(latency === undefined
      ? {}
      : { latency: { last_ms: latency.lastMs, median_ms: latency.medianMs, p99_ms: latency.p99Ms } }),
    ...(defects.length === 0 ? {} : { defects: defects.map((one) => ({ ...one, points: [...one.points] })) }),
    points: [...instance.points.values()].flatMap((point) => pointOrigin(name, point, parts)),
    setpoints: [...instance.setpoints.values()].map(({ name: own, quantity }) => {
      const segment = segmentOf(parts.plan, `${name}.${own}`)
      return { name: own, quantity, ...(segment === undefined ? {} : { segment }) }
    }),
  }
}

function pointOrigin(
  device: string,
  point: InstancePoint,
  { plan, table, driver, plausibility }: Parts,
): PointOrigin[] {
  const id = `${device}.${point.name}` as const
  const known = table.get(id)
  if (known === undefined) return []
  const raw = driver?.raw(id)
  const offset = plausibility.offset(id)
  return [
    {
      ...pointTold(plan, known),
      register: `${point.table}/${point.address}`,
      encoding: point.as,
      ...(point.count > 1 ? { order: point.order } : {}),
      factor: point.multiplier / point.divisor,
      poll: point.poll,
      period_ms: plan.periodsMs[point.poll],
      ...(offset === undefined
        ? {}
        : {
            offset: {
              value: offset.value,
              what: offset.what,
              since: Temporal.Instant.fromEpochMilliseconds(offset.sinceMs).toString(),
            },
          }),
      ...(raw === undefined ? {} : { raw: [...raw.registers] }),
    },
  ]
}

function segmentOf({ segments }: Plan, setpoint: string): string | undefined {
  for (const [name, { outputs }] of segments) if (outputs.some((output) => output.setpoint === setpoint)) return name
  return undefined
}
