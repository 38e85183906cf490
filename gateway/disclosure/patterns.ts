/** Which points and alarms a pattern takes in. */

/**
 * Whether `device.point` fits a pattern in which `*` stands for any letters of either half. What control knows of a segment is
 * taken in by patterns that say `segment:` only.
 */
export function matches(pattern: string, name: string): boolean {
  return expression(pattern).test(name)
}

function expression(pattern: string): RegExp {
  const source = pattern.replaceAll(/[^a-z0-9_*-]/g, '\\$&').replaceAll('*', '[^.:]*')
  return new RegExp(`^${source}$`)
}
