/** What a site controls, in words: each segment's night, and what the devices leave to be wished for. */
import { allInstalled, expand } from '../drivers/repeats.ts'
import type { Output, Segment } from '../gateway/control/segment.ts'
import type { Plan } from '../gateway/plan.ts'
import type { Context } from './context.ts'
import type { MessageKey } from './messages.ts'
import { durationText } from './wording.ts'

/** No mistake, but something that the person who answers for the street should know. */
export interface Notice {
  readonly code: 'keeps' | 'goes-on' | 'goes-off' | 'only-site' | 'unconfirmed'
  readonly segment: string
  readonly setpoint: string
  /** the profile's word for it */
  readonly because?: string
  /** as the site file writes it: `10s` */
  readonly within?: string
  readonly points?: string
}

/** `from sunset +10 min to sunrise −5 min at 100 %, 50 % from 23:00 to 05:00; floor 30 %; …` */
export function segmentText({ say }: Pick<Context, 'say'>, { name, declared }: Segment): string {
  const { program, floor } = declared
  const { from, until, level } = program
  return say('check.segment', {
    name,
    from: say(`check.from-${from.event}`, { offset: offsetText(from.offsetMinutes) }),
    until: say(`check.until-${until.event}`, { offset: offsetText(until.offsetMinutes) }),
    level,
    late: lateText({ say }, program.late),
    floor: floor === 0 ? say('check.no-floor') : say('check.floor', { floor }),
    loss: lossText({ say }, declared),
  })
}

/** ` +10 min`, ` −5 min`, or nothing. */
function offsetText(minutes: number): string {
  return minutes === 0 ? '' : ` ${minutes < 0 ? '−' : '+'}${Math.abs(minutes)} min`
}

function lateText({ say }: Pick<Context, 'say'>, late: Segment['declared']['program']['late']): string {
  if (late === undefined) return ''
  const { level, act = '' } = late
  const [from, until] = [late.from, late.until].map((time) => time.toString({ smallestUnit: 'minute' }))
  const words = { from: from ?? '', until: until ?? '' }
  return level === 0 ? say('check.dark', { ...words, act }) : say('check.late', { ...words, level })
}

function lossText({ say }: Pick<Context, 'say'>, { on_loss: onLoss, program }: Segment['declared']): string {
  if (typeof onLoss === 'object') return say('check.loss-off', { because: onLoss.off })
  if (onLoss === 'photocell') return say('check.loss-photocell')
  return say('check.loss-program', { level: onLoss === 'on' ? 100 : program.level })
}

export function noticesOf(plan: Plan): Notice[] {
  return [...plan.segments.values()].flatMap((segment) =>
    segment.outputs.flatMap((output) => [
      lossNotice(plan, segment, output),
      ...confirmationNotice(plan, segment, output),
    ]),
  )
}

/** What becomes of the light when nobody talks to the device any more. */
function lossNotice(plan: Plan, { name: segment, declared }: Segment, { setpoint, device, onLoss }: Output): Notice {
  if (onLoss !== undefined) {
    const within = durationText(Temporal.Duration.from({ milliseconds: onLoss.afterMs }))
    return { code: typeof declared.on_loss === 'object' ? 'goes-off' : 'goes-on', segment, setpoint, within }
  }
  const profile = plan.devices.get(device)?.instance.profile
  const described = profile && expand(profile, allInstalled(profile)).setpoints
  const declaredLoss = described?.find(([name]) => `${device}.${name}` === setpoint)?.[1].on_loss
  const because = declaredLoss && 'keeps' in declaredLoss ? declaredLoss.keeps : ''
  return { code: 'keeps', segment, setpoint, because }
}

function confirmationNotice(plan: Plan, { name: segment }: Segment, output: Output): Notice[] {
  const { setpoint, device, confirmBy } = output
  if (confirmBy.length === 0) return [{ code: 'unconfirmed', segment, setpoint }]
  const own = plan.devices.get(device)?.instance.setpoints.get(setpoint.slice(device.length + 1))?.confirm
  return own === undefined ? [{ code: 'only-site', segment, setpoint, points: confirmBy.join(', ') }] : []
}

export function noticeText({ say }: Pick<Context, 'say'>, { code, ...words }: Notice): string {
  return say(`check.notice-${code}` satisfies MessageKey, words)
}
