/** A segment's light in per cent, and what that is for each kind of setpoint. Per cent and DALI levels meet here only. */
import type { SetpointValue } from '../../drivers/driver.ts'
import type { LevelRange, Output } from './segment.ts'

/**
 * The arc power level of so many per cent of full light, on the logarithmic dimming curve of IEC 62386-102 (9.3): 0.1 % is
 * level 1, 100 % is level 254, and what is below 0.1 % but not off is level 1 too.
 */
export function daliLevelOf(percent: number): number {
  if (percent <= 0) return 0
  return Math.max(1, Math.min(254, Math.round(1 + (253 / 3) * (Math.log10(percent) + 1))))
}

export function percentOfDali(level: number): number {
  return level <= 0 ? 0 : 10 ** ((3 * (level - 1)) / 253 - 1)
}

/** What an output is to be, so that its light has this level: a whole number, and never 0 while there is to be light. */
export function valueOf(form: Output['form'], level: number): SetpointValue {
  switch (form) {
    case 'light_level':
      return level <= 0 ? 0 : Math.max(1, Math.round(level))
    case 'dali_level':
      return daliLevelOf(level)
    case 'relay':
      return level > 0
  }
}

/** The light of an output that is so, in per cent. */
export function levelOf(form: Output['form'], value: SetpointValue): number {
  const number = Number(value)
  switch (form) {
    case 'light_level':
      return number
    case 'dali_level':
      return percentOfDali(number)
    case 'relay':
      return number > 0 ? 100 : 0
  }
}

/**
 * The levels that a segment can have: what all its outputs can, each in its own way. A relay alone knows off and full;
 * before lamps that are dimmed it is on whenever they give light.
 */
export function rangeOf(outputs: readonly Output[]): LevelRange {
  const dimmed = outputs.filter(({ form }) => form !== 'relay')
  const range = { from: dimmed.length === 0 ? 100 : 0, to: 100, off: outputs.every(({ off }) => off) }
  for (const { form, limits } of dimmed) {
    range.from = Math.max(range.from, levelOf(form, limits[0]))
    range.to = Math.min(range.to, levelOf(form, limits[1]))
  }
  return range
}
