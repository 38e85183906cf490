/** `node gateway/uplink/sparkplug/testing/cost.ts`: bytes a message and CPU, beside the same in JSON. */
import { encodeBody } from '../../../outbox/body.ts'
import { decodePayload } from '../decode.ts'
import { encodePayload } from '../payload.ts'
import { newSession } from '../session.ts'
import { step } from '../step.ts'
import { topicOf } from '../topics.ts'
import { Writer } from '../writer.ts'
import { policyOf, record, startMs } from './stage.ts'

const policy = policyOf({ live: { points: ['feeder.*'] } })
const points = policy.releases
  .flatMap((release) => release.points)
  .filter((point) => !/serial|state|contact|relay/.test(point))
const node = { group: 'Ville', edge: 'place-de-la-fontaine' }
const rounds = 2_000

/** All values of a device once a second, each another than before. */
const records = Array.from({ length: rounds }, (_, round) => {
  const atMs = startMs + 1_000 * round
  return record('live', atMs, Object.fromEntries(points.map((point, at) => [point, 230 + at + (round % 997) / 10])))
})

function run(encode: boolean) {
  const session = newSession(policy)
  const writer = new Writer()
  const sizes: { DBIRTH: number; DDATA: number; last: Uint8Array } = { DBIRTH: 0, DDATA: 0, last: new Uint8Array() }
  const now = { wallMs: startMs, monotonicMs: 0 }
  step(session, { event: 'connecting' }, now)
  step(session, { event: 'connected' }, now)
  const before = process.cpuUsage()
  for (const each of records) {
    now.wallMs += 1_000
    now.monotonicMs += 1_000
    for (const { verb, payload, device } of step(session, { event: 'disclosed', records: [each] }, now).out) {
      if (!encode) continue
      const bytes = encodePayload(payload, writer)
      if (verb !== 'DBIRTH' && verb !== 'DDATA') continue
      sizes[verb] = bytes.length + topicOf(node, verb, device).length
      sizes.last = bytes
    }
  }
  const { user, system } = process.cpuUsage(before)
  return { ...sizes, ms: (user + system) / 1_000 }
}

run(true) // warm
const whole = run(true)
const before = process.cpuUsage()
for (let round = 0; round < rounds; round++) decodePayload(whole.last)
const decodeMs = process.cpuUsage(before).user / 1_000
const jsonBytes = Buffer.byteLength(encodeBody(records[1] ?? record('live', startMs, {})))
const thousands = (rounds * points.length) / 1_000

console.log(`metrics a message            ${points.length}`)
console.log(`DBIRTH, topic included       ${whole.DBIRTH} bytes`)
console.log(`DDATA, topic included        ${whole.DDATA} bytes, ${(whole.DDATA / points.length).toFixed(1)} a metric`)
console.log(`the same record in JSON      ${jsonBytes} bytes`)
console.log(
  `CPU for 1000 metrics         ${(whole.ms / thousands).toFixed(2)} ms, decoding ${(decodeMs / thousands).toFixed(2)} ms`,
)
