/** `fanal read`: points, from the running gateway or straight from the field; or registers, with mbpoll's letters. */
import { resolve } from 'node:path'
import { openLine } from '../drivers/modbus/open.ts'
import { modbusDriver } from '../drivers/modbus/driver.ts'
import type { Identity } from '../drivers/driver.ts'
import { causeOf, type Heard } from '../drivers/hearing.ts'
import { hasValue, type PointId, type Reading } from '../drivers/reading.ts'
import { loadRegistry } from '../drivers/registry.ts'
import { systemClock, systemRandom } from '../gateway/clock.ts'
import { knownPoint, type KnownPoint } from '../gateway/local/answers.ts'
import { ask } from '../gateway/local/client.ts'
import { planSite, type Plan } from '../gateway/plan.ts'
import { pointTold } from '../gateway/report/point.ts'
import { exits, fail, failWith, outJson, readNamed, type Context, type Exit } from './context.ts'
import { unmatched, wanted } from './patterns.ts'
import { readRegisters, understand, type Letters } from './read-registers.ts'
import { finding, type Finding } from './doctor/finding.ts'
import { findingTold } from './doctor/told.ts'
import { findGateway } from './running.ts'
import { table } from './table.ts'
import { ageText, qualityText, valueText } from './wording.ts'

export interface ReadOptions extends Letters {
  readonly state?: string
  readonly site?: string
  readonly profiles?: string
}

export async function read(context: Context, operands: readonly string[], options: ReadOptions): Promise<Exit> {
  if ((options.a ?? options.m ?? options.t ?? options.r) !== undefined) {
    const understood = understand(options, operands)
    if ('asked' in understood) return readRegisters(context, understood.asked)
    if (context.json) outJson(context, { event: 'refused', code: 'COMMAND_LINE', mistakes: understood.mistakes })
    else for (const mistake of understood.mistakes) context.err(context.say('line.not-a-number', { ...mistake }))
    return exits.invalid
  }
  return options.site === undefined
    ? readFromGateway(context, operands, options.state)
    : readFromField(context, operands, options.site, options.profiles)
}

async function readFromGateway(
  context: Context,
  patterns: readonly string[],
  state: string | undefined,
): Promise<Exit> {
  const found = await findGateway(state)
  if ('code' in found) return fail(context, found.code, found.words)
  const points = knownPoint.array().parse(await ask(found.socket, '/api/points', context.signal))
  const missing = unmatched(
    patterns,
    points.map(({ point }) => point),
  )
  if (missing !== undefined) return fail(context, 'NO_SUCH_POINT', { pattern: missing })
  const chosen = points.filter(({ point }) => wanted(patterns, point))
  if (context.json) for (const point of chosen) outJson(context, point)
  else {
    const rows = chosen.map((point) => [
      point.point,
      valueText(context, point),
      point.age_ms === undefined ? '' : ageText(point.age_ms),
      qualityText(context, point),
      point.releases.length === 0 ? context.say('stays-home') : `→ ${point.releases.join(', ')}`,
    ])
    for (const line of table([headings(context, 'age', 'leaves'), ...rows], [1, 2])) context.out(line)
  }
  return chosen.every(({ state }) => state !== 'bad') ? exits.ok : exits.error
}

function headings({ say }: Context, third: 'age' | 'time', ...fourth: 'leaves'[]): string[] {
  return (['point', 'value', third, 'quality', ...fourth] as const).map((name) => say(`column.${name}`))
}

/** Opens the lines itself: for a cabinet whose gateway is not running. A line that somebody holds says so. */
async function readFromField(
  context: Context,
  patterns: readonly string[],
  siteFile: string,
  profiles: string | undefined,
): Promise<Exit> {
  const named = readNamed(siteFile)
  if ('missing' in named) return fail(context, 'FILE_MISSING', { file: siteFile, detail: named.missing })
  const planned = planSite(named.text, siteFile, loadRegistry(profiles === undefined ? [] : [resolve(profiles)]))
  if (!planned.ok) return failWith(context, planned.mistakes)
  const { plan } = planned
  const missing = unmatched(patterns, [...plan.points.keys()])
  if (missing !== undefined) return fail(context, 'NO_SUCH_POINT', { pattern: missing })

  const rows: string[][] = []
  let allGood = true
  const causes: Finding[] = []
  const found = (cause: Finding) => causes.push(cause)
  for await (const { point, readInMs } of readOnce(plan, patterns, context.signal, found)) {
    allGood &&= point.state === 'good'
    if (context.json) outJson(context, { ...point, read_in_ms: readInMs })
    else rows.push([point.point, valueText(context, point), ageText(readInMs), qualityText(context, point)])
  }
  if (!context.json) for (const line of table([headings(context, 'time'), ...rows], [1, 2])) context.out(line)
  for (const { code, what, why } of causes.map((cause) => findingTold(cause, context.language)))
    if (context.json) outJson(context, { event: 'cause', code, what, ...(why === undefined ? {} : { why }) })
    else for (const line of why === undefined ? [what] : [what, `  ${why}`]) context.err(line)
  return allGood ? exits.ok : exits.error
}

/** Each wanted point, read once; `readInMs` is how long its device took for all of them. `found`: what is probably wrong. */
async function* readOnce(
  plan: Plan,
  patterns: readonly string[],
  signal: AbortSignal,
  found: (cause: Finding) => void,
): AsyncGenerator<{ point: KnownPoint; readInMs: number }> {
  for (const [name, settings] of Object.entries(plan.site.lines)) {
    await using line = openLine(name, settings, { clock: systemClock, random: systemRandom })
    const heard: DeviceHeard[] = []
    for (const [device, { line: on, unit, instance }] of plan.devices) {
      const points = [...instance.points.keys()].map((point): PointId => `${device}.${point}`)
      const chosen = points.filter((point) => wanted(patterns, point))
      if (on !== name || chosen.length === 0) continue
      await using driver = modbusDriver({ id: device, unit, instance, line, clock: systemClock })
      const begun = systemClock.monotonicMs()
      const readings = await driver.read(chosen, signal)
      const readInMs = systemClock.monotonicMs() - begun
      const answers = readings.some((reading) => !lacks(reading, ['no-answer', 'garbled', 'line-down']))
      const identity = answers ? await driver.identify(signal) : undefined
      const damaged = readings.some((reading) => lacks(reading, ['garbled']))
      heard.push({ device, unit, profile: instance.profile.model, answers, damaged, identity })
      for (const reading of readings) yield { point: pointTold(plan, { reading }), readInMs }
    }
    if (line.trouble === undefined) for (const cause of causesOf(name, line.counters, heard)) found(cause)
  }
}

interface DeviceHeard {
  readonly device: string
  readonly unit: number
  readonly profile: string
  readonly answers: boolean
  readonly damaged: boolean
  readonly identity: Identity | undefined
}

/** What is said of the whole line is said once. */
function causesOf(line: string, counters: Heard['line'], all: readonly DeviceHeard[]): Finding[] {
  const causes = all.flatMap(({ device, unit, profile, answers, damaged, identity }) => {
    const othersAnswer = all.some((other) => other.device !== device && other.answers)
    const recognition = identity?.state ?? 'unasked'
    const code = causeOf({ line: counters, answers, damaged, othersAnswer, recognition })
    const because = identity?.state === 'differs' ? identity.because : ''
    return code === undefined ? [] : [finding(code, { device, unit, line, profile, because })]
  })
  return causes.filter(
    ({ code }, at) => !code.startsWith('line-') || causes.findIndex((one) => one.code === code) === at,
  )
}

function lacks(reading: Reading, reasons: readonly string[]): boolean {
  return !hasValue(reading) && reasons.includes(reading.quality.reason)
}
