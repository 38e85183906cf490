/** A driver without a wire: what is written is kept, and what became of it is the test's to say. */
import type { Armed, Cleared, Driver, SetpointValue, Written } from '../../../drivers/driver.ts'
import type { Acquaintance } from '../control.ts'

export interface FakeDriver extends Driver {
  readonly writes: Cleared[]
  readonly armings: readonly ReadonlyMap<string, SetpointValue>[]
  /** What the next writes, and all after the last of these, come to; a promise comes when the test lets it. */
  answers(...outcomes: (Written | Promise<Written>)[]): void
  /** what the next arming comes to */
  armed: Armed
}

/** Every device is known as the one that the site names. */
export const familiar: Acquaintance = { recognition: () => 'matches', identifySoon: () => undefined }

export const applied: Written = { state: 'applied' }
export const unasked: Written = { state: 'unconfirmed', because: 'not-asked' }

/** By default ends are applied and steps not asked after, as a driver does. */
export function fakeDriver(): FakeDriver {
  const writes: Cleared[] = []
  const armings: ReadonlyMap<string, SetpointValue>[] = []
  let outcomes: (Written | Promise<Written>)[] = []
  const driver: FakeDriver = {
    writes,
    armings,
    armed: { state: 'armed', written: 0 },
    answers: (...next) => {
      outcomes = next
    },
    identify: () => Promise.resolve({ state: 'matches' }),
    read: () => Promise.resolve([]),
    write: async (command) => {
      writes.push(command)
      const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0]
      return await (outcome ?? (command.confirm ? applied : unasked))
    },
    arm: (safe) => {
      armings.push(safe)
      return Promise.resolve(driver.armed)
    },
    tend: () => Promise.resolve(),
    raw: () => undefined,
    defects: () => [],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  return driver
}
