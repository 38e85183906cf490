import { expect, test } from 'vitest'
import { fakeClock, type FakeClock } from '../../drivers/testing/fake-clock.ts'
import { Control } from '../control/control.ts'
import { envelope } from '../control/envelope.ts'
import { fakeDriver, familiar } from '../control/testing/fake-driver.ts'
import { segmentOf } from '../control/testing/segments.ts'
import { tonightTold } from './tonight.ts'

const segment = segmentOf()

function controlOf(clock: FakeClock): Control {
  const on = { audit: () => undefined, ruling: () => undefined, armed: () => undefined }
  return new Control({
    segments: [segment],
    drivers: new Map([['lamps', fakeDriver()]]),
    acquaintance: familiar,
    points: new Set(),
    clock,
    envelope: envelope(),
    trust: () => 'synced',
    on: { ...on, changed: () => undefined, fault: (error) => expect.unreachable(String(error)) },
  })
}

const told = (control: Control, clock: FakeClock) =>
  tonightTold(segment, {
    control,
    trust: 'synced',
    clock,
    actual: (from, until) =>
      Promise.resolve([
        { atMs: from.epochMilliseconds, value: 0 },
        { atMs: until.epochMilliseconds, value: null },
      ]),
  })

test('the plan covers the night from noon to noon of the street’s clock, without a hole', async () => {
  const clock = fakeClock('2026-12-21T18:00:00Z')
  const { plan, from, until, zone } = await told(controlOf(clock), clock)
  expect([from, until, zone]).toEqual(['2026-12-21T11:00:00Z', '2026-12-22T11:00:00Z', 'Europe/Paris'])
  expect(plan.map(({ level, ground }) => [ground, level])).toEqual([
    ['day', 0],
    ['evening', 100],
    ['late', 50],
    ['morning', 100],
    ['day', 0],
  ])
  expect(plan[0]?.from).toBe(from)
  expect(plan.at(-1)?.until).toBe(until)
  for (const [index, slot] of plan.entries()) expect(plan[index + 1]?.from ?? until).toBe(slot.until)
})

test('who ruled since when is told up to now, the one before noon included', async () => {
  const clock = fakeClock('2026-12-21T18:00:00Z')
  const control = controlOf(clock)
  const at = (time: string) => Temporal.Instant.from(`2026-12-21T${time}:00Z`)
  const program = { priority: 'program', level: 0, source: { door: 'program', who: 'program' }, reason: '' } as const
  control.remember(segment.setpoint, { since: at('08:00'), ruler: { ...program, ground: 'day' } })
  control.remember(segment.setpoint, { since: at('15:00') })
  control.turn()
  await clock.advance(10_000)
  control.turn()
  const act = { kind: 'set' as const, value: 60, leaseMs: 3_600_000 }
  control.take({ setpoint: segment.setpoint, act, reason: 'market', who: 'm.durand' })
  const { ruled, ruling } = await told(control, clock)
  expect(ruled.map(({ since, ruler }) => [since.slice(11, 16), ruler?.priority ?? 'nobody', ruler?.level])).toEqual([
    ['08:00', 'program', 0],
    ['15:00', 'nobody', undefined],
    ['18:00', 'program', 100],
    ['18:00', 'operator', 60],
  ])
  expect(ruling).toMatchObject({ priority: 'operator', reason: 'market', next: { ground: 'evening' } })
})

test('what its lamps said is told from noon to now', async () => {
  const clock = fakeClock('2026-12-21T18:00:00Z')
  const { actual, now } = await told(controlOf(clock), clock)
  expect(actual).toEqual([
    [Date.parse('2026-12-21T11:00:00Z'), 0],
    [Date.parse(now), null],
  ])
})

test.each([
  [
    'while the program asks for light, nothing below the floor',
    '2026-12-21T18:00:00Z',
    { from: 30, to: 100, off: false },
  ],
  ['by day, whatever the lamps can', '2026-12-21T12:00:00Z', { from: 10, to: 100, off: true }],
])('%s may be commanded', async (_, at, allowed) => {
  const clock = fakeClock(at)
  expect((await told(controlOf(clock), clock)).allowed).toEqual(allowed)
})
