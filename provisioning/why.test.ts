import { describe, expect, test } from 'vitest'
import { priorities } from '../gateway/control/command.ts'
import { grounds } from '../gateway/control/ruling.ts'
import type { RulerTold, WhyTold } from '../gateway/local/answers.ts'
import { speak } from './messages.ts'
import { momentIn, sentence } from './why.ts'

const program = (level: number, ground: string): RulerTold => ({
  priority: 'program',
  level,
  source: { door: 'program', who: 'program' },
  reason: '',
  ground,
})
const operator: RulerTold = {
  priority: 'operator',
  level: 60,
  source: { door: 'socket', who: 'm.durand' },
  reason: 'night market',
}
const at = (time: string) => `2026-12-21T${time}:00Z`
const present: WhyTold = { at: at('22:30'), timeZone: 'Europe/Paris', trust: 'synced' }

function told(
  ruler: RulerTold,
  {
    since = at('20:14'),
    until,
    next,
    asked = present.at,
  }: { since?: string; until?: string; next?: RulerTold; asked?: string } = {},
): WhyTold {
  const ends = until === undefined ? {} : { until }
  const follows = next === undefined ? {} : { next }
  return { ...present, at: asked, ruling: { ...ruler, setpoint: 'north.level', since, ...ends, ...follows } }
}

const cases: [what: string, told: WhyTold, en: string, fr: string][] = [
  [
    'the program',
    told(program(50, 'late'), { since: at('22:00'), until: at('22:45'), next: program(100, 'morning') }),
    'north.level is at 50 % since 23:00, because the program says so (late period), until 23:45; then at 100 %, the program (morning).',
    'north.level est à 50 % depuis 23 h 00, parce que le programme le veut (période tardive), jusqu’à 23 h 45 ; ensuite à 100 %, le programme (matin).',
  ],
  [
    'an operator',
    told(operator, { until: at('22:50'), next: program(50, 'late') }),
    'north.level is at 60 % since 21:14, because m.durand asked for it (“night market”), until 23:50; then at 50 %, the program (late period).',
    'north.level est à 60 % depuis 21 h 14, parce que m.durand l’a demandé (« night market »), jusqu’à 23 h 50 ; ensuite à 50 %, le programme (période tardive).',
  ],
  [
    'an end on another day',
    told(program(100, 'evening'), { until: '2026-12-22T04:00:00Z' }),
    'north.level is at 100 % since 21:14, because the program says so (evening), until 05:00 (Tue, Dec 22).',
    'north.level est à 100 % depuis 21 h 14, parce que le programme le veut (soirée), jusqu’à 05 h 00 (mar. 22 déc.).',
  ],
  [
    'an unknown time',
    told(program(80, 'no-trusted-time')),
    'north.level is at 80 % since 21:14, because nobody knows what time it is.',
    'north.level est à 80 % depuis 21 h 14, parce que personne ne sait l’heure.',
  ],
  [
    'an interlock',
    told({ priority: 'safety', level: 0, source: { door: 'input', who: 'box.door' }, reason: 'open door' }),
    'north.level is off since 21:14, because the interlock box.door holds (open door).',
    'north.level est éteint depuis 21 h 14, parce que le verrouillage box.door tient (open door).',
  ],
  [
    'a contact',
    told({ priority: 'local-manual', level: 100, source: { door: 'input', who: 'box.forced' }, reason: '' }),
    'north.level is at 100 % since 21:14, because the contact box.forced is closed (forced on).',
    'north.level est à 100 % depuis 21 h 14, parce que le contact box.forced est fermé (marche forcée).',
  ],
  [
    'what is past',
    told(operator, { asked: at('21:00'), until: at('21:30'), next: program(100, 'evening') }),
    'north.level was at 60 % from 21:14, because m.durand asked for it (“night market”), until 22:30; then at 100 %, the program (evening).',
    'north.level était à 60 % depuis 21 h 14, parce que m.durand l’a demandé (« night market »), jusqu’à 22 h 30 ; ensuite à 100 %, le programme (soirée).',
  ],
  [
    'what has lasted since',
    told(program(100, 'evening'), { asked: at('21:00') }),
    'north.level was at 100 % from 21:14, because the program said so (evening), and still is.',
    'north.level était à 100 % depuis 21 h 14, parce que le programme le voulait (soirée), et l’est encore.',
  ],
  [
    'a contact that was closed',
    told(
      { priority: 'local-manual', level: 100, source: { door: 'input', who: 'box.forced' }, reason: '' },
      { asked: at('21:00'), until: at('21:30') },
    ),
    'north.level was at 100 % from 21:14, because the contact box.forced was closed (forced on), until 22:30.',
    'north.level était à 100 % depuis 21 h 14, parce que le contact box.forced était fermé (marche forcée), jusqu’à 22 h 30.',
  ],
  [
    'what nobody knows',
    { ...present, at: at('01:10') },
    'Nothing is known of north.level at 02:10: no gateway ran then, or it is too long ago.',
    'On ne sait rien de north.level à 02 h 10 : aucune passerelle ne tournait, ou c’est trop ancien.',
  ],
]

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

test.each(cases)('%s is one sentence in each language', (_, asked, en, fr) => {
  expect(plain(sentence({ say: speak('en'), language: 'en' }, 'north.level', asked, present))).toBe(en)
  expect(plain(sentence({ say: speak('fr'), language: 'fr' }, 'north.level', asked, present))).toBe(fr)
})

test('every priority and every ground has its words, now and then, in both languages', () => {
  let examined = 0
  const rulers = [
    ...priorities.map((priority) => ({ ...(priority === 'program' ? program(60, 'day') : operator), priority })),
    ...grounds.flatMap((ground) => [program(40, ground), { ...program(0, ground), priority: 'default' }]),
  ]
  for (const language of ['en', 'fr'] as const)
    for (const ruler of rulers)
      for (const asked of [present.at, at('21:00')]) {
        const text = sentence(
          { say: speak(language), language },
          'north.level',
          told(ruler, { asked, next: ruler }),
          present,
        )
        expect(text).toMatch(/^north\.level [^{}]+\.$/)
        expect(text).not.toMatch(/undefined|\(\)/)
        examined++
      }
  expect(examined).toBe(4 * (priorities.length + 2 * grounds.length))
})

test('times by a clock that nobody trusts are told as such', () => {
  const lost = { ...present, trust: 'unknown' }
  const [en, fr] = (['en', 'fr'] as const).map((language) =>
    plain(sentence({ say: speak(language), language }, 'north.level', told(operator), lost)),
  )
  expect(en).toMatch(/asked for it \(“night market”\) \(times by a clock that nobody can trust now\)\.$/)
  expect(fr).toMatch(/\(heures d’une horloge à laquelle rien ne permet de se fier\)\.$/)
})

describe('a moment', () => {
  const of = (text: string) => momentIn(text, present)?.toString()

  test.each([
    ['23:10', '2026-12-21T22:10:00Z'],
    ['23:45', '2026-12-20T22:45:00Z'],
    ['02:10', '2026-12-21T01:10:00Z'],
    ['2h10', '2026-12-21T01:10:00Z'],
    ['02 h 10', '2026-12-21T01:10:00Z'],
    ['2026-12-19T02:10', '2026-12-19T01:10:00Z'],
    ['2026-12-19T02:10Z', '2026-12-19T02:10:00Z'],
  ])('%s is %s: the last time that it was so late in the street', (text, instant) => {
    expect(of(text)).toBe(instant)
  })

  test.each(['', 'noon', '25:00', '2026-13-01T00:00'])('%j is none', (text) => {
    expect(of(text)).toBeUndefined()
  })
})
