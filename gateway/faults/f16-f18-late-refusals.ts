/** F16 and F18 together: units that refuse with any exception, and say so too late. An exception tells nothing of its question. */
import { Debts } from '../../drivers/modbus/debts.ts'
import { answerLate, OnlyResting } from '../../drivers/testing/late-answers.ts'
import type { Fault, Found } from './fault.ts'

/** The share of questions that are refused. */
const refusing = 0.3

async function look(seed: number, enough: number, debts: Debts): Promise<Found> {
  const tally = await answerLate({ debts, enough, seed, refusing })
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
  id: 'F16+F18',
  title:
    'three of ten questions refused, with exceptions 1 to 11, and answers and refusals up to six worst responses late',
  passes: 'each value, refusal and acknowledgement is told of its own question, or of none',
  run: ({ seed, short }) => look(seed, short ? 2_000 : 10_000, new Debts()),
  control: {
    without: 'the memory of what a unit owes (it only rests)',
    run: ({ seed }) => look(seed, 5_000, new OnlyResting()),
  },
}
