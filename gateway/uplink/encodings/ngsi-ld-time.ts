/** Moments as NGSI-LD writes them: ISO 8601, UTC. */

export function instant(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString()
}

export function dateTime(ms: number): object {
  return { type: 'Property', value: { '@type': 'DateTime', '@value': instant(ms) } }
}
