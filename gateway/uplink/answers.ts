/** Answers to commands on their way back: to where the commander wants them, for as long as they are worth something. */
import type { Clock } from '../../drivers/clock.ts'
import type { Announced } from '../disclosure/disclosed.ts'
import type { Connection, Fault, RequestProperties } from './connection.ts'
import type { Topics } from './topics.ts'

/** Then nobody waits for it any more. */
const expiresMs = 300_000
/** So many wait to be sent, the latest. */
const mostHeld = 100
/** Records have the rest of the connection's window. */
const mostUnderWay = 8
/** Below the branch for answers. Some brokers hang up on topics that are very long or very deep. */
const answerable = /^[^+#\p{Cc}]{1,200}$/u

interface Answer {
  /** in the order of their saying */
  readonly number: number
  readonly announced: Announced
  readonly topic: string
  readonly correlation: Uint8Array | undefined
  readonly untilMs: number
}

export interface AnswersEvents {
  /** The broker has it. */
  acknowledged(topic: string, announced: Announced): void
  /** The broker does not want it, and it is not said again. */
  refused(fault: Fault): void
}

export class Answers {
  readonly #branch: string
  readonly #clock: Clock
  readonly #on: AnswersEvents
  #waiting: Answer[] = []
  #underWay = 0
  #said = 0
  #connection: Pick<Connection, 'publish'> | undefined
  #settled: (() => void) | undefined

  constructor({ answer }: Pick<Topics, 'answer'>, clock: Clock, on: AnswersEvents) {
    this.#branch = answer
    this.#clock = clock
    this.#on = on
  }

  /** Answers go out over this one from now on; undefined: they wait. */
  over(connection: Pick<Connection, 'publish'> | undefined): void {
    this.#connection = connection
    this.#pump()
  }

  /** How to answer this request: any number of times, also when its connection is gone. */
  to({ responseTopic, correlation }: RequestProperties): (announced: Announced) => void {
    const topic = this.#topicFor(responseTopic)
    // A copy: what came is a part of a larger buffer, which would stay as long.
    const bytes = correlation && Uint8Array.from(correlation)
    return (announced) => {
      const untilMs = this.#clock.monotonicMs() + expiresMs
      this.#hold({ number: this.#said++, announced, topic, correlation: bytes, untilMs })
      this.#pump()
    }
  }

  /** Resolves when all is said and answered, or the connection is gone. */
  async settled(): Promise<void> {
    if (this.#connection !== undefined && this.#underWay > 0) await new Promise<void>((done) => (this.#settled = done))
  }

  /** A commander names where it listens, and must not make us write where it may not itself. */
  #topicFor(responseTopic: string | undefined): string {
    const below = `${this.#branch}/`
    if (responseTopic?.startsWith(below) !== true) return this.#branch
    return answerable.test(responseTopic.slice(below.length)) ? responseTopic : this.#branch
  }

  #hold(answer: Answer): void {
    this.#waiting = [...this.#waiting, answer].sort((a, b) => a.number - b.number).slice(-mostHeld)
  }

  #pump(): void {
    while (this.#connection !== undefined && this.#underWay < mostUnderWay) {
      const answer = this.#waiting.shift()
      if (answer === undefined) break
      const leftMs = answer.untilMs - this.#clock.monotonicMs()
      if (leftMs > 0) this.#send(answer, leftMs, this.#connection)
    }
    if (this.#connection !== undefined && this.#underWay > 0) return
    this.#settled?.()
    this.#settled = undefined
  }

  #send(answer: Answer, leftMs: number, connection: Pick<Connection, 'publish'>): void {
    const { announced, topic, correlation } = answer
    const properties = { expiresInS: Math.ceil(leftMs / 1_000), ...(correlation === undefined ? {} : { correlation }) }
    this.#underWay++
    connection.publish(
      topic,
      announced.body,
      false,
      (outcome) => {
        this.#underWay--
        if (outcome === 'acknowledged') this.#on.acknowledged(topic, announced)
        else if (outcome === 'lost') this.#lost(answer, connection)
        else this.#on.refused(outcome)
        this.#pump()
      },
      properties,
    )
  }

  /** Nobody knows whether it came through: it is said again over the next connection, since this one is over. */
  #lost(answer: Answer, connection: Pick<Connection, 'publish'>): void {
    this.#hold(answer)
    if (this.#connection === connection) this.#connection = undefined
  }
}
