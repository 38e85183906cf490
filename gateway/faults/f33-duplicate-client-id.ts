import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { eventually } from '../testing/surroundings.ts'
import { Mosquitto } from '../uplink/testing/mosquitto.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { RecipientStub } from './testing/recipient.ts'
import { UplinkProcess } from './testing/uplink-process.ts'
import type { Removal } from './testing/without.ts'

/** This broker does not say why it hangs up: each comes twice before the original looks, comes back, and the copy stays away. */
const mostConnections = 5

async function twins({ folder, short }: FaultContext, removed?: Removal): Promise<Found> {
  const broken: string[] = []
  for (const name of ['original', 'copy']) mkdirSync(join(folder, name))
  await using mosquitto = await Mosquitto.start({ folder })
  const broker = `mqtt://127.0.0.1:${mosquitto.port}`
  await using recipient = new RecipientStub(broker, join(folder, 'shelf.db'))
  const start = (name: string) => new UplinkProcess({ folder: join(folder, name), broker, perS: 5 }, removed)
  await using original = start('original')
  await original.connected()
  await systemClock.sleep(3_000)
  await using copy = start('copy')
  await copy.connected()
  await systemClock.sleep(short ? 20_000 : 120_000)

  const connections = original.events('connected').length + copy.events('connected').length
  if (connections > mostConnections) broken.push(`${connections} connections: they send each other away`)
  if (original.ticks.at(-1)?.status.connected !== true) broken.push('the one that has run for longer has lost its seat')
  if (copy.ticks.at(-1)?.status.connected !== false) broken.push('the copy is connected')
  const { made, outbox } = original.ticks.at(-1) ?? { made: 0, outbox: '' }
  const named = copy
    .events('trouble')
    .filter(({ code, detail }) => code === 'BROKER_CLIENT_ID_TAKEN' && detail.includes(outbox))
  if (named.length === 0) broken.push('the copy does not name the other')
  if (original.ticks.at(-1)?.status.twin?.outbox !== copy.ticks.at(-1)?.outbox)
    broken.push('the original does not name the copy')
  if (broken.length > 0) return { broken, figures: { looked: connections } }
  await eventually(() => {
    if (recipient.holds(outbox, made).lost > 0) throw new Error('records of the original are missing')
  }).catch((error: unknown) => broken.push(String(error)))
  const { lost, twice } = recipient.holds(outbox, made)
  if (twice > 0) broken.push(`${twice} records were told twice`)

  // The original is gone for good: whoever has its identity comes, soon or late, when it looks again.
  return { broken, figures: { looked: made, connections, 'acknowledged and lost': lost } }
}

export const fault: Fault = {
  id: 'F33',
  title: 'two gateways with one client id',
  passes:
    'no duel: the one that has run for longer has its seat after a few seconds (each has come twice by then where the broker gives no reason, once where it does), the copy stays away and names it by its outbox, and is named in the other’s status; what the original sends arrives, each record once',
  run: (context) => twins(context),
  control: {
    without: 'looking for the other before coming back',
    run: (context) =>
      twins(context, {
        file: 'gateway/uplink/mqtt.ts',
        line: 'if (this.#approach.looksFirst) await this.#lookAround(signal)',
        instead: '',
      }),
  },
}
