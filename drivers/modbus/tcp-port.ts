import { connect, type Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import { LineError, type LineErrorCode } from '../line-error.ts'
import { Intake } from './intake.ts'
import type { Port } from './port.ts'

const connectTimeoutMs = 3_000
/** An idle connection is asked for a sign of life after so long; NAT commonly forgets one after some minutes. */
const keepAliveMs = 30_000

/** Everything else that can go wrong with a connection attempt is some way of being unreachable. */
const openCodes: Record<string, LineErrorCode> = {
  ECONNREFUSED: 'LINE_REFUSED',
  ETIMEDOUT: 'LINE_CONNECT_TIMEOUT',
}

/** A TCP connection. */
export class TcpPort implements Port {
  readonly heard: Intake
  readonly diesUnnoticed = true
  readonly #url: string
  readonly #host: string
  readonly #port: number
  readonly #clock: Clock
  /** The socket receives into this for ever, so that an answer costs no allocation. */
  readonly #chunk = Buffer.alloc(512)
  #socket: Socket | undefined

  constructor(url: string, host: string, port: number, clock: Clock) {
    this.#url = url
    this.#host = host
    this.#port = port
    this.#clock = clock
    this.heard = new Intake(clock)
  }

  get isOpen(): boolean {
    return this.#socket !== undefined
  }

  async open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const settled = new AbortController()
    const socket = connect({
      host: this.#host,
      port: this.#port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs,
      onread: {
        buffer: this.#chunk,
        callback: (count) => {
          this.heard.push(this.#chunk, count)
          return true
        },
      },
    })
    this.#socket = socket
    this.heard.start()
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve)
        socket.once('error', (cause: NodeJS.ErrnoException) => {
          reject(new LineError(openCodes[cause.code ?? ''] ?? 'LINE_UNREACHABLE', this.#url, cause))
        })
        socket.once('close', () => reject(new LineError('LINE_CLOSED', this.#url)))
        this.#clock
          .sleep(connectTimeoutMs, AbortSignal.any([signal, settled.signal]))
          .then(() => reject(new LineError('LINE_CONNECT_TIMEOUT', this.#url)), reject)
      })
    } catch (error) {
      socket.on('error', () => undefined) // an attempt that nobody waits for any more may still fail
      this.#end(socket, 'LINE_CLOSED')
      throw error
    } finally {
      settled.abort()
    }
    socket.once('error', (cause) => this.#end(socket, 'LINE_LOST', cause))
    socket.once('end', () => this.#end(socket, 'LINE_LOST'))
    socket.once('close', () => this.#end(socket, 'LINE_LOST'))
  }

  write(bytes: Buffer): void {
    const socket = this.#socket
    if (socket === undefined) throw new LineError('LINE_LOST', this.#url)
    // The request before has not even left: the peer has taken nothing for as long as that request waited.
    if (socket.writableLength > 0) {
      this.#end(socket, 'LINE_LOST')
      throw new LineError('LINE_LOST', this.#url)
    }
    socket.write(bytes)
  }

  take(): void {
    // The socket has pushed what came.
  }

  more(untilMs: number, _missing: number, signal: AbortSignal): Promise<void> {
    return this.heard.wait(untilMs, signal)
  }

  rest(untilMs: number, signal: AbortSignal): Promise<void> {
    return this.heard.wait(untilMs, signal)
  }

  close(): void {
    if (this.#socket !== undefined) this.#end(this.#socket, 'LINE_CLOSED')
  }

  #end(socket: Socket, code: LineErrorCode, cause?: unknown): void {
    socket.destroy()
    if (socket !== this.#socket) return
    this.#socket = undefined
    this.heard.fail(new LineError(code, this.#url, cause))
  }
}
