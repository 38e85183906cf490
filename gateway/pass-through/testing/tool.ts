/** A technician's tool, as far as a door sees one: requests over a socket, and the answers that come. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { framed, Intake } from '../intake.ts'

export interface ToolAnswer {
  readonly transaction: number
  readonly unit: number
  readonly pdu: number[]
}

export class Tool implements Disposable {
  readonly socket: Socket
  readonly answers: ToolAnswer[] = []
  closed = false
  #transaction = 0

  private constructor(socket: Socket) {
    this.socket = socket
    const intake = new Intake()
    socket
      .on('data', (chunk: Buffer) => {
        const { frames } = intake.put(chunk)
        this.answers.push(...frames.map(({ transaction, unit, pdu }) => ({ transaction, unit, pdu: [...pdu] })))
      })
      .on('error', () => undefined) // it is closed then
      .on('close', () => {
        this.closed = true
      })
  }

  static async connect(port: number): Promise<Tool> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new Tool(socket)
  }

  /** Sends a request; says by which transaction its answer is known. */
  send(unit: number, ...pdu: number[]): number {
    this.#transaction = (this.#transaction + 1) & 0xffff
    this.socket.write(framed({ transaction: this.#transaction, unit }, Buffer.from(pdu)))
    return this.#transaction
  }

  answerTo(transaction: number): number[] | undefined {
    return this.answers.find((answer) => answer.transaction === transaction)?.pdu
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}
