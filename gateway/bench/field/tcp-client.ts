/** Reads 100 registers again and again over Modbus TCP by Fanal's own line: `node tcp-client.ts PORT WARM COUNT` */
import { openLine } from '../../../drivers/modbus/open.ts'
import { systemClock, systemRandom } from '../../clock.ts'
import { measure } from './measured-child.ts'
import { pacedValue } from './rtu-bytes.ts'

const [port = 0, warm = 0, count = 0] = process.argv.slice(2).map(Number)
const unit = 1
const registers = 100
const manners = { unit, timeoutMs: 1_000, worstResponseMs: 2_000, pauseMs: 0 }

const line = openLine(
  'bench',
  { protocol: 'modbus-tcp', host: '127.0.0.1', port },
  { clock: systemClock, random: systemRandom },
)
const { signal } = new AbortController()
const into = new Uint16Array(125)
await measure({ warm, count }, async (index) => {
  const address = (index * 13) % 1_000
  const outcome = await line.read({ ...manners, function: 3, address, count: registers }, into, signal)
  return (
    outcome.state === 'answered' &&
    into[0] === pacedValue(unit, address) &&
    into[registers - 1] === pacedValue(unit, address + registers - 1)
  )
})
await line[Symbol.asyncDispose]()
