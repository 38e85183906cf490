/**
 * One run over the paced line, in JSON, for whoever works on the line's timing:
 * `node gateway/bench/field/rtu-run.ts [--baud 19200] [--warm 40] [--count 60] [--peer] [--plain] [--ahead]`
 * `--plain`: without the flags of the shipped unit; `--ahead`: before everything else on this machine (SCHED_FIFO).
 */
import { parseArgs } from 'node:util'
import { clientRun, programsIn } from './rtu.ts'
import { Folder } from '../../testing/surroundings.ts'

const { values } = parseArgs({
  options: {
    baud: { type: 'string', default: '19200' },
    warm: { type: 'string', default: '40' },
    count: { type: 'string', default: '60' },
    peer: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
    ahead: { type: 'boolean', default: false },
  },
})
using folder = new Folder()
const seen = await clientRun(await programsIn(folder.path), {
  who: values.peer ? 'modbus-serial' : 'ours',
  baud: Number(values.baud),
  isPlain: values.plain,
  isAhead: values.ahead,
  warm: Number(values.warm),
  count: Number(values.count),
})
process.stdout.write(`${JSON.stringify(seen, undefined, 1)}\n`)
