import { expect, test } from 'vitest'
import { planSite } from './plan.ts'
import { lampProfiles, lampSite } from './testing/lamps.ts'

type Change = [from: string, to: string]

/** The mistakes of the site of lamps with `from` replaced by `to`, as `code at “what stands there” → suggestion`. */
function mistakes(...changes: Change[]): string[] {
  const text = changes.reduce((text, [from, to]) => {
    expect(text.split(from).length, from).toBeGreaterThan(1)
    return text.replace(from, to)
  }, lampSite)
  const planned = planSite(text, 'site.yaml', lampProfiles)
  if (planned.ok) return []
  return planned.mistakes.map(({ source, column, code, suggestion, message, help }) => {
    for (const said of [message.en, message.fr, help.en, help.fr]) expect(said).not.toMatch(/undefined|\{[a-z]+\}/)
    const written = /^"?([\w.:/-]+)/.exec(source.slice(column - 1))?.[1] ?? ''
    return `${code} at “${written}”${suggestion === undefined ? '' : ` → ${suggestion}`}`
  })
}

test('the site of lamps is good', () => {
  expect(mistakes()).toEqual([])
})

const group = 'lamps.group_0_level'

test.each<[string, Change | Change[], string[]]>([
  // what there is of each kind
  [
    'a kind that the profile has not',
    ['gear: "0-5', 'geer: "0-5'],
    [
      'no-such-kind at “geer:” → gear',
      'not-installed at “lamps.gear_9_level”',
      'not-installed at “lamps.gear_3_level”',
    ],
  ],
  ['an index beyond the last', ['0-5, 9', '0-5, 9, 64'], ['no-such-index at “0-5”']],

  // setpoints
  ['a misspelt setpoint', [group, 'lamps.gruop_0_level'], [`no-such-setpoint at “lamps.gruop_0_level” → ${group}`]],
  ['a setpoint of no device', [group, 'lamp.group_0_level'], [`no-such-setpoint at “lamp.group_0_level” → ${group}`]],
  [
    'a point that is only read',
    [group, 'lamps.gear_3_state'],
    ['read-only-point at “lamps.gear_3_state” → lamps.gear_3_level'],
  ],
  ['a gear that is not there', ['lamps.gear_9_level', 'lamps.gear_8_level'], ['not-installed at “lamps.gear_8_level”']],
  ['a setpoint that makes no light', [group, 'lamps.current_limit'], ['not-a-light at “lamps.current_limit”']],
  ['a setpoint in two segments', ['[alley.level]', '[alley.level, board.k1]'], ['setpoint-taken at “board.k1”']],
  ['a setpoint twice', [group, 'lamps.gear_9_level'], ['setpoint-taken at “lamps.gear_9_level”']],
  ['a broadcast with others', [group, 'lamps.broadcast_level'], ['broadcast-beside-others at “lamps.gear_9_level”']],
  [
    'a broadcast in another segment',
    ['[alley.level]', '[alley.level, lamps.broadcast_level]'],
    ['broadcast-beside-others at “lamps.broadcast_level”'],
  ],
  ['a segment named like a device', ['  lane:', '  alley:'], ['segment-named-like-device at “alley:”']],
  [
    'segments without a place',
    ['place: { latitude: 47.2184, longitude: -1.5536, time_zone: Europe/Paris }\n', ''],
    ['segments-without-place at “segments:”'],
  ],

  // confirmation
  [
    'a point that is not there',
    ['lamps.gear_3_level', 'lamps.gear_3_levle'],
    ['no-point-here at “lamps.gear_3_levle” → lamps.gear_3_level'],
  ],
  [
    'a point of another quantity',
    ['lamps.gear_3_level', 'lamps.gear_3_state'],
    ['point-of-another-quantity at “lamps.gear_3_state” → lamps.gear_3_level'],
  ],
  [
    'a level for a relay',
    ['board.feedback', 'lamps.gear_1_level'],
    ['point-of-another-quantity at “lamps.gear_1_level”'],
  ],

  // narrower, never wider
  ['limits below the profile’s', ['limits: [20, 90]', 'limits: [5, 90]'], ['limits-wider-than-profile at “”']],
  ['limits above the profile’s', ['limits: [20, 90]', 'limits: [20, 91]'], ['limits-wider-than-profile at “”']],
  ['limits below a raw profile’s', ['limits: [20, 80]', 'limits: [0.9, 80]'], ['limits-wider-than-profile at “”']],
  ['a faster slew', ['slew: 4/s', 'slew: 11/s'], ['slew-faster-than-profile at “11/s”']],
  ['a slew of DALI levels', ['limits: [20, 80]', 'slew: 1/s'], ['slew-not-in-per-cent at “1/s”']],
  ['a shorter rest', ['rest: 3s', 'rest: 900ms'], ['rest-shorter-than-profile at “900ms”']],

  // levels
  ['a program below the floor', ['level: 50', 'level: 29'], ['level-below-floor at “29”']],
  ['a program above the limits', ['level: 90\n', 'level: 95\n'], ['level-outside-limits at “95”']],
  ['a floor below the limits', ['floor: 30', 'floor: 10'], ['level-outside-limits at “10”']],
  [
    'a contact above the limits',
    ['point: board.forced, level: 80', 'point: board.forced'],
    ['level-outside-limits at “local:”'],
  ],
  [
    'a level below what DALI levels can',
    [
      ['level: 60', 'level: 0.9'],
      ['    limits: [20, 80]\n    floor: 20\n', '    floor: 0\n'],
    ],
    ['level-outside-limits at “0.9”'],
  ],
  ['a relay half on', ['level: 100\n', 'level: 50\n'], ['relay-cannot-dim at “50”']],
  ['a relay’s floor', ['floor: 100', 'floor: 20'], ['relay-cannot-dim at “20”']],

  // late
  ['a late period of no length', ['until: 05:00', 'until: 23:00'], ['late-period-empty at “23:00”']],
  ['a late period the wrong way round', ['until: 05:00', 'until: 22:00'], ['late-period-over-noon at “22:00”']],
  ['a late period until noon, which there may be', ['until: 05:00', 'until: 12:00'], []],
  ['dark without an act', ['level: 50', 'level: 0'], ['dark-without-act at “0”']],

  // inputs
  [
    'no photocell',
    ['    photocell: { point: lamps.daylight, on_below: 20, off_above: 60 }\n', ''],
    ['photocell-missing at “photocell”'],
  ],
  [
    'a photocell that measures no light',
    ['lamps.daylight', 'lamps.gear_1_level'],
    ['point-of-another-quantity at “lamps.gear_1_level”'],
  ],
  ['thresholds upside down', ['off_above: 60', 'off_above: 20'], ['thresholds-upside-down at “20”']],
  ['a contact that is none', ['board.forced', 'lamps.daylight'], ['point-of-another-quantity at “lamps.daylight”']],
  ['a contact that is not there', ['board.forced', 'board.froced'], ['no-point-here at “board.froced” → board.forced']],
  [
    'an interlock on a number',
    ['point: board.door', 'point: lamps.daylight'],
    ['point-of-another-quantity at “lamps.daylight”'],
  ],
  [
    'neither on nor off',
    [
      'at the cabinet }\n',
      'at the cabinet }\n      - { point: board.door, is: true, forbids: on, because: and nobody else is }\n',
    ],
    ['locked-both-ways at “on”'],
  ],
])('%s', (_, changes, expected) => {
  const list = typeof changes[0] === 'string' ? [changes as Change] : (changes as Change[])
  expect(mistakes(...list)).toEqual(expected)
})

test('a device that would think us dead is to be polled three times in its time', () => {
  // The contacts of the board are inputs, and read in the fast class: 2 s, where the site does not say.
  expect(mistakes(['polling: { normal: 4s }', 'polling: { normal: 10s }'])).toEqual([])
  expect(mistakes(['normal: 4s', 'normal: 4001ms, fast: 1m'])).toEqual(['polled-too-seldom at “4001ms”'])
  expect(mistakes(['normal: 4s', 'normal: 1m, fast: 4s'])).toEqual([])
  const deaf: Change[] = [
    ['    local: { point: board.forced, level: 80 }\n', ''],
    ['      - { point: board.door, is: true, forbids: off, because: somebody is at the cabinet }\n', '      []\n'],
  ]
  expect(mistakes(...deaf)).toEqual([])
  expect(mistakes(...deaf, ['polling: { normal: 4s }\n', ''])).toEqual(['polled-too-seldom at “board.k1”'])
})

test('a mistake in one entry of a segment hides none in another', () => {
  const found = mistakes(
    [group, 'lamps.gruop_0_level'],
    ['level: 50', 'level: 29'],
    ['from: 23:00', 'from: 23h'],
    ['board.forced', 'board.froced'],
    ['slew: 4/s', 'slew: 40/s'],
  )
  expect(found.map((mistake) => mistake.split(' ')[0]).sort()).toEqual([
    'level-below-floor',
    'no-point-here',
    'no-such-setpoint',
    'not-a-time-of-day',
    'slew-faster-than-profile',
  ])
})

test('of a device whose profile is unknown nothing is said but that', () => {
  expect(mistakes(['profile: acme-relay', 'profile: acme-realy'])).toEqual([
    'no-such-profile at “acme-realy” → acme-relay',
  ])
})
