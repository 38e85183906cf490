/**
 * One fault, and then its control, in a process of their own: `node gateway/faults/one.ts FILE SEED short|whole FOLDER`
 * prints a verdict as JSON. Started by `main.ts`, which clears up after it.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { verdictOf, type Ending } from './verdict.ts'

const [, , file = '', seed = '', form = '', folder = ''] = process.argv
const { fault } = (await import(join(import.meta.dirname, file))) as { fault: Fault }

const beganMs = systemClock.monotonicMs()
const run = await ending('run', (context) => fault.run(context))
const control = await ending('control', (context) => fault.control.run(context))
const verdict = verdictOf(fault, { run, control }, Number(seed), Math.round(systemClock.monotonicMs() - beganMs))
process.stdout.write(`${JSON.stringify(verdict)}\n`, () => process.exit())

async function ending(name: string, look: (context: FaultContext) => Promise<Found>): Promise<Ending> {
  const own = join(folder, name)
  mkdirSync(own)
  try {
    return await look({ seed: Number(seed), short: form === 'short', folder: own })
  } catch (error) {
    return { threw: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
