import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { partOf } from '../flash.ts'
import { statePaths } from '../state.ts'
import { cpuShare, diskTold, memoryTold, revisionHash } from './system.ts'

test('says what is kept, by kind, the largest first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanal-'))
  try {
    const { outbox, audit, log, lastGood } = statePaths(folder)
    for (const [file, bytes] of [
      [outbox, 4_000],
      [`${outbox}-wal`, 5_000],
      [audit, 700],
      [partOf(audit, 1), 800],
      [join(folder, 'history.db-shm'), 2_000],
      [log, 10],
      [lastGood, 20],
    ] as const)
      writeFileSync(file, 'x'.repeat(bytes))
    mkdirSync(join(folder, 'tls'))
    const { kept, free_bytes: free, size_bytes: size } = await diskTold(folder)
    expect(kept).toEqual([
      { what: 'outbox', bytes: 9_000 },
      { what: 'history', bytes: 2_000 },
      { what: 'audit', bytes: 1_500 },
      { what: 'other', bytes: 20 },
      { what: 'log', bytes: 10 },
    ])
    expect(free).toBeGreaterThan(0)
    expect(size).toBeGreaterThan(free)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a folder that is gone is told as such', async () => {
  await expect(diskTold('/nowhere/at/all')).rejects.toMatchObject({ code: 'ENOENT' })
})

test('memory and CPU are of this process and this machine', () => {
  const { rss_bytes: rss, size_bytes: size } = memoryTold()
  expect(rss).toBeGreaterThan(20e6)
  expect(size).toBeGreaterThan(rss)
  expect(cpuShare()).toBeGreaterThan(0)
})

test('a revision is known by the bytes of its site file, and of the policy that it names', () => {
  expect(revisionHash('site: a\n')).toMatch(/^[0-9a-f]{64}$/)
  expect(revisionHash('site: a\n')).not.toBe(revisionHash('site: b\n'))
  expect(revisionHash('site: a\n', 'policy: x\n')).not.toBe(revisionHash('site: a\n'))
  expect(revisionHash('site: a\n', 'policy: x\n')).not.toBe(revisionHash('site: a\n', 'policy: y\n'))
  expect(revisionHash('site: a\n', 'policy: x\n')).not.toBe(revisionHash('site: a\npolicy: x\n'))
})
