/** `--at`: the time at which the demo's street begins. */

/** Whom the sun's and the time zones' rules are made for. */
const [earliest, latest] = [Temporal.Instant.from('2000-01-01T00:00Z'), Temporal.Instant.from('2100-01-01T00:00Z')]

/**
 * A time on the clock of the street, whose zone is given: `2026-12-21T16:20`, a date alone for its midnight, or with a zone
 * or an offset of its own. Undefined: it is none, or not of this century.
 */
export function instantOf(text: string, timeZone: string): Temporal.Instant | undefined {
  // Each of Temporal's readers would ignore what the one before it insists on.
  const at = text.includes('[')
    ? attempt(() => Temporal.ZonedDateTime.from(text).toInstant())
    : (attempt(() => Temporal.Instant.from(text)) ??
      attempt(() => Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).toInstant()))
  if (at === undefined) return undefined
  const within = Temporal.Instant.compare(at, earliest) >= 0 && Temporal.Instant.compare(at, latest) < 0
  return within ? at : undefined
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
