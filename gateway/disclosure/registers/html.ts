/** HTML that cannot be broken out of: what is filled in is text, unless it was made here. */

export interface Html {
  readonly html: string
}

type Filling = Html | string | number | false | undefined | readonly (Html | string)[]

/** A template whose words are escaped. */
export function markup(strings: TemplateStringsArray, ...fillings: readonly Filling[]): Html {
  return { html: strings.reduce((whole, part, at) => whole + filled(fillings[at - 1]) + part) }
}

function filled(filling: Filling): string {
  if (filling === undefined || filling === false) return ''
  if (typeof filling === 'string' || typeof filling === 'number') return escaped(String(filling))
  if ('html' in filling) return filling.html
  return filling.map(filled).join('')
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Signs that turn the reading direction are told as such, so that no name can disguise what stands beside it. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? sign)
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

/** An address that a person may follow, or none: of a text that the site gives as a contact. */
export function linkOf(contact: string): string | undefined {
  if (/^https?:\/\/\S+$/.test(contact)) return contact
  if (/^[^\s@:/?]+@[^\s@:/?]+$/.test(contact)) return `mailto:${contact}`
  if (/^\+?[\d\s().-]{6,}$/.test(contact)) return `tel:${contact.replaceAll(/[^\d+]/g, '')}`
  return undefined
}
