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
  const ca = tls?.ca === undefined ? undefined : await readPem(tls.ca, (pem) => new X509Certificate(pem))
  const cert =
    tls?.certificate === undefined ? undefined : await readPem(tls.certificate, (pem) => new X509Certificate(pem))
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
