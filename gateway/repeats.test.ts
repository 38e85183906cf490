import { expect, test } from 'vitest'
import { dice } from '../drivers/testing/dice.ts'
import type { Dated } from './chain.ts'
import { Repeats } from './repeats.ts'

const ruling = (at: number, who: string, level: number): Dated => ({
  at: String(at),
  entry: { kind: 'ruling', setpoint: 'north.level', priority: 'command', level, source: { door: 'upstream', who } },
})

const timesOf = ({ entry }: Dated) => ('times' in entry ? Number(entry['times']) : 1)

/** Whatever happens within so long, once each `everyMs`; the clock is looked at each second. */
function run(lastsMs: number, next: () => { everyMs: number; who: string; level: number }) {
  const repeats = new Repeats()
  const lines: Dated[] = []
  let entries = 0
  let last: Dated | undefined
  for (let nowMs = 0; nowMs < lastsMs;) {
    const { everyMs, who, level } = next()
    last = ruling(nowMs, who, level)
    lines.push(...repeats.note(last, nowMs))
    entries++
    nowMs += everyMs
    for (let dueMs = repeats.nextMs; dueMs !== undefined && dueMs <= nowMs; dueMs = repeats.nextMs)
      lines.push(...repeats.due(dueMs))
  }
  lines.push(...repeats.end())
  return { lines, entries, last }
}

const hourMs = 3_600_000

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'whoever changes their mind: none is lost count of, all is in order, the last is the last (seed %i)',
  (seed) => {
    const random = dice(seed)
    const { lines, entries, last } = run(2 * hourMs, () => ({
      everyMs: Math.ceil(random() < 0.01 ? 300_000 * random() : 2_000 * random()),
      who: `rule ${Math.floor(4 * random())}`,
      level: Math.floor(100 * random()),
    }))
    expect(lines.reduce((sum, line) => sum + timesOf(line), 0)).toBe(entries)
    const order = lines.map(({ at }) => Number(at))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(lines.at(-1)).toMatchObject({ at: last?.at, entry: { ...last?.entry } })
    expect(lines.length).toBeLessThan(entries / 4)
  },
)

test('names that are made up do not help a flood', () => {
  let n = 0
  const { lines, entries } = run(12 * hourMs, () => ({ everyMs: 500, who: `rule ${n++}`, level: n % 2 }))
  expect(entries).toBe(86_400)
  expect(lines.length).toBeLessThan(1_000)
})

test('what somebody does at a cabinet is a line each', () => {
  const repeats = new Repeats()
  for (let n = 0; n < 8; n++)
    expect(repeats.note(ruling(n, 'technician', n), n * 5_000)).toEqual([ruling(n, 'technician', n)])
  // Others, and other setpoints, go on as if nothing were.
  expect(repeats.note(ruling(9, 'flood', 9), 45_000)).toHaveLength(1)
})

test('logins are a line each, as many as there are', () => {
  const repeats = new Repeats()
  const login: Dated = { at: '1', entry: { kind: 'login', outcome: 'failure' } }
  for (let n = 0; n < 100; n++) expect(repeats.note(login, n)).toEqual([login])
  expect(repeats.nextMs).toBeUndefined()
})

test('a flood that is over is forgotten: what comes later is a line again', () => {
  const repeats = new Repeats()
  for (let n = 0; n < 20; n++) repeats.note(ruling(n, 'rule', n), n)
  expect(repeats.due(60_000)).toMatchObject([{ at: '19', entry: { level: 19, times: 12, first: '8' } }])
  for (let dueMs = repeats.nextMs; dueMs !== undefined; dueMs = repeats.nextMs) expect(repeats.due(dueMs)).toEqual([])
  expect(repeats.note(ruling(21, 'rule', 1), 600_000)).toHaveLength(1)
})
