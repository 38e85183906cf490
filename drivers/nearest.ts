/** The nearest right answer to a wrong word. */

/**
 * The candidate that `word` was probably meant to be, or undefined when none is near. Case and the order of the words
 * within a name do not count (`active_power`), letters left out at the end or in the middle hardly do (`uint16`, `baud`).
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Infinity
  for (const candidate of candidates) {
    if (candidate === word) continue
    const unlike = unlikeness(word.toLowerCase(), candidate.toLowerCase())
    if (unlike < least) [best, least] = [candidate, unlike]
  }
  return best
}

/** 0 for the same word, Infinity for words that nobody would mix up. */
function unlikeness(a: string, b: string): number {
  if (sortedWords(a) === sortedWords(b)) return 0.5
  const edits = distance(a, b)
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a]
  const near =
    edits <= Math.max(1, Math.floor(longer.length / 3)) || (shorter.length > 2 && isAbridged(shorter, longer))
  return near && edits < longer.length ? edits : Infinity
}

function sortedWords(name: string): string {
  return name
    .split(/[^a-z0-9]+/)
    .sort()
    .join(' ')
}

/** Whether `longer` with letters struck out, not its first, is `shorter`. */
function isAbridged(shorter: string, longer: string): boolean {
  if (shorter[0] !== longer[0]) return false
  let at = 0
  for (const letter of longer) if (letter === shorter[at]) at++
  return at === shorter.length
}

/** Letters added, dropped, replaced, or swapped with their neighbour (Damerau–Levenshtein, optimal string alignment). */
function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1)
      row.push(least)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/** What people write for a key that is spelt quite differently. */
const otherWords: Readonly<Record<string, string>> = {
  on: 'from',
  start: 'from',
  off: 'until',
  to: 'until',
  end: 'until',
  tz: 'time_zone',
  timezone: 'time_zone',
}

/** The key that was probably meant, among those that may stand there. */
export function nearestKey(word: string, keys: readonly string[]): string | undefined {
  const other = Object.hasOwn(otherWords, word) ? otherWords[word] : undefined
  return other !== undefined && keys.includes(other) ? other : nearest(word, keys)
}

const timeUnits: Readonly<Record<string, string>> = {
  msec: 'ms',
  sec: 's',
  seconds: 's',
  secondes: 's',
  min: 'm',
  mn: 'm',
  minutes: 'm',
  hours: 'h',
  heures: 'h',
  j: 'd',
  days: 'd',
  jours: 'd',
}

/** What people write for the forms of our schemas, and how it would be right; by the code of the mistake. */
const rewritings: Readonly<Record<string, (text: string) => string>> = {
  'not-a-slug': (text) => plain(text, '-'),
  'not-a-point-name': (text) => plain(text, '_', /[^a-z0-9{}]+/),
  'no-time-unit': (text) => (Number(text) < 100 ? `${text}s` : ''), // more are as likely milliseconds
  'not-a-duration': (text) => {
    const [, amount = '', unit = ''] = /^([\d.,]+)\s*([a-z]*)$/i.exec(text) ?? []
    const known = timeUnits[unit.toLowerCase()] ?? unit.toLowerCase()
    return amount.replace(',', '.') + (known === '' ? 's' : known)
  },
  'not-a-serial-format': (text) => {
    const [, baud = '', data = '8', parity = 'N', stop = '1'] =
      /^(\d+)(?:\D*?([78])\W*([neo])\w*\W*([12]))?$/i.exec(text) ?? []
    return `${baud} ${data}${parity.toUpperCase()}${stop}`
  },
  'not-a-register': (text) => {
    // 30053 and 40053: the makers' way to write the 53rd input and holding register, counted from 1
    const [, table, number] = /^([34])(\d{4})$/.exec(text) ?? []
    if (table !== undefined) return `${table === '3' ? 'input' : 'holding'}/${Number(number) - 1}`
    return text.toLowerCase().replace(/^(input|holding|coil|discrete)\w*\W+/, '$1/')
  },
  'not-a-time-zone': (text) => nearest(text, Intl.supportedValuesOf('timeZone')) ?? '',
  'not-a-time-of-day': (text) => {
    const [, hour = '', minute = '00'] = /^(\d{1,2})\s*(?:[:h.]\s*(\d\d)?)?$/i.exec(text) ?? []
    return `${hour.padStart(2, '0')}:${minute}`
  },
  'not-a-sun-event': (text) => {
    const [, event = '', sign = '', minutes = ''] = /^([a-z -]*[a-z])\s*(?:([+-])\s*(\d+)\s*m?i?n?)?$/i.exec(text) ?? []
    return event.toLowerCase().replace(' ', '-') + (sign === '' ? '' : ` ${sign} ${minutes}m`)
  },
  'not-a-list-of-indices': (text) => text.replaceAll(/\s*(\.\.|…|to|à)\s*/g, '-'),
  'not-a-point-pattern': (text) => (text === '*' ? '*.*' : text.includes('.') ? text.toLowerCase() : `${text}.*`),
  'not-a-broker-url': (text) =>
    `mqtt${/^(ssl|tls|mqtts|https|wss):/i.test(text) ? 's' : ''}://${text.replace(/^\w+:\/\//, '').replace(/^.*@|\/.*$/g, '')}`,
  'not-an-address-to-listen-on': (text) => {
    const bare = text.replace(/^\w+:\/\//, '').replace(/\/.*$/, '')
    if (/^\*?:?\d+$/.test(bare))
      return `${bare.startsWith('*') ? '0.0.0.0' : '127.0.0.1'}:${bare.replaceAll(/\D/g, '')}`
    return /:\d+$/.test(bare) ? bare : `${bare}:8480`
  },
  'not-a-retention': (text) => {
    const [, amount = '', unit = ''] = /^(\d+)\s*([a-z]+)/i.exec(text) ?? []
    return amount + unit.charAt(0).toLowerCase().replace('a', 'y').replace('j', 'd')
  },
}

function plain(text: string, joint: string, between = /[^a-z0-9]+/): string {
  const words = text
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
  return words.split(between).filter(Boolean).join(joint)
}

/** `text` put into the form whose absence the mistake `code` complains of; it may still be wrong. */
export function rewritten(code: string, text: string): string | undefined {
  return rewritings[code]?.(text)
}
