/** What a recipient has to say: at most a window of it under way, and of two words on one topic only the later. */
import type { Connection, Outcome } from '../../gateway/uplink/connection.ts'

interface Letter {
  readonly payload: string
  readonly retain: boolean
  readonly answered: (outcome: Outcome) => void
}

export class Post {
  readonly #connection: Pick<Connection, 'publish' | 'window'>
  readonly #letters = new Map<string, Letter>()
  #underWay = 0
  #settled: (() => void) | undefined

  constructor(connection: Pick<Connection, 'publish' | 'window'>) {
    this.#connection = connection
  }

  send(topic: string, payload: string, retain: boolean, answered: (outcome: Outcome) => void): void {
    this.#letters.delete(topic)
    this.#letters.set(topic, { payload, retain, answered })
    this.#pump()
  }

  /** Resolves when all is said and answered. */
  async settled(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#settled = resolve))
  }

  #pump(): void {
    for (const [topic, { payload, retain, answered }] of this.#letters) {
      if (this.#underWay >= this.#connection.window) return
      this.#letters.delete(topic)
      this.#underWay++
      this.#connection.publish(topic, payload, retain, (outcome) => {
        this.#underWay--
        answered(outcome)
        this.#pump()
        if (this.#underWay === 0) this.#settled?.()
      })
    }
  }
}
