/** What the ledger says, and what it cost: for whoever asks the running gateway. */
import { milliseconds } from '../../drivers/schema.ts'
import { chainLines } from '../chain-files.ts'
import { parseLine } from '../chain.ts'
import {
  costOf,
  networkWhPerByte,
  unreadOf,
  type Cost,
  type Counted,
  type Share,
  type Unread,
} from '../disclosure/cost.ts'
import { dayOf, entryOf } from '../disclosure/ledger.ts'
import type { LedgerTold } from '../ledger.ts'
import type { CostTold, LedgerPage, SpecimenTold } from '../local/data-pages.ts'
import type { Plan } from '../plan.ts'
import type { Specimen } from '../uplink/last-sent.ts'

export function ledgerPage(plan: Pick<Plan, 'policy'>, told: LedgerTold, now: Temporal.Instant): LedgerPage {
  const { policy, closed, open, receipts, left, trouble } = told
  return {
    policy: { ...policy },
    closed: [...closed],
    open: [...open],
    receipts: Object.fromEntries(receipts),
    left: Object.fromEntries(left),
    unread: unreadNow(plan, told, now),
    ...(trouble === undefined ? {} : { trouble }),
  }
}

/** Durable releases whose recipient has given no receipt for so long that nobody seems to read them. */
export function unreadNow(
  plan: Pick<Plan, 'policy'>,
  { receipts, left }: Pick<LedgerTold, 'receipts' | 'left'>,
  now: Temporal.Instant,
): Unread[] {
  return unreadOf({ releases: releasesOf(plan), receipts, left, now })
}

export function specimenTold({ at, properties, ...rest }: Specimen): SpecimenTold {
  return { ...rest, at: at.toString(), properties: { ...properties } }
}

interface CostParts {
  readonly plan: Plan
  /** of the chain */
  readonly file: string
  readonly told: LedgerTold
  readonly now: Temporal.Instant
  /** `2026-11`; absent: this one */
  readonly month?: string | undefined
  readonly savedKwhAYear?: number | undefined
}

export async function costTold(parts: CostParts): Promise<CostTold> {
  const { plan, told, now, savedKwhAYear } = parts
  const { site } = plan
  const month = parts.month ?? dayOf(now).slice(0, 'YYYY-MM'.length)
  const cost = costOf({
    ...{ month: Temporal.PlainYearMonth.from(month), now, savedKwhAYear },
    lines: await linesIn(month, parts),
    releases: releasesOf(plan),
    receipts: told.receipts,
    left: told.left,
    keepaliveMs: milliseconds(site.uplink.keepalive),
    frugality: site.frugality ?? {},
  })
  return pageOf(cost)
}

/** Of the chain, and of the open day, of which not all is in it yet. */
async function linesIn(month: string, { file, told }: Pick<CostParts, 'file' | 'told'>): Promise<Counted[]> {
  const today = new Set(told.stretches.map(({ day }) => day))
  const lines: Counted[] = told.stretches.filter(({ day }) => day.startsWith(month))
  for await (const line of chainLines(file)) {
    const record = parseLine(line)
    const entry = record && entryOf(record)
    if (entry?.kind === 'day' && entry.day.startsWith(month) && !today.has(entry.day)) lines.push(entry)
  }
  return lines
}

function releasesOf({ policy }: Pick<Plan, 'policy'>) {
  return policy.releases.map(({ name, declared: { purpose }, delivery }) => ({
    name,
    purpose,
    durable: delivery.kind === 'durable',
  }))
}

function pageOf(cost: Cost): CostTold {
  const { purposes, besides, total, network, gateway, modem, whPerValue, budget, unread, saving, from, until } = cost
  return {
    ...{ month: cost.month, from: from.toString(), until: until.toString(), hours: cost.hours },
    purposes: purposes.map(({ purpose, releases, values, wh, whPerValue, verdict, ...share }) => ({
      ...{ purpose, releases: [...releases], ...shareTold(share), values, wh, verdict },
      ...(whPerValue === undefined ? {} : { wh_per_value: whPerValue }),
    })),
    besides: shareTold(besides),
    total: shareTold(total),
    network: { wh: network.wh, wh_per_byte: networkWhPerByte },
    gateway: { ...gateway },
    ...(modem === undefined ? {} : { modem: { ...modem } }),
    ...{ wh: cost.wh, values: cost.values },
    ...(whPerValue === undefined ? {} : { wh_per_value: whPerValue }),
    ...(budget === undefined ? {} : { budget: { ...budget } }),
    unread: [...unread],
    ...(saving === undefined ? {} : { saving: { ...saving } }),
    verdict: cost.verdict,
  }
}

function shareTold({ messages, bytes, linkBytes }: Share) {
  return { messages, bytes, link_bytes: linkBytes }
}
