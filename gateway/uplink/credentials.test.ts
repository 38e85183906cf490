import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { certificateShown, readCredentials } from './credentials.ts'
import { makeAuthority, type Authority } from './testing/authority.ts'

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

describe('of several certificates in one file', () => {
  let city: Authority
  beforeAll(() => {
    certificates = mkdtempSync(join(tmpdir(), 'fanal-authorities-'))
    city = makeAuthority(certificates, 'city')
  })
  afterAll(() => rmSync(certificates, { recursive: true }))
  let certificates: string

  test('each is looked at: one that is cut short is not left out in silence', async () => {
    const pem = readFileSync(city.ca, 'utf8')
    const both = await readCredentials({ tls: { ca: file('both.pem', `# ours\n${pem}${pem}`) } })
    expect(both.ca?.toString()).toContain('# ours')
    for (const length of [40, 200, pem.length - 20]) {
      const cut = file('cut.pem', `${pem}${pem.slice(0, length)}`)
      await expect(readCredentials({ tls: { ca: cut } })).rejects.toMatchObject({ code: 'BROKER_FILE', where: cut })
    }
  })

  test('certificate and key may lie in one file', async () => {
    const { certificate, key } = city.issue('rue-haute')
    const one = file('one.pem', `${readFileSync(key, 'utf8')}${readFileSync(certificate, 'utf8')}`)
    const { cert } = await readCredentials({ tls: { certificate: one, key: one } })
    expect(cert?.toString()).toContain('BEGIN CERTIFICATE')
  })

  test('the one that is shown is told with its file, its name and its end', async () => {
    const { certificate, key } = city.issue('rue-haute', { days: 2 })
    const files = { tls: { certificate, key } }
    const shown = certificateShown(await readCredentials(files), files) ?? ''
    expect(shown).toMatch(/^\S+city-\d\.crt, CN=rue-haute, valid until 20\d\d-\d\d-\d\dT[\d:.]+Z$/)
    expect(certificateShown({}, {})).toBeUndefined()
  })
})
