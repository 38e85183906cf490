/** Passwords as they are kept: scrypt (RFC 7914), few at once, so that guessing does not take the CPU from the street. */
import { scrypt, timingSafeEqual } from 'node:crypto'
import { Refused } from './refused.ts'

/** `count` bytes that nobody can guess. */
export type Secrets = (count: number) => Buffer

interface Cost {
  /** log2 of scrypt's N */
  readonly cost: number
  readonly block: number
  readonly parallel: number
}

/** 32 MiB, and some 100 to 300 ms on a Raspberry Pi 4. */
const usualCost = 15
const saltBytes = 16
const hashBytes = 32
/** Node's pool has four threads, and the disk's work is done there too. */
const mostAtOnce = 2
/** Whoever comes after these may come again in a second. */
const mostWaiting = 8

const form = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/

export class Passwords {
  readonly #secrets: Secrets
  readonly #cost: Cost
  readonly #waiting: (() => void)[] = []
  #working = 0

  constructor(secrets: Secrets, cost = usualCost) {
    this.#secrets = secrets
    this.#cost = { cost, block: 8, parallel: 1 }
  }

  /** The text to keep: how it was made, its salt, its hash. */
  async hash(password: string): Promise<string> {
    const salt = this.#secrets(saltBytes)
    return written(this.#cost, salt, await this.#derive(password, salt, this.#cost))
  }

  /** Whether this is the password of what was kept; undefined: of nobody, which takes as long. */
  async fits(password: string, kept: string | undefined): Promise<boolean> {
    // What nobody has is compared with something all the same.
    const against = kept ?? written(this.#cost, this.#secrets(saltBytes), this.#secrets(hashBytes))
    const [, cost, block, parallel, salt = '', hash = ''] = form.exec(against) ?? []
    const wanted = Buffer.from(hash, 'base64url')
    const how = { cost: Number(cost), block: Number(block), parallel: Number(parallel) }
    const found = await this.#derive(password, Buffer.from(salt, 'base64url'), how)
    return wanted.length === found.length && timingSafeEqual(wanted, found) && kept !== undefined
  }

  async #derive(password: string, salt: Buffer, { cost, block, parallel }: Cost): Promise<Buffer> {
    await this.#turn()
    try {
      const N = 2 ** cost
      const options = { N, r: block, p: parallel, maxmem: 256 * N * block }
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
      // The same letters, however the keyboard composes them (NIST SP 800-63B, 5.1.1.2).
      scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, hash) =>
        error === null ? resolve(hash) : reject(error),
      )
      return await promise
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#working--
      else next()
    }
  }

  #turn(): Promise<void> {
    if (this.#working < mostAtOnce) {
      this.#working++
      return Promise.resolve()
    }
    if (this.#waiting.length >= mostWaiting) throw new Refused('LOCKED_OUT', { seconds: 1 })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}

function written({ cost, block, parallel }: Cost, salt: Buffer, hash: Buffer): string {
  return ['scrypt', cost, block, parallel, salt.toString('base64url'), hash.toString('base64url')].join('$')
}
