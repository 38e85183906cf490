/** The console's door: open to those it is for. */
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'
import { quoted } from './wording.ts'

export function consoleDoor({ console, folder }: Facts): Finding[] {
  if (console === undefined) return []
  const { url } = console
  const wrong = [
    ...(console.isListening ? [] : [finding('console-silent', { url })]),
    ...(console.isLoopback || console.hasTls ? [] : [finding('console-exposed', { url })]),
    ...(console.accounts > 0 ? [] : [finding('console-no-account', { url, folder: quoted(folder.path) })]),
  ]
  return wrong.length > 0 ? wrong : [finding('console-ok', { url })]
}
