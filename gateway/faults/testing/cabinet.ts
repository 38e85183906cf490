/**
 * A cabinet with a relay board and two segments, at one o'clock of a winter night: the north side is lit until sunrise, the
 * south side is in its late period, dark by decision, and can be switched by command. What the board's outputs say is read
 * every second, and leaves in a durable release. The gateway is its own process, and whatever it keeps lies in `state`.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { gatewayEvent, type GatewayEvent } from '../../events.ts'
import { status, type Status } from '../../local/answers.ts'
import { ask, tell } from '../../local/client.ts'
import { statePaths } from '../../state.ts'
import { ours, type Ending, type Program } from '../../testing/programs.ts'
import type { Relay } from '../../testing/relay.ts'
import { eventually } from '../../testing/surroundings.ts'

export const release = 'relays'
const timeZone = 'Europe/Paris'
/** in the south's late period, on the street's clock */
const lateAtNight = '2026-12-22T01:00:00'
/** where nobody listens */
export const noBroker = 'mqtt://127.0.0.1:9'

export interface CabinetOptions {
  /** for the site file */
  readonly folder: string
  readonly state: string
  readonly relay: Relay
  readonly broker?: string
  /** for an `mqtts://` broker, as a site file has it */
  readonly tls?: Readonly<Record<'ca' | 'certificate' | 'key', string>>
  /** false: nothing leaves */
  readonly releases?: boolean
  /** of the release, as a site file has it */
  readonly delivery?: string
  /** whether the site vouches for the machine's clock */
  readonly clockTrusted?: boolean
}

interface StartOptions {
  /** what the street's clock says at the start; `machine`: what the machine's says */
  readonly at?: string
  readonly env?: Readonly<Record<string, string>>
}

/** The outputs that make the light. */
export const [north, south] = [0, 1] as const

export class Cabinet {
  readonly #options: CabinetOptions
  readonly #site: string

  constructor(options: CabinetOptions) {
    this.#options = options
    this.#site = join(options.folder, 'site.yaml')
    writeFileSync(this.#site, siteText(options))
  }

  /** Resolves when it runs. */
  async start({ at = lateAtNight, env = {} }: StartOptions = {}): Promise<RunningGateway> {
    const offsetMs = at === 'machine' ? 0 : aheadMs(at)
    const { state } = this.#options
    const args = ['--site', this.#site, '--state', state, `--clock-offset-ms=${offsetMs}`, '--until-stdin-closes']
    const beganMs = systemClock.monotonicMs()
    const program = ours('gateway/main.ts', args, env)
    try {
      await program.said(/"event":"running"/)
    } catch (error) {
      await program.end('SIGKILL')
      throw error
    }
    return new RunningGateway(program, state, systemClock.monotonicMs() - beganMs)
  }
}

export class RunningGateway implements AsyncDisposable {
  readonly program: Program
  readonly pid: number
  /** from the start of its process to its word that it runs */
  readonly startMs: number
  readonly #state: string

  constructor(program: Program, state: string, startMs: number) {
    this.program = program
    this.startMs = startMs
    this.#state = state
    const running = this.told('running')[0]
    if (running === undefined) throw new Error('it does not run')
    this.pid = running.pid
  }

  told<Kind extends GatewayEvent['event']>(kind: Kind): Extract<GatewayEvent, { event: Kind }>[] {
    return this.program.out
      .map((line) => gatewayEvent.parse(JSON.parse(line)))
      .filter((event): event is Extract<GatewayEvent, { event: Kind }> => event.event === kind)
  }

  async status(): Promise<Status> {
    return status.parse(await ask(statePaths(this.#state).socket, '/api/status', AbortSignal.timeout(5_000)))
  }

  /** How many records the outbox has accepted, ever. */
  async accepted(): Promise<number> {
    return (await this.status()).releases[release]?.last ?? 0
  }

  /** Resolves when the outbox has accepted so many. */
  async reaches(records: number): Promise<void> {
    await eventually(async () => {
      const accepted = await this.accepted()
      if (accepted < records) throw new Error(`${accepted} of ${records} records were accepted`)
    })
  }

  /** Switches the south side on for so long; the way back is its lease's end. */
  async light(leaseMs: number): Promise<unknown> {
    const order = {
      setpoint: 'south.level',
      value: 100,
      lease_ms: leaseMs,
      reason: 'a fault is looked at',
      who: 'test',
    }
    return tell(statePaths(this.#state).socket, '/api/command', order, AbortSignal.timeout(5_000))
  }

  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    return this.program.end(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.end('SIGKILL')
  }
}

function aheadMs(at: string): number {
  const there = Temporal.PlainDateTime.from(at).toZonedDateTime(timeZone)
  return there.epochMilliseconds - systemClock.now().epochMilliseconds
}

/** Looks at an output every 20 ms, and counts how long it was not as it must be. */
export function watchOutput(relay: Relay, output: number, must: boolean): { readonly wrongMs: number; stop(): void } {
  let wrongMs = 0
  let lastMs = systemClock.monotonicMs()
  const timer = setInterval(() => {
    const nowMs = systemClock.monotonicMs()
    if (relay.outputs[output] !== must) wrongMs += nowMs - lastMs
    lastMs = nowMs
  }, 20)
  return {
    get wrongMs() {
      return Math.round(wrongMs)
    },
    stop: () => clearInterval(timer),
  }
}

/** Resolves when the output is so; rejects after a while. */
export function output(relay: Relay, which: number, lit: boolean, timeoutMs = 30_000): Promise<void> {
  return eventually(() => {
    if (relay.outputs[which] !== lit) throw new Error(`output ${which + 1} is not ${lit ? 'lit' : 'dark'}`)
  }, timeoutMs)
}

function siteText({
  relay,
  broker = noBroker,
  tls,
  clockTrusted = true,
  releases = true,
  delivery = 'durable',
}: CabinetOptions): string {
  return `site: rue-haute
tenant: demo
place: { latitude: 47.2, longitude: 2.4, time_zone: ${timeZone} }
${clockTrusted ? 'clock: { trusted: the test puts it where it wants }' : ''}
lines:
  cabinet: { protocol: modbus-tcp, host: 127.0.0.1, port: ${relay.port} }
devices:
  relay: { profile: wiren-board-wb-mr6c, line: cabinet, unit: 1 }
polling: { fast: 500ms, slow: 2s }
segments:
  north:
    setpoints: [relay.k1]
    program: { from: sunset, until: sunrise, level: 100 }
    floor: 100
    on_loss: program
  south:
    setpoints: [relay.k2]
    program:
      from: sunset
      until: sunrise
      level: 100
      late: { from: '00:30', until: '04:30', level: 0, act: arrêté 2026-12 }
    floor: 100
    switchings: 40
    on_loss: 'on'
uplink: ${JSON.stringify({ broker, tls })}
${releases ? releaseText(delivery) : 'releases: {}'}
`
}

const releaseText = (delivery: string) => `releases:
  ${release}:
    points: [relay.k1, relay.k2]
    purpose: inform
    basis: { not-personal: the light of a street is there for all to see }
    recipient: { name: Ville, role: controller }
    delivery: ${delivery}
    retention: 1y`
