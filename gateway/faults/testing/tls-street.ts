/**
 * A cabinet whose records leave over TLS with client certificates, and a recipient; between the gateway and its broker a link
 * that leads elsewhere when a fault wants it. What its relay board does is watched all the while.
 */
import { copyFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { openLink, type Link } from '../../testing/link.ts'
import { openRelay, type Relay } from '../../testing/relay.ts'
import { eventually } from '../../testing/surroundings.ts'
import type { BrokerFault } from '../../uplink/faults.ts'
import type { Authority, Certificate } from '../../uplink/testing/authority.ts'
import { Mosquitto } from '../../uplink/testing/mosquitto.ts'
import type { FaultContext, Found } from '../fault.ts'
import { Cabinet, north, output, release, south, watchOutput, type RunningGateway } from './cabinet.ts'
import { RecipientStub } from './recipient.ts'
import { hurried, without, type Removal } from './without.ts'

/** The next try comes within a second (`hurried`). */
const soonMs = 8_000
/** nobody listens there */
export const nowhere = 9

export const localhost = 'DNS:localhost,IP:127.0.0.1'

export interface TlsStreetOptions {
  readonly context: FaultContext
  readonly removed?: Removal | undefined
  /** signs for the broker's clients and, to begin with, for the broker */
  readonly city: Authority
  /** of the gateway; absent: one that lasts */
  readonly client?: Certificate
}

/** The files that are named in the site file, and in the broker's: what lies in them is exchanged. */
type Role = 'ca' | 'certificate' | 'key' | 'broker-certificate' | 'broker-key'

export class TlsStreet implements AsyncDisposable {
  readonly broken: string[] = []
  readonly link: Link
  readonly mosquitto: Mosquitto
  readonly recipient: RecipientStub
  readonly gateway: RunningGateway
  readonly relay: Relay
  readonly #folder: string
  readonly #ends: AsyncDisposableStack
  readonly #dark: ReturnType<typeof watchOutput>

  private constructor(
    parts: Pick<TlsStreet, 'link' | 'mosquitto' | 'recipient' | 'gateway' | 'relay'>,
    folder: string,
    ends: AsyncDisposableStack,
  ) {
    this.link = parts.link
    this.mosquitto = parts.mosquitto
    this.recipient = parts.recipient
    this.gateway = parts.gateway
    this.relay = parts.relay
    this.#folder = folder
    this.#ends = ends
    this.#dark = watchOutput(parts.relay, north, true)
  }

  /** Resolves when the light is on and records arrive. */
  static async open({ context: { folder }, removed, city, client }: TlsStreetOptions): Promise<TlsStreet> {
    await using ends = new AsyncDisposableStack()
    const file = (role: Role) => join(folder, `${role}.pem`)
    const server = city.issue('broker', { names: localhost })
    copyFileSync(server.certificate, file('broker-certificate'))
    copyFileSync(server.key, file('broker-key'))
    copyFileSync(city.ca, file('ca'))
    const tls = { ca: city.ca, certificate: file('broker-certificate'), key: file('broker-key') }
    const mosquitto = ends.use(await Mosquitto.start({ folder, tls }))
    const link = ends.use(await openLink({ to: mosquitto.port }))
    const ville = { ca: city.ca, ...city.issue('ville') }
    const shelf = join(folder, 'shelf.db')
    const recipient = ends.use(new RecipientStub(`mqtts://localhost:${mosquitto.port}`, shelf, ville))
    const relay = ends.use(await openRelay())
    const own = client ?? city.issue('rue-haute')
    copyFileSync(own.certificate, file('certificate'))
    copyFileSync(own.key, file('key'))
    const cabinet = new Cabinet({
      ...{ folder, relay, state: join(folder, 'state'), broker: `mqtts://localhost:${link.port}` },
      tls: { ca: file('ca'), certificate: file('certificate'), key: file('key') },
    })
    const env = without(...hurried, ...(removed === undefined ? [] : [removed]))
    const gateway = ends.use(await cabinet.start({ env }))
    await output(relay, north, true)
    const street = new TlsStreet({ link, mosquitto, recipient, gateway, relay }, folder, ends.move())
    await eventually(() => {
      if (recipient.seen.length < 3) throw new Error('nothing arrives to begin with')
    })
    return street
  }

  /** Puts a file in the place of another, whole, as whoever renews a certificate does. */
  put(role: Role, from: string): void {
    copyFileSync(from, `${this.path(role)}.new`)
    renameSync(`${this.path(role)}.new`, this.path(role))
  }

  path(role: Role): string {
    return join(this.#folder, `${role}.pem`)
  }

  /** Whoever connects to the broker from now on sees this certificate. */
  exchange({ certificate, key }: Certificate): void {
    this.put('broker-certificate', certificate)
    this.put('broker-key', key)
    this.mosquitto.reload()
  }

  get connections(): number {
    return this.gateway.told('connected').length
  }

  /** By what it last told; a damaged file is no end of a connection. */
  get connected(): boolean {
    const last = this.gateway.program.out.findLast(
      (line) => /"event":"(connected|uplink)"/.test(line) && !line.includes('BROKER_FILE'),
    )
    return last?.includes('"event":"connected"') ?? false
  }

  /** The connection is still the one of then. */
  stood(connections: number): boolean {
    return this.connected && this.connections === connections
  }

  /** Notes what does not come about, instead of throwing. */
  async expects(what: string, check: () => void | Promise<void>, withinMs = soonMs): Promise<boolean> {
    try {
      await eventually(check, withinMs)
      return true
    } catch (error) {
      this.broken.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      return false
    }
  }

  /** Another record arrives. */
  async carries(what: string): Promise<void> {
    const before = this.recipient.seen.length
    await this.expects(what, () => {
      if (this.recipient.seen.length === before) throw new Error('carries nothing')
    })
  }

  /** The alarm of now says this; resolves to whether it did in time, and gives up early when `given`. */
  refusedWith(code: BrokerFault, what: string, given: () => boolean = () => false): Promise<boolean> {
    return this.expects(what, async () => {
      const { alarms } = await this.gateway.status()
      const alarm = alarms.find((each) => each.code === 'uplink-down')
      if (alarm?.words['code'] !== code && !given()) throw new Error(`no alarm of ${code}, ${JSON.stringify(alarm)}`)
    })
  }

  /** So many more records than now are accepted, and none leaves. */
  async fieldGoesOn(what: string): Promise<void> {
    const { accepted, seen } = { accepted: await this.gateway.accepted(), seen: this.recipient.seen.length }
    await this.expects(`${what}: the field`, async () => {
      const { releases } = await this.gateway.status()
      const { last = 0, waiting = 0 } = releases[release] ?? {}
      if (last < accepted + 2) throw new Error(`${last - accepted} records are accepted`)
      if (waiting < 2) throw new Error(`${waiting} records wait`)
    })
    if (this.recipient.seen.length > seen) this.broken.push(`${what}: records leave`)
  }

  /** Somebody orders light, and gets it, for as long as it was ordered. */
  async lightObeys(what: string): Promise<void> {
    await this.gateway.light(1_500)
    await this.expects(`${what}: an order`, () => {
      if (this.relay.outputs[south] !== true) throw new Error('is not obeyed')
    })
    await this.expects(`${what}: an order`, () => {
      if (this.relay.outputs[south] !== false) throw new Error('outlives its lease')
    })
  }

  /** The gateway comes back, and what it has accepted until then arrives. */
  async comesBack(what: string, connections = this.connections): Promise<boolean> {
    return this.expects(what, async () => {
      if (this.connections <= connections) throw new Error('it does not come back')
      const { lost } = await this.#kept()
      if (lost > 0) throw new Error(`${lost} records are missing`)
    })
  }

  /** At the end. */
  async found(looked: number, figures: Found['figures']): Promise<Found> {
    this.#dark.stop()
    const { accepted, lost, twice } = await this.#kept()
    if (twice > 0) this.broken.push(`${twice} records were told twice`)
    const all = { looked, ...figures, records: accepted, 'acknowledged and lost': lost }
    return { broken: this.broken, figures: { ...all, 'unsafe output ms': this.#dark.wrongMs } }
  }

  /** Of what was accepted until two seconds ago: the last ones are on their way. */
  async #kept(): Promise<{ accepted: number; lost: number; twice: number }> {
    const accepted = await this.gateway.accepted()
    const outbox = this.recipient.seen[0]?.outbox ?? ''
    return { accepted, ...this.recipient.holds(outbox, Math.max(0, accepted - 2)) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#dark.stop()
    await this.#ends.disposeAsync()
  }
}
