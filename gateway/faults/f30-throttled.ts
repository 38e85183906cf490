import { dice } from '../../drivers/testing/dice.ts'
import { systemClock } from '../clock.ts'
import { eventually } from '../testing/surroundings.ts'
import type { Fault, FaultContext, Found } from './fault.ts'
import { strictBroker } from './testing/strict-broker.ts'
import { UplinkProcess } from './testing/uplink-process.ts'
import type { Removal } from './testing/without.ts'

async function throttled({ folder, seed, short }: FaultContext, removed?: Removal): Promise<Found> {
  const broken: string[] = []
  const random = dice(seed)
  const beganMs = systemClock.monotonicMs()
  /** its quota is used up now and then, for a while: so it says for one message of eight within the first seconds */
  const generousFromMs = short ? 12_000 : 60_000
  await using broker = await strictBroker({
    receiveMaximum: 1,
    answerMs: 5,
    takes: (topic) =>
      !/\/[rh]\//.test(topic) || systemClock.monotonicMs() - beganMs > generousFromMs || random() > 1 / 8,
  })
  await using gateway = new UplinkProcess(
    { folder, broker: `mqtt://127.0.0.1:${broker.port}`, perS: 5, backlog: short ? 100 : 1_000 },
    removed,
  )
  await gateway.connected()
  await systemClock.sleep(generousFromMs)
  const made = gateway.made
  const taken = () => new Set(broker.taken.filter((seq) => seq <= made)).size
  await eventually(() => {
    const lacking = made - taken()
    if (lacking > 0) throw new Error(`${lacking} of ${made} records have not come`)
  }, 60_000).catch((error: unknown) => broken.push(String(error)))
  const lost = made - taken()
  if (broker.breaches > 0)
    broken.push(`${broker.breaches} messages beyond what was granted: a broker hangs up on these`)
  if (broker.refused === 0) broken.push('nothing was refused: nothing was tried')
  const { reasons = {} } = gateway.ticks.at(-1)?.status ?? {}
  if ((reasons['BROKER_QUOTA'] ?? 0) < broker.refused) broken.push('the status does not say how often it was refused')
  if (gateway.events('connected').length !== 1) broken.push('the connection did not hold')
  const figures = { refused: broker.refused, breaches: broker.breaches }
  return { broken, figures: { looked: made, ...figures, 'acknowledged and lost': lost } }
}

export const fault: Fault = {
  id: 'F30',
  title: 'the broker throttles',
  passes:
    'with a Receive Maximum of 1 never two are unanswered; what is refused with 0x97 is counted, shown and sent again, more slowly; nothing is lost, and the connection holds',
  run: (context) => throttled(context),
  control: {
    without: 'the window that the broker grants',
    run: (context) =>
      throttled(context, {
        file: 'gateway/uplink/connection.ts',
        line: 'window = Math.min(mostInFlight, properties?.receiveMaximum ?? mostInFlight)',
        instead: 'window = mostInFlight',
      }),
  },
}
