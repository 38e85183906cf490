import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../testing/surroundings.ts'
import { Mosquitto } from '../uplink/testing/mosquitto.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { RecipientStub } from './testing/recipient.ts'
import { nowMs, UplinkProcess } from './testing/uplink-process.ts'
import type { Removal } from './testing/without.ts'

const mostMs = 10_000

async function frozen({ folder }: FaultContext, removed?: Removal): Promise<Found> {
  const broken: string[] = []
  const [one, two] = ['one', 'two'].map((name) => join(folder, name))
  if (one === undefined || two === undefined) throw new Error('no folders')
  for (const each of [one, two]) mkdirSync(each)
  await using first = await Mosquitto.start({ folder: one })
  await using second = await Mosquitto.start({ folder: two })
  const [firstUrl, secondUrl] = [first, second].map(({ port }) => `mqtt://127.0.0.1:${port}`)
  if (firstUrl === undefined || secondUrl === undefined) throw new Error('no brokers')
  await using atFirst = new RecipientStub(firstUrl, join(one, 'shelf.db'))
  await using atSecond = new RecipientStub(secondUrl, join(two, 'shelf.db'))
  await using gateway = new UplinkProcess(
    { folder, broker: firstUrl, standby: [secondUrl], keepaliveS: 60, perS: 10 },
    removed,
  )
  await gateway.connected()
  await eventually(() => {
    if (atFirst.seen.length < 10) throw new Error('nothing arrives to begin with')
  })
  first.freeze()
  const frozenMs = nowMs()
  await eventually(() => {
    if (gateway.events('connected').at(-1)?.broker !== secondUrl) throw new Error('it stays with the frozen one')
  }, mostMs + 5_000).catch((error: unknown) => broken.push(String(error)))
  const switchedMs = (gateway.events('connected').at(-1)?.atMs ?? Infinity) - frozenMs
  if (switchedMs > mostMs || switchedMs < 0) broken.push(`the other node after ${switchedMs} ms`)
  const { made, outbox } = gateway.ticks.at(-1) ?? { made: 0, outbox: '' }
  // The second has never heard of what the first was given: it asks. What the first’s recipient has confirmed is with that one.
  const lacking = () => {
    const held = new Set([...atFirst.seen, ...atSecond.seen].map(({ seq }) => seq))
    return Array.from({ length: made }, (_, n) => n + 1).filter((seq) => !held.has(seq)).length
  }
  if (broken.length === 0)
    await eventually(() => {
      if (lacking() > 0) throw new Error(`${lacking()} records are nowhere`)
    }, 60_000).catch((error: unknown) => broken.push(String(error)))
  const lost = lacking()
  const twice = atFirst.holds(outbox, made).twice + atSecond.holds(outbox, made).twice
  if (twice > 0) broken.push(`${twice} records were told twice`)
  first.thaw()
  return {
    broken,
    figures: {
      looked: made,
      'switched ms': switchedMs,
      'came again': atSecond.duplicates,
      'acknowledged and lost': lost,
    },
  }
}

export const fault: Fault = {
  id: 'F31',
  title: 'a broker’s node is frozen',
  passes:
    'with another address, that one within 10 s; what the frozen node has taken and the other lacks is asked for and comes again, and the recipient tells each record once',
  run: (context) => frozen(context),
  control: {
    without: 'impatience where there is another address',
    run: (context) =>
      frozen(context, {
        file: 'gateway/uplink/mqtt.ts',
        line: '...(this.#approach.hasOthers ? { patienceMs: standbyPatienceMs } : {}),',
        instead: '',
      }),
  },
}
