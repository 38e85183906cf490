/** Asks a running gateway over its socket. */
import { request, type IncomingMessage } from 'node:http'

/** No gateway answers on this socket. */
export class NotRunning extends Error {
  readonly code = 'NOT_RUNNING'
}

/** The gateway has no such door, or takes what came in for nothing it knows: it may be of another release. */
export class NotUnderstood extends Error {
  readonly code = 'NOT_UNDERSTOOD'
}

/** The answer to one question, as parsed JSON. Throws NotRunning when nobody answers. */
export async function ask(socket: string, path: string, signal?: AbortSignal): Promise<unknown> {
  return JSON.parse((await fetchBytes(socket, path, signal)).toString()) as unknown
}

/** The answer to one question, as it comes. Throws NotRunning when nobody answers, NotUnderstood where there is no such door. */
export async function fetchBytes(socket: string, path: string, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of await get(socket, path, signal)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** What the gateway answers to an order, as parsed JSON. Throws NotRunning when nobody answers, NotUnderstood when it cannot be one. */
export async function tell(socket: string, path: string, body: object, signal?: AbortSignal): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of await get(socket, path, signal, body)) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as unknown
}

/** Whether a gateway has this socket: one that hangs has it all the same, and so has one that we may not ask. */
export async function isTaken(socket: string): Promise<boolean | 'not-allowed'> {
  try {
    await ask(socket, '/status', AbortSignal.timeout(2_000))
    return true
  } catch (error) {
    if (!(error instanceof NotRunning)) return true
    const { cause } = error
    return cause instanceof Error && 'code' in cause && cause.code === 'EACCES' ? 'not-allowed' : false
  }
}

/** Each line of an answer that does not end by itself, as parsed JSON. Throws NotRunning when the gateway goes away. */
export async function* follow(socket: string, path: string, signal: AbortSignal): AsyncGenerator {
  const answer = await get(socket, path, signal)
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

function get(socket: string, path: string, signal?: AbortSignal, body?: object): Promise<IncomingMessage> {
  const post = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' } }
  return new Promise((resolve, reject) => {
    request({ socketPath: socket, path, ...post, ...(signal ? { signal } : {}) }, (answer) => {
      if (answer.statusCode === 200) resolve(answer)
      else {
        answer.resume()
        const { statusCode = 0 } = answer
        const what = `${path}: HTTP ${statusCode}`
        reject(statusCode >= 400 && statusCode < 500 ? new NotUnderstood(what) : new Error(what))
      }
    })
      .on('error', (error) => reject(signal?.aborted === true ? error : new NotRunning(socket, { cause: error })))
      .end(body === undefined ? undefined : JSON.stringify(body))
  })
}
