import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { listen, nextFree } from './ports.ts'

const accept = () => undefined

test('takes the next port when the one it wants is taken', async () => {
  await using first = await nextFree(0, (port) => listen(port, accept))
  await using second = await nextFree(first.port, (port) => listen(port, accept))
  expect(second.port).toBeGreaterThan(first.port)
  expect(second.port).toBeLessThan(first.port + 20)
})

test('gives up after twenty and says which', async () => {
  const tried: number[] = []
  const taken = (port: number) => {
    tried.push(port)
    return Promise.reject(Object.assign(new Error('taken'), { code: 'EADDRINUSE' }))
  }
  await expect(nextFree(1502, taken)).rejects.toThrow('Ports 1502 to 1521 of 127.0.0.1 are taken')
  expect(tried).toHaveLength(20)
})

test('does not go on when something else is wrong', async () => {
  await expect(nextFree(80, () => Promise.reject(new Error('not allowed')))).rejects.toThrow('not allowed')
})

test('leaves no connection behind', async () => {
  const accepted: Socket[] = []
  const listening = await nextFree(0, (port) => listen(port, (socket) => accepted.push(socket)))
  const client = connect(listening.port, '127.0.0.1')
  await once(client, 'connect')
  const closed = once(client.resume(), 'close')
  await listening[Symbol.asyncDispose]()
  await closed
  expect(accepted.every((socket) => socket.destroyed)).toBe(true)
})
