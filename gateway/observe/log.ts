/**
 * The log: JSON lines on standard error, where systemd or the caller's redirection takes them, and the last ones in memory,
 * for whoever looks at the running gateway. Never holds values, nor secrets. What repeats itself is written once, then
 * counted: a storm must not fill a journal, nor wear out a card.
 */
import pino, { type Logger } from 'pino'
import type { Clock } from '../../drivers/clock.ts'
import type { LogLine } from '../local/pages.ts'
import { secretsHidden } from './secrets.ts'

export type Log = Logger

export interface Journal {
  readonly log: Log
  /** the last lines, the oldest first, as people read them */
  readonly recent: () => LogLine[]
  /** the same, as they were written */
  readonly lines: () => string[]
}

interface Options {
  readonly clock: Clock
  readonly level?: 'debug' | 'info' | 'warn' | 'error'
  /** a whole line; by default to standard error */
  readonly write?: (line: string) => void
}

/** As pino counts them. */
const levels = { info: 30, warn: 40, error: 50, fatal: 60 } as const

const keptLines = 300
const longestLine = 4_096
const longestText = 500
/** Of what repeats itself, so often a line, with how many were left out. */
const againAfterMs = 60_000
/** Different troubles that are told apart. */
const mostTroubles = 100
/** A gateway in trouble says some ten lines a minute. */
const mostAMinute = 600

export function openJournal({ clock, level = 'info', write }: Options): Journal {
  const out = write ?? toStandardError()
  const kept: { readonly line: string; readonly told: LogLine }[] = []
  const put = (entry: Entry) => {
    const line = bounded(entry)
    if (entry.level >= levels.info) {
      kept.push({ line, told: told(entry) })
      if (kept.length > keptLines) kept.shift()
    }
    out(`${line}\n`)
  }
  const storm = new Storm(clock, put)
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":${clock.now().epochMilliseconds}`,
    },
    { write: (line: string) => storm.take(secretsHidden(JSON.parse(line)) as Entry) },
  )
  return { log, recent: () => kept.map(({ told }) => told), lines: () => kept.map(({ line }) => line) }
}

/** What pino makes of a call. */
interface Entry {
  readonly level: number
  /** milliseconds since 1970 */
  readonly time: number
  readonly msg?: string
  readonly [key: string]: unknown
}

interface Trouble {
  readonly entry: Entry
  sinceMs: number
  leftOut: number
}

/** Lets the first of equal troubles pass, and the count of the others; of all lines, so many a minute. */
class Storm {
  readonly #clock: Clock
  readonly #put: (entry: Entry) => void
  readonly #troubles = new Map<string, Trouble>()
  #minuteMs = -Infinity
  #inMinute = 0
  #dropped = 0

  constructor(clock: Clock, put: (entry: Entry) => void) {
    this.#clock = clock
    this.#put = put
  }

  take(entry: Entry): void {
    const nowMs = this.#clock.monotonicMs()
    this.#turn(nowMs, entry.time)
    if (entry.level >= levels.warn && this.#isRepeated(entry, nowMs)) return
    if (this.#inMinute >= mostAMinute && entry.level < levels.fatal) this.#dropped++
    else this.#write(entry)
  }

  #write(entry: Entry): void {
    this.#inMinute++
    this.#put(entry)
  }

  /** Tells what was left out, once its time is over. */
  #turn(nowMs: number, time: number): void {
    for (const [key, { entry, sinceMs, leftOut }] of this.#troubles) {
      if (nowMs - sinceMs < againAfterMs) continue
      this.#troubles.delete(key)
      if (leftOut > 0) this.#write({ ...entry, time, repeated: leftOut })
    }
    if (nowMs - this.#minuteMs < 60_000) return
    this.#minuteMs = nowMs
    this.#inMinute = 0
    if (this.#dropped > 0) this.#write({ level: levels.warn, time, dropped: this.#dropped, msg: 'lines left out' })
    this.#dropped = 0
  }

  #isRepeated(entry: Entry, nowMs: number): boolean {
    const key = JSON.stringify({ ...entry, time: 0 })
    const known = this.#troubles.get(key)
    if (known !== undefined) known.leftOut++
    else if (this.#troubles.size < mostTroubles) this.#troubles.set(key, { entry, sinceMs: nowMs, leftOut: 0 })
    return known !== undefined
  }
}

function bounded(entry: Entry): string {
  const line = JSON.stringify(entry)
  if (line.length <= longestLine) return line
  const { level, time, msg } = entry
  return JSON.stringify({
    level,
    time,
    ...(msg === undefined ? {} : { msg: msg.slice(0, longestText) }),
    cut: line.slice(0, longestLine / 2),
  })
}

function told({ level, time, msg, event, err, ...words }: Entry): LogLine {
  const name = typeof event === 'string' ? event : ''
  const of = Object.entries(words).map(
    ([word, value]) => `${word}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return {
    at: Temporal.Instant.fromEpochMilliseconds(time).toString(),
    level: levelOf(level),
    text: [name, msg ?? '', messageOf(err), ...of].filter(Boolean).join(' ').slice(0, longestText),
  }
}

function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return ''
  return String(error.message)
}

function levelOf(level: number): LogLine['level'] {
  if (level >= levels.fatal) return 'fatal'
  if (level >= levels.error) return 'error'
  if (level >= levels.warn) return 'warn'
  return level >= levels.info ? 'info' : 'debug'
}

/** What has not been written yet when the process ends is written then. */
function toStandardError(): (line: string) => void {
  const destination = pino.destination({ dest: 2, sync: false })
  return (line) => void destination.write(line)
}
