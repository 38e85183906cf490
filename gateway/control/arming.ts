/** Sees to it that devices do what they shall when the gateway is gone: their own timeouts, armed and checked. */
import type { Armed, Driver, SetpointValue } from '../../drivers/driver.ts'
import type { PointId } from '../../drivers/reading.ts'
import { valueOf } from './levels.ts'
import type { Segment } from './segment.ts'

/** A device that was armed is looked at again: somebody may have set it up anew. */
const checkAgainMs = 3_600_000
const tryAgainMs = 60_000

interface Charge {
  readonly driver: Driver
  readonly safe: ReadonlyMap<PointId, SetpointValue>
  dueMs: number
  busy: boolean
}

export interface ArmingParts {
  readonly segments: Iterable<Segment>
  readonly drivers: ReadonlyMap<string, Driver>
  readonly signal: AbortSignal
  readonly on: { armed(device: string, armed: Armed): void; fault(error: unknown): void }
}

export class Arming {
  readonly #parts: ArmingParts
  readonly #charges = new Map<string, Charge>()

  constructor(parts: ArmingParts) {
    this.#parts = parts
    const safe = new Map<string, Map<PointId, SetpointValue>>()
    for (const { outputs, declared } of parts.segments)
      for (const output of outputs) {
        if (output.onLoss === undefined) continue
        const lit = typeof declared.on_loss !== 'object'
        const values = safe.get(output.device) ?? new Map<PointId, SetpointValue>()
        safe.set(output.device, values.set(output.setpoint, valueOf(output.form, lit ? 100 : 0)))
      }
    for (const [device, values] of safe) {
      const driver = parts.drivers.get(device)
      // Not before it has answered (`answers`): what is not there cannot be armed.
      if (driver !== undefined) this.#charges.set(device, { driver, safe: values, dueMs: Infinity, busy: false })
    }
  }

  /** It answers, for the first time or again: it may have been without power, or be another. */
  answers(device: string): void {
    const charge = this.#charges.get(device)
    if (charge !== undefined) charge.dueMs = -Infinity
  }

  turn(nowMs: number, isKnown: (device: string) => boolean): number {
    const { signal, on } = this.#parts
    let nextMs = Infinity
    for (const [device, charge] of this.#charges) {
      if (charge.busy) continue
      if (nowMs < charge.dueMs) {
        nextMs = Math.min(nextMs, charge.dueMs - nowMs)
        continue
      }
      // Not a register of a device that may be another; when it is known who it is there is another turn.
      if (!isKnown(device)) continue
      charge.busy = true
      charge.dueMs = nowMs + tryAgainMs
      charge.driver.arm(charge.safe, signal).then(
        (armed) => {
          charge.busy = false
          if (armed.state === 'armed' && charge.dueMs !== -Infinity) charge.dueMs = nowMs + checkAgainMs
          on.armed(device, armed)
        },
        (error: unknown) => {
          charge.busy = false
          if (!signal.aborted) on.fault(error)
        },
      )
    }
    return nextMs
  }
}
