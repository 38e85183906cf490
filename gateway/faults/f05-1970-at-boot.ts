import { join } from 'node:path'
import * as fileSystem from 'node:fs/promises'
import { systemClock } from '../clock.ts'
import { sealed } from '../control/audit.ts'
import type { Kept } from '../control/keeping.ts'
import { replace } from '../flash.ts'
import { openRelay } from '../testing/relay.ts'
import { prepareFolder, statePaths } from '../state.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { Cabinet, north, output, south, watchOutput } from './testing/cabinet.ts'
import { machineClock } from './testing/machine-clock.ts'
import { recordsIn } from './testing/records-in.ts'

/** Noons, at which a program that believed them would have the street dark. */
const wakings = ['1970-01-01T11:00:00Z', '2026-12-19T11:00:00Z']
/** Believed once, by the run before: nothing earlier is. */
const floor = '2026-12-20T20:00:00Z'

async function wake({ folder }: FaultContext, clockTrusted: boolean): Promise<Found> {
  const state = join(folder, 'state')
  const broken: string[] = []
  let unsafeMs = 0
  const unfit = prepareFolder(state)
  if (unfit !== undefined) throw new Error(unfit.code)
  await replace(fileSystem, statePaths(state).control, `${sealed(keptUntil(floor))}\n`)
  let lives = 0
  for (const start of wakings) {
    await using relay = await openRelay()
    const cabinet = new Cabinet({ folder, state, relay, clockTrusted })
    const clock = machineClock(folder, start, false)
    await using gateway = await cabinet.start({ at: 'machine', env: clock.env })
    const accepted = await gateway.accepted()
    // It is night: whatever the clock says, there must be light, and soon.
    for (const side of [north, south])
      await output(relay, side, true, 12_000).catch((error: unknown) => broken.push(`${start}: ${String(error)}`))
    if (broken.length > 0) return { broken, figures: { looked: 1, 'unsafe output ms': 12_000 } }
    const dark = watchOutput(relay, north, true)
    const { time } = await gateway.status()
    const reason = gateway.told('time').at(-1)?.reason
    if (time.trust !== 'unknown' || reason !== 'before-floor') broken.push(`${start} is ${time.trust}: ${reason ?? ''}`)
    const grounds = new Set(gateway.told('ruling').map(({ ground }) => ground))
    if ([...grounds].join() !== 'no-trusted-time') broken.push(`what rules is ${[...grounds].join()}`)
    await gateway.reaches(accepted + 3)
    dark.stop()
    unsafeMs += dark.wrongMs
    await gateway.end()
    lives++
  }
  // Whatever their times say: of which run a record is, and in which order they were made, its numbers say.
  const records = await recordsIn(join(state, 'outbox.db'))
  if (new Set(records.map(({ boot }) => boot)).size !== lives) broken.push('records do not say of which run they are')
  if (records.some(({ seq, boot }, index) => seq !== index + 1 || boot < (records[index - 1]?.boot ?? 0)))
    broken.push('the numbers of the records are not their order')
  return { broken, figures: { looked: lives, records: records.length, 'unsafe output ms': unsafeMs } }
}

function keptUntil(wall: string): Kept {
  const rest = { commands: [], nonces: [], switchings: {} }
  return { v: 1, wall, trusted: true, bootId: 'another', uptimeMs: systemClock.monotonicMs(), floor: wall, ...rest }
}

export const fault: Fault = {
  id: 'F05',
  title: '1970, or before the last known time, at boot; no NTP, no RTC',
  passes:
    'no time before the floor is believed: the street is lit by its fallback within 12 s, and stays so; records say of which run they are, and are numbered in their order. (Their times are not corrected later, and TLS knows no persisted time: neither is built, nor tried here.)',
  run: (context) => wake(context, false),
  control: { without: 'distrusting a clock that nobody vouches for', run: (context) => wake(context, true) },
}
