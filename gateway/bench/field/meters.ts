/** Forty meters behind one Modbus TCP host, as a site and a profile of Fanal's and as what to ask: the same for both pollers. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Folder } from '../../testing/surroundings.ts'
import { pacedValue } from './rtu-bytes.ts'

export const unitCount = 40
export const periodMs = 1_000
/** The first register of each block; a block has 100. */
export const blocks = [0, 200, 400] as const
export const registers = 100

/** Of those that have bad moments (faulty-meters.ts): these have nothing else. */
export const deadUnits: ReadonlySet<number> = new Set([5, 10, 15, 20, 25, 30, 35, 40])

export interface MetersSettings {
  readonly pointsPerBlock: number
  readonly timeoutMs: number
}

export const readsPerSecond = (unitCount * blocks.length * 1_000) / periodMs

/** What a point reads, in volts: the server's registers hold hundredths. */
export function metersVolts(unit: number, address: number): number {
  return pacedValue(unit, address) / 100
}

/** So many points in each block, the first and the last register among them. */
export function addressesOf(pointsPerBlock: number): number[] {
  return blocks.flatMap((first) =>
    Array.from({ length: pointsPerBlock }, (_, index) =>
      pointsPerBlock === 1 ? first : first + Math.round((index * (registers - 1)) / (pointsPerBlock - 1)),
    ),
  )
}

/** Writes site and profile; tells where they lie. Nothing is released, and its broker is not there. */
export function writeMeters(
  folder: Folder,
  port: number,
  { pointsPerBlock, timeoutMs }: MetersSettings,
): { site: string; profiles: string } {
  const profiles = folder.file('profiles')
  mkdirSync(profiles)
  const profile = {
    id: 'bench-meter-300',
    maker: 'Bench',
    model: 'Meter with 300 registers',
    kind: 'energy_meter',
    grade: 'drafted',
    source: 'the bench itself, no device at all',
    modbus: {
      order: 'ABCD',
      serial: ['19200 8E1'],
      timeout: `${timeoutMs}ms`,
      worst_response: `${2 * timeoutMs}ms`,
      longest_read: registers,
      gap: registers - 1,
    },
    identify: { point: 'r0', range: [0, 656] },
    points: Object.fromEntries(
      addressesOf(pointsPerBlock).map((address) => [
        `r${address}`,
        { at: `holding/${address}`, as: 'u16', quantity: 'voltage', scale: 0.01 },
      ]),
    ),
  }
  writeFileSync(join(profiles, `${profile.id}.yaml`), stringify(profile))
  const units = Array.from({ length: unitCount }, (_, index) => index + 1)
  const site = {
    site: 'bench',
    tenant: 'bench',
    lines: { meters: { protocol: 'modbus-tcp', host: '127.0.0.1', port } },
    devices: Object.fromEntries(units.map((unit) => [`m${unit}`, { profile: profile.id, line: 'meters', unit }])),
    polling: { normal: `${periodMs}ms` },
    uplink: { broker: 'mqtt://127.0.0.1:9' },
    // The first reading is told of what leaves only: one point does, once a day, which costs nothing beside the polling.
    releases: {
      'first-reading': {
        points: ['m1.r0'],
        purpose: 'maintenance',
        basis: { 'not-personal': 'a register of the bench itself' },
        recipient: { name: 'nobody', role: 'controller' },
        treatment: [{ aggregate: { every: '1d', of: ['last'] } }],
        delivery: { 'best-effort': '1d' },
        retention: '1d',
      },
    },
  }
  const file = folder.file('site.yaml')
  writeFileSync(file, stringify(site))
  return { site: file, profiles }
}
