import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { fakeClock } from '../drivers/testing/fake-clock.ts'
import { openLearned } from './learned.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'learned-'))
})
afterEach(() => rm(folder, { recursive: true }))
const path = () => join(folder, 'learned.json')
const numbers = z.array(z.number())

test('what was learned is there after a restart, each section by itself', async () => {
  const clock = fakeClock()
  const before = await openLearned(path(), { clock })
  before.keep('holes', [1, 2])
  before.keep('counters', { 'meter.energy': 5 })
  await before[Symbol.asyncDispose]()
  await using after = await openLearned(path(), { clock })
  expect(after.section('holes', numbers)).toEqual([1, 2])
  expect(after.section('counters', z.record(z.string(), z.number()))).toEqual({ 'meter.energy': 5 })
  expect(after.section('nothing', numbers)).toBeUndefined()
})

test('what has another shape, or is damaged, counts as nothing learned', async () => {
  await writeFile(path(), '{"holes":"many"}')
  await using learned = await openLearned(path(), { clock: fakeClock() })
  expect(learned.section('holes', numbers)).toBeUndefined()
  await writeFile(path(), '{"holes":[1')
  await using damaged = await openLearned(path(), { clock: fakeClock() })
  expect(damaged.section('holes', numbers)).toBeUndefined()
})

test('a minute’s changes are written at once', async () => {
  const clock = fakeClock()
  await using learned = await openLearned(path(), { clock })
  for (let n = 0; n < 10; n++) learned.keep('holes', [n])
  await clock.advance(59_000)
  await expect(readFile(path())).rejects.toThrow('ENOENT')
  await clock.advance(2_000)
  await expect.poll(() => readFile(path(), 'utf8').catch(() => '')).toBe('{"holes":[9]}\n')
})
