import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { openOutbox } from '../outbox/outbox.ts'
import { valueOf } from '../outbox/testing/records.ts'
import { faultyFsync } from '../testing/faulty-fsync.ts'
import { ours } from '../testing/programs.ts'
import type { Fault, FaultContext, Found } from './fault.ts'

const oneIn = 6

async function fail({ folder, seed, short }: FaultContext, swallows: boolean): Promise<Found> {
  const disk = faultyFsync(folder, { seed, oneIn, swallows })
  const file = join(folder, 'outbox.db')
  const count = short ? 400 : 5_000
  const accepted: number[] = []
  const refused: number[] = []
  const codes = new Set<string>()
  {
    await using program = ours('gateway/faults/testing/append-records.ts', [file, String(count)], disk.env)
    await program.said(/^ready$/)
    disk.fail()
    await program.said(/^done$/)
    await program.end('SIGKILL')
    for (const line of program.out) {
      const [, how, value, code] = /^(accepted|refused) (\d+) ?(\S*)$/.exec(line) ?? []
      if (how === 'accepted') accepted.push(Number(value))
      if (how === 'refused') refused.push(Number(value))
      if (how === 'refused') codes.add(code ?? '')
    }
  }
  const arrived = await takeAll(file)
  const lost = accepted.filter((value) => !arrived.includes(value))
  const unasked = refused.filter((value) => arrived.includes(value))
  const broken = [
    ...(lost.length > 0 ? [`accepted, and not there after the restart: ${lost.slice(0, 5).join(', ')}`] : []),
    ...(unasked.length > 0 ? [`refused, and there after all: ${unasked.slice(0, 5).join(', ')}`] : []),
    ...(new Set(arrived).size < arrived.length ? ['a record is there twice'] : []),
    ...(codes.isSubsetOf(new Set(['OUTBOX_IO'])) ? [] : [`refused with ${[...codes].join(', ')}`]),
    ...(accepted.length + refused.length === count ? [] : ['a record was neither accepted nor refused']),
  ]
  const figures = { looked: disk.failures, accepted: accepted.length, refused: refused.length }
  return { broken, figures: { ...figures, 'acknowledged and lost': lost.length } }
}

/** What the next start finds. */
async function takeAll(file: string): Promise<number[]> {
  await using outbox = await openOutbox({
    file,
    deliveries: new Map([['bill', { kind: 'durable' }]]),
    clock: systemClock,
  })
  if (outbox.recovered !== undefined) return []
  const [stream] = await outbox.streams()
  const values: number[] = []
  while (values.length < (stream?.waiting ?? 0))
    for (const parcel of await outbox.take({ most: 500, historical: 500 }, new AbortController().signal))
      values.push(parcel.kind === 'record' ? (valueOf(parcel.body) ?? Number.NaN) : Number.NaN)
  return values
}

export const fault: Fault = {
  id: 'F13',
  title: 'EIO on fsync, and what it should have written is gone',
  passes:
    'a sync that failed is never followed by one that is taken for its success: what was not written anew is refused, with its code, and what was accepted is there',
  run: (context) => fail(context, false),
  control: { without: 'the error being heard (the next sync succeeds)', run: (context) => fail(context, true) },
}
