/** A street with one of each: what NGSI-LD has a model for, and what it has none for. For tests. */
import { instantiate } from '../../drivers/instance.ts'
import { profileSchema } from '../../drivers/profile.ts'
import type { QuantityName } from '../../drivers/quantities.ts'
import type { PointId } from '../../drivers/reading.ts'
import { compilePolicy } from '../disclosure/policy.ts'
import { ngsiLayout } from '../ngsi-layout.ts'
import { siteSchema } from '../site.ts'
import type { NgsiLayout } from '../uplink/encodings/ngsi-ld-layout.ts'

const kindOf: Readonly<Record<string, string>> = { lamps: 'lighting_controller', relays: 'relay' }

const devices: Readonly<Record<string, Readonly<Record<string, QuantityName>>>> = {
  feeder: {
    power_active: 'power_active',
    power_active_l1: 'power_active',
    power_active_l2: 'power_active',
    power_reactive: 'power_reactive',
    voltage_l1: 'voltage',
    voltage_l2: 'voltage',
    voltage_l3: 'voltage',
    current_l1: 'current',
    power_factor: 'power_factor',
    frequency: 'frequency',
    energy_active_import: 'energy_active_import',
    energy_active_import_t1: 'energy_active_import',
  },
  building: {
    power_active: 'power_active',
    voltage_l1: 'voltage',
    voltage_l2: 'voltage',
    voltage_l3: 'voltage',
    energy_active_export: 'energy_active_export',
  },
  kiosk: { voltage: 'voltage', current: 'current', power_active: 'power_active' },
  lamps: {
    gear_0_level: 'light_level',
    gear_0_power_on_level: 'light_level',
    gear_0_status: 'device_state',
    gear_1_level: 'light_level',
    bus_status: 'status_code',
  },
  relays: { k1: 'relay' },
  fountain: { water_volume: 'water_volume', water_flow: 'water_flow' },
  bin: { filling_level: 'filling_level' },
  path: {
    people_in: 'people_passages',
    bicycles: 'bicycle_passages',
    vehicles: 'vehicle_passages',
    there: 'occupancy',
  },
}

/** Three releases: `read` as it is, `counted` in windows, `hidden` under pseudonyms; and alarms in the first. */
export function ngsiStreet(more: { place?: boolean; coarse?: number; of?: readonly string[] } = {}): NgsiLayout {
  const { place = true, coarse, of = ['mean', 'max', 'last', 'increase'] } = more
  const release = (treatment: object[], rest: object = {}) => ({
    points: Object.keys(devices)
      .flatMap((device) => [`${device}.*`])
      .concat('segment:*.*'),
    purpose: 'maintenance',
    basis: 'public-task',
    recipient: { name: 'Ville', role: 'controller' },
    delivery: 'durable',
    retention: '1y',
    encodings: ['json', 'ngsi-ld'],
    treatment: coarse === undefined ? treatment : [...treatment, { coarsen: { place: coarse } }],
    ...rest,
  })
  const site = siteSchema.parse({
    site: 'rue-haute',
    tenant: 'ville',
    lines: { line: { protocol: 'modbus-tcp', host: '127.0.0.1' } },
    devices: Object.fromEntries(
      Object.keys(devices).map((name, index) => [
        name,
        { profile: name, line: 'line', unit: index + 1, ...(name === 'feeder' ? { feeds: 'public-lighting' } : {}) },
      ]),
    ),
    ...(place ? { place: { latitude: 47.2184, longitude: 2.4137, time_zone: 'Europe/Paris' } } : {}),
    segments: Object.fromEntries(
      ['north', 'south'].map((name) => [
        name,
        {
          setpoints: [`lamps.${name}`],
          program: { from: 'sunset', until: 'sunrise', level: 100 },
          floor: 20,
          on_loss: 'on',
        },
      ]),
    ),
    uplink: { broker: 'mqtt://127.0.0.1' },
    releases: {
      read: release([], { alarms: ['*'] }),
      counted: release([{ aggregate: { every: '15m', of } }]),
      hidden: release([{ pseudonym: { rotates: '30d' } }]),
    },
  })
  const planned = new Map(
    Object.entries(devices).map(([name, points]) => [
      name,
      { line: 'line', unit: 1, instance: instanceOf(name, points) },
    ]),
  )
  const quantities = new Map<PointId, QuantityName>(
    Object.entries(devices).flatMap(([device, points]) =>
      Object.entries(points).map(([name, quantity]) => [`${device}.${name}` as const, quantity] as const),
    ),
  )
  for (const segment of ['north', 'south']) {
    quantities.set(`segment:${segment}.light_level`, 'light_level')
    quantities.set(`segment:${segment}.light_level_asked`, 'light_level')
  }
  return ngsiLayout({ site, devices: planned, policy: compilePolicy(site.releases, quantities) })
}

function instanceOf(name: string, points: Readonly<Record<string, QuantityName>>) {
  const flags = { '0': 'ballast_failure', '1': 'lamp_failure', '2': 'lamp_on' }
  return instantiate(
    profileSchema.parse({
      id: name,
      maker: 'Nobody',
      model: name,
      kind: kindOf[name] ?? 'energy_meter',
      grade: 'drafted',
      source: 'made up for tests of what is told of it',
      modbus: { order: 'ABCD', serial: ['9600 8N1'], timeout: '1s', worst_response: '2s' },
      identify: { point: Object.keys(points)[0], range: [0, 1] },
      points: Object.fromEntries(
        Object.entries(points).map(([point, quantity], index) => [
          point,
          {
            at: `holding/${index}`,
            quantity,
            ...(quantity === 'device_state' ? { as: 'flags16', flags } : { as: 'u16' }),
          },
        ]),
      ),
    }),
  )
}

/** What the street says in one record: of each point so many samples, a good one and others. */
export const t0 = Date.parse('2026-12-21T17:00:00Z')
export const t1 = t0 + 900_000
