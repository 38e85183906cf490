/** Asks a running gateway over its socket. */
import { createInterface } from 'node:readline'
import { request, type IncomingMessage } from 'node:http'
import { refusalTold, type RefusalTold } from './session.ts'

/** No gateway answers on this socket. */
export class NotRunning extends Error {
  readonly code = 'NOT_RUNNING'
}

/** The gateway has no such door, or takes what came in for nothing it knows: it may be of another release. */
export class NotUnderstood extends Error {
  readonly code = 'NOT_UNDERSTOOD'
}

/** The gateway understands what was asked, and does not do it. */
export class NotDone extends Error {
  readonly code = 'NOT_DONE'
  readonly refusal: RefusalTold

  constructor(refusal: RefusalTold) {
    super(refusal.error)
    this.refusal = refusal
  }
}

/** The answer to one question, as parsed JSON. Throws NotRunning when nobody answers. */
export async function ask(socket: string, path: string, signal?: AbortSignal): Promise<unknown> {
  return read(await send(socket, { path, signal }))
}

/** The answer to one question, as it comes. */
export async function fetchBytes(socket: string, path: string, signal?: AbortSignal): Promise<Buffer> {
  return bytesOf(await send(socket, { path, signal }))
}

/** An answer that may be larger than memory. */
export async function open(socket: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
  return send(socket, { path, signal })
}

/** The same, line by line. */
export async function* linesFrom(socket: string, path: string, signal?: AbortSignal): AsyncGenerator<string> {
  const answer = await open(socket, path, signal)
  for await (const line of createInterface({ input: answer, crlfDelay: Infinity })) yield line
}

/** What the gateway answers to an order, as parsed JSON; throws besides NotUnderstood when it cannot be one, and NotDone. */
export async function tell(socket: string, path: string, body: object, signal?: AbortSignal): Promise<unknown> {
  return read(await send(socket, { method: 'POST', path, body, signal }))
}

/** The same of what is to be no more. */
export async function remove(socket: string, path: string, signal?: AbortSignal): Promise<unknown> {
  return read(await send(socket, { method: 'DELETE', path, signal }))
}

/** Another gateway answers there. */
export class SocketTaken extends Error {
  readonly code = 'SOCKET_TAKEN'
}

/** Whether a gateway has this socket: one that hangs has it all the same, and so has one that we may not ask. */
export async function isTaken(socket: string): Promise<boolean | 'not-allowed'> {
  try {
    await ask(socket, '/api/status', AbortSignal.timeout(2_000))
    return true
  } catch (error) {
    if (!(error instanceof NotRunning)) return true
    const { cause } = error
    return cause instanceof Error && 'code' in cause && cause.code === 'EACCES' ? 'not-allowed' : false
  }
}

/** Each line of an answer that does not end by itself, as parsed JSON. Throws NotRunning when the gateway goes away. */
export async function* follow(socket: string, path: string, signal: AbortSignal): AsyncGenerator {
  const answer = await send(socket, { path, signal })
  let rest = ''
  try {
    for await (const chunk of answer.setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield JSON.parse(line) as unknown
    }
  } catch (error) {
    if (signal.aborted) throw error
    throw new NotRunning(socket, { cause: error })
  }
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: object
  readonly signal: AbortSignal | undefined
}

async function send(socket: string, asked: Asked): Promise<IncomingMessage> {
  const answer = await answerTo(socket, asked)
  const { statusCode = 0 } = answer
  if (statusCode >= 200 && statusCode < 300) return answer
  const what = `${asked.path}: HTTP ${statusCode}`
  if (statusCode >= 500) {
    answer.resume()
    throw new Error(what)
  }
  const told = refusalTold.safeParse(await read(answer).catch(() => undefined)).data
  throw told === undefined || told.error === 'MALFORMED' || told.error === 'NOT_FOUND'
    ? new NotUnderstood(what)
    : new NotDone(told)
}

function answerTo(socket: string, { method = 'GET', path, body, signal }: Asked): Promise<IncomingMessage> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    request({ socketPath: socket, path, method, headers, ...(signal ? { signal } : {}) }, resolve)
      .on('error', (error) => reject(signal?.aborted === true ? error : new NotRunning(socket, { cause: error })))
      .end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Parsed JSON; undefined: there is none. */
async function read(answer: IncomingMessage): Promise<unknown> {
  const bytes = await bytesOf(answer)
  return bytes.length === 0 ? undefined : (JSON.parse(bytes.toString()) as unknown)
}

async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
