/** The manual of commands against the program: its examples, codes and verdicts are those that there are. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseLetter } from '../control/order.ts'
import { refusalCodes } from '../control/refusal.ts'
import type { Answer } from '../disclosure/announce.ts'
import { topicsOf } from './topics.ts'

const manual = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
const section = (title: string) => manual.split('\n## ').find((each) => each.startsWith(`${title}\n`)) ?? ''
const commands = section('Commands')

/** Every word in backticks in the first column of the table with this head. */
function firstColumn(head: string): string[] {
  const [, after = ''] = commands.split(`| ${head} |`)
  const rows = (after.split('\n\n')[0] ?? '').split('\n').filter((row) => row.startsWith('| `'))
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word))
}

test('every code of a refusal is explained, and no other', () => {
  expect(firstColumn('code of a refusal').sort()).toEqual([...refusalCodes].sort())
})

test('every verdict is explained, and no other', () => {
  const verdicts: Record<Answer['verdict'], true> = {
    accepted: true,
    released: true,
    refused: true,
    applied: true,
    unconfirmed: true,
    rejected: true,
    superseded: true,
  }
  expect(firstColumn('verdict').sort()).toEqual(Object.keys(verdicts).sort())
})

test('the examples are commands', () => {
  const examples = [...commands.matchAll(/\{"v":1,[^\n']*"who":[^\n']*\}/g)].map(([example]) => example)
  const letters = examples.map((example) => parseLetter('north', Buffer.from(example), { retained: false }))
  expect(letters.map((letter) => letter?.order.act)).toEqual([
    { kind: 'set', value: 60, leaseMs: 7_200_000 },
    { kind: 'set', value: 60, leaseMs: 7_200_000 },
    { kind: 'release' },
  ])
})

test('the examples are published where a gateway listens', () => {
  const topics = topicsOf({ tenant: 'ville', site: 'rue-haute' })
  const published = [...commands.matchAll(/^mosquitto_(?:pub|rr) .* -t (\S+)/gm)].map(([, topic]) => topic)
  expect(published).toEqual([topics.command('north'), topics.command('north')])
  expect(commands).toContain(`-e ${topics.answer}/central `)
  expect(commands).toContain(`-t ${topics.answer}\``)
})
