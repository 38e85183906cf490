/**
 * The credential files over the life of a gateway: read afresh each time, so that a renewed certificate needs no restart, and
 * tested before they are used. Where somebody has put a damaged one in place, what was last read and whole goes on.
 */
import type { Clock } from '../../drivers/clock.ts'
import { readCredentials, type CredentialFiles, type Credentials } from './credentials.ts'
import { BrokerError } from './faults.ts'

/** A damaged file is told so soon: a connection may stand for months before it is read again. */
const lookMs = 60_000

export class LastGood {
  readonly #files: CredentialFiles
  readonly #unusable: (error: BrokerError) => void
  #good: Credentials | undefined
  /** what was told of the files as they are */
  #told: string | undefined

  /** `unusable`: is told once of each damage, where there is something to go on with. */
  constructor({ passwordFile, tls }: CredentialFiles, unusable: (error: BrokerError) => void) {
    this.#files = { passwordFile, tls }
    this.#unusable = unusable
  }

  /** Rejects with BROKER_FILE when they were never whole in this run. */
  async read(): Promise<Credentials> {
    try {
      this.#good = await readCredentials(this.#files)
      this.#told = undefined
      return this.#good
    } catch (error) {
      if (!(error instanceof BrokerError) || this.#good === undefined) throw error
      if (this.#told !== error.message) this.#unusable(error)
      this.#told = error.message
      return this.#good
    }
  }

  /** Looks at them now and then, until the signal aborts. */
  async watch(clock: Clock, signal: AbortSignal): Promise<void> {
    const { passwordFile, tls } = this.#files
    if (passwordFile === undefined && tls === undefined) return
    const looking = async () => {
      for (;;) {
        await clock.sleep(lookMs, signal)
        await this.read().catch(() => undefined) // whoever connects is told
      }
    }
    await looking().catch(() => undefined) // by the signal
  }
}
