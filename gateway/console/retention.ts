/** How long a recipient keeps what it got: `3y` in words. */
import type { Say } from './say.ts'

export function retentionText(retention: string, say: Say): string {
  const [, count, unit] = /^(\d+)([dmy])$/.exec(retention) ?? []
  if (count === undefined || unit === undefined) return retention
  const n = Number(count)
  switch (unit) {
    case 'd':
      return n === 1 ? say('unit.one-day') : say('unit.days', { n })
    case 'm':
      return n === 1 ? say('unit.one-month') : say('unit.months', { n })
    default:
      return n === 1 ? say('unit.one-year') : say('unit.years', { n })
  }
}
