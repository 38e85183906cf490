/** One wire that several speak on: what is said at the same time is damaged for all who hear it. */
import type { Clock, Random } from '../../drivers/clock.ts'
import { charMs } from '../../drivers/modbus/timing.ts'
import { randomBytes } from '../../drivers/testing/faults.ts'
import { serial } from './bus.ts'

interface Talk {
  readonly fromMs: number
  readonly toMs: number
  isDamaged: boolean
}

export class Air {
  readonly #clock: Clock
  readonly #random: Random
  #talks: Talk[] = []
  collisions = 0

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** Says it now; `heard` is called when its last byte is through, with what came of it. */
  say(bytes: Uint8Array, heard: (bytes: Uint8Array, isWhole: boolean) => void): void {
    const fromMs = this.#clock.monotonicMs()
    const talk: Talk = { fromMs, toMs: fromMs + bytes.length * charMs(serial), isDamaged: false }
    this.#talks = this.#talks.filter(({ toMs }) => toMs > fromMs)
    for (const other of this.#talks) {
      this.collisions++
      other.isDamaged = talk.isDamaged = true
    }
    this.#talks.push(talk)
    void this.#clock.sleep(talk.toMs - fromMs).then(() => {
      heard(talk.isDamaged ? randomBytes(bytes.length, this.#random) : bytes, !talk.isDamaged)
    })
  }
}
