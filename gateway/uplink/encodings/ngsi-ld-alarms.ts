/**
 * Alarms in NGSI-LD: an `Alert` where its categories have a word for it, a `DeviceOperation` of type `fault` otherwise. One
 * entity an alarm, which begins and ends again and again: `status` and `observedAt` say how it stands.
 */
import { alerts, type EntityType } from '../../../drivers/models.ts'
import { urn, type NgsiLayout } from './ngsi-ld-layout.ts'
import { dateTime, instant } from './ngsi-ld-time.ts'

export interface ToldAlarm {
  readonly atMs: number
  readonly code: string
  /** empty: the gateway itself */
  readonly of: string
  readonly state: 'raised' | 'cleared'
}

export function alarmEntity(
  { atMs, code, of, state }: ToldAlarm,
  layout: NgsiLayout,
): { id: string; type: EntityType; attributes: Readonly<Record<string, unknown>> } {
  const what = of === '' ? 'gateway' : of
  const id = (type: EntityType) => urn(type, layout, `${what}:${code}`)
  const text = (value: string) => ({ type: 'Property', value, observedAt: instant(atMs) })
  const source = urn('Device', layout, what)
  const alert = Object.hasOwn(alerts, code) ? alerts[code] : undefined
  if (alert === undefined)
    return {
      id: id('DeviceOperation'),
      type: 'DeviceOperation',
      attributes: {
        operationType: text('fault'),
        status: text(state === 'raised' ? 'ongoing' : 'finished'),
        [state === 'raised' ? 'startedAt' : 'endedAt']: dateTime(atMs),
        reportedAt: dateTime(atMs),
        device: { type: 'Relationship', object: source },
        description: text(code),
      },
    }
  return {
    id: id('Alert'),
    type: 'Alert',
    attributes: {
      category: text(alert.category),
      ...(alert.subCategory === undefined ? {} : { subCategory: text(alert.subCategory) }),
      alertSource: text(source),
      dateIssued: dateTime(atMs),
      [state === 'raised' ? 'validFrom' : 'validTo']: dateTime(atMs),
      description: text(code),
    },
  }
}
