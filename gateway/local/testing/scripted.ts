/** A gateway behind the doors that only exists on paper: what it tells is written here, and a test changes what it needs. */
import { Readable } from 'node:stream'
import type { KnownPoint, Status, VerdictTold } from '../answers.ts'
import type { CostTold } from '../data-pages.ts'
import type { DataTold, DeviceTold, SystemTold, TonightTold } from '../pages.ts'
import type { Told } from '../told.ts'

const now = '2026-12-21T16:00:00Z'

export const scriptedStatus: Status = {
  site: 'a',
  tenant: 't',
  pid: 1,
  started: now,
  held: 0,
  lines: {},
  devices: {},
  segments: {},
  time: { now, trust: 'synced', zone: 'Europe/Paris' },
  uplink: { broker: 'mqtt://b:1883', connected: true, published: 0, refused: 0, refusing: {} },
  releases: {},
  alarms: [],
  home: 0,
  ledger: [],
}

export const scriptedPoint: KnownPoint = {
  point: 'feeder.frequency',
  quantity: 'frequency',
  unit: 'Hz',
  at: now,
  state: 'good',
  value: 50,
  releases: [],
}

export const scriptedVerdict: VerdictTold = {
  verdict: 'refused',
  setpoint: 'north.level',
  code: 'COMMAND_BELOW_FLOOR',
  words: { floor: 30 },
}

const tonight: TonightTold = {
  segment: 'north',
  setpoint: 'north.level',
  title: 'North',
  zone: 'Europe/Paris',
  now,
  from: '2026-12-21T11:00:00Z',
  until: '2026-12-22T11:00:00Z',
  trust: 'synced',
  plan: [],
  ruled: [],
  actual: [],
  floor: 30,
  allowed: { from: 30, to: 100, off: false },
}

const device: DeviceTold = {
  name: 'feeder',
  line: 'feeder',
  unit: 1,
  profile: { id: 'eastron-sdm630', vendor: 'Eastron', model: 'SDM630', grade: 'gold', source: 'built in' },
  health: 'alive',
  points: [],
  setpoints: [],
}

const none = { messages: 0, bytes: 0, link_bytes: 0 }
const cost: CostTold = {
  ...{ month: '2026-12', from: now, until: now, hours: 0, purposes: [], besides: none, total: none },
  network: { wh: 0, wh_per_byte: 0 },
  gateway: { watts: 3, basis: 'assumed', wh: 0 },
  ...{ wh: 0, values: 0, unread: [], verdict: 'no-saving-claimed' },
}

const data: DataTold = { releases: [], home: [] }

const system: SystemTold = {
  version: '0.1.0',
  node: '26.10.0',
  site: 'a',
  title: 'A',
  started: now,
  now,
  revision: { hash: '00', file: 'site.yaml' },
  clock: { trust: 'synced', reason: 'ntp' },
  disk: { free_bytes: 1, size_bytes: 2, kept: [] },
  memory: { rss_bytes: 1, free_bytes: 1, size_bytes: 2 },
  cpu_share: 0,
  log: [{ at: now, level: 'info', text: 'a line of the log' }],
}

export function scriptedTold(changes: Partial<Told> = {}): Told {
  return {
    status: () => Promise.resolve(scriptedStatus),
    points: () => [scriptedPoint],
    watch: () => undefined,
    command: () => Promise.resolve(scriptedVerdict),
    release: () => Promise.resolve(scriptedVerdict),
    why: (setpoint) =>
      setpoint === 'north.level' ? { at: now, timeZone: 'Europe/Paris', trust: 'synced' } : undefined,
    tonight: (segment) => Promise.resolve(segment === 'north' ? tonight : undefined),
    series: (point, from, until) =>
      Promise.resolve(
        point === 'feeder.frequency'
          ? { point, from: from.toString(), until: until.toString(), samples: [] }
          : undefined,
      ),
    device: (name) => (name === 'feeder' ? device : undefined),
    data: () => Promise.resolve(data),
    ledger: () =>
      Promise.resolve({
        policy: { policy: '00', since: now },
        closed: [],
        open: [],
        receipts: {},
        left: {},
        unread: [],
      }),
    chain: () => Readable.from(['{"n":1}']),
    samples: (release) => (release === undefined || release === 'lighting-energy' ? [] : undefined),
    cost: () => Promise.resolve(cost),
    exported: () => Readable.from(['point\r\n']),
    exportMetadata: () => ({
      ...{ made: now, site: { name: 'a', title: 'A' }, columns: [], quality: {}, kept_days: {} },
      ...{ devices: {}, points: {}, releases: {} },
    }),
    system: () => Promise.resolve(system),
    presence: {
      held: () => undefined,
      hold: (who) => ({ who, since: now, until: now }),
      leave: () => undefined,
    },
    passThrough: {
      told: () => [],
      unlock: ({ line, who, reason }) => (line === 'yard' ? { line, who, reason, until: now } : undefined),
      lock: (line) => (line === 'yard' ? true : undefined),
    },
    open: {
      page: (language) =>
        Promise.resolve({ html: `<!doctype html><html lang="${language}"><style>p{}</style>`, style: 'p{}' }),
      twin: () => Promise.resolve({ v: 1 }),
    },
    metrics: () => Promise.resolve('fanal_up 1\n'),
    support: () => Promise.resolve(Buffer.from('a bundle')),
    ...changes,
  }
}

/** One presence lock, as control has it. */
export function scriptedPresence(): Told['presence'] & { who: string | undefined } {
  const presence: Told['presence'] & { who: string | undefined } = {
    who: undefined,
    held: () => (presence.who === undefined ? undefined : { who: presence.who, since: now, until: now }),
    hold: (who) => {
      const holder = presence.who ?? who
      presence.who = holder
      const told = { who: holder, since: now, until: now }
      return holder === who ? told : { held: told }
    },
    leave: () => {
      presence.who = undefined
    },
  }
  return presence
}
