/** The gateway and systemd's own program, on a socket such as systemd's: what is told, and that a stopped gateway tells nothing. */
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { Gateway, openStreet, writeSite } from '../testing/cabinet.ts'
import { notifySocket } from '../testing/notify-socket.ts'
import { eventually, Folder } from '../testing/surroundings.ts'

const patienceMs = 3_000

test('a gateway is ready, lives, is silent while it is stopped, and says that it ends', async () => {
  await using street = await openStreet()
  using folder = new Folder()
  const socket = folder.file('notify')
  await using systemd = await notifySocket(folder.path, socket)
  const times = (word: string) => systemd.out.filter((line) => line === word).length
  {
    await using gateway = await Gateway.start(writeSite(folder.file('site.yaml'), street), folder.file('state'), {
      NOTIFY_SOCKET: socket,
      WATCHDOG_USEC: String(patienceMs * 1_000),
    })
    await eventually(() => expect(times('WATCHDOG=1')).toBeGreaterThan(3))
    expect(systemd.out.filter((line) => line !== 'BARRIER=1').slice(0, 3)).toEqual([
      'listening',
      'READY=1',
      'WATCHDOG=1',
    ])

    process.kill(gateway.pid, 'SIGSTOP')
    await systemClock.sleep(500) // what was on its way has come
    const before = systemd.out.length
    await systemClock.sleep(2 * patienceMs)
    expect(systemd.out.length).toBe(before)
    process.kill(gateway.pid, 'SIGCONT')
    await eventually(() => expect(systemd.out.length).toBeGreaterThan(before))
    expect(times('STOPPING=1')).toBe(0)
  }
  await eventually(() => expect(times('STOPPING=1')).toBe(1))
  expect(times('READY=1')).toBe(1)
})
