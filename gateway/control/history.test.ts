import { expect, test } from 'vitest'
import { History } from './history.ts'
import type { Ruler } from './ruling.ts'

const at = (time: string) => Temporal.Instant.from(`2026-12-21T${time}:00Z`)
const program = (level: number): Ruler => ({
  priority: 'program',
  level,
  source: { door: 'program', who: 'program' },
  reason: '',
})

test('tells what ruled, until when, and what came then', () => {
  const history = new History()
  history.add({ since: at('16:00'), ruler: program(100) })
  history.add({ since: at('22:00'), ruler: program(50) })
  expect(history.at('north.level', at('15:59'))).toBeUndefined()
  expect(history.at('north.level', at('16:00'))).toEqual({
    ...program(100),
    setpoint: 'north.level',
    since: at('16:00'),
    until: at('22:00'),
    next: program(50),
  })
  expect(history.at('north.level', at('23:00'))).toEqual({
    ...program(50),
    setpoint: 'north.level',
    since: at('22:00'),
  })
})

test('knows nothing of the time when no gateway ran', () => {
  const history = new History()
  history.add({ since: at('16:00'), ruler: program(100) })
  history.add({ since: at('18:00') })
  history.add({ since: at('19:00'), ruler: program(100) })
  expect(history.at('north.level', at('17:00'))).toMatchObject({ level: 100, until: at('18:00') })
  expect(history.at('north.level', at('17:00'))?.next).toBeUndefined()
  expect(history.at('north.level', at('18:30'))).toBeUndefined()
  expect(history.at('north.level', at('19:00'))?.level).toBe(100)
})

test('of a clock that was put back, the later word counts', () => {
  const history = new History()
  history.add({ since: at('20:00'), ruler: program(100) })
  history.add({ since: at('19:00'), ruler: program(30) })
  expect(history.at('north.level', at('20:30'))?.level).toBe(30)
})
