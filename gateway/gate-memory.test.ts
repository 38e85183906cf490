import * as fileSystem from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GateKept } from './disclosure/kept.ts'
import type { Disk } from './flash.ts'
import { openGateMemory, pseudonymKey } from './gate-memory.ts'

let folder = ''
beforeEach(async () => {
  folder = await fileSystem.mkdtemp(join(tmpdir(), 'gate-'))
})
afterEach(() => fileSystem.rm(folder, { recursive: true }))
const path = () => join(folder, 'gate.json')

const kept = (tenths: number): GateKept => ({
  v: 1,
  spent: { 'gate.passages': [[20_808, `${tenths}/10`]] },
  held: {},
})
const never = (error: unknown) => {
  throw error
}
/** A disk that takes nothing. */
const readOnly: Disk = {
  readFile: (file) => fileSystem.readFile(file),
  open: () => Promise.reject(Object.assign(new Error('EROFS'), { code: 'EROFS' })),
  rename: (from, to) => fileSystem.rename(from, to),
}
const modeOf = async (file: string) => (await fileSystem.stat(file)).mode & 0o777

test('what was kept last is there after a restart, for its owner alone', async () => {
  const before = await openGateMemory(path(), { fault: never })
  expect(before.kept).toBeUndefined()
  expect(before.holds).toBe(false)
  for (const told of [1, 2, 3]) before.keep(kept(told))
  await before[Symbol.asyncDispose]()
  expect(before.holds).toBe(true)
  await using after = await openGateMemory(path(), { fault: never })
  expect(after.kept).toEqual(kept(3))
  expect(await modeOf(path())).toBe(0o600)
})

test('what is damaged, or cannot be written, is told and stops nothing', async () => {
  await fileSystem.writeFile(path(), '{"v":1,"spent":')
  const faults: unknown[] = []
  const memory = await openGateMemory(path(), { fault: (error) => faults.push(error), disk: readOnly })
  expect([memory.kept, faults.length]).toEqual(['damaged', 1])
  memory.keep(kept(1))
  await memory[Symbol.asyncDispose]()
  expect(faults.length).toBeGreaterThan(1)
  expect(memory.holds).toBe(false)
})

test('the key of pseudonyms is made once, for its owner alone; without a disk there is one for this run', async () => {
  const file = join(folder, 'pseudonym.key')
  const first = await pseudonymKey(file, { fault: never })
  expect(first).toHaveLength(32)
  expect(await pseudonymKey(file, { fault: never })).toEqual(first)
  expect(await modeOf(file)).toBe(0o600)
  const faults: unknown[] = []
  const without = join(folder, 'none.key')
  const runs = [1, 2].map(() => pseudonymKey(without, { fault: (error) => faults.push(error), disk: readOnly }))
  const [one, other] = await Promise.all(runs)
  expect(one).toHaveLength(32)
  expect(one).not.toEqual(other)
  expect(faults).toHaveLength(2)
})
