/**
 * What a line's devices want of it: how many requests, and how much of its time. Pure, and planned as the driver plans its
 * requests, so that it can be told before anything runs.
 *
 * Not counted: commands and their confirmation, the question who a device is, retries; a line needs room for those.
 */
import type { Instance } from '../drivers/instance.ts'
import type { LineSettings } from '../drivers/line.ts'
import { layoutOf } from '../drivers/modbus/layout.ts'
import { plan, planMs } from '../drivers/modbus/read-plan.ts'
import { timingOf } from '../drivers/modbus/timing.ts'
import { turnAroundOf, wireOf, writeMs, type WireTime } from '../drivers/modbus/wire-time.ts'
import { pollClasses, type PollClass } from '../drivers/profile.ts'
import { milliseconds } from '../drivers/schema.ts'
import type { Periods } from './periods.ts'

/** Above, polls begin to wait for one another. */
export const busyLoad = 0.8

export interface BudgetedDevice {
  readonly name: string
  /** its points as they are read */
  readonly instance: Instance
}

/** One poll class of one device, or what its profile declares as housekeeping. */
export interface Cost {
  readonly device: string
  readonly profile: string
  readonly what: PollClass | 'housekeeping'
  readonly requests: number
  /** or bits */
  readonly registers: number
  /** that it takes the line, each time */
  readonly ms: number
  /** of which the device wants that nobody speaks */
  readonly pauseMs: number
  /** of which nobody has declared that the device needs it: it is what devices commonly take to think */
  readonly guessedMs: number
  readonly periodMs: number
}

export interface LineBudget {
  readonly costs: readonly Cost[]
  /** of a cycle, in which each class of each device has its turn once */
  readonly requests: number
  readonly registers: number
  readonly cycleMs: number
  readonly requestsPerS: number
  /** share of the line's time: 1 is all of it */
  readonly load: number
  /** what it is at least, however fast devices think of which nobody has said how long they do */
  readonly leastLoad: number
}

export function lineBudget(settings: LineSettings, devices: readonly BudgetedDevice[], periodsMs: Periods): LineBudget {
  const wire = wireOf(timingOf(settings))
  const costs = devices.flatMap((device) => [...pollCosts(device, wire, periodsMs), ...choreCosts(device, wire)])
  const sum = (of: (cost: Cost) => number) => costs.reduce((total, cost) => total + of(cost), 0)
  return {
    costs,
    requests: sum(({ requests }) => requests),
    registers: sum(({ registers }) => registers),
    cycleMs: sum(({ ms }) => ms),
    requestsPerS: sum(({ requests, periodMs }) => (1_000 * requests) / periodMs),
    load: sum(loadOf),
    leastLoad: sum(({ ms, guessedMs, periodMs }) => (ms - guessedMs) / periodMs),
  }
}

/** As it is told to others. */
export function budgetTold({ requests, registers, cycleMs, requestsPerS, load }: LineBudget) {
  return {
    requests,
    registers,
    cycle_ms: rounded(cycleMs),
    requests_per_s: rounded(requestsPerS),
    load: rounded(load),
  }
}

/** A thousandth is fine enough for people. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

export function loadOf({ ms, periodMs }: Cost): number {
  return ms / periodMs
}

type Wire = Omit<WireTime, 'turnAroundMs'>

function pollCosts({ name, instance }: BudgetedDevice, wire: Wire, periodsMs: Periods): Cost[] {
  const { profile, points } = instance
  const limits = {
    ...layoutOf(profile, points.values()),
    wire: { ...wire, turnAroundMs: turnAroundOf(profile) },
  }
  return pollClasses.flatMap((what) => {
    const blocks = plan(
      [...points.values()].filter(({ poll }) => poll === what),
      limits,
    )
    if (blocks.length === 0) return []
    const requests = blocks.length
    const pauseMs = requests * pauseOf(instance, wire)
    return {
      device: name,
      profile: profile.id,
      what,
      requests,
      registers: blocks.reduce((sum, { count }) => sum + count, 0),
      ms: planMs(blocks, limits.wire) + pauseMs,
      pauseMs,
      guessedMs: requests * guessOf(instance),
      periodMs: periodsMs[what],
    }
  })
}

function choreCosts({ name, instance }: BudgetedDevice, wire: Wire): Cost[] {
  const { profile } = instance
  const pauseMs = pauseOf(instance, wire)
  return profile.housekeeping.map(({ every }) => ({
    device: name,
    profile: profile.id,
    what: 'housekeeping',
    requests: 1,
    registers: 1,
    ms: writeMs({ ...wire, turnAroundMs: turnAroundOf(profile) }) + pauseMs,
    pauseMs,
    guessedMs: guessOf(instance),
    periodMs: milliseconds(every),
  }))
}

/** What the device wants beyond the silence that the line keeps anyway. */
function pauseOf({ profile }: Instance, { gapMs }: Wire): number {
  const { pause } = profile.modbus
  return pause === undefined ? 0 : Math.max(0, milliseconds(pause) - gapMs)
}

function guessOf({ profile }: Instance): number {
  return profile.modbus.turn_around === undefined ? turnAroundOf(profile) : 0
}

/** A kind of device, and one of its classes: what that takes in all. */
export interface CostGroup {
  readonly devices: readonly string[]
  readonly profile: string
  readonly what: Cost['what']
  readonly requests: number
  readonly registers: number
  readonly ms: number
  readonly pauseMs: number
  readonly guessedMs: number
  readonly periodMs: number
  readonly load: number
}

/** Devices of one profile together, what takes most first. */
export function grouped(costs: readonly Cost[]): CostGroup[] {
  const groups = Map.groupBy(costs, ({ profile, what, periodMs }) => `${profile} ${what} ${periodMs}`)
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group
      const sum = (of: (cost: Cost) => number) => group.reduce((total, cost) => total + of(cost), 0)
      if (first === undefined) return []
      return {
        devices: [...new Set(group.map(({ device }) => device))],
        profile: first.profile,
        what: first.what,
        requests: sum(({ requests }) => requests),
        registers: sum(({ registers }) => registers),
        ms: sum(({ ms }) => ms),
        pauseMs: sum(({ pauseMs }) => pauseMs),
        guessedMs: sum(({ guessedMs }) => guessedMs),
        periodMs: first.periodMs,
        load: sum(loadOf),
      }
    })
    .sort((a, b) => b.load - a.load)
}
