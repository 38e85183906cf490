/**
 * A process that appends a durable record each 100 ms, 60 of them, to the outbox named as its argument, and then prints
 * `{"appended":…,"slowestAppendMs":…,"worstDelayMs":…}`: the last is what its main thread's event loop was late at most.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { systemClock } from '../../clock.ts'
import { openOutbox } from '../outbox.ts'
import { record } from './records.ts'

const [, , file] = process.argv
if (file === undefined) throw new Error('steady.ts FILE')
const next = record('bill', 1)
const outbox = await openOutbox({ file, deliveries: new Map([['bill', { kind: 'durable' }]]), clock: systemClock })
await outbox.append([next])
console.log('ready')

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
const appends: Promise<number>[] = []
const append = async () => {
  const began = systemClock.monotonicMs()
  await outbox.append([next])
  return systemClock.monotonicMs() - began
}
for (let n = 0; n < 60; n++) {
  appends.push(append())
  await systemClock.sleep(100)
}
const slowestAppendMs = Math.max(...(await Promise.all(appends)))
delay.disable()
console.log(JSON.stringify({ appended: appends.length, slowestAppendMs, worstDelayMs: delay.max / 1e6 }))
await outbox[Symbol.asyncDispose]()
