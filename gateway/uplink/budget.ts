/**
 * The month's bytes of a SIM, and who may still spend of them. Pure. What may not go waits in the outbox, and goes as history
 * when there is room again: a budget drops nothing.
 */
import type { Priority } from '../releases.ts'

/** Where a month stands. */
export interface Month {
  /** bytes of the plan */
  readonly monthly: number
  readonly spent: number
  readonly days: number
  /** until the month ends, with fractions */
  readonly daysLeft: number
}

/**
 * How much of what a month's even pace allows by now a priority may have seen spent: what is low waits first, then what is
 * normal. The rest is for alarms, answers, and the connection itself.
 */
const shares: Readonly<Record<Exclude<Priority, 'urgent'>, number>> = { low: 0.7, normal: 0.9 }

/** So many days may be spent ahead of the even pace: a busy night need not wait for the morning. */
const aheadDays = 1

/** Whether that many bytes of this priority may go now. What is urgent always may. */
export function may(priority: Priority, bytes: number, month: Month): boolean {
  return priority === 'urgent' || month.spent + bytes <= allowedBy(shares[priority], month)
}

/** What the month will have cost, if it goes on as it began. Of the first hours of a month nothing can be said: then undefined. */
export function projected({ spent, days, daysLeft }: Month): number | undefined {
  const gone = days - daysLeft
  return gone < 0.25 ? undefined : Math.round((spent / gone) * days)
}

function allowedBy(share: number, { monthly, days, daysLeft }: Month): number {
  const gone = Math.min(days, days - daysLeft + aheadDays)
  return (share * monthly * gone) / days
}
