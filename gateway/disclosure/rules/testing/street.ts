/** A street with every kind of point that a rule looks at: the town's meters, homes, firms, a market, counters, names. */
import type { QuantityName } from '../../../../drivers/quantities.ts'
import type { PointId } from '../../../../drivers/reading.ts'
import { siteSchema } from '../../../site.ts'
import { compilePolicy, type LitByPeople } from '../../policy.ts'
import { least, type Feeds, type Ground, type Least } from '../ground.ts'
import { refusals } from '../rules.ts'

const homes = Array.from({ length: 20 }, (_, index) => `home-${index}`)
const firms = Array.from({ length: 12 }, (_, index) => `firm-${index}`)

export const feeds: ReadonlyMap<string, Feeds> = new Map<string, Feeds>([
  ...homes.map((home) => [home, 'dwelling'] as const),
  ...firms.map((firm) => [firm, 'business'] as const),
  ['market', 'mixed'],
  ['lighting', 'public-lighting'],
  ['school', 'public-building'],
])

export const street: ReadonlyMap<PointId, QuantityName> = new Map<PointId, QuantityName>([
  ...[...homes, ...firms, 'market', 'lighting', 'school', 'unsaid'].flatMap((meter): [PointId, QuantityName][] => [
    [`${meter}.power_active`, 'power_active'],
    [`${meter}.energy_active_import`, 'energy_active_import'],
  ]),
  ['home-0.power_active_l1', 'power_active'],
  ['home-0.voltage', 'voltage'],
  ['home-0.serial_number', 'serial_number'],
  ['home-1.water_volume', 'water_volume'],
  ['lighting.serial_number', 'serial_number'],
  ['gate.people_passages', 'people_passages'],
  ['gate.people_present', 'people_present'],
  ['gate.occupancy', 'occupancy'],
  ['bins.filling_level', 'filling_level'],
  ['bins.container_tag', 'container_tag'],
  ['lamps.light_level', 'light_level'],
  ['school.boxes', 'count'],
  ['box.detector', 'contact'],
  ['box.key', 'contact'],
  ['segment:path.light_level', 'light_level'],
  ['segment:square.light_level', 'light_level'],
])

/** Who walks there lights the path; the square has its key. */
const litByPeople: LitByPeople = {
  detectors: new Set(['box.detector']),
  light: new Set(['segment:path.light_level']),
}

const whole = {
  purpose: 'planning_decision_making',
  basis: 'public-task',
  recipient: { name: 'Ville', role: 'controller' },
  delivery: 'durable',
  retention: '1y',
}

/** Releases as a site writes them, filled up where they say nothing. */
export function groundOf(releases: Readonly<Record<string, object>>, asked: Least = least): Ground {
  const filled = Object.fromEntries(Object.entries(releases).map(([name, release]) => [name, { ...whole, ...release }]))
  const { releases: compiled } = compilePolicy(siteSchema.shape.releases.parse(filled), street)
  return { releases: compiled, quantityOf: street, feeds, least: asked, litByPeople }
}

/** `release: code path`, each. */
export function refused(releases: Readonly<Record<string, object>>, asked?: Least): string[] {
  return refusals(groundOf(releases, asked)).map(({ release, code, path }) => `${release}: ${code} ${path.join('.')}`)
}
