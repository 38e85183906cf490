/** Codes and tokens: made of what nobody can guess, compared in a time that tells nothing. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secrets } from './passwords.ts'

/** Crockford's: no letter is taken for another. */
const letters = '0123456789abcdefghjkmnpqrstvwxyz'
/** 5 bits a letter */
const codeLetters = 16

/** 80 bits, as a person reads and types them: `k3fm-9w2x-…`. */
export function makeCode(secrets: Secrets): string {
  const all = [...secrets(codeLetters)].map((byte) => letters[byte % letters.length] ?? '').join('')
  return all.match(/.{4}/g)?.join('-') ?? all
}

/** 256 bits, for machines. */
export function makeToken(secrets: Secrets): string {
  return secrets(32).toString('base64url')
}

/** Whether what somebody typed is this code, however it is grouped and written. */
export function isCode(typed: string, code: string): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replaceAll(/[^0-9a-z]/g, '')
      .replaceAll('o', '0')
      .replaceAll(/[il]/g, '1')
  return isSame(plain(typed), plain(code))
}

export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other))
}

/** What is kept of a token: whoever reads the file cannot come in with it. */
export function hashOf(token: string): string {
  return sha256(token).toString('hex')
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
