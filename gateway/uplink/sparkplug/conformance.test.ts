/**
 * The specification's own list: each of its testable statements that speaks of an edge node is a test of that name, held
 * against what leaves: the session's messages read from their bytes, or every packet of a connection.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fakeClock } from '../../../drivers/testing/fake-clock.ts'
import { siteSchema } from '../../site.ts'
import { decodePayload, type HeardMetric } from './decode.ts'
import { encodePayload } from './payload.ts'
import { startSparkplug } from './sparkplug.ts'
import { edgeIds, notApplicable } from './testing/edge-ids.ts'
import { alarms, metric, record, Stage, startMs, usual, verbs, type Heard } from './testing/stage.ts'
import { WireBroker, type Packet } from './testing/wire-broker.ts'

const covered: string[] = []
/** One check for what the specification says in several places. */
function holds(ids: string, check: () => void | Promise<void>): void {
  for (const id of ids.trim().split(/\s+/)) {
    covered.push(id)
    test(`tck-id-${id}`, check)
  }
}

/** A day in the life of the node: births, data, alarms, a death and a return, a rebirth, more than 256 messages, goodbye. */
const stage = new Stage()
const will = (() => {
  stage.do({ event: 'connecting' })
  const will = stage.will()
  stage.do({ event: 'connected' })
  stage.tell(
    record('live', startMs, { 'feeder.power_active': 1, 'pump.power_active': 2, 'segment:north.contact': true }),
  )
  stage.tell(record('live', startMs + 1_000, { 'pump.power_active': null }))
  stage.tell(record('live', startMs + 2_000, { 'pump.power_active': 4 }))
  stage.tell(alarms(startMs + 3_000, { code: 'line-down', of: 'cabinet', state: 'raised' }))
  for (let second = 4; second < 300; second++) {
    stage.wait(1_000)
    stage.tell(record('live', startMs + 1_000 * second, { 'feeder.power_active': second }))
  }
  stage.tell(alarms(stage.wallMs, { code: 'line-down', of: 'cabinet', state: 'cleared' }))
  stage.do({ event: 'rebirth-asked', chance: 0.5 })
  stage.wait(1_000)
  stage.tell(record('live', stage.wallMs, { 'feeder.power_active': 7 }))
  stage.do({ event: 'goodbye' })
  return will
})()
const heard = stage.heard
const of = (...kinds: Heard['verb'][]) => {
  const found = heard.filter(({ verb }) => kinds.includes(verb))
  expect(found.length).toBeGreaterThan(0)
  return found
}
const first = (verb: Heard['verb']) => of(verb)[0]
const all = (kinds: Heard['verb'][]) => of(...kinds).flatMap(({ read }) => read.metrics)
const births: Heard['verb'][] = ['NBIRTH', 'DBIRTH']
const data: Heard['verb'][] = ['NDATA', 'DDATA']
const topicsAre = (verb: Heard['verb'], pattern: RegExp) => {
  for (const { topic } of of(verb)) expect(topic).toMatch(pattern)
}

describe('names and topics', () => {
  holds(
    `topic-structure topic-structure-namespace-a intro-group-id-string intro-edge-node-id-string intro-device-id-string`,
    () => {
      for (const { topic, verb, device } of heard)
        expect(topic).toBe(['spBv1.0', 'Ville', verb, 'rue-haute', ...(device === undefined ? [] : [device])].join('/'))
    },
  )
  holds(
    `intro-group-id-chars topic-structure-namespace-valid-group-id intro-edge-node-id-chars
     topic-structure-namespace-valid-edge-node-id`,
    () => {
      const { sparkplug } = siteSchema.shape.uplink.shape
      expect(sparkplug.safeParse({ group: 'Ville de Meaux', edge: 'rue-haute' }).success).toBe(true)
      for (const bad of ['a+b', 'a/b', 'a#b', '']) {
        expect(sparkplug.safeParse({ group: bad }).success).toBe(false)
        expect(sparkplug.safeParse({ group: 'a', edge: bad }).success).toBe(false)
      }
    },
  )
  holds('intro-device-id-chars topic-structure-namespace-valid-device-id', () => {
    for (const { device } of of('DBIRTH', 'DDATA', 'DDEATH')) expect(device).toMatch(/^[^+/#]+$/)
  })
  holds('topic-structure-namespace-unique-device-id', () => {
    const session = new Stage()
    session.connect()
    const born = session.tell(record('live', startMs, { 'feeder.contact': true, 'pump.contact': true }))
    expect(verbs(born)).toEqual(['DBIRTH feeder', 'DBIRTH pump'])
  })
  holds('topic-structure-namespace-device-id-associated-message-types', () => {
    for (const { topic } of of('DBIRTH', 'DDATA', 'DDEATH')) expect(topic.split('/')).toHaveLength(5)
  })
  holds('topic-structure-namespace-device-id-non-associated-message-types', () => {
    for (const { topic } of of('NBIRTH', 'NDATA', 'NDEATH')) expect(topic.split('/')).toHaveLength(4)
  })
  holds('case-sensitivity-sparkplug-ids', () => {
    // A site names its devices in lower case only.
    expect(siteSchema.shape.devices.safeParse({ Feeder: { profile: 'p', line: 'l', unit: 1 } }).success).toBe(false)
    expect(siteSchema.shape.devices.safeParse({ feeder: { profile: 'p', line: 'l', unit: 1 } }).success).toBe(true)
  })
  holds('topics-nbirth-topic message-flow-edge-node-birth-publish-nbirth-topic', () =>
    topicsAre('NBIRTH', /^spBv1\.0\/Ville\/NBIRTH\/rue-haute$/),
  )
  holds('topics-ndata-topic', () => topicsAre('NDATA', /^spBv1\.0\/Ville\/NDATA\/rue-haute$/))
  holds('topics-ndeath-topic', () => topicsAre('NDEATH', /^spBv1\.0\/Ville\/NDEATH\/rue-haute$/))
  holds(
    `topics-dbirth-topic message-flow-device-birth-publish-dbirth-topic
     message-flow-device-birth-publish-dbirth-match-edge-node-topic`,
    () => topicsAre('DBIRTH', /^spBv1\.0\/Ville\/DBIRTH\/rue-haute\/(feeder|pump|segment:north)$/),
  )
  holds('topics-ddata-topic', () => topicsAre('DDATA', /^spBv1\.0\/Ville\/DDATA\/rue-haute\/(feeder|pump)$/))
  holds('topics-ddeath-topic', () => topicsAre('DDEATH', /^spBv1\.0\/Ville\/DDEATH\/rue-haute\/pump$/))
  holds('case-sensitivity-metric-names', () => {
    for (const { verb, device, read } of of(...births)) {
      const names = read.metrics.map(({ name }) => name?.toLowerCase())
      expect(new Set(names).size, `${verb} ${device ?? ''}`).toBe(names.length)
    }
  })
})

describe('numbers and times', () => {
  holds('payloads-sequence-num-always-included', () => {
    for (const { verb, read } of heard) expect(read.seq === undefined).toBe(verb === 'NDEATH')
  })
  holds(
    `topics-nbirth-seq-num payloads-nbirth-seq payloads-sequence-num-req-nbirth
     message-flow-edge-node-birth-publish-nbirth-payload-seq`,
    () => {
      for (const { read } of of('NBIRTH')) expect(read.seq).toBe(0n)
    },
  )
  holds(
    `payloads-sequence-num-incrementing topics-ndata-seq-num topics-ddata-seq-num topics-dbirth-seq topics-ddeath-seq-num
     payloads-dbirth-seq payloads-dbirth-seq-inc payloads-ndata-seq payloads-ndata-seq-inc payloads-ddata-seq
     payloads-ddata-seq-inc payloads-ddeath-seq payloads-ddeath-seq-inc payloads-ddeath-seq-number
     message-flow-device-birth-publish-dbirth-payload-seq`,
    () => {
      let next = 0
      let wrapped = false
      for (const { verb, read } of heard) {
        if (verb === 'NDEATH') continue
        if (verb === 'NBIRTH') next = 0
        expect(read.seq).toBe(BigInt(next))
        wrapped ||= next === 255
        next = (next + 1) % 256
      }
      expect(wrapped).toBe(true)
    },
  )
  holds(
    `payloads-timestamp-in-UTC topics-nbirth-timestamp topics-ndata-timestamp topics-dbirth-timestamp
     topics-ddata-timestamp payloads-nbirth-timestamp payloads-dbirth-timestamp payloads-ndata-timestamp
     payloads-ddata-timestamp payloads-ddeath-timestamp`,
    () => {
      for (const { read } of heard) {
        expect(read.atMs).toBeGreaterThanOrEqual(BigInt(startMs))
        expect(read.atMs).toBeLessThanOrEqual(BigInt(stage.wallMs))
      }
    },
  )
  holds('payloads-name-birth-data-requirement payloads-metric-timestamp-in-UTC', () => {
    for (const { atMs } of all([...births, ...data])) {
      expect(atMs).toBeGreaterThanOrEqual(BigInt(startMs))
      expect(atMs).toBeLessThanOrEqual(BigInt(startMs + 400_000))
    }
  })
})

describe('births', () => {
  holds('principles-birth-certificates-order', () => expect(heard[0]?.verb).toBe('NBIRTH'))
  holds('topics-nbirth-metric-reqs operational-behavior-data-publish-nbirth', () => {
    const [, again] = of('NBIRTH')
    const names = again?.read.metrics.map(({ name }) => name)
    expect(names).toEqual(['bdSeq', 'Node Control/Rebirth', 'Alarms/Last', 'Alarms/line-down/cabinet'])
    knowsEveryAlias('NBIRTH', 'NDATA')
  })
  holds('topics-dbirth-metric-reqs operational-behavior-data-publish-dbirth', () => {
    const names = of('DBIRTH')
      .find(({ device }) => device === 'feeder')
      ?.read.metrics.map(({ name }) => name)
    expect(names).toEqual(['contact', 'power_active', 'serial_number', 'power_active-mean', 'power_active-count'])
    knowsEveryAlias('DBIRTH', 'DDATA')
  })
  const whole = (verb: Heard['verb']) => () => {
    for (const { name, datatype, raw, isNull } of all([verb])) {
      expect(name).toMatch(/./)
      expect(datatype).toBeGreaterThan(0)
      expect(raw === undefined).toBe(isNull)
    }
  }
  holds('topics-nbirth-metrics operational-behavior-data-publish-nbirth-values', whole('NBIRTH'))
  holds('topics-dbirth-metrics operational-behavior-data-publish-dbirth-values', whole('DBIRTH'))
  holds(
    `topics-nbirth-bdseq-included topics-nbirth-bdseq-matching payloads-nbirth-bdseq payloads-nbirth-bdseq-repeat
     message-flow-edge-node-birth-publish-nbirth-payload-bdSeq operational-behavior-data-commands-rebirth-action-3`,
    () => {
      const [willMetric] = will.metrics
      expect(of('NBIRTH').length).toBeGreaterThanOrEqual(2)
      for (const birth of of('NBIRTH')) {
        const { datatype, raw } = metric(birth, 'bdSeq')
        expect([datatype, raw]).toEqual([4, willMetric?.raw])
      }
    },
  )
  holds('topics-nbirth-bdseq-increment message-flow-edge-node-birth-publish-will-message-payload-bdSeq', () => {
    const session = new Stage()
    const numbers = Array.from({ length: 258 }, () => {
      const [birth] = session.connect()
      expect(session.will().metrics[0]?.raw).toEqual(metric(birth, 'bdSeq').raw)
      session.do({ event: 'lost' })
      return metric(birth, 'bdSeq').raw?.value
    })
    expect(numbers).toEqual(Array.from({ length: 258 }, (_, at) => BigInt(at % 256)))
  })
  holds(
    `topics-nbirth-rebirth-metric payloads-nbirth-rebirth-req operational-behavior-data-commands-rebirth-name
     operational-behavior-data-commands-rebirth-name-aliases operational-behavior-data-commands-rebirth-datatype
     operational-behavior-data-commands-rebirth-value`,
    () => {
      for (const birth of of('NBIRTH')) {
        const { datatype, raw, alias } = metric(birth, 'Node Control/Rebirth')
        expect([datatype, raw, alias]).toEqual([11, { field: 'boolean', value: false }, undefined])
      }
    },
  )
  holds('message-flow-device-birth-publish-nbirth-wait', () => {
    const session = new Stage()
    expect(session.tell(record('live', startMs, { 'feeder.contact': true }))).toEqual([])
    expect(verbs(session.connect())).toEqual(['NBIRTH', 'DBIRTH feeder'])
  })
  holds('payloads-dbirth-order payloads-ndata-order payloads-ddata-order', () => {
    const again = heard.findLastIndex(({ verb }) => verb === 'NBIRTH')
    expect(verbs(heard.slice(again, again + 4))).toEqual([
      'NBIRTH',
      'DBIRTH feeder',
      'DBIRTH pump',
      'DBIRTH segment:north',
    ])
    expect(heard.findIndex(({ verb }) => verb === 'NBIRTH')).toBeLessThan(
      heard.findIndex(({ verb }) => /DATA/.test(verb)),
    )
  })
  holds(
    `message-flow-edge-node-birth-publish-nbirth-payload message-flow-device-birth-publish-dbirth-payload
     message-flow-edge-node-birth-publish-will-message-payload`,
    () => {
      // An edge node has its bdSeq and its rebirth besides; a device may have one metric alone.
      for (const { verb, read } of of(...births)) expect(read.metrics.length).toBeGreaterThan(verb === 'NBIRTH' ? 1 : 0)
      expect(will.metrics).toHaveLength(1)
    },
  )
})

describe('metrics', () => {
  holds('payloads-name-requirement payloads-alias-data-cmd-requirement', () => {
    for (const { name, alias } of all(data)) expect([name, typeof alias]).toEqual([undefined, 'bigint'])
    for (const { name } of all(births)) expect(name).toBeTypeOf('string')
  })
  holds('payloads-alias-uniqueness payloads-alias-birth-requirement', () => {
    const names = new Map<bigint, string>()
    for (const { device = '', read } of of(...births))
      for (const { alias, name = '' } of read.metrics) {
        if (alias === undefined) expect(['bdSeq', 'Node Control/Rebirth']).toContain(name)
        else {
          expect(names.get(alias) ?? `${device} ${name}`).toBe(`${device} ${name}`)
          names.set(alias, `${device} ${name}`)
        }
      }
    expect(new Set(names.values()).size).toBe(names.size)
  })
  holds('payloads-metric-datatype-value-type payloads-metric-datatype-value payloads-metric-datatype-req', () => {
    for (const { datatype } of all(births)) expect([4, 10, 11, 12]).toContain(datatype)
  })
  holds('payloads-metric-datatype-not-req', () => {
    for (const { datatype } of all(data)) expect(datatype).toBeUndefined()
  })
  const properties = (metrics: HeardMetric[]) => metrics.flatMap((each) => each.properties)
  holds(
    `payloads-propertyset-keys-array-size payloads-propertyset-values-array-size payloads-metric-propertyvalue-type-type
     payloads-metric-propertyvalue-type-value payloads-metric-propertyvalue-type-req`,
    () => {
      // A key without value, or a value without a type that we know, would not have been read.
      for (const { properties, alias } of all(births)) expect(properties.length).toBeGreaterThanOrEqual(alias ? 3 : 0)
      expect(properties(all([...births, ...data])).map(({ type }) => type)).toContain('Int32')
    },
  )
  holds('payloads-propertyset-quality-value-type payloads-propertyset-quality-value-value', () => {
    const qualities = properties(all([...births, ...data])).filter(({ key }) => key === 'Quality')
    expect(new Set(qualities.map(({ type, value }) => `${type} ${String(value)}`))).toEqual(
      new Set(['Int32 192', 'Int32 0']),
    )
  })
  const unchanged = (known: Map<string, unknown>, { device = '', read }: Heard, fresh: boolean) => {
    for (const { alias, raw, isNull, historical, properties } of read.metrics) {
      if (alias === undefined || historical) continue
      const now = JSON.stringify([String(raw?.value), isNull, properties.filter(({ key }) => key === 'Quality').length])
      if (!fresh) expect(known.get(`${device} ${alias}`)).not.toBe(now)
      known.set(`${device} ${alias}`, now)
    }
  }
  holds(
    `principles-rbe-recommended topics-ndata-payload topics-ddata-payload
     operational-behavior-data-publish-nbirth-change operational-behavior-data-publish-dbirth-change`,
    () => {
      const known = new Map<string, unknown>()
      for (const each of heard) unchanged(known, each, each.verb.endsWith('BIRTH'))
      expect(known.size).toBeGreaterThan(3)
      const session = new Stage()
      session.connect()
      session.tell(record('live', startMs, { 'feeder.contact': true }))
      expect(session.tell(record('live', startMs + 1_000, { 'feeder.contact': true }))).toEqual([])
    },
  )
  holds('operational-behavior-data-publish-nbirth-order operational-behavior-data-publish-dbirth-order', () => {
    const last = new Map<string, bigint>()
    for (const { device = '', read } of heard)
      for (const { alias, atMs = 0n, historical } of read.metrics) {
        if (alias === undefined || historical) continue
        expect(atMs).toBeGreaterThanOrEqual(last.get(`${device} ${alias}`) ?? 0n)
        last.set(`${device} ${alias}`, atMs)
      }
  })
})

describe('deaths and rebirths', () => {
  holds('topics-ndeath-payload payloads-ndeath-bdseq', () => {
    for (const { read } of of('NDEATH'))
      expect(read.metrics).toEqual([{ ...will.metrics[0], atMs: read.metrics[0]?.atMs }])
    expect(will.metrics.map(({ name }) => name)).toEqual(['bdSeq'])
  })
  holds('topics-ndeath-seq payloads-ndeath-seq', () => {
    expect(will.seq).toBeUndefined()
    expect(first('NDEATH')?.read.seq).toBeUndefined()
  })
  holds('operational-behavior-device-ddeath', () => {
    const at = heard.findIndex(({ verb }) => verb === 'DDEATH')
    expect(verbs(heard.slice(at, at + 2))).toEqual(['DDEATH pump', 'DBIRTH pump'])
  })
  holds('operational-behavior-edge-node-intentional-disconnect-ndeath payloads-ndeath-will-message-publisher', () => {
    expect(heard.at(-1)?.verb).toBe('NDEATH')
  })
  holds('operational-behavior-data-commands-rebirth-action-1', () => {
    const session = new Stage()
    session.connect()
    session.do({ event: 'rebirth-asked', chance: 1 })
    expect(session.tell(record('live', startMs, { 'feeder.contact': true }))).toEqual([])
  })
  holds('operational-behavior-data-commands-rebirth-action-2', () => {
    const session = new Stage()
    session.connect()
    session.tell(record('live', startMs, { 'feeder.contact': true }))
    session.do({ event: 'rebirth-asked', chance: 0 })
    expect(verbs(session.wait(5_000))).toEqual(['NBIRTH', 'DBIRTH feeder'])
  })
})

describe('the primary host', () => {
  const waiting = () => {
    const session = new Stage(usual, 'scada')
    expect(session.connect()).toEqual([])
    return session
  }
  const says = (session: Stage, online: boolean, atMs: number) => {
    const now = session.do({ event: 'host', online, atMs, chance: 0 })
    return [...now, ...session.wait(0)]
  }
  holds('message-flow-edge-node-birth-publish-phid-wait', () => {
    const session = waiting()
    session.tell(record('live', startMs, { 'feeder.contact': true }))
    expect(session.wait(3_600_000)).toEqual([])
    expect(verbs(says(session, true, 1_000))).toEqual(['NBIRTH', 'DBIRTH feeder'])
  })
  holds('message-flow-edge-node-birth-publish-phid-wait-online', () => {
    expect(says(waiting(), false, 1_000)).toEqual([])
  })
  holds('message-flow-edge-node-birth-publish-phid-wait-timestamp', () => {
    const session = waiting()
    says(session, false, 2_000)
    expect(says(session, true, 1_999)).toEqual([])
    expect(verbs(says(session, true, 2_000))).toEqual(['NBIRTH'])
  })
  holds(
    `message-flow-edge-node-birth-publish-phid-offline operational-behavior-edge-node-termination-host-offline`,
    () => {
      const session = waiting()
      says(session, true, 1_000)
      expect(verbs(says(session, false, 1_000))).toEqual(['NDEATH'])
      expect(session.left).toBe(1)
    },
  )
  holds('operational-behavior-edge-node-termination-host-offline-timestamp', () => {
    const session = waiting()
    says(session, true, 1_000)
    expect(says(session, false, 999)).toEqual([])
    expect(session.left).toBe(0)
  })
})

/** Every packet of a node's life with a broker: its primary host comes, goes and comes again, and the gateway stops. */
async function live(level: 4 | 5): Promise<Packet[]> {
  await using broker = await WireBroker.start(level)
  const clock = fakeClock()
  await using node = startSparkplug({
    settings: {
      ...siteSchema.shape.uplink.parse({ broker: broker.url }),
      sparkplug: { group: 'Ville', primary_host: 'scada' },
    },
    ...{ tenant: 'ville', site: 'rue-haute', policy: usual, clock, random: () => 0, on: () => undefined },
  })
  const state = (online: boolean, timestamp: number) =>
    broker.publish('spBv1.0/STATE/scada', Buffer.from(JSON.stringify({ online, timestamp })))
  const subscribed = (times: number) => vi.waitFor(() => expect(broker.of('subscribe')).toHaveLength(2 * times), 5_000)
  const published = (verb: string, times: number) =>
    vi.waitFor(() => {
      expect(broker.of('publish').filter(({ topic }) => topic.includes(verb))).toHaveLength(times)
    }, 5_000)
  await subscribed(1)
  broker.publish('spBv1.0/STATE/another', Buffer.from('{"online":true,"timestamp":9}'))
  state(true, 1_000)
  await published('NBIRTH', 1)
  node.tell([record('live', startMs, { 'feeder.power_active': 1, 'pump.contact': true })])
  node.tell([record('live', startMs + 1_000, { 'feeder.power_active': 2, 'pump.contact': null })])
  node.tell([alarms(startMs, { code: 'line-down', of: 'cabinet', state: 'raised' })])
  await published('DDATA', 1)
  state(false, 2_000)
  await subscribed(2)
  state(true, 3_000)
  await published('NBIRTH', 2)
  const rebirth = { name: 'Node Control/Rebirth', atMs: startMs, typed: { type: 'Boolean', value: true } as const }
  broker.publish('spBv1.0/Ville/NCMD/rue-haute', encodePayload({ atMs: startMs, metrics: [rebirth] }))
  await vi.waitFor(async () => {
    await clock.advance(1_000)
    expect(broker.of('publish').filter(({ topic }) => topic.includes('NBIRTH'))).toHaveLength(3)
  }, 5_000)
  await node[Symbol.asyncDispose]()
  await vi.waitFor(() => expect(broker.of('disconnect')).toHaveLength(2), 5_000)
  return broker.packets
}

describe('on the wire', () => {
  let v5: Packet[]
  let v3: Packet[]
  beforeAll(async () => {
    v5 = await live(5)
    v3 = await live(4)
  }, 30_000)
  const packets = <T extends Packet['type']>(type: T, from = [...v5, ...v3]) => {
    const found = from.filter((packet): packet is Extract<Packet, { type: T }> => packet.type === type)
    expect(found.length).toBeGreaterThan(0)
    return found
  }
  const published = (verb: string, from?: Packet[]) => {
    const found = packets('publish', from).filter(({ topic }) => topic.includes(`/${verb}/`))
    expect(found.length).toBeGreaterThan(0)
    return found
  }
  const notKept = (verb: string) => () => {
    for (const { qos, retain } of published(verb)) expect([qos, retain]).toEqual([0, false])
  }

  holds('principles-persistence-clean-session-50', () => {
    // 0x11 would be a session expiry: without it the session ends with the connection (MQTT 5, 3.1.2.11.2).
    for (const { clean, properties } of packets('connect', v5)) {
      expect(clean).toBe(true)
      expect(properties).toMatch(/^27[0-9a-f]{8}/)
      expect(properties.slice(10)).not.toMatch(/^11/)
    }
  })
  holds('principles-persistence-clean-session-311', () => {
    for (const { clean } of packets('connect', v3)) expect(clean).toBe(true)
  })
  holds('topics-nbirth-mqtt payloads-nbirth-qos payloads-nbirth-retain', notKept('NBIRTH'))
  holds(
    `message-flow-edge-node-birth-publish-nbirth-qos message-flow-edge-node-birth-publish-nbirth-retained`,
    notKept('NBIRTH'),
  )
  holds('topics-ndata-mqtt payloads-ndata-qos payloads-ndata-retain', notKept('NDATA'))
  holds(
    `topics-dbirth-mqtt payloads-dbirth-qos payloads-dbirth-retain message-flow-device-birth-publish-dbirth-qos
     message-flow-device-birth-publish-dbirth-retained`,
    notKept('DBIRTH'),
  )
  holds('topics-ddata-mqtt payloads-ddata-qos payloads-ddata-retain', notKept('DDATA'))
  holds('topics-ddeath-mqtt', notKept('DDEATH'))
  holds('message-flow-edge-node-ncmd-subscribe topics-ncmd-topic', () => {
    const filters = packets('subscribe').flatMap((each) => each.filters)
    expect(filters).toContainEqual({ filter: 'spBv1.0/Ville/NCMD/rue-haute', qos: 1 })
  })
  holds(
    `message-flow-edge-node-birth-publish-phid-wait-id
     operational-behavior-primary-application-state-with-multiple-servers-state-subs`,
    () => {
      const filters = packets('subscribe').flatMap((each) => each.filters.map(({ filter }) => filter))
      expect(filters.filter((filter) => filter.includes('STATE'))).toEqual(Array<string>(4).fill('spBv1.0/STATE/scada'))
    },
  )
  holds('message-flow-edge-node-birth-publish-connect', () => {
    for (const from of [v5, v3])
      expect(from.slice(0, 4).map(({ type }) => type)).toEqual(['connect', 'subscribe', 'subscribe', 'publish'])
  })
  holds(
    `message-flow-edge-node-birth-publish-will-message message-flow-edge-node-birth-publish-will-message-topic
     message-flow-edge-node-birth-publish-will-message-qos message-flow-edge-node-birth-publish-will-message-will-retained
     payloads-ndeath-will-message payloads-ndeath-will-message-qos payloads-ndeath-will-message-retain`,
    () => {
      packets('connect', v5).forEach(({ will }, at) => {
        expect(will).toMatchObject({ topic: 'spBv1.0/Ville/NDEATH/rue-haute', qos: 1, retain: false })
        const read = decodePayload(will?.payload ?? Buffer.alloc(0))
        expect(read?.metrics).toMatchObject([{ name: 'bdSeq', datatype: 4, raw: { field: 'long', value: BigInt(at) } }])
      })
    },
  )
  holds('operational-behavior-edge-node-termination-host-offline-reconnect', () => {
    // No time passed meanwhile: the clock of the test stood still.
    for (const from of [v5, v3]) expect(packets('connect', from)).toHaveLength(2)
  })
  holds(
    `operational-behavior-edge-node-intentional-disconnect-packet
     payloads-ndeath-will-message-publisher-disconnect-mqtt311`,
    () => {
      const ends = v3.flatMap((packet, at) => (packet.type === 'disconnect' ? [v3[at - 1]] : []))
      expect(ends).toHaveLength(2)
      for (const before of ends) expect(before).toMatchObject({ topic: 'spBv1.0/Ville/NDEATH/rue-haute' })
    },
  )
  holds('payloads-ndeath-will-message-publisher-disconnect-mqtt50', () => {
    for (const { reason } of packets('disconnect', v5)) expect(reason).toBe(0x04)
  })
  test('the client has a name of its own', () => {
    for (const { clientId } of packets('connect')) expect(clientId).toBe('fanal-ville-rue-haute-sparkplug')
  })
})

/** Of what is told by alias everything stands in the birth before it. */
function knowsEveryAlias(birth: Heard['verb'], telling: Heard['verb']): void {
  const known = new Map<string, Set<bigint | undefined>>()
  for (const { verb, device = '', read } of heard) {
    if (verb === birth) known.set(device, new Set(read.metrics.map(({ alias }) => alias)))
    if (verb === telling) for (const { alias } of read.metrics) expect(known.get(device)?.has(alias)).toBe(true)
  }
}

afterAll(() => {
  const applicable = edgeIds.filter((id) => !(id in notApplicable))
  console.log(
    `Sparkplug B 3.0, edge nodes: ${edgeIds.length} statements, ${covered.length} tested, ${edgeIds.length - applicable.length} not applicable`,
  )
})

test('every statement is tested once or cannot happen here', () => {
  expect(new Set(edgeIds).size).toBe(edgeIds.length)
  expect([...covered, ...Object.keys(notApplicable)].sort()).toEqual([...edgeIds].sort())
})
