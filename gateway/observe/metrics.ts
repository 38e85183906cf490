/**
 * What is measured here, as Prometheus reads it. Names: prefix `fanal_`, base units, `_total` for counters. Labels are names
 * of the site file and words of closed lists: never a value, an account, or a reason.
 *
 * prom-client writes the form. Bundled, where the web server is loaded already, it costs 0.6 MB of memory and 14 ms, once, at
 * the first scrape (measured): so whoever serves this imports it then. Each scrape makes its own registry of one snapshot,
 * so that nothing is counted twice and nothing is kept.
 */
import prometheus from 'prom-client'
import { durationClassesMs, type Durations } from '../../drivers/modbus/pace.ts'
import type { Status } from '../local/answers.ts'
import { alarmCodes } from './alarms.ts'
import type { ProcessFigures } from './process-figures.ts'
import type { Counted } from './tally.ts'

/** All of one moment. */
export interface Measured {
  readonly version: string
  readonly status: Status
  /** by line */
  readonly durations: Readonly<Record<string, Durations>>
  readonly counted: Counted
  /** bytes on disk, by what they are: `outbox`, `history`, `audit`, `log`, `other` */
  readonly kept: readonly { readonly what: string; readonly bytes: number }[]
  /** SHA-256 of the site file that runs; absent: none is kept */
  readonly revision?: string | undefined
  /** since control turned last; absent: it has not yet */
  readonly turnAgeMs?: number | undefined
  /** of the oldest record that waits to leave */
  readonly oldestWaitingMs?: number | undefined
  /** the wall clock's distance from the time server's; absent: nobody says */
  readonly clockOffsetMs?: number | undefined
  /** when the console's certificate ends */
  readonly certificateEnds?: Temporal.Instant | undefined
  readonly process: ProcessFigures
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

const { Counter, Gauge, Histogram, Registry } = prometheus

type Labels = Readonly<Record<string, string>>
type Value = readonly [labels: Labels, value: number]

export function metricsText(measured: Measured): Promise<string> {
  const { status, counted, process } = measured
  const registry = new Registry()
  const registers = [registry]
  // Without values a name would stand there alone, as a series without labels.
  const gauge = (name: string, help: string, values: readonly Value[]) => {
    if (values.length === 0) return
    const made = new Gauge({ name, help, registers, labelNames: namesOf(values) })
    for (const [labels, value] of values) made.set(labels, value)
  }
  const counter = (name: string, help: string, values: readonly Value[]) => {
    if (values.length === 0) return
    const made = new Counter({ name, help, registers, labelNames: namesOf(values) })
    for (const [labels, value] of values) made.inc(labels, value)
  }
  /** Nothing is said of what nobody knows. */
  const ifKnown = (name: string, help: string, value: number | undefined) => {
    if (value !== undefined) gauge(name, help, [[{}, value]])
  }

  gauge('fanal_build_info', 'The release that runs; always 1.', [[{ version: measured.version }, 1]])
  if (measured.revision !== undefined)
    gauge('fanal_config_revision', 'The site file that runs, by the beginning of its SHA-256; always 1.', [
      [{ revision: measured.revision.slice(0, 12) }, 1],
    ])

  const lines = Object.entries(status.lines)
  gauge(
    'fanal_bus_up',
    'Whether a line can be used.',
    lines.map(([bus, { code }]) => [{ bus }, flag(code === undefined)]),
  )
  counter(
    'fanal_bus_requests_total',
    'Requests on a line, by what became of them.',
    lines.flatMap(([bus, { answers, exceptions, timeouts }]): Value[] => [
      [{ bus, outcome: 'answered' }, answers],
      [{ bus, outcome: 'exception' }, exceptions],
      [{ bus, outcome: 'unanswered' }, timeouts],
    ]),
  )
  counter(
    'fanal_bus_noise_total',
    'What was heard on a line besides answers: damaged bytes, frames of others, answers after their time.',
    lines.flatMap(([bus, { garbled, foreign, late }]): Value[] => [
      [{ bus, kind: 'garbled' }, garbled],
      [{ bus, kind: 'foreign' }, foreign],
      [{ bus, kind: 'late' }, late],
    ]),
  )
  registry.registerMetric(
    new Classes(
      'fanal_bus_request_duration_seconds',
      'From the first byte of a request to the last of its answer.',
      measured.durations,
    ),
  )
  gauge(
    'fanal_bus_load_ratio',
    'Share of the last minute in which a line was busy.',
    lines.map(([bus, { load }]) => [{ bus }, load]),
  )
  counter(
    'fanal_bus_polls_total',
    'Polls of a line, and those left out since their period was over before their turn.',
    lines.flatMap(([bus, { polls, missed }]): Value[] => [
      [{ bus, outcome: 'taken' }, polls],
      [{ bus, outcome: 'missed' }, missed],
    ]),
  )

  gauge(
    'fanal_device_up',
    'Whether a device answers.',
    Object.entries(status.devices).map(([device, { health }]) => [{ device }, flag(health === 'alive')]),
  )
  gauge(
    'fanal_device_last_seen_timestamp_seconds',
    'When a device was last heard.',
    [...counted.seenMs].map(([device, ms]) => [{ device }, ms / 1_000]),
  )

  counter(
    'fanal_light_commands_total',
    'Commands of light, by what became of them.',
    valuesOf('outcome', counted.commands),
  )
  counter('fanal_light_writes_total', 'Writes to lamps, by what became of them.', valuesOf('outcome', counted.writes))
  ifKnown(
    'fanal_control_turn_age_seconds',
    'Since control turned last: it does at least each second.',
    seconds(measured.turnAgeMs),
  )

  const { uplink, releases } = status
  gauge('fanal_uplink_connected', 'Whether the broker is connected.', [[{}, flag(uplink.connected)]])
  const waiting = Object.values(releases).reduce((sum, release) => sum + release.waiting, 0)
  gauge('fanal_uplink_queue_messages', 'Records that wait: for the broker or for their receipt.', [[{}, waiting]])
  gauge('fanal_uplink_held_messages', 'Records held in memory, since the disk does not take them.', [[{}, status.held]])
  ifKnown(
    'fanal_uplink_queue_oldest_seconds',
    'Age of the oldest record that waits.',
    seconds(measured.oldestWaitingMs),
  )
  counter('fanal_uplink_publish_total', 'What the broker answered to records.', [
    [{ result: 'acknowledged' }, uplink.published],
    [{ result: 'refused' }, uplink.refused],
  ])
  counter(
    'fanal_uplink_reason_total',
    'Troubles with the broker, by their code.',
    valuesOf('code', counted.uplinkTroubles),
  )
  counter('fanal_records_lost_total', 'Records that neither disk nor memory could hold.', [[{}, counted.lost]])

  gauge(
    'fanal_store_bytes',
    'On disk, in the gateway’s folder.',
    measured.kept.map(({ what, bytes }) => [{ what }, bytes]),
  )
  gauge(
    'fanal_clock_trust',
    'How far the wall clock is believed: 1 for the state that holds.',
    ['synced', 'holdover', 'unknown'].map((state) => [{ state }, flag(status.time.trust === state)]),
  )
  ifKnown(
    'fanal_clock_offset_seconds',
    'The wall clock’s distance from its time server’s.',
    seconds(measured.clockOffsetMs),
  )
  if (measured.certificateEnds !== undefined)
    gauge('fanal_cert_not_after_timestamp_seconds', 'When a certificate ends.', [
      [{ what: 'console' }, measured.certificateEnds.epochMilliseconds / 1_000],
    ])
  // Not how many of their values were read: that would tell of them.
  gauge('fanal_privacy_home_points', 'Points that are read and leave in no release.', [[{}, status.home]])
  gauge(
    'fanal_alarms',
    'What is wrong now, by its code.',
    alarmCodes.map((code) => [{ code }, status.alarms.filter((alarm) => alarm.code === code).length]),
  )

  gauge('process_resident_memory_bytes', 'Memory in use.', [[{}, process.rssBytes]])
  gauge('nodejs_heap_size_used_bytes', 'Of the JavaScript heap.', [[{}, process.heapUsedBytes]])
  counter('process_cpu_seconds_total', 'CPU time, of user and system.', [[{}, process.cpuMs / 1_000]])
  counter('nodejs_eventloop_active_seconds_total', 'Time in which the event loop was busy.', [
    [{}, process.loopActiveMs / 1_000],
  ])
  gauge('process_start_time_seconds', 'When the gateway started.', [
    [{}, Temporal.Instant.from(status.started).epochMilliseconds / 1_000],
  ])
  return registry.metrics()
}

function flag(is: boolean): number {
  return is ? 1 : 0
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000
}

function valuesOf(label: string, counts: ReadonlyMap<string, number>): Value[] {
  return [...counts].map(([of, count]) => [{ [label]: of }, count])
}

function namesOf(values: readonly Value[]): string[] {
  return [...new Set(values.flatMap(([labels]) => Object.keys(labels)))]
}

/** A histogram that others have counted: prom-client's own wants each observation. */
class Classes extends Counter {
  readonly #name: string
  readonly #shape: prometheus.Histogram
  readonly #durations: Measured['durations']

  constructor(name: string, help: string, durations: Measured['durations']) {
    super({ name, help, registers: [], labelNames: ['bus'] })
    this.#name = name
    this.#shape = new Histogram({ name, help, registers: [], labelNames: ['bus'] })
    this.#durations = durations
  }

  override async get() {
    const values = Object.entries(this.#durations).flatMap(([bus, { counts, count, sumMs }]) => {
      let upTo = 0
      const classes = durationClassesMs.map((ms, index) => {
        upTo += counts[index] ?? 0
        return { metricName: `${this.#name}_bucket`, labels: { bus, le: String(ms / 1_000) }, value: upTo }
      })
      return [
        ...classes,
        { metricName: `${this.#name}_bucket`, labels: { bus, le: '+Inf' }, value: count },
        { metricName: `${this.#name}_sum`, labels: { bus }, value: sumMs / 1_000 },
        { metricName: `${this.#name}_count`, labels: { bus }, value: count },
      ]
    })
    return { ...(await this.#shape.get()), values }
  }
}
