import { describe, expect, test } from 'vitest'
import type { Recognition } from '../../drivers/driver.ts'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { good, type PointId, type Reading } from '../../drivers/reading.ts'
import { Control, type ControlParts } from './control.ts'
import { envelope } from './envelope.ts'
import type { AuditEntry } from './keeping.ts'
import type { Segment } from './segment.ts'
import { fakeDriver } from './testing/fake-driver.ts'
import { outputOf, relay, segmentOf } from './testing/segments.ts'
import type { Trust } from './trust.ts'

const hour = 3_600_000

/** A segment of one dimmed street; at 18:00 UTC in December it is night. */
function bench(
  segment: Segment = segmentOf(),
  { clock = fakeClock('2026-12-21T18:00:00Z'), trust = 'synced' }: { clock?: FakeClock; trust?: Trust } = {},
) {
  const driver = fakeDriver()
  const audit: AuditEntry[] = []
  const rulings: string[] = []
  const faults: unknown[] = []
  const time = { trust }
  const who: { state: Recognition; asked: string[] } = { state: 'matches', asked: [] }
  let changes = 0
  const parts: ControlParts = {
    segments: [segment],
    drivers: new Map([...new Set(segment.outputs.map(({ device }) => device))].map((device) => [device, driver])),
    acquaintance: { recognition: () => who.state, identifySoon: (device) => who.asked.push(device) },
    points: new Set<PointId>(['feeder.power_active', 'lamps.gear_0_level']),
    clock,
    envelope: envelope(),
    trust: () => time.trust,
    on: {
      audit: (entry) => audit.push(entry),
      ruling: (_, { priority, level, ground }) => rulings.push(`${priority} ${level} ${ground ?? ''}`.trim()),
      armed: () => undefined,
      changed: () => changes++,
      fault: (error) => faults.push(error),
    },
  }
  const control = new Control(parts)
  const reads = (
    value: number | boolean,
    point: PointId = segment.outputs[0]?.confirmBy[0] ?? 'lamps.gear_0_level',
  ) => {
    const reading: Reading = { point, at: clock.now(), quality: good, value }
    control.see([reading])
  }
  return {
    control,
    driver,
    clock,
    audit,
    rulings,
    faults,
    time,
    who,
    reads,
    changes: () => changes,
    kept: () => control.kept(),
    values: () => driver.writes.map(({ value }) => value),
    kinds: () => audit.map(({ kind, code }) => (typeof code === 'string' ? `${kind} ${code}` : kind)),
    /** Runs control's own loop for so long. */
    live: async (ms: number) => {
      const stop = new AbortController()
      const running = control.run(stop.signal)
      await clock.advance(ms)
      stop.abort()
      await running
    },
  }
}

const order = (value: unknown, leaseMs: number | undefined = 2 * hour) => ({
  setpoint: 'north.level',
  act: { kind: 'set' as const, value, leaseMs },
  reason: 'market',
  who: 'm.durand',
})

describe('a segment at night', () => {
  test('is brought to what its program asks for, and stays there', async () => {
    const { reads, live, values, rulings, control } = bench()
    reads(80)
    await live(60_000)
    expect(values()).toEqual([85, 90, 95, 100])
    expect(rulings).toEqual(['program 100 evening'])
    expect([...control.states()][0]?.state).toMatchObject({ actual: 80, ruling: { level: 100 } })
  })

  test('obeys an operator until the lease ends, and then its program again', async () => {
    const { reads, live, values, rulings, control, kinds } = bench()
    reads(100)
    await live(2_000)
    const verdict = control.take(order(60, 60_000))
    expect(verdict).toMatchObject({ verdict: 'accepted', value: 60, rules: true, leaseMs: 60_000 })
    await live(30_000)
    expect(values().at(-1)).toBe(60)
    reads(60)
    expect(control.why('north.level')?.ruling).toMatchObject({
      priority: 'operator',
      level: 60,
      reason: 'market',
      source: { who: 'm.durand' },
      next: { priority: 'program', level: 100 },
    })
    await live(45_000)
    expect(values().at(-1)).toBe(100)
    expect(rulings).toEqual(['program 100 evening', 'operator 60', 'program 100 evening'])
    expect(kinds().filter((kind) => kind !== 'write')).toEqual(['ruling', 'command', 'ruling', 'ended', 'ruling'])
  })

  test('a stronger command rules over a weaker, which is told so, and comes after it', async () => {
    const { reads, live, control } = bench()
    reads(100)
    await live(1_000)
    control.take(order(60, hour))
    const reply = control.hear(letter({ value: 40, lease: '2h' }))
    expect(reply).toMatchObject({ verdict: 'accepted', rules: false, ruling: { priority: 'operator', level: 60 } })
    expect(control.why('north.level')?.ruling?.next).toMatchObject({ priority: 'upstream', level: 40 })
    await live(hour + 1_000)
    expect(control.why('north.level')?.ruling).toMatchObject({ priority: 'upstream', level: 40 })
  })

  test('a command that the night forbids later gives way then, and is told no more', async () => {
    const { reads, live, control, rulings } = bench(segmentOf(), { clock: fakeClock('2026-12-21T14:00:00Z') })
    reads(0)
    await live(1_000)
    expect(control.take(order(10, 7 * hour))).toMatchObject({ verdict: 'accepted', rules: true })
    await live(3 * hour)
    expect(rulings).toEqual(['program 0 day', 'operator 10', 'program 100 evening'])
  })

  test('is released by its owner', async () => {
    const { reads, live, control, kinds } = bench()
    reads(100)
    await live(1_000)
    control.take(order(60))
    const released = control.take({ ...order(0), act: { kind: 'release' } })
    expect(released).toMatchObject({ verdict: 'released', ruling: { priority: 'program' } })
    expect(control.take({ ...order(0), act: { kind: 'release' } })).toMatchObject({
      refusal: { code: 'COMMAND_NOTHING_TO_RELEASE' },
    })
    expect(kinds()).toContain('release')
  })
})

const now = '2026-12-21T18:00:30Z'
let nonces = 0

function letter(differing: object = {}, post: { retained?: boolean; expiresInMs?: number } = {}) {
  const body = {
    v: 1,
    value: 60,
    lease: '1h',
    reason: 'market',
    who: 'central',
    nonce: `nonce-${nonces++}-of-a-test`,
    notAfter: now,
    ...differing,
  }
  return { segment: 'north', payload: new TextEncoder().encode(JSON.stringify(body)), retained: false, ...post }
}

describe('bad orders are refused with a code, audited, and nothing is written', () => {
  const once = letter({ nonce: 'used-before' })
  const cases: [what: string, code: string, act: (control: Control) => unknown][] = [
    ['garbage', 'COMMAND_MALFORMED', (c) => c.hear({ ...letter(), payload: Uint8Array.of(0x7b) })],
    ['late', 'COMMAND_LATE', (c) => c.hear(letter({ notAfter: '2026-12-21T17:59:00Z' }))],
    ['expired', 'COMMAND_LATE', (c) => c.hear(letter({}, { expiresInMs: 0 }))],
    ['retained', 'COMMAND_RETAINED', (c) => c.hear(letter({}, { retained: true }))],
    ['without a lease', 'COMMAND_UNBOUNDED', (c) => c.hear(letter({ lease: undefined }))],
    ['without an end', 'COMMAND_UNBOUNDED', (c) => c.hear(letter({ notAfter: undefined }))],
    ['too long', 'COMMAND_TOO_LONG', (c) => c.hear(letter({ lease: '8d' }))],
    ['too far ahead', 'COMMAND_TOO_LONG', (c) => c.hear(letter({ notAfter: '2026-12-23T18:00:00Z' }))],
    ['replayed', 'COMMAND_REPLAYED', (c) => [c.hear(once), c.hear(once)].at(-1)],
    ['out of limits', 'COMMAND_OUT_OF_LIMITS', (c) => c.hear(letter({ value: 120 }))],
    ['below the floor', 'COMMAND_BELOW_FLOOR', (c) => c.hear(letter({ value: 20 }))],
    ['of the wrong type', 'COMMAND_WRONG_TYPE', (c) => c.hear(letter({ value: 'half' }))],
    ['for nobody', 'COMMAND_UNKNOWN_SETPOINT', (c) => c.hear({ ...letter(), segment: 'west' })],
    ['for a point', 'COMMAND_READ_ONLY', (c) => c.take({ ...order(60), setpoint: 'feeder.power_active' })],
    [
      'for a setpoint that a segment owns',
      'COMMAND_READ_ONLY',
      (c) => c.take({ ...order(60), setpoint: 'lamps.group_0_level' }),
    ],
  ]

  test.each(cases)('%s: %s', async (_, code, act) => {
    const { control, reads, live, values, audit } = bench()
    reads(100)
    await live(1_000)
    const writes = values().length
    expect(act(control)).toMatchObject({ verdict: 'refused', refusal: { code } })
    expect(audit.at(-1)).toMatchObject({ kind: 'refused', code })
    await live(5_000)
    if (code !== 'COMMAND_REPLAYED') expect(values().length).toBe(writes)
  })

  test('nobody knows the time: COMMAND_TIME_UNKNOWN, unless the transport has counted it', () => {
    const { control } = bench(segmentOf(), { trust: 'unknown' })
    expect(control.hear(letter())).toMatchObject({ refusal: { code: 'COMMAND_TIME_UNKNOWN' } })
    expect(control.hear(letter({}, { expiresInMs: 60_000 }))).toMatchObject({ verdict: 'accepted' })
  })

  test('a refusal says what would be allowed', () => {
    const { control } = bench()
    expect(control.hear(letter({ value: 20 }))).toMatchObject({
      refusal: { allowed: { from: 30, to: 100, off: false }, words: { floor: 30 } },
    })
  })
})

describe('what a command came to is told', () => {
  test('when it is applied', async () => {
    const { control, reads, live } = bench()
    const told: unknown[] = []
    reads(100)
    await live(1_000)
    control.hear(letter({ nonce: 'a-certain-one' }), (outcome, nonce) => told.push([outcome, nonce]))
    expect(told).toEqual([])
    await live(10_000)
    expect(told).toEqual([[{ state: 'applied' }, 'a-certain-one']])
  })

  test('when another takes its place first', async () => {
    const { control, reads, live } = bench()
    const told: unknown[] = []
    reads(100)
    await live(1_000)
    control.take(order(60), (outcome) => told.push(outcome))
    control.take(order(70))
    expect(told).toEqual([{ state: 'superseded' }])
  })

  test('when the device refuses', async () => {
    const { control, driver, reads, live } = bench()
    const told: unknown[] = []
    reads(100)
    await live(1_000)
    driver.answers({ state: 'rejected', because: 'refused' })
    control.take(order(60), (outcome) => told.push(outcome))
    await live(3_000)
    expect(told).toEqual([{ state: 'rejected', because: 'refused' }])
  })
})

describe('without a trusted time', () => {
  const level = async (declared: object, trust: Trust = 'unknown') => {
    const { live, control } = bench(segmentOf(declared), { trust, clock: fakeClock('1970-01-01T12:00:00Z') })
    await live(12_000)
    return control.why('north.level')?.ruling
  }

  test('a segment is lit, whatever the clock says', async () => {
    expect(await level({ program: { from: 'sunset', until: 'sunrise', level: 80 } })).toMatchObject({
      level: 80,
      ground: 'no-trusted-time',
    })
    expect(await level({ on_loss: 'on' })).toMatchObject({ level: 100, ground: 'no-trusted-time' })
    expect(await level({}, 'holdover')).toMatchObject({ level: 0, ground: 'day' })
  })

  test('unless the site has said why not', async () => {
    expect(await level({ on_loss: { off: 'a nature reserve' } })).toMatchObject({
      level: 0,
      reason: 'a nature reserve',
    })
  })

  test('a photocell is believed while it can be read', async () => {
    const photocell = { point: 'sky.lux', on_below: 20, off_above: 60 }
    const { control, reads, live } = bench(segmentOf({ on_loss: 'photocell', photocell }), { trust: 'unknown' })
    await live(1_000)
    const grounds = [500, 5].map((lux) => {
      reads(lux, 'sky.lux')
      control.turn()
      return control.why('north.level')?.ruling?.ground
    })
    expect(grounds).toEqual(['photocell-bright', 'photocell-dark'])
  })

  test('nobody can say until when', async () => {
    const { control, live } = bench(segmentOf(), { trust: 'unknown' })
    await live(1_000)
    expect(control.why('north.level')?.ruling?.until).toBeUndefined()
    expect(control.take(order(60))).not.toHaveProperty('until')
  })
})

describe('at a start', () => {
  test('nothing is written before everything was asked once', async () => {
    const { reads, live, values } = bench()
    await live(9_000)
    expect(values()).toEqual([])
    reads(100)
    await live(5_000)
    expect(values()).toEqual([])
  })

  test('what does not answer is waited for ten seconds, no longer', async () => {
    const { live, values } = bench()
    await live(9_900)
    expect(values()).toEqual([])
    await live(200)
    expect(values()).toEqual([100])
  })

  test('leases go on by the time that has passed, and those that are over are ended', async () => {
    const before = bench()
    before.reads(100)
    await before.live(1_000)
    before.control.take(order(60, hour))
    before.control.hear(letter({ value: 40, lease: '1m', nonce: 'used-before-it' }))
    const kept = before.control.kept()
    const after = bench()
    after.control.restore(kept, hour / 2)
    after.reads(60)
    await after.live(1_000)
    expect(after.control.why('north.level')?.ruling).toMatchObject({ priority: 'operator', level: 60 })
    expect(after.audit[0]).toMatchObject({ kind: 'ended', priority: 'upstream', why: 'lease-over' })
    expect(after.control.hear(letter({ nonce: 'used-before-it' }))).toMatchObject({
      refusal: { code: 'COMMAND_REPLAYED' },
    })
    await after.live(hour / 2 + 10_000)
    expect(after.control.why('north.level')?.ruling?.priority).toBe('program')
    expect(after.values().at(-1)).toBe(100)
  })

  test('when nobody knows how much time has passed, no lease lives on', () => {
    const before = bench()
    before.control.take(order(60))
    const after = bench()
    after.control.restore(before.control.kept(), undefined)
    expect(after.audit).toEqual([expect.objectContaining({ kind: 'ended', why: 'downtime-unknown' })])
  })
})

describe('inputs', () => {
  const square = segmentOf(
    {
      floor: 100,
      program: { from: 'sunset', until: 'sunrise', level: 100 },
      local: { point: 'box.forced' },
      interlocks: [{ point: 'box.working', is: true, forbids: 'on', because: 'somebody works on the line' }],
    },
    [relay],
  )

  test('have their effect within the call that brings them', async () => {
    const { reads, live, values, control } = bench(square, { clock: fakeClock('2026-12-21T12:00:00Z') })
    reads(false)
    reads(false, 'box.forced')
    reads(false, 'box.working')
    await live(2_000)
    expect(values()).toEqual([])
    reads(true, 'box.forced')
    expect(values()).toEqual([true])
    expect(control.why('north.level')?.ruling).toMatchObject({
      priority: 'local-manual',
      source: { door: 'input', who: 'box.forced' },
    })
  })

  test('an interlock is stronger than night and everybody', async () => {
    const { reads, live, values, control } = bench(square)
    reads(true)
    reads(false, 'box.forced')
    reads(false, 'box.working')
    await live(2_000)
    reads(true, 'box.working')
    expect(values()).toEqual([false])
    expect(control.take(order(100))).toMatchObject({ refusal: { code: 'COMMAND_INTERLOCKED' } })
    expect(control.why('north.level')?.ruling).toMatchObject({ priority: 'safety', level: 0 })
  })
})

describe('devices', () => {
  const armed = segmentOf({ floor: 100, program: { from: 'sunset', until: 'sunrise', level: 100 } }, [
    { ...relay, onLoss: { afterMs: 10_000, armedBy: [] } },
  ])

  test('are armed when they first answer, again when they come back, and looked at each hour', async () => {
    const { control, live, driver, audit } = bench(armed)
    await live(5_000)
    expect(driver.armings).toHaveLength(0)
    control.answers('relay')
    await live(5_000)
    expect(driver.armings).toEqual([new Map([['relay.k1', true]])])
    control.answers('relay')
    await live(5_000)
    expect(driver.armings).toHaveLength(2)
    await live(hour)
    expect(driver.armings).toHaveLength(3)
    expect(audit.filter(({ kind }) => kind === 'armed')).toHaveLength(3)
  })

  test('that cannot be armed are tried again', async () => {
    const { control, live, driver } = bench(armed)
    driver.armed = { state: 'failed', because: 'holding/8 says 0' }
    control.answers('relay')
    await live(130_000)
    expect(driver.armings).toHaveLength(3)
  })

  test('of a segment that may be dark go dark by themselves', async () => {
    const { control, live, driver } = bench(
      segmentOf(
        {
          ...armed.declared,
          on_loss: { off: 'a nature reserve' },
          program: { from: 'sunset', until: 'sunrise', level: 100 },
        },
        armed.outputs,
      ),
    )
    control.answers('relay')
    await live(1_000)
    expect(driver.armings).toEqual([new Map([['relay.k1', false]])])
  })

  test('that look like others are neither written nor armed, until they do not', async () => {
    const { control, live, driver, values, who } = bench(armed)
    who.state = 'differs'
    control.answers('relay')
    await live(15_000)
    expect([values(), driver.armings]).toEqual([[], []])
    expect([...control.states()][0]?.state?.progress).toEqual({ state: 'waiting', because: 'COMMAND_WRONG_DEVICE' })
    who.state = 'matches'
    control.recognised('relay')
    await live(2_000)
    expect([values(), driver.armings.length]).toEqual([[true], 1])
  })

  test('that nobody has asked yet are asked, and written within the moment in which they are known', async () => {
    const { control, live, driver, values, who, kept } = bench(armed)
    who.state = 'unasked'
    control.answers('relay')
    await live(15_000)
    expect([values(), driver.armings, kept().met]).toEqual([[], [], []])
    expect(new Set(who.asked)).toEqual(new Set(['relay']))
    who.state = 'matches'
    control.recognised('relay')
    expect([values(), driver.armings.length, kept().met]).toEqual([[true], 1, ['relay']])
  })

  test('that were never known get no light while they are not heard; that were known once get it, and no register', async () => {
    const first = bench(armed)
    first.who.state = 'unknown'
    first.control.answers('relay')
    await first.live(70_000)
    expect([first.values(), first.driver.armings]).toEqual([[], []])

    const again = bench(armed)
    again.who.state = 'unknown'
    again.control.restore({ ...first.kept(), met: ['relay'] }, 1_000)
    again.control.answers('relay')
    await again.live(15_000)
    expect([again.values(), again.driver.armings, again.kept().met]).toEqual([[true], [], ['relay']])
  })
})

test('a segment of two outputs dims by the one and switches by the other', async () => {
  const both = segmentOf({ floor: 0, program: { from: 'sunset', until: 'sunrise', level: 100 } }, [
    { ...relay, confirmBy: [] },
    outputOf({ confirmBy: [], slewPerS: Infinity }),
  ])
  const { control, live, driver } = bench(both)
  const written = () => driver.writes.splice(0).map(({ setpoint, value }) => [setpoint, value])
  await live(2_000)
  expect(written()).toEqual([
    ['relay.k1', true],
    ['lamps.group_0_level', 100],
  ])
  control.take(order(50))
  await live(2_000)
  expect(written()).toEqual([['lamps.group_0_level', 50]])
  control.take(order(0))
  await live(2_000)
  expect(written()).toEqual([
    ['relay.k1', false],
    ['lamps.group_0_level', 0],
  ])
})

test('a turn that throws is told, and the next comes', async () => {
  const { control, live, faults, clock } = bench()
  const turn = control.turn.bind(control)
  let thrown = 0
  control.turn = () => {
    if (thrown++ === 0) throw new Error('broken')
    return turn()
  }
  await live(3_000)
  expect(faults).toEqual([new Error('broken')])
  expect(clock.monotonicMs() - control.turnedMs).toBeLessThan(1_500)
})

describe('while somebody works at the cabinet', () => {
  const letterFrom = (who: string) => ({ ...order(60), who })

  test('nobody commands from elsewhere, but who works there does, and whoever has the socket', () => {
    const { control } = bench()
    expect(control.arrive('m.durand', hour)).toMatchObject({ who: 'm.durand' })
    expect(control.take(letterFrom('p.martin'), undefined, 'console')).toMatchObject({
      verdict: 'refused',
      refusal: { code: 'COMMAND_SOMEBODY_WORKS_HERE' },
    })
    expect(control.take(letterFrom('m.durand'), undefined, 'console')).toMatchObject({ verdict: 'accepted' })
    expect(control.take(letterFrom('root'))).toMatchObject({ verdict: 'accepted' })
    const { refusal } = control.take(letterFrom('p.martin'), undefined, 'console') as { refusal: object }
    expect(JSON.stringify(refusal)).not.toContain('durand')
  })

  test('nobody takes it over; they say so again; and it ends with their going, or with its time', async () => {
    const { control, clock } = bench()
    control.arrive('m.durand', hour)
    expect(control.arrive('p.martin', hour)).toMatchObject({ who: 'm.durand' })
    await clock.advance(hour - 1)
    const { since } = control.presence ?? {}
    expect(control.arrive('m.durand', hour)).toMatchObject({ since })
    await clock.advance(hour - 1)
    expect(control.presence).toMatchObject({ who: 'm.durand' })
    await clock.advance(1)
    expect(control.presence).toBeUndefined()
    expect(control.take(letterFrom('p.martin'), undefined, 'console')).toMatchObject({ verdict: 'accepted' })
    control.arrive('m.durand', hour)
    control.leave('m.durand')
    expect(control.presence).toBeUndefined()
  })

  test('a restart does not send them home', () => {
    const before = bench()
    before.control.arrive('m.durand', hour)
    const kept = before.control.kept()
    for (const [elapsedMs, left] of [
      [60_000, hour - 60_000],
      [undefined, hour],
    ] as const) {
      const after = bench()
      after.control.restore(kept, elapsedMs)
      expect(after.control.presence).toMatchObject({ who: 'm.durand', untilMs: after.clock.monotonicMs() + left })
    }
    const late = bench()
    late.control.restore(kept, hour)
    expect(late.control.presence).toBeUndefined()
  })

  test('nobody works for ever', () => {
    const { control, clock } = bench()
    expect(control.arrive('m.durand', 24 * hour).untilMs).toBe(clock.monotonicMs() + 8 * hour)
  })
})

describe('a device that another has written to, behind our back', () => {
  test('is told again what it shall be, as soon as it says otherwise', async () => {
    const { reads, live, values } = bench()
    reads(96)
    await live(30_000)
    reads(100)
    await live(30_000)
    expect(values()).toEqual([100])
    reads(40)
    await live(5_000)
    expect(values()).toEqual([100, 100])
  })

  test('is told again although it cannot be asked, once control hears of it', async () => {
    const { live, values, control } = bench(segmentOf({}, [outputOf({ confirmBy: [] })]))
    await live(60_000)
    expect(values()).toEqual([100])
    await live(3_600_000)
    expect(values()).toEqual([100])
    control.writtenBehind('another')
    await live(5_000)
    expect(values()).toEqual([100])
    control.writtenBehind('lamps')
    await live(60_000)
    expect(values()).toEqual([100, 100])
  })
})
