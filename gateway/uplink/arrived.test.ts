import { expect, test } from 'vitest'
import type { Parcel } from '../outbox/parcel.ts'
import { Arrived } from './arrived.ts'

const record = (seq: number, release = 'energy', outbox = 'b0x'): Parcel => ({
  ...{ kind: 'record', ticket: seq, boot: 1, body: '{}' },
  ...{ release, outbox, seq },
})

test('what has arrived of a parcel is known by its number, whatever its ticket, until all of it has', () => {
  const arrived = new Arrived()
  arrived.note(record(1), new Set(['json']))
  arrived.note({ ...record(1), ticket: 77 }, new Set(['besides 0']))
  expect(arrived.of(record(1))).toEqual(new Set(['json', 'besides 0']))
  for (const other of [record(2), record(1, 'light'), record(1, 'energy', 'n3w')])
    expect(arrived.of(other)).toEqual(new Set())
  arrived.settle(record(1))
  expect(arrived.of(record(1))).toEqual(new Set())
})

test('who asks for what it lacks is given all of it', () => {
  const arrived = new Arrived()
  for (const release of ['energy', 'energy-2']) arrived.note(record(1, release), new Set(['json']))
  arrived.forget('energy')
  expect(arrived.of(record(1))).toEqual(new Set())
  expect(arrived.of(record(1, 'energy-2'))).toEqual(new Set(['json']))
})

test('only the last thousand are known', () => {
  const arrived = new Arrived()
  for (let seq = 1; seq <= 1_001; seq++) arrived.note(record(seq), new Set(['json']))
  expect([1, 2, 1_001].map((seq) => arrived.of(record(seq)).size)).toEqual([0, 1, 1])
})
