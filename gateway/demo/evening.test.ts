import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feeder, yard, type Load } from './evening.ts'

const anInstant = fc
  .integer({ min: Date.parse('2025-01-01'), max: Date.parse('2030-01-01') })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms))
const aSeed = fc.integer({ min: 0, max: 0xffff_ffff })

const local = (time: string) => Temporal.ZonedDateTime.from(`${time}[Europe/Paris]`).toInstant()
const watts = ({ phases }: Load) => phases.reduce((sum, phase) => sum + phase.watts, 0)
const meanWatts = (curve: (at: Temporal.Instant) => Load, from: Temporal.Instant, minutes: number) => {
  let sum = 0
  for (let minute = 0; minute < minutes; minute++) sum += watts(curve(from.add({ minutes: minute })))
  return sum / minutes
}

describe.each([
  ['feeder', feeder],
  ['yard', yard],
] as const)('the %s', (_name, make) => {
  test('is the same whenever it is asked', () => {
    fc.assert(
      fc.property(aSeed, anInstant, (seed, at) => {
        expect(make(seed)(at)).toEqual(make(seed)(at))
      }),
    )
    expect(make(1)(local('2026-11-23T20:00'))).not.toEqual(make(2)(local('2026-11-23T20:00')))
  })

  test('is what a meter of a low-voltage street can see, and its figures agree with each other', () => {
    fc.assert(
      fc.property(aSeed, anInstant, (seed, at) => {
        const { phases, hertz } = make(seed)(at)
        expect(hertz).toBeGreaterThan(49.9)
        expect(hertz).toBeLessThan(50.1)
        for (const { volts, amps, watts, vars, powerFactor } of phases) {
          // EN 50160, 4.2.2: 230 V within 10 %
          expect(volts).toBeGreaterThan(207)
          expect(volts).toBeLessThan(253)
          expect(watts).toBeGreaterThan(0)
          expect(amps).toBeLessThan(63)
          const voltAmps = volts * amps
          expect(watts).toBeLessThanOrEqual(voltAmps * (1 + 1e-12))
          expect(powerFactor).toBeCloseTo(watts / voltAmps, 9)
          expect(Math.hypot(watts, vars)).toBeCloseTo(voltAmps, 6)
          expect(powerFactor).toBeLessThanOrEqual(1)
          expect(powerFactor).toBeGreaterThan(0.8)
        }
      }),
    )
  })

  test('changes without jumps: within a second by no more than switching one lamp or one car’s first amperes', () => {
    fc.assert(
      fc.property(aSeed, anInstant, (seed, at) => {
        const curve = make(seed)
        const step = Math.abs(watts(curve(at.add({ seconds: 1 }))) - watts(curve(at)))
        expect(step).toBeLessThan(600)
        expect(Math.abs(curve(at.add({ seconds: 1 })).phases[0].volts - curve(at).phases[0].volts)).toBeLessThan(0.5)
      }),
    )
  })
})

describe('the feeder', () => {
  const anyDay = fc.integer({ min: 0, max: 700 }).map((days) => Temporal.PlainDate.from('2026-01-01').add({ days }))
  const at = (day: Temporal.PlainDate, time: string) =>
    day.toZonedDateTime({ timeZone: 'Europe/Paris', plainTime: time }).toInstant()

  test('takes more in the evening than before dawn, on every day of the year', () => {
    fc.assert(
      fc.property(aSeed, anyDay, (seed, day) => {
        const curve = feeder(seed)
        expect(meanWatts(curve, at(day, '18:00'), 240)).toBeGreaterThan(1.4 * meanWatts(curve, at(day, '03:30'), 60))
      }),
      { numRuns: 20 },
    )
  })

  test('has three unequal phases', () => {
    const means = [0, 1, 2].map((phase) => {
      let sum = 0
      for (let minute = 0; minute < 240; minute++)
        sum += feeder(1)(local('2026-11-23T18:00').add({ minutes: minute })).phases[phase]!.watts
      return sum / 240
    })
    const [least = 0, middle = 0, most = 0] = means.sort((a, b) => a - b)
    expect(middle / least).toBeGreaterThan(1.05)
    expect(most / middle).toBeGreaterThan(1.05)
  })

  test('its old lamps come on at dusk one after the other, on the third phase only', () => {
    const third = (time: string) => meanOf(2, local(time), 5)
    // Sunset in the middle of France on 21 December is at 17:01; civil dusk (-6°) ends at 17:36.
    expect(third('2026-12-21T17:17')).toBeGreaterThan(third('2026-12-21T16:45') + 150)
    expect(third('2026-12-21T17:36')).toBeGreaterThan(third('2026-12-21T17:17') + 150)
    expect(meanOf(2, local('2026-12-22T08:00'), 5)).toBeGreaterThan(meanOf(2, local('2026-12-22T08:40'), 5) + 400)

    // Ballasts take reactive power: the third phase shows it, by its lamps only.
    const inductive = (phase: 0 | 2, time: string) => {
      const { vars, watts } = feeder(1)(local(time)).phases[phase]
      return vars / watts
    }
    expect(inductive(2, '2026-12-21T18:00')).toBeGreaterThan(inductive(2, '2026-12-21T16:30') + 0.08)
    expect(inductive(0, '2026-12-21T18:00')).toBeLessThan(inductive(0, '2026-12-21T16:30') + 0.08)
  })

  test('takes what its commanded lanterns take, on their phases', () => {
    const at = local('2026-12-21T18:00')
    const dark = feeder(1)(at).phases
    const lit = feeder(1, () => [720, 480, 0])(at).phases
    expect(lit.map(({ watts }, phase) => Math.round(watts - dark[phase]!.watts))).toEqual([720, 480, 0])
    expect(lit[0].vars).toBeLessThan(dark[0].vars)
    expect(lit[0].volts).toBeLessThan(dark[0].volts)
    // Half of the north side shows against all that the hall does within a minute.
    for (let second = 0; second < 60; second++)
      expect(Math.abs(feeder(1)(at.add({ seconds: second })).phases[0].watts - dark[0].watts)).toBeLessThan(171)
  })

  function meanOf(phase: 0 | 1 | 2, from: Temporal.Instant, minutes: number) {
    let sum = 0
    for (let minute = 0; minute < minutes; minute++) sum += feeder(1)(from.add({ minutes: minute })).phases[phase].watts
    return sum / minutes
  }
})

describe('the yard', () => {
  test('works on weekdays and rests on Sundays', () => {
    const first = (time: string) => yard(1)(local(time)).phases[0].watts
    expect(first('2026-11-23T10:00')).toBeGreaterThan(1_500) // a Monday
    expect(first('2026-11-22T10:00')).toBeLessThan(400)
    expect(first('2026-11-23T22:00')).toBeLessThan(400)
  })

  test('charges cars on its second phase, now and then', () => {
    let charging = 0
    for (let quarter = 0; quarter < 7 * 96; quarter++)
      if (yard(1)(local('2026-11-23T00:00').add({ minutes: 15 * quarter })).phases[1].amps > 25) charging++
    expect(charging).toBeGreaterThan(7 * 96 * 0.1)
    expect(charging).toBeLessThan(7 * 96 * 0.6)
  })

  test('hangs on the same grid as the feeder', () => {
    const at = local('2026-11-23T20:00')
    expect(yard(1)(at).hertz).toBe(feeder(1)(at).hertz)
  })
})
