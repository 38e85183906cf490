/** The article 30 register for people: cells of a spreadsheet, and a page to print. */
import { said, type Language, type Text } from '../text.ts'
import type { Activity, Article30 } from './article30.ts'
import { separators, spreadsheet } from './csv.ts'
import { linkOf, markup, type Html } from './html.ts'
import { dateText } from './page.ts'
import { sheetStyle } from './style.ts'

const words = {
  /** between what is listed in one cell */
  semicolon: { en: '; ', fr: ' ; ' },
  title: { en: 'Register of processing activities', fr: 'Registre des activités de traitement' },
  law: { en: 'GDPR, article 30(1)', fr: 'RGPD, article 30(1)' },
  cabinet: { en: 'Cabinet', fr: 'Armoire' },
  controller: { en: '(a) Controller', fr: '(a) Responsable du traitement' },
  joint: { en: '(a) Joint controller', fr: '(a) Responsable conjoint' },
  representative: { en: '(a) Representative', fr: '(a) Représentant' },
  dpo: { en: '(a) Data protection officer', fr: '(a) Délégué à la protection des données' },
  activity: { en: 'Activity', fr: 'Activité' },
  updated: { en: 'Updated', fr: 'Mis à jour' },
  purpose: { en: '(b) Purpose', fr: '(b) Finalité' },
  basis: { en: 'Legal basis', fr: 'Base légale' },
  subjects: { en: '(c) Data subjects', fr: '(c) Personnes concernées' },
  data: { en: '(c) Categories of data', fr: '(c) Catégories de données' },
  granularity: { en: 'How fine', fr: 'Finesse' },
  sensitive: { en: 'Sensitive data (articles 9, 10)', fr: 'Données sensibles (articles 9, 10)' },
  recipients: { en: '(d) Recipients', fr: '(d) Destinataires' },
  transfers: { en: '(e) Transfers to third countries', fr: '(e) Transferts hors de l’UE' },
  erasure: { en: '(f) Erased after', fr: '(f) Effacement après' },
  security: { en: '(g) Security measures', fr: '(g) Mesures de sécurité' },
  no: { en: 'no', fr: 'non' },
  none: { en: 'none declared', fr: 'aucun déclaré' },
  open: {
    en: 'Not declared in the site file: to be completed.',
    fr: 'Non déclaré dans le fichier de site : à compléter.',
  },
  internal: { en: 'internal', fr: 'interne' },
  external: { en: 'external', fr: 'externe' },
  processor: { en: 'processor', fr: 'sous-traitant' },
  others: { en: 'Not personal data', fr: 'Pas de données personnelles' },
  reason: { en: 'Reason: {because}', fr: 'Raison : {because}' },
  because: { en: 'Not personal data: {because}', fr: 'Pas de données personnelles : {because}' },
  empty: {
    en: 'No release of this cabinet is declared as personal data.',
    fr: 'Aucune sortie de cette armoire n’est déclarée comme donnée personnelle.',
  },
  made: {
    en: 'Made on {date} from the rules {policy}, and from nothing else.',
    fr: 'Fait le {date} à partir des règles {policy}, et de rien d’autre.',
  },
} as const satisfies Record<string, Text>

type Row = readonly [name: string, value: string]

/** One line an activity; then those that are not personal, with their reason as the basis. */
export function registerCsv(register: Article30, language: Language): string {
  const say = (key: keyof typeof words) => said(words[key], language)
  const head = headRows(register, language)
  const own = register.activities.map((activity) => [...head, ...rowsOf(activity, language)])
  const names = own[0]?.map(([name]) => name) ?? head.map(([name]) => name)
  const others = register.not_personal.map(({ name, purpose, recipient, because }): Row[] => [
    ...head,
    [say('activity'), name],
    [say('purpose'), purpose[language]],
    [say('basis'), said(words.because, language, { because: because[language] })],
    [say('recipients'), recipient],
  ])
  const columns = own.length > 0 ? names : [...names, ...(others[0] ?? []).slice(head.length).map(([name]) => name)]
  const lines = [...own, ...others].map((rows) =>
    columns.map((column) => rows.find(([name]) => name === column)?.[1] ?? ''),
  )
  return spreadsheet([columns, ...lines], separators[language])
}

export function registerPage(register: Article30, language: Language): string {
  const say = (key: keyof typeof words, filled?: Record<string, string>) => said(words[key], language, filled)
  const { cabinet, activities, not_personal: others, made, policy } = register
  return `<!doctype html>\n${
    markup`<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say('title')} · ${cabinet.title}</title>
<style>${{ html: sheetStyle }}</style>
</head>
<body>
<header><h1>${say('title')}</h1><p>${cabinet.title} · ${say('law')}</p></header>
<main>
<section>${tableOf(headRows(register, language))}</section>
${activities.length === 0 && markup`<section><p>${say('empty')}</p></section>`}
${activities.map((activity) => markup`<section><h2>${activity.purpose[language]}</h2>${tableOf(rowsOf(activity, language))}</section>`)}
${
  others.length > 0 &&
  markup`<section><h2>${say('others')}</h2>${tableOf(
    others.map(({ name, purpose, recipient, because }): Row => [
      name,
      `${purpose[language]} · ${recipient} · ${say('reason', { because: because[language] })}`,
    ]),
  )}</section>`
}
</main>
<footer><p>${say('made', { date: dateText(made, language), policy: policy?.slice(0, 16) ?? '—' })}</p></footer>
</body>
</html>`.html
  }\n`
}

function tableOf(rows: readonly Row[]): Html {
  return markup`<table>${rows.map(([name, value]) => {
    const href = linkOf(value)
    return markup`<tr><th scope="row">${name}</th><td>${href === undefined ? value : markup`<a href="${href}">${value}</a>`}</td></tr>`
  })}</table>`
}

function headRows({ cabinet, controller }: Article30, language: Language): Row[] {
  const say = (key: keyof typeof words) => said(words[key], language)
  const who =
    controller === undefined
      ? say('open')
      : [controller.name, controller.address, controller.contact].filter((one) => one !== undefined).join(', ')
  return [
    [say('cabinet'), `${cabinet.title} (${cabinet.id})`],
    [say('controller'), who],
    [say('representative'), say('none')],
    [say('dpo'), controller?.dpo ?? say('none')],
  ]
}

function rowsOf(activity: Activity, language: Language): Row[] {
  const say = (key: keyof typeof words) => said(words[key], language)
  const list = (texts: readonly { en: string; fr: string }[]) =>
    texts.map((text) => text[language]).join(say('semicolon'))
  return [
    [say('activity'), activity.name],
    [say('updated'), activity.updated === undefined ? '—' : dateText(activity.updated, language)],
    [say('joint'), activity.joint_controller ?? say('none')],
    [say('purpose'), activity.purpose[language]],
    [say('basis'), activity.basis[language]],
    [say('subjects'), list(activity.subjects)],
    [say('data'), list(activity.data)],
    [say('granularity'), activity.granularity[language].join(' ')],
    [say('sensitive'), say('no')],
    [
      say('recipients'),
      activity.recipients
        .map(({ name, kind, role }) => `${name} (${say(kind)}, ${role[language]})`)
        .join(say('semicolon')),
    ],
    [say('transfers'), activity.transfers[language]],
    [say('erasure'), activity.erasure[language]],
    [say('security'), activity.security.map((one) => one[language]).join(' ')],
  ]
}
