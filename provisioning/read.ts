/** `fanal read`: points, from the running gateway or straight from the field; or registers, with mbpoll's letters. */
import { resolve } from 'node:path'
import { openLine } from '../drivers/modbus/open.ts'
import { modbusDriver } from '../drivers/modbus/driver.ts'
import type { PointId } from '../drivers/reading.ts'
import { loadRegistry } from '../drivers/registry.ts'
import { systemClock, systemRandom } from '../gateway/clock.ts'
import { knownPoint, type KnownPoint } from '../gateway/local/answers.ts'
import { ask } from '../gateway/local/client.ts'
import { planSite, type Plan } from '../gateway/plan.ts'
import { pointTold } from '../gateway/report/point.ts'
import { exits, fail, failWith, outJson, readNamed, type Context, type Exit } from './context.ts'
import { unmatched, wanted } from './patterns.ts'
import { readRegisters, understand, type Letters } from './read-registers.ts'
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
  for await (const { point, readInMs } of readOnce(plan, patterns, context.signal)) {
    allGood &&= point.state === 'good'
    if (context.json) outJson(context, { ...point, read_in_ms: readInMs })
    else rows.push([point.point, valueText(context, point), ageText(readInMs), qualityText(context, point)])
  }
  if (!context.json) for (const line of table([headings(context, 'time'), ...rows], [1, 2])) context.out(line)
  return allGood ? exits.ok : exits.error
}

/** Each wanted point, read once; `readInMs` is how long its device took for all of them. */
async function* readOnce(
  plan: Plan,
  patterns: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<{ point: KnownPoint; readInMs: number }> {
  for (const [name, settings] of Object.entries(plan.site.lines)) {
    await using line = openLine(name, settings, { clock: systemClock, random: systemRandom })
    for (const [device, { line: on, unit, instance }] of plan.devices) {
      const points = [...instance.points.keys()].map((point): PointId => `${device}.${point}`)
      const chosen = points.filter((point) => wanted(patterns, point))
      if (on !== name || chosen.length === 0) continue
      await using driver = modbusDriver({ id: device, unit, instance, line, clock: systemClock })
      const begun = systemClock.monotonicMs()
      const readings = await driver.read(chosen, signal)
      const readInMs = systemClock.monotonicMs() - begun
      for (const reading of readings) yield { point: pointTold(plan, { reading }), readInMs }
    }
  }
}
