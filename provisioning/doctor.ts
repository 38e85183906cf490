/** `fanal doctor`: looks at all that a gateway needs, and says what is wrong, why it matters, and what to type. */
import { resolve } from 'node:path'
import { planSite } from '../gateway/plan.ts'
import { loadRegistry } from '../drivers/registry.ts'
import { exits, fail, outJson, readNamed, type Context, type Exit } from './context.ts'
import { stateNames, subjectNames } from './doctor/catalogue.ts'
import { examine } from './doctor/examine.ts'
import { gather } from './doctor/gather.ts'
import { findingTold, type FindingTold } from './doctor/told.ts'
import { whereabouts } from './whereabouts.ts'

export interface DoctorOptions {
  readonly state?: string
  readonly profiles?: string
}

export async function doctor(context: Context, siteFile: string | undefined, options: DoctorOptions): Promise<Exit> {
  const profiles = options.profiles === undefined ? [] : [resolve(options.profiles)]
  const where = await whereabouts(options.state, siteFile === undefined ? undefined : nameIn(siteFile, profiles))
  if ('several' in where) return fail(context, 'SEVERAL_FOLDERS', { folders: where.several.join(' | ') })
  const facts = await gather({ where, siteFile, profiles, signal: context.signal })
  const told = examine(facts).map((found) => findingTold(found, context.language))
  if (context.json) for (const one of told) outJson(context, one)
  else for (const line of lines(context, told)) context.out(line)
  const wrong = told.filter(({ state }) => state === 'wrong')
  if (wrong.some(({ of }) => of === 'site')) return exits.invalid
  return wrong.length > 0 ? exits.error : exits.ok
}

/** The site that a file speaks of, if it can be read. */
function nameIn(file: string, profiles: readonly string[]): string | undefined {
  const named = readNamed(file)
  if ('missing' in named) return undefined
  const planned = planSite(named.text, file, loadRegistry(profiles))
  return planned.ok ? planned.plan.site.site : undefined
}

function lines({ say, language }: Context, told: readonly FindingTold[]): string[] {
  const marks = told.map(({ state }) => stateNames[state][language])
  const subjects = told.map(({ of }) => subjectNames[of][language])
  const width = (words: readonly string[]) => Math.max(0, ...words.map(({ length }) => length))
  const [markWidth, subjectWidth] = [width(marks), width(subjects)]
  const indent = ' '.repeat(markWidth + subjectWidth + 4)
  const wrong = told.filter(({ state }) => state === 'wrong').length
  const warnings = told.filter(({ state }) => state === 'warning').length
  return [
    ...told.flatMap(({ what, why, remedy }, index) => [
      `${(marks[index] ?? '').padEnd(markWidth)}  ${(subjects[index] ?? '').padEnd(subjectWidth)}  ${what}${why === undefined ? '' : `${language === 'fr' ? '\u202f' : ''}; ${why}`}`,
      ...(remedy === undefined ? [] : [`${indent}→ ${remedy}`]),
    ]),
    '',
    wrong > 0
      ? say('doctor.wrong', { wrong, warnings })
      : say(warnings > 0 ? 'doctor.mind' : 'doctor.well', { warnings }),
  ]
}
