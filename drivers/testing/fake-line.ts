/** A line that has no wire: what it is asked is answered by the test. */
import type { Line } from '../line.ts'

export function fakeLine(answers: Pick<Line, 'read' | 'write'>): Line {
  return {
    name: 'test',
    url: 'test://wire',
    trouble: undefined,
    openings: 1,
    load: 0,
    durations: { counts: [], count: 0, sumMs: 0 },
    disturbance: undefined,
    latency: () => undefined,
    wireTime: () => ({ charMs: 0.573, gapMs: 2 }),
    counters: {
      requests: 0,
      answers: 0,
      timeouts: 0,
      garbled: 0,
      foreign: 0,
      late: 0,
      exceptions: 0,
      bytesOut: 0,
      bytesIn: 0,
    },
    ...answers,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
