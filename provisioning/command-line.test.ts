import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { program } from './cli.ts'
import { commandLineMistakes } from './command-line.ts'
import { speak } from './messages.ts'

const fanal: Command = program(speak('en'), () => Promise.resolve())
const mistakes = (line: string) =>
  commandLineMistakes(fanal, line.split(' ').filter(Boolean)).map(({ code, word, suggestion }) => [
    code,
    word,
    suggestion,
  ])

test.each([
  ['up', []],
  ['up site.yaml --state /tmp/x --json', []],
  ['read -m tcp -a 1 -t 3:float -0 -r 52 127.0.0.1 -p 1502', []],
  ['read -a1 -B localhost', []],
  ['read --lang=fr', []],
  ['watch *.power_active feeder.frequency', []],
  ['check --help nonsense --what', []],
  ['pu', [['unknown-verb', 0, 'up']]],
  ['--json staus', [['unknown-verb', 1, 'status']]],
  ['up --jsn', [['unknown-option', 1, '--json']]],
  [
    'up --jsn a.yaml --lang it b.yaml',
    [
      ['unknown-option', 1, '--json'],
      ['not-a-choice', 4, undefined],
      ['too-many', 5, undefined],
    ],
  ],
  ['status --state', [['value-missing', 1, undefined]]],
  ['check', [['operand-missing', 1, undefined]]],
  ['data', []],
  ['data --help', []],
  ['data page site.yaml --out www --lang fr', []],
  ['data pgae', [['unknown-verb', 1, 'page']]],
  ['data page', [['option-missing', 2, undefined]]],
  ['data --lang fr qr a.yaml b.yaml --out x', [['too-many', 5, undefined]]],
  ['read -m tpc host', [['not-a-choice', 2, 'tcp']]],
  ['receive', [['operand-missing', 1, undefined]]],
  ['set north.level 60 --for=2h --because market', []],
  ['set north.level 60% --for 2h', [['option-missing', 5, undefined]]],
  [
    'set north.level',
    [
      ['operand-missing', 2, undefined],
      ['option-missing', 2, undefined],
      ['option-missing', 2, undefined],
    ],
  ],
  [
    'why north.level --att 02:10',
    [
      ['unknown-option', 2, '--at'],
      ['too-many', 3, undefined],
    ],
  ],
])('fanal %s', (line, expected) => {
  expect(mistakes(line)).toEqual(expected)
})
