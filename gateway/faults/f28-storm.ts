import { systemClock } from '../clock.ts'
import { openLink, type Link } from '../testing/link.ts'
import { eventually } from '../testing/surroundings.ts'
import { Mosquitto } from '../uplink/testing/mosquitto.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { openSwarm, type SwarmTick } from './testing/swarm.ts'
import type { Removal } from './testing/without.ts'

/** Of all, in any second, once the broker is back: a third. */
const mostShare = 1 / 3

async function storm({ folder, short }: FaultContext, removed?: Removal): Promise<Found> {
  const broken: string[] = []
  const gateways = short ? 60 : 200
  await using mosquitto = await Mosquitto.start({ folder, settings: ['max_queued_messages 0'] })
  await using link = await openLink({ to: mosquitto.port })
  await using swarm = openSwarm(`mqtt://127.0.0.1:${link.port}`, gateways, removed)
  const last = (): SwarmTick => JSON.parse(swarm.out.at(-1) ?? '{"connected":0,"waiting":1}') as SwarmTick
  const all = () =>
    eventually(() => {
      if (last().connected < gateways) throw new Error(`${last().connected} of ${gateways} are connected`)
    }, 120_000)
  await all()
  await mosquitto.kill()
  await systemClock.sleep(short ? 12_000 : 30_000)
  await mosquitto.restart()
  const stop = new AbortController()
  const counted = peak(link, stop.signal)
  await all().catch((error: unknown) => broken.push(String(error)))
  stop.abort()
  const most = await counted
  if (most > gateways * mostShare) broken.push(`${most} of ${gateways} came within one second`)
  await eventually(() => {
    if (last().waiting > 0) throw new Error(`${last().waiting} records still wait`)
  }, 60_000).catch((error: unknown) => broken.push(String(error)))
  return { broken, figures: { looked: gateways, 'most a second': most } }
}

/** The most connections that were opened within a second. */
async function peak(link: Link, signal: AbortSignal): Promise<number> {
  const counts: number[] = []
  let most = 0
  while (!signal.aborted) {
    counts.push(link.connections)
    const second = counts.slice(-11)
    most = Math.max(most, (second.at(-1) ?? 0) - (second[0] ?? 0))
    await systemClock.sleep(100, signal).catch(() => undefined)
  }
  return most
}

export const fault: Fault = {
  id: 'F28',
  title: 'a broker sends all its gateways away at once',
  passes:
    'they come back spread out, at most a third of them in any second, and what they hold is through afterwards (each at the pace of its own history: the broker’s sum is not limited)',
  run: (context) => storm(context),
  control: {
    without: 'the jitter of the back-off',
    run: (context) =>
      storm(context, {
        file: 'gateway/uplink/back-off.ts',
        line: 'return random() * Math.min(longestMs',
        instead: 'return Math.min(longestMs',
      }),
  },
}
