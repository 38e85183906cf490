/** What waits to leave, and what is kept. */
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'
import { quoted } from './wording.ts'

/** Some three hours of a release that speaks each 10 s. */
const mostWaiting = 1_000

export function outbox({ status, folder }: Facts): Finding[] {
  if (status === undefined) return []
  const path = quoted(folder.path)
  const because = (code: string) => status.alarms.find((alarm) => alarm.code === code)?.words['code']
  const notTaken = because('outbox-trouble') ?? (status.held > 0 ? 'OUTBOX_IO' : undefined)
  const notKept = because('keeping-trouble')
  const wrong = [
    ...(notTaken === undefined
      ? []
      : [finding('outbox-trouble', { because: notTaken, held: status.held, folder: path })]),
    ...(notKept === undefined ? [] : [finding('keeping-trouble', { because: notKept, folder: path })]),
    ...Object.entries(status.releases).flatMap(([release, { delivery, last, receipt, waiting, unread_days: days }]) => {
      if (days !== undefined) return [finding('outbox-unread', { release, days, waiting })]
      if (delivery === 'durable' && last > 0 && receipt === undefined)
        return [finding('outbox-no-receipt', { release, waiting })]
      return waiting > mostWaiting ? [finding('outbox-backlog', { release, waiting })] : []
    }),
  ]
  const waiting = Object.values(status.releases).reduce((sum, release) => sum + release.waiting, 0)
  return wrong.length > 0 ? wrong : [finding('outbox-ok', { waiting })]
}

export function history({ status, folder }: Facts): Finding[] {
  const trouble = status?.alarms.find(({ code }) => code === 'history-trouble')
  if (status === undefined) return []
  return [
    trouble === undefined
      ? finding('history-ok')
      : finding('history-trouble', { because: trouble.words['code'] ?? '', folder: quoted(folder.path) }),
  ]
}
