/** As much of a browser as the doors see of one: requests with its own origin, and a cookie that it keeps. */
import { connect } from 'node:net'
import { request as plainRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** parsed, where it is JSON */
  readonly json: unknown
}

export class Browser {
  cookie: string | undefined
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, { headers })
  }

  /** As one of our pages does it. */
  post(path: string, body: unknown): Promise<Answer> {
    return this.send('POST', path, { body: JSON.stringify(body), headers: this.own() })
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path, { headers: { origin: this.#url } })
  }

  own(): Record<string, string> {
    return { 'content-type': 'application/json', origin: this.#url }
  }

  async send(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    const answer = await this.open(method, path, headers, body)
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk as Buffer)
    const all = Buffer.concat(chunks)
    const isJson = (answer.headers['content-type'] ?? '').startsWith('application/json')
    return {
      status: answer.statusCode ?? 0,
      headers: answer.headers,
      body: all,
      json: isJson && all.length > 0 ? (JSON.parse(all.toString()) as unknown) : undefined,
    }
  }

  /** The answer while it comes. */
  async open(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<IncomingMessage> {
    const { protocol, hostname, port } = new URL(this.#url)
    const options: RequestOptions & { rejectUnauthorized: boolean } = {
      host: hostname,
      port,
      method,
      path,
      agent: false,
      rejectUnauthorized: false,
      headers: { ...(this.cookie === undefined ? {} : { cookie: this.cookie }), ...headers },
    }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      ;(protocol === 'https:' ? tlsRequest : plainRequest)(options, resolve).on('error', reject).end(body)
    })
    const [cookie] = answer.headers['set-cookie'] ?? []
    if (cookie !== undefined) {
      const [pair = ''] = cookie.split(';')
      this.cookie = pair.endsWith('=') ? undefined : pair
    }
    return answer
  }
}

/** What comes back for these very bytes. */
export function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket
      .setEncoding('utf8')
      .on('data', (chunk: string) => (heard += chunk))
      .on('close', () => resolve(heard))
      .on('error', reject)
  })
}
