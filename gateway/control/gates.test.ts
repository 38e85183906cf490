/** The second gate, proved: what the envelope did not clear does not compile as something that is written. */
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const file = join(root, 'gateway/control/stranger.ts')

/** Compiles a text as if it stood in control's folder; says the errors in it. */
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
import type { Driver } from '../../drivers/driver.ts'
import { envelope, isCleared, type OutputState, type Surroundings } from './envelope.ts'
import type { Output, Segment } from './segment.ts'
declare const driver: Driver, signal: AbortSignal, segment: Segment, output: Output
declare const around: Surroundings, state: OutputState
const step = { value: 60, confirm: true }
`

test('what the envelope cleared compiles, once it is known to be cleared', () => {
  const judged = `const judged = envelope().judge(segment, output, { level: 60, priority: 'operator' }, step, around, state)`
  expect(errorsOf(`${setting} ${judged}; if (isCleared(judged)) await driver.write(judged, signal)`)).toEqual([])
  expect(errorsOf(`${setting} ${judged}; await driver.write(judged, signal)`)).toHaveLength(1)
})

test('a command of the right shape that nobody judged does not', () => {
  expect(errorsOf(`${setting} await driver.write({ setpoint: 'lamps.level', ...step }, signal)`)).toEqual([
    expect.stringContaining('[cleared]'),
  ])
})
