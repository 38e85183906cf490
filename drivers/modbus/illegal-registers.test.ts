import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instantiate } from '../instance.ts'
import type { LearnedRegisters } from '../learned-registers.ts'
import type { Outcome } from '../line.ts'
import { profileSchema } from '../profile.ts'
import { hasValue, type PointId } from '../reading.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { fakeLine } from '../testing/fake-line.ts'
import { never } from '../testing/line-suite.ts'
import { modbusDriver } from './driver.ts'
import type { ReadRequest } from './request.ts'

interface Span {
  readonly at: number
  readonly count: 1 | 2 | 4
}

const encodings = {
  1: { as: 'u16', quantity: 'count' },
  2: { as: 'u32', quantity: 'count' },
  4: { as: 'text', registers: 4, quantity: 'serial_number' },
} as const
/** What a register holds: so that a value tells where it is from, also as text. */
const held = (address: number) => 0x3021 + (address % 64)

/** A device whose every register is read as a point or lies between points, and what it refuses. */
interface Refusing {
  readonly illegal?: ReadonlySet<number>
  readonly longest?: number
  /** no request may go across */
  readonly seams?: readonly number[]
}

function refuses({ illegal = new Set(), longest = 125, seams = [] }: Refusing, from: number, count: number): boolean {
  if (count > longest || seams.some((seam) => from < seam && seam < from + count)) return true
  for (let register = from; register < from + count; register++) if (illegal.has(register)) return true
  return false
}

const profileOf = (spans: readonly Span[], modbus: { gap?: number; longest_read?: number } = {}) =>
  profileSchema.parse({
    id: 'test-board',
    maker: 'Test',
    model: 'Board',
    kind: 'energy_meter',
    grade: 'drafted',
    source: 'made up for this test alone',
    modbus: { order: 'ABCD', serial: ['9600 8N1'], timeout: '300ms', worst_response: '1s', gap: 10, ...modbus },
    identify: { point: `p${spans[0]?.at ?? 0}`, range: [0, 65_535] },
    points: Object.fromEntries(spans.map(({ at, count }) => [`p${at}`, { at: `holding/${at}`, ...encodings[count] }])),
  })

function board(
  spans: readonly Span[],
  refusing: Refusing,
  options: { modbus?: { gap?: number; longest_read?: number }; before?: LearnedRegisters } = {},
) {
  const clock = fakeClock()
  const now: { refusing: Refusing; answer?: (request: ReadRequest) => Outcome | undefined } = { refusing }
  const asked: string[] = []
  const told: LearnedRegisters[] = []
  const line = fakeLine({
    read: async (request, into, signal) => {
      await clock.sleep(0, signal)
      asked.push(`${request.address}+${request.count}`)
      const other = now.answer?.(request)
      if (other !== undefined) return other
      if (refuses(now.refusing, request.address, request.count)) return { state: 'exception', exception: 2 }
      for (let index = 0; index < request.count; index++) into[index] = held(request.address + index)
      return { state: 'answered' }
    },
    write: () => Promise.reject(new Error('reading writes nothing')),
  })
  const instance = instantiate(profileOf(spans, options.modbus))
  const driver = modbusDriver({
    id: 'board',
    unit: 1,
    instance,
    line,
    clock,
    learned: { before: options.before, changed: (known) => told.push(known) },
  })
  const points = spans.map(({ at }): PointId => `board.p${at}`)
  /** The points that have no value, with the reason, and what was asked for the others. */
  const read = async () => {
    asked.length = 0
    const reading = driver.read(points, never)
    await clock.advance(500)
    const readings = await reading
    for (const [index, { at, count }] of spans.entries()) {
      const one = readings[index]
      if (count === 1 && one !== undefined && hasValue(one)) expect(one.value).toBe(held(at))
    }
    return {
      bad: readings.flatMap((one) => (hasValue(one) ? [] : [[one.point.slice(6), one.quality.reason]])),
      asked: [...asked],
    }
  }
  return { driver, clock, read, now, told }
}

/** So many points of one register each, side by side. */
const row = (many: number, from = 0): Span[] =>
  Array.from({ length: many }, (_, index) => ({ at: from + index, count: 1 }))

describe('a point that the device does not have', () => {
  test.each([0, 31, 32, 50, 63])('is found among 64 by bisecting: %i', async (bad) => {
    const { read, driver } = board(row(64), { illegal: new Set([bad]) })
    const first = await read()
    expect(first.bad).toEqual([[`p${bad}`, 'illegal-address']])
    expect(first.asked.length).toBeLessThanOrEqual(1 + 2 * 6 + 1)
    expect((await read()).asked).toEqual([
      ...(bad > 0 ? [`0+${bad}`] : []),
      ...(bad < 63 ? [`${bad + 1}+${63 - bad}`] : []),
    ])
    expect(driver.defects()).toEqual([
      { kind: 'point', register: `holding/${bad}`, count: 1, points: [`p${bad}`], exception: 2 },
    ])
  })

  test('like all others costs little more than to ask for each', async () => {
    const { read } = board(row(64), { illegal: new Set(row(64).map(({ at }) => at)) })
    const first = await read()
    expect(first.bad).toHaveLength(64)
    expect(first.asked.length).toBeLessThanOrEqual(64 + 7)
    expect((await read()).asked).toEqual(['0+1'])
  })

  test('and then has, as one that was only waking up, is read again with all that was missing with it', async () => {
    const { read, now, driver } = board(row(8), { illegal: new Set(row(8).map(({ at }) => at)) })
    await read()
    now.refusing = {}
    await read()
    expect(await read()).toEqual({ bad: [], asked: ['0+8'] })
    expect(driver.defects()).toEqual([])
  })
})

describe('a hole', () => {
  const spans: Span[] = [...row(8), ...row(8, 12), ...row(8, 24)]

  test('that is refused is never read over again, the others are', async () => {
    const { read, driver } = board(spans, { illegal: new Set([21]) })
    const first = await read()
    expect(first.bad).toEqual([])
    expect(first.asked[0]).toBe('0+32')
    expect(first.asked.length).toBeLessThanOrEqual(1 + 2 * 5 + 1)
    expect(await read()).toEqual({ bad: [], asked: ['0+20', '24+8'] })
    expect(driver.defects()).toEqual([
      { kind: 'hole', register: 'holding/20', count: 4, points: ['p19', 'p24'], exception: 2 },
    ])
  })

  test('beside a point that is missing does no harm', async () => {
    const { read } = board(spans, { illegal: new Set([7, 9, 22]) })
    expect((await read()).bad).toEqual([['p7', 'illegal-address']])
    await read()
    expect(await read()).toEqual({ bad: [['p7', 'illegal-address']], asked: ['0+7', '12+8', '24+8'] })
  })
})

describe('a block that is too long', () => {
  test.each([5, 17, 40, 99])('is cut to what the device takes, found once for all blocks: %i', async (longest) => {
    const { read, driver } = board([...row(100), ...row(100, 200)], { longest })
    const first = await read()
    expect(first.bad).toEqual([])
    expect(first.asked.length).toBeLessThanOrEqual(2 * Math.ceil(100 / longest) + 2 * Math.log2(100) + 6)
    const blocks = 2 * Math.ceil(100 / longest)
    const second = await read()
    expect(second.bad).toEqual([])
    expect(second.asked).toHaveLength(blocks)
    expect(driver.defects()).toEqual([
      { kind: 'length', register: 'holding', count: longest, points: [], exception: 2 },
    ])
  })

  test('is not what a hole is taken for', async () => {
    const { read, driver } = board([...row(20), ...row(20, 24)], { longest: 30 })
    await read()
    expect((await read()).asked).toHaveLength(2)
    expect(driver.defects()).toMatchObject([{ kind: 'length', count: 30 }])
  })

  test('where requests may not go across a register is none', async () => {
    const { read, driver } = board(row(60), { seams: [20] })
    await read()
    expect(await read()).toEqual({ bad: [], asked: ['0+20', '20+40'] })
    expect(driver.defects()).toEqual([
      { kind: 'seam', register: 'holding/20', count: 0, points: ['p19', 'p20'], exception: 2 },
    ])
  })
})

test('a refusal by accident is not learned from', async () => {
  const { read, now, driver } = board(row(16), {})
  let accidents = 1
  now.answer = ({ count }) => (count === 16 && accidents-- > 0 ? { state: 'exception', exception: 3 } : undefined)
  expect((await read()).bad).toEqual([])
  expect(await read()).toEqual({ bad: [], asked: ['0+16'] })
  expect(driver.defects()).toEqual([])
})

test('what was learned is tried again after ten minutes, then after twenty, forty, up to a day', async () => {
  const { read, clock, driver } = board(row(16), { illegal: new Set([3]) })
  await read()
  for (const minutes of [10, 20, 40, 80, 160, 320, 640, 1_280, 1_440, 1_440]) {
    await clock.advance((minutes - 1) * 60_000)
    expect((await read()).asked).toEqual(['0+3', '4+12'])
    await clock.advance(60_000)
    expect((await read()).asked).toEqual(['0+3', '4+12', '3+1'])
    expect(driver.defects()).toHaveLength(1)
  }
})

test.each<[string, Refusing]>([
  ['a point', { illegal: new Set([3]) }],
  ['a hole', { illegal: new Set([17]) }],
  ['a seam', { seams: [8] }],
  ['a length', { longest: 9 }],
])('when %s is refused no more, all is read together again after its term', async (_, refusing) => {
  const { read, clock, now, driver, told } = board([...row(16), ...row(4, 20)], refusing)
  await read()
  now.refusing = {}
  expect(driver.defects()).not.toEqual([])
  await clock.advance(10 * 60_000)
  await read()
  expect(await read()).toEqual({ bad: [], asked: ['0+24'] })
  expect(driver.defects()).toEqual([])
  expect(told.at(-1)).toEqual([])
})

test('what was learned before counts from the first question on, and no longer than it would have', async () => {
  const spans = [...row(16), ...row(16, 20)]
  const refusing = { illegal: new Set([3, 17]), longest: 10 }
  const before = board(spans, refusing)
  await before.read()
  await before.read()
  const { asked } = await before.read()
  const after = board(spans, refusing, { before: before.told.at(-1)! })
  expect((await after.read()).asked).toEqual(asked)
  await after.clock.advance(10 * 60_000)
  expect((await after.read()).asked).toContain('3+1')
  // The machine had no clock: it is 1970, or 2040.
  const told = before.told.at(-1) ?? []
  for (const until of ['2070-01-01T00:00:00Z', '1970-01-01T00:00:00Z']) {
    const wrong = board(spans, refusing, { before: told.map((one) => ({ ...one, until })) })
    await wrong.read()
    await wrong.clock.advance(10 * 60_000)
    expect((await wrong.read()).bad).toEqual([['p3', 'illegal-address']])
  }
})

test('a point that the profile has no more is not told as a defect', () => {
  const before: LearnedRegisters = [
    {
      refused: { kind: 'point', table: 'holding', from: 99, to: 100 },
      exception: 2,
      termMs: 1,
      until: '2026-12-21T17:00:00Z',
    },
  ]
  expect(board(row(4), {}, { before }).driver.defects()).toEqual([])
})

describe('a busy device', () => {
  const busy: Outcome = { state: 'exception', exception: 6 }

  test.each([5, 6])('that answers exception %i is asked again, after its other questions', async (exception) => {
    const { read, now } = board([...row(4), ...row(4, 100)], {})
    let times = 1
    now.answer = ({ address }) => (address === 0 && times-- > 0 ? { state: 'exception', exception } : undefined)
    expect(await read()).toEqual({ bad: [], asked: ['0+4', '100+4', '0+4'] })
  })

  test('is asked again twice at most, and not at once', async () => {
    const { driver, clock, now } = board(row(4), {})
    const atMs: number[] = []
    now.answer = () => {
      atMs.push(clock.monotonicMs())
      return busy
    }
    const reading = driver.read(['board.p0'], never)
    await clock.advance(1_000)
    expect((await reading)[0]?.quality).toEqual({ state: 'bad', reason: 'refused' })
    expect(atMs).toEqual([0, 100, 200])
  })

  test('that falls silent meanwhile is left alone', async () => {
    const { read, now } = board([...row(4), ...row(4, 100)], {})
    now.answer = ({ address }) => (address === 0 ? busy : { state: 'no-answer' })
    const { bad, asked } = await read()
    expect(asked).toEqual(['0+4', '100+4'])
    expect(bad.map(([, reason]) => reason)).toEqual(Array(8).fill('no-answer'))
  })

  test('that refuses part of what it was busy with is cut up then', async () => {
    const { read, now } = board(row(8), { illegal: new Set([2]) })
    let times = 1
    now.answer = () => (times-- > 0 ? busy : undefined)
    expect((await read()).bad).toEqual([['p2', 'illegal-address']])
  })

  test.each([1, 4, 7, 8, 9])(
    'is another than one that answers exception %i, which is asked once',
    async (exception) => {
      const { read, now } = board(row(4), {})
      now.answer = () => ({ state: 'exception', exception })
      expect((await read()).asked).toHaveLength(1)
    },
  )
})

/** Points and holes, in the order of their addresses. */
const maps = fc
  .array(fc.record({ hole: fc.constantFrom(0, 0, 0, 1, 3, 12), count: fc.constantFrom(1, 2, 2, 4) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((pieces) => {
    let end = 0
    return pieces.map(({ hole, count }): Span => {
      const at = end + hole
      end = at + count
      return { at, count }
    })
  })
const refusings = fc.record({
  bad: fc.array(fc.nat(200), { maxLength: 6 }),
  longest: fc.constantFrom(125, 125, 125, 60, 20, 7),
  seams: fc.array(fc.nat(200), { maxLength: 1 }),
})

test('whatever a device refuses, each point that it lets be read is, and only the others are not', async () => {
  let [cut, most] = [0, 0]
  await fc.assert(
    fc.asyncProperty(maps, refusings, async (spans, { bad, longest, seams }) => {
      const illegal = new Set(bad)
      const isBad = ({ at, count }: Span) => refuses({ illegal, longest, seams }, at, count)
      const expected = spans.filter(isBad).map(({ at }) => [`p${at}`, 'illegal-address'])
      const { read } = board(spans, { illegal, longest, seams })
      const plain = (await board(spans, {}).read()).asked.length
      const first = await read()
      expect(first.bad).toEqual(expected)
      const wrongs = expected.length + bad.length + seams.length
      const blocks = Math.ceil(((spans.at(-1)?.at ?? 0) + 4) / longest)
      const depth = 1 + Math.ceil(Math.log2(spans.length))
      expect(first.asked.length).toBeLessThanOrEqual(plain + (wrongs + 1) * (2 * depth + 4) + 2 * blocks)
      if (first.asked.length > plain) cut++
      most = Math.max(most, first.asked.length)
      let last = first.asked
      for (let reads = 0; reads < 6; reads++) {
        const next = await read()
        expect(next.bad).toEqual(expected)
        if (String(next.asked) === String(last)) break
        last = next.asked
      }
      // By then nothing that is refused is asked for any more, but for the one point of a device that has none.
      const again = await read()
      expect(again.asked).toEqual(last)
      const refused = again.asked.filter((question) => {
        const [from = 0, count = 0] = question.split('+').map(Number)
        return refuses({ illegal, longest, seams }, from, count)
      })
      expect(refused).toHaveLength(expected.length === spans.length ? 1 : 0)
    }),
    { numRuns: 500 },
  )
  expect(cut).toBeGreaterThan(100)
  expect(most).toBeGreaterThan(10)
})

test('a device that refuses at random is asked no more than four questions a point', async () => {
  await fc.assert(
    fc.asyncProperty(maps, fc.array(fc.nat(99), { minLength: 50, maxLength: 50 }), async (spans, chances) => {
      const { read, now } = board(spans, {})
      let place = 0
      now.answer = () => ((chances[place++ % 50] ?? 0) < 30 ? { state: 'exception', exception: 2 } : undefined)
      for (let reads = 0; reads < 20; reads++)
        expect((await read()).asked.length).toBeLessThanOrEqual(4 * spans.length + 4)
    }),
    { numRuns: 50 },
  )
})
