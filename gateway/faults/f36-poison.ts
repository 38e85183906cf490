import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { dice } from '../../drivers/testing/dice.ts'
import { systemClock } from '../clock.ts'
import { eventually } from '../testing/surroundings.ts'
import { Mosquitto } from '../uplink/testing/mosquitto.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { RecipientStub } from './testing/recipient.ts'
import { UplinkProcess } from './testing/uplink-process.ts'
import type { Removal } from './testing/without.ts'

const below = 'fanal/bench/rue-haute'
const topics = ['receipt/energy', 'replay/energy', 'receipt/other', 'self', 'command/north'].map(
  (name) => `${below}/${name}`,
)

/** Garbage of many makes: bytes, broken JSON, right JSON of the wrong form, numbers out of bounds, very long, very deep. */
function poison(random: () => number, outbox: string): Buffer {
  const pick = Math.floor(random() * 9)
  const number = Math.floor(random() * 2 ** 40)
  if (pick === 0)
    return Buffer.from(Array.from({ length: 1 + Math.floor(random() * 300) }, () => Math.floor(random() * 256)))
  if (pick === 1) return Buffer.from(`{"v":1,"outbox":"${outbox}","upto":`)
  if (pick === 2) return Buffer.from(`{"v":1,"outbox":"elsewhere","upto":${number}}`)
  if (pick === 3) return Buffer.from(`{"v":1,"outbox":"${outbox}","upto":-${number}}`)
  if (pick === 4) return Buffer.from(`{"v":1,"outbox":"${outbox}","ranges":[[${number},1],[0,0]]}`)
  if (pick === 5) return Buffer.from(`{"v":1,"outbox":"${outbox}","ranges":[[1,9007199254740991]]}`)
  if (pick === 6) return Buffer.from('['.repeat(50_000))
  if (pick === 7) return Buffer.from('x'.repeat(60_000))
  return Buffer.from('{"__proto__":{"v":1},"constructor":null,"v":"1"}')
}

async function poisoned({ folder, seed, short }: FaultContext, removed?: Removal): Promise<Found> {
  const broken: string[] = []
  const random = dice(seed)
  await using mosquitto = await Mosquitto.start({ folder })
  const broker = `mqtt://127.0.0.1:${mosquitto.port}`
  await using recipient = new RecipientStub(broker, join(folder, 'shelf.db'))
  const options = { folder, broker, perS: 10 }
  let thrown = 0
  let outbox = ''
  let made = 0
  for (const round of short ? [1, 2] : [1, 2, 3, 4, 5]) {
    // What is retained meets it at its start again.
    await using gateway = new UplinkProcess(options, removed)
    await gateway.connected()
    await eventually(() => {
      if (gateway.ticks.length === 0) throw new Error('it says nothing')
    })
    outbox = gateway.ticks.at(-1)?.outbox ?? ''
    const client = await connectAsync(broker, { reconnectPeriod: 0 })
    for (let count = 0; count < (short ? 300 : 3_000); count++, thrown++) {
      const topic = topics[Math.floor(random() * topics.length)] ?? ''
      await client.publishAsync(topic, poison(random, outbox), { qos: 1, retain: random() < 0.3 })
    }
    await client.endAsync()
    const before = gateway.made
    await eventually(() => {
      if (gateway.made < before + 20) throw new Error(`round ${round}: it goes on no more`)
    }, 15_000).catch((error: unknown) => broken.push(String(error)))
    const connections = gateway.events('connected').length
    if (connections !== 1) broken.push(`round ${round}: ${connections} connections`)
    made = gateway.made
    if (broken.length > 0) break
    await gateway.program.end('SIGTERM')
    await systemClock.sleep(100)
  }
  if (broken.length === 0)
    await eventually(() => {
      if (recipient.holds(outbox, made).lost > 0) throw new Error('records are missing')
    }).catch((error: unknown) => broken.push(String(error)))
  const { lost, twice } = recipient.holds(outbox, made)
  if (twice > 0) broken.push(`${twice} records were told twice`)
  return { broken, figures: { looked: thrown, records: made, 'acknowledged and lost': broken.length > 0 ? 0 : lost } }
}

export const fault: Fault = {
  id: 'F36',
  title: 'poison on the topics that a gateway listens to, repeated and retained',
  passes:
    'garbage as receipts, requests, commands and words to itself, some of it retained, breaks no connection, stops no record, and meets the next start without harm. (Configuration does not come over the broker: not tried; what control does with a command that is retained is in its own tests.)',
  run: (context) => poisoned(context),
  control: {
    without: 'the fence around what is parsed',
    run: (context) =>
      poisoned(context, {
        file: 'gateway/uplink/requests.ts',
        line: '  } catch {\n    return undefined\n  }',
        instead: '  } catch (error) {\n    throw error\n  }',
      }),
  },
}
