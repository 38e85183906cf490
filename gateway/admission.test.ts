import { expect, test } from 'vitest'
import { fakeClock } from '../drivers/testing/fake-clock.ts'
import { Admission, mostHeld } from './admission.ts'
import type { Disclosed } from './disclosure/disclosed.ts'
import { record } from './outbox/testing/records.ts'
import { OutboxError, type Outbox } from './outbox/outbox.ts'

/** An outbox of which only the door is there. */
class Door {
  taken: Disclosed[][] = []
  fails: OutboxError | undefined
  append = (batch: readonly Disclosed[]): Promise<void> => {
    if (this.fails) return Promise.reject(this.fails)
    this.taken.push([...batch])
    return Promise.resolve()
  }
}

function setting() {
  const clock = fakeClock()
  const news: string[] = []
  const stop = new AbortController()
  const admission = new Admission(clock, {
    refused: (error) => news.push(error?.code ?? 'taken again'),
    lost: (count) => news.push(`${count} lost`),
  })
  const door = new Door()
  const lead = (outbox: Door | undefined) => admission.lead(outbox as unknown as Outbox | undefined, stop.signal)
  const push = (count: number) => {
    const made = Array.from({ length: count }, (_, i) => record('r', i))
    admission.push(made, stop.signal)
    return made
  }
  return { admission, clock, door, lead, news, push, stop }
}

test('records go in together and in order, what comes meanwhile goes with the next', async () => {
  const { admission, clock, door, lead, push } = setting()
  lead(door)
  const made = [...push(2), ...push(1), ...push(3)]
  await clock.advance(0)
  expect(door.taken.flat()).toEqual(made)
  expect(door.taken.length).toBeLessThan(4)
  expect(admission.held).toBe(0)
})

test('a full disk loses nothing: records wait, and go in once there is room, with one word at each change', async () => {
  const { admission, clock, door, lead, news, push } = setting()
  lead(door)
  door.fails = new OutboxError('OUTBOX_FULL', 'full')
  const made = push(1)
  for (let second = 0; second < 60; second++) {
    made.push(...push(1))
    await clock.advance(1_000)
  }
  expect(admission.held).toBe(61)
  door.fails = undefined
  await clock.advance(5_000)
  expect(door.taken.flat()).toEqual(made)
  expect(news).toEqual(['OUTBOX_FULL', 'taken again'])
})

test('without an outbox records are held, up to a bound, and the loss is told', async () => {
  const { admission, clock, door, lead, news, push } = setting()
  push(mostHeld)
  const last = push(2)
  expect(news).toEqual(['2 lost'])
  lead(door)
  await clock.advance(0)
  expect(door.taken.flat()).toHaveLength(mostHeld)
  expect(door.taken.at(-1)!.slice(-2)).toEqual(last)
  expect(admission.held).toBe(0)
})

test('an end while the disk refuses is quick, and leaves the rest to be told', async () => {
  const { admission, clock, door, lead, push, stop } = setting()
  lead(door)
  door.fails = new OutboxError('OUTBOX_IO', 'broken')
  push(3)
  await clock.advance(100)
  stop.abort()
  await admission.settled()
  expect(admission.held).toBe(3)
})
