/**
 * Pass-through: a technician's own tool reaches a line through the gateway, over Modbus TCP, so that the line keeps one owner.
 * It reads; it writes only while somebody who works at the cabinet has unlocked the line, for a while, and answers for it.
 */
import type { Clock } from '../../drivers/clock.ts'
import type { Line } from '../../drivers/line.ts'
import type { Manners } from '../../drivers/modbus/request.ts'
import type { Profile } from '../../drivers/profile.ts'
import { milliseconds } from '../../drivers/schema.ts'
import type { Presence } from '../control/presence.ts'
import type { Tell } from '../events.ts'
import type { PassThroughTold, UnlockTold } from '../local/pass-through.ts'
import type { Plan } from '../plan.ts'
import { openDoor, type ToolDoor } from './door.ts'
import { networkOf } from './network.ts'
import { Passage } from './passage.ts'
import type { Polled } from './share.ts'
import { longestUnlockMs, Unlocks, type LockedBecause, type Unlock } from './unlocks.ts'

const tryAgainMs = 10_000
const lookMs = 1_000
/** Of a tool that tries in vain, one attempt in so long is told. */
const tellAgainMs = 60_000

/** Of units that no device of the site has. */
const strangersManners = { timeoutMs: 500, worstResponseMs: 1_000, pauseMs: 0 } as const

/** What pass-through asks of control. */
interface Ruler {
  readonly presence: Presence | undefined
  /** says who works there now, which is another if another does */
  arrive(who: string, forMs: number): Presence
  /** a tool has written to the device */
  writtenBehind(device: string): void
}

export interface PassThroughParts {
  readonly plan: Plan
  readonly lines: ReadonlyMap<string, { readonly line: Line; readonly poller: { readonly figures: Polled } }>
  readonly control: Ruler
  readonly clock: Clock
  readonly tell: Tell
  readonly audit: (entry: {
    readonly kind: 'unlocked' | 'locked' | 'passed-through'
    readonly [key: string]: unknown
  }) => void
  readonly log: { error(what: object, text: string): void }
}

export interface UnlockAsked {
  readonly line: string
  readonly who: string
  readonly reason: string
  readonly forMs: number
  /** by which it was asked */
  readonly door: 'socket' | 'console'
}

export interface PassThrough extends AsyncDisposable {
  told(): PassThroughTold[]
  /** `held`: another works at the cabinet; undefined: tools have no way to such a line. */
  unlock(asked: UnlockAsked): UnlockTold | { readonly held: Presence } | undefined
  /** Whether it was unlocked; undefined: tools have no way to such a line. */
  lock(line: string, by: string): boolean | undefined
}

/** Never rejects: a door that cannot be opened is told, and tried again. */
export async function openPassThrough(parts: PassThroughParts): Promise<PassThrough> {
  const { plan, lines } = parts
  const stop = new AbortController()
  const guard = new Guard(parts)
  const ways = Object.entries(plan.site.lines).flatMap(([name, { pass_through: declared }]) => {
    const wire = lines.get(name)
    return declared === undefined || wire === undefined
      ? []
      : [new Way(name, declared, wire, guard, parts, stop.signal)]
  })
  await Promise.all(ways.map((way) => way.open()))
  const running = Promise.all([
    ...ways.map((way) => way.keepTrying(stop.signal)),
    ...(ways.length > 0 ? [guard.watch(stop.signal)] : []),
  ])
  const has = (line: string) => ways.some(({ name }) => name === line)
  return {
    told: () => ways.map((way) => way.told()),
    unlock: (asked) => (has(asked.line) ? guard.unlock(asked) : undefined),
    lock: (line, by) => (has(line) ? guard.lock(line, by) : undefined),
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await running
      await Promise.all(ways.map((way) => way[Symbol.asyncDispose]()))
      guard.end()
    },
  }
}

/** Who has unlocked what. An unlock holds as long as its owner holds the presence lock, and no longer. */
class Guard {
  readonly #parts: PassThroughParts
  readonly #unlocks = new Unlocks()
  /** devices that tools have written to since the line was unlocked, by line */
  readonly #written = new Map<string, Set<string>>()

  constructor(parts: PassThroughParts) {
    this.#parts = parts
  }

  of(line: string): Unlock | undefined {
    const { clock, control } = this.#parts
    const unlock = this.#unlocks.of(line, clock.monotonicMs())
    return unlock !== undefined && unlock.who === control.presence?.who ? unlock : undefined
  }

  unlock({ line, who, reason, forMs: askedMs, door }: UnlockAsked): UnlockTold | { held: Presence } {
    const { clock, control, tell, audit } = this.#parts
    const nowMs = clock.monotonicMs()
    const forMs = Math.min(askedMs, longestUnlockMs)
    const { presence } = control
    // Whoever says that they are here for longer than this stays so.
    const staysMs = presence?.who === who ? Math.max(forMs, presence.untilMs - nowMs) : forMs
    const held = control.arrive(who, staysMs)
    if (held.who !== who) return { held }
    // Whoever had unlocked it and is over or gone: that is told before another answers for the line.
    this.#endOver()
    const unlock: Unlock = { line, who, reason, untilMs: nowMs + forMs }
    this.#unlocks.unlock(unlock)
    audit({ kind: 'unlocked', line, source: { door, who }, reason, forMs })
    const told = toldOf(unlock, clock)
    tell({ event: 'unlocked', line, who, reason, until: told.until })
    return told
  }

  lock(line: string, by: string): boolean {
    const unlock = this.#unlocks.lock(line)
    if (unlock !== undefined) this.#locked(unlock, 'said', by)
    return unlock !== undefined
  }

  wrote(line: string, device: string): void {
    // It was under way when the line was locked: nobody would tell control any more.
    if (!this.#unlocks.has(line)) {
      this.#parts.control.writtenBehind(device)
      return
    }
    const devices = this.#written.get(line) ?? new Set()
    this.#written.set(line, devices.add(device))
  }

  async watch(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    const over = () => signal.aborted
    while (!over()) {
      await clock.sleep(lookMs, signal).catch(() => undefined) // cut short only at the end
      if (over()) return
      this.#endOver()
    }
  }

  #endOver(): void {
    const { clock, control } = this.#parts
    for (const { unlock, because } of this.#unlocks.end(clock.monotonicMs(), control.presence?.who))
      this.#locked(unlock, because)
  }

  end(): void {
    for (const unlock of this.#unlocks.all) {
      this.#unlocks.lock(unlock.line)
      this.#locked(unlock, 'stop')
    }
  }

  #locked({ line, who }: Unlock, because: LockedBecause, by?: string): void {
    const { tell, audit, control } = this.#parts
    audit({ kind: 'locked', line, who, because, ...(by === undefined ? {} : { by }) })
    tell({ event: 'locked', line, because })
    for (const device of this.#written.get(line) ?? []) control.writtenBehind(device)
    this.#written.delete(line)
  }
}

type Declared = NonNullable<Plan['site']['lines'][string]['pass_through']>
type Wire = PassThroughParts['lines'] extends ReadonlyMap<string, infer Found> ? Found : never

/** The way to one line: its door, open or tried again, and what goes through. */
class Way implements AsyncDisposable {
  readonly name: string
  readonly #declared: Declared
  readonly #guard: Guard
  readonly #parts: PassThroughParts
  readonly #passage: Passage
  #door: ToolDoor | undefined
  /** why there is no door, as it was told */
  #detail: string | undefined
  #toldMs = -Infinity

  constructor(
    name: string,
    declared: Declared,
    { line, poller }: Wire,
    guard: Guard,
    parts: PassThroughParts,
    signal: AbortSignal,
  ) {
    const { plan, clock } = parts
    this.name = name
    this.#declared = declared
    this.#guard = guard
    this.#parts = parts
    const devices = [...plan.devices].flatMap(([device, { line: on, unit, instance }]) =>
      on === name ? [{ device, unit, modbus: instance.profile.modbus }] : [],
    )
    const isSerial = plan.site.lines[name]?.protocol !== 'modbus-tcp'
    this.#passage = new Passage({
      line,
      clock,
      polled: () => poller.figures,
      manners: (unit) => mannersOf(unit, devices.find((one) => one.unit === unit)?.modbus, isSerial),
      unlock: () => guard.of(name),
      signal,
      on: {
        refused: (unit, asked) => this.#refused(unit, asked.function),
        wrote: (unit, { function: fn, address, values }, { who, reason }, outcome) => {
          parts.audit({
            kind: 'passed-through',
            ...{ line: name, unit, function: fn, address, values: [...values], who, reason },
            state: outcome.state,
            ...(outcome.state === 'exception' ? { exception: outcome.exception } : {}),
          })
          const device = devices.find((one) => one.unit === unit)?.device
          if (device !== undefined) guard.wrote(name, device)
        },
      },
    })
  }

  async open(): Promise<void> {
    const { log, tell } = this.#parts
    const { listen, service_network: network } = this.#declared
    const told = { event: 'pass-through', line: this.name, listen: `${listen.host}:${listen.port}` } as const
    try {
      this.#door = await openDoor({
        listen,
        network: network === undefined ? undefined : networkOf(network),
        passage: this.#passage,
        fault: (error) => log.error({ line: this.name, err: error }, 'a tool was not answered, and is gone'),
      })
      this.#detail = undefined
      tell(told)
    } catch (error) {
      const detail = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      if (detail === this.#detail) return
      this.#detail = detail
      tell({ ...told, code: 'PASS_THROUGH_FAILED', detail })
    }
  }

  async keepTrying(signal: AbortSignal): Promise<void> {
    const over = () => signal.aborted
    while (this.#door === undefined && !over()) {
      await this.#parts.clock.sleep(tryAgainMs, signal).catch(() => undefined) // cut short only at the end
      if (!over()) await this.open()
    }
  }

  told(): PassThroughTold {
    const { listen } = this.#declared
    const unlock = this.#guard.of(this.name)
    return {
      line: this.name,
      listen: `${listen.host}:${listen.port}`,
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
      connections: this.#door?.connections ?? 0,
      ...this.#passage.figures,
      ...(unlock === undefined ? {} : { unlocked: toldOf(unlock, this.#parts.clock) }),
    }
  }

  #refused(unit: number, fn: number): void {
    const nowMs = this.#parts.clock.monotonicMs()
    if (nowMs - this.#toldMs < tellAgainMs) return
    this.#toldMs = nowMs
    this.#parts.tell({ event: 'write-refused', line: this.name, unit, function: fn })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#door?.[Symbol.asyncDispose]()
  }
}

/** On a serial line 0 is a broadcast, which nobody answers; a device of its own on TCP may be asked by 0 or 255. */
function mannersOf(unit: number, modbus: Profile['modbus'] | undefined, isSerial: boolean): Manners | undefined {
  if ((unit < 1 || unit > 247) && (isSerial || (unit !== 0 && unit !== 255))) return undefined
  if (modbus === undefined) return { unit, ...strangersManners }
  return {
    unit,
    timeoutMs: milliseconds(modbus.timeout),
    worstResponseMs: milliseconds(modbus.worst_response),
    pauseMs: modbus.pause === undefined ? 0 : milliseconds(modbus.pause),
  }
}

function toldOf({ line, who, reason, untilMs }: Unlock, clock: Clock): UnlockTold {
  const until = clock.now().add({ milliseconds: Math.round(untilMs - clock.monotonicMs()) })
  return { line, who, reason, until: until.toString() }
}
