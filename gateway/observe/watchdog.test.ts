import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { eventually, Folder } from '../testing/surroundings.ts'
import { Turns } from '../testing/turns.ts'
import { watchdog } from './watchdog.ts'

let folder: Folder
let env: NodeJS.ProcessEnv
beforeEach(() => {
  folder = new Folder()
  // The stand-in notes what it is to tell, and fails, as where nobody listens any more.
  const program = folder.file('systemd-notify')
  writeFileSync(program, `#!/bin/sh\necho "$@" to $NOTIFY_SOCKET >> '${folder.file('told')}'\nexit 1\n`)
  chmodSync(program, 0o700)
  env = { PATH: `${folder.path}:${process.env['PATH'] ?? ''}`, NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '30000000' }
})
afterEach(() => folder[Symbol.dispose]())

function told(): string[] {
  const file = folder.file('told')
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
}

const [ready, lives, stops] = ['READY=1 to /run/x', 'WATCHDOG=1 to /run/x', 'STOPPING=1 to /run/x']

test('ready, alive three times within the patience, stopping', async () => {
  const clock = new Turns()
  {
    await using ends = new AsyncDisposableStack()
    ends.use(watchdog({ alive: () => true, clock, env }))
    await clock.settled()
    expect(told()).toEqual([ready, lives])
    for (let times = 2; times <= 4; times++) {
      await clock.pass(10_000)
      expect(told()).toHaveLength(1 + times)
    }
    expect(clock.monotonicMs()).toBe(30_000)
  }
  expect(told()).toEqual([ready, lives, lives, lives, lives, stops])
})

test('a control that does not turn is not said to live', async () => {
  const clock = new Turns()
  let turns = false
  await using ends = new AsyncDisposableStack()
  ends.use(watchdog({ alive: () => turns, clock, env }))
  await clock.pass(60_000)
  expect(told()).toEqual([ready])
  turns = true
  await clock.pass(10_000)
  expect(told()).toEqual([ready, lives])
})

test.each([
  ['no watchdog', {}],
  ['a watchdog for another process', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }],
  ['nonsense', { WATCHDOG_USEC: 'soon' }],
])('with %s it is ready and stops', async (_what, watch) => {
  const clock = fakeClock()
  const without = { ...env, WATCHDOG_USEC: undefined }
  {
    await using ends = new AsyncDisposableStack()
    ends.use(watchdog({ alive: () => true, clock, env: { ...without, ...watch } }))
    await eventually(() => expect(told()).toEqual([ready]))
    await clock.advance(60_000)
  }
  expect(told()).toEqual([ready, stops])
})

test('a watchdog for this process is fed', async () => {
  const clock = fakeClock()
  await using ends = new AsyncDisposableStack()
  ends.use(watchdog({ alive: () => true, clock, env: { ...env, WATCHDOG_PID: String(process.pid) } }))
  await eventually(() => expect(told()).toEqual([ready, lives]))
})

test('where nobody listens nothing is told', async () => {
  const clock = fakeClock()
  const without = { ...env, NOTIFY_SOCKET: undefined }
  {
    await using ends = new AsyncDisposableStack()
    ends.use(watchdog({ alive: () => true, clock, env: without }))
    await clock.advance(60_000)
  }
  expect(told()).toEqual([])
})
