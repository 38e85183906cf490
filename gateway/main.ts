/**
 * The gateway's process: runs a gateway until it is told to stop.
 * Speaks events (events.ts) on standard output and logs on standard error.
 */
import { parseArgs } from 'node:util'
import packageJson from '../package.json' with { type: 'json' }
import { shifted, systemClock } from './clock.ts'
import type { GatewayEvent } from './events.ts'
import { startGateway } from './gateway.ts'
import { openJournal } from './observe/log.ts'
import { Refusal } from './refusal.ts'
import { statePaths } from './state.ts'

/** Resolves when somebody wants the gateway to stop: a signal, or the end of its parent, whose pipe closes. */
function askedToStop(untilStdinCloses: boolean): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
    if (untilStdinCloses) process.stdin.once('close', () => resolve()).resume()
  })
}

const { values } = parseArgs({
  options: {
    site: { type: 'string' },
    state: { type: 'string' },
    profiles: { type: 'string', multiple: true, default: [] },
    'until-stdin-closes': { type: 'boolean', default: false },
    /** of a service: nobody is there to mend a site file */
    'or-last-good': { type: 'boolean', default: false },
    /** shows the street to whoever started it: the console lets them in by a link */
    demo: { type: 'boolean', default: false },
    /** for the demo: how far its street's clock is ahead of the machine's */
    'clock-offset-ms': { type: 'string', default: '0' },
  },
})
process.umask(0o077) // what waits to leave is nobody else's
const clock = shifted(systemClock, Number(values['clock-offset-ms']))
const journal = openJournal({ clock })
const tell = (event: GatewayEvent) => process.stdout.write(`${JSON.stringify(event)}\n`)
const stop = askedToStop(values['until-stdin-closes'])
try {
  await using running = new AsyncDisposableStack()
  running.use(
    await startGateway({
      siteFile: values.site ?? '',
      profiles: values.profiles,
      paths: statePaths(values.state ?? ''),
      clock,
      tell,
      journal,
      orLastGood: values['or-last-good'],
      demo: values.demo,
      version: packageJson.version,
    }),
  )
  await stop
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  journal.log.fatal({ code: error.code, ...error.words }, 'nothing was started')
  tell({ event: 'refused', code: error.code, words: error.words })
  process.exitCode = error.code.startsWith('SITE_') ? 3 : 1
}
if (process.exitCode === undefined) tell({ event: 'stopped' })
process.stdin.destroy()
