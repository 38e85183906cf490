/** A program with processes and mounts of its own, which are gone when it is ended. */
import { Program, type Ending } from '../../../gateway/testing/programs.ts'

export class Walled extends Program {
  /** Runs a shell script, whose `$0` is the first operand, the first process of its namespace. */
  constructor(script: string, operands: readonly string[]) {
    super('unshare', ['--fork', '--kill-child', '--pid', '--mount', 'sh', '-ec', script, ...operands])
  }

  /** unshare(1) itself takes no other signal. */
  override end(): Promise<Ending> {
    return super.end('SIGKILL')
  }
}
