/** What would make an overloaded line fit: longer periods, a higher rate, fewer devices. Pure. */
import type { LineSettings } from '../drivers/line.ts'
import { pollClasses, type PollClass } from '../drivers/profile.ts'
import { serialFormatText, type SerialFormat } from '../drivers/schema.ts'
import { busyLoad, lineBudget, loadOf, type BudgetedDevice, type Cost, type LineBudget } from './line-budget.ts'
import type { Periods } from './periods.ts'

export interface Fitting {
  /** the classes that are to be longer; undefined: no periods fit */
  readonly periodsMs: Partial<Periods> | undefined
  /** the slowest format that all devices know and that would do */
  readonly serial: SerialFormat | undefined
  /** how many of its devices, the first ones of the file, would fit as it is */
  readonly devices: number
}

/** Periods that a person would write. */
const periods: readonly number[] = [
  ...[100, 150, 200, 250, 300, 400, 500, 600, 800],
  ...[1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50].map((seconds) => seconds * 1_000),
  ...[1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 4, 6, 8, 12, 24].map((hours) => hours * 3_600_000),
]

export function fitting(settings: LineSettings, devices: readonly BudgetedDevice[], periodsMs: Periods): Fitting {
  const budget = lineBudget(settings, devices, periodsMs)
  return {
    periodsMs: longer(budget, periodsMs),
    serial: faster(settings, devices, periodsMs),
    devices: fewer(budget, devices),
  }
}

/** Of classes that take as much, the one whose readings may best be older. */
const slowestFirst = pollClasses.toReversed()

/**
 * Lengthens, a step at a time, the class that takes most of the line, until it fits. A class that was no slower than another
 * stays so.
 */
function longer({ costs }: LineBudget, given: Periods): Partial<Periods> | undefined {
  const total = new Map(pollClasses.map((poll) => [poll, sumOf(costs, poll, ({ ms }) => ms)]))
  const fixed = sumOf(costs, 'housekeeping', loadOf)
  const now: Record<PollClass, number> = { ...given }
  const loadIn = (poll: PollClass) => (total.get(poll) ?? 0) / now[poll]
  const lengthen = (poll: PollClass, toMs: number) => {
    for (const other of pollClasses) if (given[other] >= given[poll]) now[other] = Math.max(now[other], toMs)
  }
  while (fixed + pollClasses.reduce((sum, poll) => sum + loadIn(poll), 0) > busyLoad) {
    const [most = 'fast'] = slowestFirst.toSorted((a, b) => loadIn(b) - loadIn(a))
    const next = periods.find((ms) => ms > now[most])
    if (next === undefined) return undefined
    lengthen(most, next)
  }
  return Object.fromEntries(pollClasses.flatMap((poll) => (now[poll] > given[poll] ? [[poll, now[poll]]] : [])))
}

function sumOf(costs: readonly Cost[], what: Cost['what'], of: (cost: Cost) => number): number {
  return costs.reduce((sum, cost) => (cost.what === what ? sum + of(cost) : sum), 0)
}

function faster(
  settings: LineSettings,
  devices: readonly BudgetedDevice[],
  periodsMs: Periods,
): SerialFormat | undefined {
  if (settings.protocol === 'modbus-tcp' || settings.serial === undefined) return undefined
  const { baud } = settings.serial
  const [first, ...others] = devices.map(({ instance }) => instance.profile.modbus.serial)
  return first
    ?.filter((format) => {
      const text = serialFormatText(format)
      return format.baud > baud && others.every((known) => known.some((each) => serialFormatText(each) === text))
    })
    .sort((a, b) => a.baud - b.baud)
    .find((serial) => lineBudget({ ...settings, serial }, devices, periodsMs).load <= busyLoad)
}

function fewer({ costs }: LineBudget, devices: readonly BudgetedDevice[]): number {
  let load = 0
  const firstTooMany = devices.findIndex(({ name }) => {
    load += costs.reduce((sum, cost) => (cost.device === name ? sum + loadOf(cost) : sum), 0)
    return load > busyLoad
  })
  return firstTooMany < 0 ? devices.length : firstTooMany
}
