/**
 * The certificate of the console's port: the one that the site file names, or one that the gateway makes for itself, once,
 * and keeps beside its other files. Nobody vouches for the latter: people compare its fingerprint.
 */
import { createPrivateKey, generateKeyPairSync, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { readIfThere, replace, type Disk } from '../flash.ts'
import { bits, integer, octets, oid, sequence, set, tagged, text, time, within, yes } from './der.ts'
import type { Secrets } from './passwords.ts'

export interface Identity {
  /** PEM; with those of intermediate authorities behind it */
  readonly certificate: string
  readonly key: string
  /** SHA-256, as browsers show it: `AB:CD:…` */
  readonly fingerprint: string
}

/** Throws what is wrong with them. */
export async function readIdentity(files: { certificate: string; key: string }): Promise<Identity> {
  const [certificate, key] = await Promise.all([readFile(files.certificate, 'utf8'), readFile(files.key, 'utf8')])
  return identityOf(certificate, key)
}

interface Own {
  readonly folder: string
  /** the gateway's, for people */
  readonly name: string
  /** host names and addresses by which it is reached */
  readonly alternatives: readonly string[]
  readonly now: Temporal.Instant
  readonly secrets: Secrets
}

const disk: Disk = { open, readFile, rename }

/** The one that was made before, as long as it is whole; else a new one. */
export async function ownIdentity(own: Own): Promise<Identity> {
  const file = join(own.folder, 'console-identity.pem')
  const kept = await readIfThere(disk, file)
  if (kept !== undefined) {
    try {
      const [certificate = '', key = ''] = kept.toString().split(/(?<=-----END CERTIFICATE-----\n)/)
      return identityOf(certificate, key)
    } catch {
      // Cut short or changed: whoever trusted it has to look again, and is asked to by the browser.
    }
  }
  const { certificate, key } = selfSigned(own)
  await replace(disk, file, certificate + key)
  return identityOf(certificate, key)
}

/** The clocks of a cabinet may be anywhere: the certificate is good from this year on, and ten years beyond its making. */
const firstPossible = Temporal.Instant.from('2026-01-01T00:00:00Z')
const goodForDays = 3_653
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))
/** RFC 5280, ub-common-name */
const longestName = 64

/** PEM of a certificate that vouches for itself, with the key, on P-256. */
export function selfSigned({ name, alternatives, now, secrets }: Omit<Own, 'folder'>): {
  certificate: string
  key: string
} {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [earliest = now, latest = now] = [now, firstPossible].sort((a, b) => Temporal.Instant.compare(a, b))
  const subject = sequence(set(sequence(oid('2.5.4.3'), text(Array.from(name).slice(0, longestName).join('')))))
  const serial = secrets(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01 // positive, and never 0
  const body = sequence(
    within(0, integer(Buffer.from([2]))), // version 3
    integer(serial),
    ecdsaWithSha256,
    subject,
    sequence(time(earliest.subtract({ hours: 24 })), time(latest.add({ hours: 24 * goodForDays }))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    within(3, sequence(...extensions(alternatives))),
  )
  const signature = sign('sha256', body, privateKey)
  const certificate = sequence(body, ecdsaWithSha256, bits(signature))
  return { certificate: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) }
}

/** Of a server, and of no authority. */
function extensions(alternatives: readonly string[]): Buffer[] {
  const names = alternatives.map((name) =>
    isIP(name) === 0 ? tagged(0x82, Buffer.from(name, 'latin1')) : tagged(0x87, addressBytes(name)),
  )
  return [
    sequence(oid('2.5.29.19'), yes, octets(sequence())),
    sequence(oid('2.5.29.15'), yes, octets(bits(Buffer.from([0x80]), 7))),
    sequence(oid('2.5.29.37'), octets(sequence(oid('1.3.6.1.5.5.7.3.1')))),
    ...(names.length === 0 ? [] : [sequence(oid('2.5.29.17'), octets(sequence(...names)))]),
  ]
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  // The URL parser writes `::` and embedded IPv4 out in groups.
  const groups = new URL(`http://[${address.split('%')[0] ?? ''}]`).hostname.slice(1, -1)
  const [head = '', tail] = groups.split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function identityOf(certificate: string, key: string): Identity {
  const parsed = new X509Certificate(certificate)
  const own: KeyObject = createPrivateKey(key)
  if (!parsed.checkPrivateKey(own)) throw new Error('the key is not the certificate’s')
  return { certificate, key, fingerprint: parsed.fingerprint256 }
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
