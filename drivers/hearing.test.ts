import { expect, test } from 'vitest'
import { causeOf, type Cause, type Heard } from './hearing.ts'

const none = { requests: 10, answers: 0, exceptions: 0, garbled: 0, foreign: 0, late: 0 }
const silent: Heard = { line: none, answers: false, damaged: false, othersAnswer: false, recognition: 'unknown' }
const line = (changes: Partial<Heard['line']>): Partial<Heard> => ({ line: { ...none, ...changes } })

const cases: [string, Partial<Heard>, Cause | undefined][] = [
  ['not a byte', {}, 'line-mute'],
  ['damaged bytes, and nothing else', { ...line({ garbled: 9 }), damaged: true }, 'line-gibberish'],
  ['whole frames of others', line({ foreign: 2 }), 'line-others'],
  ['whole frames of others, and noise', { ...line({ foreign: 2, garbled: 3 }), damaged: true }, 'line-others'],
  ['silence, and others answer', { ...line({ answers: 5 }), othersAnswer: true }, 'device-absent'],
  [
    'damage for this unit alone',
    { ...line({ answers: 5, garbled: 5 }), damaged: true, othersAnswer: true },
    'device-overlaps',
  ],
  ['another device', { ...line({ answers: 9 }), answers: true, recognition: 'differs' }, 'device-doubt'],
  [
    'another device, that answers with exceptions',
    { ...line({ exceptions: 9 }), answers: true, recognition: 'differs' },
    'device-doubt',
  ],
  ['silence of what answered before', line({ answers: 900 }), undefined],
  ['an answer', { ...line({ answers: 9 }), answers: true, recognition: 'matches' }, undefined],
  ['no question', line({ requests: 0 }), undefined],
]

test.each(cases)('%s', (_, changes, cause) => {
  expect(causeOf({ ...silent, ...changes })).toBe(cause)
})
