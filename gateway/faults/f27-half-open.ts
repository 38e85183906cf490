import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import { systemClock } from '../clock.ts'
import { openLink } from '../testing/link.ts'
import { eventually } from '../testing/surroundings.ts'
import { Mosquitto } from '../uplink/testing/mosquitto.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { RecipientStub } from './testing/recipient.ts'
import { nowMs, UplinkProcess } from './testing/uplink-process.ts'
import type { Removal } from './testing/without.ts'

const keepaliveS = 5
/** what a shared machine and the printing of a line may add */
const toleranceMs = 700

/** `perS`: while nothing leaves only the keep-alive can notice. */
async function halfOpen({ folder }: FaultContext, perS: number, removed?: Removal): Promise<Found> {
  const own = join(folder, `at-${perS}`)
  mkdirSync(own)
  const broken: string[] = []
  await using mosquitto = await Mosquitto.start({ folder: own })
  await using link = await openLink({ to: mosquitto.port })
  await using recipient = new RecipientStub(`mqtt://127.0.0.1:${mosquitto.port}`, join(own, 'shelf.db'))
  await using gateway = new UplinkProcess(
    { folder: own, broker: `mqtt://127.0.0.1:${link.port}`, keepaliveS, perS, backlog: 5 },
    removed,
  )
  await gateway.connected()
  await eventually(() => {
    if (recipient.seen.length < 5) throw new Error('nothing arrives to begin with')
  })
  link.die()
  const diedMs = nowMs()
  await systemClock.sleep(600) // what had been answered is counted by then
  const sentThen = gateway.ticks.at(-1)?.status.published ?? 0
  await eventually(() => {
    if (gateway.events('trouble').length === 0) throw new Error('not noticed')
  }, keepaliveS * 2_500).catch((error: unknown) => broken.push(String(error)))
  const noticedMs = (gateway.events('trouble')[0]?.atMs ?? Infinity) - diedMs
  if (noticedMs > keepaliveS * 1_500 + toleranceMs) broken.push(`noticed after ${noticedMs} ms`)
  const counted = (gateway.ticks.at(-1)?.status.published ?? 0) - sentThen
  if (counted > 0) broken.push(`${counted} records are counted as sent into a dead line`)
  if (broken.length > 0) return { broken, figures: { looked: 1, 'noticed ms': noticedMs } }
  link.revive()
  await eventually(() => {
    if (gateway.events('connected').length < 2) throw new Error('it does not come back')
  })
  const { made, outbox } = gateway.ticks.at(-1) ?? { made: 0, outbox: '' }
  await eventually(() => {
    if (recipient.holds(outbox, made).lost > 0) throw new Error('records are missing')
  }).catch((error: unknown) => broken.push(String(error)))
  const { lost, twice } = recipient.holds(outbox, made)
  if (twice > 0) broken.push(`${twice} records were told twice`)
  return { broken, figures: { looked: made, 'noticed ms': noticedMs, 'acknowledged and lost': lost } }
}

async function both(context: FaultContext): Promise<Found> {
  const busy = await halfOpen(context, 4)
  const idle = await halfOpen(context, 0)
  const figures = {
    ...busy.figures,
    looked: Number(busy.figures['looked']) + Number(idle.figures['looked']),
    'noticed idle ms': idle.figures['noticed ms'] ?? '',
    'acknowledged and lost':
      Number(busy.figures['acknowledged and lost'] ?? 0) + Number(idle.figures['acknowledged and lost'] ?? 0),
  }
  return { broken: [...busy.broken, ...idle.broken.map((why) => `idle: ${why}`)], figures }
}

export const fault: Fault = {
  id: 'F27',
  title: 'the connection to the broker is half-open',
  passes:
    'noticed within one and a half keep-alives, while records leave and while none do; nothing is counted as sent meanwhile; once the line is back all arrives, each record once',
  run: both,
  control: {
    without: 'the keep-alive, while nothing leaves',
    run: (context) =>
      halfOpen(context, 0, {
        file: 'gateway/uplink/client-options.ts',
        line: 'keepalive: Math.round(keepaliveMs / 1_000)',
        instead: 'keepalive: 0',
      }),
  },
}
