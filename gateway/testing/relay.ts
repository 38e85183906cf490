/** A relay board with a poll timeout of its own, as its profile tells: when it hears nothing, it goes to its safe states. */
import { systemClock } from '../clock.ts'
import { serveTcp, type Device } from '../demo/meter.ts'
import { nextFree, type Listening } from '../demo/ports.ts'

const outputs = 6
/** of the profile `wiren-board-wb-mr6c` */
const registers = { timeout: 8, trigger: 19, safe: 930, behaviour: 938 } as const

export interface Relay extends Listening {
  readonly outputs: readonly boolean[]
  /** every write, `coil/0=1` or `holding/8=10` */
  readonly writes: readonly string[]
}

export interface RelayOptions {
  /** is told of each write before it has an effect; `lost`: it has none */
  readonly wrote?: (write: string) => 'taken' | 'lost'
  /** false: its outputs can be written, and not be asked for */
  readonly readable?: boolean
  /** false: a timeout that is over changes nothing, as of a board that nobody has armed */
  readonly safe?: boolean
}

/** Answers at unit 1 of a free port. Real time: it is a device. */
export async function openRelay({ wrote, readable = true, safe = true }: RelayOptions = {}): Promise<Relay> {
  const on = Array.from({ length: outputs }, () => false)
  const writes: string[] = []
  const holding = new Map<number, number>([
    [registers.timeout, 60],
    [registers.trigger, 0],
    ...on.flatMap((_, output): [number, number][] => [
      [registers.safe + output, 0],
      [registers.behaviour + output, 0],
    ]),
  ])
  let heardMs = systemClock.monotonicMs()
  const device: Device = {
    register: (table, address) => {
      heardMs = systemClock.monotonicMs()
      if (table !== 'coil') return holding.get(address)
      return address < outputs && readable ? Number(on[address]) : undefined
    },
    write: (table, address, value) => {
      heardMs = systemClock.monotonicMs()
      if (table === 'coil' ? address >= outputs : !holding.has(address)) return 'no-register'
      const told = `${table}/${address}=${value}`
      writes.push(told)
      if (wrote?.(told) === 'lost') return 'written'
      if (table === 'coil') on[address] = value !== 0
      else holding.set(address, value)
      return 'written'
    },
  }
  const watching = setInterval(() => {
    if (!safe) return
    if (systemClock.monotonicMs() - heardMs < 1_000 * (holding.get(registers.timeout) ?? Infinity)) return
    on.forEach((_, output) => {
      if (holding.get(registers.behaviour + output) === 1) on[output] = holding.get(registers.safe + output) === 1
    })
  }, 100)
  const listening = await nextFree(0, (port) => serveTcp(device, 1, port))
  return {
    port: listening.port,
    outputs: on,
    writes,
    [Symbol.asyncDispose]: async () => {
      clearInterval(watching)
      await listening[Symbol.asyncDispose]()
    },
  }
}
