/** A context broker that is strict: it takes what NGSI-LD's rules allow, and says no to all else. For tests. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

interface Told {
  readonly id: string
  readonly type: string
  readonly [attribute: string]: unknown
}

export class StrictBroker implements AsyncDisposable {
  /** entities as they stand, each attribute the last that was told */
  readonly entities = new Map<string, Record<string, unknown>>()
  readonly history: Told[] = []
  /** the size of each batch that was asked for, taken or not */
  readonly batches: number[] = []
  readonly tenants: (string | undefined)[] = []
  /** what is answered instead, for as long as there is one */
  readonly moods: Answer[] = []
  /** one that is refused wherever it appears: the whole batch with 400, or it alone with 207 */
  dislikes: { readonly id: string; readonly how: 400 | 207; readonly status?: number; times?: number } | undefined
  keepsHistory = true
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body, headers = {} }) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
      response.end(body === undefined ? '' : JSON.stringify(body))
    })
  })

  static async start(): Promise<StrictBroker> {
    const broker = new StrictBroker()
    broker.#server.listen(0, '127.0.0.1')
    await once(broker.#server, 'listening')
    return broker
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const tenant = request.headers['ngsild-tenant']
    this.tenants.push(typeof tenant === 'string' ? tenant : undefined)
    if (request.headers['content-type'] !== 'application/ld+json') return { status: 415 }
    if (request.method !== 'POST') return { status: 405 }
    const path = request.url ?? ''
    if (path === '/ngsi-ld/v1/temporal/entities') return this.#remember(text)
    if (path !== '/ngsi-ld/v1/entityOperations/upsert?options=update') return { status: 404 }
    const batch = JSON.parse(text) as Told[]
    this.batches.push(batch.length)
    const mood = this.moods.shift()
    return mood ?? this.#upsert(batch)
  }

  #remember(text: string): Answer {
    if (!this.keepsHistory) return { status: 501, body: { title: 'no temporal interface' } }
    const entity = JSON.parse(text) as Told
    for (const [name, attribute] of Object.entries(entity))
      if (!['id', 'type', '@context'].includes(name) && !Array.isArray(attribute)) return bad(`${name} is no list`)
    this.history.push(entity)
    return { status: 201 }
  }

  #upsert(batch: readonly Told[]): Answer {
    const wrong = batch.map(faultIn).find((fault) => fault !== undefined)
    if (wrong !== undefined) return bad(wrong)
    if (new Set(batch.map(({ id }) => id)).size < batch.length) return bad('an entity twice in one batch')
    const { dislikes } = this
    const disliked = batch.find(({ id }) => id === dislikes?.id)
    const refuses = disliked !== undefined && dislikes !== undefined && (dislikes.times ?? Infinity) > 0
    if (refuses && dislikes.times !== undefined) dislikes.times--
    if (refuses && dislikes.how === 400) return bad('something in it')
    for (const { id, ...attributes } of batch)
      if (!refuses || id !== dislikes.id) this.entities.set(id, { ...this.entities.get(id), ...attributes })
    if (!refuses) return { status: 204 }
    const status = dislikes.status ?? 400
    const error = { type: 'https://uri.etsi.org/ngsi-ld/errors/BadRequestData', title: 'not to my liking', status }
    const success = batch.map(({ id }) => id).filter((id) => id !== dislikes.id)
    return { status: 207, body: { success, errors: [{ entityId: dislikes.id, error }] } }
  }
}

function bad(detail: string): Answer {
  return { status: 400, body: { type: 'https://uri.etsi.org/ngsi-ld/errors/BadRequestData', title: 'bad', detail } }
}

/** NGSI-LD's own rules of an entity in the normalized form. */
function faultIn(entity: Told): string | undefined {
  const { id, type, '@context': context, ...attributes } = entity
  if (!/^urn:ngsi-ld:\w+:fanal:/.test(id) || id.split(':')[2] !== type) return `${id}: no id of a ${type}`
  if (!Array.isArray(context) || context.at(-1) !== 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld')
    return `${id}: no context`
  for (const [name, attribute] of Object.entries(attributes)) {
    const instances = (Array.isArray(attribute) ? attribute : [attribute]) as Record<string, unknown>[]
    const names = instances.map(({ datasetId }) => datasetId)
    if (new Set(names).size < names.length) return `${id}: ${name} has a data set twice`
    for (const { type: kind, value, object } of instances) {
      if (kind === 'Relationship' ? object === undefined : value === undefined) return `${id}: ${name} says nothing`
      if (value === null) return `${id}: ${name} is null`
      if (!['Property', 'Relationship', 'GeoProperty'].includes(String(kind))) return `${id}: ${name} is no attribute`
    }
  }
  return undefined
}
