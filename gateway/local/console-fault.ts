/** Why there is no console. The gateway goes on without. */

export const consoleFaultCodes = [
  /** another program listens there */
  'CONSOLE_PORT_TAKEN',
  /** only root may listen there */
  'CONSOLE_PORT_NOT_ALLOWED',
  /** no such address on this machine */
  'CONSOLE_ADDRESS',
  /** the certificate or the key that the site file names */
  'CONSOLE_CERTIFICATE',
  /** anything else, such as a disk that does not take what it has to keep */
  'CONSOLE_FAILED',
] as const
export type ConsoleFaultCode = (typeof consoleFaultCodes)[number]

export class ConsoleFault extends Error {
  readonly code: ConsoleFaultCode
  readonly words: { readonly where: string; readonly detail: string }

  constructor(code: ConsoleFaultCode, words: ConsoleFault['words'], cause: unknown) {
    super(`${code}: ${words.where} (${words.detail})`, { cause })
    this.code = code
    this.words = words
  }
}
