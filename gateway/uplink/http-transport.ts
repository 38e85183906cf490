/** One request over HTTP, bounded; the connection is kept for the next. */
import { request as httpRequest, Agent as HttpAgent } from 'node:http'
import { request as httpsRequest, Agent as HttpsAgent } from 'node:https'
import { readCredentials, type CredentialFiles } from './credentials.ts'

export interface HttpRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface HttpResponse {
  readonly status: number
  /** the header, as it came */
  readonly retryAfter?: string
  readonly body: string
}

/** Posts; rejects with what the system says, or with the signal's reason. */
export type Transport = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>

/** What is longer is cut: it is an explanation, for people. */
const mostAnswerBytes = 256 * 1_024
const idleMs = 60_000

/** To what lies below `url`. Certificates are read afresh for each request, as for the broker of messages. */
export function postTo(url: string, files: CredentialFiles = {}): Transport {
  const base = new URL(url)
  const secure = base.protocol === 'https:'
  const options = { keepAlive: true, maxSockets: 1, timeout: idleMs }
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options)
  const root = base.pathname.replace(/\/$/, '')
  return async ({ path, headers, body }, signal) => {
    const credentials = secure ? await readCredentials({ tls: files.tls }) : {}
    return new Promise((resolve, reject) => {
      const asked = (secure ? httpsRequest : httpRequest)(
        {
          ...credentials,
          agent,
          signal,
          method: 'POST',
          hostname: base.hostname.replaceAll(/[[\]]/g, ''),
          ...(base.port === '' ? {} : { port: base.port }),
          path: `${root}${path}`,
          headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
        },
        (answer) => {
          const chunks: Buffer[] = []
          let length = 0
          answer.on('data', (chunk: Buffer) => {
            if (length < mostAnswerBytes) chunks.push(chunk)
            length += chunk.length
          })
          answer.on('error', reject)
          answer.on('end', () => {
            const { statusCode = 0, headers: said } = answer
            const text = Buffer.concat(chunks).toString()
            const retryAfter = said['retry-after']
            resolve({ status: statusCode, body: text, ...(retryAfter === undefined ? {} : { retryAfter }) })
          })
        },
      )
      asked.on('error', reject)
      asked.end(body)
    })
  }
}
