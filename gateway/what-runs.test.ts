import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepRevision } from './revision.ts'
import { Refusal } from './refusal.ts'
import { statePaths, type StatePaths } from './state.ts'
import { release, streetProfiles, streetSite } from './testing/street-profiles.ts'
import { Folder } from './testing/surroundings.ts'
import { whatRuns } from './what-runs.ts'

const policy = (retention: string) => `policy: nantes-2026
releases:
  town-energy:
    points: ["town.power_active"]
    purposes: [planning_decision_making]
    bases: [public-task]
    recipients: [{ name: Ville, role: controller }]
    retention: ${retention}
`
const site = streetSite(`  town-energy: ${release({ points: '[town.power_active]' })}\n`, 'policy: policy.yaml\n')

let folder: Folder
let paths: StatePaths
beforeEach(() => {
  folder = new Folder()
  paths = statePaths(folder.file('state'))
  mkdirSync(paths.folder)
  write('site.yaml', site)
  write('policy.yaml', policy('3y'))
})
afterEach(() => folder[Symbol.dispose]())

const write = (name: string, text: string) => writeFileSync(folder.file(name), text)
const run = (orLastGood: boolean) => whatRuns(folder.file('site.yaml'), streetProfiles, paths, { orLastGood })
/** What a start does once everything runs. */
function ran(): void {
  const { text, plan } = run(false)
  keepRevision(paths.lastGoodPolicy, plan.fleet?.text ?? '')
  keepRevision(paths.lastGood, text)
}
function refused(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  return 'none'
}

test('what is written runs, though something else ran before', () => {
  ran()
  write('site.yaml', `${site}title: rue Neuve\n`)
  expect(run(true)).toMatchObject({ text: `${site}title: rue Neuve\n` })
  expect(run(true)).not.toHaveProperty('insteadOf')
})

test.each([
  ['a mistake in the site file', () => write('site.yaml', site.replace('town.power_active', 'town.pwr')), 'SITE_WRONG'],
  ['a mistake in the policy', () => write('policy.yaml', policy('for ever')), 'SITE_WRONG'],
  ['a policy that the site is wider than', () => write('policy.yaml', policy('1d')), 'SITE_WRONG'],
  ['a policy that is cut short', () => write('policy.yaml', policy('3y').slice(0, -16)), 'SITE_WRONG'],
  ['a site file that is gone', () => rmSync(folder.file('site.yaml')), 'SITE_MISSING'],
  ['one that is the beginning of the last', () => write('site.yaml', site.slice(0, -60)), 'SITE_WRONG'],
])('%s: refused; a service runs what ran last, whole', (_, spoil, code) => {
  ran()
  spoil()
  expect(refused(() => run(false))).toBe(code)
  const { text, plan, insteadOf } = run(true)
  expect(text).toBe(site)
  expect(plan.fleet?.text).toBe(policy('3y'))
  expect(insteadOf?.code).toBe(code)
})

test('where nothing ran before, or what did is no good any more, it is refused', () => {
  write('site.yaml', 'site: x')
  expect(refused(() => run(true))).toBe('SITE_WRONG')
  keepRevision(paths.lastGood, 'site: y')
  expect(refused(() => run(true))).toBe('SITE_WRONG')
})
