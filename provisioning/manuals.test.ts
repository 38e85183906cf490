/** The manuals' commands are commands that there are: each is held against the program, word by word. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import packageJson from '../package.json' with { type: 'json' }
import { siteSchema } from '../gateway/site.ts'
import { program } from './cli.ts'
import { commandLineMistakes } from './command-line.ts'
import { speak } from './messages.ts'

const root = join(import.meta.dirname, '..')
const manuals = [
  'README.md',
  'drivers/README.md',
  'gateway/README.md',
  'gateway/disclosure/PROOF.md',
  'gateway/uplink/README.md',
  'provisioning/README.md',
]
const fanal = program(speak('en'), () => Promise.resolve())

/** The lines of a manual's shell blocks, without their comments. */
function commands(manual: string): string[] {
  const blocks = [...readFileSync(join(root, manual), 'utf8').matchAll(/```sh\n(.*?)```/gs)]
  return blocks
    .flatMap(([, block = '']) => block.split('\n').map((line) => line.replace(/ +#.*$/, '').trim()))
    .filter(Boolean)
}

const words = (line: string) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

test('every command of the manuals is one that fanal, npm or the project knows', () => {
  const lines = manuals.flatMap(commands)
  expect(lines.length).toBeGreaterThan(12)
  for (const line of lines) {
    const [runner, name, ...rest] = words(line)
    if (runner === 'npx' && name === 'fanal') expect(commandLineMistakes(fanal, rest), line).toEqual([])
    else if (runner === 'npm') expect(Object.keys(packageJson.scripts), line).toContain(name === 'run' ? rest[0] : name)
    else expect(line).toBe('bash .ci/run')
  }
})

/** The keys of a JSON schema, however deep. */
function keysIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'properties' in schema ? Object.keys(schema.properties ?? {}) : []
  return [...own, ...Object.values(schema).flatMap(keysIn)]
}

test('every key of the site file stands in its manual, or in that of releases', () => {
  const manual = readFileSync(join(root, 'provisioning/README.md'), 'utf8')
  const ofReleases = readFileSync(join(root, 'gateway/disclosure/README.md'), 'utf8')
  const section = `${/\n## The site file\n(.*?)\n## /s.exec(manual)?.[1] ?? ''} ${ofReleases}`
  const named = new Set(
    [...section.replaceAll(/```.*?```/gs, '').matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) =>
      code.split(/[^a-z_-]+/),
    ),
  )
  const keys = [...new Set(keysIn(z.toJSONSchema(siteSchema, { io: 'input', unrepresentable: 'any' })))]
  expect(keys.length).toBeGreaterThan(60)
  expect(keys.filter((key) => !named.has(key))).toEqual([])
})
