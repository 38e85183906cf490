/**
 * Lets bits rot in copies of an outbox, a kept state and an audit, and looks at what the next start makes of them:
 * `node gateway/faults/testing/rot.ts FOLDER SEED COPIES` prints what a fault found. A process of its own, so that a guard
 * can be taken out of it.
 */
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeClock } from '../../../drivers/testing/fake-clock.ts'
import type { AuditRecord } from '../../control/audit.ts'
import type { Kept } from '../../control/keeping.ts'
import { openKeep } from '../../keep.ts'
import { OutboxError } from '../../outbox/error.ts'
import type { Parcel } from '../../outbox/parcel.ts'
import { durable, Runs } from '../../outbox/testing/runs.ts'
import { dice } from '../../testing/cut-disk.ts'
import type { Found } from '../fault.ts'

const [, , folder = '', seed = '', copies = ''] = process.argv
const records = 200
const deliveries = { bill: durable }
const roll = dice(Number(seed))
const broken: string[] = []
const count = { looked: 0, 'told as lost': 0, 'files set aside': 0, 'of which nothing can be read': 0, sent: 0 }
let wrong = 0
let lost = 0

/** One bit, or a few side by side, or a sector. */
function rot(bytes: Buffer): void {
  const at = roll(0, bytes.length - 1)
  const kind = roll(0, 9)
  if (kind === 0)
    bytes
      .subarray(at - (at % 512))
      .subarray(0, 512)
      .fill(roll(0, 255))
  else if (kind <= 2) for (let n = 0; n < 4; n++) bytes[Math.min(at + n, bytes.length - 1)] = roll(0, 255)
  else bytes[at] = (bytes[at] ?? 0) ^ (1 << roll(0, 7))
}

function rotIn(path: string, most = Infinity): void {
  const bytes = readFileSync(path)
  rot(bytes.subarray(0, most))
  writeFileSync(path, bytes)
}

function bodyOf(n: number): string {
  return JSON.stringify({ t0: n * 1_000, t1: (n + 1) * 1_000, p: { 'meter.energy': [[0, 48_213_000 + n]] } })
}

function outboxes(): void {
  const whole = join(folder, 'whole.db')
  const made = Array.from({ length: records }, (_, n) => bodyOf(n + 1))
  let id = ''
  let written = 0
  {
    const runs = new Runs({ file: whole }, deliveries)
    for (const body of made) runs.append('bill', body)
    runs.restart()
    id = runs.store.id
    written = runs.store.log.head.end
    runs.store[Symbol.dispose]()
  }
  for (let copy = 0; copy < Number(copies) && broken.length < 5; copy++) {
    const file = join(folder, `${copy}.db`)
    cpSync(whole, file)
    cpSync(`${whole}-log`, `${file}-log`, { recursive: true })
    // Where most of what is kept lies: the part of the log that is written. The books now and then.
    const log = join(`${file}-log`, id, '0000.log')
    if (roll(0, 3) === 0) rotIn(file)
    else rotIn(log, written)
    try {
      outbox(file, made, `copy ${copy}`)
    } finally {
      for (const part of [
        '',
        '-wal',
        '-log',
        '.suspect',
        '.damaged-1',
        '.damaged-1-wal',
        '.damaged-1-log',
        '.damaged-2',
      ])
        rmSync(file + part, { force: true, recursive: true })
    }
    count.looked++
  }
}

function outbox(file: string, made: readonly string[], said: string): void {
  let runs: Runs
  let parcels: Parcel[] = []
  // What is met only in use is told, and read through by the next start.
  for (let start = 1; ; start++) {
    try {
      runs = new Runs({ file }, deliveries)
      parcels = runs.drain()
      break
    } catch (error) {
      if (error instanceof OutboxError && error.code === 'OUTBOX_NEWER') {
        count['of which nothing can be read']++
        return // refused, and said: whoever starts it has to look
      }
      if (!(error instanceof OutboxError) || error.code !== 'OUTBOX_DAMAGED' || start === 3) throw error
    }
  }
  const { recovered } = runs.store
  runs.store[Symbol.dispose]()
  const sent = parcels.flatMap((parcel) => (parcel.kind === 'record' ? [parcel] : []))
  const gone = parcels.reduce((sum, parcel) => (parcel.kind === 'gap' ? sum + parcel.to - parcel.from + 1 : sum), 0)
  count.sent += sent.length
  const strange = sent.filter(({ body, seq }) =>
    recovered === undefined ? body !== made[seq - 1] : !made.includes(body),
  )
  wrong += strange.length
  if (strange.length > 0) broken.push(`${said}: sent, and never made: ${strange[0]?.body ?? ''}`)
  const order = sent.map(({ body }) => made.indexOf(body))
  if (order.some((place, n) => place >= 0 && n > 0 && place <= (order[n - 1] ?? -1)))
    broken.push(`${said}: not in order, or twice`)
  if (recovered !== undefined) count['files set aside']++
  if (recovered !== undefined && recovered.lost === undefined) {
    count['of which nothing can be read']++
    if (sent.length > 0) broken.push(`${said}: nobody knows what is lost, though something is sent`)
    return
  }
  const toldLost = gone + (recovered?.lost ?? 0)
  count['told as lost'] += toldLost
  const silent = made.length - sent.length - toldLost
  if (silent > 0) {
    lost += silent
    broken.push(
      `${said}${recovered === undefined ? '' : `, ${recovered.reason}`}: ${sent.length} of ${made.length} are sent, and ${toldLost} told as lost`,
    )
  }
}

const kept: Kept = {
  ...{ v: 1, wall: '2026-12-21T16:00:00Z', trusted: true, bootId: 'this', uptimeMs: 1, floor: '2026-12-21T15:50:00Z' },
  ...{ commands: [], nonces: [['abc', 5_000]], switchings: { north: [1_000] } },
}

async function keeps(): Promise<void> {
  const paths = (name: string) => ({ control: join(folder, `${name}.json`), audit: join(folder, `${name}.ndjson`) })
  const open = (name: string) => openKeep(paths(name), { clock: fakeClock(), fault: () => undefined })
  {
    await using keep = await open('whole')
    keep.keep(kept)
    for (let n = 0; n < 40; n++) keep.audit({ kind: 'login', name: `n${n}`, outcome: 'success' })
  }
  const lines = readFileSync(paths('whole').audit, 'utf8').trim().split('\n')
  for (let copy = 0; copy < Number(copies) / 4 && broken.length < 5; copy++) {
    const name = `keep-${copy}`
    for (const part of ['control', 'audit'] as const) {
      copyFileSync(paths('whole')[part], paths(name)[part])
      const bytes = readFileSync(paths(name)[part])
      rot(bytes)
      writeFileSync(paths(name)[part], bytes)
    }
    const survivors = readFileSync(paths(name).audit, 'utf8')
      .split('\n')
      .filter((line) => lines.includes(line))
    const keep = await open(name)
    if (keep.kept !== undefined && JSON.stringify(keep.kept) !== JSON.stringify(kept)) {
      wrong++
      broken.push(`${name}: a state that was never kept is believed: ${JSON.stringify(keep.kept)}`)
    }
    const known = (record: AuditRecord) =>
      lines.some((line) => line.includes(record.hash) && JSON.stringify(record) === line)
    const strange = keep.recent.filter((record) => !known(record))
    wrong += strange.length
    if (strange.length > 0) broken.push(`${name}: an entry that was never made is believed`)
    if (keep.recent.length < survivors.length)
      broken.push(`${name}: ${keep.recent.length} of ${survivors.length} good lines are known`)
    await keep[Symbol.asyncDispose]()
    count.looked++
  }
}

outboxes()
await keeps()
const found: Found = {
  broken,
  figures: { ...count, 'wrong value accepted': wrong, 'acknowledged and lost': lost },
}
console.log(JSON.stringify(found))
