/** `fanal data cost`: bytes and estimated energy, by purpose and month. */
import { ask } from '../../gateway/local/client.ts'
import { costTold, type CostTold } from '../../gateway/local/data-pages.ts'
import { exits, fail, outJson, type Context, type Exit } from '../context.ts'
import { bytesText } from '../doctor/wording.ts'
import type { Language } from '../language.ts'
import { findGateway } from '../running.ts'
import { table } from '../table.ts'
import { lengthText, purposeText, secondText } from '../wording.ts'

interface Options {
  readonly state?: string
  readonly month?: string
  readonly saved?: string
}

export async function cost(context: Context, { state, month, saved }: Options): Promise<Exit> {
  if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) return invalid(context, month)
  if (saved !== undefined && !/^\d{1,9}(\.\d{1,3})?$/.test(saved)) return invalid(context, saved)
  const found = await findGateway(state)
  if ('code' in found) return fail(context, found.code, found.words)
  const asked = new URLSearchParams({
    ...(month === undefined ? {} : { month }),
    ...(saved === undefined ? {} : { saved }),
  })
  const told = costTold.parse(await ask(found.socket, `/api/cost?${asked.toString()}`, context.signal))
  if (context.json) outJson(context, told)
  else for (const line of linesOf(context, told)) context.out(line)
  return exits.ok
}

function linesOf({ say, language }: Context, told: CostTold): string[] {
  const { purposes, besides, total, network, gateway, modem, budget, unread, saving } = told
  const bytes = (amount: number) => bytesText(amount, language)
  const energy = (wh: number) => energyText(wh, language)
  const head = [
    say('cost.purpose'),
    say('data.messages'),
    say('cost.link'),
    say('data.values'),
    say('cost.energy'),
    say('cost.per-value'),
  ]
  const { month, from, until } = told
  if (told.hours === 0) return [say('cost.nothing', { month })]
  // To the second while that is much, then to the minute.
  const stepMs = told.hours < 1 ? 1_000 : 60_000
  const counted = lengthText(language, Math.round((told.hours * 3_600_000) / stepMs) * stepMs)
  return [
    say('cost.month', { month, from: secondText(from), until: secondText(until), counted }),
    '',
    ...table(
      [
        head,
        ...purposes.map(({ purpose, messages, link_bytes, values, wh, wh_per_value, verdict }) => [
          ...[purposeText(purpose, language), String(messages), bytes(link_bytes), String(values), energy(wh)],
          wh_per_value === undefined ? '—' : amount(wh_per_value, language),
          verdict === 'not-worth-it' ? say('cost.not-worth-it') : '',
        ]),
        [say('cost.besides'), String(besides.messages), bytes(besides.link_bytes)],
        ['', String(total.messages), bytes(total.link_bytes), String(told.values), energy(told.wh)],
      ],
      [1, 2, 3, 4, 5],
    ),
    '',
    say('cost.network', { wh: energy(network.wh) }),
    say(`cost.gateway-${gateway.basis}`, { wh: energy(gateway.wh), watts: amount(gateway.watts, language) }),
    ...(modem === undefined ? [] : [say('cost.modem', { wh: energy(modem.wh), watts: amount(modem.watts, language) })]),
    ...(budget === undefined
      ? []
      : [
          say('cost.budget', {
            used: shareText(budget.used, language),
            bytes: bytes(budget.bytes),
            projected: shareText(budget.projected, language),
          }),
        ]),
    ...unread.map(({ release, days }) => say('cost.unread', { release, days })),
    ...(saving === undefined ? [] : [say('cost.saving', { share: shareText(saving.share, language) })]),
    say(`cost.${told.verdict}`),
  ]
}

/** `26 kWh`, `3.2 Wh`, `0.04 Wh`. */
function energyText(wh: number, language: Language): string {
  return wh >= 1_000 ? `${amount(wh / 1_000, language)} kWh` : `${amount(wh, language)} Wh`
}

function amount(value: number, language: Language): string {
  return value.toLocaleString(language, { maximumSignificantDigits: 2 })
}

function shareText(share: number, language: Language): string {
  return share.toLocaleString(language, { style: 'percent', maximumSignificantDigits: 2 })
}

function invalid(context: Context, value: string): Exit {
  fail(context, 'NOT_A_FIGURE', { value })
  return exits.invalid
}
