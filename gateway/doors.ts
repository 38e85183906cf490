/** The doors by which commands come in, and the forms in which verdicts go out: over the socket, and up to the city. */
import type { Clock } from '../drivers/clock.ts'
import { answer } from './disclosure/announce.ts'
import type { Announced } from './disclosure/disclosed.ts'
import type { Control, Reply, Verdict } from './control/control.ts'
import type { Outcome } from './control/governor.ts'
import type { Order } from './control/order.ts'
import type { Ruler, Ruling } from './control/ruling.ts'
import type { RulerTold, RulingTold, VerdictTold } from './local/answers.ts'
import type { RawCommand } from './uplink/mqtt.ts'

/** How long somebody at the keyboard waits to hear what a command came to. */
const patienceMs = 3_000

/** An order by somebody at the keyboard: what became of it, as far as that shows within a few seconds. */
export async function takeOrder(
  control: Control,
  order: Order,
  { door, clock }: { door: 'socket' | 'console'; clock: Clock },
): Promise<VerdictTold> {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const verdict = control.take(order, resolve, door)
  if (verdict.verdict !== 'accepted' || !verdict.rules) return verdictTold(verdict, undefined, clock)
  const given = new AbortController()
  const outcome = await Promise.race([promise, clock.sleep(patienceMs, given.signal).catch(() => undefined)])
  given.abort()
  return verdictTold(verdict, outcome ?? undefined, clock)
}

function verdictTold(verdict: Verdict, outcome: Outcome | undefined, clock: Clock): VerdictTold {
  const { setpoint } = verdict
  const ruling = verdict.ruling === undefined ? {} : { ruling: rulingTold(verdict.ruling) }
  switch (verdict.verdict) {
    case 'accepted': {
      const { value, rules, leaseMs, until = clock.now().add({ milliseconds: leaseMs }) } = verdict
      const state = outcome === undefined || outcome.state === 'superseded' ? 'ramping' : outcome.state
      return { verdict: 'accepted', setpoint, value, until: until.toString(), rules, outcome: state, ...ruling }
    }
    case 'released':
      return { verdict: 'released', setpoint, ...ruling }
    case 'refused': {
      const { code, words, allowed } = verdict.refusal
      return { verdict: 'refused', setpoint, code, words, ...(allowed === undefined ? {} : { allowed }) }
    }
  }
}

export function rulingTold({ setpoint, since, until, next, ...ruler }: Ruling): RulingTold {
  return {
    ...rulerTold(ruler),
    setpoint,
    since: since.toString(),
    ...(until === undefined ? {} : { until: until.toString() }),
    ...(next === undefined ? {} : { next: rulerTold(next) }),
  }
}

export function rulerTold({ priority, level, source, reason, ground }: Ruler): RulerTold {
  return { priority, level, source, reason, ...(ground === undefined ? {} : { ground }) }
}

/** A letter over the uplink: its verdict is answered at once, and what it came to when that is known. */
export function hearLetter(control: Control, raw: RawCommand, reply: (announced: Announced) => void): void {
  const setpoint = `${raw.segment}.level`
  const heard = control.hear(raw, (outcome, nonce) => {
    const because = 'because' in outcome ? { because: outcome.because } : {}
    if (outcome.state !== 'ramping' && outcome.state !== 'waiting')
      reply(answer({ nonce, setpoint, verdict: outcome.state, ...because }))
  })
  reply(answer(told(heard)))
}

function told(reply: Reply): Parameters<typeof answer>[0] {
  const { setpoint, verdict } = reply
  const nonce = reply.nonce === undefined ? {} : { nonce: reply.nonce }
  switch (reply.verdict) {
    case 'accepted': {
      const { value, rules, until } = reply
      return { ...nonce, setpoint, verdict, value, rules, ...(until === undefined ? {} : { until }) }
    }
    case 'released':
      return { ...nonce, setpoint, verdict }
    case 'refused': {
      const { code, words, allowed } = reply.refusal
      return { ...nonce, setpoint, verdict, code, words, ...(allowed === undefined ? {} : { allowed }) }
    }
  }
}
