import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildConsole, type Built } from './build.ts'

let folder: string
let built: Built

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-'))
  built = await buildConsole(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const ending = (end: string) => built.files.filter((name) => name.endsWith(end))

test('one page, one script, one style sheet, each with the twin that is sent', () => {
  expect([ending('.html'), ending('.js'), ending('.css')].map((files) => files.length)).toEqual([1, 1, 1])
  expect(built.files.length).toBe(6)
  for (const name of ending('.gz'))
    expect(gunzipSync(readFileSync(join(folder, name))).toString()).toBe(read(name.slice(0, -3)))
})

test('it is light: a phone has it within a second', () => {
  expect(built.gzippedBytes).toBeLessThan(60_000)
})

test('the page has nothing in it that its policy would refuse', () => {
  const page = read('index.html')
  expect(page).toMatch(/<script src="main-[A-Z0-9]{8}\.js"><\/script>/)
  expect(page).toMatch(/<link rel="stylesheet" href="console-[A-Z0-9]{8}\.css">|href="console-[A-Z0-9]{8}\.css" \/>/)
  expect(page).not.toMatch(/<style|style=|onload=|<script>/)
})

test('schemas, the broker’s client and Node stay out of the browser; nothing is loaded from elsewhere', () => {
  const text = ending('.js').map(read).join('') + ending('.css').map(read).join('')
  expect(text).not.toMatch(/ZodError|MqttClient|node:/)
  const addresses = [...text.matchAll(/https?:\/\/[\w.]+/g)].map(String)
  expect(addresses.filter((address) => address !== 'http://www.w3.org')).toEqual([])
})
