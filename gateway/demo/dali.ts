/**
 * A DALI gateway with its lamps, as it looks from Modbus (Intesis IN703DAL0640000, one DALI line): a level that is written
 * fades in the gears, and what they say of themselves follows. It keeps its light when nobody talks to it.
 */
import type { Clock } from '../../drivers/clock.ts'
import type { Table } from '../../drivers/profile.ts'
import type { Device } from './meter.ts'

/** By index; a gear may be in several groups. */
export interface DaliWiring {
  readonly gears: number
  readonly groups: readonly (readonly number[])[]
}

export interface DaliGateway extends Required<Device> {
  /** what each gear gives now, in per cent */
  levels(): number[]
}

interface Gear {
  /** the level that the fade began at, and when */
  from: number
  sinceMs: number
  /** the arc power level that was asked for */
  target: number
  /** no level was asked for since the power came */
  powerCycle: boolean
}

/** IEC 62386-102, 9.5.2: fade time 2 is one second. */
const fadeTimeCode = 2
const fadeMs = 1_000
const leastLevel = 1
const fullLevel = 100
/** IEC 62386-207: LED modules. */
const ledType = 6

/** Of a gear from `100 × gear` on; the group's and the broadcast's level have registers of their own. */
const perGear = 100
const levelRegister = 15
const statusRegister = 5
const updateRegister = 4
const failureRegisters = 4
const firstGroup = 6_400
const perGroup = 20
const broadcast = 6_800

/** All lamps off, as after their power came. */
export function daliGateway({ gears: count, groups }: DaliWiring, clock: Pick<Clock, 'monotonicMs'>): DaliGateway {
  const gears = Array.from({ length: count }, (): Gear => ({ from: 0, sinceMs: -fadeMs, target: 0, powerCycle: true }))
  /** what was last written to the group's and to the broadcast's register */
  const asked = new Map<number, number>()

  const progress = ({ sinceMs }: Gear) => Math.min(1, (clock.monotonicMs() - sinceMs) / fadeMs)
  const actual = (gear: Gear) => gear.from + (gear.target - gear.from) * progress(gear)
  const status = (gear: Gear) =>
    Number(gear.powerCycle) * 0x80 + Number(progress(gear) < 1) * 0x10 + Number(actual(gear) > 0) * 0x04

  /** The gears that a level register moves; undefined for any other register. */
  const moved = (address: number): readonly Gear[] | undefined => {
    if (address === broadcast) return gears
    const group = groups[(address - firstGroup) / perGroup]
    if (group !== undefined) return group.flatMap((gear) => gears[gear] ?? [])
    const gear = address % perGear === levelRegister ? gears[(address - levelRegister) / perGear] : undefined
    return gear && [gear]
  }

  const gearRegister = (gear: Gear, offset: number): number | undefined => {
    const registers: Readonly<Record<number, number>> = {
      [statusRegister]: status(gear),
      6: Math.round(actual(gear)),
      7: ledType,
      8: leastLevel, // physical minimum
      9: leastLevel,
      10: fullLevel,
      11: fullLevel, // at power-on
      12: fullLevel, // at a failure of the DALI line
      13: fadeTimeCode,
      14: 7, // fade rate, the standard's own
      [levelRegister]: gear.target,
      80: 0, // failures of the LED module
      82: 1, // dimming curve: linear
    }
    return registers[offset]
  }

  return {
    levels: () => gears.map(actual),
    register: (table: Table, address: number) => {
      if (table !== 'holding' && table !== 'input') return undefined // it answers both functions alike
      if (address < failureRegisters || address === updateRegister) return 0
      const gear = gears[Math.floor(address / perGear)]
      if (gear !== undefined) return gearRegister(gear, address % perGear)
      return moved(address) && (asked.get(address) ?? 0)
    },
    write: (table: Table, address: number, value: number) => {
      if (table !== 'holding') return 'no-register'
      if (address === updateRegister) return 'written' // what it says of its gears is always fresh
      const moving = moved(address)
      if (moving === undefined) return 'no-register'
      if (value > fullLevel) return 'bad-value'
      asked.set(address, value)
      for (const gear of moving)
        Object.assign(gear, {
          from: actual(gear),
          sinceMs: clock.monotonicMs(),
          target: value,
          powerCycle: false,
        } satisfies Gear)
      return 'written'
    },
  }
}
