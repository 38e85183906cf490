/**
 * The proof with real processes: a gateway, a meter on a wire, mosquitto, the recipient. Undeclared points read a number that
 * nothing else has; nobody who listens outside finds it, and on site, where it may be seen, it is.
 */
import { writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadRegistry } from '../drivers/registry.ts'
import { simulate } from '../drivers/testing/simulator.ts'
import { serveTcp } from './demo/meter.ts'
import { fetchBytes } from './local/client.ts'
import { planSite } from './plan.ts'
import { statePaths } from './state.ts'
import { Gateway } from './testing/cabinet.ts'
import { heldAgainst } from './testing/plaintext.ts'
import { Program } from './testing/programs.ts'
import { eventually, Folder, freePort } from './testing/surroundings.ts'
import { Mosquitto } from './uplink/testing/mosquitto.ts'

/** Amperes, exact as a 32-bit float. */
const canary = 31.15625
const forms = [
  String(canary),
  '31.156',
  '31.16',
  '31,15',
  Buffer.from(new Float32Array([canary]).buffer).toString('hex'),
]

let ends: AsyncDisposableStack
let folder: Folder
beforeEach(() => {
  ends = new AsyncDisposableStack()
  folder = ends.use(new Folder())
})
afterEach(() => ends.disposeAsync())

test('what undeclared points read is found on site, and nowhere outside', async () => {
  const [meterPort, page] = [await freePort(), await freePort()]
  const broker = ends.use(await Mosquitto.start({ folder: folder.path }))
  const file = folder.file('site.yaml')
  const text = `
site: cabinet
tenant: t
lines: { feeder: { protocol: modbus-tcp, host: 127.0.0.1, port: ${meterPort} } }
devices: { feeder: { profile: eastron-sdm630, line: feeder, unit: 1 } }
polling: { fast: 500ms, normal: 500ms, slow: 1s }
uplink: { broker: 'mqtt://127.0.0.1:${broker.port}' }
console: { listen: '127.0.0.1:${page}' }
releases:
  frequency:
    points: [feeder.frequency]
    purpose: inform
    basis: { not-personal: 'the frequency is the same in all of Europe' }
    recipient: { name: Anyone, role: third-party }
    delivery: durable
    retention: 30d
`
  writeFileSync(file, text)
  const planned = planSite(text, file, loadRegistry([]))
  if (!planned.ok) throw new Error(JSON.stringify(planned.mistakes))
  const { instance } = planned.plan.devices.get('feeder') ?? expect.fail()
  const meter = simulate(instance)
  meter.set('frequency', 50)
  for (const phase of ['l1', 'l2', 'l3']) meter.set(`current_${phase}`, canary)
  ends.use(await serveTcp(meter, 1, meterPort))

  const listening = ends.use(
    new Program('stdbuf', [
      '-oL',
      'mosquitto_sub',
      '-p',
      String(broker.port),
      '-V',
      '5',
      '-t',
      '#',
      '-F',
      'heard %t %P %x',
    ]),
  )
  const gateway = ends.use(await Gateway.start(file, folder.file('state')))
  await gateway.begun()
  await eventually(() =>
    expect(listening.out.filter((line) => line.includes('/r/frequency')).length).toBeGreaterThan(3),
  )

  const { socket } = statePaths(gateway.state)
  const outside = {
    ...(await heldAgainst(socket, page)),
    broker: listening.out.map((line) => Buffer.from(line.split(' ').at(-1) ?? '', 'hex').toString() + line),
    events: gateway.events().map((event) => JSON.stringify(event)),
  }
  const found = Object.entries(outside).flatMap(([output, lines]) =>
    lines.filter((line) => forms.some((form) => line.includes(form))).map((line) => `${output}: ${line}`),
  )
  expect(found).toEqual([])
  expect(Object.keys(outside).length).toBeGreaterThan(20)
  const bundle = gunzipSync(await fetchBytes(socket, '/api/support')).toString('latin1')
  expect(forms.filter((form) => bundle.includes(form))).toEqual([])
  for (const name of ['current_l1', 'current_l2'])
    expect(outside.broker.filter((line) => line.includes(name))).toEqual([])

  // The same search finds it where it may be: else it proves nothing.
  const here = (await fetchBytes(socket, '/api/points')).toString()
  expect(forms.some((form) => here.includes(form))).toBe(true)
})
