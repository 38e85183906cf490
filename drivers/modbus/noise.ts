/** Whether a good part of what is heard is damaged: ten of the last fifty questions, until fewer than five are. */
const lately = 50
const many = 10
const few = 5

export class Noise {
  readonly #damaged = new Uint8Array(lately)
  #next = 0
  #count = 0
  #sinceMs: number | undefined

  /** Since when it is noisy; undefined: it is not. */
  get sinceMs(): number | undefined {
    return this.#sinceMs
  }

  /** A question has come to its end, and damaged bytes were heard, or not. */
  settled(damaged: boolean, nowMs: number): void {
    this.#count += Number(damaged) - (this.#damaged[this.#next] ?? 0)
    this.#damaged[this.#next] = Number(damaged)
    this.#next = (this.#next + 1) % lately
    if (this.#count >= many) this.#sinceMs ??= nowMs
    else if (this.#count < few) this.#sinceMs = undefined
  }
}
