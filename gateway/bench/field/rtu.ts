/** The bars of a serial line: how much of it we use, how politely, and what that costs. */
import { join } from 'node:path'
import { bar, type BarId } from '../bars.ts'
import { measured, quantile, spread, unmeasured, type Result } from '../result.ts'
import { Folder } from '../../testing/surroundings.ts'
import { bundled } from './bundled.ts'
import { compileC } from '../../../drivers/testing/compile-c.ts'
import { run, type Told } from './measured-child.ts'
import { legalMs, PacedUnit, type Counted, type PacedLine } from './paced-line.ts'
import { flagsOfUnit } from '../unit-flags.ts'

const registers = 100

/** 8E1, 2 ms of turn-around; byte by byte at 19200, through a FIFO of 8 at 115200. */
export function lineAt(baud: number, isStrict: boolean): PacedLine {
  const format = { baud, dataBits: 8, parity: 'even', stopBits: 1 } as const
  return { format, turnAroundMs: 2, chunk: baud > 19_200 ? 8 : 1, isStrict }
}

export interface ClientRun {
  readonly who: 'ours' | 'modbus-serial'
  readonly baud: number
  /** without the flags of the shipped unit */
  readonly isPlain: boolean
  /** before everything else on this machine, where others work on it, too; not of a bar */
  readonly isAhead?: boolean
  readonly warm: number
  readonly count: number
}

export interface Seen extends Told, Counted {
  /** of what the legal limit allows */
  readonly share: number
  /** the same of the median read: what a loaded machine does to some of them left out */
  readonly shareOfMedian: number
  readonly cpuMsEach: number
}

/** What is made once for all runs. */
export interface Programs {
  readonly pacedLine: string
  readonly client: string
}

export async function programsIn(folder: string): Promise<Programs> {
  return {
    pacedLine: compileC(folder, join(import.meta.dirname, 'paced-line.c'), { flags: ['-lutil'] }),
    client: await bundled(folder, 'rtu-client.ts'),
  }
}

/** One client against one paced unit, both new. */
export async function clientRun(
  programs: Programs,
  { who, baud, isPlain, isAhead = false, warm, count }: ClientRun,
): Promise<Seen> {
  // A strict unit would drop most of what modbus-serial asks, and its CPU would be that of timeouts.
  const line = lineAt(baud, who === 'ours')
  const unit = await PacedUnit.start(programs.pacedLine, line)
  let counted: Counted | undefined
  try {
    const flags = isPlain ? [] : flagsOfUnit()
    const [command, ...before] = isAhead ? ['chrt', '-f', '10', process.execPath] : [process.execPath]
    const told = await run(command, [...before, ...flags, programs.client, who, unit.device, baud, warm, count])
    counted = await unit.end()
    const share = (legalMs(line, registers) * told.transactions) / told.wallMs
    const shareOfMedian = legalMs(line, registers) / (told.medianMs ?? NaN)
    return { ...told, ...counted, share, shareOfMedian, cpuMsEach: told.cpuMs / told.transactions }
  } finally {
    if (counted === undefined) await unit.end().catch(() => undefined)
  }
}

interface Speed {
  readonly baud: number
  readonly warm: number
  readonly count: number
}

const speeds: readonly Speed[] = [
  { baud: 19_200, warm: 60, count: 100 },
  { baud: 115_200, warm: 300, count: 500 },
]

const variants = {
  ours: { who: 'ours', isPlain: false },
  peer: { who: 'modbus-serial', isPlain: true },
  'ours without flags': { who: 'ours', isPlain: true },
  'peer with flags': { who: 'modbus-serial', isPlain: false },
} as const

type Variant = keyof typeof variants

export async function* rtu({ short }: { short: boolean }): AsyncGenerator<Result> {
  using folder = new Folder()
  const programs = await programsIn(folder.path)
  const rounds = short ? 1 : 5
  const all: Seen[] = []
  for (const speed of speeds) {
    const { baud, warm, count } = short ? { ...speed, warm: speed.warm / 5, count: speed.count / 5 } : speed
    const line = lineAt(baud, true)
    const runs: Record<Variant, Seen[]> = { ours: [], peer: [], 'ours without flags': [], 'peer with flags': [] }
    for (let round = 0; round < rounds; round++)
      for (const [name, variant] of Object.entries(variants) as [Variant, (typeof variants)[Variant]][])
        if (!short || name === 'ours' || name === 'peer')
          runs[name].push(await clientRun(programs, { ...variant, baud, warm, count }))
    const { ours, peer } = runs
    all.push(...ours, ...runs['ours without flags'])
    const is19200 = baud === 19_200
    const said = `${rounds} rounds in turn of ${count} reads of ${registers} registers after ${warm} that warm it, ${baud} 8E1 ${line.chunk === 1 ? 'byte by byte' : `through a FIFO of ${line.chunk}`}, ${line.turnAroundMs} ms turn-around, with the flags of the shipped unit (${flagsOfUnit().join(' ')})`
    const judge = (id: BarId, value: number, method: string, seen: Result['seen'] = {}) =>
      short
        ? unmeasured(bar(id), `${value.toPrecision(4)}, too few to judge: ${method}`, seen)
        : measured(bar(id), value, method, seen)

    yield judge(
      is19200 ? 'field.rtu-19200-share' : 'field.rtu-115200-share',
      median(ours, ({ share }) => share),
      `the legal limit of ${legalMs(line, registers).toFixed(2)} ms, both t3.5 in it, over what a read took, at a strict unit; median of ${said}`,
      {
        ...spread(
          ours.map(({ share }) => share),
          4,
        ),
        'by the median read': median(ours, ({ shareOfMedian }) => shareOfMedian).toFixed(4),
        'without flags': median(runs['ours without flags'], ({ share }) => share).toFixed(4),
        'modbus-serial': median(peer, ({ share }) => share).toFixed(4),
        'of modbus-serial’s requests early': earlyShare(peer),
        'silence kept µs': median(ours, ({ gapUs }) => gapUs).toFixed(0),
        'its least µs': Math.min(...ours.map(({ leastGapUs }) => leastGapUs)).toFixed(0),
        'the unit itself late µs': median(ours, ({ lateUs }) => lateUs).toFixed(0),
        'wrong or unanswered': sum(ours, ({ errors }) => errors),
      },
    )
    const cpu = (seen: readonly Seen[]) => median(seen, ({ cpuMsEach }) => cpuMsEach)
    const cpuSeen = {
      ...spread(
        ours.map(({ cpuMsEach }) => cpuMsEach),
        2,
      ),
      'ms without flags': cpu(runs['ours without flags']).toFixed(2),
      'ms of modbus-serial': cpu(peer).toFixed(2),
      'with flags': cpu(runs['peer with flags']).toFixed(2),
    }
    if (is19200) yield judge('field.rtu-cpu-ms-19200', cpu(ours), `CPU of a read; median of ${said}`, cpuSeen)
    const ratios = ours.map(({ cpuMsEach }, round) => cpuMsEach / (peer[round]?.cpuMsEach ?? NaN))
    const ratio = judge(
      is19200 ? 'field.rtu-cpu-ratio-19200' : 'field.rtu-cpu-ratio-115200',
      quantile(ratios, 0.5),
      `CPU of a read over that of modbus-serial’s connectRTUBuffered on serialport (without flags, which is its best; a lenient unit; its promises woken, see rtu-client.ts), paired; median of ${said}`,
      {
        ...cpuSeen,
        'ratio least': Math.min(...ratios).toFixed(3),
        'ratio most': Math.max(...ratios).toFixed(3),
        'both without flags': pairedMedian(runs['ours without flags'], peer).toFixed(3),
        'both with flags': pairedMedian(ours, runs['peer with flags']).toFixed(3),
      },
    )
    yield short ? ratio : { ...ratio, peer: cpu(peer), ratio: ratio.value }
  }
  const early = sum(all, (seen) => seen.early)
  const dropped = sum(all, (seen) => seen.dropped)
  // One that was early is early, however few were asked; that none was takes all of them.
  const id = bar('field.rtu-early-requests')
  const method =
    'requests of ours that began less than t3.5 after the last byte, as the strict unit counts them, both speeds, warming ones too'
  const requests = sum(all, (seen) => seen.requests)
  if (short && early === 0) yield unmeasured(id, `none, too few to judge: ${method}`, { requests })
  else yield measured(id, early, method, { dropped, requests })
}

function median(seen: readonly Seen[], of: (seen: Seen) => number): number {
  return quantile(seen.map(of), 0.5)
}

function pairedMedian(ours: readonly Seen[], theirs: readonly Seen[]): number {
  return quantile(
    ours.map(({ cpuMsEach }, round) => cpuMsEach / (theirs[round]?.cpuMsEach ?? NaN)),
    0.5,
  )
}

function earlyShare(seen: readonly Seen[]): string {
  return (sum(seen, ({ early }) => early) / sum(seen, ({ requests }) => requests)).toFixed(2)
}

function sum(seen: readonly Seen[], of: (seen: Seen) => number): number {
  return seen.reduce((total, each) => total + of(each), 0)
}
