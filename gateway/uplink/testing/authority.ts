/** A certificate authority for tests, by openssl. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificate {
  readonly certificate: string
  readonly key: string
}

export interface Authority {
  /** the file of its own certificate */
  readonly ca: string
  /**
   * For servers and clients. `names`: subjectAltName; `days`: how long it is valid, negative for one that has expired.
   * Each is written under a name of its own in the folder.
   */
  issue(commonName: string, options?: { names?: string; days?: number }): Certificate
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

export function makeAuthority(folder: string, name: string): Authority {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '30',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
    '-subj',
    `/CN=${name}`,
  )
  let issued = 0
  return {
    ca: join(folder, `${name}.crt`),
    issue: (commonName, { names = `DNS:${commonName}`, days = 10 } = {}) => {
      const file = `${name}-${++issued}`
      openssl('req', ...newKey, '-keyout', `${file}.key`, '-out', `${file}.csr`, '-subj', `/CN=${commonName}`)
      const extensions = `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`
      writeFileSync(join(folder, `${file}.ext`), extensions)
      const signing = ['-CA', `${name}.crt`, '-CAkey', `${name}.key`, '-CAcreateserial', '-days', String(days)]
      openssl('x509', '-req', '-in', `${file}.csr`, ...signing, '-extfile', `${file}.ext`, '-out', `${file}.crt`)
      return { certificate: join(folder, `${file}.crt`), key: join(folder, `${file}.key`) }
    },
  }
}
