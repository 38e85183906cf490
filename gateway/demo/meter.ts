/** A simulated meter on the wire, served by modbus-serial: an implementation that is not ours faces our client. */
import { ServerTCP, type IServiceVector } from 'modbus-serial'
import type { Table } from '../../drivers/profile.ts'
import type { Simulator } from '../../drivers/testing/simulator.ts'
import { openBridge } from './bridge.ts'
import { loopback, nextFree, type Listening } from './ports.ts'

/** Exception codes (MODBUS Application Protocol 1.1b3, 7). */
const illegalFunction = 1
const illegalDataAddress = 2

/** How modbus-serial's server is told to answer with an exception. */
class ModbusException extends Error {
  readonly modbusErrorCode: number

  constructor(code: number) {
    super(`Modbus exception ${code}`)
    this.modbusErrorCode = code
  }
}

/** Answers at `unit` only, and is silent for the others, as a meter on a shared line. Rejects when the port is taken. */
export async function serveTcp(meter: Simulator, unit: number, port: number): Promise<Listening> {
  const server = new ServerTCP(registersOf(meter), { host: loopback, port, unitID: unit })
  await new Promise((resolve, reject) => {
    server.once('initialized', resolve)
    server.once('serverError', reject)
  })
  return { port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** The same over RTU over TCP, as behind a serial-to-Ethernet adapter. */
export async function serveRtuOverTcp(meter: Simulator, unit: number, port: number): Promise<Listening> {
  const server = await nextFree(0, (inner) => serveTcp(meter, unit, inner))
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

function registersOf(meter: Simulator): IServiceVector {
  const read = (table: Table, address: number): number => {
    const register = meter.register(table, address)
    if (register === undefined) throw new ModbusException(illegalDataAddress)
    return register
  }
  const readMany = (table: Table) => (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => read(table, first + index))
  const refuse = () => {
    throw new ModbusException(illegalFunction)
  }
  return {
    getCoil: (address: number) => read('coil', address) === 1,
    getDiscreteInput: (address: number) => read('discrete', address) === 1,
    getInputRegister: (address: number) => read('input', address),
    getHoldingRegister: (address: number) => read('holding', address),
    getMultipleInputRegisters: readMany('input'),
    getMultipleHoldingRegisters: readMany('holding'),
    setCoil: refuse,
    setRegister: refuse,
  }
}
