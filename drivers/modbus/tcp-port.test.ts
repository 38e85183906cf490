import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.ts'
import { never } from '../testing/line-suite.ts'
import { TcpPort } from './tcp-port.ts'

/** What the kernel waits for on the connection to this port: 2 is the next keep-alive probe (proc_net_tcp, `tr`). */
function timerOf(port: number): string | undefined {
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/self/net/tcp', 'utf8').split('\n')
  const columns = rows.map((row) => row.trim().split(/\s+/)).find(([, , to]) => to === remote)
  return columns?.[5]?.split(':')[0]
}

test.runIf(process.platform === 'linux')('an idle connection is asked for signs of life', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: number } = server.address() as AddressInfo
  const port = new TcpPort('test://wire', '127.0.0.1', number, fakeClock())
  await port.open(never)
  expect(timerOf(number)).toBe('02')
  port.close()
  server.close()
})
