import { expect, test } from 'vitest'
import type { PointId } from '../../../drivers/reading.ts'
import { languages } from '../text.ts'
import { linkOf, markup } from './html.ts'
import { mostPageBytes, publicPage } from './page.ts'
import { publicTwinOf } from './public-twin.ts'
import { factsWith, policyOf, releases } from './testing/facts.ts'
import type { PublicTwin } from './twin.ts'

const links = { other: 'other.html', twin: 'public.json' }
const twin = publicTwinOf(factsWith())

/** The words of a page, as a reader gets them. */
function words(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<[^>]*>/g, '\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

/** All that the twin says in one language, to people. */
function saidBy({ cabinet, responsible, chain, releases: told, stays }: PublicTwin, language: 'en' | 'fr'): string[] {
  return [
    cabinet.title,
    ...[responsible?.name, responsible?.address, responsible?.contact, responsible?.dpo].flatMap((one) => one ?? []),
    ...chain.flatMap(({ label, elements }) => [label[language], ...elements.map((element) => element.label[language])]),
    ...told.flatMap((release) => [
      release.purpose.label[language],
      release.recipient.name,
      release.recipient.label[language],
      release.retention.label[language],
      release.basis.personal ? release.basis.label[language] : release.basis.because[language],
      ...release.granularity[language],
      ...release.fields.flatMap(({ label, names }) => [label[language], ...(names ?? [])]),
      ...[release.licence?.id, release.sample?.payload, release.sample?.topic].flatMap((one) => one ?? []),
    ]),
    ...stays.map(({ label }) => label[language]),
  ]
}

test.each(languages)('the page in %s says what its twin says', (language) => {
  const text = words(publicPage(twin, language, links).html)
  const told = saidBy(twin, language)
  expect(told.length).toBeGreaterThan(70)
  for (const one of told) expect(text).toContain(one)
  expect(text).toContain('a3f09c41a3f09c41')
  expect(text).toContain(language === 'fr' ? '20 novembre 2026' : '20 November 2026')
})

test.each(languages)('the page in %s names no point that stays here', (language) => {
  const { html } = publicPage(twin, language, links)
  for (const point of policyOf().home) expect(html).not.toContain(point)
})

test.each(languages)('the page in %s has no script, and nothing from elsewhere', (language) => {
  const { html } = publicPage(twin, language, links)
  expect(html).not.toMatch(/<script|<img|<iframe|<form|@import|url\(|javascript:| on[a-z]+=|style="/i)
  const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)
  expect(new Set(addresses)).toEqual(
    new Set([
      'public.json',
      'other.html',
      'mailto:espace-public@ville.example',
      'mailto:dpo@ville.example',
      'https://spdx.org/licenses/etalab-2.0.html',
      'https://spdx.org/licenses/ODbL-1.0.html',
    ]),
  )
})

test('names are but words', () => {
  const attack = '"><script>alert(1)</script>\u202e'
  const { site } = factsWith()
  const { html } = publicPage(
    publicTwinOf(
      factsWith({
        site: { ...site, title: attack, responsible: { name: attack, contact: `javascript:alert(1)//${attack}` } },
        policy: policyOf({ energy: { ...releases.energy, recipient: { name: attack, role: 'controller' } } }),
      }),
    ),
    'en',
    links,
  )
  expect(html).not.toContain('<script')
  expect(html).not.toContain('href="javascript')
  expect(html).not.toContain('\u202e')
})

test('its date is the street’s day, not that of Greenwich', () => {
  const late = publicTwinOf({ ...factsWith(), at: Temporal.Instant.from('2026-12-20T23:30:00Z') })
  expect(late.made).toBe('2026-12-21T00:30:00+01:00')
  expect(words(publicPage(late, 'en', links).html)).toContain('21 December 2026')
})

test('however much a cabinet releases, the page is small', () => {
  const points = Array.from({ length: 640 }, (_, n): [PointId, 'light_level'] => [
    `lamps-${n >> 6}.gear_${n % 64}_level`,
    'light_level',
  ])
  const many = Object.fromEntries(
    Array.from({ length: 24 }, (_, n) => [
      `release-${n}`,
      {
        ...releases.light,
        points: ['lamps-*.*'],
        recipient: { name: `Service municipal numéro ${n}`, role: 'third-party' },
      },
    ]),
  )
  const policy = policyOf(many, points)
  const samples = new Map(
    Object.keys(many).map((name) => [
      name,
      {
        topic: `fanal/ville/fontaine/r/${name}`,
        payload: JSON.stringify({ p: Object.fromEntries(points.map(([point]) => [point, [[0, 100]]])) }),
      },
    ]),
  )
  const large = publicTwinOf(factsWith({ policy, samples }))
  for (const language of languages) {
    const { html } = publicPage(large, language, links)
    expect(Buffer.byteLength(html)).toBeLessThan(mostPageBytes)
    expect(html.match(/<article/g)).toHaveLength(24)
  }
  // an ordinary one is far from that, with all of it
  expect(Buffer.byteLength(publicPage(twin, 'fr', links).html)).toBeLessThan(20_000)
})

test('a contact leads where it says, and nowhere else', () => {
  expect(
    ['a@b.fr', 'https://b.fr/x', '+33 1 23 45 67 89', '3939', 'javascript:x', 'mairie, 2e étage'].map(linkOf),
  ).toEqual(['mailto:a@b.fr', 'https://b.fr/x', 'tel:+33123456789', undefined, undefined, undefined])
  expect(markup`<a title="${`'"<&>`}">`.html).toBe('<a title="&#39;&quot;&lt;&amp;&gt;">')
})
