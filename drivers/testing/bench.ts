/** A Modbus line over a scripted wire, on a clock that its user moves. */
import { ModbusLine } from '../modbus/client.ts'
import type { Debts } from '../modbus/debts.ts'
import type { Disturbances } from '../modbus/disturbance.ts'
import type { Framing } from '../modbus/frame.ts'
import { MbapFraming } from '../modbus/mbap.ts'
import type { ReadRequest } from '../modbus/request.ts'
import { RtuFraming } from '../modbus/rtu.ts'
import type { Timing } from '../modbus/timing.ts'
import { fakeClock, type FakeClock } from './fake-clock.ts'
import { ScriptedWire } from './scripted-wire.ts'

export interface Bench {
  clock: FakeClock
  wire: ScriptedWire
  line: ModbusLine
}

/** `made`: a framing that leaves a check out, to show that it is needed; so with `disturbances`. */
export function bench(
  framing: 'rtu' | 'mbap',
  timing: Timing,
  debts: Debts | undefined,
  made?: Framing,
  disturbances?: Disturbances,
): Bench {
  const clock = fakeClock()
  const wire = new ScriptedWire(framing, clock)
  const line = new ModbusLine({
    name: 'test',
    url: 'test://wire',
    clock,
    random: () => 0.5,
    port: wire,
    framing: made ?? (framing === 'rtu' ? new RtuFraming() : new MbapFraming()),
    timing,
    ...(debts === undefined ? {} : { debts }),
    ...(disturbances === undefined ? {} : { disturbances }),
  })
  return { clock, wire, line }
}

export const never = new AbortController().signal

export function reading(unit: number, address: number, count: number, more: Partial<ReadRequest> = {}): ReadRequest {
  return { unit, function: 3, address, count, timeoutMs: 100, worstResponseMs: 500, pauseMs: 0, ...more }
}

/** Lets time pass until the promise settles. */
export async function soon<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  const outcome = { settled: false }
  const done = () => {
    outcome.settled = true
  }
  promise.then(done, done)
  for (let turn = 0; turn < 1_000 && !outcome.settled; turn++) await clock.advance(10)
  return promise
}
