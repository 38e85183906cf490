/** What every Modbus line must do, whatever its framing. Run it from a test file: `lineSuite('rtu', 'serial', timing)`. */
import { afterEach, describe, expect, test } from 'vitest'
import type { LineCounters, Outcome } from '../line.ts'
import { LineError } from '../line-error.ts'
import type { ModbusLine } from '../modbus/client.ts'
import { Debts } from '../modbus/debts.ts'
import type { Timing } from '../modbus/timing.ts'
import { bench, never, reading, soon } from './bench.ts'
import { answer, exception, mbapFrame, rtuFrame, telling, type Asked, type Script } from './scripted-wire.ts'

export { bench, never, reading, soon }

export function lineSuite(name: string, framing: 'rtu' | 'mbap', timing: Timing): void {
  const frame = framing === 'rtu' ? rtuFrame : mbapFrame
  const right: Script = (asked) => [{ afterMs: 5, bytes: answer(frame, asked) }]
  const make = (script: Script = right) => {
    const made = bench(framing, timing, framing === 'rtu' ? new Debts() : undefined)
    made.wire.script = script
    lines.push(made.line)
    return made
  }
  const lines: ModbusLine[] = []
  afterEach(async () => {
    for (const line of lines.splice(0)) await line[Symbol.asyncDispose]()
  })

  /** One read of three registers from unit 1 against a script. */
  const one = async (script: Script): Promise<[Outcome, number[], LineCounters]> => {
    const { clock, line } = make(script)
    const into = new Uint16Array(3)
    const outcome = await soon(clock, line.read(reading(1, 10, 3), into, never))
    return [outcome, [...into], line.counters]
  }
  const truth = [telling(1, 10), telling(1, 11), telling(1, 12)]

  describe(name, () => {
    describe('six units', () => {
      test('one that answers rightly', async () => {
        const [outcome, values, counters] = await one(right)
        expect([outcome, values]).toEqual([{ state: 'answered' }, truth])
        expect(counters).toMatchObject({ requests: 1, answers: 1, timeouts: 0, garbled: 0, foreign: 0, late: 0 })
        expect(counters.bytesOut).toBe(framing === 'rtu' ? 8 : 12)
        expect(counters.bytesIn).toBe(framing === 'rtu' ? 11 : 15)
      })

      test('one that stops short', async () => {
        const [outcome, values, counters] = await one((asked) => [
          { afterMs: 5, bytes: answer(frame, asked).slice(0, -2) },
        ])
        expect([outcome, values]).toEqual([{ state: 'garbled' }, [0, 0, 0]])
        expect(counters).toMatchObject({ timeouts: 1, garbled: 1 })
      })

      test('one whose answer is damaged', async () => {
        const [outcome, values] = await one((asked) => {
          const bytes = answer(frame, asked)
          const at = framing === 'rtu' ? 4 : 8 // TCP has no CRC of its own: damage shows where lengths contradict
          bytes[at] = (bytes[at] ?? 0) ^ 0x40
          return [{ afterMs: 5, bytes }]
        })
        expect([outcome, values]).toEqual([{ state: 'garbled' }, [0, 0, 0]])
      })

      test('one that is another', async () => {
        const [outcome, values, counters] = await one((asked) => [
          { afterMs: 5, bytes: answer(frame, { ...asked, unit: 2 }) },
        ])
        expect([outcome, values]).toEqual([{ state: 'garbled' }, [0, 0, 0]])
        expect(counters).toMatchObject({ foreign: 1, timeouts: 1 })
      })

      test('one that refuses', async () => {
        const [outcome, values, counters] = await one((asked) => [{ afterMs: 5, bytes: exception(frame, asked, 2) }])
        expect([outcome, values]).toEqual([{ state: 'exception', exception: 2 }, [0, 0, 0]])
        expect(counters).toMatchObject({ exceptions: 1, answers: 0, timeouts: 0 })
      })

      test('one that is silent', async () => {
        const [outcome, values, counters] = await one(() => [])
        expect([outcome, values]).toEqual([{ state: 'no-answer' }, [0, 0, 0]])
        expect(counters).toMatchObject({ requests: 1, timeouts: 1 })
      })
    })

    test('another function, or another number of registers, is no answer', async () => {
      const wrongFunction = await one((asked) => [{ afterMs: 5, bytes: answer(frame, { ...asked, function: 4 }) }])
      const wrongCount = await one((asked) => [{ afterMs: 5, bytes: answer(frame, { ...asked, count: 4 }) }])
      expect(wrongFunction.slice(0, 2)).toEqual([{ state: 'garbled' }, [0, 0, 0]])
      expect(wrongCount.slice(0, 2)).toEqual([{ state: 'garbled' }, [0, 0, 0]])
    })

    test('a stray frame before the answer is passed over', async () => {
      const [outcome, values, counters] = await one((asked) => [
        { afterMs: 5, bytes: answer(frame, { ...asked, unit: 2 }) },
        { afterMs: 20, bytes: answer(frame, asked) },
      ])
      expect([outcome, values, counters.foreign]).toEqual([{ state: 'answered' }, truth, 1])
    })

    test('bytes may come one by one', async () => {
      const [outcome, values] = await one((asked) =>
        [...answer(frame, asked)].map((byte, index) => ({ afterMs: 5 + index, bytes: Uint8Array.of(byte) })),
      )
      expect([outcome, values]).toEqual([{ state: 'answered' }, truth])
    })

    test('an answer whose bytes keep coming is heard out beyond its timeout, but not for ever', async () => {
      const bytewise: Script = (asked) =>
        [...answer(frame, asked)].map((byte, index) => ({ afterMs: 5 + 5 * index, bytes: Uint8Array.of(byte) }))
      const { clock, line, wire } = make(bytewise)
      const into = new Uint16Array(125)
      expect(await soon(clock, line.read(reading(1, 0, 125), into, never))).toEqual({ state: 'answered' })
      expect(into[124]).toBe(telling(1, 124))

      wire.script = (asked) =>
        Array.from({ length: 2_000 }, (_, index) => ({ afterMs: 5 * index, bytes: answer(frame, asked).slice(0, 1) }))
      const beganMs = clock.monotonicMs()
      let tookMs = Infinity
      const babbled = line.read(reading(2, 0, 3), into, never).then(({ state }) => {
        tookMs = clock.monotonicMs() - beganMs
        return state
      })
      expect(await soon(clock, babbled)).toBe('garbled')
      expect(tookMs).toBeLessThan(100 + 15 * 10 + 15 * timing.charMs + 30)
    })

    test('what is cut short costs the next question nothing', async () => {
      const { clock, line, wire } = make()
      const into = new Uint16Array(3)
      const length = answer(frame, { unit: 1, function: 3, address: 10, count: 3, transaction: 1, atMs: 0 }).length
      for (let kept = 0; kept < length; kept++) {
        wire.script = (asked) => [{ afterMs: 5, bytes: answer(frame, asked).slice(0, kept) }]
        const { state } = await soon(clock, line.read(reading(1, 10, 3), into, never))
        expect(state).toBe(kept === 0 ? 'no-answer' : 'garbled')
        wire.script = right
        expect(await soon(clock, line.read(reading(2, 10, 3), into, never))).toEqual({ state: 'answered' })
        expect([...into]).toEqual([telling(2, 10), telling(2, 11), telling(2, 12)])
        await clock.advance(5_000)
      }
    })

    test.each([1, 2] as const)('function %i reads bits', async (fn) => {
      const { clock, line } = make()
      const into = new Uint16Array(10)
      await soon(clock, line.read(reading(1, 3, 10, { function: fn }), into, never))
      expect([...into]).toEqual(Array.from({ length: 10 }, (_, bit) => telling(1, 3 + bit) & 1))
    })

    test('two at once never interleave, and each gets its own', async () => {
      const { clock, line, wire } = make()
      const [a, b, c] = [new Uint16Array(2), new Uint16Array(2), new Uint16Array(2)]
      let inTheAir = 0
      wire.script = (asked) => {
        expect(inTheAir++).toBe(0)
        void clock.sleep(30).then(() => inTheAir--)
        return [{ afterMs: 30, bytes: answer(frame, asked) }]
      }
      const all = Promise.all([
        line.read(reading(1, 0, 2), a, never),
        line.read(reading(2, 50, 2), b, never),
        line.read(reading(1, 50, 2), c, never),
      ])
      expect(await soon(clock, all)).toEqual([{ state: 'answered' }, { state: 'answered' }, { state: 'answered' }])
      expect([a[0], b[0], c[0]]).toEqual([telling(1, 0), telling(2, 50), telling(1, 50)])
      expect(wire.asked.map(({ unit, address }) => [unit, address])).toEqual([
        [1, 0],
        [2, 50],
        [1, 50],
      ])
    })

    test('who is aborted in the queue is never asked for, and holds nobody up', async () => {
      const { clock, line, wire } = make()
      const stop = new AbortController()
      const first = line.read(reading(1, 0, 2), new Uint16Array(2), never)
      const second = line.read(reading(2, 0, 2), new Uint16Array(2), stop.signal)
      const third = line.read(reading(3, 0, 2), new Uint16Array(2), never)
      stop.abort(new Error('not wanted'))
      await expect(second).rejects.toThrow('not wanted')
      expect(await soon(clock, first)).toEqual({ state: 'answered' })
      expect(await soon(clock, third)).toEqual({ state: 'answered' })
      expect(wire.asked.map(({ unit }) => unit)).toEqual([1, 3])
    })

    test('who is aborted in flight settles at once, and its answer becomes nobody’s', async () => {
      const { clock, line, wire } = make((asked) => [{ afterMs: 40, bytes: answer(frame, asked) }])
      const stop = new AbortController()
      const first = line.read(reading(1, 0, 2), new Uint16Array(2), stop.signal)
      const into = new Uint16Array(2)
      const second = line.read(reading(2, 70, 2), into, never)
      await clock.advance(20)
      stop.abort(new Error('not wanted'))
      await expect(first).rejects.toThrow('not wanted')
      expect(await soon(clock, second)).toEqual({ state: 'answered' })
      expect([...into]).toEqual([telling(2, 70), telling(2, 71)])
      expect(wire.asked).toHaveLength(2)
      expect(line.counters).toMatchObject({ late: 1, foreign: 0 })
    })

    test('who is already aborted asks nothing', async () => {
      const { line, wire } = make()
      await expect(line.read(reading(1, 0, 2), new Uint16Array(2), AbortSignal.abort(new Error('no')))).rejects.toThrow(
        'no',
      )
      expect(wire.asked).toEqual([])
    })

    test('closing settles the one in flight and those who wait', async () => {
      const { clock, line } = make(() => [])
      const all = [1, 2, 3].map((unit) => line.read(reading(unit, 0, 2), new Uint16Array(2), never))
      await clock.advance(10)
      await line[Symbol.asyncDispose]()
      for (const outcome of await Promise.all(all))
        expect(outcome).toMatchObject({ state: 'line-down', error: { code: 'LINE_CLOSED' } })
      expect(await line.read(reading(1, 0, 2), new Uint16Array(2), never)).toMatchObject({ state: 'line-down' })
    })

    test('a line that breaks off says so at once, and is opened again at its next use', async () => {
      const { clock, line, wire } = make()
      expect(await soon(clock, line.read(reading(1, 0, 2), new Uint16Array(2), never))).toEqual({ state: 'answered' })
      wire.script = () => []
      const startMs = clock.monotonicMs()
      const lost = line.read(reading(1, 0, 4), new Uint16Array(4), never)
      await clock.advance(30)
      wire.lose()
      expect(await lost).toMatchObject({ state: 'line-down', error: { code: 'LINE_LOST' } })
      expect(clock.monotonicMs() - startMs).toBeLessThan(100)
      wire.script = right
      expect(await soon(clock, line.read(reading(2, 0, 2), new Uint16Array(2), never))).toEqual({ state: 'answered' })
      expect(wire.openings).toBe(2)
    })

    test('a line that cannot be opened is tried after a growing wait, not at every request', async () => {
      const { clock, line, wire } = make()
      wire.refusal = new LineError('LINE_REFUSED', 'test://wire')
      for (let turn = 0; turn < 1_000; turn++) {
        expect(await line.read(reading(1, 0, 2), new Uint16Array(2), never)).toMatchObject({
          state: 'line-down',
          error: { code: 'LINE_REFUSED' },
        })
        await clock.advance(10)
      }
      expect(wire.openings).toBeGreaterThanOrEqual(4)
      expect(wire.openings).toBeLessThanOrEqual(8)
      wire.refusal = undefined
      await clock.advance(4_000)
      expect(await soon(clock, line.read(reading(1, 0, 2), new Uint16Array(2), never))).toEqual({ state: 'answered' })
    })

    test('a unit that missed its time rests for its worst response; others do not', async () => {
      const { clock, line, wire } = make((asked) => (asked.unit === 1 ? [] : right(asked)))
      const ask = (unit: number) => soon(clock, line.read(reading(unit, 0, 2), new Uint16Array(2), never))
      expect(await ask(1)).toEqual({ state: 'no-answer' })
      expect([await ask(1), await ask(2)]).toEqual([{ state: 'resting' }, { state: 'answered' }])
      wire.script = right
      await clock.advance(500)
      expect([await ask(1), await ask(1)]).toEqual([{ state: 'answered' }, { state: 'answered' }])
    })

    test('a connection that brings no byte for three timeouts is opened anew, a wire is not', async () => {
      for (const [diesUnnoticed, openings] of [
        [true, 2],
        [false, 1],
      ] as const) {
        const { clock, line, wire } = make()
        wire.diesUnnoticed = diesUnnoticed
        const ask = (unit: number) => soon(clock, line.read(reading(unit, 0, 2), new Uint16Array(2), never))
        const silent: Script = (asked) => (asked.unit === 9 ? right(asked) : [])
        wire.script = silent
        for (const unit of [1, 2, 9, 3, 4]) await ask(unit)
        expect(wire.openings).toBe(1)
        expect(await ask(5)).toEqual({ state: 'no-answer' })
        expect(await ask(9)).toEqual({ state: 'answered' })
        expect([wire.openings, line.trouble]).toEqual([openings, undefined])
      }
    })

    test('the silence before a request is kept', async () => {
      const { clock, line, wire } = make()
      const ends: number[] = []
      wire.script = (asked) => {
        ends.push(asked.atMs + 5)
        return right(asked)
      }
      const all = [1, 2, 3].map((unit) => line.read(reading(unit, 0, 2), new Uint16Array(2), never))
      await soon(clock, Promise.all(all))
      const silences = wire.asked.slice(1).map(({ atMs }, index) => atMs - (ends[index] ?? NaN))
      expect(silences).toHaveLength(2)
      for (const silence of silences) {
        expect(silence).toBeGreaterThanOrEqual(timing.gapMs)
        expect(silence).toBeLessThan(timing.gapMs + 0.25)
      }
    })

    test('a unit that wants a longer pause gets it', async () => {
      const { clock, line, wire } = make()
      await soon(clock, line.read(reading(1, 0, 2), new Uint16Array(2), never))
      const next = line.read(reading(1, 0, 2, { pauseMs: 300 }), new Uint16Array(2), never)
      await soon(clock, next)
      const [first, second] = wire.asked as [Asked, Asked]
      expect(second.atMs - first.atMs - 5).toBeCloseTo(300, 6)
    })
  })
}
