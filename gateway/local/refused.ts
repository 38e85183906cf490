/** A door does not do what was asked: the form of the answer, and the HTTP status that fits it. */
import type { RefusalTold } from './session.ts'

type Code = RefusalTold['error']

const statuses: Readonly<Record<Code, number>> = {
  MALFORMED: 400,
  LOGGED_OUT: 401,
  WRONG_CREDENTIALS: 401,
  NOT_ALLOWED: 403,
  WRONG_CODE: 403,
  FOREIGN_ORIGIN: 403,
  NOT_FOUND: 404,
  SOMEBODY_WORKS_HERE: 409,
  ACCOUNT_EXISTS: 409,
  LAST_ADMINISTRATOR: 409,
  LOCKED_OUT: 429,
  FAILED: 500,
}

export class Refused extends Error {
  readonly code: Code
  readonly words: RefusalTold['words']
  readonly status: number

  /** `status`: where the usual one of this code does not fit */
  constructor(code: Code, words: RefusalTold['words'] = {}, status = statuses[code]) {
    super(code)
    this.code = code
    this.words = words
    this.status = status
  }

  get told(): RefusalTold {
    return { error: this.code, words: this.words }
  }
}
