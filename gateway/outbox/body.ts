/** The JSON form of a record: what recipients read, and what the store keeps. */
import type { AlarmSample, Disclosed, Sample, Suppressed } from '../disclosure/disclosed.ts'

/** Sparkplug B 3.0, 6.4.11 (Quality Codes); OPC's numbers as well. What is good, 192, says nothing: it is the most by far. */
const qualityCodes = { uncertain: 500, bad: 0, suppressed: 0 } as const

/** `[milliseconds since t0, value or null]`; unless it is good, its quality and the reason; of what is suppressed why, as a fifth */
type BodySample = [
  offsetMs: number,
  value: number | boolean | string | null,
  quality?: number,
  reason?: string,
  suppressedFor?: Suppressed['reason'],
]

/** `[milliseconds since t0, code, what it is of (empty: the gateway), "raised" or "cleared"]` */
type BodyAlarm = [offsetMs: number, code: string, of: string, state: AlarmSample['state']]

/**
 * `{"t0":…,"t1":…,"p":{"meter.voltage_l1":[[0,230.1],[1000,null,0,"no-answer"]]}}`: times in milliseconds since 1970
 * (UTC); series by point, an aggregate's with its statistic (`meter.power_active.mean`). 64-bit integers are strings,
 * since JSON's readers round numbers beyond 2^53. `"partial":true` of a window that was not seen whole; a record of alarms has
 * `"a":[[0,"device-dead","meter","raised"]]` and no series; a value that was suppressed is `[0,null,0,"suppressed","too-few"]`.
 */
export function encodeBody(record: Disclosed): string {
  const p: Record<string, BodySample[]> = {}
  for (const { point, statistic, samples } of record.series) {
    const series = (p[statistic === undefined ? point : `${point}.${statistic}`] ??= [])
    for (const sample of samples) series.push(encodeSample(sample))
  }
  const { from, until, partial, alarms } = record
  return JSON.stringify({
    t0: from.epochMilliseconds,
    t1: until.epochMilliseconds,
    ...(partial === undefined ? {} : { partial }),
    ...(alarms === undefined ? {} : { a: alarms.map(encodeAlarm) }),
    p,
  })
}

function encodeAlarm({ offsetMs, code, of, state }: AlarmSample): BodyAlarm {
  return [offsetMs, code, of, state]
}

function encodeSample({ offsetMs, value, quality }: Sample): BodySample {
  // JSON has no NaN and no infinity: `stringify` would make a null of good quality.
  if (typeof value === 'number' && !Number.isFinite(value)) return [offsetMs, null, qualityCodes.bad, 'implausible']
  const plain = typeof value === 'bigint' ? value.toString() : value
  switch (quality.state) {
    case 'good':
      return [offsetMs, plain]
    case 'suppressed':
      return [offsetMs, null, qualityCodes.suppressed, 'suppressed', quality.reason]
    case 'uncertain':
    case 'bad':
      return [offsetMs, plain, qualityCodes[quality.state], quality.reason]
  }
}
