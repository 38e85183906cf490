import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cutShort, keepRevision, readRevision } from './revision.ts'

test('a beginning of what ran is cut short; anything else is an edit', () => {
  const ran = 'site: a\nreleases:\n  x: {}\n  y: {}\n'
  expect(cutShort(ran, 'site: a\nreleases:\n  x: {}\n')).toBe(true)
  expect(cutShort(ran, 'site: a')).toBe(true)
  expect(cutShort(ran, ran)).toBe(false)
  expect(cutShort(ran, ran.trimEnd())).toBe(false)
  expect(cutShort(ran, 'site: a\nreleases:\n  y: {}\n')).toBe(false)
  expect(cutShort(undefined, 'site: a')).toBe(false)
})

test('what is kept is read back whole, and nothing else is left', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'last-good.yaml')
  expect(readRevision(path)).toBeUndefined()
  keepRevision(path, 'one')
  keepRevision(path, 'two')
  expect(readRevision(path)).toBe('two')
  const { ino } = statSync(path)
  keepRevision(path, 'two')
  expect(statSync(path).ino).toBe(ino)
  expect(readdirSync(folder)).toEqual(['last-good.yaml'])
})
