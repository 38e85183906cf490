import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCredentials } from './credentials.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanal-credentials-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test('the password is the file without its last line end', async () => {
  expect(await readCredentials({ passwordFile: file('a', 'pass word \n') })).toEqual({ password: 'pass word ' })
  expect(await readCredentials({ passwordFile: file('b', 'mot de passe\r\n') })).toEqual({ password: 'mot de passe' })
  expect(await readCredentials({})).toEqual({})
})

test('a key is read as it is', async () => {
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' })
  const { key } = await readCredentials({ tls: { key: file('key.pem', pem) } })
  expect(key?.toString()).toBe(pem)
})

test.each(['ca', 'certificate', 'key'] as const)('a damaged or missing %s names its file', async (which) => {
  const damaged = file('damaged.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n')
  await expect(readCredentials({ tls: { [which]: damaged } })).rejects.toMatchObject({
    code: 'BROKER_FILE',
    where: damaged,
  })
  const missing = join(folder, 'missing.pem')
  await expect(readCredentials({ tls: { [which]: missing } })).rejects.toMatchObject({
    code: 'BROKER_FILE',
    where: missing,
    detail: expect.stringContaining('ENOENT') as string,
  })
})
