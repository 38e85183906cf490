import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import type { BrokerError } from './faults.ts'
import { LastGood } from './last-good.ts'

const newKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' })

let folder: string
let key: string
let unusable: BrokerError[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-last-good-'))
  key = join(folder, 'key.pem')
  unusable = []
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(text: string): void {
  writeFileSync(`${key}.new`, text)
  renameSync(`${key}.new`, key)
}

const keep = () => new LastGood({ tls: { key } }, (error) => void unusable.push(error))
const keyOf = async (kept: LastGood) => (await kept.read()).key?.toString()

test('what is renewed is taken at the next reading', async () => {
  const [first, second] = [newKey(), newKey()]
  put(first)
  const kept = keep()
  expect(await keyOf(kept)).toBe(first)
  put(second)
  expect(await keyOf(kept)).toBe(second)
  expect(unusable).toEqual([])
})

test('what is damaged is told once, and the last that was whole goes on; so after the next one', async () => {
  const [first, second] = [newKey(), newKey()]
  put(first)
  const kept = keep()
  await kept.read()
  put('garbage')
  expect(await keyOf(kept)).toBe(first)
  expect(await keyOf(kept)).toBe(first)
  expect(unusable).toMatchObject([{ code: 'BROKER_FILE', where: key }])
  rmSync(key)
  expect(await keyOf(kept)).toBe(first)
  expect(unusable).toHaveLength(2)
  put(second)
  expect(await keyOf(kept)).toBe(second)
  rmSync(key)
  expect(await keyOf(kept)).toBe(second)
  expect(unusable).toHaveLength(3)
})

test('what was never whole is refused', async () => {
  put('garbage')
  await expect(keep().read()).rejects.toMatchObject({ code: 'BROKER_FILE', where: key })
  expect(unusable).toEqual([])
})

test('while a connection stands it is looked at each minute, and no more afterwards', async () => {
  put(newKey())
  const clock = fakeClock()
  const kept = keep()
  await kept.read()
  const over = new AbortController()
  const watching = kept.watch(clock, over.signal)
  put('garbage')
  await clock.advance(59_000)
  expect(unusable).toEqual([])
  await clock.advance(1_000)
  await expect.poll(() => unusable.length).toBe(1)
  over.abort()
  await watching
  rmSync(key)
  await clock.advance(600_000)
  expect(unusable).toHaveLength(1)
})

test('where there are no files, there is nothing to watch', async () => {
  const clock = fakeClock()
  await new LastGood({}, () => undefined).watch(clock, new AbortController().signal)
  expect(await new LastGood({}, () => undefined).read()).toEqual({})
})
