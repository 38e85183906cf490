/** A certificate authority for tests, by openssl. */
import { execFileSync } from 'node:child_process'
import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificate {
  readonly certificate: string
  readonly key: string
}

export interface Authority {
  /** the file of its own certificate */
  readonly ca: string
  /** For servers and clients. Each is written under a name of its own in the folder. */
  issue(commonName: string, options?: Issue): Certificate
}

export interface Issue {
  /** subjectAltName */
  readonly names?: string
  /** how long it is valid, negative for one that has expired */
  readonly days?: number
  /** it expires so soon, and began a day before: libfaketime is needed */
  readonly endsInS?: number
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

export function makeAuthority(folder: string, name: string): Authority {
  const openssl = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe', env: { ...process.env, ...env } })
  const own = ['-days', '30', '-keyout', `${name}.key`, '-out', `${name}.crt`, '-subj', `/CN=${name}`]
  openssl(['req', '-x509', ...newKey, ...own])
  let issued = 0
  return {
    ca: join(folder, `${name}.crt`),
    issue: (commonName, { names = `DNS:${commonName}`, days = 10, endsInS } = {}) => {
      const file = `${name}-${++issued}`
      openssl(['req', ...newKey, '-keyout', `${file}.key`, '-out', `${file}.csr`, '-subj', `/CN=${commonName}`])
      const extensions = `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`
      writeFileSync(join(folder, `${file}.ext`), extensions)
      const signing = ['-CA', `${name}.crt`, '-CAkey', `${name}.key`, '-CAcreateserial', '-extfile', `${file}.ext`]
      // It counts validity in days, from now on: what ends within a day was signed the day before.
      const [lasts, env] = endsInS === undefined ? [days, {}] : [1, aheadBy(endsInS - daySeconds)]
      openssl(['x509', '-req', '-in', `${file}.csr`, ...signing, '-days', String(lasts), '-out', `${file}.crt`], env)
      return { certificate: join(folder, `${file}.crt`), key: join(folder, `${file}.key`) }
    },
  }
}

const daySeconds = 86_400

/** The clock of a program that is started so. */
function aheadBy(seconds: number): Record<string, string> {
  const [library] = globSync('/usr/lib/*-linux-gnu/faketime/libfaketime.so.1')
  if (library === undefined) throw new Error('libfaketime is not installed: apt install libfaketime')
  return { LD_PRELOAD: library, FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s` }
}
