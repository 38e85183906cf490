/** The topics below `fanal/<tenant>/<site>/`: a level of its own for each gateway, so that one access rule fences it. */

/** What a gateway writes and reads; `receipts` and `replays` are filters over all its releases. */
export interface Topics {
  /** retained: online or offline; also where the will is spoken */
  readonly state: string
  /** retained: what the gateway declares to send */
  readonly meta: string
  /** what the gateway says to itself, to see whether the broker passes it on */
  readonly self: string
  readonly receipts: string
  readonly replays: string
  /** a filter over the commands for all its segments */
  readonly commands: string
  /** answers to commands, where a command does not say otherwise */
  readonly answer: string
  record(release: string): string
  /** for records that waited, so that whoever wants only what is new need not hear them */
  history(release: string): string
  receipt(release: string): string
  replay(release: string): string
  command(segment: string): string
}

export function topicsOf({ tenant, site }: { readonly tenant: string; readonly site: string }): Topics {
  const root = `fanal/${tenant}/${site}`
  return {
    state: `${root}/state`,
    meta: `${root}/meta`,
    self: `${root}/self`,
    receipts: `${root}/receipt/+`,
    replays: `${root}/replay/+`,
    commands: `${root}/command/+`,
    answer: `${root}/answer`,
    record: (release) => `${root}/r/${release}`,
    history: (release) => `${root}/h/${release}`,
    receipt: (release) => `${root}/receipt/${release}`,
    replay: (release) => `${root}/replay/${release}`,
    command: (segment) => `${root}/command/${segment}`,
  }
}

export type ParsedTopic =
  | { readonly kind: 'command'; readonly tenant: string; readonly site: string; readonly segment: string }
  | { readonly kind: 'state' | 'meta' | 'self'; readonly tenant: string; readonly site: string }
  | {
      readonly kind: 'record' | 'history' | 'receipt' | 'replay'
      readonly tenant: string
      readonly site: string
      readonly release: string
    }

/** Undefined for a topic that is none of ours. */
export function parseTopic(topic: string): ParsedTopic | undefined {
  const [root, tenant, site, kind, release, ...rest] = topic.split('/')
  if (root !== 'fanal' || !tenant || !site || rest.length > 0) return undefined
  if (kind === 'state' || kind === 'meta' || kind === 'self')
    return release === undefined ? { kind, tenant, site } : undefined
  if (!release) return undefined
  if (kind === 'command') return { kind, tenant, site, segment: release }
  if (kind === 'r') return { kind: 'record', tenant, site, release }
  if (kind === 'h') return { kind: 'history', tenant, site, release }
  return kind === 'receipt' || kind === 'replay' ? { kind, tenant, site, release } : undefined
}

/** Whether somebody of ours may say something there, whatever it is: a gateway, or whoever answers or commands it. */
export function isOurs(topic: string): boolean {
  return /^fanal\/[^/]+\/[^/]+\/(state|meta|self|r|h|receipt|replay|command|answer)(\/|$)/.test(topic)
}
