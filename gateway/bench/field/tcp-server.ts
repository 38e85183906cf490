/** The server by libmodbus (tcp-server.c) that ours and the peer both ask. */
import { join } from 'node:path'
import { z } from 'zod'
import { Program } from '../../testing/programs.ts'
import { freePort } from '../../testing/surroundings.ts'
import { compileC } from '../../../drivers/testing/compile-c.ts'

const told = z.strictObject({ requests: z.array(z.number()) })

export class TcpServer implements AsyncDisposable {
  readonly port: number
  readonly #program: Program

  private constructor(port: number, program: Program) {
    this.port = port
    this.#program = program
  }

  static async start(folder: string): Promise<TcpServer> {
    const port = await freePort()
    const program = new Program(
      compileC(folder, join(import.meta.dirname, 'tcp-server.c'), { packages: ['libmodbus'] }),
      [String(port)],
    )
    await program.said(/^ready$/)
    return new TcpServer(port, program)
  }

  /** How many requests it has answered over each open connection, in the order in which they came. */
  async requests(): Promise<number[]> {
    return told.parse(JSON.parse(await this.#program.asked('SIGUSR1'))).requests
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]()
  }
}
