/** The bar of memory: the gateway as it is shipped on an hour of meters that are dead, late, refuse and hang up. */
import { setTimeout as delay } from 'node:timers/promises'
import { knownPoint } from '../../local/answers.ts'
import { ask } from '../../local/client.ts'
import { statePaths } from '../../state.ts'
import { ours } from '../../testing/programs.ts'
import { Folder, freePort } from '../../testing/surroundings.ts'
import { bar } from '../bars.ts'
import { measured, unmeasured, type Result } from '../result.ts'
import { isBundled, noBundle, Shipped } from '../shipped.ts'
import { deadUnits, unitCount, writeMeters } from './meters.ts'
import { slopeOf } from './slope.ts'

const seed = 20_261_128
const sampleS = 5
const samplesPerMinute = 60 / sampleS

export async function* soak({ short }: { short: boolean }): AsyncGenerator<Result> {
  const id = bar('field.soak-rss-mb-per-h')
  if (!isBundled()) {
    yield unmeasured(id, noBundle)
    return
  }
  const warmMinutes = 20
  const minutes = 60
  using folder = new Folder()
  const port = await freePort()
  await using meters = ours('gateway/bench/field/faulty-meters.ts', [String(port), String(seed)])
  await meters.said(/^ready$/)
  const { site, profiles } = writeMeters(folder, port, { pointsPerBlock: 15, timeoutMs: 200 })
  const state = folder.file('state')
  await using gateway = new Shipped(site, { state, profiles, cache: folder.file('compiled') })
  await gateway.firstReadingMs()

  const method = `upper 95 % bound (one-sided, of the means of minutes) of the slope of the resident memory of the gateway as shipped: ${unitCount} meters × 3 blocks each second over Modbus TCP, ${deadUnits.size} dead, others silent, late, refusing, garbled or hanging up now and then, the broker absent; ${minutes} min after ${warmMinutes} that warm it`
  if (short) {
    await delay(20_000)
    yield unmeasured(id, `after 20 s it holds ${gateway.rssMb.toFixed(1)} MB: ${method}`, await goodOf(state))
    return
  }
  await delay(warmMinutes * 60_000)
  const byMinute: [hours: number, mb: number][] = []
  for (let minute = 0; minute < minutes; minute++) {
    let sum = 0
    for (let sample = 0; sample < samplesPerMinute; sample++) {
      await delay(sampleS * 1_000)
      sum += gateway.rssMb
    }
    byMinute.push([minute / 60, sum / samplesPerMinute])
  }
  const { slope, upper } = slopeOf(byMinute)
  const good = await goodOf(state)
  const told = {
    seed,
    'MB an hour': slope.toFixed(2),
    'MB at first': (byMinute[0]?.[1] ?? NaN).toFixed(1),
    'MB at last': (byMinute.at(-1)?.[1] ?? NaN).toFixed(1),
    'most MB': Math.max(...byMinute.map(([, mb]) => mb)).toFixed(1),
    ...good,
  }
  yield good['points good'] === 0 ? unmeasured(id, 'nothing was read', told) : measured(id, upper, method, told)
}

/** That it works at all: how many points are good, and how many are not. */
async function goodOf(state: string): Promise<{ 'points good': number; 'points bad': number }> {
  const points = knownPoint.array().parse(await ask(statePaths(state).socket, '/api/points'))
  const good = points.filter((point) => point.state === 'good').length
  return { 'points good': good, 'points bad': points.length - good }
}
