/** Simulated devices on the wire, served by modbus-serial: an implementation that is not ours faces our client. */
import { ServerTCP, type IServiceVector } from 'modbus-serial'
import type { Table } from '../../drivers/profile.ts'
import { openBridge } from './bridge.ts'
import { loopback, nextFree, type Listening } from './ports.ts'

/** What a wire sees of a device. */
export interface Device {
  /** A register, or a coil as 0 or 1; undefined where the device has none. */
  register(table: Table, address: number): number | undefined
  /** A device that nobody writes to has none. */
  write?(table: Table, address: number, value: number): 'written' | 'no-register' | 'bad-value'
}

/** Exception codes (MODBUS Application Protocol 1.1b3, 7). */
const illegalFunction = 1
const illegalDataAddress = 2
const illegalDataValue = 3

/** How modbus-serial's server is told to answer with an exception. */
class ModbusException extends Error {
  readonly modbusErrorCode: number

  constructor(code: number) {
    super(`Modbus exception ${code}`)
    this.modbusErrorCode = code
  }
}

/** Answers at `unit` only, and is silent for the others, as a meter on a shared line. Rejects when the port is taken. */
export async function serveTcp(device: Device, unit: number, port: number): Promise<Listening> {
  const server = new ServerTCP(registersOf(device), { host: loopback, port, unitID: unit })
  await new Promise((resolve, reject) => {
    server.once('initialized', resolve)
    server.once('serverError', reject)
  })
  return { port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** The same over RTU over TCP, as behind a serial-to-Ethernet adapter. */
export async function serveRtuOverTcp(device: Device, unit: number, port: number): Promise<Listening> {
  const server = await nextFree(0, (inner) => serveTcp(device, unit, inner))
  try {
    const bridge = await openBridge(port, server.port)
    return {
      port: bridge.port,
      [Symbol.asyncDispose]: async () => {
        await bridge[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}

function registersOf(device: Device): IServiceVector {
  const read = (table: Table, address: number): number => {
    const register = device.register(table, address)
    if (register === undefined) throw new ModbusException(illegalDataAddress)
    return register
  }
  const readMany = (table: Table) => (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => read(table, first + index))
  const write = (table: Table, address: number, value: number) => {
    const outcome = device.write?.(table, address, value)
    if (outcome === undefined) throw new ModbusException(illegalFunction)
    if (outcome === 'no-register') throw new ModbusException(illegalDataAddress)
    if (outcome === 'bad-value') throw new ModbusException(illegalDataValue)
  }
  return {
    getCoil: (address: number) => read('coil', address) === 1,
    getDiscreteInput: (address: number) => read('discrete', address) === 1,
    getInputRegister: (address: number) => read('input', address),
    getHoldingRegister: (address: number) => read('holding', address),
    getMultipleInputRegisters: readMany('input'),
    getMultipleHoldingRegisters: readMany('holding'),
    setCoil: (address: number, value: boolean) => write('coil', address, Number(value)),
    setRegister: (address: number, value: number) => write('holding', address, value),
  }
}
