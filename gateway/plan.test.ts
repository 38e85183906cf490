import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from '../drivers/registry.ts'
import { planSite } from './plan.ts'

const registry = loadRegistry([])
const demo = readFileSync(join(import.meta.dirname, 'demo/site.yaml'), 'utf8')

/** The mistakes of the demo's site file with `from` replaced by `to`, as `line:column code suggestion`. */
function mistakes(...changes: [from: string, to: string][]): string[] {
  const text = changes.reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replace(from, to)
  }, demo)
  const planned = planSite(text, 'site.yaml', registry)
  if (planned.ok) return []
  const lines = text.split('\n')
  return planned.mistakes.map(({ line, column, code, suggestion }) => {
    const rest = lines[line - 1]?.slice(column - 1).trimEnd() ?? ''
    return `${code} at “${/^[\w./*:-]+/.exec(rest)?.[0] ?? rest.slice(0, 12)}”${suggestion === undefined ? '' : ` → ${suggestion}`}`
  })
}

test('the demo’s site file is good', () => {
  expect(mistakes()).toEqual([])
})

test.each<[string, [string, string], string[]]>([
  ['a line that is not there', ['line: feeder', 'line: feedr'], ['no-such-line at “feedr” → feeder']],
  [
    'a profile that is not there',
    ['eastron-sdm630', 'eastron-sdm603'],
    ['no-such-profile at “eastron-sdm603” → eastron-sdm630'],
  ],
  [
    'a pattern that fits nothing',
    ['feeder.frequency\n', 'feeder.freqency\n'],
    ['pattern-matches-nothing at “feeder.freqency” → feeder.frequency'],
  ],
  [
    'a treatment given twice',
    ['    delivery: durable', '      - round: 10\n    delivery: durable'],
    ['treatment-twice at “round:”'],
  ],
  ['a window that is too short', ['{ best-effort: 30s }', '{ best-effort: 1s }'], ['duration-outside at “1s”']],
  [
    'two lines over one endpoint',
    ['host: 127.0.0.1, port: 1503', 'host: 127.0.0.1, port: 1502'],
    ['line-twice at “127.0.0.1”'],
  ],
  [
    'a parameter named like what every object has',
    ['unit: 1', 'unit: 1\n    parameters: { constructor: 3 }'],
    ['no-such-parameter-of-profile at “constructor:”'],
  ],
  [
    'a certificate without its key',
    ['  broker: mqtt', '  tls: { certificate: a.pem }\n  broker: mqtt'],
    ['key-and-certificate-together at “{ certificat”'],
  ],
  [
    'a parameter of another type',
    ['unit: 1', 'unit: 1\n    parameters: { inverted: 3 }'],
    ['parameter-of-wrong-type at “3”'],
  ],
  [
    'a parameter that the profile has not',
    ['unit: 1', 'unit: 1\n    parameters: { invreted: true }'],
    ['no-such-parameter-of-profile at “invreted:” → inverted'],
  ],
])('%s', (_, change, expected) => {
  const found = mistakes(change)
  for (const mistake of expected) expect(found).toContainEqual(expect.stringContaining(mistake.split(' → ')[0]!))
  for (const suggestion of expected.flatMap((mistake) => mistake.split(' → ')[1] ?? []))
    expect(found.join('\n')).toContain(`→ ${suggestion}`)
})

test('two devices at one address', () => {
  const found = mistakes(['unit: 2', 'unit: 1'], ['line: yard', 'line: feeder'])
  expect(found).toEqual([expect.stringContaining('unit-taken at “1”')])
})

test('two lines over one serial port, and a line that no device uses', () => {
  const wire = 'protocol: modbus-rtu, device: /dev/ttyS0, serial: 9600 8N1'
  const spare = `lines:\n  spare: { ${wire} }\n`
  expect(mistakes(['lines:\n', spare])).toEqual([])
  expect(mistakes(['lines:\n', `${spare}  other: { ${wire} }\n`])).toEqual(['line-twice at “/dev/ttyS0”'])
})

test('a mistake in one entry hides none in another', () => {
  const found = mistakes(
    ['line: feeder', 'line: feedr'],
    ['unit: 1', 'unit: 300'],
    ['eastron-sdm630', 'eastron-sdm603'],
  )
  expect(found.map((mistake) => mistake.split(' ')[0])).toEqual(
    expect.arrayContaining(['no-such-line', 'no-such-profile', 'number-too-big']),
  )
})

test('an empty file, and one cut off before its releases, are refused', () => {
  for (const text of ['', '\n', '# only a comment\n', demo.slice(0, demo.indexOf('releases:'))])
    expect(planSite(text, 'site.yaml', registry).ok).toBe(false)
})

test('property: a cut anywhere gives mistakes or a plan, and never throws', () => {
  for (let length = 0; length < demo.length; length += 7)
    expect(typeof planSite(demo.slice(0, length), 'site.yaml', registry).ok).toBe('boolean')
})
