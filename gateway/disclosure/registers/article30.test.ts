import { expect, test } from 'vitest'
import { languages } from '../text.ts'
import { article30, article30Of } from './article30.ts'
import { csv, spreadsheet } from './csv.ts'
import { publicTwinOf } from './public-twin.ts'
import { registerCsv, registerPage } from './sheet.ts'
import { factsWith, policyOf, releases } from './testing/facts.ts'

const register = article30Of(publicTwinOf(factsWith()))

test('each release of personal data is one activity, the others are listed with their reason', () => {
  expect(article30.parse(JSON.parse(JSON.stringify(register)))).toEqual(register)
  expect(register.activities.map(({ name }) => name)).toEqual(['energy'])
  expect(register.not_personal.map(({ name, because }) => [name, because.en])).toEqual([
    ['voltage', 'a voltage is the network’s, not a customer’s'],
    ['light', 'a street lamp is there for all to see'],
  ])
})

test('(a) to (g) are there, and the CNIL’s besides', () => {
  expect(register.controller).toEqual({
    name: 'Ville de Sainte-Lumière',
    address: '1 place de la Mairie',
    contact: 'espace-public@ville.example',
    dpo: 'dpo@ville.example',
  })
  expect(register.activities[0]).toMatchObject({
    updated: '2026-11-20T11:00:00+01:00',
    purpose: { fr: 'Efficacité énergétique' },
    basis: { fr: 'mission d’intérêt public (RGPD 6(1)(e))' },
    subjects: [{ fr: 'personnes qui vivent ou travaillent dans les locaux desservis' }],
    sensitive: false,
    recipients: [{ name: 'Ville, éclairage public', kind: 'internal' }],
    erasure: { fr: '3 ans' },
  })
  const [activity] = register.activities
  expect(activity?.data[0]?.fr).toBe('Énergie active soutirée (kWh)\u00a0: dit l’usage de locaux')
  expect(activity?.transfers.en).toContain('to be completed')
  expect(activity?.security.map(({ en }) => en).join(' ')).toContain('TLS')
})

test('a joint controller, and a broker without TLS, are told', () => {
  const { site } = factsWith()
  const joint = { energy: { ...releases.energy, recipient: { name: 'Syndicat', role: 'joint-controller' } } }
  const { activities } = article30Of(
    publicTwinOf(factsWith({ policy: policyOf(joint), site: { ...site, uplink: { broker: 'mqtt://b' } } })),
  )
  expect(activities[0]).toMatchObject({ joint_controller: 'Syndicat', recipients: [{ kind: 'external' }] })
  expect(activities[0]?.security[1]?.en).toContain('Not encrypted')
})

/** A reader of RFC 4180, written for this test alone. */
function cellsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  for (let at = 0, isQuoted = false; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (isQuoted && sign === '"' && text[at + 1] === '"') cell += text[at++] ?? ''
    else if (sign === '"') isQuoted = !isQuoted
    else if (!isQuoted && sign === separator) {
      rows.at(-1)?.push(cell)
      cell = ''
    } else if (!isQuoted && sign === '\r' && text[at + 1] === '\n') {
      rows.at(-1)?.push(cell)
      cell = ''
      at++
      if (at + 1 < text.length) rows.push([])
    } else cell += sign
  }
  return rows
}

test.each([
  ['fr', ';'],
  ['en', ','],
] as const)('the spreadsheet in %s has a row each, its separator, and its mark', (language, separator) => {
  const text = registerCsv(register, language)
  expect(text.startsWith('\ufeff')).toBe(true)
  const rows = cellsOf(text.slice(1), separator)
  expect(rows).toHaveLength(4)
  expect(new Set(rows.map((row) => row.length)).size).toBe(1)
  expect(rows[0]?.filter((name) => /^\([a-g]\)/.test(name)).length).toBeGreaterThanOrEqual(9)
  expect(rows[1]).toContain('Ville de Sainte-Lumière, 1 place de la Mairie, espace-public@ville.example')
  expect(rows[2]?.join(' ')).toContain('a voltage is the network’s')
})

test('cells are told as they are, whatever is in them, and none reckons', () => {
  const row = ['a,b', 'c"d', 'e\r\nf', ' g ', '', 'h;i']
  expect(cellsOf(csv([row]), ',')).toEqual([row])
  expect(cellsOf(csv([row], ';'), ';')).toEqual([row])
  expect(spreadsheet([['=1+1', '-2', 'x']], ',')).toBe("\ufeff'=1+1,'-2,x\r\n")
})

test.each(languages)('the page to print in %s has all of it', (language) => {
  const page = registerPage(register, language)
  expect(page).not.toMatch(/<script|src=/)
  for (const { purpose, recipients } of register.activities) {
    expect(page).toContain(purpose[language])
    for (const { name } of recipients) expect(page).toContain(name)
  }
  for (const { because } of register.not_personal) expect(page).toContain(because[language])
})

test('where nothing is personal the register says so', () => {
  const open = article30Of(publicTwinOf(factsWith({ policy: policyOf({ light: releases.light }) })))
  expect(registerPage(open, 'en')).toContain('No release of this cabinet is declared as personal data.')
  expect(cellsOf(registerCsv(open, 'en').slice(1), ',')).toHaveLength(2)
})

test('what is listed in one cell is parted as each language parts it', () => {
  expect(registerCsv(register, 'fr')).toContain('l’usage de locaux\u202f; Puissance active')
  expect(registerCsv(register, 'en')).toContain('how premises are used; Active power')
})
