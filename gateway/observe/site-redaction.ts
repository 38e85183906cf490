/**
 * The site file as a support bundle shows it: what is not known to be harmless is left out, comments too, since nobody knows
 * what stands in them. Pure.
 */
import { parseDocument, stringify } from 'yaml'
import { hidden, type Redactor, type Why } from './redaction.ts'

/** What is shown, by where it stands; `*` is any name. Free text, places, people, hosts and files are not among it. */
const shown: readonly string[] = [
  'site',
  'place.time_zone',
  'lines.*.protocol',
  'lines.*.port',
  'lines.*.device',
  'lines.*.serial',
  'lines.*.back_off.cap',
  'devices.*.profile',
  'devices.*.line',
  'devices.*.unit',
  'devices.*.timeout',
  'devices.*.worst_response',
  'devices.*.has.*',
  'devices.*.parameters.*',
  'polling.*',
  'segments.*.setpoints.*',
  'segments.*.confirm_by.*',
  'segments.*.program.from',
  'segments.*.program.until',
  'segments.*.program.level',
  'segments.*.program.late.from',
  'segments.*.program.late.until',
  'segments.*.program.late.level',
  'segments.*.limits.*',
  'segments.*.slew',
  'segments.*.rest',
  'segments.*.floor',
  'segments.*.switchings',
  'segments.*.on_loss',
  'segments.*.photocell.point',
  'segments.*.photocell.on_below',
  'segments.*.photocell.off_above',
  'segments.*.local.point',
  'segments.*.local.level',
  'segments.*.interlocks.*.point',
  'segments.*.interlocks.*.is',
  'segments.*.interlocks.*.forbids',
  'uplink.keepalive',
  'uplink.history_rate',
  'frugality.monthly',
  'releases.*.points.*',
  'releases.*.purpose',
  'releases.*.basis',
  'releases.*.recipient.role',
  'releases.*.treatment.*.aggregate.every',
  'releases.*.treatment.*.aggregate.of.*',
  'releases.*.treatment.*.round',
  'releases.*.delivery',
  'releases.*.delivery.best-effort',
  'releases.*.retention',
  'releases.*.licence',
]

const whyNot: readonly (readonly [path: RegExp, why: Why])[] = [
  [/^(place|title|tenant)|\.title$|\.act$/, 'place'],
  [/\.recipient\./, 'person'],
  [/^uplink/, 'broker'],
  [/^lines\..*\.host$/, 'network'],
]

const forms = shown.map((path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`))

/** Undefined: it is no YAML, and nobody can tell what is in it. */
export function siteShown(part: string, text: string, redactor: Redactor): string | undefined {
  const content = siteContent(text)
  if (content === undefined) return undefined
  if (/(^|\s)#/.test(text)) redactor.note(part, '#', 'words')
  return stringify(seen(part, content, [], redactor))
}

/** What stands in it; undefined: nothing that can be read. */
export function siteContent(text: string): object | undefined {
  try {
    const document = parseDocument(text)
    if (document.errors.length > 0) return undefined
    const content: unknown = document.toJS({ maxAliasCount: 100 })
    return typeof content === 'object' && content !== null ? content : undefined
  } catch {
    return undefined
  }
}

function seen(part: string, value: unknown, path: readonly string[], redactor: Redactor): unknown {
  const where = path.join('.')
  if (Array.isArray(value)) return value.map((member, index) => seen(part, member, [...path, String(index)], redactor))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        const name = redactor.name(part, where, key)
        return [name, seen(part, member, [...path, name], redactor)]
      }),
    )
  if (forms.some((form) => form.test(where))) return redactor.json(part, value, path)
  if (/^uplink\.broker$/.test(where) && typeof value === 'string') return brokerShown(part, value, redactor)
  if (/^lines\.[^.]+\.host$/.test(where) && typeof value === 'string' && isOwnNetwork(value)) return value
  const why = whyNot.find(([form]) => form.test(where))?.[1] ?? 'words'
  redactor.note(part, where, why)
  return hidden(why)
}

/** `mqtts://[broker]:8883`: scheme and port are half of the troubles. */
function brokerShown(part: string, broker: string, redactor: Redactor): string {
  redactor.note(part, 'uplink.broker', 'broker')
  const scheme = /^mqtts?:\/\//.exec(broker)?.[0] ?? ''
  const port = /:\d{1,5}(?=\/?$)/.exec(broker)?.[0] ?? ''
  return `${scheme}${hidden('broker')}${port}`
}

function isOwnNetwork(host: string): boolean {
  return /^(10|127|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)(\.\d{1,3}){2,3}$|^localhost$/.test(host)
}
