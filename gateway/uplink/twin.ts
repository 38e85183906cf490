/**
 * Two gateways with one identity: a copied card, mostly. A broker lets one in and sends the other away (MQTT 5, 3.1.4-3), and
 * two that come back each time would send each other away for ever. So whoever was sent away first looks, under a client id of
 * its own, whether the other is there, on the topic that is the gateway's own word to itself; and of two that are there the one
 * that has run for longer has the seat.
 */
import { z } from 'zod'
import type { Clock } from '../../drivers/clock.ts'
import type { Connection, Listener } from './connection.ts'
import { within } from './within.ts'

/** One run of a gateway, as the other sees it. */
export interface Self {
  /** random, of this run */
  readonly run: string
  readonly outbox: string
  readonly boot: number
  /** how long it has run */
  readonly upS: number
}

export interface Twin extends Self {
  /** it leaves the seat to whoever asked */
  readonly yields: boolean
}

const self = { v: z.literal(1), run: z.string().max(64), outbox: z.string().max(64), boot: z.int(), upS: z.number() }
const question = z.strictObject({ ...self, ask: z.literal(true) })
const answer = z.strictObject({ ...self, to: z.string().max(64), yields: z.boolean() })

/** For an answer, there and back through the broker; it is asked so often, since one who is just coming does not hear. */
const answerMs = 3_000
const questions = 3
const longestWordBytes = 1_024

/** What the one who has the seat says to whom asks whether anybody is there; undefined: that was no such question. */
export function answerTo(payload: Uint8Array, me: Self): { readonly word: string; readonly twin: Twin } | undefined {
  const asked = read(question, payload)
  if (asked === undefined || asked.run === me.run) return undefined
  const { run, outbox, boot, upS } = asked
  const yields = upS > me.upS || (upS === me.upS && run < me.run)
  return {
    word: JSON.stringify({ v: 1, ...me, to: run, yields }),
    twin: { run, outbox, boot, upS, yields },
  }
}

/** Asks over a connection that is not the seat's; undefined: nobody answered. Rejects with a BrokerError. */
export async function look(
  open: (listener: Listener) => Promise<Connection>,
  topic: string,
  me: Self,
  clock: Clock,
  signal: AbortSignal,
): Promise<Twin | undefined> {
  const { promise: told, resolve } = Promise.withResolvers<Twin>()
  const connection = await open((heardOn, payload) => {
    const heard = heardOn === topic ? read(answer, payload) : undefined
    if (heard?.to !== me.run) return
    const { run, outbox, boot, upS, yields } = heard
    resolve({ run, outbox, boot, upS, yields })
  })
  try {
    await connection.subscribe([topic])
    for (let asked = 0; asked < questions; asked++) {
      connection.publish(topic, JSON.stringify({ v: 1, ...me, ask: true }), false, () => undefined)
      const twin = await within(clock, answerMs, told, signal)
      if (twin !== undefined) return twin
    }
    return undefined
  } finally {
    await connection.leave()
  }
}

export function describeTwin({ outbox, boot, upS }: Self): string {
  return `outbox ${outbox}, start ${boot}, running for ${Math.round(upS)} s`
}

function read<S extends z.ZodType>(schema: S, payload: Uint8Array): z.output<S> | undefined {
  if (payload.length > longestWordBytes) return undefined
  try {
    return schema.safeParse(JSON.parse(Buffer.from(payload).toString())).data
  } catch {
    return undefined
  }
}
