import { describe, expect, test } from 'vitest'
import { lineAfter, origin, parseLine, sealed, unsealed, verify, type Link } from './audit.ts'
import type { AuditEntry } from './keeping.ts'

const at = '2026-12-21T16:00:00Z'

function chain(entries: readonly AuditEntry[], from: Link = origin): string[] {
  let link = from
  return entries.map((entry) => {
    const next = lineAfter(link, { at, entry })
    link = next.link
    return next.line
  })
}

const night: AuditEntry[] = [
  { kind: 'start' },
  { kind: 'ruling', setpoint: 'north.level', level: 100, reason: 'crépuscule' },
  { kind: 'command', setpoint: 'north.level', value: 60, reason: 'a "quiet" night\n' },
  { kind: 'write', setpoint: 'lamps.group_0_level', value: 60 },
  { kind: 'stop' },
]

test('each line says its number, its time and what was before it', () => {
  const lines = chain(night)
  expect(lines[1]).toMatch(
    /^\{"n":2,"at":"2026-12-21T16:00:00Z","kind":"ruling",.*"prev":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"\}$/,
  )
  expect(parseLine(lines[1]!)).toMatchObject({ n: 2, kind: 'ruling', level: 100, prev: parseLine(lines[0]!)?.hash })
  expect(verify(lines)).toMatchObject({ ok: true, n: 5 })
  expect(verify([])).toMatchObject({ ok: true, n: 0 })
})

test('an entry cannot pass for another number, time or hash', () => {
  const forged = { kind: 'start', n: 7, at: 'never', prev: 'x', hash: 'y' } as const
  const lines = chain([forged, { kind: 'stop' }])
  expect(parseLine(lines[0]!)).toMatchObject({ n: 1, at, prev: origin.hash })
  expect(verify(lines)).toMatchObject({ ok: true, n: 2 })
})

test('the beginning may be gone, as rotation does', () => {
  expect(verify(chain(night).slice(2))).toMatchObject({ ok: true, first: 3, n: 5 })
})

describe('what was done to it is found', () => {
  test('every changed byte', () => {
    const lines = chain(night)
    let examined = 0
    for (const [index, line] of lines.entries())
      for (let place = 0; place < line.length; place++) {
        const changed = line.slice(0, place) + (line[place] === 'x' ? 'y' : 'x') + line.slice(place + 1)
        expect(verify(lines.with(index, changed))).toEqual({ ok: false, at: index + 1, why: 'changed' })
        examined++
      }
    expect(examined).toBeGreaterThan(1_000)
  })

  test('a line dropped, doubled, moved or put in from elsewhere', () => {
    const lines = chain(night)
    const elsewhere = chain(night.map((entry) => ({ ...entry, by: 'somebody' })))
    expect(verify(lines.toSpliced(2, 1))).toEqual({ ok: false, at: 3, why: 'not-the-next' })
    expect(verify(lines.toSpliced(2, 0, lines[2]!))).toEqual({ ok: false, at: 4, why: 'not-the-next' })
    expect(verify([lines[1]!, lines[0]!])).toEqual({ ok: false, at: 2, why: 'not-the-next' })
    expect(verify(lines.with(2, elsewhere[2]!))).toEqual({ ok: false, at: 3, why: 'other-before' })
    expect(verify([elsewhere[0]!, ...lines.slice(1)])).toEqual({ ok: false, at: 2, why: 'other-before' })
    const another = chain(night, { n: 0, hash: 'f'.repeat(64) })
    expect(verify(another)).toEqual({ ok: false, at: 1, why: 'other-before' })
  })
})

test('a seal covers any object, and nothing else passes for one', () => {
  const content = { v: 1, commands: [{ value: 60 }], names: { 2: 'b', 1: 'a' } }
  expect(unsealed(sealed(content))).toMatchObject(content)
  for (const text of ['', '{}', 'null', '{"hash":"00"}', sealed(content).slice(0, -1), `${sealed(content)} `])
    expect(unsealed(text)).toBeUndefined()
})
