/** What every fault of a disk under a running gateway has in common: it is hurt, control goes on, it is healed, all is there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { verify } from '../../control/audit.ts'
import { LoopDisk } from '../../outbox/testing/loop-disk.ts'
import { openRelay } from '../../testing/relay.ts'
import { eventually } from '../../testing/surroundings.ts'
import type { FaultContext, Found } from '../fault.ts'
import { Cabinet, north, output, south, watchOutput } from './cabinet.ts'
import { holesIn, recordsIn } from './records-in.ts'
import { without, type Removal } from './without.ts'

export interface StorageFault {
  readonly megabytes: number
  readonly inodes?: number
  readonly hurt: (disk: LoopDisk) => void
  readonly heal: (disk: LoopDisk) => void
  /** what the gateway says while it is hurt; absent: the outbox goes on */
  readonly says: { readonly keeping: string; readonly outbox?: string }
  /** whether the outbox goes on without a restart once it is healed */
  readonly outboxRecovers: boolean
}

/** From an order to the relay, at most. */
const slowestMs = 2_000
/** What the disk did not take is tried again after 30 s at the latest. */
const recoveryMs = 40_000
const hurtMs = 9_000

export async function storageFault(
  { folder }: FaultContext,
  { megabytes, inodes, hurt, heal, says, outboxRecovers }: StorageFault,
  removed?: Removal,
): Promise<Found> {
  const broken: string[] = []
  using disk = new LoopDisk(folder, megabytes, inodes)
  const state = join(disk.mount, 'state')
  await using relay = await openRelay()
  const cabinet = new Cabinet({ folder, state, relay })
  const figures: Record<string, number> = {}
  let acceptedLast = 0
  const promised = new Set<number>()
  {
    await using gateway = await cabinet.start(removed === undefined ? {} : { env: without(removed) })
    await output(relay, north, true)
    await gateway.reaches(2)
    const dark = watchOutput(relay, north, true)
    const before = await gateway.accepted()
    hurt(disk)
    const hurtAtMs = systemClock.monotonicMs()

    // Its lease outlives what comes: only what is kept on disk lets it.
    const orderedMs = systemClock.monotonicMs()
    await gateway.light(600_000)
    await output(relay, south, true)
    const lateMs = Math.round(systemClock.monotonicMs() - orderedMs)
    figures['order to relay ms'] = lateMs
    if (lateMs > slowestMs) broken.push('control was late while the disk was hurt')
    for (const [event, code] of Object.entries(says))
      await eventually(() => {
        const told = event === 'outbox' ? gateway.told('outbox') : gateway.told('keeping')
        if (!told.some((each) => each.code === code)) throw new Error(`${event} ${code} was not said`)
      }, 20_000).catch((error: unknown) => broken.push(String(error)))
    await systemClock.sleep(Math.max(0, hurtMs - (systemClock.monotonicMs() - hurtAtMs)))
    const { held } = await gateway.status()
    figures['held in memory'] = held
    // About one record is made each second.
    const hurtS = (systemClock.monotonicMs() - hurtAtMs) / 1_000
    if (says.outbox !== undefined && held < hurtS / 2)
      broken.push(`${held} records are held after ${hurtS.toFixed()} s`)
    if (says.outbox === undefined && gateway.told('outbox').some(({ code }) => code !== undefined))
      broken.push('the outbox refuses, though the file it writes has its room')
    if (broken.length > 0) return { broken, figures: { looked: before, ...figures } }

    heal(disk)
    const healedMs = systemClock.monotonicMs()
    await eventually(() => {
      if (gateway.told('keeping').at(-1)?.code !== undefined) throw new Error('what is to be kept still is not')
      if (outboxRecovers && gateway.told('outbox').at(-1)?.code !== undefined) throw new Error('the outbox stays shut')
    }, recoveryMs).catch((error: unknown) => broken.push(String(error)))
    figures['recovered after ms'] = Math.round(systemClock.monotonicMs() - healedMs)
    if (outboxRecovers) await gateway.reaches(before + held).catch((error: unknown) => broken.push(String(error)))
    acceptedLast = outboxRecovers ? await gateway.accepted() : before
    for (let seq = 1; seq <= acceptedLast; seq++) promised.add(seq)
    dark.stop()
    figures['unsafe output ms'] = dark.wrongMs
    await gateway.end('SIGKILL')
  }
  const audit = readFileSync(join(state, 'audit.ndjson'), 'utf8').trim().split('\n')
  const verdict = verify(audit)
  if (!verdict.ok) broken.push(`the audit does not hold: line ${verdict.at}, ${verdict.why}`)
  if (!audit.some((line) => line.includes('"kind":"command"'))) broken.push('the audit does not know of the order')

  // The next start by itself goes on where this one was: what was ordered while the disk was hurt still holds.
  {
    await using again = await cabinet.start({ at: '2026-12-22T01:01:00' })
    await output(relay, north, true)
    await systemClock.sleep(2_000)
    if (relay.outputs[south] !== true) broken.push('an order from while the disk was hurt is forgotten after a kill')
    await again.reaches(acceptedLast + 1).catch((error: unknown) => broken.push(String(error)))
    if (again.told('recovered').length > 0) broken.push('the outbox was set aside')
    await again.end()
  }
  const records = await recordsIn(join(state, 'outbox.db'))
  if (outboxRecovers) broken.push(...holesIn(records))
  const found = new Set(records.map(({ seq }) => seq))
  const lost = [...promised].filter((seq) => !found.has(seq))
  if (lost.length > 0) broken.push(`accepted, and not there: ${lost.slice(0, 5).join(', ')}`)
  return { broken, figures: { looked: promised.size, ...figures, 'acknowledged and lost': lost.length } }
}
