/** The public page, for the QR code on the cabinet: its twin as a person reads it. */
import { said, type Language } from '../text.ts'
import { linkOf, markup, type Html } from './html.ts'
import { icon } from './icons.ts'
import { pageWords } from './page-words.ts'
import { pageStyle } from './style.ts'
import type { PublicTwin, ReleaseTwin } from './twin.ts'

/** A phone in a street has a poor connection. */
export const mostPageBytes = 50_000

/** Where the same is in the other language, and for machines: addresses as the page's own folder sees them. */
export interface PageLinks {
  readonly other: string
  readonly twin: string
}

/** What is left out, the first first, where there is more than fits: the twin has all of it. */
const shapes = [
  { sampleCharacters: 1_200, names: true },
  { sampleCharacters: 300, names: true },
  { sampleCharacters: 300, names: false },
  { sampleCharacters: 0, names: false },
] as const

/** The page, and its one style, so that whoever serves it can allow that and nothing else. */
export function publicPage(twin: PublicTwin, language: Language, links: PageLinks): { html: string; style: string } {
  let page = ''
  for (const shape of shapes) {
    page = `<!doctype html>\n${whole(twin, tellingIn(language, links, shape)).html}\n`
    if (new TextEncoder().encode(page).length < mostPageBytes) break
  }
  return { html: page, style: pageStyle }
}

interface Telling {
  readonly language: Language
  readonly say: (key: keyof typeof pageWords, words?: Readonly<Record<string, string | number>>) => string
  readonly links: PageLinks
  readonly shape: (typeof shapes)[number]
}

function tellingIn(language: Language, links: PageLinks, shape: Telling['shape']): Telling {
  return { language, links, shape, say: (key, words) => said(pageWords[key], language, words) }
}

function whole(twin: PublicTwin, telling: Telling): Html {
  const { language, say, links } = telling
  const other = language === 'fr' ? 'en' : 'fr'
  const { cabinet, people, chain, releases } = twin
  return markup`<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${say('of', { title: cabinet.title })}</title>
<link rel="alternate" type="application/json" href="${links.twin}">
<style>${{ html: pageStyle }}</style>
</head>
<body>
<header><p>${icon('lantern')}<span>${cabinet.title}</span></p><a href="${links.other}" hreflang="${other}" lang="${other}">${say('other')}</a></header>
<main>
<section class="top"><h1>${say('title')}</h1><p>${say('lead')}</p></section>
<section><h2>${say('people')}</h2><ul class="people">${people.map((one) => personal(one, twin, telling))}</ul></section>
<section><h2>${say('short')}</h2><dl class="chain">${chain.map((link) => categorised(link, telling))}</dl></section>
<section><h2>${say('releases', { n: releases.length })}</h2>
${releases.length === 0 ? markup`<p>${say('releases.none')}</p>` : releases.map((one) => released(one, telling))}
</section>
<section><h2>${say('home')}</h2>${staying(twin, telling)}</section>
<section class="ask"><h2>${say('ask')}</h2>${asking(twin, telling)}</section>
</main>
<footer>
<p>${inForce(twin, telling)}</p>
<p>${say('made', { date: dateText(twin.made, language) })} <a href="${links.twin}">${say('machines')}</a></p>
<p>${say('taxonomy')}</p>
</footer>
</body>
</html>`
}

const answerIcons = { 'not-measured': 'none', stays: 'stays', leaves: 'leaves' } as const

function personal(
  { sensitivity, answer, releases }: PublicTwin['people'][number],
  twin: PublicTwin,
  { language, say }: Telling,
): Html {
  const purposes = twin.releases
    .filter(({ name }) => releases.includes(name))
    .map(({ purpose }) => purpose.label[language].toLowerCase())
  const answered = say(answer, { purposes: [...new Set(purposes)].join(', ') })
  return markup`<li class="${answer}">${icon(answerIcons[answer])}<div><b>${say(`${sensitivity}.question`)}</b>${answered}</div></li>`
}

function categorised({ category, label, elements }: PublicTwin['chain'][number], { language, say }: Telling): Html {
  const texts = elements.length === 0 ? [say('none')] : elements.map((element) => element.label[language])
  return markup`<div><dt>${icon(category)}${label[language]}</dt>${texts.map((text) => markup`<dd>${text}</dd>`)}</div>`
}

function released(release: ReleaseTwin, telling: Telling): Html {
  const { language, say, shape } = telling
  const { alarms, basis, expires, fields, granularity, licence, recipient, retention } = release
  const names = fields.flatMap((field) => field.names ?? [])
  const whats = [
    ...fields.map(({ label, unit, points }) =>
      counted(unit === undefined ? label[language] : `${label[language]} (${unit})`, points, telling),
    ),
    ...(alarms.length > 0 ? [alarmsText(alarms, telling)] : []),
  ]
  const rows: (readonly [term: string, text: Html | string])[] = [
    [say('what'), listed(whats)],
    [say('coarse'), listed(granularity[language])],
    [say('recipient'), markup`${recipient.name} <span class="quiet">(${recipient.label[language]})</span>`],
    [say('kept'), retention.label[language]],
    [
      say('basis'),
      basis.personal
        ? say('personal', { basis: basis.label[language] })
        : say('not-personal', { because: basis.because[language] }),
    ],
    ...(licence === undefined
      ? []
      : [[say('licence'), markup`${say('licence.under')} ${linked(licence.id, licence.url)}`] as const]),
    ...(expires === undefined
      ? []
      : [[say('until'), say('until.excluded', { date: dateText(`${expires}T00:00Z`, language) })] as const]),
  ]
  return markup`<article class="release" id="${release.name}"><h3>${titleOf(release, telling)}</h3><dl>
${rows.map(([term, text]) => markup`<div><dt>${term}</dt><dd>${text}</dd></div>\n`)}</dl>
${shape.names && names.length > 0 && markup`<details><summary><span>${say('names')}</span></summary><p class="names">${names.join(', ')}</p></details>`}
${shape.sampleCharacters > 0 && sampled(release.sample, telling)}</article>
`
}

function listed(texts: readonly string[]): Html {
  return markup`<ul>${texts.map((text) => markup`<li>${text}</li>`)}</ul>`
}

/** Of several with one purpose, which this is. */
function titleOf({ purpose, fields }: ReleaseTwin, { language, say }: Telling): string {
  const labels = fields.slice(0, 2).map(({ label }) => label[language].toLowerCase())
  const what = [...labels, ...(fields.length > 2 ? ['…'] : [])].join(', ')
  return what === '' ? purpose.label[language] : say('release', { purpose: purpose.label[language], what })
}

function sampled(sample: ReleaseTwin['sample'], { say, links, shape }: Telling): Html {
  const summary = markup`<summary><span>${say('sample')}</span></summary>`
  if (sample === undefined) return markup`<details>${summary}<p>${say('sample.none')}</p></details>`
  const shown = sample.payload.slice(0, shape.sampleCharacters)
  const isCut = shown.length < sample.payload.length
  return markup`<details>${summary}<p class="names"><code>${sample.topic}</code></p><pre>${shown}${isCut && '…'}</pre>
${isCut && markup`<p class="names">${say('sample.cut')} <a href="${links.twin}">${links.twin}</a></p>`}</details>`
}

function staying({ stays }: PublicTwin, telling: Telling): Html {
  const { language, say } = telling
  if (stays.length === 0) return markup`<p>${say('home.none')}</p>`
  const rows = stays.map(({ label, points, kept_days: days }) => {
    const kept = days === 0 ? say('home.not-kept') : say('home.days', { n: days })
    return markup`<li><span>${counted(label[language], points, telling)}</span><span>${kept}</span></li>`
  })
  return markup`<p>${say('home.lead')}</p><ul class="stays">${rows}</ul>`
}

function asking({ responsible, releases }: PublicTwin, { say }: Telling): Html {
  const isPersonal = releases.some(({ basis }) => basis.personal)
  const rights = markup`<p>${say(isPersonal ? 'ask.rights' : 'ask.not-personal')}</p>`
  if (responsible === undefined) return markup`<p>${say('ask.nobody')}</p>${rights}`
  const { name, address, contact, dpo } = responsible
  return markup`<p>${say('ask.who', { name })}${address !== undefined && ` ${address}`}</p>
<p>${say('ask.contact')} ${linked(contact, linkOf(contact))}</p>
${dpo !== undefined && markup`<p>${say('ask.dpo')} ${linked(dpo, linkOf(dpo))}</p>`}${rights}`
}

function inForce({ enforced }: PublicTwin, { language, say }: Telling): Html | string {
  if (enforced === undefined) return say('unchanged')
  const since = say('changed', { date: dateText(enforced.since, language) })
  return markup`${since} · <code>${enforced.policy.slice(0, 16)}</code>`
}

function counted(label: string, points: number, { say }: Telling): string {
  return points === 1 ? label : say('points', { label, n: points })
}

function alarmsText(patterns: readonly string[], { say }: Telling): string {
  return patterns.includes('*') ? say('alarms.all') : say('alarms', { codes: patterns.join(', ') })
}

function linked(text: string, href: string | undefined): Html {
  return href === undefined ? markup`${text}` : markup`<a href="${href}">${text}</a>`
}

/** Days are enough for people, as the moment's own offset has them: `21 décembre 2026`. */
export function dateText(moment: string, language: Language): string {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB'
  const text = Temporal.PlainDate.from(moment.slice(0, 'YYYY-MM-DD'.length)).toLocaleString(locale, {
    dateStyle: 'long',
  })
  return language === 'fr' ? text.replace(/^1 /, '1er ') : text
}
