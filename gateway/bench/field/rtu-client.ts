/**
 * Reads 100 registers again and again over a serial line, by Fanal's own line or by modbus-serial on serialport, and tells
 * what it took: `node rtu-client.ts ours|modbus-serial DEVICE BAUD WARM COUNT`
 */
import { EventEmitter } from 'node:events'
import { z } from 'zod'
import { pacedValue } from './rtu-bytes.ts'
import { measure } from './measured-child.ts'
import { openLine } from '../../../drivers/modbus/open.ts'
import { systemClock, systemRandom } from '../../clock.ts'

const [who = '', device = '', baud = '', warm = '', count = ''] = process.argv.slice(2)
const settings = { warm: Number(warm), count: Number(count) }
const unit = 1
const registers = 100
const timeoutMs = 1_000

/** Another address each time, so that no answer passes for the next one's. */
const addressOf = (index: number) => (index * 13) % 1_000

/** The first and the last one: more would be measured, too. */
function isRight(values: ArrayLike<number>, address: number): boolean {
  return values[0] === pacedValue(unit, address) && values[registers - 1] === pacedValue(unit, address + registers - 1)
}

async function ours(): Promise<void> {
  const serial = { baud: Number(baud), dataBits: 8, parity: 'even', stopBits: 1 } as const
  const line = openLine(
    'bench',
    { protocol: 'modbus-rtu', device, serial },
    { clock: systemClock, random: systemRandom },
  )
  const { signal } = new AbortController()
  const into = new Uint16Array(125)
  const manners = { unit, timeoutMs, worstResponseMs: 2 * timeoutMs, pauseMs: 0 }
  await measure(settings, async (index) => {
    const address = addressOf(index)
    const outcome = await line.read({ ...manners, function: 3, address, count: registers }, into, signal)
    return outcome.state === 'answered' && isRight(into, address)
  })
  await line[Symbol.asyncDispose]()
}

async function peer(): Promise<void> {
  const { default: modbus } = await import('modbus-serial')
  const client = new modbus.default()
  await client.connectRTUBuffered(device, { baudRate: Number(baud), parity: 'even' })
  wakeItsPromises(client)
  client.setID(unit)
  client.setTimeout(timeoutMs)
  await measure(settings, async (index) => {
    const address = addressOf(index)
    try {
      const { data } = await client.readHoldingRegisters(address, registers)
      return isRight(data, address)
    } catch {
      return false
    }
  })
  client.close(() => undefined)
}

/**
 * serialport's poller calls JavaScript outside of any turn of Node's: on Node 26 its promises then wait until something else
 * happens in the process, and an idle one hears nothing before its timeout. An empty immediate makes it happen at once.
 */
function wakeItsPromises(client: object): void {
  const inner = z.looseObject({
    _port: z.looseObject({ _client: z.looseObject({ port: z.looseObject({ poller: z.instanceof(EventEmitter) }) }) }),
  })
  const { poller } = inner.parse(client)._port._client.port
  const emit = poller.emit.bind(poller)
  poller.emit = (...event: Parameters<typeof emit>) => {
    setImmediate(() => undefined)
    return emit(...event)
  }
}

await (who === 'ours' ? ours() : peer())
