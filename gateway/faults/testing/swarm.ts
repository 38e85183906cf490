/** Many gateways in one process, each with a few records in memory: `node swarm.ts BROKER COUNT`; prints how many are connected, and what is left. */
import { ours, type Program } from '../../testing/programs.ts'
import { systemClock, systemRandom } from '../../clock.ts'
import { offline, online } from '../../disclosure/announce.ts'
import { startUplink } from '../../uplink/mqtt.ts'
import { fakeOutlet } from '../../uplink/testing/fake-outlet.ts'
import { without, type Removal } from './without.ts'

export function openSwarm(broker: string, count: number, removed?: Removal): Program {
  return ours('gateway/faults/testing/swarm.ts', [broker, String(count)], removed === undefined ? {} : without(removed))
}

export interface SwarmTick {
  readonly connected: number
  readonly waiting: number
}

if (import.meta.main) {
  const [, , broker = '', count = '0'] = process.argv
  const gateways = Array.from({ length: Number(count) }, (_, n) => {
    const outbox = fakeOutlet(`b${n}`)
    outbox.add('energy', 20, 'historical')
    const origin = { outbox: outbox.id, boot: 1 }
    const uplink = startUplink({
      settings: { broker, keepalive: Temporal.Duration.from({ seconds: 60 }), history_rate: 64_000 },
      tenant: 'swarm',
      site: `cabinet-${n}`,
      outbox,
      announcements: {
        online: () => online(origin, systemClock.now()),
        offline: () => offline(origin),
        meta: () => offline(origin),
      },
      clock: systemClock,
      random: systemRandom,
      on: () => undefined,
    })
    return { outbox, uplink }
  })
  setInterval(() => {
    const connected = gateways.filter(({ uplink }) => uplink.status().connected).length
    const waiting = gateways.reduce((sum, { outbox }) => sum + outbox.waiting(), 0)
    process.stdout.write(`${JSON.stringify({ connected, waiting } satisfies SwarmTick)}\n`)
  }, 250)
}
