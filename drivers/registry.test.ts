import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { explainProfile, loadRegistry } from './registry.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-profiles-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const sdm120 = readFileSync(join(import.meta.dirname, 'catalogue/energy/eastron-sdm120.yaml'), 'utf8')

function put(name: string, text: string): string {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}
const own = (id: string) => sdm120.replace('id: eastron-sdm120', `id: ${id}`)

test('built-in profiles and those of a folder come through one door', () => {
  put('deep/below/acme-m1.yaml', own('acme-m1'))
  put('acme-m2.yml', own('acme-m2'))
  const registry = loadRegistry([folder])
  expect(registry.ids).toContain('acme-m1')
  expect(registry.profile('acme-m1')?.model).toBe('SDM120-Modbus')
  expect(registry.profile('eastron-sdm630')?.maker).toBe('Eastron')
  expect([...registry.profiles.keys()]).toEqual(registry.ids)
  expect(registry.ids).toEqual([...registry.ids].sort())
  expect(registry.mistakes).toEqual([])
  expect(registry.profile('nobody')).toBeUndefined()
})

test('recordings, hidden files and other files are passed over', () => {
  put('acme-m1.recording.yaml', 'not: a profile')
  put('._acme-m1.yaml', 'of another system')
  put('README.md', '# Profiles')
  expect(loadRegistry([folder]).ids).toEqual(loadRegistry([]).ids)
})

test('a faulty profile disables itself only, and says why once it is wanted', () => {
  const faulty = put('acme-m1.yaml', own('acme-m1').replace('grade: drafted', 'grade: draft'))
  put('acme-m2.yaml', own('acme-m2'))
  const registry = loadRegistry([folder])
  expect(registry.mistakes).toEqual([])
  expect(registry.profile('acme-m1')).toBeUndefined()
  expect(registry.profile('acme-m1')).toBeUndefined()
  expect(registry.mistakes).toMatchObject([{ file: faulty, line: 5, code: 'not-one-of', suggestion: 'drafted' }])
  expect(registry.profiles.has('acme-m2')).toBe(true)
  expect(registry.profiles.has('acme-m1')).toBe(false)
  expect(registry.mistakes).toHaveLength(1)
})

test('nothing is read but what is asked for', () => {
  const file = put('acme-m1.yaml', own('acme-m1'))
  const registry = loadRegistry([folder])
  rmSync(file)
  expect(registry.profile('eastron-sdm120')).toBeDefined()
  expect(registry.mistakes).toEqual([])
  expect(registry.profile('acme-m1')).toBeUndefined()
  expect(registry.mistakes).toMatchObject([
    { file, code: 'unreadable-file', message: { en: expect.stringContaining('ENOENT') as string } },
  ])
})

test('an id is the name of its file', () => {
  const file = put('acme-m1.yaml', own('acme-m2'))
  const registry = loadRegistry([folder])
  expect(registry.profile('acme-m1')).toBeUndefined()
  expect(registry.mistakes).toMatchObject([
    { file, line: 1, column: 5, code: 'id-not-file-name', suggestion: 'acme-m1' },
  ])
  expect(explainProfile(own('acme-m1'), 'elsewhere/acme-m1.yaml').ok).toBe(true)
})

test('no profile shadows an earlier one: the earlier one is used, and the later one is a mistake', () => {
  const file = put('eastron-sdm120.yaml', sdm120.replace('maker: Eastron', 'maker: Somebody else'))
  const registry = loadRegistry([folder])
  expect(registry.profile('eastron-sdm120')?.maker).toBe('Eastron')
  expect(registry.mistakes).toMatchObject([{ file, code: 'profile-shadowed' }])
  expect(registry.mistakes[0]?.help.en).toContain('catalogue/energy/eastron-sdm120.yaml')
})

test('a folder that is not there is a mistake; the built-in profiles remain', () => {
  const missing = join(folder, 'nowhere')
  const registry = loadRegistry([missing])
  expect(registry.mistakes).toMatchObject([{ file: missing, code: 'unreadable-folder' }])
  expect(registry.profile('eastron-sdm630')).toBeDefined()
})
