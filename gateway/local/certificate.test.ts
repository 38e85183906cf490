/** The gateway's own certificate, as other implementations see it; and the console behind it. */
import { randomBytes, X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownIdentity, selfSigned } from './certificate.ts'
import { openConsole } from './console.ts'
import { Browser } from './testing/browser.ts'
import { openStage, password, type Stage } from './testing/stage.ts'

const secrets = (count: number) => randomBytes(count)
const alternatives = ['gateway-7', 'gateway-7.local', '192.0.2.7', '2001:db8::7', '::ffff:192.0.2.7', 'fe80::1', '::1']
const now = Temporal.Instant.from('2026-12-21T16:00:00Z')
const made = (at = now, name = 'Place de la Fontaine (Évry)') =>
  new X509Certificate(selfSigned({ name, alternatives, now: at, secrets }).certificate)

describe('the gateway’s own certificate', () => {
  test('names the gateway, is a server’s and no authority’s, and vouches for itself', () => {
    const certificate = made()
    expect(certificate.subject).toBe('CN=Place de la Fontaine (Évry)')
    expect(certificate.ca).toBe(false)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
    expect(certificate.checkHost('gateway-7.local')).toBe('gateway-7.local')
    for (const address of ['192.0.2.7', '2001:db8::7', 'fe80::1', '::1'])
      expect(certificate.checkIP(address), address).toBe(address)
    expect(certificate.subjectAltName).toContain('IP Address:2001:DB8:0:0:0:0:0:7')
    expect(certificate.checkHost('evil.example')).toBeUndefined()
  })

  test.each(['1970-01-01T00:00:02Z', '2026-12-21T16:00:00Z', '2049-12-31T23:59:59Z', '2061-05-05T05:05:05Z'])(
    'made at %s by a clock that may be wrong, it is good now and for years',
    (at) => {
      const { validFromDate, validToDate } = made(Temporal.Instant.from(at))
      expect(validFromDate.getTime()).toBeLessThanOrEqual(Date.parse('2025-12-31T00:00:00Z'))
      expect(validToDate.getTime()).toBeGreaterThanOrEqual(Date.parse('2036-01-01T00:00:00Z'))
      expect(validFromDate.getTime()).toBeLessThanOrEqual(Date.parse(at) - 86_400_000)
    },
  )

  test('is another one each time, with another serial number', () => {
    const many = Array.from({ length: 20 }, () => made())
    expect(new Set(many.map(({ serialNumber }) => serialNumber)).size).toBe(20)
    expect(new Set(many.map(({ fingerprint256 }) => fingerprint256)).size).toBe(20)
    for (const { serialNumber } of many) expect(serialNumber).toMatch(/^[0-9A-F]{32}$/)
  })

  test('takes a long name as far as a certificate can hold it', () => {
    expect(made(now, 'é'.repeat(100)).subject).toBe(`CN=${'é'.repeat(64)}`)
  })
})

describe('the console on an address that others reach', () => {
  let stage: Stage
  const listen = { host: '0.0.0.0', port: 0, mayMove: false }
  beforeEach(async () => {
    stage = await openStage({}, { listen })
  })
  afterEach(() => stage[Symbol.asyncDispose]())
  const local = () => `https://127.0.0.1:${stage.console.port}`

  test('speaks TLS 1.2 or newer only, with the certificate whose fingerprint is told', async () => {
    expect(stage.url).toMatch(/^https:\/\//)
    const handshake = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string>((resolve, reject) => {
        const socket: TLSSocket = connect(
          {
            host: '127.0.0.1',
            port: stage.console.port,
            rejectUnauthorized: false,
            minVersion: version,
            maxVersion: version,
            ciphers: 'DEFAULT@SECLEVEL=0',
          },
          () => {
            resolve(`${socket.getProtocol()} ${socket.getPeerCertificate().fingerprint256}`)
            socket.destroy()
          },
        )
        socket.on('error', reject)
      })
    expect(await handshake('TLSv1.3')).toBe(`TLSv1.3 ${stage.console.fingerprint}`)
    expect(await handshake('TLSv1.2')).toBe(`TLSv1.2 ${stage.console.fingerprint}`)
    await expect(handshake('TLSv1.1')).rejects.toThrow(/alert protocol version/i)
    await expect(new Browser(local().replace('https', 'http')).get('/healthz')).rejects.toThrow()
  })

  test('has a cookie that only this host and only TLS carries; no HSTS for what nobody vouches for', async () => {
    const browser = new Browser(local())
    const answer = await browser.post('/api/setup', { code: stage.setupCode(), name: 'M', password })
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-fanal-[0-9a-f]{8}=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      ),
    ])
    expect(answer.headers['strict-transport-security']).toBeUndefined()
    expect((await browser.get('/api/status')).status).toBe(200)
    const elsewhere = { ...browser.own(), origin: local().replace('https', 'http') }
    expect((await browser.send('POST', '/api/logout', { headers: elsewhere, body: '{}' })).status).toBe(403)
  })

  test('keeps its certificate over restarts, for its owner alone; a damaged one is made anew', async () => {
    const file = join(stage.around.folder, 'console-identity.pem')
    const { fingerprint } = stage.console
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await stage.restart({ listen })
    expect(stage.console.fingerprint).toBe(fingerprint)
    await stage.restart({ listen }, () => writeFileSync(file, readFileSync(file).subarray(0, 700)))
    expect(stage.console.fingerprint).not.toBe(fingerprint)
    expect((await new Browser(local()).get('/healthz')).body.toString()).toBe('ok')
  })

  test('with a certificate of the city’s: that one, also on loopback, and browsers are to remember it', async () => {
    const { certificate, key } = selfSigned({ name: 'city', alternatives: ['localhost'], now, secrets })
    const files = { certificate: join(stage.around.folder, 'c.pem'), key: join(stage.around.folder, 'k.pem') }
    writeFileSync(files.certificate, certificate)
    writeFileSync(files.key, key)
    await using given = await openConsole(
      stage.options({ tls: files, listen: { host: '127.0.0.1', port: 0, mayMove: false } }),
    )
    expect([given.url, given.fingerprint]).toEqual([`https://127.0.0.1:${given.port}`, undefined])
    const { headers } = await new Browser(given.url).get('/healthz')
    expect(headers['strict-transport-security']).toBe('max-age=31536000')

    const other = await ownIdentity({ folder: stage.around.folder, name: 'x', alternatives: [], now, secrets })
    writeFileSync(files.key, other.key)
    for (const tls of [files, { ...files, key: join(stage.around.folder, 'nothing.pem') }])
      await expect(openConsole(stage.options({ tls }))).rejects.toMatchObject({ code: 'CONSOLE_CERTIFICATE' })
  })
})
