/**
 * The peer: Node-RED with node-red-contrib-modbus, installed when it is to be measured (node-red/package.json and its
 * lock), outside of this tree, and kept there for the next time. Its Modbus library is a tarball that no registry has:
 * `overrides` puts modbus-serial in its place, of which it is a copy.
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { Program } from '../../testing/programs.ts'
import { cpuMs, rssMb } from '../process-figures.ts'
import { blocks, periodMs, registers, unitCount } from './meters.ts'
import { pacedValue } from './rtu-bytes.ts'

const declared = join(import.meta.dirname, 'node-red')
const patienceMs = 300_000

/** Where the peer lies, installed; or why it does not. */
export async function installNodeRed(): Promise<{ folder: string } | { why: string }> {
  const lock = readFileSync(join(declared, 'package-lock.json'))
  const stated = process.env['XDG_CACHE_HOME'] ?? ''
  const cache = join(isAbsolute(stated) ? stated : join(homedir(), '.cache'), 'fanal-bench')
  const folder = join(cache, `node-red-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`)
  if (existsSync(folder)) return { folder }
  const making = `${folder}.${process.pid}`
  try {
    mkdirSync(making, { recursive: true })
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(declared, file), join(making, file))
    const npm = new Program('npm', ['ci', '--prefix', making, '--ignore-scripts', '--no-audit', '--no-fund'])
    const timer = setTimeout(() => void npm.end('SIGKILL'), patienceMs)
    const ending = await npm.ended.finally(() => clearTimeout(timer))
    if (ending !== 0)
      return { why: `npm could not install it: ${npm.err.find((line) => line !== '') ?? String(ending)}` }
    renameSync(making, folder)
    return { folder }
  } catch (error) {
    return { why: `it could not be installed: ${error instanceof Error ? error.message : String(error)}` }
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

/** No editor, no telemetry, one connection: it is measured at its best. */
export function writeUserFolder(folder: string, installed: string, flows: readonly object[]): void {
  mkdirSync(folder)
  const settings = {
    flowFile: 'flows.json',
    uiPort: 0,
    uiHost: '127.0.0.1',
    httpAdminRoot: false,
    httpNodeRoot: false,
    telemetry: { enabled: false, updateNotification: false },
    nodesDir: [join(installed, 'node_modules/node-red-contrib-modbus')],
    logging: { console: { level: 'info', metrics: false, audit: false } },
  }
  writeFileSync(join(folder, 'settings.js'), `module.exports = ${JSON.stringify(settings)}\n`)
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(flows))
}

/** The unit whose answers are looked at; of all of them it would be measured, too. */
const lookedAt = 7

function flowOf(port: number): object[] {
  const reads = Array.from({ length: unitCount }, (_, index) => index + 1).flatMap((unit) =>
    blocks.map((address) => ({
      id: `read-${unit}-${address}`,
      type: 'modbus-read',
      z: 'flow',
      name: `${unit}/${address}`,
      topic: '',
      showStatusActivities: false,
      logIOActivities: false,
      showErrors: true,
      showWarnings: false,
      unitid: String(unit),
      dataType: 'HoldingRegister',
      adr: String(address),
      quantity: String(registers),
      rate: String(periodMs / 1_000),
      rateUnit: 's',
      delayOnStart: false,
      startDelayTime: '',
      server: 'client',
      useIOFile: false,
      ioFile: '',
      useIOForPayload: false,
      emptyMsgOnFail: false,
      wires: unit === lookedAt ? [[`look-${address}`], []] : [[], []],
    })),
  )
  const looks = blocks.map((address) => ({
    id: `look-${address}`,
    type: 'function',
    z: 'flow',
    name: `look ${address}`,
    func: `const right = msg.payload.length === ${registers} && msg.payload.every((value, at) => value === ((${pacedValue(lookedAt, address)} + 7 * at) & 0xffff)); node.log(right ? 'right' : 'wrong')`,
    outputs: 0,
    timeout: 0,
    noerr: 0,
    initialize: '',
    finalize: '',
    libs: [],
    wires: [],
  }))
  return [
    { id: 'flow', type: 'tab', label: 'meters', disabled: false, info: '' },
    modbusClient('client', 'meters', port),
    ...reads,
    ...looks,
  ]
}

/** A connection as the palette's own node has it when somebody drags it in. */
export function modbusClient(id: string, name: string, port: number): object {
  return {
    id,
    type: 'modbus-client',
    name,
    clienttype: 'tcp',
    bufferCommands: true,
    stateLogEnabled: false,
    queueLogEnabled: false,
    failureLogEnabled: true,
    tcpHost: '127.0.0.1',
    tcpPort: String(port),
    tcpType: 'DEFAULT',
    serialPort: '/dev/ttyUSB',
    serialType: 'RTU-BUFFERD',
    serialBaudrate: '9600',
    serialDatabits: '8',
    serialStopbits: '1',
    serialParity: 'none',
    serialConnectionDelay: '100',
    serialAsciiResponseStartDelimiter: '0x3A',
    unit_id: '1',
    commandDelay: '1',
    clientTimeout: '1000',
    reconnectOnTimeout: true,
    reconnectTimeout: '2000',
    parallelUnitIdsAllowed: true,
    showErrors: true,
    showWarnings: false,
    showLogs: false,
  }
}

export class NodeRed implements AsyncDisposable {
  readonly #program: Program

  private constructor(program: Program) {
    this.#program = program
  }

  /** Resolves when it has looked at an answer. */
  static async start(installed: string, folder: string, port: number): Promise<NodeRed> {
    writeUserFolder(folder, installed, flowOf(port))
    const red = join(installed, 'node_modules/node-red/red.js')
    const program = new Program(process.execPath, [red, '--userDir', folder])
    const timer = setTimeout(() => void program.end('SIGKILL'), 60_000)
    await program.said(/\[function:look \d+\] (right|wrong)/).finally(() => clearTimeout(timer))
    return new NodeRed(program)
  }

  /** Of the answers that it has looked at. */
  answers(): { right: number; wrong: number } {
    const count = (word: string) => this.#program.out.filter((line) => line.endsWith(` ${word}`)).length
    return { right: count('right'), wrong: count('wrong') }
  }

  get cpuMs(): number {
    return cpuMs(this.#program.pid)
  }

  get rssMb(): number {
    return rssMb(this.#program.pid)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]()
  }
}
