/** `fanal receive`: the recipient's end, for whoever wants to see, or keep, what a gateway sends. */
import { systemClock, systemRandom } from '../gateway/clock.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { everyRecord, receive, ShelfError, type ReceiveEvent } from './receive/receive.ts'
import { troubleText } from './troubles.ts'

export interface ReceiveVerbOptions {
  readonly into?: string
  readonly filter?: string
  readonly username?: string
  readonly passwordFile?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export async function receiveFrom(context: Context, broker: string, options: ReceiveVerbOptions): Promise<Exit> {
  const { into, filter = everyRecord, username, passwordFile, ca, cert, key } = options
  if (!/^mqtts?:\/\/[^/\s]+\/?$/.test(broker)) return fail(context, 'NOT_A_BROKER', { broker })
  if (!context.json) {
    const key = into === undefined ? 'receive.watching' : 'receive.keeping'
    context.err(context.say(key, { filter, url: broker, file: into ?? '' }))
  }
  try {
    await receive({
      broker,
      username,
      passwordFile,
      tls: ca === undefined && cert === undefined && key === undefined ? undefined : { ca, certificate: cert, key },
      filter,
      shelf: into,
      clock: systemClock,
      random: systemRandom,
      signal: context.signal,
      on: (event) => {
        if (context.json) outJson(context, event)
        else tell(context, event)
      },
    })
  } catch (error) {
    if (!(error instanceof ShelfError)) throw error
    return fail(context, error.code, { file: into ?? '', detail: error.message })
  }
  return exits.interrupted
}

function tell({ say, language, out, err }: Context, event: ReceiveEvent): void {
  switch (event.event) {
    case 'connected':
      return err(say('up.connected', { protocol: `MQTT ${event.protocol}` }))
    case 'trouble':
      return err(troubleText(language, event.code, event))
    case 'state':
      return err(say(event.state === 'offline' ? 'receive.offline' : 'receive.online', { site: event.site }))
    case 'record':
      return out(
        `${event.site}/${event.release} #${event.seq}${event.historical ? ' ⏪' : ''}  ${JSON.stringify(event.record.a ?? event.record.p)}`,
      )
    case 'garbage':
      return err(say('receive.garbage', { ...event }))
    case 'replay-asked':
      return err(
        say('receive.replay-asked', {
          ...nameOf(event),
          ranges: event.ranges.map((range) => range.join('–')).join(', '),
        }),
      )
    case 'gap-found':
    case 'gap-declared':
    case 'gap-closed':
      return err(say(`receive.${event.event}`, { from: 0, upto: 0, to: 0, why: '', ...event, ...nameOf(event) }))
    case 'duplicate':
    case 'receipt-given':
      return // routine; with --json they show
  }
}

function nameOf({ site, release }: { site: string; release: string }): { name: string } {
  return { name: `${site}/${release}` }
}
