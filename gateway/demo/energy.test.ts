import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accrue, startingAt, type Energy } from './energy.ts'
import { feeder, yard, type Load } from './evening.ts'

const anInstant = fc
  .integer({ min: Date.parse('2025-01-01'), max: Date.parse('2030-01-01') })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms))

const start = startingAt(48_213, 9_702)
const kilowattHours = (energy: Energy) => energy.reduce((sum, phase) => sum + phase.kilowattHours, 0)
const kilovarHours = (energy: Energy) => energy.reduce((sum, phase) => sum + phase.kilovarHours, 0)
const total = ({ phases }: Load, of: 'watts' | 'vars') => phases.reduce((sum, phase) => sum + phase[of], 0)

describe.each([
  ['feeder', feeder],
  ['yard', yard],
] as const)('the meter of the %s', (_name, make) => {
  test('counts what its power adds up to, and never less than before', () => {
    fc.assert(
      fc.property(anInstant, fc.integer({ min: 60, max: 7_200 }), (from, seconds) => {
        const load = make(1)
        let counted = start
        let wattHours = 0
        let varHours = 0
        for (let second = 0; second < seconds; second++) {
          const at = from.add({ seconds: second })
          const next = accrue(counted, load, at, at.add({ seconds: 1 }))
          next.forEach((phase, index) => {
            expect(phase.kilowattHours).toBeGreaterThan(counted[index]!.kilowattHours)
          })
          counted = next
          const middle = load(at.add({ milliseconds: 500 }))
          wattHours += total(middle, 'watts') / 3_600
          varHours += total(middle, 'vars') / 3_600
        }
        const within = (value: number, of: number) => expect(Math.abs(value / of - 1)).toBeLessThan(1e-3)
        within(kilowattHours(counted) - kilowattHours(start), wattHours / 1_000)
        within(kilovarHours(counted) - kilovarHours(start), varHours / 1_000)

        // Asked once at the end or every second: a meter does not count by being read.
        const asked = accrue(start, load, from, from.add({ seconds }))
        within(kilowattHours(asked) - kilowattHours(start), wattHours / 1_000)
      }),
      { numRuns: 6 },
    )
  })

  test('counts nothing when the clock goes back, and catches up with one that leaps', () => {
    const at = Temporal.Instant.from('2026-11-23T19:00:00Z')
    expect(accrue(start, make(1), at, at.subtract({ hours: 1 }))).toBe(start)
    expect(accrue(start, make(1), at, at)).toBe(start)

    const day = kilowattHours(accrue(start, make(1), at, at.add({ hours: 24 }))) - kilowattHours(start)
    const month = kilowattHours(accrue(start, make(1), at, at.add({ hours: 24 * 28 }))) - kilowattHours(start)
    expect(month / day).toBeGreaterThan(20)
    expect(month / day).toBeLessThan(36)
  })
})
