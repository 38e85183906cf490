/** F16: a unit that answers an earlier question when the next one is in the air: RTU answers do not name their questions. */
import { Debts } from '../../drivers/modbus/debts.ts'
import { answerLate, OnlyResting } from '../../drivers/testing/late-answers.ts'
import type { Fault, Found } from './fault.ts'

async function look(seed: number, enough: number, debts: Debts): Promise<Found> {
  const tally = await answerLate({ debts, enough, seed })
  const { asked, late, right, wrong, refused, wronglyRefused, written, belied } = tally
  const broken: string[] = []
  if (wrong > 0) broken.push(`${wrong} wrong values`)
  if (wronglyRefused > 0) broken.push(`${wronglyRefused} refusals were another question’s`)
  if (belied > 0) broken.push(`${belied} writes were told otherwise than they went`)
  if (right === 0 || written === 0 || refused === 0) broken.push('nothing was read, written or refused at all')
  return {
    broken,
    figures: { looked: late, asked, right, written, refused, 'wrong value accepted': wrong, wronglyRefused, belied },
  }
}

export const fault: Fault = {
  id: 'F16',
  title: 'answers up to six worst responses late, to an earlier question to the same unit',
  passes: 'no wrong value, no refusal and no acknowledgement that was another question’s, of 10 000 late answers',
  run: ({ seed, short }) => look(seed, short ? 2_000 : 10_000, new Debts()),
  control: {
    without: 'the memory of what a unit owes (it only rests)',
    run: ({ seed }) => look(seed, 5_000, new OnlyResting()),
  },
}
