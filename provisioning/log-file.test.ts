import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Folder } from '../gateway/testing/surroundings.ts'
import { openLogFile } from './log-file.ts'

const line = (n: number) => Buffer.from(`${String(n).padStart(9, '0')}\n`)

test('two files of a size hold the last of what was written, whole lines of it', () => {
  using folder = new Folder()
  const path = folder.file('gateway.log')
  {
    using log = openLogFile(path, 100)
    for (let n = 0; n < 57; n++) log.write(line(n))
  }
  expect(readdirSync(folder.path).sort()).toEqual(['gateway.1.log', 'gateway.log'])
  const all = ['gateway.1.log', 'gateway.log'].map((name) => readFileSync(folder.file(name), 'utf8')).join('')
  expect(all).toBe(Array.from({ length: 17 }, (_, n) => line(40 + n).toString()).join(''))
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('what an earlier run left stays until it is too much', () => {
  using folder = new Folder()
  const path = folder.file('gateway.log')
  writeFileSync(path, 'before\n')
  using log = openLogFile(path, 100)
  log.write(line(1))
  expect(readFileSync(path, 'utf8')).toBe('before\n000000001\n')
})

test('a file that cannot be opened is said so; one that cannot be turned stops nothing', () => {
  using folder = new Folder()
  expect(() => openLogFile(folder.file('none/gateway.log'))).toThrow('ENOENT')
  const path = folder.file('gateway.log')
  const log = openLogFile(path, 10)
  log[Symbol.dispose]()
  expect(() => log.write(line(1))).not.toThrow()
})
