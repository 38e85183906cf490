import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { siteSchema } from '../gateway/site.ts'
import { explain, formatMistakes, type Mistake } from './explain.ts'
import { typeset } from './french.ts'
import { explanations, type Explanation } from './explanations.ts'
import type { Contradiction } from './profile.ts'

const checkSite = (text: string, contradictions: Contradiction[] = []) => {
  const explained = explain(text, { file: 'site.yaml', schema: siteSchema, contradictions: () => contradictions })
  return explained.ok ? [] : explained.mistakes
}
const codes = (mistakes: readonly Mistake[]) =>
  mistakes.map(({ line, column, code, suggestion }) =>
    [`${line}:${column} ${code}`, ...(suggestion === undefined ? [] : [suggestion])].join(' → '),
  )

const good = `site: rue-haute
tenant: nantes
lines:
  rs485:
    protocol: modbus-rtu
    device: /dev/ttyUSB0
    serial: 9600 8N1
  net: { protocol: modbus-tcp, host: 10.0.0.7 }
devices:
  meter: { profile: acme-m1, line: rs485, unit: 1, parameters: { inverted: true } }
uplink: { broker: mqtts://broker.example:8883 }
releases:
  energy:
    points: [meter.*]
    purpose: energy_efficiency
    basis: public-task
    recipient: { name: City, role: controller }
    treatment:
      - aggregate: { every: 15m, of: [mean, max] }
      - round: 10
    delivery: durable
    retention: 3y
`

test('a good file gives its value', () => {
  const explained = explain(good, { file: 'site.yaml', schema: siteSchema })
  expect(explained.ok && explained.value.lines['net']).toEqual({ protocol: 'modbus-tcp', host: '10.0.0.7', port: 502 })
})

describe('what is printed', () => {
  const mistakes = checkSite(good.replace('    serial: 9600 8N1\n', '    serial: 9600,8,N,1\n    devise: ttyUSB0\n'))

  test('in English', () => {
    expect(formatMistakes(mistakes, 'en')).toBe(`site.yaml:7:13  error  "9600,8,N,1" is not a serial format
   7 |     serial: 9600,8,N,1
     |             ^^^^^^^^^^  did you mean "9600 8N1"?
site.yaml:8:5  error  unknown key "devise" in lines.rs485
   8 |     devise: ttyUSB0
     |     ^^^^^^  allowed here: protocol, device, serial, back_off, pass_through
2 errors`)
  })

  test('in French', () => {
    expect(formatMistakes(mistakes.slice(0, 1), 'fr')).toBe(
      typeset(`site.yaml:7:13  erreur  « 9600,8,N,1 » n’est pas un format série
   7 |     serial: 9600,8,N,1
     |             ^^^^^^^^^^  vouliez-vous dire « 9600 8N1 » ?
1 erreur`),
    )
  })

  test('as JSON, with both languages', () => {
    const { help } = explanations['not-a-serial-format']
    expect(JSON.parse(JSON.stringify(mistakes))).toEqual(mistakes)
    expect(mistakes[0]).toEqual({
      file: 'site.yaml',
      line: 7,
      column: 13,
      width: 10,
      source: '    serial: 9600,8,N,1',
      code: 'not-a-serial-format',
      message: {
        en: '"9600,8,N,1" is not a serial format',
        fr: typeset('« 9600,8,N,1 » n’est pas un format série'),
      },
      help: { en: help.en, fr: typeset(help.fr) },
      suggestion: '9600 8N1',
    })
  })

  test.each([
    ['unit: 1', 'unit: "1"', 'did you mean 1?', 'vouliez-vous dire 1 ?'],
    ['parameters:', 'paramters:', 'did you mean "parameters"?', 'vouliez-vous dire « parameters » ?'],
    ['nantes', '44000', 'did you mean "44000"?', 'vouliez-vous dire "44000" ?'],
  ])('%s → %s: %s, in quotation marks where they belong', (from, to, en, fr) => {
    const mistakes = checkSite(good.replace(from, to))
    expect(formatMistakes(mistakes, 'en')).toContain(`^  ${en}\n`)
    expect(formatMistakes(mistakes, 'fr')).toContain(typeset(`^  ${fr}\n`))
  })

  test('a tab before the caret stays a tab, a long line number widens the gutter', () => {
    const text = '\n'.repeat(12_344) + good.replace('nantes', '\tNantes')
    expect(formatMistakes(checkSite(text), 'en')).toContain(
      '12346 | tenant: \tNantes\n      |         \t^^^^^^  did you mean "nantes"?',
    )
  })
})

describe('what cannot be read as YAML', () => {
  test.each([
    ['empty', '', '1:1 empty-file'],
    ['nothing but comments', '# site\n\n', '1:1 empty-file'],
    ['null', '~\n', '1:1 empty-file'],
    ['a tab', 'site: a\nlines:\n\trs485: {}\n', '3:1 tab-as-indent'],
    ['a wrong indentation', 'lines:\n  a: 1\n b: 2\n', '3:1 bad-indent'],
    ['an open quote', 'site: "a\ntenant: b\n', '3:1 missing-character'],
    ['no colon', 'site: a\ntenant\nlines: {}\n', '2:1 missing-character'],
    ['two keys on a line', 'site: a: b\n', '1:7 two-keys-on-a-line'],
    ['a reserved character', 'site: @home\n', '1:7 reserved-first-character'],
    ['two documents', 'site: a\n---\nsite: b\n', '2:1 several-documents'],
    ['an alias', 'a: &x 1\nb: *x\n', '2:4 alias-not-allowed'],
    ['an alias of nothing', 'b: *x\n', '1:4 alias-not-allowed'],
    ['a list and a mapping', '- a\nb: 1\n', '2:1 not-yaml'],
  ])('%s', (_, text, expected) => {
    expect(codes(checkSite(text))).toEqual([expected])
  })

  test('a duplicate key does not hide the other mistakes', () => {
    expect(codes(checkSite(good.replace('tenant: nantes', 'tenant: b\ntenant: Nantes')))).toEqual([
      '3:1 duplicate-key',
      '3:9 not-a-slug → nantes',
    ])
  })

  test('every duplicate key is told', () => {
    expect(codes(checkSite(good.replace('unit: 1', 'unit: 1, unit: 2, line: net')))).toEqual([
      '10:52 duplicate-key',
      '10:61 duplicate-key',
    ])
  })

  test('a byte order mark and the line ends of Windows change no place', () => {
    const text = good.replace('unit: 1', 'unit: 0')
    const windows = `\uFEFF${text.replaceAll('\n', '\r\n')}`
    expect(checkSite(windows)).toEqual(checkSite(text))
    expect(checkSite(text)).toHaveLength(1)
  })

  test('a whole file has no line to show', () => {
    expect(formatMistakes(checkSite(''), 'en')).toBe(
      'site.yaml:1:1  error  the file is empty\n     |  if it was not always so, it was cut short: take the last good copy\n1 error',
    )
  })
})

describe('a site', () => {
  test.each([
    ['tenant: nantes', 'tenant: 059000', '2:9 not-quoted → "059000"'],
    ['tenant: nantes', 'tenant: true', '2:9 not-quoted → "true"'],
    ['modbus-rtu\n', 'modbus_rtu\n', '5:15 not-one-of → modbus-rtu'],
    ['    protocol: modbus-rtu\n', '', '4:3 missing-key'],
    ['/dev/ttyUSB0', 'ttyUSB0', '6:13 not-an-absolute-path'],
    ['  net: {', '  Net 1: {', '8:3 not-a-slug → net-1'],
    ['host: 10.0.0.7', 'host: ""', '8:32 empty-text'],
    ['host: 10.0.0.7', 'host: 10.0.0.7, port: 70000', '8:54 number-too-big'],
    ['unit: 1', 'unit: 1.5', '10:49 not-a-whole-number'],
    ['unit: 1', 'unit: .nan', '10:49 not-finite'],
    ['unit: 1', 'unit: 99999999999999999999', '10:49 number-too-big'],
    ['inverted: true', 'inverted: yes', '10:76 text-not-flag → true'],
    ['inverted: true', 'ct_ratio: "40"', '10:76 text-not-number → 40'],
    ['inverted: true', 'ct_ratio: 0,5', '10:78 empty-value'],
    ['uplink:', 'polling: { fsat: 1s }\nuplink:', '11:12 unknown-key → fast'],
    ['uplink:', 'polling: { fast: 5 }\nuplink:', '11:18 no-time-unit → 5s'],
    ['uplink:', 'polling: { fast: 5 min }\nuplink:', '11:18 not-a-duration → 5m'],
    ['uplink:', 'polling: { fast: 0s }\nuplink:', '11:18 duration-outside'],
    ['uplink:', 'polling: { slow: 25d }\nuplink:', '11:18 duration-outside'],
    ['8883 }', '8883, keepalive: 0s }', '11:59 duration-outside'],
    ['8883 }', '8883, keepalive: 30d }', '11:59 duration-outside'],
    ['every: 15m', 'every: 0s', '19:29 duration-outside'],
    ['every: 15m', `every: ${'9'.repeat(400)}d`, '19:29 duration-outside'],
    ['durable', '{ best-effort: 1s }', '21:30 duration-outside'],
    ['mqtts://broker.example:8883', 'ssl://me@broker.example', '11:19 not-a-broker-url → mqtts://broker.example'],
    ['uplink:', 'console: { listen: 8480 }\nuplink:', '11:20 not-an-address-to-listen-on → 127.0.0.1:8480'],
    ['uplink:', 'console: { listen: "*:8480" }\nuplink:', '11:20 not-an-address-to-listen-on → 0.0.0.0:8480'],
    ['uplink:', 'console: { listen: 10.0.0.7 }\nuplink:', '11:20 not-an-address-to-listen-on → 10.0.0.7:8480'],
    ['uplink:', 'console: { listen: https://10.0.0.7:1/ }\nuplink:', '11:20 not-an-address-to-listen-on → 10.0.0.7:1'],
    ['uplink:', 'console: { listen: 10.0.0.7:70000 }\nuplink:', '11:20 not-an-address-to-listen-on'],
    ['uplink:', 'console: { tls: { certificate: a } }\nuplink:', '11:12 missing-key'],
    ['[meter.*]', '[meter]', '14:14 not-a-point-pattern → meter.*'],
    ['[meter.*]', 'meter.*', '14:13 not-a-list → [meter.*]'],
    ['[meter.*]', '[]', '14:13 list-too-short'],
    ['energy_efficiency', 'energy-efficiency', '15:14 not-one-of → energy_efficiency'],
    ['public-task', 'public_task', '16:12 not-a-basis → public-task'],
    ['public-task', '{ not-personal: short }', '16:28 text-too-short'],
    ['aggregate:', 'agregate:', '19:9 unknown-key → aggregate'],
    ['every: 15m', 'every: 15', '19:29 no-time-unit → 15s'],
    ['of: [mean, max]', 'of: [men, max]', '19:39 not-one-of → mean'],
    ['- round: 10', '- rounded', '20:9 not-a-treatment'],
    ['- round: 10', '- round: 0', '20:16 number-not-above'],
    ['durable', '{ best-effort: 30 }', '21:30 no-time-unit → 30s'],
    ['durable', 'durabel', '21:15 not-a-delivery → durable'],
    ['3y', '3 ans', '22:16 not-a-retention → 3y'],
    ['3y', '3', '22:16 not-a-retention'],
  ])('%s → %s: %s', (from, to, expected) => {
    expect(good.split(from)).toHaveLength(2)
    expect(codes(checkSite(good.replace(from, to)))).toEqual([expected])
  })

  test.each([
    ['uplink:', 'polling: { fast: 100ms, slow: 1d }\nuplink:'],
    ['8883 }', '8883, keepalive: 18h }'],
    ['every: 15m', 'every: 1s'],
    ['durable', '{ best-effort: 5s }'],
  ])('%s → %s: bounds are included', (from, to) => {
    expect(codes(checkSite(good.replace(from, to)))).toEqual([])
  })

  test('cut short, lacks what was cut off', () => {
    const cut = good.slice(0, good.indexOf('uplink'))
    expect(checkSite(cut).map(({ message }) => message.en)).toEqual(['"uplink" is missing', '"releases" is missing'])
  })

  test('of the wrong kind altogether', () => {
    expect(codes(checkSite('- a\n- b\n'))).toEqual(['1:1 wrong-type'])
    expect(codes(checkSite('hello\n'))).toEqual(['1:1 wrong-type'])
  })

  test('a wrong variant hides no mistake in the rest of it', () => {
    expect(codes(checkSite(good.replace('{ protocol: modbus-tcp,', '{ protocol: modbus-tpc, prot: 1,')))).toEqual([
      '8:20 not-one-of → modbus-tcp',
      '8:32 unknown-key → port',
    ])
  })

  test('a misspelt key is not missing too, and what it holds is checked', () => {
    expect(codes(checkSite(good.replace('lines:', 'linse:').replace('/dev/ttyUSB0', 'ttyUSB0')))).toEqual([
      '3:1 unknown-key → lines',
      '6:13 not-an-absolute-path',
    ])
  })
})

describe('a segment', () => {
  const lit = `place: { latitude: 47.2, longitude: -1.55, time_zone: Europe/Paris }
segments:
  north:
    setpoints: [lamps.level]
    program:
      from: sunset + 10m
      until: sunrise
      level: 100
      late: { from: 23:00, until: 05:00, level: 50 }
    floor: 20
    on_loss: program
    interlocks: [{ point: board.door, is: true, forbids: on, because: someone is inside }]
`
  const site = lit + good

  test('is good as it is', () => {
    const explained = explain(site, { file: 'site.yaml', schema: siteSchema })
    expect(explained.ok && explained.value.segments['north']?.program.from).toEqual({
      event: 'sunset',
      offsetMinutes: 10,
    })
  })

  test.each([
    ['      from: sunset + 10m', '      on: sunset + 10m', '6:7 unknown-key → from'],
    ['      until: sunrise', '      off: sunrise', '7:7 unknown-key → until'],
    ['from: 23:00', 'start: 23:00', '9:15 unknown-key → from'],
    ['    floor: 20', '    flor: 20', '10:5 unknown-key → floor'],
    ['    floor: 20', '    floor: 20\n    colour: red', '11:5 unknown-key'],
    ['    floor: 20\n', '', '3:3 missing-key'],
    ['      level: 100\n', '', '5:5 missing-key'],
    ['sunset + 10m', 'Sunset+10min', '6:13 not-a-sun-event → sunset + 10m'],
    ['sunset + 10m', 'sunrise', '6:13 not-a-sun-event'],
    ['until: sunrise', 'until: civil dawn', '7:14 not-a-sun-event → civil-dawn'],
    ['from: 23:00', 'from: 23h', '9:21 not-a-time-of-day → 23:00'],
    ['until: 05:00', 'until: 5:00', '9:35 not-a-time-of-day → 05:00'],
    ['from: 23:00', 'from: 24:00', '9:21 not-a-time-of-day'],
    ['level: 100', 'level: 0', '8:14 dark-program'],
    ['level: 100', 'level: 101', '8:14 number-too-big'],
    ['level: 100', 'level: 100 %', '8:14 wrong-type'],
    ['[lamps.level]', '[lamps]', '4:17 not-a-point'],
    ['[lamps.level]', 'lamps.level', '4:16 not-a-list → [lamps.level]'],
    ['on_loss: program', 'on_loss: off', '11:14 not-an-on-loss'],
    ['on_loss: program', 'on_loss: photocel', '11:14 not-an-on-loss → photocell'],
    ['on_loss: program', 'on_loss: { off: closed }', '11:21 text-too-short'],
    ['forbids: on', 'forbids: onn', '12:58 not-one-of → on'],
    ['is: true', 'is: closed', '12:43 wrong-type'],
    ['Europe/Paris', 'Europe/Pari', '1:55 not-a-time-zone → Europe/Paris'],
    ['Europe/Paris', '+01:00', '1:55 not-a-time-zone'],
    ['time_zone:', 'tz:', '1:44 unknown-key → time_zone'],
    ['latitude: 47.2', 'latitude: 472', '1:20 number-too-big'],
    ['unit: 1,', 'unit: 1, has: { gear: 0..11 },', '22:65 not-a-list-of-indices → 0-11'],
    ['unit: 1,', 'unit: 1, has: { gear: 11-0 },', '22:65 not-a-list-of-indices'],
    ['unit: 1,', 'unit: 1, counters_from: yesterday,', '22:67 not-a-moment'],
    ['unit: 1,', 'unit: 1, counters_from: 2026-11-31,', '22:67 not-a-moment'],
    ['unit: 1,', 'unit: 1, has: { gear: 5 },', '22:65 not-quoted → "5"'],
  ])('%s → %s: %s', (from, to, expected) => {
    expect(site.split(from)).toHaveLength(2)
    expect(codes(checkSite(site.replace(from, to)))).toEqual([expected])
  })

  test('that would be dark without a time is asked for the reason', () => {
    expect(formatMistakes(checkSite(site.replace('on_loss: program', 'on_loss: off')), 'en')).toContain(
      'program, photocell, on; or dark, with the reason why nobody is in danger then: { off:',
    )
  })
})

describe('what the caller finds', () => {
  test('gets its place, its words, and the nearest of the candidates', () => {
    const [found] = checkSite(good, [
      { path: ['devices', 'meter', 'line'], code: 'no-such-line', words: {}, candidates: ['net', 'rs486'] },
    ])
    expect(found).toMatchObject({
      line: 10,
      column: 36,
      suggestion: 'rs486',
      message: { en: 'there is no line "rs485"' },
    })
  })

  test('is at the key where a key is wrong', () => {
    const path = ['devices', 'meter', 'parameters', 'inverted']
    const words = { profile: 'acme-m1' }
    const [found] = checkSite(good, [{ path, code: 'no-such-parameter-of-profile', words, candidates: [] }])
    expect(found).toMatchObject({ column: 66, width: 8, help: { en: 'there is: none', fr: typeset('il y a : aucun') } })
  })

  test('is not told where the form is wrong already', () => {
    const path = ['devices', 'meter', 'unit']
    const found = checkSite(good.replace('unit: 1', 'unit: 0'), [{ path, code: 'unit-taken', words: {} }])
    expect(found.map(({ code }) => code)).toEqual(['number-too-small'])
  })

  test('a long list of candidates is cut', () => {
    const candidates = Array.from({ length: 100 }, (_, i) => `q${i}`)
    const path = ['releases', 'energy', 'points', 0]
    const [found] = checkSite(good, [{ path, code: 'pattern-matches-nothing', words: {}, candidates }])
    expect(found?.help.en).toMatch(/^there is: q0, .*, q15 …$/)
  })
})

test('integers that numbers cannot hold come as bigints, where the schema takes them', () => {
  const schema = z.strictObject({ absent: z.array(z.union([z.int(), z.bigint()])) })
  const explained = explain('absent: [0xffff, 0xffffffffffffffff, -1]', { file: 'x', schema })
  expect(explained).toEqual({ ok: true, value: { absent: [0xffff, 0xffff_ffff_ffff_ffffn, -1] } })
})

test('whatever the text, it settles with a value or with mistakes that lie in the text', () => {
  const word = fc.constantFrom(
    ...good.split(/(\s+|[:,{}[\]])/),
    '\t',
    '&a',
    '*a',
    '!!x',
    '? ',
    '"',
    "'",
    '|',
    '%',
    '\uFEFF',
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word).map((words) => words.join('')),
    fc.tuple(fc.nat(good.length), fc.nat(good.length), word).map(([a, b, w]) => good.slice(0, a) + w + good.slice(b)),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
      for (const { line, column, width, source, message, help } of checkSite(text)) {
        if (width > 0) expect(lines[line - 1]).toBe(source)
        expect(column + width - 1).toBeLessThanOrEqual(Math.max(1, source.length + 1))
        for (const said of [message.en, message.fr, help.en, help.fr]) {
          expect(said).not.toContain('undefined')
          // A word in braces is one that was not filled in, unless it is the text's own, quoted.
          for (const [braced] of said.matchAll(/\{[a-z]+\}/g)) expect(text).toContain(braced)
        }
      }
    }),
    { numRuns: 2_000 },
  )
})

describe('the catalogue of explanations', () => {
  const all: [string, Explanation][] = Object.entries(explanations)
  const wordsIn = (text: string) => [...text.matchAll(/\{([a-z]+)\}/g)].map(([, word]) => word).sort()

  test.each(all)('%s says the same in both languages', (code, { what, help, rule }) => {
    expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/)
    for (const { en, fr } of [what, help, ...(rule === undefined ? [] : [rule])]) {
      expect(en.trim()).not.toBe('')
      expect(fr.trim()).not.toBe('')
      expect(new Set(wordsIn(fr))).toEqual(new Set(wordsIn(en)))
    }
  })

  test('has every code that the schemas and the checks use', () => {
    const root = join(import.meta.dirname, '..')
    const files = [
      'drivers/schema.ts',
      'drivers/profile.ts',
      'drivers/setpoint-contradictions.ts',
      'drivers/registry.ts',
      'gateway/site.ts',
      'gateway/contradictions.ts',
      'gateway/segment-contradictions.ts',
      'gateway/release-contradictions.ts',
      'gateway/treatment-contradictions.ts',
      'gateway/named-policy.ts',
      'gateway/disclosure/fleet-policy.ts',
      'gateway/disclosure/narrowing.ts',
    ]
    const used = files.flatMap((file) =>
      [
        ...readFileSync(join(root, file), 'utf8').matchAll(
          /(?:error: |message: |code: |complain\(|\? |Mistake\(\w+, |\bat\(.*?, )'([a-z]+(?:-[a-z]+)+)'/g,
        ),
      ].map(([, code]) => code),
    )
    const known = new Set<string | undefined>(Object.keys(explanations))
    expect(used.filter((code) => !known.has(code))).toEqual([])
    expect(new Set(used).size).toBeGreaterThanOrEqual(40)
  })
})
