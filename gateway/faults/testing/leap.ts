/** A gateway that follows a time server, and whose clock then leaps; an order is under way meanwhile. */
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { openRelay } from '../../testing/relay.ts'
import { eventually } from '../../testing/surroundings.ts'
import type { FaultContext, Found } from '../fault.ts'
import { Cabinet, north, output, south, watchOutput } from './cabinet.ts'
import { machineClock } from './machine-clock.ts'
import { recordsIn } from './records-in.ts'
import { without, type Removal } from './without.ts'

const night = '2026-12-22T00:00:00Z'
const leaseMs = 5_000

export interface Leap {
  /** where the clock goes; each stays for two seconds and more */
  readonly to: readonly string[]
  /** it is put right again at the end */
  readonly returns: boolean
  readonly removed?: Removal
}

export async function leap({ folder }: FaultContext, { to, returns, removed }: Leap): Promise<Found> {
  const broken: string[] = []
  const state = join(folder, 'state')
  await using relay = await openRelay()
  const cabinet = new Cabinet({ folder, state, relay, clockTrusted: false })
  const clock = machineClock(folder, night, true)
  const env = { ...clock.env, ...(removed === undefined ? {} : without(removed)) }
  await using gateway = await cabinet.start({ at: 'machine', env })
  await output(relay, north, true)
  const trust = () => gateway.told('time').at(-1)
  await eventually(() => {
    if (trust()?.trust !== 'synced')
      throw new Error(`the clock is not believed to begin with: ${JSON.stringify(trust())}`)
  })
  if (relay.outputs[south] === true) throw new Error('the south side is lit in its late period')
  const dark = watchOutput(relay, north, true)

  const beganMs = systemClock.monotonicMs()
  await gateway.light(leaseMs)
  await output(relay, south, true)
  let leaps = 0
  for (const instant of to) {
    clock.set(instant)
    leaps++
    await eventually(() => {
      if (trust()?.trust !== 'unknown') throw new Error(`${instant} is believed`)
    }, 3_000).catch((error: unknown) => broken.push(String(error)))
    await systemClock.sleep(2_000)
  }
  const ended = gateway.program.out.filter((line) => line.includes('"segment":"south"')).length
  await systemClock.sleep(Math.max(0, leaseMs + 1_000 - (systemClock.monotonicMs() - beganMs)))
  // By its lease the order is over; the fallback, in place of the program, has the south side lit.
  const rulings = gateway.told('ruling').filter(({ segment }) => segment === 'south')
  const orders = rulings.filter(({ priority }) => priority === 'operator')
  if (orders.length !== 1) broken.push(`the order ruled ${orders.length} times`)
  if (rulings.at(-1)?.priority === 'operator') broken.push('the order outlives its lease')
  if (relay.outputs[south] !== true) broken.push('the south side is dark, though nobody knows the time')
  if (returns) {
    clock.set(
      Temporal.Instant.from(night)
        .add({ milliseconds: Math.round(systemClock.monotonicMs() - beganMs) })
        .toString(),
    )
    await output(relay, south, false, 10_000).catch((error: unknown) => broken.push(`put right: ${String(error)}`))
  }
  dark.stop()
  const accepted = await gateway.accepted()
  const ranMs = systemClock.monotonicMs() - beganMs
  await gateway.end()
  const switched = relay.writes.filter((write) => write.startsWith('coil/1='))
  const needless = switched.filter((write, index) => write === switched[index - 1])
  if (needless.length > 0) broken.push(`the south side is told twice: ${switched.join(', ')}`)
  const records = await recordsIn(join(state, 'outbox.db'))
  if (records.some(({ seq }, index) => seq !== index + 1)) broken.push('a record has no number, or another’s')
  if (accepted < ranMs / 1_000 - 3) broken.push(`${accepted} records in ${Math.round(ranMs)} ms: windows stay open`)
  if (accepted > ranMs / 1_000 + 4 + 2 * leaps) broken.push(`${accepted} records in ${Math.round(ranMs)} ms: too many`)
  const figures = { looked: leaps, records: records.length, switched: switched.length, rulings: ended }
  return { broken, figures: { ...figures, 'unsafe output ms': dark.wrongMs } }
}
