/**
 * The lighting of a plan: control, with what it needs of the machine it runs on. How far the wall clock is believed, what
 * survives a restart, and what is told of it all.
 */
import type { Clock } from '../drivers/clock.ts'
import type { Driver } from '../drivers/driver.ts'
import type { Reading } from '../drivers/reading.ts'
import { Control, type Acquaintance } from './control/control.ts'
import { envelope } from './control/envelope.ts'
import { remembered, type Kept } from './control/keeping.ts'
import { beginTrust, observe, type Both, type Trust, type TrustState } from './control/trust.ts'
import type { Tell } from './events.ts'
import { remainingAfter, type Keep } from './keep.ts'
import type { Plan } from './plan.ts'
import type { Witness } from './witness.ts'

export interface Lighting extends AsyncDisposable {
  readonly control: Control
  readonly trust: TrustState
  /** Control turns from now on. */
  start(): void
  /** What was read, which may change what control does. */
  see(readings: readonly Reading[]): void
}

interface LightingParts {
  readonly drivers: ReadonlyMap<string, Driver>
  readonly acquaintance: Acquaintance
  readonly clock: Clock
  readonly keep: Keep
  readonly witness: Witness
  readonly tell: Tell
  /** What was thrown by control or a driver: a mistake in the code. Control goes on. */
  readonly fault: (error: unknown) => void
}

/** The floor of the wall clock is kept so often: a power cut sets it back by no more. */
const keepAgainMs = 600_000
const lookMs = 1_000

export function openLighting(plan: Plan, parts: LightingParts): Lighting {
  const { drivers, acquaintance, clock, keep, witness, tell, fault } = parts
  const stop = new AbortController()
  const both = (): Both => ({ wallMs: clock.now().epochMilliseconds, monotonicMs: clock.monotonicMs() })
  const started = { ...both(), uptimeMs: witness.uptimeMs(), bootId: witness.bootId }
  let state = beginTrust({
    ...started,
    rtc: witness.rtc,
    declared: plan.site.clock !== undefined,
    ...(keep.kept === undefined ? {} : { kept: keep.kept }),
  })
  const noteTrust = (): void => {
    const { trust, reason } = state
    keep.audit({ kind: 'trust', trust, reason })
    if (plan.segments.size > 0) tell({ event: 'time', trust, reason })
  }
  const trust = (now: Both): Trust => {
    const before = state
    state = observe(before, { ...now, synchronised: witness.synchronised })
    if (state.trust !== before.trust || state.reason !== before.reason) noteTrust()
    return state.trust
  }

  const control = new Control({
    segments: [...plan.segments.values()],
    drivers,
    acquaintance,
    points: new Set(plan.points.keys()),
    clock,
    envelope: envelope(),
    trust,
    on: {
      audit: (entry) => keep.audit(entry),
      ruling: ({ name, title }, { level, priority, ground, source, reason }) =>
        tell({
          event: 'ruling',
          segment: name,
          title,
          level,
          priority,
          ...(ground === undefined ? {} : { ground }),
          who: source.who,
          reason,
        }),
      armed: (device, armed) =>
        tell(armed.state === 'armed' ? { event: 'armed', device } : { event: 'armed', device, because: armed.because }),
      changed: () => keep.keep(kept()),
      fault,
    },
  })
  const kept = (): Kept => keptWith(control.kept())
  const keptWith = ({ met = [], ...standing }: ReturnType<Control['kept']>): Kept => ({
    v: 1,
    wall: clock.now().toString(),
    trusted: state.trust !== 'unknown',
    bootId: witness.bootId,
    uptimeMs: witness.uptimeMs(),
    ...believedOf(state, clock.monotonicMs(), witness.uptimeMs()),
    floor: Temporal.Instant.fromEpochMilliseconds(Math.floor(state.floorMs)).toString(),
    ...standing,
    met: met.map((device) => asPlanned(plan, device)),
  })

  keep.audit({ kind: 'start', ...(keep.kept === undefined ? {} : { aliveUntil: keep.kept.wall }) })
  if (keep.kept !== undefined) {
    const now = { ...started, wall: clock.now(), trusted: state.trust !== 'unknown' }
    const met = [...plan.devices.keys()].filter((device) => keep.kept?.met?.includes(asPlanned(plan, device)))
    control.restore({ ...keep.kept, met }, remainingAfter(keep.kept, now))
  }
  remember(control, plan, keep)
  noteTrust()

  const troubles = new Map<string, string>()
  const look = () => {
    for (const { segment, state: how } of control.states()) {
      const { name, title } = segment
      const progress = how?.progress
      const trouble =
        progress?.state === 'applied' || progress?.state === 'ramping' || progress?.because === 'not-asked'
          ? undefined
          : progress?.because
      if (progress?.state === 'ramping' || troubles.get(name) === trouble) continue
      if (trouble === undefined) troubles.delete(name)
      else troubles.set(name, trouble)
      tell({ event: 'write', segment: name, title, ...(trouble === undefined ? {} : { because: trouble }) })
    }
  }

  let running: Promise<unknown> = Promise.resolve()
  return {
    control,
    get trust() {
      return state
    },
    see: (readings) => control.see(readings),
    start: () => {
      running = Promise.all([
        control.run(stop.signal),
        repeat(clock, lookMs, look, stop.signal),
        repeat(clock, keepAgainMs, () => keep.keep(kept()), stop.signal),
      ])
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      control[Symbol.dispose]()
      await running
      keep.audit({ kind: 'stop' })
      keep.keep(kept())
      await keep.flushed()
    },
  }
}

/** A device that the site puts elsewhere, or takes for another, is none that was met. */
function asPlanned({ devices }: Plan, device: string): string {
  const { instance, line, unit } = devices.get(device) ?? {}
  return `${device} ${instance?.profile.id} ${line}/${unit}`
}

/** The last moment at which the clock was believed, on the machine's own clock, which goes on when the gateway restarts. */
function believedOf({ reckoned }: TrustState, nowMs: number, uptimeMs: number): Pick<Kept, 'believed'> {
  if (reckoned === undefined) return {}
  const wall = Temporal.Instant.fromEpochMilliseconds(Math.floor(reckoned.wallMs)).toString()
  return { believed: { wall, uptimeMs: uptimeMs - (nowMs - reckoned.monotonicMs) } }
}

/** What ruled in the nights before this start, and when nothing is known, since no gateway ran. */
function remember(control: Control, { segments }: Plan, { recent, kept }: Keep): void {
  const setpoints = [...segments.values()].map(({ setpoint }) => setpoint)
  const down = (since: string | undefined) => {
    if (since === undefined) return
    for (const setpoint of setpoints) control.remember(setpoint, { since: Temporal.Instant.from(since) })
  }
  for (const record of recent) {
    const told = remembered.safeParse(record).data
    if (told?.kind === 'start') down(told.aliveUntil)
    if (told?.kind !== 'ruling') continue
    const { at, setpoint, priority, level, source, reason, ground } = told
    control.remember(setpoint, {
      since: Temporal.Instant.from(at),
      ruler: { priority, level, source, reason, ...(ground === undefined ? {} : { ground }) },
    })
  }
  down(kept?.wall)
}

async function repeat(clock: Clock, ms: number, turn: () => void, signal: AbortSignal): Promise<void> {
  const over = () => signal.aborted
  while (!over()) {
    await clock.sleep(ms, signal).catch(() => undefined) // cut short only when lighting ends
    if (!over()) turn()
  }
}
