/** A client in a process of its own, of which only its measured part counts: `count` transactions after `warm` ones. */
import { z } from 'zod'
import { systemClock } from '../../clock.ts'
import { Program } from '../../testing/programs.ts'
import { quantile } from '../result.ts'

const told = z.strictObject({
  transactions: z.number(),
  errors: z.number(),
  wallMs: z.number(),
  /** of one transaction; a C client tells none */
  medianMs: z.number().optional(),
  /** user and system, of all its threads */
  cpuMs: z.number(),
  rssMb: z.number(),
})

export type Told = z.infer<typeof told>

/** Runs transactions one after another, the last `count` of them measured; prints what they took. For the child itself. */
export async function measure(
  { warm, count }: { warm: number; count: number },
  transaction: (index: number) => Promise<boolean>,
): Promise<void> {
  for (let index = 0; index < warm; index++) await transaction(index)
  let errors = 0
  const beganNs = process.hrtime.bigint()
  const cpuBefore = process.cpuUsage()
  const eachMs = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    const fromMs = systemClock.monotonicMs()
    if (!(await transaction(warm + index))) errors++
    eachMs[index] = systemClock.monotonicMs() - fromMs
  }
  const cpu = process.cpuUsage(cpuBefore)
  const wallMs = Number(process.hrtime.bigint() - beganNs) / 1e6
  const rssMb = process.memoryUsage.rss() / 1e6
  const medianMs = quantile([...eachMs], 0.5)
  const seen: Told = { transactions: count, errors, wallMs, medianMs, cpuMs: (cpu.user + cpu.system) / 1_000, rssMb }
  process.stdout.write(`${JSON.stringify(seen)}\n`)
}

/** Starts such a child and waits for what it tells. */
export async function run(command: string, args: readonly (string | number)[]): Promise<Told> {
  await using program = new Program(command, args.map(String))
  return told.parse(JSON.parse(await program.said(/^\{/)))
}
