/** Whether a device is the one that the site names, by the point that its profile says it is known by. */
import type { Identity } from './driver.ts'
import type { Profile } from './profile.ts'
import { hasValue, type Reading } from './reading.ts'

/** What the reading of the telling point says. No measured value is in the answer: it leaves the gateway. */
export function identityBy(identify: Profile['identify'], reading: Reading): Identity {
  const { point, range, without_supply: unsupplied } = identify
  const [least, most] = range
  const outside: Identity = { state: 'differs', because: `${point} is outside ${least} … ${most}` }
  if (hasValue(reading)) {
    const { value } = reading
    return typeof value === 'number' && value >= least && value <= most ? { state: 'matches' } : outside
  }
  const { reason } = reading.quality
  if (reason === 'implausible') return outside
  if (reason === unsupplied)
    return { state: 'differs', because: `${point} has no value, as without a supply`, unsupplied: true }
  // The device has answered, and that it has no such register: another device, or another map of registers.
  if (reason === 'illegal-address') return { state: 'differs', because: `it has no ${point}` }
  return { state: 'unknown', because: `${point} cannot be read: ${reason}`, reason }
}
