/** Asks a running gateway over its socket. */
import { request, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'

/** No gateway answers on this socket. */
export class NotRunning extends Error {
  readonly code = 'NOT_RUNNING'
}

/** The answer to one question, as parsed JSON. Throws NotRunning when nobody answers. */
export async function ask(socket: string, path: string, signal?: AbortSignal): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of await get(socket, path, signal)) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as unknown
}

/** Each line of an answer that does not end by itself, as parsed JSON. */
export async function* follow(socket: string, path: string, signal: AbortSignal): AsyncGenerator<unknown> {
  const answer = await get(socket, path, signal)
  for await (const line of createInterface({ input: answer })) yield JSON.parse(line) as unknown
}

function get(socket: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ socketPath: socket, path, ...(signal ? { signal } : {}) }, (answer) => {
      if (answer.statusCode === 200) resolve(answer)
      else {
        answer.resume()
        reject(new Error(`${path}: HTTP ${answer.statusCode ?? 0}`))
      }
    })
      .on('error', (error) => reject(signal?.aborted === true ? error : new NotRunning(socket, { cause: error })))
      .end()
  })
}
