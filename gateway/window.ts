/**
 * The window: what a gateway shows at its doors, and what it takes there. Loaded once polling runs, since the web server is
 * half of the start-up time. The gateway does not end for want of a door: it tells why there is none, and tries again.
 */

import type { Clock } from '../drivers/clock.ts'
import { installed } from '../drivers/installed.ts'
import { hasValue, type Reading } from '../drivers/reading.ts'
import { chainLines } from './chain-files.ts'
import { systemSecrets } from './clock.ts'
import type { Control } from './control/control.ts'
import { takeOrder } from './doors.ts'
import type { GatewayEvent, Tell } from './events.ts'
import type { Keep } from './keep.ts'
import type { Lighting } from './lighting.ts'
import { openAccess, type Access } from './local/access.ts'
import { SocketTaken } from './local/client.ts'
import { openConsole, type Console } from './local/console.ts'
import { ConsoleFault } from './local/console-fault.ts'
import { serve } from './local/server.ts'
import type { Told } from './local/told.ts'
import { metricsNow, supportNow, type Observed } from './observed.ts'
import { openPassThrough, type PassThrough } from './pass-through/pass-through.ts'
import type { Log } from './observe/log.ts'
import type { Plan } from './plan.ts'
import { pointTold } from './report/point.ts'
import type { Report } from './report/report.ts'
import { presenceTold } from './report/status.ts'
import type { StatePaths } from './state.ts'
import type { Witness } from './witness.ts'

export interface WindowParts {
  readonly plan: Plan
  readonly paths: StatePaths
  readonly clock: Clock
  readonly witness: Witness
  readonly lighting: Lighting
  readonly keep: Keep
  readonly report: Report
  readonly log: Log
  readonly tell: Tell
  readonly demo: boolean
  /** who sees every reading from now on */
  readonly watchers: Set<(readings: readonly Reading[]) => void>
  readonly observed: Omit<Observed, 'accounts'>
}

export interface Window extends AsyncDisposable {
  /** Says where the console is and how to get in. */
  welcome(): void
}

const ordinaryDoor = { host: '127.0.0.1', port: 8480 }
const tryAgainMs = 10_000

/** Rejects with SocketTaken, where another gateway has begun at the same moment and was first: two must not rule one street. */
export async function openWindow(parts: WindowParts): Promise<Window> {
  const { paths, clock, keep, lighting, witness, log } = parts
  await using opening = new AsyncDisposableStack()
  const access = await openAccess({
    folder: paths.folder,
    clock,
    moment: () => ({
      wall: clock.now(),
      trusted: lighting.trust.trust !== 'unknown',
      bootId: witness.bootId,
      uptimeMs: witness.uptimeMs(),
    }),
    secrets: systemSecrets,
    audit: (entry) => keep.audit(entry),
    log,
  })
  const passThrough = opening.use(
    await openPassThrough({
      ...parts,
      lines: parts.observed.south.lines,
      control: lighting.control,
      audit: (entry) => keep.audit(entry),
    }),
  )
  const told = toldOf(parts, access, passThrough)
  const socket = opening.use(new SocketDoor(parts, told, access))
  await socket.open().catch((error: unknown) => {
    if (error instanceof SocketTaken) throw error
    socket.failed(error)
  })
  const pages = opening.use(new Pages(parts, told, access))
  await pages.open()
  const stop = new AbortController()
  const trying = Promise.all([socket.keepTrying(stop.signal), pages.keepTrying(stop.signal)])
  opening.defer(async () => {
    stop.abort()
    await trying
  })
  const opened = opening.move()
  return {
    welcome: () => pages.tell(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** The socket: served, or tried again, as where the disk that it is to be on is read-only or full. */
class SocketDoor implements AsyncDisposable {
  readonly #parts: WindowParts
  readonly #told: Told
  readonly #access: Access
  #server: AsyncDisposable | undefined
  /** why it is not served, as it was told */
  #detail: string | undefined

  constructor(parts: WindowParts, told: Told, access: Access) {
    this.#parts = parts
    this.#told = told
    this.#access = access
  }

  async open(): Promise<void> {
    const { paths, clock, log, tell } = this.#parts
    this.#server = await serve(paths.socket, { told: this.#told, access: this.#access, clock, log })
    if (this.#detail !== undefined) tell({ event: 'socket', path: paths.socket })
    this.#detail = undefined
  }

  failed(error: unknown): void {
    const { paths, log, tell } = this.#parts
    const detail = detailOf(error)
    if (detail === this.#detail) return
    this.#detail = detail
    log.error({ err: error }, 'the socket cannot be served, and is tried again')
    tell({ event: 'socket', path: paths.socket, code: 'SOCKET_FAILED', detail })
  }

  async keepTrying(signal: AbortSignal): Promise<void> {
    const over = () => signal.aborted
    while (this.#server === undefined) {
      await this.#parts.clock.sleep(tryAgainMs, signal).catch(() => undefined) // cut short only at the end
      if (over()) return
      await this.open().catch((error: unknown) => this.failed(error))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }
}

/** The console's pages: served, or the reason why not. */
class Pages implements AsyncDisposable {
  readonly #parts: WindowParts
  readonly #told: Told
  readonly #access: Access
  readonly #listen: { readonly host: string; readonly port: number }
  #console: Console | undefined
  #fault: ConsoleFault | undefined

  constructor(parts: WindowParts, told: Told, access: Access) {
    this.#parts = parts
    this.#told = told
    this.#access = access
    this.#listen = parts.plan.site.console?.listen ?? ordinaryDoor
  }

  async open(): Promise<void> {
    const { plan, paths, clock, log, demo } = this.#parts
    const { site } = plan
    try {
      this.#console = await openConsole({
        listen: { ...this.#listen, mayMove: site.console?.listen === undefined },
        ...(site.console?.tls === undefined ? {} : { tls: site.console.tls }),
        folder: paths.folder,
        assets: installed.console,
        title: site.title ?? site.site,
        told: this.#told,
        access: this.#access,
        clock,
        secrets: systemSecrets,
        log,
        demo,
      })
      this.#fault = undefined
    } catch (error) {
      this.#fault = error instanceof ConsoleFault ? error : this.#unforeseen(error)
    }
  }

  #unforeseen(error: unknown): ConsoleFault {
    const { host, port } = this.#listen
    const detail = detailOf(error)
    if (this.#fault?.words.detail !== detail)
      this.#parts.log.error({ err: error }, 'the console cannot be served, and is tried again')
    return new ConsoleFault('CONSOLE_FAILED', { where: `${host}:${port}`, detail }, error)
  }

  /** Until it is served: whatever was wrong may be mended meanwhile. */
  async keepTrying(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    const over = () => signal.aborted
    while (this.#console === undefined) {
      await clock.sleep(tryAgainMs, signal).catch(() => undefined) // cut short only at the end
      if (over()) return
      const before = this.#fault?.code
      await this.open()
      if (before !== this.#fault?.code) this.tell()
    }
  }

  tell(): void {
    for (const event of this.#events()) this.#parts.tell(event)
  }

  #events(): GatewayEvent[] {
    const { host, port } = this.#listen
    if (this.#console === undefined)
      return [
        {
          event: 'console',
          url: `${host}:${port}`,
          ...(this.#fault && { code: this.#fault.code, ...this.#fault.words }),
        },
      ]
    const { url, fingerprint, setup, demo } = this.#console
    const link = demo?.link ?? setup
    return [
      { event: 'console', url, ...(fingerprint === undefined ? {} : { fingerprint }) },
      ...(link === undefined
        ? []
        : [
            {
              event: 'welcome' as const,
              link,
              ...(demo?.password === undefined ? {} : { name: demo.name, password: demo.password }),
            },
          ]),
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#console?.[Symbol.asyncDispose]()
  }
}

function detailOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function toldOf(
  { plan, paths, clock, keep, lighting, report, watchers, observed }: WindowParts,
  access: Access,
  passThrough: PassThrough,
): Told {
  const { control } = lighting
  return {
    status: () => report.status(),
    points: () => report.points(),
    watch: (send, signal) => {
      const fresh = (reading: Reading) => pointTold(plan, { reading, ...(hasValue(reading) ? { ageMs: 0 } : {}) })
      const watcher = (readings: readonly Reading[]) => send(readings.map(fresh))
      watchers.add(watcher)
      signal.addEventListener('abort', () => watchers.delete(watcher))
    },
    command: ({ setpoint, value, leaseMs, reason, who }, door) =>
      takeOrder(control, { setpoint, act: { kind: 'set', value, leaseMs }, reason, who }, { door, clock }),
    release: ({ setpoint, reason, who }, door) =>
      takeOrder(control, { setpoint, act: { kind: 'release' }, reason, who }, { door, clock }),
    why: (setpoint, at) => report.why(setpoint, at),
    tonight: (segment) => report.tonight(segment),
    series: (point, from, until, most) => report.series(point, from, until, most),
    device: (name) => report.device(name),
    data: () => report.data(),
    ledger: () => report.ledger(),
    chain: (of) => chainLines(of === 'ledger' ? paths.ledger : paths.audit),
    samples: (release) => report.samples(release),
    cost: (month, savedKwhAYear) => report.cost(month, savedKwhAYear),
    exported: ({ from, until, form, who }, door) => {
      keep.audit({ kind: 'exported', who, door, from: from.toString(), until: until.toString(), form })
      return report.exported(from, until, form)
    },
    exportMetadata: () => report.exportMetadata(),
    system: () => report.system(),
    presence: presenceOf(control, clock),
    open: report.open,
    passThrough: passThroughOf(passThrough, clock),
    metrics: () => metricsNow(observed),
    support: async () => {
      const { accounts } = access
      const byRole = Object.groupBy(accounts, ({ role }) => role)
      const counts = Object.fromEntries(Object.entries(byRole).map(([role, { length }]) => [role, length]))
      const names = accounts.map(({ name }) => name)
      return (await supportNow({ ...observed, accounts: () => ({ byRole: counts, names }) })).archive
    },
  }
}

function presenceOf(control: Control, clock: Clock): Told['presence'] {
  return {
    held: () => control.presence && presenceTold(control.presence, clock),
    hold: (who, minutes) => {
      const held = presenceTold(control.arrive(who, minutes * 60_000), clock)
      return held.who === who ? held : { held }
    },
    leave: (by) => control.leave(by),
  }
}

function passThroughOf(passThrough: PassThrough, clock: Clock): Told['passThrough'] {
  return {
    told: () => passThrough.told(),
    unlock: ({ minutes, ...asked }, door) => {
      const unlocked = passThrough.unlock({ ...asked, forMs: minutes * 60_000, door })
      return unlocked !== undefined && 'held' in unlocked ? { held: presenceTold(unlocked.held, clock) } : unlocked
    },
    lock: (line, by) => passThrough.lock(line, by),
  }
}
