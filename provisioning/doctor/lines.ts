/** The lines: by the running gateway's word, or, where none holds them, by trying. */
import type { Status } from '../../gateway/local/answers.ts'
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'
import { quoted } from './wording.ts'

/** Below, a line works; a bad cable is far above. */
const mostDamaged = 0.01
/** Above, polls begin to wait for one another. */
const mostLoad = 0.8
/** Fewer requests tell nothing. */
const fewestRequests = 100

export function lines({ status, hosts, serial, site }: Facts): Finding[] {
  const file = quoted(site?.file ?? 'SITE')
  const trouble = (line: string, url: string, code: string) => finding('line-trouble', { line, url, code, site: file })
  if (status === undefined)
    return hosts.map(({ line, url, code }) =>
      code === undefined ? finding('line-ok', { line, url }) : trouble(line, url, code),
    )
  // What is wrong with the adapter itself has been said.
  const known = new Set(serial.flatMap(({ line, found }) => (found?.isAllowed === true ? [] : [line])))
  return Object.entries(status.lines).flatMap(([line, told]) => {
    if (known.has(line)) return []
    if (told.code !== undefined) return [trouble(line, told.url, told.code)]
    const wrong = faring(line, told)
    return wrong.length > 0 ? wrong : [finding('line-ok', { line, url: told.url })]
  })
}

function faring(line: string, { requests, garbled, foreign, load, disturbance }: Status['lines'][string]): Finding[] {
  const damaged = requests < fewestRequests || disturbance?.kind === 'noise' ? 0 : garbled / requests
  return [
    ...(disturbance === undefined ? [] : [finding(`line-${disturbance.kind}`, { line })]),
    ...(damaged > mostDamaged ? [finding('line-noisy', { line, share: Math.round(100 * damaged) })] : []),
    ...(foreign > 0 && disturbance?.kind !== 'foreign-master' ? [finding('line-foreign', { line, foreign })] : []),
    ...(load > mostLoad ? [finding('line-busy', { line, load: Math.round(100 * load) })] : []),
  ]
}
