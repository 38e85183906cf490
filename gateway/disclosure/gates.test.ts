/** The first gate, proved: what disclosure did not make does not compile as something that leaves. */
import { beforeAll, expect, test } from 'vitest'
import { compilerAt } from '../testing/compiler.ts'

let errorsOf: ReturnType<typeof compilerAt>

beforeAll(() => {
  errorsOf = compilerAt('gateway/outbox/stranger.ts')
}, 60_000)

const setting = `
import type { Outbox } from './outbox.ts'
import type { Announced, Disclosed } from '../disclosure/disclosed.ts'
import { disclose, noWindows } from '../disclosure/disclose.ts'
import type { Policy } from '../disclosure/policy.ts'
import type { Reading } from '../../drivers/reading.ts'
declare const outbox: Outbox, policy: Policy, reading: Reading
declare function announce(what: Announced): void
`

test('what disclosure made compiles', () => {
  expect(
    errorsOf(`${setting}
    await outbox.append(disclose(policy, reading, noWindows()).out)
    declare const birth: Announced; announce(birth); declare const d: Disclosed; await outbox.append([d])`),
  ).toEqual([])
})

test('a reading does not', () => {
  expect(errorsOf(`${setting} await outbox.append([reading])`)).toEqual([
    expect.stringContaining("is not assignable to type 'Disclosed'"),
  ])
})

test('nor a record of the right shape that disclosure did not make', () => {
  const forged = `{ release: 'r', from: reading.at, until: reading.at, series: [] }`
  expect(errorsOf(`${setting} await outbox.append([${forged}])`)).toEqual([expect.stringContaining('[disclosed]')])
  expect(errorsOf(`${setting} announce({ topic: 'meta', body: '{}' })`)).toEqual([
    expect.stringContaining('[disclosed]'),
  ])
})

test('nor one with a brand of its own', () => {
  expect(
    errorsOf(`${setting}
      declare const disclosed: unique symbol
      await outbox.append([{ [disclosed]: true, release: 'r', from: reading.at, until: reading.at, series: [] }])`),
  ).not.toEqual([])
})
