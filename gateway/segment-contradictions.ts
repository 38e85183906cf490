/** What the segments of a site file say against one another, against themselves, and against what their devices can do. */
import type { z } from 'zod'
import type { Instance } from '../drivers/instance.ts'
import { pollClasses, type Contradiction, type PollClass, type Profile } from '../drivers/profile.ts'
import { quantities, type QuantityName } from '../drivers/quantities.ts'
import { allInstalled, expand } from '../drivers/repeats.ts'
import { asRecord, milliseconds } from '../drivers/schema.ts'
import { rangeOf } from './control/levels.ts'
import type { Output } from './control/segment.ts'
import { halves } from './named-point.ts'
import { formOf, outputOf, tells } from './outputs.ts'
import { periodsOf } from './periods.ts'
import { siteSchema } from './site.ts'

/** A device as far as it is known; without an instance, its profile is not. */
export interface KnownDevice {
  readonly name: string
  readonly profile: Profile | undefined
  readonly instance: Instance | undefined
}

type Path = readonly (string | number)[]
type Found = Contradiction[]

const { shape } = siteSchema.shape.segments.unwrap().valueType
const programShape = shape.program.shape
const lateShape = programShape.late.unwrap().shape
const photocellShape = shape.photocell.unwrap().shape
const localShape = shape.local.unwrap().shape

export function segmentContradictions(root: Record<string, unknown>, devices: readonly KnownDevice[]): Found {
  const segments = Object.entries(asRecord(root['segments'])).map((entry) => looseSegment(entry, devices))
  return [
    ...(segments.length > 0 && root['place'] === undefined ? [at(['segments'], 'segments-without-place')] : []),
    ...segments.flatMap((segment) => namedLikeDevice(segment, devices)),
    ...segments.flatMap((segment) => unfitSetpoints(segment, devices)),
    ...sharedSetpoints(segments),
    ...segments.flatMap((segment) => unfitConfirmations(segment, devices)),
    ...segments.flatMap(widened),
    ...segments.flatMap(unfitLevels),
    ...segments.flatMap(unfitLate),
    ...segments.flatMap((segment) => unfitPhotocell(segment, devices)),
    ...segments.flatMap((segment) => unfitContacts(segment, devices)),
    ...segments.flatMap(lockedBothWays),
    ...seldomPolled(segments, devices, root['polling']),
  ]
}

function at(path: Path, code: string, words: Record<string, string> = {}, candidates?: string[]): Contradiction {
  return { path: [...path], code, words, ...(candidates && { candidates }) }
}

/** A value that is well formed by itself, and where it stands. */
interface Held<T> {
  readonly path: Path
  readonly value: T
}

function held<S extends z.ZodType>(
  path: Path,
  raw: Record<string, unknown>,
  key: string,
  schema: S,
): Held<z.output<S>> | undefined {
  if (raw[key] === undefined) return undefined
  const parsed = schema.safeParse(raw[key])
  return parsed.success ? { path: [...path, key], value: parsed.data } : undefined
}

function heldList<S extends z.ZodType>(path: Path, list: unknown, schema: S): Held<z.output<S>>[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((each: unknown, index) => {
    const parsed = schema.safeParse(each)
    return parsed.success ? [{ path: [...path, index], value: parsed.data }] : []
  })
}

/** A segment whose malformed fields are left out. */
function looseSegment([name, value]: [string, unknown], devices: readonly KnownDevice[]) {
  const path = ['segments', name]
  const [programPath, photocellPath, localPath] = [
    [...path, 'program'],
    [...path, 'photocell'],
    [...path, 'local'],
  ]
  const latePath = [...programPath, 'late']
  const raw = asRecord(value)
  const [program, photocell, local] = [asRecord(raw['program']), asRecord(raw['photocell']), asRecord(raw['local'])]
  const late = asRecord(program['late'])
  const setpoints = heldList([...path, 'setpoints'], raw['setpoints'], shape.setpoints.element)
  return {
    name,
    path,
    setpoints,
    outputs: setpoints.flatMap(({ value: id }) => knownOutput(id, devices) ?? []),
    confirmBy: heldList([...path, 'confirm_by'], raw['confirm_by'], shape.confirm_by.unwrap().element),
    limits: held(path, raw, 'limits', shape.limits.unwrap()),
    slew: held(path, raw, 'slew', shape.slew.unwrap()),
    rest: held(path, raw, 'rest', shape.rest.unwrap()),
    floor: held(path, raw, 'floor', shape.floor),
    level: held(programPath, program, 'level', programShape.level),
    late: {
      from: held(latePath, late, 'from', lateShape.from),
      until: held(latePath, late, 'until', lateShape.until),
      level: held(latePath, late, 'level', lateShape.level),
      hasAct: late['act'] !== undefined,
    },
    onLoss: held(path, raw, 'on_loss', shape.on_loss),
    hasPhotocell: raw['photocell'] !== undefined,
    photocell: {
      point: held(photocellPath, photocell, 'point', photocellShape.point),
      onBelow: held(photocellPath, photocell, 'on_below', photocellShape.on_below),
      offAbove: held(photocellPath, photocell, 'off_above', photocellShape.off_above),
    },
    local: {
      point: held(localPath, local, 'point', localShape.point),
      level: held(localPath, { level: 100, ...local }, 'level', localShape.level),
    },
    interlocks: heldList([...path, 'interlocks'], raw['interlocks'], shape.interlocks.unwrap().element),
  }
}
type LooseSegment = ReturnType<typeof looseSegment>

// ---- devices and their points

function knownOutput(id: string, devices: readonly KnownDevice[]): Output | undefined {
  const [device, own] = halves(id)
  const setpoint = devices.find(({ name }) => name === device)?.instance?.setpoints.get(own)
  return setpoint && outputOf(device, setpoint)
}

function quantityOf(id: string, devices: readonly KnownDevice[]): QuantityName | undefined {
  const [device, own] = halves(id)
  return devices.find(({ name }) => name === device)?.instance?.points.get(own)?.quantity
}

/** `device.name` of all points, or setpoints, whose quantity fits. */
function allOf(
  kind: 'points' | 'setpoints',
  devices: readonly KnownDevice[],
  fits: (quantity: QuantityName) => boolean,
): string[] {
  return devices.flatMap(({ name, instance }) =>
    [...(instance?.[kind].values() ?? [])].flatMap((each) => (fits(each.quantity) ? [`${name}.${each.name}`] : [])),
  )
}

/** Why a point, or setpoint, is not there; of a device whose profile is unknown it may be: that mistake is told elsewhere. */
function absent(
  { path, value: id }: Held<string>,
  kind: 'points' | 'setpoints',
  devices: readonly KnownDevice[],
  candidates: string[],
): Found {
  const [name, own] = halves(id)
  const device = devices.find((each) => each.name === name)
  if (device !== undefined && device.profile === undefined) return []
  const possible = device?.profile && expand(device.profile, allInstalled(device.profile))[kind]
  if (possible?.some(([each]) => each === own)) return [at(path, 'not-installed', { device: name })]
  return [at(path, kind === 'points' ? 'no-point-here' : 'no-such-setpoint', {}, candidates)]
}

function namedLikeDevice({ name, path }: LooseSegment, devices: readonly KnownDevice[]): Found {
  return devices.some((device) => device.name === name) ? [at(path, 'segment-named-like-device')] : []
}

// ---- what makes the light, and what tells it

function unfitSetpoints({ setpoints }: LooseSegment, devices: readonly KnownDevice[]): Found {
  const lights = allOf('setpoints', devices, (quantity) => formOf(quantity) !== undefined)
  return setpoints.flatMap((setpoint) => {
    const [device, own] = halves(setpoint.value)
    const instance = devices.find(({ name }) => name === device)?.instance
    const known = instance?.setpoints.get(own)
    if (known !== undefined)
      return formOf(known.quantity) === undefined
        ? [at(setpoint.path, 'not-a-light', { quantity: known.quantity }, lights)]
        : []
    if (instance?.points.has(own)) return [at(setpoint.path, 'read-only-point', {}, lights)]
    return absent(setpoint, 'setpoints', devices, lights)
  })
}

/** A broadcast reaches every lamp of its device: beside it no other setpoint's light would be known. */
function isBroadcast(id: string): boolean {
  return halves(id)[1].startsWith('broadcast_')
}

function sharedSetpoints(segments: readonly LooseSegment[]): Found {
  const used = segments.flatMap(({ name, setpoints }) => setpoints.map((setpoint) => ({ ...setpoint, segment: name })))
  return used.flatMap(({ path, value: id }, index) => {
    const earlier = used.slice(0, index)
    const owner = earlier.find(({ value }) => value === id)
    if (owner !== undefined) return [at(path, 'setpoint-taken', { segment: owner.segment })]
    const mixed = earlier.find(
      ({ value }) => halves(value)[0] === halves(id)[0] && (isBroadcast(value) || isBroadcast(id)),
    )
    return mixed === undefined ? [] : [at(path, 'broadcast-beside-others', { other: mixed.value })]
  })
}

function unfitConfirmations({ confirmBy, outputs }: LooseSegment, devices: readonly KnownDevice[]): Found {
  const fits = (quantity: QuantityName) => outputs.some(({ form }) => tells(quantity, form))
  const candidates = allOf('points', devices, fits)
  return confirmBy.flatMap((confirming) => {
    const quantity = quantityOf(confirming.value, devices)
    if (quantity === undefined) return absent(confirming, 'points', devices, candidates)
    if (fits(quantity) || outputs.length === 0) return []
    const wanted = [...new Set(outputs.map(({ form }) => form))].join(', ')
    return [at(confirming.path, 'point-of-another-quantity', { quantity, wanted }, candidates)]
  })
}

/** A site narrows what the profile allows, and never widens it. */
function widened({ limits, slew, rest, outputs }: LooseSegment): Found {
  const found: Found = []
  const range = reach(outputs)
  if (limits && (limits.value[0] < range[0] || limits.value[1] > range[1]))
    found.push(at(limits.path, 'limits-wider-than-profile', { range: rangeText(range) }))
  if (slew) {
    const own = Math.min(...outputs.map(({ slewPerS }) => slewPerS))
    const other = outputs.find(({ form }) => form !== 'light_level')
    if (other !== undefined) found.push(at(slew.path, 'slew-not-in-per-cent', { setpoint: other.setpoint }))
    else if (slew.value > own) found.push(at(slew.path, 'slew-faster-than-profile', { most: `${own}/s` }))
  }
  if (rest) {
    const ownMs = Math.max(0, ...outputs.map(({ restMs }) => restMs))
    if (milliseconds(rest.value) < ownMs)
      found.push(at(rest.path, 'rest-shorter-than-profile', { least: `${ownMs}ms` }))
  }
  return found
}

/** The levels in per cent that the outputs can have besides 0; how far a relay can be dimmed is told apart from this. */
function reach(outputs: readonly Output[]): [least: number, most: number] {
  const dimmed = outputs.filter(({ form }) => form !== 'relay')
  if (dimmed.length === 0) return [0, 100]
  const { from, to } = rangeOf(dimmed)
  return [from, to]
}

/** `10 … 100`: DALI's steps are no round per cent, so to the next tenth within. */
function rangeText([least, most]: readonly [number, number]): string {
  return `${Math.ceil(least * 10) / 10} … ${Math.floor(most * 10) / 10}`
}

// ---- levels

function unfitLevels({ level, late, local, floor, limits, outputs }: LooseSegment): Found {
  const lit = [level, late.level, local.point && local.level].filter((each) => each !== undefined)
  const all = [...lit, ...(floor ? [floor] : [])].filter(({ value }) => value !== 0)
  const relay = outputs.every(({ form }) => form === 'relay') ? outputs[0] : undefined
  const [least, most] = limits?.value ?? reach(outputs)
  return all.flatMap(({ path, value }) => {
    const words = { level: String(value) }
    if (relay !== undefined && value !== 100)
      return [at(path, 'relay-cannot-dim', { ...words, setpoint: relay.setpoint })]
    if (value < least || value > most)
      return [at(path, 'level-outside-limits', { ...words, range: rangeText([least, most]) })]
    const isBelow = floor !== undefined && path !== floor.path && value < floor.value
    return isBelow ? [at(path, 'level-below-floor', { ...words, floor: String(floor.value) })] : []
  })
}

const minutesADay = 1_440

/** A night goes from noon to noon. */
function sinceNoon({ hour, minute }: Temporal.PlainTime): number {
  return (hour * 60 + minute + minutesADay / 2) % minutesADay
}

function unfitLate({ late: { from, until, level, hasAct } }: LooseSegment): Found {
  const found: Found = []
  if (from && until) {
    const [begins, ends] = [sinceNoon(from.value), sinceNoon(until.value) || minutesADay]
    if (from.value.equals(until.value)) found.push(at(until.path, 'late-period-empty'))
    else if (begins > ends) found.push(at(until.path, 'late-period-over-noon'))
  }
  if (level?.value === 0 && !hasAct) found.push(at(level.path, 'dark-without-act'))
  return found
}

// ---- inputs

function unfitPhotocell({ photocell, hasPhotocell, onLoss }: LooseSegment, devices: readonly KnownDevice[]): Found {
  const { point, onBelow, offAbove } = photocell
  const found: Found = []
  if (onLoss?.value === 'photocell' && !hasPhotocell) found.push(at(onLoss.path, 'photocell-missing'))
  if (point) found.push(...unfitInput(point, devices, (quantity) => quantity === 'illuminance', 'illuminance'))
  if (onBelow && offAbove && onBelow.value >= offAbove.value)
    found.push(at(offAbove.path, 'thresholds-upside-down', { below: String(onBelow.value) }))
  return found
}

function unfitContacts({ local, interlocks }: LooseSegment, devices: readonly KnownDevice[]): Found {
  const points = interlocks.map(({ path, value }) => ({ path: [...path, 'point'], value: value.point }))
  const isSwitch = (quantity: QuantityName) => quantities[quantity].kind === 'switch'
  return [...(local.point ? [local.point] : []), ...points].flatMap((point) =>
    unfitInput(point, devices, isSwitch, 'contact, relay'),
  )
}

function unfitInput(
  point: Held<string>,
  devices: readonly KnownDevice[],
  fits: (quantity: QuantityName) => boolean,
  wanted: string,
): Found {
  const quantity = quantityOf(point.value, devices)
  const candidates = allOf('points', devices, fits)
  if (quantity === undefined) return absent(point, 'points', devices, candidates)
  return fits(quantity) ? [] : [at(point.path, 'point-of-another-quantity', { quantity, wanted }, candidates)]
}

/** Off is forbidden, and on too: nothing would be left. */
function lockedBothWays({ interlocks }: LooseSegment): Found {
  return interlocks.flatMap(({ path, value }, index) => {
    const other = interlocks
      .slice(0, index)
      .some(
        ({ value: { point, is, forbids } }) => point === value.point && is === value.is && forbids !== value.forbids,
      )
    return other ? [at([...path, 'forbids'], 'locked-both-ways', { point: value.point, is: String(value.is) })] : []
  })
}

// ---- what devices do by themselves

/** So many times a device with a timeout hears from the gateway before it runs out: one lost poll is no loss. */
const pollsWithin = 3

function seldomPolled(segments: readonly LooseSegment[], devices: readonly KnownDevice[], polling: unknown): Found {
  const { polling: schema } = siteSchema.shape
  const said = asRecord(polling)
  const wellSaid = pollClasses.flatMap((poll) => Object.entries(schema.safeParse({ [poll]: said[poll] }).data ?? {}))
  const periodsMs = periodsOf(Object.fromEntries(wellSaid))
  const inputs = new Set(
    segments.flatMap(({ photocell, local, interlocks }) => [
      photocell.point?.value,
      local.point?.value,
      ...interlocks.map(({ value }) => value.point),
    ]),
  )
  const told = new Set<string>()
  return segments.flatMap(({ setpoints, outputs }) =>
    setpoints.flatMap(({ path, value: id }) => {
      const output = outputs.find(({ setpoint }) => setpoint === id)
      const instance = devices.find(({ name }) => name === output?.device)?.instance
      if (output?.onLoss === undefined || instance === undefined || told.has(output.device)) return []
      const classes = [...instance.points.values()].map(({ name, poll }) =>
        inputs.has(`${output.device}.${name}`) ? 'fast' : poll,
      )
      const fastest = classes.reduce<PollClass>((a, b) => (periodsMs[b] < periodsMs[a] ? b : a), classes[0] ?? 'slow')
      const mostMs = Math.floor(output.onLoss.afterMs / pollsWithin)
      if (periodsMs[fastest] <= mostMs) return []
      told.add(output.device)
      const words = {
        device: output.device,
        class: fastest,
        period: `${periodsMs[fastest] / 1_000}s`,
        after: `${output.onLoss.afterMs / 1_000}s`,
        most: `${mostMs}ms`,
      }
      return [at(said[fastest] === undefined ? path : ['polling', fastest], 'polled-too-seldom', words)]
    }),
  )
}
