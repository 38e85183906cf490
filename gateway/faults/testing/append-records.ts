/**
 * A process that appends durable records, each with the next number, to the outbox named as its first argument, so many as
 * its second says, and prints of each one line when that is known: `accepted 7`, `refused 8 OUTBOX_IO`. Then it waits to be
 * killed.
 */
import { systemClock } from '../../clock.ts'
import { openOutbox, OutboxError } from '../../outbox/outbox.ts'
import { record } from '../../outbox/testing/records.ts'

const [, , file = '', count = '0'] = process.argv
const outbox = await openOutbox({ file, deliveries: new Map([['bill', { kind: 'durable' }]]), clock: systemClock })
console.log('ready')
process.stdin.resume()
for (let value = 1; value <= Number(count); value++) {
  await outbox.append([record('bill', value)]).then(
    () => console.log(`accepted ${value}`),
    (error: unknown) => console.log(`refused ${value} ${error instanceof OutboxError ? error.code : String(error)}`),
  )
}
console.log('done')
