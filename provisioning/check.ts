/** `fanal check`: every mistake of site files and profiles; of a good site, what would leave and what stays home. */
import { resolve } from 'node:path'
import { parseDocument } from 'yaml'
import type { Mistake } from '../drivers/explain.ts'
import type { Profile } from '../drivers/profile.ts'
import type { PointId } from '../drivers/reading.ts'
import { explainProfile, loadRegistry } from '../drivers/registry.ts'
import type { FleetPolicy } from '../gateway/disclosure/fleet-policy.ts'
import { stepWritten } from '../gateway/disclosure/narrowing.ts'
import type { Release } from '../gateway/disclosure/policy.ts'
import { basisWords } from '../gateway/disclosure/words.ts'
import { systemClock } from '../gateway/clock.ts'
import { lint, type Advice } from '../gateway/disclosure/lint.ts'
import { budgetTold } from '../gateway/line-budget.ts'
import { explainPolicy } from '../gateway/named-policy.ts'
import { lintedOf, planSite, type Plan } from '../gateway/plan.ts'
import { reasonInBoth } from '../gateway/releases.ts'
import { adviceText } from './advice.ts'
import { noticesOf, noticeText, segmentText } from './controlled.ts'
import { lineNoticesOf, lineNoticeText, percentText } from './line-notices.ts'
import { exits, fail, failWith, outJson, readNamed, type Context, type Exit } from './context.ts'
import { durationText, purposeText } from './wording.ts'

export function check(context: Context, files: readonly string[], options: { profiles?: string }): Exit {
  const registry = loadRegistry(options.profiles === undefined ? [] : [resolve(options.profiles)])
  const mistakes: Mistake[] = []
  let worst: Exit = exits.ok
  for (const file of files) {
    const named = readNamed(file)
    if ('missing' in named) {
      worst = fail(context, 'FILE_MISSING', { file, detail: named.missing })
      continue
    }
    const { text } = named
    if (isPolicy(text)) {
      const explained = explainPolicy(text, file)
      if (explained.ok) tellPolicy(context, file, explained.value)
      else mistakes.push(...explained.mistakes)
    } else if (isProfile(text)) {
      const explained = explainProfile(text, file)
      if (explained.ok) tellProfile(context, file, explained.value)
      else mistakes.push(...explained.mistakes)
    } else {
      const planned = planSite(text, file, registry)
      if (planned.ok) tellSite(context, file, planned.plan)
      else mistakes.push(...planned.mistakes)
    }
  }
  mistakes.push(...registry.mistakes) // which knows of its files only what was asked of it so far
  return mistakes.length > 0 ? failWith(context, mistakes) : worst
}

/** A fleet's policy has releases, but no site. */
function isPolicy(text: string): boolean {
  const document = parseDocument(text)
  return document.has('releases') && document.has('policy') && !document.has('site') && !document.has('lines')
}

/** A profile has a maker; whatever else the file is, it is taken for a site. */
function isProfile(text: string): boolean {
  const document = parseDocument(text)
  return document.has('maker') || (document.has('points') && !document.has('site'))
}

function tellProfile(context: Context, file: string, profile: Profile): void {
  const { maker, model, grade } = profile
  const points = Object.keys(profile.points).length
  if (context.json) outJson(context, { file, good: true, profile: profile.id, maker, model, grade, points })
  else context.out(context.say('check.good-profile', { file, maker, model, grade, points }))
}

function tellPolicy(context: Context, file: string, { policy, releases, others }: FleetPolicy): void {
  const names = Object.keys(releases)
  if (context.json) outJson(context, { file, good: true, policy, releases: names, others })
  else
    context.out(
      context.say('check.good-policy', {
        file,
        policy,
        releases: names.length,
        others: context.say(`check.others-${others}`),
      }),
    )
}

function tellSite(context: Context, file: string, plan: Plan): void {
  const { site, devices, points, policy, segments } = plan
  const { say, language } = context
  const notices = noticesOf(plan)
  const lineNotices = lineNoticesOf(plan)
  const advice = lint(lintedOf(plan, systemClock.now()))
  const lines = [...plan.budgets].map(([line, budget]) => ({ line, ...budgetTold(budget) }))
  if (context.json) {
    const releases = policy.releases.map(({ name, points, declared }) => ({ ...declared, name, points }))
    outJson(context, {
      file,
      good: true,
      site: site.site,
      devices: devices.size,
      points: points.size,
      releases,
      home: policy.home,
      segments: [...segments.values()].map(({ name, title, setpoint, range, declared }) => ({
        ...declared,
        name,
        title,
        setpoint,
        range,
      })),
      lines,
      notices: [...notices, ...lineNotices],
      ...(plan.fleet === undefined ? {} : { policy: plan.fleet.policy.policy }),
      advice,
    })
    return
  }
  context.out(say('check.good-site', { file, devices: devices.size, points: points.size }))
  if (policy.releases.length > 0) context.out(say('check.leaves'))
  for (const release of policy.releases) {
    const { name, declared, points } = release
    context.out(
      say('check.release', {
        name,
        recipient: declared.recipient.name,
        purpose: purposeText(declared.purpose, language),
        delivery: release.delivery.kind,
        basis: basisText(context, release),
        treatment: treatmentText(context, release),
      }),
    )
    listPoints(context, points)
  }
  if (plan.fleet !== undefined) context.out(say('check.within-policy', { policy: plan.fleet.policy.policy }))
  context.out(say('check.home', { n: policy.home.length }))
  listPoints(context, policy.home)
  if (segments.size > 0) context.out(say('check.controls'))
  for (const segment of segments.values()) context.out(segmentText(context, segment))
  context.out(say('check.lines'))
  for (const { line, requests, registers, cycle_ms, load } of lines) {
    const words = { line, requests, registers, cycle: Math.round(cycle_ms), load: percentText(language, load) }
    context.out(say('check.line', words))
  }
  if (notices.length + lineNotices.length > 0) context.out(say('check.mind'))
  for (const notice of notices) context.out(noticeText(context, notice))
  for (const notice of lineNotices) context.out(lineNoticeText(context, notice))
  tellAdvice(context, advice)
}

function tellAdvice(context: Context, advice: readonly Advice[]): void {
  if (advice.length > 0) context.out(context.say('check.advice'))
  for (const each of advice) context.out(adviceText(context, each))
}

const lineWidth = 100

/** A device's points after its name, as many as fit on a line. */
function listPoints(context: Context, points: readonly PointId[]): void {
  for (const [device, ofDevice = []] of Object.entries(Object.groupBy(points, (point) => point.split('.')[0] ?? ''))) {
    const indent = `    ${device}  `
    let line = indent
    for (const name of ofDevice.map((point) => point.slice(device.length + 1))) {
      if (line.length + name.length > lineWidth) {
        context.out(line.trimEnd())
        line = ' '.repeat(indent.length)
      }
      line += `${name} `
    }
    context.out(line.trimEnd())
  }
}

function basisText({ say, language }: Context, { declared }: Release): string {
  const { basis } = declared
  return typeof basis === 'string'
    ? basisWords[basis][language]
    : say('check.not-personal', { because: reasonInBoth(basis['not-personal'])[language] })
}

function treatmentText({ say, language }: Context, { declared }: Release): string {
  const steps = declared.treatment.map((step) =>
    'aggregate' in step
      ? say('check.aggregate', { of: step.aggregate.of.join(', '), every: durationText(step.aggregate.every) })
      : 'round' in step
        ? say('check.round', { step: step.round.toLocaleString(language, { maximumSignificantDigits: 15 }) })
        : stepWritten(step),
  )
  return steps.length === 0 ? say('check.as-read') : steps.join(', ')
}
