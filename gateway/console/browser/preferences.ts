/** What a person has chosen for this screen: language and colours, kept in the browser. */
import { signal, type ReadonlySignal } from '@preact/signals'
import { languageOf, type Language } from '../language.ts'

export const themes = ['auto', 'light', 'dark', 'night'] as const
export type Theme = (typeof themes)[number]

export interface Preferences {
  readonly language: ReadonlySignal<Language>
  readonly theme: ReadonlySignal<Theme>
  readonly speak: (language: Language) => void
  readonly paint: (theme: Theme) => void
}

/** Sets both on the document at once, so that nothing is painted in other colours before. */
export function preferencesOf(document: Document, storage: Shelf, browsers: readonly string[]): Preferences {
  const language = signal(languageOf(storage.get('language'), browsers))
  const theme = signal(themes.find((name) => name === storage.get('theme')) ?? 'auto')
  const root = document.documentElement
  const show = () => {
    root.lang = language.peek()
    if (theme.peek() === 'auto') delete root.dataset['theme']
    else root.dataset['theme'] = theme.peek()
  }
  show()
  return {
    language,
    theme,
    speak: (chosen) => {
      language.value = chosen
      storage.set('language', chosen)
      show()
    },
    paint: (chosen) => {
      theme.value = chosen
      storage.set('theme', chosen)
      show()
    },
  }
}

export interface Shelf {
  get(name: string): string | undefined
  set(name: string, value: string): void
}

/** The browser's own; one that keeps nothing (a private window) forgets, and that is all. */
export function shelfOf(storage: () => Storage): Shelf {
  return {
    get: (name) => {
      try {
        return storage().getItem(`fanal.${name}`) ?? undefined
      } catch {
        return undefined
      }
    },
    set: (name, value) => {
      try {
        storage().setItem(`fanal.${name}`, value)
      } catch {
        // a choice that is not kept is made again next time
      }
    },
  }
}
