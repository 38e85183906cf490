/** The status of a gateway that has some of everything: a dead device, a broker that is away, somebody at work. */
import { status, type Status } from '../../local/answers.ts'

export function exampleStatus(): Status {
  const figures = {
    polls: 100,
    missed: 1,
    worst_late_ms: 12,
    requests: 100,
    garbled: 2,
    foreign: 0,
    late: 1,
    load: 0.4,
  }
  return status.parse({
    site: 'place-de-la-fontaine',
    tenant: 'saint-exemple',
    pid: 4_242,
    started: '2026-11-25T11:00:00Z',
    outbox: { id: 'b8a7', boot: 3 },
    held: 0,
    lines: {
      feeder: { ...figures, url: 'modbus-tcp://192.168.7.20:502', answers: 90, exceptions: 4, timeouts: 6 },
      yard: {
        ...figures,
        url: 'modbus-rtu:///dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0',
        code: 'LINE_DEVICE_MISSING',
        answers: 0,
        exceptions: 0,
        timeouts: 0,
      },
    },
    devices: {
      feeder: { profile: 'eastron-sdm630', line: 'feeder', unit: 1, health: 'alive' },
      yard: { profile: 'abb-b23', line: 'yard', unit: 2, health: 'dead' },
    },
    segments: {
      north: {
        title: 'Rue Victor Hugo, côté nord',
        ruling: {
          setpoint: 'north.level',
          priority: 'operator',
          level: 60,
          source: { door: 'socket', who: 'marie.curie' },
          reason: 'Monsieur Durand l’a demandé',
          since: '2026-11-25T11:30:00Z',
        },
        actual: 60,
        state: 'applied',
        setpoints: ['lamps.group_0_level'],
      },
    },
    time: { now: '2026-11-25T12:00:00Z', trust: 'holdover', zone: 'Europe/Paris' },
    uplink: {
      broker: 'mqtts://broker.saint-exemple.example:8883',
      connected: false,
      trouble: {
        code: 'BROKER_REFUSED_LOGIN',
        where: 'broker.saint-exemple.example',
        detail: 'Connection refused: Not authorized',
      },
      published: 40,
      refused: 2,
      refusing: {},
    },
    releases: {
      'lighting-energy': {
        delivery: 'durable',
        recipient: 'Ville de Saint-Exemple',
        purpose: 'energy_efficiency',
        points: 2,
        last: 52,
        waiting: 12,
        receipt: 40,
      },
    },
    alarms: [
      { code: 'device-dead', of: 'yard', since: '2026-11-25T11:10:00Z', words: {} },
      {
        code: 'uplink-down',
        of: '',
        since: '2026-11-25T11:20:00Z',
        words: { code: 'BROKER_REFUSED_LOGIN', where: 'broker.saint-exemple.example', detail: 'Not authorized' },
      },
    ],
    presence: { who: 'pierre.martin', since: '2026-11-25T11:50:00Z', until: '2026-11-25T12:50:00Z' },
    home: 7,
    ledger: [{ day: '2026-11-25', release: 'lighting-energy', messages: 40, bytes: 8_000 }],
  })
}
