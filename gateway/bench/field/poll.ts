/** The bars of polling: forty meters by the gateway as it is shipped, and by Node-RED, at the same time. */
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../clock.ts'
import { knownPoint } from '../../local/answers.ts'
import { ask } from '../../local/client.ts'
import { statePaths } from '../../state.ts'
import { Folder } from '../../testing/surroundings.ts'
import { bar } from '../bars.ts'
import { measured, quantile, unmeasured, type Result } from '../result.ts'
import { isBundled, noBundle, Shipped } from '../shipped.ts'
import { addressesOf, metersVolts, readsPerSecond, unitCount, writeMeters } from './meters.ts'
import { installNodeRed, NodeRed } from './node-red.ts'
import { TcpServer } from './tcp-server.ts'

/** As many values as a meter usually has in a hundred registers. */
const pointsPerBlock = 15

const mostCpuPercent = 1.5
const mostRssMb = 100

export async function* poll({ short }: { short: boolean }): AsyncGenerator<Result> {
  const [cpuBar, rssBar] = [bar('field.poll-cpu-ratio-nodered'), bar('field.poll-rss-ratio-nodered')]
  const installed = isBundled() ? await installNodeRed() : { why: noBundle }
  if ('why' in installed) {
    for (const each of [cpuBar, rssBar]) yield unmeasured(each, installed.why)
    return
  }
  const [windows, windowS, warmS] = short ? [1, 20, 10] : [10, 60, 120]
  using folder = new Folder()
  await using server = await TcpServer.start(folder.path)
  const { site, profiles } = writeMeters(folder, server.port, { pointsPerBlock, timeoutMs: 1_000 })
  const state = folder.file('state')
  await using ours = new Shipped(site, { state, profiles, cache: folder.file('compiled') })
  await ours.firstReadingMs()
  await using peer = await NodeRed.start(installed.folder, folder.file('node-red'), server.port)

  await delay(warmS * 1_000)
  const cpu: { ours: number; peer: number }[] = []
  const before = await server.requests()
  const beganMs = systemClock.monotonicMs()
  for (let window = 0; window < windows; window++) {
    const from = { ours: ours.cpuMs, peer: peer.cpuMs }
    await delay(windowS * 1_000)
    const percent = (ms: number) => ms / (10 * windowS)
    cpu.push({ ours: percent(ours.cpuMs - from.ours), peer: percent(peer.cpuMs - from.peer) })
  }
  const seconds = (systemClock.monotonicMs() - beganMs) / 1_000
  const after = await server.requests()
  const [oursPerS = 0, peerPerS = 0] = after.map((count, index) => (count - (before[index] ?? 0)) / seconds)
  const rss = { ours: ours.rssMb, peer: peer.rssMb }
  const wrong = await wrongOf(state)
  const looked = peer.answers()

  const method = `${unitCount} units × 3 blocks of 100 registers each second over Modbus TCP from one libmodbus server, ${windows} × ${windowS} s after ${warmS} s: the gateway as shipped with the flags of its unit (${pointsPerBlock} points a block decoded, judged, kept), and Node-RED 5.0.7 with contrib-modbus 5.45.2 (one connection, no editor, this Node without flags), at the same time`
  const share = (who: 'ours' | 'peer') =>
    quantile(
      cpu.map((each) => each[who]),
      0.5,
    )
  const [ourPercent, peerPercent] = [share('ours'), share('peer')]
  // What neither is to be blamed for is that a timer of the other drifts: CPU is compared by the read.
  const cpuRatio = quantile(
    cpu.map(({ ours, peer }) => ours / oursPerS / (peer / peerPerS)),
    0.5,
  )
  const told = (value: number) => value.toPrecision(3)
  const seen = {
    'our reads a s': oursPerS.toFixed(1),
    'its reads a s': peerPerS.toFixed(1),
    'our wrong values': wrong,
    'its answers looked at': looked.right + looked.wrong,
    'wrong of them': looked.wrong,
  }
  const cpuSeen = {
    ...seen,
    'our % of a core': told(ourPercent),
    'its %': told(peerPercent),
    'ours at most': mostCpuPercent,
  }
  const rssSeen = { ...seen, 'our MB': told(rss.ours), 'its MB': told(rss.peer), 'ours at most': mostRssMb }
  const isSame =
    after.length === 2 &&
    wrong === 0 &&
    looked.wrong === 0 &&
    looked.right > 0 &&
    [oursPerS, peerPerS].every((rate) => Math.abs(rate / readsPerSecond - 1) < 0.05)
  if (!isSame) {
    yield unmeasured(cpuBar, `they did not do the same: ${method}`, cpuSeen)
    yield unmeasured(rssBar, `they did not do the same: ${method}`, rssSeen)
    return
  }
  const rssRatio = rss.ours / rss.peer
  if (short) {
    yield unmeasured(cpuBar, `${told(cpuRatio)}, too short to judge: ${method}`, cpuSeen)
    yield unmeasured(rssBar, `${told(rssRatio)}, too short to judge: ${method}`, rssSeen)
    return
  }
  const cpuResult = measured(cpuBar, cpuRatio, `CPU: ${method}; median of the windows`, cpuSeen)
  const rssResult = measured(rssBar, rssRatio, `resident memory at the end: ${method}`, rssSeen)
  yield { ...cpuResult, pass: cpuResult.pass && ourPercent <= mostCpuPercent, peer: peerPercent, ratio: cpuRatio }
  yield { ...rssResult, pass: rssResult.pass && rss.ours <= mostRssMb, peer: rss.peer, ratio: rssRatio }
}

/** How many points of ours are not good and what the server holds. */
async function wrongOf(state: string): Promise<number> {
  const points = knownPoint.array().parse(await ask(statePaths(state).socket, '/api/points'))
  const expected = addressesOf(pointsPerBlock).length * unitCount
  const right = points.filter(({ point, state, value, age_ms }) => {
    const [, unit = '', address = ''] = /^m(\d+)\.r(\d+)$/.exec(point) ?? []
    const volts = metersVolts(Number(unit), Number(address))
    return state === 'good' && typeof value === 'number' && Math.abs(value - volts) < 1e-9 && (age_ms ?? 0) < 3_000
  })
  return expected - right.length
}
