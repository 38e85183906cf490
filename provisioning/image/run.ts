/** A program of the machine, run to its end. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const start = promisify(execFile)

export interface Surroundings {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** What it printed; rejects with what it complained of when it fails, or is not there. */
export async function run(program: string, args: readonly string[], surroundings: Surroundings = {}): Promise<string> {
  try {
    return (await start(program, args, { ...surroundings, maxBuffer: 64e6 })).stdout
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    throw new Error([`${program} ${args.join(' ')}`, stderr.trim() || message].join('\n'), { cause: error })
  }
}
