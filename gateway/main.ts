/**
 * The gateway's process: composes south, north and the local door, and runs them until it is told to stop.
 * Speaks events (events.ts) on standard output and logs on standard error.
 */
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { lineUrl } from '../drivers/modbus/open.ts'
import { quantities, type Quantity } from '../drivers/quantities.ts'
import { hasValue, type PointId, type Reading } from '../drivers/reading.ts'
import { loadRegistry, builtInCatalogue } from '../drivers/registry.ts'
import { PointTable, type Known } from './acquisition/point-table.ts'
import { systemClock, systemRandom } from './clock.ts'
import type { GatewayEvent } from './events.ts'
import type { KnownPoint, Status } from './local/answers.ts'
import { openNorth, type North } from './north.ts'
import { createLog } from './observe/log.ts'
import { planSite, type Plan } from './plan.ts'
import { cutShort, keepRevision, readRevision } from './revision.ts'
import { openSouth, type South } from './south.ts'
import { statePaths } from './state.ts'
import { topics } from './uplink/topics.ts'

/** Disclosure sees time pass this often: a window closes at most so much late. */
const tickMs = 1_000
const summaryMs = 60_000

class Refusal extends Error {
  readonly code: string
  readonly words: Record<string, string>
  constructor(code: string, words: Record<string, string>) {
    super(code)
    this.code = code
    this.words = words
  }
}
