import { expect, test } from 'vitest'
import { siteSchema } from '../site.ts'
import { description } from './announce.ts'
import { compilePolicy } from './policy.ts'

const releases = siteSchema.shape.releases.parse({
  quality: {
    points: ['*.voltage'],
    purpose: 'inform',
    basis: { 'not-personal': 'the network’s' },
    recipient: { name: 'Ville', role: 'controller' },
    delivery: 'durable',
    retention: '3y',
  },
})

test('the description names each point with its quantity, and explains each quantity once', () => {
  const policy = compilePolicy(
    releases,
    new Map([
      ['feeder.voltage', 'voltage'],
      ['yard.voltage', 'voltage'],
      ['yard.current', 'current'],
    ]),
  )
  expect(JSON.parse(description(policy, 'Rue Haute').body)).toEqual({
    v: 1,
    title: 'Rue Haute',
    releases: {
      quality: {
        points: { 'feeder.voltage': 'voltage', 'yard.voltage': 'voltage' },
        purpose: 'inform',
        basis: { 'not-personal': 'the network’s' },
        recipient: { name: 'Ville', role: 'controller' },
        treatment: [],
        delivery: 'durable',
        retention: '3y',
      },
    },
    quantities: { voltage: expect.objectContaining({ kind: 'gauge', unit: 'V', unitCode: 'VLT' }) },
  })
})
