/** Profiles of what a street measures besides its lamps, for tests of releases: a home's meter, a counter of people. */
import { profileSchema, type Profile } from '../../drivers/profile.ts'
import type { Profiles } from '../contradictions.ts'

const common = {
  maker: 'Acme',
  kind: 'energy_meter',
  grade: 'drafted',
  source: 'an invented device, for tests of site files only',
  modbus: { order: 'ABCD', serial: ['9600 8N1'], timeout: '1s', worst_response: '1s' },
}

const meter: Profile = profileSchema.parse({
  ...common,
  id: 'acme-meter',
  model: 'Meter',
  identify: { point: 'frequency', range: [45, 65] },
  points: {
    power_active: { at: 'input/0', as: 'f32', quantity: 'power_active', poll: 'fast' },
    energy_active_import: { at: 'input/2', as: 'f32', quantity: 'energy_active_import', poll: 'slow' },
    frequency: { at: 'input/4', as: 'f32', quantity: 'frequency' },
    contact: { at: 'discrete/0', as: 'bool', quantity: 'contact' },
    serial_number: { at: 'input/6', as: 'text', registers: 4, quantity: 'serial_number', poll: 'slow' },
  },
})

const counter: Profile = profileSchema.parse({
  ...common,
  id: 'acme-counter',
  model: 'Counter',
  identify: { point: 'people_present', range: [0, 1000] },
  points: {
    people_passages: { at: 'input/0', as: 'u32', quantity: 'people_passages' },
    people_present: { at: 'input/2', as: 'u16', quantity: 'people_present' },
  },
})

export const streetProfiles: Profiles = {
  ids: [meter.id, counter.id],
  profile: (id) => [meter, counter].find((profile) => profile.id === id),
}

/** A site with a home's meter, the town's and a counter; `releases` are YAML lines, indented by two. */
export function streetSite(releases: string, more = ''): string {
  return `site: rue-haute
tenant: nantes
lines:
  net: { protocol: modbus-tcp, host: 10.0.0.7 }
devices:
  home: { profile: acme-meter, line: net, unit: 1, feeds: dwelling }
  town: { profile: acme-meter, line: net, unit: 2, feeds: public-lighting }
  gate: { profile: acme-counter, line: net, unit: 3 }
uplink: { broker: mqtts://broker.example }
${more}releases:
${releases}`
}

/** A release as one flow mapping; what is given takes the place of what is usual. */
export function release(own: Readonly<Record<string, string>>): string {
  const usual = {
    purpose: 'planning_decision_making',
    basis: 'public-task',
    recipient: '{ name: Ville, role: controller }',
    delivery: 'durable',
    retention: '1y',
  }
  const keys = Object.entries({ ...usual, ...own }).filter(([, value]) => value !== '')
  return `{ ${keys.map(([key, value]) => `${key}: ${value}`).join(', ')} }`
}
