/** What control tells, where a test does not listen: a fault of its own ends the test. */
import type { ControlParts } from '../control.ts'

export const unheard: ControlParts['on'] = {
  audit: () => undefined,
  ruling: () => undefined,
  armed: () => undefined,
  changed: () => undefined,
  fault: (error) => {
    throw error
  },
}
