/**
 * Who is logged in. A session ends when it is not used for long, at the latest after a week, and at a logout. Its times
 * are monotonic within a run; over a restart only a clock that can be believed tells how much time has passed, and where
 * none can, everybody is logged out.
 */
import type { Clock } from '../../drivers/clock.ts'
import type { AccountsContent, KeptSession } from './accounts-file.ts'
import { hashOf, makeToken } from './codes.ts'
import type { Secrets } from './passwords.ts'

export const longestIdleMs = 12 * 3_600_000
export const longestSessionMs = 7 * 86_400_000
const mostOfOne = 10

/** What tells how long the gateway did not run. */
export interface Moment {
  readonly wall: Temporal.Instant
  /** whether the wall time can be believed */
  readonly trusted: boolean
  /** empty: the machine does not say */
  readonly bootId: string
  readonly uptimeMs: number
}

export interface Session {
  readonly hash: string
  /** the account's */
  readonly name: string
  readonly beganMs: number
  readonly seenMs: number
}

type Changing = { -readonly [Key in keyof Session]: Session[Key] }

export class Sessions {
  readonly #clock: Clock
  readonly #secrets: Secrets
  readonly #sessions = new Map<string, Changing>()

  constructor(clock: Clock, secrets: Secrets) {
    this.#clock = clock
    this.#secrets = secrets
  }

  /** Goes on with those that a run before has kept. */
  restore(kept: AccountsContent, now: Moment): void {
    const passedMs = passedSince(kept, now)
    if (passedMs === undefined) return
    const nowMs = this.#clock.monotonicMs()
    for (const { hash, name, ageMs, idleMs } of kept.sessions)
      this.#sessions.set(hash, { hash, name, beganMs: nowMs - ageMs - passedMs, seenMs: nowMs - idleMs - passedMs })
    this.#dropEnded()
  }

  kept(): KeptSession[] {
    this.#dropEnded()
    const nowMs = this.#clock.monotonicMs()
    return [...this.#sessions.values()].map(({ hash, name, beganMs, seenMs }) => ({
      hash,
      name,
      ageMs: Math.round(nowMs - beganMs),
      idleMs: Math.round(nowMs - seenMs),
    }))
  }

  /** The token is whoever asked's alone: only its hash stays here. */
  begin(name: string): { token: string; session: Session } {
    const token = makeToken(this.#secrets)
    const nowMs = this.#clock.monotonicMs()
    const session = { hash: hashOf(token), name, beganMs: nowMs, seenMs: nowMs }
    this.#dropEnded()
    const own = [...this.#sessions.values()].filter((other) => other.name === name)
    for (const { hash } of own.sort((a, b) => b.seenMs - a.seenMs).slice(mostOfOne - 1)) this.#sessions.delete(hash)
    this.#sessions.set(session.hash, session)
    return { token, session }
  }

  /** The session of a token, which is in use now. */
  use(token: string): Session | undefined {
    const session = this.#sessions.get(hashOf(token))
    if (session === undefined || !this.goesOn(session)) return undefined
    session.seenMs = this.#clock.monotonicMs()
    return session
  }

  goesOn({ hash }: Pick<Session, 'hash'>): boolean {
    const session = this.#sessions.get(hash)
    const nowMs = this.#clock.monotonicMs()
    return session !== undefined && nowMs - session.beganMs < longestSessionMs && nowMs - session.seenMs < longestIdleMs
  }

  end({ hash }: Pick<Session, 'hash'>): void {
    this.#sessions.delete(hash)
  }

  endAllOf(name: string): void {
    for (const session of this.#sessions.values()) if (session.name === name) this.#sessions.delete(session.hash)
  }

  #dropEnded(): void {
    for (const session of this.#sessions.values()) if (!this.goesOn(session)) this.#sessions.delete(session.hash)
  }
}

/** How long it is that this was kept; undefined: nobody knows. */
function passedSince(kept: AccountsContent, now: Moment): number | undefined {
  const passedMs =
    kept.bootId !== '' && kept.bootId === now.bootId
      ? now.uptimeMs - kept.uptimeMs
      : kept.trusted && now.trusted
        ? now.wall.epochMilliseconds - Temporal.Instant.from(kept.wall).epochMilliseconds
        : undefined
  return passedMs === undefined || passedMs < 0 ? undefined : passedMs
}
