/** Where tools come in: a Modbus TCP server for one line, bounded in what its peers can hold open or make wait. */
import { once } from 'node:events'
import { createServer, type BlockList, type Server, type Socket } from 'node:net'
import { framed, Intake, type Frame } from './intake.ts'
import { isLoopback, isWithin } from './network.ts'
import type { Passage } from './passage.ts'
import { exceptionPdu, exceptions } from './request.ts'

const mostConnections = 4
const idleMs = 60_000
/** What a tool may have sent without waiting for answers (Modbus Messaging on TCP/IP V1.0b, 4.2.1: 1 to 16). */
const mostAtOnce = 16

export interface DoorParts {
  readonly listen: { readonly host: string; readonly port: number }
  /** who else than this machine may come; undefined: nobody */
  readonly network: BlockList | undefined
  readonly passage: Passage
  /** a request could not be answered, and its tool was let go: a mistake in the code */
  readonly fault: (error: unknown) => void
  /** tests are less patient */
  readonly idleMs?: number
}

export interface ToolDoor extends AsyncDisposable {
  readonly port: number
  /** tools that are connected now */
  readonly connections: number
}

/** Rejects where the address cannot be listened on. */
export async function openDoor(parts: DoorParts): Promise<ToolDoor> {
  const { listen, network } = parts
  const sockets = new Set<Socket>()
  const conversations = new Set<Promise<void>>()
  const server = createServer((socket) => {
    const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '')
    if (!isLoopback(peer) && (network === undefined || !isWithin(network, peer))) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    const conversation = converse(socket, parts).finally(() => {
      sockets.delete(socket)
      conversations.delete(conversation)
    })
    conversations.add(conversation)
  })
  server.maxConnections = mostConnections
  server.listen({ host: listen.host, port: listen.port })
  await once(server, 'listening') // rejects with what `error` says
  server.on('error', parts.fault)
  return {
    port: portOf(server),
    get connections() {
      return sockets.size
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await Promise.all([closed, ...conversations])
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** One request after the other, until the tool goes, is silent for too long, or speaks no Modbus. Never rejects. */
async function converse(socket: Socket, { passage, fault, idleMs: patienceMs = idleMs }: DoorParts): Promise<void> {
  const gone = new AbortController()
  socket.setNoDelay(true)
  socket.setTimeout(patienceMs, () => socket.destroy())
  socket.on('close', () => gone.abort())
  const intake = new Intake()
  const answerTo = ({ unit, pdu }: Frame) =>
    passage.answer(unit, pdu, gone.signal).catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) fault(error)
      throw error
    })
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      const { frames, lost } = intake.put(chunk)
      for (const frame of frames.slice(mostAtOnce))
        await send(socket, framed(frame, exceptionPdu(frame.pdu.readUInt8(0), exceptions.busy)), gone.signal)
      for (const frame of frames.slice(0, mostAtOnce))
        await send(socket, framed(frame, await answerTo(frame)), gone.signal)
      if (lost) return
    }
  } catch {
    // It has gone, or goes now: nobody is there to be told.
  } finally {
    socket.destroy()
  }
}

/** What a tool does not take waits in memory, one answer of it. */
async function send(socket: Socket, bytes: Buffer, gone: AbortSignal): Promise<void> {
  gone.throwIfAborted()
  if (!socket.write(bytes)) await once(socket, 'drain', { signal: gone })
}
