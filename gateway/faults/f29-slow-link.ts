import { join } from 'node:path'
import { dice } from '../../drivers/testing/dice.ts'
import { quantile } from '../bench/result.ts'
import { systemClock } from '../clock.ts'
import { openLink } from '../testing/link.ts'
import { eventually } from '../testing/surroundings.ts'
import { Mosquitto } from '../uplink/testing/mosquitto.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { RecipientStub } from './testing/recipient.ts'
import { UplinkProcess } from './testing/uplink-process.ts'
import type { Removal } from './testing/without.ts'

const lossy = { bitsPerS: 64_000, delayMs: 100, share: 0.2, againMs: 300 }
const perS = 2
const mostLateS = 6
const mostGrowthMb = 40

async function slow({ folder, seed, short }: FaultContext, removed?: Removal): Promise<Found> {
  const broken: string[] = []
  await using mosquitto = await Mosquitto.start({ folder })
  const { bitsPerS, delayMs, share, againMs } = lossy
  await using link = await openLink({
    to: mosquitto.port,
    bitsPerS,
    delayMs,
    loss: { share, againMs, random: dice(seed) },
  })
  await using recipient = new RecipientStub(`mqtt://127.0.0.1:${mosquitto.port}`, join(folder, 'shelf.db'))
  const backlog = short ? 2_000 : 20_000
  await using gateway = new UplinkProcess(
    { folder, broker: `mqtt://127.0.0.1:${link.port}`, historyRate: 40_000, keepaliveS: 60, perS, backlog },
    removed,
  )
  await gateway.connected()
  await systemClock.sleep(3_000)
  const [first] = gateway.ticks.slice(-1)
  if (first === undefined) throw new Error('it says nothing')
  await systemClock.sleep(short ? 25_000 : 300_000)
  const { made, outbox, rssMb } = gateway.ticks.at(-1) ?? first
  // Made at a known rate: when each was is known to a tick.
  const madeAtMs = (seq: number) => gateway.ticks.find((tick) => tick.made >= seq)?.atMs ?? Infinity
  const came = new Map(recipient.seen.filter((each) => each.outbox === outbox).map(({ seq, atMs }) => [seq, atMs]))
  const live = Array.from({ length: Math.max(0, made - first.made) }, (_, n) => first.made + 1 + n)
  const settled = live.slice(0, -perS * mostLateS)
  const lateS = settled.map((seq) => ((came.get(seq) ?? Infinity) - madeAtMs(seq)) / 1_000)
  const p99 = quantile(lateS, 0.99)
  const historical = recipient.seen.filter((each) => each.historical).length
  if (!(p99 <= mostLateS)) broken.push(`what is new is ${p99} s late`)
  if (historical === 0) broken.push('nothing of the history follows')
  if (rssMb - first.rssMb > mostGrowthMb) broken.push(`it has grown by ${rssMb - first.rssMb} MB`)
  if (gateway.events('connected').length !== 1) broken.push('the connection did not hold')
  await eventually(() => {
    if (settled.some((seq) => !recipient.seen.some((each) => each.seq === seq))) throw new Error('records are missing')
  }, 5_000).catch((error: unknown) => broken.push(String(error)))
  const figures = { 'live p99 s': p99, historical, 'grown MB': rssMb - first.rssMb }
  return { broken, figures: { looked: settled.length, ...figures } }
}

export const fault: Fault = {
  id: 'F29',
  title: '64 kbit/s, and one segment of five sent again',
  passes:
    'what is new is at most 6 s late (99 of 100) while a backlog follows in what is left of the line; the process does not grow (loss is that of TCP, late and in order: the proxy delays segments, it drops none)',
  run: (context) => slow(context),
  control: {
    without: 'telling what waited from what is new',
    run: (context) =>
      slow(context, {
        file: 'gateway/outbox/lanes.ts',
        line: 'if (!this.#isConnected) for (const lane of this.#lanes) lane.connected()',
        instead: '',
      }),
  },
}
