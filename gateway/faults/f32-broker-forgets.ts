import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { eventually } from '../testing/surroundings.ts'
import { Mosquitto } from '../uplink/testing/mosquitto.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { RecipientStub } from './testing/recipient.ts'
import { UplinkProcess } from './testing/uplink-process.ts'
import type { Removal } from './testing/without.ts'

/** Nobody is there to receive: the broker takes each record, says so, and has nobody to give it to; then it is killed, too. */
async function forgets({ folder, short }: FaultContext, removed?: Removal): Promise<Found> {
  const broken: string[] = []
  await using mosquitto = await Mosquitto.start({ folder })
  const broker = `mqtt://127.0.0.1:${mosquitto.port}`
  const backlog = short ? 100 : 2_000
  await using gateway = new UplinkProcess({ folder, broker, perS: 10, backlog }, removed)
  await gateway.connected()
  await eventually(() => {
    const { made = 0, status } = gateway.ticks.at(-1) ?? {}
    if (made < backlog || (status?.published ?? 0) < made - 5) throw new Error('the broker does not take them')
  })
  const acknowledged = gateway.ticks.at(-1)?.status.published ?? 0
  await mosquitto.kill()
  await systemClock.sleep(500)
  await mosquitto.restart()
  await using recipient = new RecipientStub(broker, join(folder, 'shelf.db'))
  await eventually(() => {
    if (gateway.events('connected').length < 2) throw new Error('it does not come back')
  })
  const { made, outbox } = gateway.ticks.at(-1) ?? { made: 0, outbox: '' }
  await eventually(() => {
    if (recipient.holds(outbox, made).lost > 0) throw new Error('what the broker lost has not come')
  }, 60_000).catch((error: unknown) => broken.push(String(error)))
  const { lost, twice } = recipient.holds(outbox, made)
  if (recipient.replays === 0) broken.push('nothing was asked for: nothing was tried')
  if (twice > 0) broken.push(`${twice} records were told twice`)
  const figures = { acknowledged, 'asked for': recipient.replays, 'came again': recipient.duplicates }
  return { broken, figures: { looked: made, ...figures, 'acknowledged and lost': lost } }
}

export const fault: Fault = {
  id: 'F32',
  title: 'the broker loses what it has acknowledged',
  passes:
    'the recipient sees the hole, asks, and is sent all that the broker acknowledged and lost, from what the gateway keeps until the receipt',
  run: (context) => forgets(context),
  control: {
    without: 'keeping what has no receipt',
    run: (context) =>
      forgets(context, {
        file: 'gateway/outbox/lane.ts',
        line: 'if (durable || seq <= (this.#receipt ?? 0) || this.#memory.delete(seq)) return',
        instead: 'if (seq <= (this.#receipt ?? 0) || this.#memory.delete(seq)) return',
      }),
  },
}
