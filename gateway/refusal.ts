/** Why nothing was started. Those whose code begins with `SITE_` are mistakes in what was given, the others of the machine. */
export class Refusal extends Error {
  readonly code: string
  readonly words: Record<string, string>
  constructor(code: string, words: Record<string, string>) {
    super(code)
    this.code = code
    this.words = words
  }
}
