import { describe, expect, test } from 'vitest'
import { envelope, isCleared, type OutputState, type Step, type Surroundings, type Wish } from './envelope.ts'
import { outputOf, relay, segmentOf } from './testing/segments.ts'

const judge = envelope()
const night: Surroundings = { asked: 100, lit: true, switchedOff: 0, interlocks: [] }
const day: Surroundings = { ...night, asked: 0 }
const operator = (level: number): Wish => ({ level, priority: 'operator' })
const codeOf = (segment: ReturnType<typeof segmentOf>, wish: Wish, around: Surroundings) =>
  judge.refusalOf(segment, wish, around)?.code

describe('limits', () => {
  test.each([-1, 9.9, 100.1, 1e9, Number.NaN])('%f is refused, with what would be allowed', (level) => {
    expect(judge.refusalOf(segmentOf(), operator(level), day)).toEqual({
      code: 'COMMAND_OUT_OF_LIMITS',
      words: { level },
      allowed: { from: 10, to: 100, off: true },
    })
  })

  test.each([0, 10, 55.5, 100])('%f passes', (level) => {
    expect(codeOf(segmentOf(), operator(level), day)).toBeUndefined()
  })

  test('a relay knows off and full', () => {
    const square = segmentOf({}, [relay])
    expect(codeOf(square, operator(60), day)).toBe('COMMAND_OUT_OF_LIMITS')
    expect([codeOf(square, operator(0), day), codeOf(square, operator(100), day)]).toEqual([undefined, undefined])
  })
})

describe('the floor of light', () => {
  test('holds while the program asks for light', () => {
    expect(judge.refusalOf(segmentOf(), operator(20), night)).toEqual({
      code: 'COMMAND_BELOW_FLOOR',
      words: { floor: 30, level: 20 },
      allowed: { from: 30, to: 100, off: false },
    })
    expect(codeOf(segmentOf(), operator(0), night)).toBe('COMMAND_BELOW_FLOOR')
    expect(codeOf(segmentOf(), operator(30), night)).toBeUndefined()
  })

  test('does not by day, nor for safety', () => {
    expect(codeOf(segmentOf(), operator(20), day)).toBeUndefined()
    expect(codeOf(segmentOf(), { level: 0, priority: 'safety' }, night)).toBeUndefined()
  })
})

describe('interlocks', () => {
  const because = 'somebody works on the line'
  const around = (forbids: 'on' | 'off'): Surroundings => ({
    ...day,
    interlocks: [{ point: 'relay.k2', is: true, forbids, because, detector: false }],
  })

  test('forbid light, or dark, to everybody', () => {
    expect(judge.refusalOf(segmentOf(), operator(50), around('on'))).toEqual({
      code: 'COMMAND_INTERLOCKED',
      words: { point: 'relay.k2', because },
    })
    expect(codeOf(segmentOf(), { level: 100, priority: 'safety' }, around('on'))).toBe('COMMAND_INTERLOCKED')
    expect(codeOf(segmentOf(), operator(0), around('off'))).toBe('COMMAND_INTERLOCKED')
  })

  test('let the rest pass', () => {
    expect(codeOf(segmentOf(), operator(0), around('on'))).toBeUndefined()
    expect(codeOf(segmentOf(), operator(50), around('off'))).toBeUndefined()
  })
})

describe('switchings', () => {
  const off = (priority: Wish['priority'], switchedOff: number, lit = true) =>
    codeOf(segmentOf({ switchings: 4 }), { level: 0, priority }, { ...day, switchedOff, lit })

  test('people may switch off until two are left, which the program keeps for itself', () => {
    expect([off('operator', 1), off('operator', 2)]).toEqual([undefined, 'COMMAND_SWITCHED_TOO_OFTEN'])
    expect([off('program', 3), off('program', 4)]).toEqual([undefined, 'COMMAND_SWITCHED_TOO_OFTEN'])
  })

  test('what is off already, and safety, are free; light always is', () => {
    expect([off('operator', 9, false), off('safety', 9)]).toEqual([undefined, undefined])
    expect(codeOf(segmentOf(), operator(100), { ...day, switchedOff: 99 })).toBeUndefined()
  })

  test('with few allowed, people still have one', () => {
    const once = segmentOf({ switchings: 1 })
    expect(codeOf(once, operator(0), day)).toBeUndefined()
    expect(codeOf(once, operator(0), { ...day, switchedOff: 1 })).toBe('COMMAND_SWITCHED_TOO_OFTEN')
  })
})

describe('a write', () => {
  const output = outputOf()
  const segment = segmentOf({}, [output])
  const settled: OutputState = { present: 50, writtenMs: 0, device: 'known', nowMs: 100_000 }
  const write = (step: Step, state: Partial<OutputState> = {}, wish = operator(step.value as number)) =>
    judge.judge(segment, output, wish, step, day, { ...settled, ...state })
  const to = (value: number) => ({ value, confirm: false })

  test('that passes is cleared, as it is', () => {
    const judged = write(to(54))
    expect(isCleared(judged)).toBe(true)
    expect(judged).toEqual({ setpoint: 'lamps.group_0_level', value: 54, confirm: false })
  })

  test('is judged by what the segment may, first', () => {
    expect(write(to(5))).toMatchObject({ code: 'COMMAND_OUT_OF_LIMITS' })
    expect(write(to(5), {}, operator(55))).toMatchObject({ code: 'COMMAND_OUT_OF_LIMITS' })
  })

  test('to a device that is another is refused', () => {
    expect(write(to(54), { device: 'stranger' })).toMatchObject({ code: 'COMMAND_WRONG_DEVICE' })
  })

  test('to a device that nobody knows yet, or never did, is refused, whatever it is', () => {
    for (const device of ['unasked', 'unknown'] as const)
      for (const value of [0, 50, 54])
        expect(write(to(value), { device }, { level: value, priority: 'safety' })).toMatchObject({
          code: 'COMMAND_NOT_IDENTIFIED',
          words: { device: 'lamps' },
        })
  })

  test('to one that was known, and is not heard now, may give light, or obey an interlock, but not put it out', () => {
    const unheard = { device: 'unheard' } as const
    for (const value of [46, 50, 54]) expect(isCleared(write(to(value), unheard))).toBe(true)
    expect(write(to(0), { ...unheard, present: 10 }, operator(0))).toMatchObject({ code: 'COMMAND_NOT_IDENTIFIED' })
    expect(isCleared(write(to(0), unheard, { level: 0, priority: 'safety' }))).toBe(true)
  })

  test('waits for the rest of the one before', () => {
    expect(write(to(54), { writtenMs: 99_501 })).toMatchObject({ code: 'COMMAND_TOO_SOON' })
    expect(isCleared(write(to(54), { writtenMs: 99_500 }))).toBe(true)
  })

  test('is no steeper than the slew, up or down, however long nothing was written', () => {
    expect([isCleared(write(to(55))), isCleared(write(to(45)))]).toEqual([true, true])
    expect(write(to(56))).toMatchObject({ code: 'COMMAND_TOO_STEEP' })
    expect(write(to(44))).toMatchObject({ code: 'COMMAND_TOO_STEEP' })
  })

  test('goes through the hole below the least light in one step', () => {
    expect(isCleared(write(to(10), { present: 0 }))).toBe(true)
    expect(isCleared(write(to(0), { present: 12 }))).toBe(true)
    expect(write(to(0), { present: 20 })).toMatchObject({ code: 'COMMAND_TOO_STEEP' })
  })

  test('from nobody knows where may go anywhere, and safety does not wait', () => {
    expect(isCleared(write(to(100), { present: undefined, writtenMs: -Infinity }))).toBe(true)
    expect(isCleared(write(to(0), { present: 100 }, { level: 0, priority: 'safety' }))).toBe(true)
  })
})

test('each guard can be taken out, for a test that shows that it is needed', () => {
  expect(envelope('floor').refusalOf(segmentOf(), operator(0), night)).toBeUndefined()
  expect(envelope('limits').refusalOf(segmentOf(), operator(200), day)).toBeUndefined()
  expect(envelope('rest').refusalOf(segmentOf(), operator(0), night)?.code).toBe('COMMAND_BELOW_FLOOR')
})
