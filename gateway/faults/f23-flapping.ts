/** F23: whoever commands the light cannot make up his mind: a rule that oscillates, a contact that bounces, a photocell in its own light. */
import type { Driver, SetpointValue } from '../../drivers/driver.ts'
import { good, type PointId, type Reading } from '../../drivers/reading.ts'
import { dice } from '../../drivers/testing/dice.ts'
import { Control } from '../control/control.ts'
import { envelope, type GuardName } from '../control/envelope.ts'
import type { Segment } from '../control/segment.ts'
import { familiar } from '../control/testing/fake-driver.ts'
import { outputOf, relay, segmentOf } from '../control/testing/segments.ts'
import type { Trust } from '../control/trust.ts'
import { Repeats } from '../repeats.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

const hourMs = 3_600_000
/** From a winter's afternoon to the next noon. */
const begins = '2026-12-21T13:00:00Z'
const lastsMs = 22 * hourMs
const switchings = 6
/** Switchings off are counted over so long, which no night and no day is longer than. */
const countedMs = 12 * hourMs
const contact: PointId = 'cabinet.forced'
const lux: PointId = 'cabinet.lux'
/** How long a lamp may take to what it is told. */
const graceMs = 30_000
/** Lines of audit from noon to noon: what is read at a start is the last 5 000, and has to reach back two nights. */
const mostAudited = 2_000

interface Flapper {
  readonly name: string
  readonly segment: Segment
  readonly trust: Trust
  /** changes its mind after so long, and some more */
  readonly everyMs: number
  /** what it does, each time */
  flap(control: Control, isOn: boolean, now: Temporal.Instant): void
}

const order = (control: Control, value: number) =>
  control.take({ setpoint: 'north.level', act: { kind: 'set', value, leaseMs: hourMs }, reason: 'flaps', who: 'rule' })

const reads = (control: Control, point: PointId, at: Temporal.Instant, value: number | boolean) => {
  const reading: Reading = { point, at, quality: good, value }
  control.see([reading])
}

const flappers: readonly Flapper[] = [
  {
    name: 'orders to a relay',
    segment: segmentOf(
      {
        floor: 0,
        switchings,
        program: {
          from: 'sunset',
          until: 'sunrise',
          level: 100,
          late: { from: '23:00', until: '05:00', level: 0, act: 'arrêté 2026-12' },
        },
      },
      [relay],
    ),
    trust: 'synced',
    everyMs: 400,
    flap: (control, isOn) => void order(control, isOn ? 100 : 0),
  },
  {
    name: 'orders to dimmed lamps',
    segment: segmentOf({ floor: 0, switchings }, [outputOf({ restMs: 2_000, slewPerS: 50 })]),
    trust: 'synced',
    everyMs: 700,
    flap: (control, isOn) => void order(control, isOn ? 100 : 0),
  },
  {
    name: 'a contact that bounces',
    segment: segmentOf({ floor: 0, switchings, local: { point: contact, level: 100 } }, [{ ...relay, restMs: 60_000 }]),
    trust: 'synced',
    everyMs: 300,
    flap: (control, isOn, now) => reads(control, contact, now, isOn),
  },
  {
    name: 'a photocell that sees its own lamp, and no trusted time',
    segment: segmentOf(
      { floor: 0, switchings, on_loss: 'photocell', photocell: { point: lux, on_below: 20, off_above: 60 } },
      [relay],
    ),
    trust: 'unknown',
    everyMs: 2_000,
    flap: (control, isOn, now) => reads(control, lux, now, isOn ? 5 : 500),
  },
]

interface Night {
  readonly broken: string[]
  flaps: number
  writes: number
  offs: number
  mostOffs: number
  told: number
  /** entries of the audit, and what lines they become */
  entries: number
  audited: number
  /** dark though nobody may switch it off any more, beyond the time that it takes to light */
  unsafeMs: number
}

interface Life {
  readonly seed: number
  /** how often, of all changes of mind, it is quiet for up to half an hour after one */
  readonly quiet: number
  readonly without: GuardName | undefined
}

async function night(flapper: Flapper, { seed, quiet, without }: Life): Promise<Night> {
  const { segment } = flapper
  const random = dice(seed)
  const [output] = segment.outputs
  if (output === undefined) throw new Error('a segment without an output')
  const beganAt = Temporal.Instant.from(begins)
  let nowMs = 0
  const now = () => beganAt.add({ milliseconds: nowMs })
  const tally: Night = {
    broken: [],
    flaps: 0,
    writes: 0,
    offs: 0,
    mostOffs: 0,
    told: 0,
    entries: 0,
    audited: 0,
    unsafeMs: 0,
  }
  const seen = new Set<string>()
  const fail = (rule: string, detail: string) => {
    if (!seen.has(rule)) tally.broken.push(`${flapper.name}: ${rule}: ${detail}`)
    seen.add(rule)
  }
  const repeats = new Repeats()
  let lamp: SetpointValue = output.form === 'relay' ? false : 0
  let writtenMs = -Infinity
  let offsMs: number[] = []
  const lampDriver: Driver = {
    identify: () => Promise.resolve({ state: 'matches' }),
    read: () => Promise.resolve([]),
    raw: () => undefined,
    defects: () => [],
    write: ({ value, confirm }) => {
      tally.writes++
      if (nowMs - writtenMs < output.restMs) fail('written without rest', `${nowMs - writtenMs} ms after the last`)
      writtenMs = nowMs
      if (Number(lamp) > 0 && !(Number(value) > 0)) {
        tally.offs++
        offsMs = [...offsMs.filter((atMs) => nowMs - atMs < countedMs), nowMs]
        tally.mostOffs = Math.max(tally.mostOffs, offsMs.length)
        if (offsMs.length > switchings) fail('switched off too often', `${offsMs.length} times within 12 h`)
      }
      lamp = value
      return Promise.resolve(confirm ? { state: 'applied' } : { state: 'unconfirmed', because: 'not-asked' })
    },
    arm: () => Promise.resolve({ state: 'armed', written: 0 }),
    tend: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  using control = new Control({
    segments: [segment],
    drivers: new Map([[output.device, lampDriver]]),
    acquaintance: familiar,
    points: new Set(),
    clock: { now, monotonicMs: () => nowMs, sleep: () => Promise.resolve() },
    envelope: envelope(without),
    trust: () => flapper.trust,
    on: {
      audit: (entry) => {
        tally.entries++
        tally.audited += repeats.note({ at: now().toString(), entry }, nowMs).length
        if (entry.kind === 'refused' && entry['code'] === 'COMMAND_SWITCHED_TOO_OFTEN') tally.told++
      },
      ruling: (_, { ground }) => {
        if (ground === 'safe') tally.told++
      },
      armed: () => undefined,
      changed: () => undefined,
      fault: (error) => fail('control threw', String(error)),
    },
  })

  const turn = async () => {
    for (const point of output.confirmBy) reads(control, point, now(), lamp)
    const wantedMs = control.turn()
    for (let settling = 0; settling < 4; settling++) await Promise.resolve()
    return Math.ceil(Math.max(1, Math.min(wantedMs, 1_000)))
  }
  let isOn = false
  let flapMs = 60_000
  let darkSinceMs = Infinity
  // Without a guard the first thing that does not hold is enough.
  while (nowMs < lastsMs && !(without !== undefined && tally.broken.length > 0)) {
    if (nowMs >= flapMs) {
      isOn = !isOn
      tally.flaps++
      flapper.flap(control, isOn, now())
      // Now and then it is quiet for a while, and then begins anew.
      const quietMs = random() < quiet ? 0.5 * hourMs * random() : 0
      flapMs = Math.ceil(nowMs + flapper.everyMs * (1 + random()) + quietMs)
    }
    if (nowMs >= (repeats.nextMs ?? Infinity)) tally.audited += repeats.due(nowMs).length
    const dt = Math.min(await turn(), Math.max(1, flapMs - nowMs))
    const isDark = !(Number(lamp) > 0)
    const mayNotBe = offsMs.filter((atMs) => nowMs - atMs < countedMs).length >= switchings && isOn
    darkSinceMs = isDark && mayNotBe ? Math.min(darkSinceMs, nowMs) : Infinity
    if (nowMs - darkSinceMs > graceMs + output.restMs) {
      tally.unsafeMs += dt
      fail('dark with its switchings used up', 'and light is asked for')
    }
    nowMs += dt
  }
  tally.audited += repeats.end().length
  return tally
}

async function look({ seed, short }: FaultContext, without?: GuardName): Promise<Found> {
  const broken: string[] = []
  const figures: Record<string, number | string> = { looked: 0, 'unsafe output ms': 0 }
  for (const flapper of flappers) {
    const {
      broken: some,
      flaps,
      writes,
      offs,
      mostOffs,
      told,
      entries,
      audited,
      unsafeMs,
    } = await night(flapper, {
      seed,
      quiet: short ? 0.01 : 0.0005,
      without,
    })
    broken.push(...some)
    if (offs === 0) broken.push(`${flapper.name}: nothing was ever switched off`)
    if (told === 0) broken.push(`${flapper.name}: nobody was told that it is switched no more`)
    if (audited > mostAudited) broken.push(`${flapper.name}: ${audited} lines of audit`)
    figures['looked'] = Number(figures['looked']) + writes
    figures['unsafe output ms'] = Number(figures['unsafe output ms']) + unsafeMs
    figures[flapper.name] =
      `${flaps} flaps, ${offs} times off, ${mostOffs} within 12 h, ${writes} writes, told ${told} times, ${audited} lines of audit for ${entries} entries`
  }
  return { broken, figures }
}

/** Each guard is needed: without any one of them something must be found. */
async function withoutEach(context: FaultContext, guards: readonly GuardName[]): Promise<Found> {
  const broken: string[] = []
  const figures: Record<string, number | string> = { looked: guards.length }
  let idle = false
  for (const guard of guards) {
    const found = await look(context, guard)
    figures[`without ${guard}`] = found.broken[0] ?? 'it holds'
    idle ||= found.broken.length === 0
    broken.push(...found.broken)
  }
  return { broken: idle ? [] : broken, figures }
}

export const fault: Fault = {
  id: 'F23',
  title: 'commands, a contact and a photocell that change their mind every second, from noon to noon',
  passes: `no output is written sooner than its rest after the last write, which is the least time that it is on or off; no segment goes dark more than ${switchings} times in 12 h: then it stays lit, and that is told; the audit grows by no more than ${mostAudited} lines`,
  run: (context) => look(context),
  control: {
    without: 'the budget of switchings, and without the rest between writes',
    run: (context) => withoutEach(context, ['switchings', 'rest']),
  },
}
