/** What a person should know of a site's lines, although nothing is wrong with them. */
import { busyLoad, rounded } from '../gateway/line-budget.ts'
import type { Context } from './context.ts'
import type { Language } from './language.ts'
import type { Plan } from '../gateway/plan.ts'

export interface LineNotice {
  readonly code: 'line-busy' | 'line-over'
  readonly line: string
  /** share of its time */
  readonly load: number
}

/** `line-over`: too much by what devices commonly need; that it is so, nobody has said of these. */
export function lineNoticesOf({ budgets }: Pick<Plan, 'budgets'>): LineNotice[] {
  return [...budgets].flatMap(([line, { load }]) =>
    load <= busyLoad ? [] : [{ code: load > 1 ? 'line-over' : 'line-busy', line, load: rounded(load) }],
  )
}

export function lineNoticeText({ say, language }: Pick<Context, 'say' | 'language'>, notice: LineNotice): string {
  const { code, line, load } = notice
  return say(`check.notice-${code}`, { line, load: percentText(language, load) })
}

/** A share in per cent, without the sign. */
export function percentText(language: Language, share: number): string {
  const digits = share < 0.1 ? 1 : 0
  return (share * 100).toLocaleString(language, { maximumFractionDigits: digits, minimumFractionDigits: digits })
}
