import { describe, expect, test } from 'vitest'
import { formatMistakes } from '../drivers/explain.ts'
import { typeset } from '../drivers/french.ts'
import { planSite } from './plan.ts'
import { release, streetProfiles, streetSite } from './testing/street-profiles.ts'

function mistakesOf(text: string) {
  const planned = planSite(text, 'site.yaml', streetProfiles)
  return planned.ok ? [] : planned.mistakes
}
/** The codes, each with what the file says at its place. */
function told(own: Readonly<Record<string, string>>, more = '') {
  return mistakesOf(streetSite(`  a: ${release(own)}\n`, more)).map(
    ({ code, source, column, width }) => `${code} ${source.slice(column - 1, column - 1 + width)}`,
  )
}

const hour = 'aggregate: { every: 1h, of: [mean] }'

describe('a release', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['good', { points: '[town.power_active]', treatment: `[{ ${hour} }]` }, []],
    ['good with alarms alone', { alarms: '[device-dead, line-*]' }, []],
    ['of nothing', {}, ['release-of-nothing a']],
    ['of a point that is not there', { points: '[town.power]' }, ['pattern-matches-nothing town.power']],
    ['of an alarm that is not there', { alarms: '[line-down, dead]' }, ['no-such-alarm dead']],
    [
      'in detail at an alarm that is not there',
      { points: '[town.power_active]', treatment: `[{ ${hour} }, { detail: { while: [dead-*], after: 0s } }]` },
      ['no-such-alarm dead-*'],
    ],
    [
      'in detail without windows',
      { points: '[town.power_active]', treatment: '[{ detail: { while: [line-down], after: 0s } }]' },
      ['detail-without-aggregate { while: [line-down], after: 0s }'],
    ],
    [
      'that drops what it does not have',
      { points: '[town.power_active]', treatment: '[{ drop: [home.*] }]' },
      ['drops-nothing home.*'],
    ],
    [
      'that drops all it has',
      { points: '[town.power_active]', treatment: '[{ drop: ["*.power_*"] }]' },
      ['all-dropped ["*.power_*"]'],
    ],
    [
      'with a treatment twice',
      { points: '[town.power_active]', treatment: '[{ round: 1 }, { round: 10 }]' },
      ['treatment-twice { round: 10 }'],
    ],
    [
      'increase of gauges alone',
      { points: '[town.power_active]', treatment: '[{ aggregate: { every: 1h, of: [mean, increase] } }]' },
      ['statistic-without-sense increase'],
    ],
    ['mean of a switch', { points: '[town.contact]', treatment: `[{ ${hour} }]` }, ['statistic-without-sense mean']],
    [
      'count of a switch, of which the last would leave',
      { points: '[town.contact]', treatment: '[{ aggregate: { every: 1h, of: [count] } }]' },
      ['statistic-without-sense count'],
    ],
    [
      'mean of gauges among others',
      { points: '[town.power_active, town.contact, town.energy_active_import]', treatment: `[{ ${hour} }]` },
      ['point-without-statistic [mean]'],
    ],
    [
      'mean of gauges, and the last of others',
      {
        points: '[town.power_active, town.contact, town.energy_active_import]',
        treatment: '[{ aggregate: { every: 1h, of: [mean, last] } }]',
      },
      [],
    ],
    [
      'batched windows',
      { points: '[town.power_active]', treatment: `[{ ${hour} }]`, batch: '1m' },
      ['batch-beside-aggregate 1m'],
    ],
    ['batched readings', { points: '[town.power_active]', batch: '1m' }, []],
    [
      'the sum of frequencies',
      { points: '["*.frequency"]', treatment: `[{ ${hour} }, { minimum_group: { least: 2, of: points } }]` },
      ['not-additive { least: 2, of: points }'],
    ],
    [
      'the greatest of a sum',
      {
        points: '["town.*_active*"]',
        treatment: '[{ aggregate: { every: 1h, of: [mean, max] } }, { minimum_group: { least: 2, of: points } }]',
      },
      ['group-of-extremes max', 'group-never-full 2'],
    ],
    [
      'a group without a window',
      { points: '[town.energy_active_import]', treatment: '[{ minimum_group: { least: 2, of: points } }]' },
      ['group-without-window { least: 2, of: points }', 'group-never-full 2'],
    ],
    [
      'a group of counts of watts',
      { points: '[town.power_active]', treatment: '[{ minimum_group: { least: 5, of: counts } }]' },
      ['group-of-no-counts { least: 5, of: counts }'],
    ],
    [
      'noise that costs more than a day may spend',
      { points: '[town.power_active]', treatment: '[{ noise: { epsilon: 0.5, per_day: 0.4 } }]' },
      ['noise-never-paid 0.4'],
    ],
    ['buckets that go up', { points: '[town.power_active]', treatment: '[{ bucket: [0, 5, 10] }]' }, []],
    [
      'buckets that do not',
      { points: '[town.power_active]', treatment: '[{ bucket: [0, 10, 10] }]' },
      ['bucket-not-ascending 10'],
    ],
    [
      'clamped upside down',
      { points: '[town.power_active]', treatment: '[{ clamp: [10, 0] }]' },
      ['range-upside-down [10, 0]'],
    ],
    ['coarse in nothing', { points: '[town.power_active]', treatment: '[{ coarsen: {} }]' }, ['coarsens-nothing {}']],
    [
      'in Sparkplug without its settings',
      { points: '[town.power_active]', encodings: '[json, sparkplug]' },
      ['encoding-without-settings sparkplug'],
    ],
    ['twice in an encoding', { points: '[town.power_active]', encodings: '[json, json]' }, ['encoding-twice json']],
    ['without a purpose', { points: '[town.power_active]', purpose: '' }, ['no-purpose a']],
    ['with an empty purpose', { points: '[town.power_active]', purpose: '~' }, ['no-purpose ~']],
    ['with a purpose that is none', { points: '[town.power_active]', purpose: 'marketing' }, ['not-one-of marketing']],
  ])('%s', (_, own, expected) => expect(told(own)).toEqual(expected))

  test('of segments names those that there are', () => {
    const segments = `place: { latitude: 47, longitude: 2, time_zone: Europe/Paris }
segments: { north: {} }
`
    const about = (pattern: string) =>
      told({ points: `["${pattern}"]` }, segments).filter((mistake) => mistake.startsWith('pattern'))
    expect(about('segment:*.light_level')).toEqual([])
    expect(about('segment:south.light_level')).toEqual(['pattern-matches-nothing "segment:south.light_level"'])
  })

  test('whose device is unknown is not judged by what nobody can know', () => {
    const text = streetSite(`  a: ${release({ points: '["home.*", "new.*"]', treatment: '[{ drop: ["new.*"] }]' })}\n`)
    const found = mistakesOf(text.replace('  gate:', '  new: { profile: not-here, line: net, unit: 9 }\n  gate:'))
    expect(found.map(({ code }) => code)).not.toContain('pattern-matches-nothing')
    expect(found.map(({ code }) => code)).not.toContain('drops-nothing')
  })
})

describe('a refusal', () => {
  const mistakes = mistakesOf(
    streetSite(
      `  home-curve: ${release({ points: '[home.power_active]', treatment: '[{ aggregate: { every: 15m, of: [mean] } }]', basis: 'consent' })}\n`,
    ),
  )

  test('says where, what, what to do, and by which rule', () => {
    const line = mistakes[0]?.source ?? ''
    expect(formatMistakes(mistakes, 'en')).toBe(
      [
        `site.yaml:11:${line.indexOf('15m') + 1}  error  home.power_active: the load curve of a dwelling leaves by the hour at the finest (here: 15m)`,
        `  11 | ${line}`,
        `     | ${' '.repeat(line.indexOf('15m'))}^^^  aggregate: { every: 1h, of: [mean] }, or coarser`,
        '     | rule: GDPR, art. 5(1)(c); CNIL, on communicating meters: hourly and half-hourly curves need consent. That none leaves finer than hourly even so is this project’s bound',
        '1 error',
      ].join('\n'),
    )
  })

  test('says so in French, too', () => {
    const said = formatMistakes(mistakes, 'fr')
    expect(said).toContain('la courbe de charge d’un logement sort à l’heure au plus fin')
    expect(said).toContain(typeset('     | règle : RGPD, art. 5(1)(c) ; CNIL'))
  })

  test('of a purpose that is missing cites the article that wants one', () => {
    const missing = mistakesOf(streetSite(`  a: ${release({ points: '[town.power_active]', purpose: '' })}\n`))
    expect(formatMistakes(missing, 'en')).toContain('rule: GDPR, art. 5(1)(b)')
  })

  test('stands at the pattern, the step or the key that makes it', () => {
    const gate = (treatment: string) => told({ points: '["town.energy_active_import", "gate.people_p*s"]', treatment })
    expect(gate('[{ aggregate: { every: 5m, of: [increase] } }, { minimum_group: { least: 5, of: counts } }]')).toEqual(
      ['presence-too-fine 5m'],
    )
    expect(gate('[{ aggregate: { every: 15m, of: [increase] } }]')).toEqual([
      'presence-without-group "gate.people_p*s"',
    ])
    expect(told({ points: '["town.*"]' })).toEqual(['identifier-in-clear "town.*"'])
  })
})
