import { expect, test } from 'vitest'
import { Lock } from './lock.ts'

const never = new AbortController().signal

test('first come, first served', async () => {
  const lock = new Lock()
  const order: number[] = []
  expect(lock.acquire(never)).toBeUndefined()
  const queue = [1, 2, 3].map(async (turn) => {
    await lock.acquire(never)
    order.push(turn)
    lock.release()
  })
  expect(order).toEqual([])
  lock.release()
  await Promise.all(queue)
  expect(order).toEqual([1, 2, 3])
  expect(lock.acquire(never)).toBeUndefined()
})

test('who leaves the queue is passed over', async () => {
  const lock = new Lock()
  const stop = new AbortController()
  void lock.acquire(never)
  const leaving = lock.acquire(stop.signal)
  const staying = lock.acquire(never)
  stop.abort(new Error('gone'))
  await expect(leaving).rejects.toThrow('gone')
  lock.release()
  await staying
})

test('an abort after the lock was given changes nothing', async () => {
  const lock = new Lock()
  const stop = new AbortController()
  void lock.acquire(never)
  const waiting = lock.acquire(stop.signal)
  const last = lock.acquire(never)
  lock.release()
  await waiting
  stop.abort()
  lock.release()
  await last
})

test('the urgent go before the others, in their own order, and take nobody’s turn away', async () => {
  const lock = new Lock()
  const order: string[] = []
  void lock.acquire(never)
  const queue = (['read 1', 'write 1', 'read 2', 'write 2'] as const).map(async (name) => {
    await lock.acquire(never, name.startsWith('write'))
    order.push(name)
    lock.release()
  })
  lock.release()
  await Promise.all(queue)
  expect(order).toEqual(['write 1', 'write 2', 'read 1', 'read 2'])
})
