/** Whoever runs a command, as the gateway is told. */
import { userInfo } from 'node:os'

/** The gateway takes no longer ones. */
const longestName = 80

/** A user whom the system has no name for is known by number. */
export function userName(): string {
  try {
    return userInfo().username.slice(0, longestName)
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
