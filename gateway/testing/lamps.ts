/** Profiles of devices that make light, small enough to hold in the head, for tests of site files. */
import { profileSchema, type Profile } from '../../drivers/profile.ts'
import type { Profiles } from '../contradictions.ts'

const common = {
  maker: 'Acme',
  grade: 'drafted',
  source: 'an invented device, for tests of site files only',
  modbus: { order: 'ABCD', serial: ['9600 8N1'], timeout: '1s', worst_response: '1s' },
}
const level = { as: 'u16', quantity: 'light_level' }
const keeps = { keeps: 'the lamps stay as they were last told' }

function profile(id: string, text: object): Profile {
  return profileSchema.parse({ ...common, id, model: id, ...text })
}

/** A DALI gateway in per cent: gears by site, groups that cannot be asked, a broadcast, a fade time that is no light. */
const dali = profile('acme-dali', {
  kind: 'lighting_controller',
  identify: { point: 'gear_count', range: [0, 64] },
  repeats: {
    gear: { from: 0, to: 63, installed: 'by-site', label: { en: 'gear', fr: 'ballast' } },
    group: { from: 0, to: 15, installed: 'always', label: { en: 'group', fr: 'groupe' } },
  },
  points: {
    gear_count: { at: 'input/0', as: 'u16', quantity: 'dali_level' },
    daylight: { at: 'input/1', as: 'u16', quantity: 'illuminance', poll: 'slow' },
    'gear_{gear}_level': { at: 'holding/100', step: 10, ...level },
    'gear_{gear}_state': { at: 'holding/101', step: 10, as: 'u16', quantity: 'dali_level' },
  },
  setpoints: {
    'gear_{gear}_level': {
      ...{ at: 'holding/100', step: 10, ...level, limits: [1, 100], slew: '20/s', rest: '200ms', safe: 100 },
      confirm: { by: 'gear_{gear}_level', within: '2s', tolerance: 2 },
      on_loss: keeps,
    },
    'group_{group}_level': {
      ...{ at: 'holding/1000', step: 10, ...level, limits: [10, 90], slew: '10/s', rest: '1s', safe: 90 },
      confirm: { none: 'a group of lamps cannot be asked' },
      on_loss: keeps,
    },
    broadcast_level: {
      ...{ at: 'holding/2000', ...level, limits: [0, 100], slew: 'at-once', rest: '1s', safe: 100 },
      confirm: { none: 'all lamps together cannot be asked' },
      on_loss: keeps,
    },
    current_limit: {
      ...{ at: 'holding/2001', as: 'u16', quantity: 'current', limits: [0, 10], slew: 'at-once', rest: '1s', safe: 10 },
      confirm: { none: 'the limit cannot be asked for' },
      on_loss: keeps,
    },
  },
})

/** A DALI gateway on raw levels. */
const raw = profile('acme-raw', {
  kind: 'lighting_controller',
  identify: { point: 'level', range: [0, 254] },
  points: { level: { at: 'holding/0', as: 'u16', quantity: 'dali_level' } },
  setpoints: {
    level: {
      ...{ at: 'holding/0', as: 'u16', quantity: 'dali_level', limits: [85, 254], slew: '30/s', rest: '1s', safe: 254 },
      confirm: { by: 'level', within: '2s', tolerance: 1 },
      on_loss: keeps,
    },
  },
})

/** Relays that go to their safe state when they were not polled for 12 s, and contacts. */
const relay = profile('acme-relay', {
  kind: 'relay',
  identify: { point: 'k1', range: [0, 1] },
  points: {
    k1: { at: 'coil/0', as: 'bool', quantity: 'relay' },
    door: { at: 'discrete/0', as: 'bool', quantity: 'contact', poll: 'slow' },
    feedback: { at: 'discrete/2', as: 'bool', quantity: 'contact' },
    forced: { at: 'discrete/1', as: 'bool', quantity: 'contact', poll: 'slow' },
  },
  setpoints: {
    k1: {
      ...{ at: 'coil/0', as: 'bool', quantity: 'relay', limits: [0, 1], slew: 'at-once', rest: '2s', safe: true },
      confirm: { by: 'k1', within: '1s' },
      on_loss: { goes_to: 'safe', after: '12s', armed_by: [{ at: 'holding/8', value: 12 }] },
    },
  },
})

const all = [dali, raw, relay]

export const lampProfiles: Profiles = {
  ids: all.map(({ id }) => id),
  profile: (id) => all.find((each) => each.id === id),
}

/** A site with a segment of each kind; good as it is. */
export const lampSite = `site: rue-haute
tenant: nantes
place: { latitude: 47.2184, longitude: -1.5536, time_zone: Europe/Paris }
lines:
  net: { protocol: modbus-tcp, host: 10.0.0.7 }
devices:
  lamps: { profile: acme-dali, line: net, unit: 1, has: { gear: "0-5, 9" } }
  alley: { profile: acme-raw, line: net, unit: 2 }
  board: { profile: acme-relay, line: net, unit: 3 }
polling: { normal: 4s }
segments:
  north:
    title: Rue Haute, north side
    setpoints: [lamps.group_0_level, lamps.gear_9_level]
    confirm_by: [lamps.gear_3_level]
    program:
      from: sunset + 10m
      until: sunrise - 5m
      level: 90
      late: { from: 23:00, until: 05:00, level: 50 }
    limits: [20, 90]
    slew: 4/s
    rest: 3s
    floor: 30
    on_loss: photocell
    photocell: { point: lamps.daylight, on_below: 20, off_above: 60 }
    local: { point: board.forced, level: 80 }
    interlocks:
      - { point: board.door, is: true, forbids: off, because: somebody is at the cabinet }
  lane:
    setpoints: [alley.level]
    program: { from: civil-dusk, until: civil-dawn, level: 60 }
    limits: [20, 80]
    floor: 20
    on_loss: program
  square:
    setpoints: [board.k1]
    confirm_by: [board.feedback]
    program:
      from: sunset
      until: sunrise
      level: 100
      late: { from: 00:30, until: 04:30, level: 0, act: arrêté municipal 2026-14 }
    floor: 100
    on_loss: { off: the square is closed at night }
uplink: { broker: mqtts://broker.example:8883 }
releases: {}
`
