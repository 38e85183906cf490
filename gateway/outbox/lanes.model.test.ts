/** Random histories against a model. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { releases, World, type Step } from './testing/world.ts'

const release = fc.constantFrom(...releases)
const does = <const Does extends Step['does']>(...choices: Does[]) => fc.constantFrom(...choices)
const often = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary })

const step = fc.oneof(
  often(6, fc.record({ does: does('append'), release, records: fc.integer({ min: 1, max: 5 }) })),
  often(5, fc.record({ does: does('take'), most: fc.integer({ min: 1, max: 8 }), historical: fc.nat(8) })),
  often(8, fc.record({ does: does('sent'), which: fc.nat(7) })),
  often(3, fc.record({ does: does('arrive', 'lose', 'put back'), which: fc.nat(7) })),
  often(3, fc.record({ does: does('receipt'), release })),
  often(1, fc.record({ does: does('lie'), release, upto: fc.nat(50) })),
  often(1, fc.record({ does: does('replay'), release, from: fc.nat(20), length: fc.nat(10) })),
  often(3, fc.record({ does: does('wait'), ms: fc.constantFrom(400, 3_000, 7_000) })),
  often(4, fc.record({ does: does('disconnect', 'crash', 'restart') })),
)

const runs = Number(process.env['FANAL_MODEL_RUNS'] ?? 100)

test('no durable record is lost, no number used twice, and whatever is missing is said', { timeout: 600_000 }, () => {
  let cuts = 0
  let gaps = 0
  fc.assert(
    fc.property(fc.array(step, { size: '+1' }), (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'outbox-model-'))
      try {
        const world = new World({ file: join(folder, 'outbox.db'), segmentBytes: 4_096 })
        for (const each of steps) world.do(each)
        world.settle()
        world.runs.store[Symbol.dispose]()
        cuts += world.cuts
        gaps += world.cutGaps
      } finally {
        rmSync(folder, { recursive: true })
      }
    }),
    { numRuns: runs },
  )
  expect(cuts).toBeGreaterThan(runs / 4)
  expect(gaps).toBeGreaterThan(runs / 40)
})
