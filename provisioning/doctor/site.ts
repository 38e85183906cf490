/** The site file, and profiles of one's own. */
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'
import { quoted } from './wording.ts'

export function site({ site }: Facts): Finding[] {
  if (site === undefined) return [finding('site-none')]
  const file = quoted(site.file)
  if (site.missing !== undefined) return [finding('site-missing', { file, detail: site.missing })]
  const wrong = [
    ...(site.mistakes > 0 ? [finding('site-wrong', { file, n: site.mistakes })] : []),
    ...(site.isCutShort ? [finding('site-cut-short', { file, kept: quoted(site.kept) })] : []),
    ...(site.profileMistakes > 0 ? [finding('profiles-wrong', { file, n: site.profileMistakes })] : []),
  ]
  return wrong.length > 0 ? wrong : [finding('site-ok', { file })]
}
