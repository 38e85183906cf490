import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from '../../drivers/registry.ts'
import { planSite } from '../plan.ts'
import { dataTold } from './data.ts'

const demo = planSite(
  readFileSync(join(import.meta.dirname, '../demo/site.yaml'), 'utf8'),
  'site.yaml',
  loadRegistry([]),
)
if (!demo.ok) throw new Error('the demo’s site file is good')
const { policy } = demo.plan

test('what leaves is told with purpose, ground, recipient, treatment and how often', () => {
  const { releases } = dataTold(policy, [{ release: 'lighting-energy', last: 7, waiting: 2, receipt: 5 }], [])
  expect(releases.map(({ name }) => name)).toEqual([
    'lighting-energy',
    'supply-quality',
    'street-light',
    'grid-frequency',
  ])
  expect(releases[0]).toEqual({
    name: 'lighting-energy',
    points: [
      { point: 'feeder.energy_active_import', quantity: 'energy_active_import' },
      { point: 'feeder.power_active', quantity: 'power_active' },
    ],
    purpose: 'energy_efficiency',
    basis: 'public-task',
    recipient: { name: 'Ville, service éclairage public', role: 'controller' },
    treatment: {
      en: [
        'Only the mean, the greatest value and the last value of each 10 seconds leave.',
        'Numbers are rounded to multiples of 1.',
      ],
      fr: [
        'Il ne sort que la moyenne, la valeur maximale et la dernière valeur pour chaque période de 10 secondes.',
        'Les nombres sont arrondis aux multiples de 1.',
      ],
    },
    retention: '3y',
    last: 7,
    waiting: 2,
    receipt: 5,
    ledger: [],
  })
  expect(releases[1]).toMatchObject({
    basis: 'not-personal',
    because: {
      en: 'voltage and frequency are the network’s, not a customer’s',
      fr: 'tension et fréquence sont celles du réseau, d’aucun client',
    },
    best_effort_ms: 30_000,
    licence: 'etalab-2.0',
    last: 0,
  })
})

test('each point of the site is told once as staying, or in a release', () => {
  const { releases, home } = dataTold(policy, [], [])
  const leaves = new Set(releases.flatMap(({ points }) => points.map(({ point }) => point)))
  const stays = home.map(({ point }) => point)
  expect(stays.filter((point) => leaves.has(point))).toEqual([])
  expect(leaves.size + stays.length).toBe(policy.quantityOf.size)
  expect(home).toContainEqual({ point: 'feeder.current_l1', quantity: 'current', sensitivity: 'usage' })
})

test('the ledger is told by release, the last day first', () => {
  const line = (release: string, day: string) => ({ release, day, messages: 3, bytes: 100 })
  const { releases } = dataTold(
    policy,
    [],
    [line('street-light', '2026-12-20'), line('grid-frequency', '2026-12-21'), line('street-light', '2026-12-21')],
  )
  expect(releases.map(({ ledger }) => ledger.map(({ day }) => day))).toEqual([
    [],
    [],
    ['2026-12-21', '2026-12-20'],
    ['2026-12-21'],
  ])
})
