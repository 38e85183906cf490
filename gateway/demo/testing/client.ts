/** modbus-serial as a client, for the tests of the street. */
import modbus from 'modbus-serial'

const { default: ModbusRTU } = modbus
export type Client = InstanceType<typeof ModbusRTU> & AsyncDisposable

/** Asks one unit, over Modbus TCP or RTU over TCP, and waits two seconds for each answer. */
export async function modbusClient(over: 'tcp' | 'rtu-over-tcp', port: number, unit: number): Promise<Client> {
  const client = new ModbusRTU()
  await (over === 'tcp' ? client.connectTCP('127.0.0.1', { port }) : client.connectTelnet('127.0.0.1', { port }))
  client.setID(unit)
  client.setTimeout(2_000)
  return Object.assign(client, {
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        if (client.isOpen) client.close(() => resolve())
        else resolve() // closing what the other side has closed would never settle
      }),
  })
}
