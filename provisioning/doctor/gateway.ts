/** Whether a gateway runs, one alone, and whether the machine looks after it. */
import type { Facts, UnitFacts } from './facts.ts'
import { finding, type Finding } from './finding.ts'
import { quoted } from './wording.ts'

export function gateway({ status, running, notAllowed, folder, site, unit, user }: Facts): Finding[] {
  const path = quoted(folder.path)
  return [
    ...(status !== undefined
      ? [finding('gateway-running', { since: status.started, pid: status.pid })]
      : notAllowed !== undefined
        ? [finding('gateway-not-allowed', { folder: quoted(notAllowed), user })]
        : running.includes(folder.path)
          ? [finding('gateway-silent', { folder: path })]
          : [finding('gateway-not-running', { folder: path, site: quoted(site?.file ?? 'SITE') })]),
    ...(running.length > 1 ? [finding('gateway-several', { folders: running.join(', '), folder: path })] : []),
    ...(unit === undefined ? [] : unitFindings(unit)),
  ]
}

function unitFindings({ name: unit, enabled, active, watchdog }: UnitFacts): Finding[] {
  return [
    ...(active === 'failed' ? [finding('unit-failed', { unit })] : []),
    ...(enabled === 'disabled' || enabled === 'masked' ? [finding('unit-disabled', { unit, enabled })] : []),
    ...(watchdog ? [] : [finding('unit-unwatched', { unit })]),
  ]
}
