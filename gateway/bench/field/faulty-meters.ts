/**
 * Meters behind a Modbus TCP host of which some are dead and all have their bad moments, in a process of its own:
 * `node faulty-meters.ts PORT SEED`. It says `ready`.
 */
import { createServer, type Socket } from 'node:net'
import { dice } from '../../../drivers/testing/dice.ts'
import { deadUnits } from './meters.ts'
import { pacedValue } from './rtu-bytes.ts'

const [port = 0, seed = 0] = process.argv.slice(2).map(Number)
const random = dice(seed)
const lateMs = 400

/** Shares of all requests. */
const bad = { silent: 0.01, refused: 0.01, late: 0.005, garbage: 0.002, 'hangs up': 0.001 } as const

function befalls(): keyof typeof bad | undefined {
  let chance = random()
  for (const [name, share] of Object.entries(bad) as [keyof typeof bad, number][]) {
    if (chance < share) return name
    chance -= share
  }
  return undefined
}

function answerTo(request: Buffer): Buffer {
  const unit = request[6] ?? 0
  const address = request.readUInt16BE(8)
  const count = request.readUInt16BE(10)
  const answer = Buffer.alloc(9 + 2 * count)
  request.copy(answer, 0, 0, 8)
  answer.writeUInt16BE(3 + 2 * count, 4)
  answer[8] = 2 * count
  for (let index = 0; index < count; index++) answer.writeUInt16BE(pacedValue(unit, address + index), 9 + 2 * index)
  return answer
}

function refusalOf(request: Buffer): Buffer {
  const refusal = Buffer.from(request.subarray(0, 9))
  refusal.writeUInt16BE(3, 4)
  refusal[7] = (refusal[7] ?? 0) | 0x80
  refusal[8] = 6
  return refusal
}

function hear(socket: Socket, request: Buffer): void {
  if (deadUnits.has(request[6] ?? 0)) return
  switch (befalls()) {
    case 'silent':
      return
    case 'refused':
      socket.write(refusalOf(request))
      return
    case 'late':
      setTimeout(() => socket.write(answerTo(request)), lateMs)
      return
    case 'garbage':
      socket.write(Buffer.from(Array.from({ length: 20 }, () => Math.floor(256 * random()))))
      return
    case 'hangs up':
      socket.destroy()
      return
    case undefined:
      socket.write(answerTo(request))
  }
}

createServer((socket) => {
  socket.setNoDelay(true)
  socket.on('error', () => undefined) // whoever hangs up has no more to say
  let before = Buffer.alloc(0)
  socket.on('data', (bytes: Buffer) => {
    let all = Buffer.concat([before, bytes])
    for (; all.length >= 12; all = all.subarray(12)) hear(socket, all.subarray(0, 12))
    before = Buffer.from(all)
  })
}).listen(port, '127.0.0.1', () => process.stdout.write('ready\n'))
