/** Counts what passes by: what is told, what is audited, what is read. Names and codes only; they never go down. */
import { hasValue, type BadReason, type Reading } from '../../drivers/reading.ts'

export interface Counted {
  /** `accepted`, `released`, `refused` */
  readonly commands: ReadonlyMap<string, number>
  /** `applied`, `unconfirmed`, `rejected` */
  readonly writes: ReadonlyMap<string, number>
  /** by their code */
  readonly uplinkTroubles: ReadonlyMap<string, number>
  /** records that neither disk nor memory could hold */
  readonly lost: number
  /** device → when it was last heard, in milliseconds since 1970: whatever it said, since that may tell of people */
  readonly seenMs: ReadonlyMap<string, number>
}

const commandOutcomes: Readonly<Record<string, string>> = {
  command: 'accepted',
  release: 'released',
  refused: 'refused',
}

/** Of these the device itself has said nothing. */
const unheard: ReadonlySet<BadReason> = new Set(['not-read', 'stale', 'line-down', 'no-answer', 'garbled'])

export class Tally implements Counted {
  readonly commands = new Map(Object.values(commandOutcomes).map((outcome) => [outcome, 0]))
  readonly writes = new Map(['applied', 'unconfirmed', 'rejected'].map((outcome) => [outcome, 0]))
  readonly uplinkTroubles = new Map<string, number>()
  readonly seenMs = new Map<string, number>()
  #lost = 0

  get lost(): number {
    return this.#lost
  }

  /** An event as the gateway tells it. */
  told(event: { readonly event: string; readonly code?: unknown; readonly records?: unknown }): void {
    if (event.event === 'uplink' && typeof event.code === 'string') countUp(this.uplinkTroubles, event.code)
    if (event.event === 'lost' && typeof event.records === 'number') this.#lost += event.records
  }

  /** An entry as the audit keeps it. */
  audited(entry: { readonly kind: string; readonly [key: string]: unknown }): void {
    const outcome = commandOutcomes[entry.kind]
    if (outcome !== undefined) countUp(this.commands, outcome)
    if (entry.kind === 'write' && typeof entry['state'] === 'string') countUp(this.writes, entry['state'])
  }

  read(readings: readonly Reading[]): void {
    for (const reading of readings) {
      if (!hasValue(reading) && unheard.has(reading.quality.reason)) continue
      const { point, at } = reading
      this.seenMs.set(point.slice(0, point.indexOf('.')), at.epochMilliseconds)
    }
  }
}

function countUp(counts: Map<string, number>, of: string): void {
  counts.set(of, (counts.get(of) ?? 0) + 1)
}
