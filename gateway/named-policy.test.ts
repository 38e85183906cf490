import { describe, expect, test } from 'vitest'
import { formatMistakes } from '../drivers/explain.ts'
import type { NamedFile } from './named-file.ts'
import { planSite } from './plan.ts'
import { release, streetProfiles, streetSite } from './testing/street-profiles.ts'

const policy = `policy: nantes-2026
releases:
  town-energy:
    points: ["*.energy_active_*", "*.power_active"]
    purposes: [energy_efficiency, planning_decision_making]
    bases: [public-task]
    recipients: [{ name: Ville, role: controller }]
    treatment:
      - drop: ["home.*"]
      - aggregate: { every: 15m, of: [mean, max, last] }
      - round: 0.1
    retention: 3y
    expires: 2030-01-01
    encodings: [json]
  passages:
    points: ["gate.*"]
    purposes: [mobility]
    recipients: [{ name: Ville, role: controller }]
    treatment: [aggregate: { every: 15m, of: [increase] }]
    retention: 1y
    licences: [etalab-2.0]
  faults:
    alarms: [device-*]
    purposes: [maintenance]
    recipients: [{ name: Ville, role: controller }]
    retention: 1y
least: { counts: 10 }
`

const good = {
  points: '[town.power_active]',
  treatment: '[{ aggregate: { every: 1h, of: [mean] } }, { round: 1 }]',
  retention: '1y',
  expires: '2029-01-01',
}

function planned(releases: string, text = policy, read?: (file: string) => NamedFile) {
  const site = streetSite(releases, 'policy: fleet/policy.yaml\n')
  return planSite(site, '/srv/site/street.yaml', streetProfiles, read ?? (() => ({ text })))
}
function told(name: string, own: Readonly<Record<string, string>>, text = policy) {
  const plan = planned(`  ${name}: ${release({ ...good, ...own })}\n`, text)
  return plan.ok
    ? []
    : plan.mistakes.map(({ code, source, column, width }) => `${code} ${source.slice(column - 1, column - 1 + width)}`)
}

describe('a site within the fleet’s policy', () => {
  test('is planned with it, read from beside the site file', () => {
    const asked: string[] = []
    const plan = planned(`  town-energy: ${release(good)}\n`, policy, (file) => {
      asked.push(file)
      return { text: policy }
    })
    expect(asked).toEqual(['/srv/site/fleet/policy.yaml'])
    expect(plan.ok && plan.plan.fleet).toMatchObject({
      text: policy,
      policy: { policy: 'nantes-2026', others: 'refuse' },
    })
  })

  test.each<[string, Record<string, string>, string[]]>([
    [
      'as wide as it may be',
      { treatment: '[{ aggregate: { every: 15m, of: [mean, max, last] } }, { round: 0.1 }]' },
      [],
    ],
    [
      'with a point of another kind',
      { points: '["town.power_active", "*.frequency"]' },
      ['wider-points "*.frequency"'],
    ],
    [
      'with what stays home',
      {
        points: '["*.energy_active_import"]',
        basis: 'public-task',
        treatment: '[{ aggregate: { every: 1d, of: [last] } }, { round: 1 }]',
      },
      ['wider-points "*.energy_active_import"'],
    ],
    ['for another purpose', { purpose: 'inform' }, ['another-purpose inform']],
    ['on another basis', { basis: 'contract' }, ['another-basis contract']],
    [
      'to somebody else',
      { recipient: '{ name: Ville, role: processor }' },
      ['another-recipient { name: Ville, role: processor }'],
    ],
    [
      'with finer windows',
      { treatment: '[{ aggregate: { every: 5m, of: [mean] } }, { round: 1 }]' },
      ['finer-treatment { every: 5m, of: [mean] }'],
    ],
    [
      'with windows that cut the policy’s',
      { treatment: '[{ aggregate: { every: 20m, of: [mean] } }, { round: 1 }]' },
      ['finer-treatment { every: 20m, of: [mean] }'],
    ],
    [
      'with more of each window',
      { treatment: '[{ aggregate: { every: 1h, of: [mean, p5] } }, { round: 1 }]' },
      ['finer-treatment { every: 1h, of: [mean, p5] }'],
    ],
    [
      'without rounding',
      { treatment: '[{ aggregate: { every: 1h, of: [mean] } }]' },
      ['finer-treatment [{ aggregate: { every: 1h, of: [mean] } }]'],
    ],
    [
      'rounded across the policy’s steps',
      { treatment: '[{ aggregate: { every: 1h, of: [mean] } }, { round: 0.25 }]' },
      ['finer-treatment 0.25'],
    ],
    [
      'in detail',
      {
        treatment:
          '[{ aggregate: { every: 1h, of: [mean] } }, { round: 1 }, { detail: { while: [line-down], after: 0s } }]',
      },
      ['detail-not-in-policy { while: [line-down], after: 0s }'],
    ],
    ['kept longer', { retention: '37m' }, ['longer-retention 37m']],
    ['for longer', { expires: '2030-01-02' }, ['later-expiry 2030-01-02']],
    ['without end', { expires: '' }, ['later-expiry town-energy']],
    ['published', { licence: 'etalab-2.0' }, ['licence-not-in-policy etalab-2.0']],
    ['in another encoding', { encodings: '[json, ngsi-ld]' }, ['encoding-not-in-policy ngsi-ld']],
    ['with alarms', { alarms: '[device-dead]' }, ['wider-alarms device-dead']],
  ])('%s', (_, own, expected) => expect(told('town-energy', own)).toEqual(expected))

  test('has no release that the policy does not know, unless it lets others be', () => {
    expect(told('town-energie', {})).toEqual(['release-not-in-policy town-energie'])
    const plan = planned(`  town-energie: ${release(good)}\n`)
    expect(!plan.ok && plan.mistakes[0]?.suggestion).toBe('town-energy')
    expect(told('town-energie', {}, `${policy}others: allow\n`)).toEqual([])
  })

  test('tells alarms that are among the policy’s', () => {
    const faults = (alarms: string) => told('faults', { points: '', alarms, purpose: 'maintenance', treatment: '' })
    expect(faults('[device-dead, device-*]')).toEqual([])
    expect(faults('["*"]')).toEqual(['wider-alarms "*"'])
  })

  test('is held to the policy’s own groups, which are larger than the rules’', () => {
    const passages = (least: number) =>
      told('passages', {
        points: '[gate.people_passages]',
        purpose: 'mobility',
        licence: 'etalab-2.0',
        treatment: `[{ aggregate: { every: 1h, of: [increase] } }, { minimum_group: { least: ${least}, of: counts } }]`,
      })
    expect(passages(9)).toEqual(['presence-group-too-small 9'])
    expect(passages(10)).toEqual([])
  })

  test('says what the policy allows, and which policy', () => {
    const plan = planned(`  town-energy: ${release({ ...good, retention: '5y' })}\n`)
    const said = plan.ok ? '' : formatMistakes(plan.mistakes, 'en')
    expect(said).toContain('5y is longer than the policy keeps it')
    expect(said).toContain('3y or less')
    expect(said).toContain('rule: nantes-2026 (fleet’s policy, release "town-energy"): a site may narrow, never widen')
  })
})

describe('a policy with a mistake', () => {
  test('is refused whole, with its place in its own file', () => {
    const plan = planned(`  town-energy: ${release(good)}\n`, policy.replace('every: 15m', 'every: 15'))
    expect(plan.ok).toBe(false)
    expect(!plan.ok && plan.mistakes.map(({ file, line, code }) => [file, line, code])).toEqual([
      ['/srv/site/fleet/policy.yaml', 10, 'no-time-unit'],
    ])
  })

  test('hides none of the site’s', () => {
    const plan = planned(`  town-energy: ${release({ ...good, points: '[town.power]' })}\n`, 'policy: A\n')
    const files = new Set(plan.ok ? [] : plan.mistakes.map(({ file }) => file))
    expect([...files].sort()).toEqual(['/srv/site/fleet/policy.yaml', '/srv/site/street.yaml'])
  })

  test('does not ask for less than the rules', () => {
    const less = policy.replace('least: { counts: 10 }', 'least: { counts: 4, delivery_points: 9 }')
    const plan = planned(`  town-energy: ${release(good)}\n`, less)
    expect(!plan.ok && plan.mistakes.map(({ code, source }) => [code, source])).toEqual([
      ['least-below-rules', 'least: { counts: 4, delivery_points: 9 }'],
      ['least-below-rules', 'least: { counts: 4, delivery_points: 9 }'],
    ])
  })

  test('is missing where it cannot be read: the site is refused at its name', () => {
    const plan = planned(`  town-energy: ${release(good)}\n`, '', () => ({ missing: 'ENOENT' }))
    expect(!plan.ok && plan.mistakes.map(({ file, code, source }) => [file, code, source])).toEqual([
      ['/srv/site/street.yaml', 'policy-unreadable', 'policy: fleet/policy.yaml'],
    ])
  })
})
