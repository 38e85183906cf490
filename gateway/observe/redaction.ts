/**
 * What a support bundle leaves out, and the list of what it left out. Three nets, one behind the other:
 * members of objects that name, place, or explain (by their key); every text that was found in such a member, wherever else it
 * stands; and forms that look like a secret, an address, a place, or a serial number. Pure.
 */
import { hiddenSecret, secretKeys, withoutSecrets } from './secrets.ts'

export const whys = ['secret', 'person', 'reason', 'place', 'serial', 'broker', 'network', 'value', 'words'] as const
/** Why something is left out. */
export type Why = (typeof whys)[number]

export function hidden(why: Why): string {
  return why === 'secret' ? hiddenSecret : `[${why}]`
}

/** Members that are left out wherever they stand. */
const keys: Readonly<Record<string, Why>> = {
  who: 'person',
  by: 'person',
  owner: 'person',
  account: 'person',
  email: 'person',
  recipient: 'person',
  reason: 'reason',
  title: 'place',
  latitude: 'place',
  longitude: 'place',
  tenant: 'place',
  act: 'place',
  broker: 'broker',
  standby: 'broker',
  username: 'broker',
  client_id: 'broker',
  serial_number: 'serial',
  nonce: 'secret',
  numbers: 'value',
  ...Object.fromEntries([...secretKeys].map((key) => [key, 'secret'] as const)),
}

/** Reasons that are codes of ours, and words for who is nobody: to be kept. */
const code = /^[a-z]+(-[a-z]+)*$|^[A-Z]+(_[A-Z0-9]+)+$/
const nobody: ReadonlySet<string> = new Set(['program', 'envelope', 'gateway'])

function whyOf(key: string, value: unknown): Why | undefined {
  if (!Object.hasOwn(keys, key)) return undefined
  const why = keys[key]
  if (value === null || value === '' || typeof value === 'boolean') return undefined
  if (why === 'person' && typeof value === 'string' && nobody.has(value)) return undefined
  return why
}

/** A reason of `trust` or of a point's quality, beside its state: a word of a closed list. */
function isCode(key: string, value: unknown, beside: Readonly<Record<string, unknown>>): boolean {
  const ours =
    'trust' in beside || 'quality' in beside || ['good', 'uncertain', 'bad'].includes(String(beside['state']))
  return key === 'reason' && typeof value === 'string' && ours && code.test(value)
}

/** What is to be found nowhere, and why. */
export type Literals = ReadonlyMap<string, Why>

/** Shorter ones would be found in words that mean something else. */
const shortestLiteral = 3

/** The texts, and numbers that are coordinates, of all members that are left out. */
export function literalsIn(values: readonly unknown[]): Map<string, Why> {
  const found = new Map<string, Why>()
  const add = (text: string, why: Why) => {
    const trimmed = text.trim()
    if (trimmed.length >= shortestLiteral && !found.has(trimmed)) found.set(trimmed, why)
  }
  const all = (value: unknown, why: Why): void => {
    if (typeof value === 'string') add(value, why)
    else if (typeof value === 'number') {
      // Coordinates of two decimals are a kilometre wide, and such a number may be anything.
      if (why === 'place' && /\.\d{3}/.test(String(value))) for (const text of roundings(value)) add(text, why)
    } else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) all(member, why)
  }
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look)
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) {
        const why = isCode(key, member, value as Record<string, unknown>) ? undefined : whyOf(key, member)
        if (why === undefined) look(member)
        else if (why === 'broker')
          for (const url of [member].flat().filter((each) => typeof each === 'string'))
            for (const text of hostsIn(url)) add(text, why)
        else all(member, why)
      }
  }
  values.forEach(look)
  return found
}

/** A coordinate, and what others make of it, as long as it tells a street. */
function roundings(degrees: number): string[] {
  const digits = String(degrees).split('.')[1]?.length ?? 0
  return Array.from({ length: Math.max(0, digits - 2) }, (_, less) => degrees.toFixed(digits - less))
}

/** `mqtts://broker.example:8883`: the host as well, since troubles name it alone. */
function hostsIn(broker: string): string[] {
  const host = /^[a-z]+:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(broker)?.[1]
  return host === undefined ? [broker] : local.test(host) ? [] : [host]
}

const local = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const degrees = '[-+]?\\d{1,3}[.,]\\d{3,12}°?'

/** What looks like something that tells who or where. */
const forms: readonly (readonly [form: RegExp, why: Why, instead: (...groups: string[]) => string])[] = [
  [/(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}/gu, 'person', () => hidden('person')],
  // the adapter's serial number: usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0
  [
    /(\/dev\/serial\/by-id\/[\w.:+-]{1,120})_[A-Za-z0-9.]{2,60}(?=-if\d|-port\d|\b)/g,
    'serial',
    (before) => `${before}_${hidden('serial')}`,
  ],
  [
    /((?:\bserial(?:[ _-]?(?:number|no\.?|n°))?|\bS\/N|\bnum[ée]ro de s[ée]rie|\bn° de s[ée]rie)["']?\s{0,4}(?:[=:#]|is|est)?\s{0,4}["']?)(?=[A-Za-z-]{0,12}\d)[A-Za-z0-9][A-Za-z0-9-]{3,40}/giu,
    'serial',
    (before) => `${before}${hidden('serial')}`,
  ],
  [
    new RegExp(
      `(?<![\\d.])${degrees}[NS]?\\s{0,3}[,;/ ]\\s{0,3}(?:"?(?:lon|lng|longitude)"?\\s{0,3}[:=]?\\s{0,3})?${degrees}[EWO]?(?![\\d.])`,
      'g',
    ),
    'place',
    () => hidden('place'),
  ],
  [
    /(["']?\b(?:lat|latitude|lon|lng|longitude)\b["']?\s{0,3}[:=]\s{0,3})[-+]?\d{1,3}[.,]\d{1,12}/gi,
    'place',
    (before) => `${before}${hidden('place')}`,
  ],
  [/\+\d{2}[ .]?\d(?:[ .]?\d{2}){4}\b|(?<![\d.])0\d(?:[ .]\d{2}){4}(?![\d.])/g, 'person', () => hidden('person')],
  // addresses that the world can reach: those of the cabinet's own network help, and tell nothing
  [
    new RegExp(
      `(?<![\\d.])(?!(?:0|10|127|255)\\.|192\\.168\\.|172\\.(?:1[6-9]|2\\d|3[01])\\.|169\\.254\\.)${octet}(?:\\.${octet}){3}(?![\\d.]*\\d)`,
      'g',
    ),
    'network',
    () => hidden('network'),
  ],
  [/(?<![0-9a-f:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])/gi, 'network', () => hidden('network')],
]

/** In which none of the forms can be. */
const oneWord = /^[A-Za-z_-]*$/

/** A member's own name, or one of the site file. */
const plainName = /^[\w-]{1,64}$/

/** Something that was left out: `where` in which part. */
export interface Removal {
  readonly part: string
  readonly where: string
  readonly why: Why
  readonly times: number
}

/** Takes out, and notes what. One for a bundle. */
export class Redactor {
  /** in small letters first: most are not there, and to look for them so is quick */
  readonly #literals: readonly (readonly [small: string, form: RegExp, why: Why])[]
  readonly #removed = new Map<string, { part: string; where: string; why: Why; times: number }>()

  constructor(literals: Literals) {
    // The longest first: what holds another goes as a whole.
    this.#literals = [...literals]
      .sort(([a], [b]) => b.length - a.length)
      .map(([text, why]) => [text.toLowerCase(), literalForm(text, why), why])
  }

  get removals(): Removal[] {
    return [...this.#removed.values()]
  }

  /** `where`: for the list. */
  text(part: string, where: string, text: string): string {
    const isWord = oneWord.test(text)
    let rest = isWord ? text : withoutSecrets(text)
    if (rest !== text) this.note(part, where, 'secret')
    const small = rest.toLowerCase()
    for (const [literal, form, why] of this.#literals)
      if (small.includes(literal))
        rest = rest.replace(form, () => {
          this.note(part, where, why)
          return hidden(why)
        })
    if (isWord) return rest
    for (const [form, why, instead] of forms)
      rest = rest.replace(form, (_whole, ...groups: string[]) => {
        this.note(part, where, why)
        return instead(...groups)
      })
    return rest
  }

  json(part: string, value: unknown, path: readonly string[] = []): unknown {
    const where = path.join('.')
    if (typeof value === 'string') return this.text(part, where, value)
    if (typeof value === 'number') {
      const why = /\.\d{3}/.test(String(value))
        ? this.#literals.find(([literal]) => literal === String(value))?.[2]
        : undefined
      if (why === undefined) return value
      this.note(part, where, why)
      return null
    }
    if (Array.isArray(value)) return value.map((member) => this.json(part, member, [...path, '*']))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        const why = isCode(key, member, value as Record<string, unknown>) ? undefined : whyOf(key, member)
        const name = this.name(part, where, key)
        if (why === undefined) return [name, this.json(part, member, [...path, name])]
        this.note(part, [...path, name].join('.'), why)
        return [name, hidden(why)]
      }),
    )
  }

  /** The name of a member. */
  name(part: string, where: string, name: string): string {
    return plainName.test(name) ? name : this.text(part, where, name)
  }

  note(part: string, where: string, why: Why): void {
    const key = JSON.stringify([part, where, why])
    const known = this.#removed.get(key)
    if (known === undefined) this.#removed.set(key, { part, where, why, times: 1 })
    else known.times++
  }
}

/** A name within a word is another word; a secret is one everywhere. */
function literalForm(text: string, why: Why): RegExp {
  const escaped = RegExp.escape(text)
  return new RegExp(why === 'secret' ? escaped : `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu')
}
