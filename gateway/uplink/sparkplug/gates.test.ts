/** The first gate holds here too, proved: what disclosure did not make does not compile as something that is shown. */
import { beforeAll, expect, test } from 'vitest'
import { compilerAt } from '../../testing/compiler.ts'

let errorsOf: ReturnType<typeof compilerAt>

beforeAll(() => {
  errorsOf = compilerAt('gateway/uplink/sparkplug/stranger.ts')
}, 60_000)

const setting = `
import type { Sparkplug } from './sparkplug.ts'
import type { Disclosed } from '../../disclosure/disclosed.ts'
import type { Reading } from '../../../drivers/reading.ts'
declare const live: Sparkplug, reading: Reading, record: Disclosed
`

test('only what disclosure let out can be shown live', () => {
  expect(errorsOf(`${setting} live.tell([record])`)).toEqual([])
  expect(errorsOf(`${setting} live.tell([reading])`)).toEqual([
    expect.stringContaining("is not assignable to type 'Disclosed'"),
  ])
  expect(errorsOf(`${setting} live.tell([{ release: 'r', from: reading.at, until: reading.at, series: [] }])`)).toEqual(
    [expect.stringContaining('[disclosed]')],
  )
})
