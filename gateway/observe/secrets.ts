/**
 * What looks like a secret, wherever it stands: used on each line of the log and on all that goes into a support bundle. It
 * errs on the side of hiding.
 */

/** Members of objects that hold secrets, whatever is in them. */
export const secretKeys: ReadonlySet<string> = new Set([
  'password',
  'passwd',
  'pass',
  'secret',
  'client_secret',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'set-cookie',
  'setup_code',
  'setupCode',
  'link',
  'pin',
  'psk',
  'private_key',
  'privateKey',
  'passphrase',
])

export const hiddenSecret = '[secret]'

const named = 'pass(?:word|wd|phrase)?|mot de passe|secret|token|jeton|api[-_ ]?key|psk|authorization|(?:set-)?cookie'

/** Each looks a bounded way ahead: a long line must not take long. */
const forms: readonly (readonly [form: RegExp, instead: string])[] = [
  [/-----BEGIN [A-Z ]{1,40}-----[\s\S]*?(?:-----END [A-Z ]{1,40}-----|$)/g, hiddenSecret],
  // user and password of a URL; up to the last `@`, since a password may hold anything
  [/:\/\/[^\s"'<>]{1,300}@/g, `://${hiddenSecret}@`],
  [/\b(Bearer|Basic)\s{1,4}[A-Za-z0-9._~+/=-]{6,4000}/gi, `$1 ${hiddenSecret}`],
  // JSON Web Tokens: parts in base64url, the first of which begins an object
  [/\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_.-]{1,4000}/g, hiddenSecret],
  [
    new RegExp(
      `((?<![a-z])(?:${named})\\b["']?\\s{0,4}(?:[=:]|est|is)\\s{0,4})(?!\\[secret\\])("[^"]*"|'[^']*'|[^\\s,;&}"']+)`,
      'giu',
    ),
    `$1${hiddenSecret}`,
  ],
]

/** The text without what looks like a secret. */
export function withoutSecrets(text: string): string {
  return forms.reduce((rest, [form, instead]) => rest.replace(form, instead), text)
}

/** A value as JSON has it, each text without secrets, and nothing of the members named like one. */
export function secretsHidden(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value)
  if (Array.isArray(value)) return value.map(secretsHidden)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, secretKeys.has(key) ? hiddenSecret : secretsHidden(member)]),
  )
}
