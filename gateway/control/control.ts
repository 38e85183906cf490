/**
 * Control: the segments of a site, the commands that come in over the doors, and the turns that bring the one to the other.
 * A turn is synchronous and never waits; what it writes comes back as an event, and is worth another turn.
 */
import type { Clock } from '../../drivers/clock.ts'
import type { Armed, Driver, Recognition } from '../../drivers/driver.ts'
import type { PointId, Reading } from '../../drivers/reading.ts'
import { Arming } from './arming.ts'
import type { Command, Priority, Source } from './command.ts'
import type { Envelope, Familiarity } from './envelope.ts'
import { Governor, type Moment, type Outcome, type SegmentState } from './governor.ts'
import type { Chapter } from './history.ts'
import type { AuditEntry, Kept } from './keeping.ts'
import { Nonces } from './nonces.ts'
import { levelAsked, parseLetter, unbounded, untimely, type Order } from './order.ts'
import { holds, longestPresenceMs, refusalFor, type Presence } from './presence.ts'
import type { Refusal } from './refusal.ts'
import type { Ruling } from './ruling.ts'
import type { Segment } from './segment.ts'
import type { Both, Trust } from './trust.ts'

/** A turn comes at least so often, so that time itself is noticed. */
const slowestTurnMs = 1_000

export type Verdict =
  | {
      readonly verdict: 'accepted'
      readonly setpoint: string
      readonly value: number
      /** absent while nobody knows the time */
      readonly until?: Temporal.Instant
      readonly leaseMs: number
      /** whether it rules, or a stronger one does */
      readonly rules: boolean
      readonly ruling: Ruling | undefined
    }
  | { readonly verdict: 'released'; readonly setpoint: string; readonly ruling: Ruling | undefined }
  | {
      readonly verdict: 'refused'
      readonly setpoint: string
      readonly refusal: Refusal
      readonly ruling?: Ruling | undefined
    }

/** How a letter came. */
export interface Post {
  readonly segment: string
  readonly payload: Uint8Array
  readonly retained: boolean
  readonly expiresInMs?: number
}

/** A verdict, and the nonce by which its commander knows it. */
export type Reply = { readonly nonce?: string } & Verdict

/** Who answers at a device: as far as is known now, and to have it asked, soon. */
export interface Acquaintance {
  recognition(device: string): Recognition
  identifySoon(device: string): void
}

export interface ControlParts {
  readonly segments: readonly Segment[]
  readonly drivers: ReadonlyMap<string, Driver>
  readonly acquaintance: Acquaintance
  /** every point of the site: commanding one of these is told as what it is */
  readonly points: ReadonlySet<PointId>
  readonly clock: Clock
  readonly envelope: Envelope
  /** How far the wall clock is believed at this very moment: a clock that has leapt since the last one must not be. */
  readonly trust: (now: Both) => Trust
  readonly on: {
    audit(entry: AuditEntry): void
    ruling(segment: Segment, ruling: Ruling): void
    armed(device: string, armed: Armed): void
    /** what must survive a restart has changed */
    changed(): void
    fault(error: unknown): void
  }
}

export class Control {
  readonly #parts: ControlParts
  readonly #governors: ReadonlyMap<string, Governor>
  readonly #arming: Arming
  readonly #nonces = new Nonces()
  /** devices that have once been known, maybe before a restart */
  readonly #met = new Set<string>()
  readonly #stop = new AbortController()
  /** wakes the loop before its time */
  #nudge = new AbortController()
  #turnedMs = -Infinity
  #presence: Presence | undefined

  constructor(parts: ControlParts) {
    const { segments, drivers, acquaintance, envelope, clock, on } = parts
    const unidentified = (device: string) => acquaintance.identifySoon(device)
    this.#parts = parts
    const { signal } = this.#stop
    const settled = () => this.#nudge.abort()
    const beganMs = clock.monotonicMs()
    this.#governors = new Map(
      segments.map((segment) => [
        segment.setpoint,
        new Governor({ segment, drivers, envelope, signal, beganMs, on: { ...on, settled, unidentified } }),
      ]),
    )
    this.#arming = new Arming({
      segments,
      drivers,
      signal,
      on: {
        armed: (device, armed) => {
          on.audit({ kind: 'armed', device, ...armed })
          on.armed(device, armed)
        },
        fault: (error) => on.fault(error),
      },
    })
  }

  /** When the last turn was, on the monotonic clock: a control that does not turn is dead. */
  get turnedMs(): number {
    return this.#turnedMs
  }

  /** Turns until the signal aborts or control is disposed of; what is thrown is told, and it turns on. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, on } = this.#parts
    const over = AbortSignal.any([signal, this.#stop.signal])
    const wake = () => this.#nudge.abort()
    over.addEventListener('abort', wake)
    while (!over.aborted) {
      this.#nudge = new AbortController()
      let nextMs = slowestTurnMs
      try {
        nextMs = this.turn()
      } catch (error) {
        on.fault(error)
      }
      await clock.sleep(Math.max(1, Math.min(nextMs, slowestTurnMs)), this.#nudge.signal).catch(() => undefined)
    }
    over.removeEventListener('abort', wake)
  }

  /** Nothing is written any more; the lamps stay as they are. */
  [Symbol.dispose](): void {
    this.#stop.abort()
  }

  /** One turn of all segments: says after how many milliseconds the next is wanted, if nothing happens. */
  turn(): number {
    const moment = this.#moment()
    const familiarityOf = (device: string) => this.#familiarityOf(device)
    let nextMs = this.#arming.turn(moment.nowMs, (device) => familiarityOf(device) === 'known')
    for (const governor of this.#governors.values()) nextMs = Math.min(nextMs, governor.turn(moment, familiarityOf))
    this.#turnedMs = moment.nowMs
    return nextMs
  }

  /** An input that changes has its effect within this call, as far as the wire lets it. */
  see(readings: readonly Reading[]): void {
    const nowMs = this.#parts.clock.monotonicMs()
    let changed = false
    for (const reading of readings)
      for (const governor of this.#governors.values()) changed = governor.see(reading, nowMs) || changed
    if (changed) this.turn()
  }

  /** The device answers, for the first time or again. */
  answers(device: string): void {
    this.#arming.answers(device)
  }

  /** Another has written to the device, behind our back: it is armed again, and told again what it shall be. */
  writtenBehind(device: string): void {
    this.#arming.answers(device)
    for (const governor of this.#governors.values()) governor.writtenBehind(device)
    this.#nudge.abort()
  }

  /** It is known now who answers there: what waited for that is written within this call. */
  recognised(device: string): void {
    if (this.#parts.acquaintance.recognition(device) === 'matches' && !this.#met.has(device)) {
      this.#met.add(device)
      this.#parts.on.changed()
    }
    this.turn()
  }

  /** Who is working at the cabinet now. */
  get presence(): Presence | undefined {
    return holds(this.#presence, this.#parts.clock.monotonicMs()) ? this.#presence : undefined
  }

  /** Somebody works here from now on, or says so again; says who holds the lock now, which is another if another does. */
  arrive(who: string, forMs: number): Presence {
    const { nowMs, now } = this.#moment()
    const held = this.presence
    if (held !== undefined && held.who !== who) return held
    const since = held?.since ?? now
    this.#presence = { who, since, untilMs: nowMs + Math.min(forMs, longestPresenceMs) }
    this.#parts.on.audit({ kind: 'presence', who, forMs })
    this.#parts.on.changed()
    return this.#presence
  }

  /** They have gone. `by`: whoever says so. */
  leave(by: string): void {
    if (this.presence === undefined) return
    this.#parts.on.audit({ kind: 'presence', who: this.presence.who, forMs: 0, by })
    this.#presence = undefined
    this.#parts.on.changed()
  }

  /** An order by somebody at the cabinet or its operator: over the socket, or from a console's page. */
  take(order: Order, followed?: (outcome: Outcome) => void, door: 'socket' | 'console' = 'socket'): Verdict {
    const source: Source = { door, who: order.who }
    return this.#judge(order, unbounded(order), source, 'operator', followed)
  }

  /** A letter over the uplink. `followed` is told what became of an accepted command. */
  hear(post: Post, followed?: (outcome: Outcome, nonce: string) => void): Reply {
    const letter = parseLetter(post.segment, post.payload, post)
    if (letter === undefined) {
      const setpoint = `${post.segment}.level`
      const source: Source = { door: 'upstream', who: '' }
      return this.#refuse(setpoint, { code: 'COMMAND_MALFORMED', words: {} }, source)
    }
    const { order, journey } = letter
    const { nonce } = journey
    const { nowMs, now, trust } = this.#moment()
    const source: Source = { door: 'upstream', who: order.who }
    const late: Refusal | undefined = journey.retained
      ? { code: 'COMMAND_RETAINED', words: {} }
      : (unbounded(order) ?? untimely(journey, now, trust) ?? this.#used(nonce, nowMs))
    const follow = followed && ((outcome: Outcome) => followed(outcome, nonce))
    return { nonce, ...this.#judge(order, late, source, 'upstream', follow) }
  }

  /** What ruled then; undefined where nothing is known. Without `at`: what rules now, and what would next. */
  why(setpoint: string, at?: Temporal.Instant): { ruling: Ruling | undefined } | undefined {
    const governor = this.#governors.get(setpoint)
    if (governor === undefined) return undefined
    return { ruling: at === undefined ? governor.ruling(this.#moment()) : governor.why(at) }
  }

  /** Who ruled at that moment, and everyone after, up to now. */
  ruledSince(setpoint: string, moment: Temporal.Instant): Chapter[] {
    return this.#governors.get(setpoint)?.ruledSince(moment) ?? []
  }

  /** Every segment, in the site's order. */
  *states(): Generator<{ segment: Segment; state: SegmentState | undefined }> {
    const moment = this.#moment()
    for (const governor of this.#governors.values()) yield { segment: governor.segment, state: governor.state(moment) }
  }

  /** What must survive a restart. */
  kept(): Pick<Kept, 'commands' | 'nonces' | 'switchings' | 'presence' | 'met'> {
    const { nowMs } = this.#moment()
    const { presence } = this
    return {
      ...(presence === undefined
        ? {}
        : { presence: { who: presence.who, since: presence.since.toString(), remainingMs: presence.untilMs - nowMs } }),
      commands: [...this.#governors.values()].flatMap(({ array }) =>
        array.map(({ command, since, untilMs }) => ({
          ...command,
          remainingMs: untilMs - nowMs,
          since: since.toString(),
        })),
      ),
      nonces: this.#nonces.entries(nowMs),
      met: [...this.#met],
      switchings: Object.fromEntries(
        [...this.#governors.values()].map((governor) => [governor.segment.name, governor.switchings(nowMs)]),
      ),
    }
  }

  /** Before the first turn. `elapsedMs`: since it was kept; undefined: nobody knows, and no lease lives on. */
  restore(
    { commands, nonces, switchings, presence, met = [] }: ReturnType<Control['kept']>,
    elapsedMs: number | undefined,
  ): void {
    const { nowMs } = this.#moment()
    for (const device of met) this.#met.add(device)
    const passedMs = elapsedMs ?? 0
    // Whoever was there may still have their hands in it: of a time that nobody knows the length of, all is left.
    if (presence !== undefined && presence.remainingMs > passedMs)
      this.#presence = {
        who: presence.who,
        since: Temporal.Instant.from(presence.since),
        untilMs: nowMs + presence.remainingMs - passedMs,
      }
    for (const { remainingMs, since, ...command } of commands) {
      const leftMs = remainingMs - passedMs
      const governor = this.#governors.get(command.setpoint)
      if (governor !== undefined && elapsedMs !== undefined && leftMs > 0) {
        governor.restore(command, Temporal.Instant.from(since), leftMs, nowMs)
        continue
      }
      const { setpoint, value, priority, source } = command
      const why = governor === undefined ? 'no-segment' : elapsedMs === undefined ? 'downtime-unknown' : 'lease-over'
      this.#parts.on.audit({ kind: 'ended', setpoint, value, priority, source, why })
    }
    this.#nonces.restore(
      nonces.map(([nonce, leftMs]) => [nonce, leftMs - passedMs]),
      nowMs,
    )
    for (const governor of this.#governors.values())
      governor.restoreSwitchings(
        (switchings[governor.segment.name] ?? []).map((ageMs) => ageMs + passedMs),
        nowMs,
      )
  }

  /** What is known of the nights before this start. */
  remember(setpoint: string, chapter: Parameters<Governor['remember']>[0]): void {
    this.#governors.get(setpoint)?.remember(chapter)
  }

  #familiarityOf(device: string): Familiarity {
    const recognition = this.#parts.acquaintance.recognition(device)
    switch (recognition) {
      case 'matches':
        return 'known'
      case 'differs':
        return 'stranger'
      case 'unknown':
        return this.#met.has(device) ? 'unheard' : 'unknown'
      case 'unasked':
        return 'unasked'
    }
  }

  #moment(): Moment {
    const { clock, trust } = this.#parts
    const [now, nowMs] = [clock.now(), clock.monotonicMs()]
    return { now, nowMs, trust: trust({ wallMs: now.epochMilliseconds, monotonicMs: nowMs }) }
  }

  #used(nonce: string, nowMs: number): Refusal | undefined {
    const used = this.#nonces.use(nonce, nowMs)
    if (used === 'fresh') {
      this.#parts.on.changed()
      return undefined
    }
    return { code: used === 'replayed' ? 'COMMAND_REPLAYED' : 'COMMAND_TOO_MANY', words: {} }
  }

  #judge(
    { setpoint, act, reason }: Order,
    refused: Refusal | undefined,
    source: Source,
    priority: Priority,
    followed?: (outcome: Outcome) => void,
  ): Verdict {
    const governor = this.#governors.get(setpoint)
    const refuse = (refusal: Refusal) => this.#refuse(setpoint, refusal, source, act, reason)
    const somebody = refusalFor(this.#presence, source, this.#moment())
    const first = somebody ?? refused
    if (first !== undefined) return refuse(first)
    if (governor === undefined) return refuse(this.#unknown(setpoint))
    if (act.kind === 'release') return this.#release(governor, priority, source, reason)
    const moment = this.#moment()
    const value = levelAsked(act.value)
    if (value === undefined) return refuse({ code: 'COMMAND_WRONG_TYPE', words: {}, allowed: governor.segment.range })
    const refusal = governor.refusalOf({ level: value, priority }, moment)
    if (refusal !== undefined) return refuse(refusal)

    const command: Command = {
      setpoint: governor.segment.setpoint,
      value,
      priority,
      source,
      reason,
      leaseMs: act.leaseMs ?? 0,
    }
    this.#parts.on.audit({ kind: 'command', ...command })
    const standing = governor.command(command, moment, followed)
    this.turn()
    const ruling = governor.ruling(moment)
    const rules = standing !== undefined && governor.isRuledBy(standing)
    return {
      verdict: 'accepted',
      setpoint,
      value,
      ...(moment.trust === 'unknown' ? {} : { until: moment.now.add({ milliseconds: command.leaseMs }) }),
      leaseMs: command.leaseMs,
      rules,
      ruling,
    }
  }

  #release(governor: Governor, priority: Priority, source: Source, reason: string): Verdict {
    const { setpoint } = governor.segment
    if (governor.release(priority) === undefined)
      return this.#refuse(setpoint, { code: 'COMMAND_NOTHING_TO_RELEASE', words: {} }, source)
    this.#parts.on.audit({ kind: 'release', setpoint, priority, source, reason })
    this.turn()
    return { verdict: 'released', setpoint, ruling: governor.ruling(this.#moment()) }
  }

  #unknown(setpoint: string): Refusal {
    const { points, segments } = this.#parts
    const owner = segments.find(({ outputs }) => outputs.some((output) => output.setpoint === setpoint))
    if (owner !== undefined) return { code: 'COMMAND_READ_ONLY', words: { setpoint, segment: owner.setpoint } }
    const isPoint = (points as ReadonlySet<string>).has(setpoint)
    return { code: isPoint ? 'COMMAND_READ_ONLY' : 'COMMAND_UNKNOWN_SETPOINT', words: { setpoint, segment: '' } }
  }

  #refuse(setpoint: string, refusal: Refusal, source: Source, act?: Order['act'], reason = ''): Verdict {
    const asked = act?.kind === 'set' ? { value: toldValue(act.value) } : {}
    this.#parts.on.audit({ kind: 'refused', setpoint, ...asked, source, reason, code: refusal.code })
    return { verdict: 'refused', setpoint, refusal, ruling: this.#governors.get(setpoint)?.ruling(this.#moment()) }
  }
}

/** Whatever somebody sent as a value, short enough to be kept. */
function toldValue(value: unknown): string | number | boolean {
  return typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value ?? null).slice(0, 80)
}
