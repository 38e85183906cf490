/** The form of a catalogue: each key in both languages, or it does not compile. */
import type { Language } from '../language.ts'

export type Catalogue<Key extends string = string> = Readonly<Record<Key, Readonly<Record<Language, string>>>>
