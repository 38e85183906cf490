/** The exposition of a snapshot, read as Prometheus reads it; and that no label can tell of a person. */
import { expect, test } from 'vitest'
import { durationClassesMs, Pace } from '../../drivers/modbus/pace.ts'
import { bad, good } from '../../drivers/reading.ts'
import { alarmCodes } from './alarms.ts'
import { metricsText, type Measured } from './metrics.ts'
import { processFigures } from './process-figures.ts'
import { Tally } from './tally.ts'
import { exampleStatus } from './testing/status.ts'

/** `name{label="…"}` → value, and the type of each name. */
function read(text: string): { values: Map<string, number>; types: Map<string, string> } {
  const values = new Map<string, number>()
  const types = new Map<string, string>()
  for (const line of text.split('\n').filter(Boolean)) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line)
    if (type) types.set(type[1]!, type[2]!)
    else if (!line.startsWith('# HELP ')) {
      const [, name = '', value = ''] = /^([a-z_]+(?:\{[^}]*\})?) (\S+)$/.exec(line) ?? expect.fail(line)
      expect(values.has(name), name).toBe(false)
      values.set(name, Number(value))
    }
  }
  return { values, types }
}

function measured(changes: Partial<Measured> = {}): Measured {
  const pace = new Pace(0)
  for (const ms of [4, 7, 7, 90, 9_000]) pace.answered(1, ms)
  const tally = new Tally()
  tally.told({ event: 'uplink', code: 'BROKER_UNREACHABLE' })
  tally.told({ event: 'uplink', code: 'BROKER_UNREACHABLE' })
  tally.told({ event: 'lost', records: 3 })
  tally.audited({ kind: 'command', source: { door: 'socket', who: 'marie' }, reason: 'for Jean' })
  tally.audited({ kind: 'refused', code: 'COMMAND_LATE', source: { door: 'socket', who: 'marie' } })
  tally.audited({ kind: 'write', setpoint: 'lamps.group_0_level', state: 'applied' })
  const at = Temporal.Instant.from('2026-11-25T12:00:00Z')
  tally.read([
    { point: 'feeder.power_active', at, quality: good, value: 3 },
    { point: 'feeder.current_l1', at, quality: bad('absent') },
    { point: 'lamps.gear_0_level', at, quality: bad('no-answer') },
  ])
  return {
    version: '0.1.0',
    status: exampleStatus(),
    durations: { feeder: pace.durations },
    counted: tally,
    kept: [{ what: 'outbox', bytes: 4_096 }],
    revision: '0123456789abcdef'.repeat(4),
    turnAgeMs: 250,
    process: processFigures(),
    ...changes,
  }
}

test('what the snapshot says is what is exposed', async () => {
  const { values, types } = read(await metricsText(measured()))
  const expected: Record<string, number> = {
    'fanal_build_info{version="0.1.0"}': 1,
    'fanal_config_revision{revision="0123456789ab"}': 1,
    'fanal_bus_up{bus="feeder"}': 1,
    'fanal_bus_up{bus="yard"}': 0,
    'fanal_bus_requests_total{bus="feeder",outcome="answered"}': 90,
    'fanal_bus_requests_total{bus="feeder",outcome="exception"}': 4,
    'fanal_bus_requests_total{bus="feeder",outcome="unanswered"}': 6,
    'fanal_device_up{device="feeder"}': 1,
    'fanal_device_up{device="yard"}': 0,
    'fanal_device_last_seen_timestamp_seconds{device="feeder"}': 1_795_608_000,
    'fanal_light_commands_total{outcome="accepted"}': 1,
    'fanal_light_commands_total{outcome="released"}': 0,
    'fanal_light_commands_total{outcome="refused"}': 1,
    'fanal_light_writes_total{outcome="applied"}': 1,
    fanal_control_turn_age_seconds: 0.25,
    fanal_uplink_connected: 0,
    fanal_uplink_queue_messages: 12,
    'fanal_uplink_publish_total{result="acknowledged"}': 40,
    'fanal_uplink_publish_total{result="refused"}': 2,
    'fanal_uplink_reason_total{code="BROKER_UNREACHABLE"}': 2,
    fanal_records_lost_total: 3,
    'fanal_store_bytes{what="outbox"}': 4_096,
    'fanal_clock_trust{state="holdover"}': 1,
    'fanal_clock_trust{state="synced"}': 0,
    fanal_privacy_home_points: measured().status.home,
    'fanal_alarms{code="uplink-down"}': 1,
    'fanal_alarms{code="device-dead"}': 1,
    'fanal_alarms{code="outbox-trouble"}': 0,
  }
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, values.get(name)]))).toEqual(expected)
  expect([...values.keys()].filter((name) => name.startsWith('fanal_alarms'))).toHaveLength(alarmCodes.length)
  for (const name of types.keys()) expect(name).toMatch(/^(fanal|process|nodejs)_/)
  for (const [name, type] of types) expect(name.endsWith('_total'), name).toBe(type === 'counter')
})

test('answer times come in classes, each with all those before it', async () => {
  const { values, types } = read(await metricsText(measured()))
  expect(types.get('fanal_bus_request_duration_seconds')).toBe('histogram')
  const upTo = (le: string) => values.get(`fanal_bus_request_duration_seconds_bucket{bus="feeder",le="${le}"}`)
  expect([upTo('0.005'), upTo('0.01'), upTo('0.1'), upTo('5'), upTo('+Inf')]).toEqual([1, 3, 4, 4, 5])
  expect(values.get('fanal_bus_request_duration_seconds_count{bus="feeder"}')).toBe(5)
  expect(values.get('fanal_bus_request_duration_seconds_sum{bus="feeder"}')).toBeCloseTo(9.108)
  const classes = [...values.keys()].filter((name) => name.includes('duration_seconds_bucket'))
  expect(classes).toHaveLength(durationClassesMs.length + 1)
})

test('nothing is said of what nobody knows', async () => {
  const names = [...read(await metricsText(measured({ revision: undefined, turnAgeMs: undefined }))).values.keys()]
  for (const name of ['clock_offset', 'cert_not_after', 'queue_oldest', 'config_revision', 'turn_age'])
    expect(names.filter((known) => known.includes(name))).toEqual([])
  const known = measured({
    clockOffsetMs: -20,
    oldestWaitingMs: 61_000,
    certificateEnds: Temporal.Instant.from('2027-01-01T00:00:00Z'),
  })
  const { values } = read(await metricsText(known))
  expect(values.get('fanal_clock_offset_seconds')).toBe(-0.02)
  expect(values.get('fanal_uplink_queue_oldest_seconds')).toBe(61)
  expect(values.get('fanal_cert_not_after_timestamp_seconds{what="console"}')).toBe(1_798_761_600)
})

test('what has not happened yet is no series without labels', async () => {
  const { values } = read(await metricsText(measured({ counted: new Tally(), kept: [] })))
  const bare = [...values.keys()].filter((name) => !name.includes('{'))
  expect(bare).not.toContain('fanal_uplink_reason_total')
  expect(bare).not.toContain('fanal_store_bytes')
  expect(values.get('fanal_light_writes_total{outcome="rejected"}')).toBe(0)
})

test('no name, reason, title or recipient is in any byte', async () => {
  const text = await metricsText(measured())
  const { segments, presence, releases } = exampleStatus()
  const told = [
    ...Object.values(segments).flatMap(({ title, ruling }) => [title, ruling.source.who, ruling.reason]),
    ...Object.values(releases).map(({ recipient }) => recipient),
    presence?.who ?? '',
    'marie',
    'Jean',
  ]
  expect(told.length).toBeGreaterThan(5)
  for (const word of told) expect(text).not.toContain(word)
})
