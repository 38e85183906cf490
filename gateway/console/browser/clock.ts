/** The one place of the console that reads the browser's clock and its chance. */

export interface BrowserClock {
  /** only ever grows: ages, deadlines */
  monotonicMs(): number
  /** what this machine takes for the time */
  wallMs(): number
  /** from 0 to 1 */
  chance(): number
}

export const browserClock: BrowserClock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  chance: () => Math.random(),
}
