/** Sentences of the catalogues, filled in. */
import { typeset } from '../../drivers/french.ts'
import type { Language } from './language.ts'
import { messages, type MessageKey } from './words/messages.ts'
export type { MessageKey } from './words/messages.ts'

export type Filling = Readonly<Record<string, string | number>>
export type Say = (key: MessageKey, words?: Filling) => string
export type Sentence = Readonly<Record<Language, string>>

/** `{name}` becomes the word of that name; what fills in is never looked at again. */
export function fill(text: string, words: Filling): string {
  return text.replaceAll(/\{([a-z0-9_-]+)\}/g, (whole, name: string) => {
    const word = words[name]
    return word === undefined ? whole : isolated(String(word))
  })
}

/** Without the marks that turn the direction of a text: `gnp.exe` stays what it is. */
export function undirected(text: string): string {
  return text.replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
}

/** A word that could turn the sentence around it (a right-to-left override) loses that; one in another script stands for itself. */
function isolated(word: string): string {
  const plain = undirected(word)
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(plain) ? `\u2068${plain}\u2069` : plain
}

export function sentence(of: Sentence, language: Language, words: Filling = {}): string {
  return fill(language === 'fr' ? typeset(of.fr) : of.en, words)
}

export function speak(language: Language): Say {
  return (key, words) => sentence(messages[key], language, words)
}
