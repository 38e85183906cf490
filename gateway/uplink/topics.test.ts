import { expect, test } from 'vitest'
import { parseTopic, topicsOf } from './topics.ts'

const topics = topicsOf({ tenant: 'ville', site: 'rue-haute' })

test('every topic of a gateway lies below one level that is its own', () => {
  const all = [
    topics.state,
    topics.meta,
    topics.self,
    topics.receipts,
    topics.replays,
    topics.record('x'),
    topics.receipt('x'),
    topics.replay('x'),
    topics.commands,
    topics.command('x'),
    topics.answer,
  ]
  expect(all.every((topic) => topic.startsWith('fanal/ville/rue-haute/'))).toBe(true)
})

test('a topic is read as it was written', () => {
  const at = { tenant: 'ville', site: 'rue-haute' }
  expect(parseTopic(topics.state)).toEqual({ kind: 'state', ...at })
  expect(parseTopic(topics.record('energy'))).toEqual({ kind: 'record', ...at, release: 'energy' })
  expect(parseTopic(topics.receipt('energy'))).toEqual({ kind: 'receipt', ...at, release: 'energy' })
  expect(parseTopic(topics.replay('energy'))).toEqual({ kind: 'replay', ...at, release: 'energy' })
  expect(parseTopic(topics.command('north'))).toEqual({ kind: 'command', ...at, segment: 'north' })
})

test.each([
  '',
  'fanal',
  'fanal/ville/rue-haute',
  'fanal/ville/rue-haute/r',
  'fanal/ville/rue-haute/r/',
  'fanal/ville/rue-haute/r/energy/more',
  'fanal/ville/rue-haute/state/more',
  'fanal/ville/rue-haute/command',
  'fanal/ville/rue-haute/command/',
  'fanal/ville/rue-haute/command/north/level',
  'fanal/ville/rue-haute/answer',
  'fanal/ville/rue-haute/answer/central',
  'fanal/ville/rue-haute/x/energy',
  'fanal//rue-haute/state',
  'lantern/ville/rue-haute/state',
])('%j is none of ours', (topic) => {
  expect(parseTopic(topic)).toBeUndefined()
})
