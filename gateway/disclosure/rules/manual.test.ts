/** RULES.md is made of the rules' own words, so that the manual and `fanal check` cannot drift apart; `-u` writes it. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { explanations } from '../../../drivers/explanations.ts'
import { durationText } from '../../../drivers/schema.ts'
import { defensibleEpsilon } from '../lint.ts'
import { finestCurveMs, noCurveMs } from './dwelling.ts'
import { least, ruleCodes } from './ground.ts'
import { finestFollowingLightMs, finestFollowingStep } from './light.ts'
import { finestPresenceMs } from './presence.ts'

const groups = {
  'A purpose': ['no-purpose'],
  'How a household lives': ['dwelling-curve-without-consent', 'dwelling-curve-too-fine'],
  'That people are there': [...ruleCodes.filter((code) => code.startsWith('presence-')), 'light-of-people'],
  'In detail': ['detail-of-people'],
  'What is published': ['open-energy-few-points'],
  'Who, or whose': ['identifier-in-clear', 'identifier-in-open-data', 'passage-too-fine', 'not-personal-of-people'],
  'Releases that undo one another': ['windows-undo', 'releases-undo', 'noise-undone', 'groups-differ-by-few'],
} as const

/** A message's words in braces, as a manual shows what is filled in. */
const blank = (text: string) =>
  text
    .replace(/^\{points\}: /, '')
    .replace('{in}', '')
    .replaceAll(/\{(in|every|their|points|drop|other|by|of|least|finest|statistic|treatment|key)\}/g, '…')

function chapter(): string {
  const bounds = [
    ['a load curve is what is finer than', durationText(noCurveMs)],
    ['a dwelling’s curve, with consent, at the finest', durationText(finestCurveMs)],
    ['presence at the finest', durationText(finestPresenceMs)],
    [
      'light that follows people at the finest',
      `${durationText(finestFollowingLightMs)}, in steps of ${finestFollowingStep} %`,
    ],
    ['people or passages in a number that leaves, at the least (`least.counts`)', String(least.counts)],
    ['delivery points in a sum, at the least (`least.delivery_points`)', String(least.deliveryPoints)],
    ['epsilon of noise that `fanal check` does not remark on, at the most', String(defensibleEpsilon)],
  ]
  const sections = Object.entries(groups).map(([title, codes]) => {
    const rows = codes.map((code) => {
      const { what, help, rule } = explanations[code]
      return `| \`${code}\` | ${[what.en, help.en, rule.en].map((text) => blank(text)).join(' | ')} |`
    })
    return `## ${title}\n\n| code | refused | instead | rule |\n| --- | --- | --- | --- |\n${rows.join('\n')}`
  })
  return `${head}\n\n| bound | |\n| --- | --- |\n${bounds.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n\n${sections.join('\n\n')}\n\n${tail}\n`
}

const head = `# What is refused, and why

For whoever writes releases, and whoever must answer for them. \`fanal check\` refuses a site file that would let out what follows, with the place, the rule and what to write instead; a gateway does not start with it. Written from the rules' own words by \`rules/manual.test.ts\`: change those, and run it with \`-u\`.

Whom a point tells of follows from its quantity's sensitivity and from its device's \`feeds\`:

| sensitivity | \`feeds\` | tells of |
| --- | --- | --- |
| \`technical\`, \`public\` | | nobody |
| \`usage\` | absent, \`public-lighting\`, \`public-building\` | nobody: the town's own |
| \`usage\` | \`dwelling\`, \`mixed\` | a household |
| \`usage\` | \`business\` | a firm |
| \`presence\`; \`count\` that a release's \`counts\` name; a contact with \`detector: true\` | | people who are there |
| \`identifier\` | | who, or whose |

A fleet's policy may raise the least groups, and lower none.`

const tail = `## What these rules do not see

- Groups are compared two by two: that three or more sums add up to a few meters, nobody looks for. Nor that a meter which falls silent leaves a sum smaller by what it measures: such a sum is \`uncertain\`.
- A contact is technical where no segment says \`detector: true\` of it: whether that is the truth, nobody here can know. What the lamps of such a segment draw shows in the meter before them, by the windows of its own release.
- A device is taken for one delivery point. Whether \`feeds\` says the truth, nobody here can know; \`fanal check\` asks where it says nothing.
- Noise protects a passage, not a person: who passes each day is counted each day. That is why it never stands in for the least group.
- What a recipient knows from elsewhere, and what two cities tell one another.`

test('the manual’s chapter is the rules’ own words', async () => {
  const codes = Object.values(groups).flat()
  expect([...codes].sort()).toEqual(['no-purpose', ...ruleCodes].sort())
  await expect(chapter()).toMatchFileSnapshot(join(import.meta.dirname, '../RULES.md'))
})
