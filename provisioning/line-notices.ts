/** What a person should know of a site's lines, although nothing is wrong with them. */
import { isPassing } from '../drivers/serial/adapter.ts'
import { busyLoad, rounded } from '../gateway/line-budget.ts'
import type { Context } from './context.ts'
import type { Language } from './language.ts'
import type { Plan } from '../gateway/plan.ts'

export type LineNotice =
  /** `line-over`: too much by what devices commonly need; that it is so, nobody has said of these; `load`: share of its time */
  | { readonly code: 'line-busy' | 'line-over'; readonly line: string; readonly load: number }
  /** its serial device is named by a number, which another adapter may have tomorrow */
  | { readonly code: 'passing-name'; readonly line: string; readonly device: string }

export function lineNoticesOf({ budgets, site }: Pick<Plan, 'budgets' | 'site'>): LineNotice[] {
  const loads = [...budgets].flatMap(([line, { load }]): LineNotice[] =>
    load <= busyLoad ? [] : [{ code: load > 1 ? 'line-over' : 'line-busy', line, load: rounded(load) }],
  )
  const names = Object.entries(site.lines).flatMap(([line, settings]): LineNotice[] =>
    settings.protocol === 'modbus-rtu' && isPassing(settings.device)
      ? [{ code: 'passing-name', line, device: settings.device }]
      : [],
  )
  return [...loads, ...names]
}

export function lineNoticeText({ say, language }: Pick<Context, 'say' | 'language'>, notice: LineNotice): string {
  if (notice.code === 'passing-name') return say('check.notice-passing-name', { ...notice })
  const { code, line, load } = notice
  return say(`check.notice-${code}`, { line, load: percentText(language, load) })
}

/** A share in per cent, without the sign. */
export function percentText(language: Language, share: number): string {
  const digits = share < 0.1 ? 1 : 0
  return (share * 100).toLocaleString(language, { maximumFractionDigits: digits, minimumFractionDigits: digits })
}
