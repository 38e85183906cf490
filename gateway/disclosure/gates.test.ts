/** The first gate, proved: what disclosure did not make does not compile as something that leaves. */
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const file = join(root, 'gateway/outbox/stranger.ts')

/** Compiles a text as if it stood in the outbox's folder; says the errors in it. */
let errorsOf: (text: string) => string[]

beforeAll(() => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object
  }
  const { options: strict } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root)
  const options = { ...strict, noUnusedLocals: false }
  const host = ts.createCompilerHost(options)
  const real = host.getSourceFile.bind(host)
  errorsOf = (text) => {
    host.getSourceFile = (name, languageVersion) =>
      name === file ? ts.createSourceFile(name, text, languageVersion) : real(name, languageVersion)
    const program = ts.createProgram([file], options, host)
    return ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  }
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
