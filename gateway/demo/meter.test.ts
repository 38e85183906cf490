import { describe, expect, test } from 'vitest'
import { serveRtuOverTcp, serveTcp, type Device } from './meter.ts'
import { nextFree } from './ports.ts'
import { modbusClient } from './testing/client.ts'

/** Ten input registers from 100: their own addresses. */
const meter: Device = {
  register: (table, address) => (table === 'input' && address >= 100 && address < 110 ? address : undefined),
}
const unit = 7

const doors = [
  ['tcp', serveTcp],
  ['rtu-over-tcp', serveRtuOverTcp],
] as const

describe.each(doors)('over %s', (over, serve) => {
  const client = (port: number, asked = unit) => modbusClient(over, port, asked)

  test('answers several clients at once', async () => {
    await using serving = await nextFree(0, (port) => serve(meter, unit, port))
    const clients = await Promise.all(Array.from({ length: 5 }, () => client(serving.port)))
    await Promise.all(
      clients.map(async (client, index) => {
        for (let turn = 0; turn < 20; turn++) {
          const first = 100 + ((index + turn) % 9)
          expect((await client.readInputRegisters(first, 2)).data).toEqual([first, first + 1])
        }
      }),
    )
    for (const client of clients) await client[Symbol.asyncDispose]()
  })

  test('has no other registers, tables or functions', async () => {
    await using serving = await nextFree(0, (port) => serve(meter, unit, port))
    await using asking = await client(serving.port)
    await expect(asking.readInputRegisters(109, 2)).rejects.toMatchObject({ modbusCode: 2 })
    await expect(asking.readInputRegisters(99, 1)).rejects.toMatchObject({ modbusCode: 2 })
    await expect(asking.readHoldingRegisters(100, 1)).rejects.toMatchObject({ modbusCode: 2 })
    await expect(asking.readCoils(100, 1)).rejects.toMatchObject({ modbusCode: 2 })
    await expect(asking.readDiscreteInputs(100, 1)).rejects.toMatchObject({ modbusCode: 2 })
    await expect(asking.writeRegister(100, 1)).rejects.toMatchObject({ modbusCode: 1 })
    await expect(asking.writeRegisters(100, [1, 2])).rejects.toMatchObject({ modbusCode: 1 })
    await expect(asking.writeCoil(100, true)).rejects.toMatchObject({ modbusCode: 1 })
    expect((await asking.readInputRegisters(100, 1)).data).toEqual([100])
  })

  test('is silent for another unit', async () => {
    await using serving = await nextFree(0, (port) => serve(meter, unit, port))
    await using stranger = await client(serving.port, unit + 1)
    stranger.setTimeout(50)
    await expect(stranger.readInputRegisters(100, 1)).rejects.toMatchObject({ errno: 'ETIMEDOUT' })
  })

  test('says when its port is taken', async () => {
    await using serving = await nextFree(0, (port) => serve(meter, unit, port))
    await expect(serve(meter, unit, serving.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
