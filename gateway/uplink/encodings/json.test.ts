import { expect, test } from 'vitest'
import { encode } from './json.ts'

test('a record is a header before what disclosure wrote, byte for byte', () => {
  const body = '{"t0":1,"t1":2,"p":{"meter.power":[[0,1.50]]}}'
  const text = encode({ kind: 'record', ticket: 9, release: 'energy', seq: 17, boot: 3, body }, 'b0"x')
  expect(text).toBe('{"v":1,"outbox":"b0\\"x","boot":3,"seq":17,"t0":1,"t1":2,"p":{"meter.power":[[0,1.50]]}}')
  expect(JSON.parse(text)).toMatchObject({ v: 1, outbox: 'b0"x', boot: 3, seq: 17, t0: 1 })
})

test('a gap says from where to where, and why', () => {
  const text = encode({ kind: 'gap', ticket: 9, release: 'energy', boot: 3, from: 5, to: 9, why: 'power-cut' }, 'b0x')
  expect(text).toBe('{"v":1,"outbox":"b0x","boot":3,"gap":{"from":5,"to":9,"why":"power-cut"}}')
})

test('a record that waited says so', () => {
  const text = encode({ kind: 'record', ticket: 9, release: 'energy', seq: 17, boot: 3, body: '{"t0":1}' }, 'b0x', true)
  expect(text).toBe('{"v":1,"outbox":"b0x","boot":3,"hist":true,"seq":17,"t0":1}')
})
