/** The certificate, key and password files: read afresh for each connection, so that a renewed certificate is used. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { BrokerError } from './faults.ts'

export interface CredentialFiles {
  readonly passwordFile?: string | undefined
  readonly tls?:
    | { readonly ca?: string | undefined; readonly certificate?: string | undefined; readonly key?: string | undefined }
    | undefined
}

export interface Credentials {
  readonly password?: string
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
}

/** Rejects with BROKER_FILE, which names the file: OpenSSL would name none, and takes a damaged `ca` for an empty one. */
export async function readCredentials({ passwordFile, tls }: CredentialFiles): Promise<Credentials> {
  const password = passwordFile === undefined ? undefined : (await read(passwordFile)).toString().replace(/\r?\n$/, '')
  const ca = tls?.ca === undefined ? undefined : await readPem(tls.ca, firstOfMany)
  const cert = tls?.certificate === undefined ? undefined : await readPem(tls.certificate, firstOfMany)
  const key = tls?.key === undefined ? undefined : await readPem(tls.key, createPrivateKey)
  if (tls?.key !== undefined && cert !== undefined && key !== undefined)
    if (!cert.parsed.checkPrivateKey(key.parsed))
      throw new BrokerError('BROKER_FILE', tls.key, `is not the key of ${tls.certificate ?? ''}`)
  return {
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca: ca.pem }),
    ...(cert === undefined ? {} : { cert: cert.pem }),
    ...(key === undefined ? {} : { key: key.pem }),
  }
}

/** Which certificate of ours this is, for whoever has to renew it; undefined: none was shown. */
export function certificateShown({ cert }: Credentials, { tls }: CredentialFiles): string | undefined {
  if (cert === undefined) return undefined
  const { subject, validToDate } = new X509Certificate(cert)
  return `${tls?.certificate ?? ''}, ${subject.replaceAll('\n', ', ')}, valid until ${validToDate.toISOString()}`
}

/** Reads all that are there: OpenSSL takes what comes before the first damaged one, and does not say so. */
function firstOfMany(pem: Buffer): X509Certificate {
  const [first = new X509Certificate(pem)] = pem
    .toString('latin1')
    .split(/(?=-----BEGIN )/)
    .filter((block) => /^-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test(block))
    .map((block) => new X509Certificate(block))
  return first
}

async function readPem<T>(path: string, parse: (pem: Buffer) => T): Promise<{ pem: Buffer; parsed: T }> {
  const pem = await read(path)
  try {
    return { pem, parsed: parse(pem) }
  } catch (error) {
    throw unusable(path, error)
  }
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw unusable(path, error)
  }
}

function unusable(path: string, error: unknown): BrokerError {
  return new BrokerError('BROKER_FILE', path, error instanceof Error ? error.message : String(error))
}
