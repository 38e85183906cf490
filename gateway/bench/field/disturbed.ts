/** The bars of a disturbed line: no wrong value, whatever happens to the bytes; no input that a parser dies of. */
import { Debts } from '../../../drivers/modbus/debts.ts'
import { RtuFraming } from '../../../drivers/modbus/rtu.ts'
import { fuzz, parsers } from '../../../drivers/testing/fuzz.ts'
import { answerLate, OnlyResting } from '../../../drivers/testing/late-answers.ts'
import { transactions } from '../../../drivers/testing/transactions.ts'
import { bar } from '../bars.ts'
import { measured, unmeasured, type Result } from '../result.ts'

const seed = 20_261_127

export async function* wrongValues({ short }: { short: boolean }): AsyncGenerator<Result> {
  const id = bar('field.wrong-values')
  const count = short ? 100_000 : 10_000_000
  const { wrong, unsettled, noise, faults, ...seen } = await transactions({ count, seed })
  const control = await transactions({ count: 50_000, seed, rtu: () => new RtuFraming('crc') })
  const told = {
    seed,
    ...seen,
    ...faults,
    'noise believed': `${noise.believed} of ${noise.frames}, at most ${noise.most}`,
    unsettled,
    'wrong without the CRC': control.wrong,
  }
  const method = `values that the unit did not say, and writes told otherwise than they went, of ${count} transactions of real lines, RTU and TCP, 5 % of them late, foreign, short or damaged by a burst of up to 16 bits; random noise within CRC-16’s bound, every call settled`
  if (control.wrong === 0) {
    yield unmeasured(id, 'nothing is wrong without the CRC, either: the run proves nothing', told)
    return
  }
  const result = measured(id, wrong, method, told)
  const isWhole = unsettled === 0 && noise.believed <= noise.most && seen.right > 0 && seen.written > 0
  const all = { ...result, pass: result.pass && isWhole }
  yield short && all.pass ? unmeasured(id, `none, too few to judge: ${method}`, told) : all
}

export async function* lateAnswers({ short }: { short: boolean }): AsyncGenerator<Result> {
  const id = bar('field.late-answers-wrong')
  const enough = short ? 1_000 : 10_000
  // They are up to 720 ms late.
  const within = await answerLate({ debts: new Debts(), enough, seed, declaredMs: 750 })
  const beyond = await answerLate({ debts: new Debts(), enough, seed })
  const control = await answerLate({ debts: new OnlyResting(), enough: 2_000, seed })
  const wrongOf = ({ wrong, wronglyRefused, belied }: typeof within) => wrong + wronglyRefused + belied
  const told = {
    seed,
    late: within.late,
    right: within.right,
    'wrong of as many, beyond what is declared': wrongOf(beyond),
    'without the memory of what units owe': wrongOf(control),
  }
  const method = `values, refusals and acknowledgements that were another question’s, of ${enough} late answers within the declared worst response`
  if (wrongOf(control) === 0) {
    yield unmeasured(id, 'nothing is wrong without the guard, either: the run proves nothing', told)
    return
  }
  const result = measured(id, wrongOf(within), method, told)
  yield short && result.pass ? unmeasured(id, `none, too few to judge: ${method}`, told) : result
}

export async function* parsersFuzzed({ short }: { short: boolean }): AsyncGenerator<Result> {
  const id = bar('field.parsers-crashes')
  const inputs = short ? 10_000 : 1_000_000
  const told: Record<string, number | string> = { seed }
  let [crashes, unproven] = [0, 0]
  for (const parser of parsers) {
    const found = await fuzz({ inputs, seed, parser })
    crashes += found.crashes + found.unsettled
    unproven += found.unproven + found.uncounted
    told[parser] = `${found.inputs} inputs, ${found.believed} believed`
    if (found.firstCrash !== undefined) told[`first of ${parser}`] = found.firstCrash
  }
  const method = `crashes and calls without an end, of ${inputs} fuzzed inputs each of ${parsers.join(', ')}; nothing believed without proof, everything else counted`
  const result = measured(id, crashes, method, { ...told, 'unproven or uncounted': unproven })
  const all = { ...result, pass: result.pass && unproven === 0 }
  yield short && all.pass ? unmeasured(id, `none, too few to judge: ${method}`, result.seen) : all
}
