import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchSilence } from './silence.ts'

const patienceMs = 2_500
let broker: EventEmitter
let silences: number[]

beforeEach(() => {
  vi.useFakeTimers()
  broker = new EventEmitter()
  silences = []
  watchSilence(broker, patienceMs, (silentMs) => void silences.push(silentMs))
})
afterEach(() => void vi.useRealTimers())

const sent = (packet: object) => broker.emit('packetsend', packet)
const came = (cmd: string) => broker.emit('packetreceive', { cmd })

test.each([{ cmd: 'publish', qos: 1 }, { cmd: 'subscribe' }, { cmd: 'pingreq' }])(
  'what is answered, and is not: $cmd',
  (packet) => {
    sent(packet)
    vi.advanceTimersByTime(patienceMs - 1)
    expect(silences).toEqual([])
    vi.advanceTimersByTime(1)
    expect(silences).toEqual([patienceMs])
  },
)

test('what no broker answers ends no connection, however much of it is sent', () => {
  sent({ cmd: 'pingreq' })
  for (let n = 0; n < 100; n++) sent({ cmd: 'publish', qos: 0 })
  came('pingresp')
  vi.advanceTimersByTime(10 * patienceMs)
  expect(silences).toEqual([])
})

test('whatever comes is a sign of life; what is still owed is waited for anew', () => {
  sent({ cmd: 'publish', qos: 1 })
  sent({ cmd: 'publish', qos: 1 })
  vi.advanceTimersByTime(patienceMs - 1)
  came('publish')
  vi.advanceTimersByTime(patienceMs - 1)
  came('puback')
  vi.advanceTimersByTime(patienceMs - 1)
  expect(silences).toEqual([])
  vi.advanceTimersByTime(1)
  expect(silences).toEqual([patienceMs])
})
