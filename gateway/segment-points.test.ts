import { expect, test } from 'vitest'
import { bad, good } from '../drivers/reading.ts'
import { compilePolicy } from './disclosure/policy.ts'
import { pointsOfSegments, readingsOfSegments } from './segment-points.ts'
import { siteSchema } from './site.ts'

const at = Temporal.Instant.from('2026-12-21T16:00:00Z')

test('a segment’s light is read off control; lamps that say nothing are not dark', () => {
  const read = readingsOfSegments([{ segment: 'north', actual: undefined, asked: 70 }], at)
  expect(read).toEqual([
    { point: 'segment:north.light_level', at, quality: bad('no-answer') },
    { point: 'segment:north.light_level_asked', at, quality: good, value: 70 },
  ])
  expect(read.map(({ point }) => point)).toEqual([...pointsOfSegments(['north']).keys()])
})

test('only a pattern that says `segment:` takes a segment’s points in', () => {
  const policyOf = (points: string[]) =>
    compilePolicy(
      siteSchema.shape.releases.parse({
        light: {
          points,
          purpose: 'inform',
          basis: 'public-task',
          recipient: { name: 'Ville', role: 'controller' },
          delivery: 'durable',
          retention: '1y',
        },
      }),
      new Map([...pointsOfSegments(['north', 'south']), ['lamps.light_level', 'light_level']]),
    ).releases[0]?.points
  expect(policyOf(['*.light_level'])).toEqual(['lamps.light_level'])
  expect(policyOf(['segment:*.light_level'])).toEqual(['segment:north.light_level', 'segment:south.light_level'])
})
