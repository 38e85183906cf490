/**
 * What the data cost, by purpose and month: bytes on the link, and an estimate of the energy. Pure.
 *
 * Sources. Network: 0.12 kWh a gigabyte of mobile data, all generations, shared parts split equally (Traficom, Finland 2021,
 * “First study on the energy consumption of communications networks”); a convention, since a network's load is mostly
 * constant. Per message, beside topic and payload: MQTT 9 bytes, TLS record 22, TCP/IP 52, and back PUBACK 78, TCP's
 * acknowledgement 52: 213 (our own sum, with TLS 1.3 and IPv4). A keep-alive, there and back: 250. The gateway's draw: as the
 * site declares it; else 3 W are assumed, a small single-board computer with its supply. What an always-on box draws is some
 * thousand times what its bytes cost, so no figure is shown without it.
 */
import type { Acknowledged, DayLine } from './ledger.ts'

export const networkWhPerByte = 120 / 1e9
export const messageOverheadBytes = 9 + 22 + 52 + 78 + 52
export const keepaliveBytes = 250
export const assumedDrawWatts = 3
/** Where the box takes more than this share of what it saves, a local clock and a monthly report serve better (our own bound). */
export const worthItShare = 0.1
/** A recipient that has given no receipt for so long is not reading. */
export const unreadAfterDays = 7

/** Of a line of the ledger. */
export type Counted = Pick<DayLine, 'day' | 'release' | 'from' | 'until' | 'messages' | 'bytes' | 'values'>

export interface CostAsked {
  /** of the ledger's days, which are UTC's: up to two hours off the street's */
  readonly month: Temporal.PlainYearMonth
  readonly now: Temporal.Instant
  /** of any days; a day has a line for each stretch that was counted, and for each release in it */
  readonly lines: readonly Counted[]
  readonly releases: readonly { readonly name: string; readonly purpose: string; readonly durable: boolean }[]
  /** ISO 8601, by release */
  readonly receipts: ReadonlyMap<string, string>
  readonly left: ReadonlyMap<string, string>
  readonly keepaliveMs: number
  readonly frugality: {
    readonly monthly?: number | undefined
    readonly draw?: number | undefined
    readonly modem?: number | undefined
  }
  /** what the gateway's dimming saves, by its owner's reckoning; absent: no saving is claimed */
  readonly savedKwhAYear?: number | undefined
}

export interface Share {
  readonly messages: number
  /** topics and payloads, as the ledger has them */
  readonly bytes: number
  /** with what MQTT, TLS and TCP add: estimated */
  readonly linkBytes: number
}

export interface PurposeCost extends Share {
  readonly purpose: string
  readonly releases: readonly string[]
  /** of releases whose recipient reads */
  readonly values: number
  /** of the network, and an equal part of what the gateway draws */
  readonly wh: number
  /** undefined: nothing useful was let out */
  readonly whPerValue: number | undefined
  readonly verdict: 'worth-it' | 'not-worth-it'
}

export interface Cost {
  readonly month: string
  /** of what was counted, the beginning and the end; where nothing was, both are the month's beginning */
  readonly from: Temporal.Instant
  readonly until: Temporal.Instant
  /** that were counted between them: bytes and energy are of these */
  readonly hours: number
  readonly purposes: readonly PurposeCost[]
  /** births, answers to commands, and keep-alives */
  readonly besides: Share
  readonly total: Share
  readonly network: { readonly wh: number }
  readonly gateway: { readonly watts: number; readonly basis: 'declared' | 'assumed'; readonly wh: number }
  /** absent: the site does not say what it draws */
  readonly modem?: { readonly watts: number; readonly wh: number }
  readonly wh: number
  readonly values: number
  readonly whPerValue: number | undefined
  /** absent: the site has no budget */
  readonly budget?: { readonly bytes: number; readonly used: number; readonly projected: number }
  /** durable releases whose recipient gives no receipts: proposed for switching off */
  readonly unread: readonly Unread[]
  readonly saving?: { readonly wh: number; readonly share: number }
  readonly verdict: 'worth-it' | 'not-worth-it' | 'no-saving-claimed'
}

export interface Unread {
  readonly release: string
  /** of the last receipt; absent: there never was one */
  readonly receipt?: string
  /** since the last receipt, or since it first let something out */
  readonly days: number
}

const hourMs = 3_600_000
const hoursAYear = 8_766

export function costOf(asked: CostAsked): Cost {
  const { month, releases, frugality, keepaliveMs } = asked
  const lines = asked.lines.filter(({ day }) => day.startsWith(month.toString()))
  const { from, until, hours } = spanOf(month, lines)
  const shareOf = (names: ReadonlySet<string>) => sumOf(lines.filter(({ release }) => names.has(release)))
  const draw = {
    watts: frugality.draw ?? assumedDrawWatts,
    basis: frugality.draw === undefined ? 'assumed' : 'declared',
  } as const
  const modem = frugality.modem === undefined ? undefined : { watts: frugality.modem, wh: frugality.modem * hours }
  const drawWh = draw.watts * hours + (modem?.wh ?? 0)

  const unread = unreadOf(asked)
  const isRead = (name: string) => !unread.some(({ release }) => release === name)
  const byPurpose = Map.groupBy(releases, ({ purpose }) => purpose)
  const purposes = [...byPurpose].map(([purpose, of]): PurposeCost => {
    const names = of.map(({ name }) => name)
    const share = shareOf(new Set(names))
    const wh = share.linkBytes * networkWhPerByte + drawWh / byPurpose.size
    const read = new Set(names.filter(isRead))
    const values = lines.reduce((sum, { release, values }) => sum + (read.has(release) ? values : 0), 0)
    return {
      ...share,
      ...{ purpose, releases: names, values, wh, whPerValue: values === 0 ? undefined : wh / values },
      // A month that has just begun proves nothing.
      verdict: values === 0 && names.every((name) => !isRead(name)) ? 'not-worth-it' : 'worth-it',
    }
  })

  const declared = new Set(releases.map(({ name }) => name))
  const others = sumOf(lines.filter(({ release }) => !declared.has(release)))
  const pings = Math.floor((hours * hourMs) / keepaliveMs) * keepaliveBytes
  const besides = { ...others, linkBytes: others.linkBytes + pings }
  const total = plus([besides, ...purposes])
  const networkWh = total.linkBytes * networkWhPerByte
  const wh = networkWh + drawWh
  const values = purposes.reduce((sum, purpose) => sum + purpose.values, 0)
  const saving = savingOf(asked.savedKwhAYear, hours, wh)
  const { monthly } = frugality
  const rate = hours === 0 ? 0 : total.linkBytes / hours
  return {
    ...{ month: month.toString(), from, until, hours, purposes, besides, total, network: { wh: networkWh } },
    gateway: { ...draw, wh: draw.watts * hours },
    ...(modem === undefined ? {} : { modem }),
    ...{ wh, values, whPerValue: values === 0 ? undefined : wh / values },
    ...(monthly === undefined
      ? {}
      : {
          budget: {
            bytes: monthly,
            used: total.linkBytes / monthly,
            projected: (total.linkBytes + rate * hoursLeft(asked)) / monthly,
          },
        }),
    unread,
    ...(saving === undefined ? {} : { saving }),
    verdict: verdictOf(saving, purposes),
  }
}

/** Durable releases that let something out long ago, and whose recipient has said nothing since. */
export function unreadOf({
  releases,
  receipts,
  left,
  now,
}: Pick<CostAsked, 'releases' | 'receipts' | 'left' | 'now'>): Unread[] {
  return releases.flatMap(({ name, durable }) => {
    const receipt = receipts.get(name)
    const since = receipt ?? left.get(name)
    if (!durable || since === undefined) return []
    const days = Math.floor(now.since(Temporal.Instant.from(since)).total('hours') / 24)
    return days < unreadAfterDays ? [] : [{ release: name, ...(receipt === undefined ? {} : { receipt }), days }]
  })
}

/** How long was counted: stretches of several releases, and of a clock that was set back, overlap, and count once. */
function spanOf(month: Temporal.PlainYearMonth, lines: readonly Counted[]) {
  const stretches = lines
    .map((line) => ({ from: Temporal.Instant.from(line.from), until: Temporal.Instant.from(line.until) }))
    .sort((a, b) => Temporal.Instant.compare(a.from, b.from))
  const [first] = stretches
  if (first === undefined) return { from: beginningOf(month), until: beginningOf(month), hours: 0 }
  let until = first.from
  let ms = 0
  for (const stretch of stretches) {
    const begins = later(stretch.from, until)
    ms += Math.max(0, stretch.until.epochMilliseconds - begins.epochMilliseconds)
    until = later(until, stretch.until)
  }
  return { from: first.from, until, hours: ms / hourMs }
}

/** Of the month, from now on. */
function hoursLeft({ month, now }: CostAsked): number {
  return Math.max(
    0,
    beginningOf(month.add({ months: 1 }))
      .since(later(now, beginningOf(month)))
      .total('hours'),
  )
}

function beginningOf(month: Temporal.PlainYearMonth): Temporal.Instant {
  return month.toPlainDate({ day: 1 }).toZonedDateTime('UTC').toInstant()
}

function later(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? b : a
}

function sumOf(lines: readonly Acknowledged[]): Share {
  return plus(
    lines.map(({ messages, bytes }) => ({ messages, bytes, linkBytes: bytes + messages * messageOverheadBytes })),
  )
}

function plus(shares: readonly Share[]): Share {
  return shares.reduce<Share>(
    (sum, { messages, bytes, linkBytes }) => ({
      messages: sum.messages + messages,
      bytes: sum.bytes + bytes,
      linkBytes: sum.linkBytes + linkBytes,
    }),
    { messages: 0, bytes: 0, linkBytes: 0 },
  )
}

function savingOf(savedKwhAYear: number | undefined, hours: number, wh: number): Cost['saving'] {
  if (savedKwhAYear === undefined || savedKwhAYear <= 0 || hours <= 0) return undefined
  const saved = (savedKwhAYear * 1_000 * hours) / hoursAYear
  return { wh: saved, share: wh / saved }
}

function verdictOf(saving: Cost['saving'], purposes: readonly PurposeCost[]): Cost['verdict'] {
  if (purposes.length > 0 && purposes.every(({ verdict }) => verdict === 'not-worth-it')) return 'not-worth-it'
  if (saving === undefined) return 'no-saving-claimed'
  return saving.share > worthItShare ? 'not-worth-it' : 'worth-it'
}
