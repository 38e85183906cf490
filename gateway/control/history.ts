/** What ruled a segment when: for whoever asks why the lamps were as they were. */
import type { Ruler, Ruling } from './ruling.ts'

/** A segment's last nights: a dozen changes each, and room for a restless one. */
const most = 2_000

/** `down`: from here on nothing is known, since no gateway ran. */
export type Chapter =
  | { readonly since: Temporal.Instant; readonly ruler: Ruler }
  | { readonly since: Temporal.Instant; readonly ruler?: undefined }

export class History {
  readonly #chapters: Chapter[] = []

  add(chapter: Chapter): void {
    this.#chapters.push(chapter)
    if (this.#chapters.length > most) this.#chapters.shift()
  }

  /** What ruled at that moment and what came after, up to now. */
  since(moment: Temporal.Instant): Chapter[] {
    const first = this.#indexAt(moment)
    return this.#chapters.slice(Math.max(0, first))
  }

  /** What ruled at that moment, until when, and what came then; undefined where nothing is known. */
  at(setpoint: Ruling['setpoint'], moment: Temporal.Instant): Ruling | undefined {
    const index = this.#indexAt(moment)
    const chapter = this.#chapters[index]
    if (chapter?.ruler === undefined) return undefined
    const after = this.#chapters[index + 1]
    return {
      ...chapter.ruler,
      setpoint,
      since: chapter.since,
      ...(after === undefined ? {} : { until: after.since }),
      ...(after?.ruler === undefined ? {} : { next: after.ruler }),
    }
  }

  /** Clocks are put right now and then: the chapter that was written last of those that had begun is the one. */
  #indexAt(moment: Temporal.Instant): number {
    return this.#chapters.findLastIndex(({ since }) => Temporal.Instant.compare(since, moment) <= 0)
  }
}
