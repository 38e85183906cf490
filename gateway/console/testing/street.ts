/** What the demo street would tell on a December evening, changing as it goes on: for the console's fixture. */
import type { KnownPoint, RulerTold, RulingTold, Status } from '../../local/answers.ts'
import type {
  DataTold,
  DeviceTold,
  PointOrigin,
  SampleTold,
  SeriesTold,
  SystemTold,
  TonightTold,
} from '../../local/pages.ts'
import type { PresenceTold } from '../../local/session.ts'

/** Words that could come from a site file, a person or a device. */
export interface Words {
  readonly title: string
  readonly north: string
  readonly south: string
  readonly reason: string
  readonly who: string
  readonly recipient: string
  readonly logged: string
  readonly doubt: string
}

export const plainWords: Words = {
  title: 'Place de la Fontaine',
  north: 'Place de la Fontaine, north side',
  south: 'Place de la Fontaine, south side',
  reason: 'night market until eleven',
  who: 'm.durand',
  recipient: 'Ville, service éclairage public',
  logged: 'line yard: no answer from unit 2 within 1000 ms, tried again',
  doubt: '',
}

export interface Command {
  readonly level: number
  readonly who: string
  readonly reason: string
  readonly untilMs: number
  readonly sinceMs: number
}

export interface StreetState {
  readonly words: Words
  readonly pid: number
  readonly startedMs: number
  readonly commands: ReadonlyMap<string, Command>
  readonly presence: PresenceTold | undefined
  /** whether something is wrong */
  readonly troubled: boolean
}

const iso = (ms: number) => new Date(ms).toISOString()
const at = (text: string) => Date.parse(`2026-12-${text}:00+01:00`)

export const eveningMs = at('21T22:14')
const noon = at('21T12:00')
const nextNoon = at('22T12:00')

interface Slot {
  readonly from: number
  readonly until: number
  readonly level: number
  readonly ground: string
}

const nights: Readonly<Record<string, readonly Slot[]>> = {
  north: [
    { from: noon, until: at('21T16:58'), level: 0, ground: 'day' },
    { from: at('21T16:58'), until: at('21T23:00'), level: 100, ground: 'evening' },
    { from: at('21T23:00'), until: at('22T05:00'), level: 50, ground: 'late' },
    { from: at('22T05:00'), until: at('22T08:33'), level: 100, ground: 'morning' },
    { from: at('22T08:33'), until: nextNoon, level: 0, ground: 'day' },
  ],
  south: [
    { from: noon, until: at('21T17:08'), level: 0, ground: 'day' },
    { from: at('21T17:08'), until: at('21T23:30'), level: 70, ground: 'evening' },
    { from: at('21T23:30'), until: at('22T05:30'), level: 0, ground: 'late' },
    { from: at('22T05:30'), until: at('22T08:23'), level: 70, ground: 'morning' },
    { from: at('22T08:23'), until: nextNoon, level: 0, ground: 'day' },
  ],
}

export const segments = ['north', 'south'] as const

function slotAt(segment: string, ms: number): Slot {
  const slots = nights[segment] ?? []
  const slot = slots.find(({ from, until }) => from <= ms && ms < until) ?? slots[0]
  if (slot === undefined) throw new Error(`no such segment: ${segment}`)
  return slot
}

const program = (slot: Slot): RulerTold => ({
  priority: 'program',
  level: slot.level,
  source: { door: 'program', who: 'program' },
  reason: '',
  ground: slot.ground,
})

export function rulingOf(state: StreetState, segment: string, nowMs: number): RulingTold {
  const setpoint = `${segment}.level`
  const command = state.commands.get(segment)
  const slot = slotAt(segment, nowMs)
  if (command === undefined || command.untilMs <= nowMs) {
    const next = slotAt(segment, slot.until)
    return { ...program(slot), setpoint, since: iso(slot.from), until: iso(slot.until), next: program(next) }
  }
  return {
    priority: 'operator',
    level: command.level,
    source: { door: 'console', who: command.who },
    reason: command.reason,
    setpoint,
    since: iso(command.sinceMs),
    until: iso(command.untilMs),
    next: program(slotAt(segment, command.untilMs)),
  }
}

/** A number that wanders as a load does, the same at the same moment. */
function wander(seed: number, ms: number): number {
  return (
    Math.sin(ms / 61_000 + seed) * 0.5 + Math.sin(ms / 13_700 + seed * 3) * 0.3 + Math.sin(ms / 2_900 + seed * 7) * 0.2
  )
}

interface Kind {
  readonly name: string
  readonly quantity: string
  readonly unit: string
  readonly register: string
  readonly poll: 'fast' | 'normal' | 'slow'
  readonly releases?: readonly string[]
  readonly value: (ms: number) => number | boolean | string
  readonly bad?: string
  readonly stale?: boolean
}

const meter = (seed: number, watts: number, leaves: boolean): Kind[] => [
  ...[1, 2, 3].map((phase): Kind => ({
    name: `voltage_l${phase}`,
    quantity: 'voltage',
    unit: 'V',
    register: `input/${(phase - 1) * 2}`,
    poll: 'normal',
    releases: ['supply-quality'],
    value: (ms) => 231.4 + phase * 0.6 + wander(seed + phase, ms) * 1.8,
  })),
  ...[1, 2, 3].map((phase): Kind => ({
    name: `current_l${phase}`,
    quantity: 'current',
    unit: 'A',
    register: `input/${4 + phase * 2}`,
    poll: 'normal',
    value: (ms) => watts / 690 + wander(seed * 2 + phase, ms) * 0.6,
  })),
  {
    name: 'power_active',
    quantity: 'power_active',
    unit: 'W',
    register: 'input/52',
    poll: 'fast',
    ...(leaves ? { releases: ['lighting-energy'] } : {}),
    value: (ms) => watts * (1 + wander(seed, ms) * 0.06),
  },
  {
    name: 'power_reactive',
    quantity: 'power_reactive',
    unit: 'var',
    register: 'input/60',
    poll: 'normal',
    value: (ms) => watts * 0.12 * (1 + wander(seed + 4, ms) * 0.2),
  },
  {
    name: 'power_factor',
    quantity: 'power_factor',
    unit: '1',
    register: 'input/62',
    poll: 'normal',
    value: () => 0.987,
  },
  {
    name: 'frequency',
    quantity: 'frequency',
    unit: 'Hz',
    register: 'input/70',
    poll: 'normal',
    ...(leaves ? { releases: ['supply-quality', 'grid-frequency'] } : {}),
    value: (ms) => 50 + wander(seed + 1, ms) * 0.02,
  },
  {
    name: 'energy_active_import',
    quantity: 'energy_active_import',
    unit: 'kWh',
    register: 'input/72',
    poll: 'slow',
    ...(leaves ? { releases: ['lighting-energy'] } : {}),
    value: (ms) => 18_204.37 + seed * 311 + (watts * (ms - noon)) / 3.6e9,
  },
]

const lamps = (state: StreetState, nowMs: number): Kind[] =>
  Array.from({ length: 10 }, (_, gear) => gear).flatMap((gear): Kind[] => {
    const segment = gear < 6 ? 'north' : 'south'
    const isTold = gear === 0 || gear === 6
    return [
      {
        name: `gear_${gear}_level`,
        quantity: 'light_level',
        unit: '%',
        register: `holding/${100 * gear + 6}`,
        poll: 'normal',
        ...(isTold ? { releases: ['street-light'] } : {}),
        value: () => rulingOf(state, segment, nowMs).level,
        ...(state.troubled && gear === 8 ? { bad: 'no-answer' } : {}),
      },
      {
        name: `gear_${gear}_led_failure`,
        quantity: 'contact',
        unit: '1',
        register: `holding/${100 * gear + 9}`,
        poll: 'slow',
        value: () => false,
        ...(gear === 3 ? { stale: true } : {}),
      },
      {
        name: `gear_${gear}_status`,
        quantity: 'device_state',
        unit: '1',
        register: `holding/${100 * gear + 7}`,
        poll: 'slow',
        value: () => 4,
      },
    ]
  })

const periods = { fast: 2_000, normal: 5_000, slow: 10_000 }
const places = {
  feeder: { profile: 'eastron-sdm630', vendor: 'Eastron', model: 'SDM630-Modbus', line: 'feeder', unit: 1 },
  yard: { profile: 'abb-b23', vendor: 'ABB', model: 'B23', line: 'yard', unit: 2 },
  lamps: { profile: 'intesis-in703dal0640000', vendor: 'Intesis', model: 'IN703DAL0640000', line: 'lamps', unit: 1 },
} as const
type Device = keyof typeof places

/** One that a shorter timeout would suit, one that is well, and one that has not answered often enough. */
const paces = {
  feeder: { timeout_ms: 1_000, answers: 128, turn_around_ms: { median: 21, p99: 58 }, suggested_timeout_ms: 200 },
  yard: { timeout_ms: 500, answers: 128, turn_around_ms: { median: 90, p99: 170 }, suggested_timeout_ms: 500 },
  lamps: { timeout_ms: 1_000, answers: 40, turn_around_ms: { median: 4, p99: 12 } },
} as const satisfies Record<Device, Status['devices'][string]['pace']>
export const devices = Object.keys(places) as Device[]

function kindsOf(state: StreetState, device: Device, nowMs: number): Kind[] {
  switch (device) {
    case 'feeder':
      return meter(1, 4_190, true)
    case 'yard':
      return meter(5, 7_350, false)
    case 'lamps':
      return lamps(state, nowMs)
  }
}

function pointTold(state: StreetState, device: Device, kind: Kind, nowMs: number): KnownPoint {
  const isDown = state.troubled && device === 'yard'
  const bad = isDown ? 'line-down' : kind.bad
  const common = {
    point: `${device}.${kind.name}`,
    quantity: kind.quantity,
    unit: kind.unit,
    at: iso(nowMs - 400),
    age_ms: bad === undefined ? (kind.stale === true ? 96_000 : 400) : 48_000,
    releases: [...(kind.releases ?? [])],
  }
  if (bad !== undefined) return { ...common, state: 'bad', reason: bad }
  const value = kind.value(nowMs)
  return kind.stale === true
    ? { ...common, state: 'uncertain', reason: 'stale', value }
    : { ...common, state: 'good', value }
}

export function pointsTold(state: StreetState, nowMs: number): KnownPoint[] {
  return devices.flatMap((device) => kindsOf(state, device, nowMs).map((kind) => pointTold(state, device, kind, nowMs)))
}

export function statusTold(state: StreetState, nowMs: number): Status {
  const { words, troubled } = state
  const line = (url: string, load: number, polls: number) => ({
    url,
    polls,
    missed: 2,
    worst_late_ms: 18,
    requests: polls * 3,
    answers: polls * 3 - 4,
    timeouts: 3,
    garbled: 1,
    foreign: 0,
    late: 1,
    exceptions: 0,
    load,
    requests_per_s: 3.1,
    planned: { requests: 5, registers: 120, cycle_ms: 61, requests_per_s: 3, load: load * 0.9 },
  })
  const since = Math.round((nowMs - state.startedMs) / 2_000)
  return {
    site: 'place-de-la-fontaine',
    tenant: 'demo',
    pid: state.pid,
    started: iso(state.startedMs),
    outbox: { id: 'k3f9', boot: 4 },
    held: 0,
    lines: {
      feeder: { ...line('modbus-tcp://127.0.0.1:1502', 0.19, 16_400 + since), timeouts: 0, garbled: 0, late: 0 },
      yard: {
        ...line('modbus-rtu-over-tcp://127.0.0.1:1503', troubled ? 0.02 : 0.42, 16_390 + since),
        ...(troubled ? { code: 'LINE_CONNECT_TIMEOUT' } : {}),
      },
      lamps: line('modbus-tcp://127.0.0.1:1504', 0.61, 49_100 + since * 3),
    },
    devices: Object.fromEntries(
      devices.map((device) => {
        const { profile, line: wire, unit } = places[device]
        const health = troubled && device === 'yard' ? 'line-down' : 'alive'
        const doubt = words.doubt !== '' && device === 'lamps' ? { doubt: words.doubt } : {}
        return [device, { profile, line: wire, unit, health, pace: paces[device], ...doubt }]
      }),
    ),
    segments: Object.fromEntries(
      segments.map((segment) => {
        const ruling = rulingOf(state, segment, nowMs)
        return [
          segment,
          {
            title: words[segment],
            ruling,
            actual: ruling.level,
            state: troubled && segment === 'south' ? 'unconfirmed' : 'applied',
            ...(troubled && segment === 'south' ? { because: 'differs' } : {}),
            setpoints: [segment === 'north' ? 'lamps.group_0_level' : 'lamps.group_1_level'],
          },
        ]
      }),
    ),
    time: { now: iso(nowMs), trust: troubled ? 'holdover' : 'synced', zone: 'Europe/Paris' },
    uplink: {
      broker: 'mqtt://127.0.0.1:1883',
      connected: !troubled,
      protocol: 'MQTT 5',
      ...(troubled
        ? { trouble: { code: 'BROKER_UNREACHABLE', where: 'mqtt://127.0.0.1:1883', detail: 'ECONNREFUSED' } }
        : {}),
      published: 20_114,
      refused: 0,
      refusing: {},
    },
    releases: {
      'lighting-energy': {
        delivery: 'durable',
        recipient: words.recipient,
        purpose: 'energy_efficiency',
        points: 2,
        last: 8_812,
        waiting: troubled ? 214 : 3,
        receipt: 8_809,
      },
      'supply-quality': {
        delivery: 'best-effort',
        recipient: words.recipient,
        purpose: 'planning_decision_making',
        points: 7,
        last: 8_810,
        waiting: 0,
      },
    },
    alarms: troubled
      ? [
          {
            code: 'line-down',
            of: 'yard',
            since: iso(nowMs - 48_000),
            words: { code: 'LINE_CONNECT_TIMEOUT', url: 'modbus-rtu-over-tcp://127.0.0.1:1503' },
          },
          {
            code: 'device-doubt',
            of: 'lamps',
            since: iso(nowMs - 700_000),
            words: { because: words.doubt || 'input/0 says 7', profile: 'intesis-in703dal0640000' },
          },
          {
            code: 'write-trouble',
            of: 'south',
            since: iso(nowMs - 700_000),
            words: { title: words.south, because: 'differs' },
          },
          {
            code: 'uplink-down',
            of: '',
            since: iso(nowMs - 3_900_000),
            words: { code: 'BROKER_UNREACHABLE', where: 'mqtt://127.0.0.1:1883', detail: 'ECONNREFUSED' },
          },
          { code: 'time-holdover', of: '', since: iso(nowMs - 86_400_000), words: { reason: 'same-boot' } },
        ]
      : [],
    ...(state.presence === undefined ? {} : { presence: state.presence }),
    home: 28,
    ledger: [{ day: '2026-12-21', release: 'lighting-energy', messages: 8_812, bytes: 2_114_880 }],
  }
}

export function tonightTold(state: StreetState, segment: 'north' | 'south', nowMs: number): TonightTold {
  const slots = nights[segment] ?? []
  const command = state.commands.get(segment)
  const past = slots.filter(({ from }) => from < nowMs)
  const actual = past.flatMap(({ from, level }, index): SampleTold[] =>
    index === 0 || level === 0
      ? [[from, level]]
      : [0.25, 0.5, 0.75, 1].map((share, n) => [from + n * 25_000, level * share]),
  )
  return {
    segment,
    setpoint: `${segment}.level`,
    title: state.words[segment],
    zone: 'Europe/Paris',
    now: iso(nowMs),
    from: iso(noon),
    until: iso(nextNoon),
    trust: 'synced',
    plan: slots.map(({ from, until, level, ground }) => ({ from: iso(from), until: iso(until), level, ground })),
    ruled: [
      ...past.map((slot) => ({ since: iso(slot.from), ruler: program(slot) })),
      {
        since: iso(at('21T19:30')),
        ruler: {
          priority: 'operator',
          level: 60,
          source: { door: 'console', who: state.words.who },
          reason: state.words.reason,
        },
      },
      ...[slots[1]].flatMap((slot) => (slot ? [{ since: iso(at('21T20:45')), ruler: program(slot) }] : [])),
      ...(command === undefined
        ? []
        : [
            {
              since: iso(command.sinceMs),
              ruler: {
                priority: 'operator',
                level: command.level,
                source: { door: 'console', who: command.who },
                reason: command.reason,
              },
            },
          ]),
    ],
    actual: [
      ...actual,
      [at('21T19:30'), 60] satisfies SampleTold,
      [at('21T20:45'), slots[1]?.level ?? 0] satisfies SampleTold,
      ...(command === undefined ? [] : [[command.sinceMs, command.level] satisfies SampleTold]),
    ],
    ruling: rulingOf(state, segment, nowMs),
    floor: 20,
    allowed: { from: 20, to: segment === 'north' ? 100 : 80, off: false },
  }
}

export function seriesTold(state: StreetState, point: string, fromMs: number, untilMs: number): SeriesTold | undefined {
  const [device = '', name = ''] = point.split('.')
  const known = devices.find((one) => one === device)
  const kind = known && kindsOf(state, known, untilMs).find((one) => one.name === name)
  if (kind === undefined) return undefined
  const samples = Array.from({ length: 60 }, (_, index): SampleTold => {
    const ms = fromMs + ((untilMs - fromMs) * index) / 59
    const value = kind.value(ms)
    return [Math.round(ms), index > 20 && index < 24 ? null : typeof value === 'number' ? value : 0]
  })
  return { point, from: iso(fromMs), until: iso(untilMs), samples }
}

export function deviceTold(state: StreetState, name: string, nowMs: number): DeviceTold | undefined {
  const device = devices.find((one) => one === name)
  if (device === undefined) return undefined
  const { profile, vendor, model, line, unit } = places[device]
  const status = statusTold(state, nowMs).devices[device]
  return {
    name,
    line,
    unit,
    profile: {
      id: profile,
      vendor,
      model,
      grade: 'drafted',
      source:
        'Registers: volkszaehler/mbmd @fb8f9c2, meters/rs485/sdm.go (second hand). Rating: user manual 2021 V1.6B.',
    },
    health: status?.health ?? 'alive',
    ...(status?.doubt === undefined ? {} : { doubt: status.doubt }),
    ...(state.troubled && device === 'yard'
      ? { defects: [{ kind: 'point', register: 'input/96', count: 2, points: ['power_active'], exception: 2 }] }
      : {}),
    latency: { last_ms: 11, median_ms: 12, p99_ms: 41 },
    points: kindsOf(state, device, nowMs).map((kind): PointOrigin => {
      const isFloat = device !== 'lamps'
      const factor = kind.quantity === 'energy_active_import' && device === 'yard' ? 0.01 : 1
      return {
        ...pointTold(state, device, kind, nowMs),
        register: kind.register,
        encoding: isFloat ? 'f32' : 'u16',
        ...(isFloat ? { order: 'ABCD' } : {}),
        factor,
        poll: kind.poll,
        period_ms: periods[kind.poll],
        raw: registersOf(kind.value(nowMs), isFloat),
      }
    }),
    setpoints:
      device === 'lamps'
        ? [
            { name: 'lamps.group_0_level', quantity: 'light_level', segment: 'north' },
            { name: 'lamps.group_1_level', quantity: 'light_level', segment: 'south' },
            { name: 'lamps.broadcast_level', quantity: 'light_level' },
          ]
        : [],
  }
}

function registersOf(value: number | boolean | string, isFloat: boolean): number[] {
  if (!isFloat) return [Number(value)]
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, Number(value))
  return [view.getUint16(0), view.getUint16(2)]
}

export function dataTold(state: StreetState, nowMs: number): DataTold {
  const points = pointsTold(state, nowMs)
  const those = (release: string) =>
    points.filter(({ releases }) => releases.includes(release)).map(({ point, quantity }) => ({ point, quantity }))
  const common = { waiting: 0, last: 8_810, ledger: [] }
  return {
    releases: [
      {
        ...common,
        name: 'lighting-energy',
        points: those('lighting-energy'),
        purpose: 'energy_efficiency',
        basis: 'public-task',
        recipient: { name: state.words.recipient, role: 'controller' },
        treatment: {
          en: [
            'Only the mean and the greatest value of each 15 minutes leave.',
            'Numbers are rounded to multiples of 1.',
          ],
          fr: [
            'Il ne sort que la moyenne et la valeur maximale pour chaque période de 15 minutes.',
            'Les nombres sont arrondis aux multiples de 1.',
          ],
        },
        retention: '3y',
        last: 8_812,
        waiting: 3,
        receipt: 8_809,
        ledger: [
          { day: '2026-12-21', messages: 8_812, bytes: 2_114_880 },
          { day: '2026-12-20', messages: 8_640, bytes: 2_073_600 },
          { day: '2026-12-19', messages: 8_640, bytes: 2_071_004 },
        ],
      },
      {
        ...common,
        name: 'supply-quality',
        points: those('supply-quality'),
        purpose: 'planning_decision_making',
        basis: 'not-personal',
        because: {
          en: 'voltage and frequency are the network’s, not a customer’s',
          fr: 'tension et fréquence sont celles du réseau, d’aucun client',
        },
        recipient: { name: 'Gestionnaire du réseau de distribution', role: 'third-party' },
        treatment: {
          en: ['Only the least value and the greatest value of each 10 seconds leave.'],
          fr: ['Il ne sort que la valeur minimale et la valeur maximale pour chaque période de 10 secondes.'],
        },
        best_effort_ms: 30_000,
        retention: '1y',
        licence: 'etalab-2.0',
        ledger: [{ day: '2026-12-21', messages: 8_810, bytes: 3_180_410 }],
      },
      {
        ...common,
        name: 'street-light',
        points: those('street-light'),
        purpose: 'inform',
        basis: 'not-personal',
        because: {
          en: 'a street lamp’s light is there for all to see',
          fr: 'la lumière d’un lampadaire est là, visible de tous',
        },
        recipient: { name: 'Open data, données ouvertes', role: 'third-party' },
        treatment: { en: ['Values leave as they are read.'], fr: ['Les valeurs sortent telles qu’elles sont lues.'] },
        best_effort_ms: 30_000,
        retention: '1y',
        licence: 'etalab-2.0',
      },
    ],
    home: points
      .filter(({ releases }) => releases.length === 0)
      .map(({ point, quantity }) => ({
        point,
        quantity,
        sensitivity: quantity === 'current' || quantity.startsWith('power') ? 'usage' : 'technical',
      })),
  }
}

export function systemTold(state: StreetState, nowMs: number, mayLog: boolean): SystemTold {
  const { words } = state
  return {
    version: '0.1.0',
    node: '26.10.0',
    site: 'place-de-la-fontaine',
    title: words.title,
    started: iso(state.startedMs),
    now: iso(nowMs),
    revision: {
      hash: '7d1c54f0a9be3320c19e4c27d7f8a0b8d1f0f6c2f6c0b1a2e3d4c5b6a7988776',
      file: '/etc/fanal/place-de-la-fontaine.yaml',
    },
    clock: { trust: 'synced', reason: 'synchronised', zone: 'Europe/Paris' },
    disk: {
      free_bytes: 21_400_000_000,
      size_bytes: 31_900_000_000,
      kept: [
        { what: 'outbox', bytes: 8_400_000 },
        { what: 'history', bytes: 214_000_000 },
        { what: 'audit', bytes: 310_000 },
        { what: 'log', bytes: 12_000_000 },
      ],
    },
    memory: { rss_bytes: 142_000_000, free_bytes: 1_210_000_000, size_bytes: 1_900_000_000 },
    cpu_share: 0.038,
    history: { bytes: 214_000_000, quota_bytes: 500_000_000, oldest: iso(nowMs - 31 * 86_400_000) },
    log: mayLog
      ? [
          { at: iso(nowMs - 61_000), level: 'info', text: 'north: program (evening), 100 %' },
          { at: iso(nowMs - 44_000), level: 'warn', text: words.logged },
          { at: iso(nowMs - 12_000), level: 'error', text: 'outbox: fsync took 2104 ms' },
          { at: iso(nowMs - 2_000), level: 'info', text: 'uplink: receipt 8809 of lighting-energy' },
        ]
      : [],
  }
}
