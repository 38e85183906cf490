/**
 * Whether an adapter hears what it sends. Our own question then comes back before the answer, whole, damaged or cut. Reads
 * go on, since a question is told apart from its answer; but the answer to a write of one value is equal to the question,
 * and would prove nothing.
 */
import type { Intake } from './intake.ts'

/** An echo that was known is gone when so many questions in a row had none. */
const cleanOnes = 3
/** What resembles the question so often in a row is its echo, damaged each time. */
const alikeOnes = 2
/** Bytes may be missing in front, or one more have come. */
const mostShift = 3
const leastAlike = 5
const shareAlike = 0.6
const longestFrame = 256

export class Echo {
  #state: 'unknown' | 'none' | 'heard' = 'unknown'
  #sinceMs = 0
  #clean = 0
  #alike = 0
  readonly #sent = Buffer.alloc(longestFrame)
  #sentLength = 0
  /** the first bytes after the question, as many as it has */
  readonly #first = Buffer.alloc(longestFrame)
  #firstLength = 0
  /** all bytes that the port had brought when they were last looked at */
  #seen = 0
  #isAsked = false
  #isBack = false

  /** Undefined: it is not known yet, since nothing was asked that ended without damage. */
  get isHeard(): boolean | undefined {
    return this.#state === 'unknown' ? undefined : this.#state === 'heard'
  }

  get sinceMs(): number {
    return this.#sinceMs
  }

  /** Another adapter, perhaps, or another setting. */
  opened(): void {
    this.#state = 'unknown'
    this.#alike = this.#clean = 0
    this.#isAsked = false
  }

  asking(bytes: Buffer, { total }: Intake): void {
    bytes.copy(this.#sent)
    this.#sentLength = bytes.length
    this.#firstLength = 0
    this.#seen = total
    this.#isAsked = true
    this.#isBack = false
  }

  /** Before anything is taken out of what was heard. */
  listen({ bytes, length, total }: Intake): void {
    const fresh = Math.min(total - this.#seen, length)
    this.#seen = total
    const count = Math.min(fresh, this.#sentLength - this.#firstLength)
    if (count <= 0) return
    const from = length - fresh
    bytes.copy(this.#first, this.#firstLength, from, from + count)
    this.#firstLength += count
  }

  /**
   * The question lies in what was heard, or an answer that is just like it (`either`). Whether it is an echo: one that comes
   * when nothing is asked is not, nor is what may be an answer where none was heard before.
   */
  isBack(either: boolean): boolean {
    if (!this.#isAsked || (either && this.#state === 'none')) return false
    this.#isBack = true
    return true
  }

  /** What was asked has come to its end; `damaged`: among other things, bytes were heard that are no frame. */
  settled(damaged: boolean, nowMs: number): void {
    this.#isAsked = false
    if (this.#isBack) {
      this.#clean = this.#alike = 0
      // Once, it may be another master that happens to ask the same.
      this.#become(this.#state === 'none' ? 'unknown' : 'heard', nowMs)
    } else if (!damaged) {
      this.#alike = 0
      if (this.#state !== 'heard' || ++this.#clean >= cleanOnes) this.#become('none', nowMs)
    } else if (this.#isAlike()) {
      this.#clean = 0
      if (++this.#alike >= alikeOnes) this.#become('heard', nowMs)
    }
  }

  #become(state: 'unknown' | 'none' | 'heard', nowMs: number): void {
    if (state === 'heard' && this.#state !== 'heard') this.#sinceMs = nowMs
    this.#state = state
  }

  #isAlike(): boolean {
    const most = Math.min(this.#firstLength, this.#sentLength)
    if (most < leastAlike) return false
    for (let shift = -mostShift; shift <= mostShift; shift++) {
      let alike = 0
      for (let at = 0; at < most; at++)
        if (this.#first[at] === this.#sent[at + shift] && at + shift < this.#sentLength) alike++
      if (alike >= Math.max(leastAlike, shareAlike * most)) return true
    }
    return false
  }
}
