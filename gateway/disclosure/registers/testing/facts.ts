/** A cabinet that releases a little of everything, for the tests of what people read. */
import type { QuantityName } from '../../../../drivers/quantities.ts'
import type { PointId } from '../../../../drivers/reading.ts'
import { releaseSchema } from '../../../releases.ts'
import { compilePolicy } from '../../policy.ts'
import type { Facts } from '../facts.ts'

const points: readonly (readonly [PointId, QuantityName])[] = [
  ['feeder.power_active', 'power_active'],
  ['feeder.energy_active_import', 'energy_active_import'],
  ['feeder.voltage_l1', 'voltage'],
  ['feeder.voltage_l2', 'voltage'],
  ['feeder.current_l1', 'current'],
  ['feeder.serial_number', 'serial_number'],
  ['lamps.gear_0_level', 'light_level'],
  ['door.open', 'contact'],
]

export const releases = {
  energy: {
    points: ['feeder.power_active', 'feeder.energy_active_import'],
    alarms: ['device-dead'],
    purpose: 'energy_efficiency',
    basis: 'public-task',
    recipient: { name: 'Ville, éclairage public', role: 'controller' },
    treatment: [{ aggregate: { every: '15m', of: ['mean', 'max'] } }, { round: 1 }],
    delivery: 'durable',
    retention: '3y',
  },
  voltage: {
    points: ['feeder.voltage_*'],
    purpose: 'planning_decision_making',
    basis: { 'not-personal': 'a voltage is the network’s, not a customer’s' },
    recipient: { name: 'Anyone <everyone> & "all"', role: 'third-party' },
    treatment: [{ aggregate: { every: '1h', of: ['min', 'max'] } }, { coarsen: { place: 0.01 } }],
    delivery: { 'best-effort': '30s' },
    retention: '30d',
    licence: 'etalab-2.0',
    expires: '2028-01-01',
  },
  light: {
    points: ['lamps.gear_0_level'],
    purpose: 'inform',
    basis: { 'not-personal': 'a street lamp is there for all to see' },
    recipient: { name: 'Anyone', role: 'third-party' },
    delivery: { 'best-effort': '30s' },
    retention: '1y',
    licence: 'ODbL-1.0',
  },
} as const

export function policyOf(declared: Readonly<Record<string, object>> = releases, of = points): Facts['policy'] {
  const parsed = Object.fromEntries(
    Object.entries(declared).map(([name, release]) => [name, releaseSchema.parse(release)]),
  )
  return compilePolicy(parsed, new Map(of))
}

export const payload =
  '{"v":1,"outbox":"02152d0caafb8dc3","boot":1,"seq":17,"t0":1795385850000,"t1":1795385860000,"p":{"feeder.power_active.mean":[[0,10094]]}}'

export function factsWith(changes: Partial<Facts> = {}): Facts {
  return {
    policy: policyOf(),
    site: {
      site: 'fontaine',
      tenant: 'ville',
      title: 'Place de la Fontaine',
      place: { latitude: 47.21234, longitude: 2.43219, time_zone: 'Europe/Paris' },
      responsible: {
        name: 'Ville de Sainte-Lumière',
        address: '1 place de la Mairie',
        contact: 'espace-public@ville.example',
        dpo: 'dpo@ville.example',
        page: 'https://donnees.ville.example/fontaine',
      },
      uplink: { broker: 'mqtts://broker.ville.example' },
    },
    at: Temporal.Instant.from('2026-12-21T16:00:00.123Z'),
    enforced: { hash: 'a3f09c41'.repeat(8), since: Temporal.Instant.from('2026-11-20T10:00:00Z') },
    samples: new Map([['energy', { topic: 'fanal/ville/fontaine/r/energy', payload }]]),
    ...changes,
  }
}
