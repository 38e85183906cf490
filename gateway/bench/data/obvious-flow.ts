/**
 * The obvious build: a Node-RED flow that reads the demo's devices with contrib-modbus each 10 s, names and rounds the values,
 * makes JSON of them and publishes it over TLS. At its thriftiest: QoS 0, one message a read, no retained state.
 */
import { modbusClient } from '../field/node-red.ts'
import { everyMs } from './street-day.ts'

export interface Ports {
  readonly feeder: number
  readonly yard: number
  readonly lamps: number
  readonly broker: number
}

export interface Files {
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

/** One modbus-read each: what is read, and how its registers become the values that ours tells. */
const reads = [
  {
    device: 'feeder',
    dataType: 'InputRegister',
    adr: 0,
    quantity: 74,
    values: `{ power_active: f(52), energy_active_import: f(72), voltage_l1: f(0), voltage_l2: f(2), voltage_l3: f(4), frequency: f(70) }`,
  },
  {
    device: 'yard',
    dataType: 'HoldingRegister',
    adr: 0x5b00,
    quantity: 6,
    values: '{ voltage_l1: u(0), voltage_l2: u(2), voltage_l3: u(4) }',
  },
  { device: 'lamps', dataType: 'HoldingRegister', adr: 6, quantity: 1, values: '{ gear_0_level: r[0] }' },
  { device: 'lamps', dataType: 'HoldingRegister', adr: 606, quantity: 1, values: '{ gear_6_level: r[0] }' },
] as const
export const readCount = reads.length
export const valuesPerRound = 11

const units = { feeder: 1, yard: 2, lamps: 1 } as const

export function topicOf(device: string): string {
  return `demo/place-de-la-fontaine/${device}`
}

export function obviousFlow(ports: Ports, files: Files): object[] {
  const common = { z: 'flow', showErrors: true, showWarnings: false }
  const nodes = reads.flatMap(({ device, dataType, adr, quantity, values }, index) => [
    {
      ...common,
      id: `read-${index}`,
      type: 'modbus-read',
      name: '',
      topic: '',
      showStatusActivities: false,
      logIOActivities: false,
      unitid: String(units[device]),
      dataType,
      adr: String(adr),
      quantity: String(quantity),
      rate: String(everyMs / 1_000),
      rateUnit: 's',
      delayOnStart: false,
      startDelayTime: '',
      server: `client-${device}`,
      useIOFile: false,
      ioFile: '',
      useIOForPayload: false,
      emptyMsgOnFail: false,
      wires: [[`name-${index}`], []],
    },
    {
      ...common,
      id: `name-${index}`,
      type: 'function',
      name: '',
      func: [
        'const r = msg.payload',
        'const two = (at) => { const b = Buffer.alloc(4); b.writeUInt16BE(r[at], 0); b.writeUInt16BE(r[at + 1], 2); return b }',
        'const round = (value) => Math.round(value * 100) / 100',
        'const f = (at) => round(two(at).readFloatBE(0))',
        'const u = (at) => round(two(at).readUInt32BE(0) / 10)',
        `return { payload: { ts: Date.now(), ...${values} } }`,
      ].join('\n'),
      outputs: 1,
      timeout: 0,
      noerr: 0,
      initialize: '',
      finalize: '',
      libs: [],
      wires: [[`json-${index}`]],
    },
    {
      ...common,
      id: `json-${index}`,
      type: 'json',
      name: '',
      property: 'payload',
      action: 'str',
      pretty: false,
      wires: [[`out-${index}`]],
    },
    {
      ...common,
      id: `out-${index}`,
      type: 'mqtt out',
      name: '',
      topic: topicOf(device),
      qos: '0',
      retain: 'false',
      broker: 'broker',
      wires: [],
    },
  ])
  return [
    { id: 'flow', type: 'tab', label: 'street', disabled: false, info: '' },
    ...Object.keys(units).map((device) =>
      modbusClient(`client-${device}`, device, ports[device as keyof typeof units]),
    ),
    {
      id: 'tls',
      type: 'tls-config',
      name: '',
      cert: files.certificate,
      key: files.key,
      ca: files.ca,
      certname: '',
      keyname: '',
      caname: '',
      servername: '',
      verifyservercert: true,
      alpnprotocol: '',
    },
    {
      id: 'broker',
      type: 'mqtt-broker',
      name: '',
      broker: 'localhost',
      port: String(ports.broker),
      tls: 'tls',
      usetls: true,
      clientid: 'street',
      autoConnect: true,
      protocolVersion: '4',
      keepalive: '60',
      cleansession: true,
      birthTopic: '',
      closeTopic: '',
      willTopic: '',
    },
    ...nodes,
  ]
}
