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

  /** What ruled at that moment, until when, and what came then; undefined where nothing is known. */
  at(setpoint: Ruling['setpoint'], moment: Temporal.Instant): Ruling | undefined {
    // Clocks are put right now and then: the chapter that was written last of those that had begun is the one.
    const index = this.#chapters.findLastIndex(({ since }) => Temporal.Instant.compare(since, moment) <= 0)
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
}
