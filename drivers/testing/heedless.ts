/** Writes go out whatever disturbs the line: what is told of it is told all the same. */
import { Disturbances } from '../modbus/disturbance.ts'

export class Heedless extends Disturbances {
  override get echoIsUnknown(): boolean {
    return false
  }

  override stopsWrites(): boolean {
    return false
  }

  /** What looks like the answer is taken for it. */
  override isEcho(either: boolean, nowMs: number): boolean {
    return !either && super.isEcho(either, nowMs)
  }
}
