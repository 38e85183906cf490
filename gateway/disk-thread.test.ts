import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fakeClock } from '../drivers/testing/fake-clock.ts'
import { DiskThread } from './disk-thread.ts'
import { openHistory } from './history/history.ts'
import { openOutbox } from './outbox/outbox.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const clock = fakeClock()
const outboxOptions = () => ({
  file: join(folder, 'outbox.db'),
  deliveries: new Map([['bill', { kind: 'durable' as const }]]),
  clock,
})
const historyOptions = (told: (string | undefined)[]) => ({
  file: join(folder, 'history.db'),
  series: [],
  clock,
  fault: (code: string | undefined) => void told.push(code),
})

test('serves both rooms at once, and each goes on when the other is closed', async () => {
  const thread = new DiskThread()
  const outbox = await openOutbox(outboxOptions(), thread)
  const history = await openHistory(historyOptions([]), thread)
  await history[Symbol.asyncDispose]()
  expect(await outbox.streams()).toEqual([{ release: 'bill', last: 0, waiting: 0 }])
  await outbox[Symbol.asyncDispose]()
})

test('begins anew for whoever opens after the last has closed', async () => {
  const thread = new DiskThread()
  for (const boot of [1, 2]) {
    await using outbox = await openOutbox(outboxOptions(), thread)
    expect(outbox.boot).toBe(boot)
  }
})

test('when it dies, both rooms are told, and both can be opened again', async () => {
  const thread = new DiskThread()
  const told: (string | undefined)[] = []
  const outbox = await openOutbox(outboxOptions(), thread)
  await using history = await openHistory(historyOptions(told), thread)
  await thread.end()
  expect(await outbox.ended).toMatchObject({ code: 'OUTBOX_DEAD' })
  expect(told).toEqual(['HISTORY_DEAD'])
  await using again = await openOutbox(outboxOptions(), thread)
  expect(again.boot).toBe(2)
  await clock.advance(60_000)
  await expect.poll(() => told).toEqual(['HISTORY_DEAD', undefined])
  expect(await history.figures()).toMatchObject({ bytes: expect.any(Number) as number })
})

test('a room that cannot be opened leaves the other alone', async () => {
  const thread = new DiskThread()
  await using history = await openHistory(historyOptions([]), thread)
  await expect(
    openOutbox({ ...outboxOptions(), file: join(folder, 'nowhere/outbox.db') }, thread),
  ).rejects.toMatchObject({
    code: 'OUTBOX_OPEN',
  })
  expect((await history.figures()).trouble).toBeUndefined()
})
