/** What is refused for people's sake, in words, and by which rule: `gateway/disclosure/RULES.md` is made of these. */
import type { Bilingual, Explanation } from './explanations.ts'

const minimisation: Bilingual = {
  en: 'GDPR, art. 5(1)(c): adequate, relevant, limited to what is necessary',
  fr: 'RGPD, art. 5(1)(c) : adéquat, pertinent, limité à ce qui est nécessaire',
}
const loadCurve: Bilingual = {
  en: 'GDPR, art. 6(1)(a); CNIL, on communicating meters (formal notices to EDF and Engie): consumption by the day, but a load curve by the hour or half-hour with prior consent only',
  fr: 'RGPD, art. 6(1)(a) ; CNIL, sur les compteurs communicants (mises en demeure d’EDF et d’Engie) : la consommation par jour, mais la courbe de charge à l’heure ou à la demi-heure avec consentement préalable seulement',
}
const counting: Bilingual = {
  en: 'GDPR, art. 5(1)(c); CNIL, devices that measure audience, 24 February 2020 (anonymous within minutes). That this means numbers, 15 minutes and a least group is this project’s bound: no text gives one',
  fr: 'RGPD, art. 5(1)(c) ; CNIL, dispositifs de mesure d’audience, 24 février 2020 (anonyme à bref délai, en minutes). Que cela veuille dire des nombres, 15 minutes et un groupe minimal est la borne de ce projet : aucun texte n’en donne',
}
const group: Bilingual = {
  en: 'Article 29 Working Party, opinion 05/2014 (WP 216): nobody singled out, nothing linked, nothing inferred. No text gives a least group for Europe: 5 is this project’s, and a fleet may ask for more',
  fr: 'Groupe de l’article 29, avis 05/2014 (WP 216) : ni individualisation, ni corrélation, ni inférence. Aucun texte ne donne de groupe minimal pour l’Europe : 5 est celui de ce projet, et un parc peut en vouloir un plus grand',
}
const together: Bilingual = {
  en: 'Article 29 Working Party, opinion 05/2014 (WP 216): what leaves must not be linked or inferred from with what else leaves',
  fr: 'Groupe de l’article 29, avis 05/2014 (WP 216) : ce qui sort ne doit permettre ni corrélation ni inférence avec ce qui sort par ailleurs',
}
const noise: Bilingual = {
  en: 'differential privacy: budgets add up (basic composition); opinion 05/2014 (WP 216)',
  fr: 'confidentialité différentielle : les budgets s’additionnent (composition) ; avis 05/2014 (WP 216)',
}

export const ruleExplanations = {
  'no-purpose': {
    what: {
      en: 'nothing leaves without a purpose: "{key}" is missing{in}',
      fr: 'rien ne sort sans finalité : « {key} » manque{in}',
    },
    help: {
      en: 'what is it for? energy_efficiency, inform, maintenance, mobility, planning_decision_making, safety_security …',
      fr: 'à quoi cela sert-il ? energy_efficiency, inform, maintenance, mobility, planning_decision_making, safety_security …',
    },
    rule: {
      en: 'GDPR, art. 5(1)(b): collected for specified, explicit and legitimate purposes',
      fr: 'RGPD, art. 5(1)(b) : collectées pour des finalités déterminées, explicites et légitimes',
    },
  },
  'dwelling-curve-without-consent': {
    what: {
      en: '{points}: the load curve of a dwelling leaves with its consent only',
      fr: '{points} : la courbe de charge d’un logement ne sort qu’avec son consentement',
    },
    help: {
      en: 'aggregate: { every: 1d, of: [last] }; or a sum over {least} delivery points or more, with minimum_group; or basis: consent, where it was given',
      fr: 'aggregate: { every: 1d, of: [last] } ; ou une somme sur {least} points de livraison ou plus, avec minimum_group ; ou basis: consent, s’il a été donné',
    },
    rule: loadCurve,
  },
  'dwelling-curve-too-fine': {
    what: {
      en: '{points}: the load curve of a dwelling leaves by the hour at the finest (here: {every})',
      fr: '{points} : la courbe de charge d’un logement sort à l’heure au plus fin (ici : {every})',
    },
    help: {
      en: 'aggregate: { every: 1h, of: [mean] }, or coarser',
      fr: 'aggregate: { every: 1h, of: [mean] }, ou plus grossier',
    },
    rule: {
      en: 'GDPR, art. 5(1)(c); CNIL, on communicating meters: hourly and half-hourly curves need consent. That none leaves finer than hourly even so is this project’s bound',
      fr: 'RGPD, art. 5(1)(c) ; CNIL, sur les compteurs communicants : les courbes horaires et demi-horaires veulent un consentement. Qu’aucune ne sorte même alors plus fine que l’heure est la borne de ce projet',
    },
  },
  'presence-not-a-count': {
    what: {
      en: '{points}: that somebody is there is told as a number of people, or not at all',
      fr: '{points} : une présence se dit en nombre de personnes, ou pas du tout',
    },
    help: {
      en: 'take a counter’s point, such as people_passages; or leave this one home with drop',
      fr: 'prenez le point d’un compteur, comme people_passages ; ou gardez celui-ci sur place avec drop',
    },
    rule: counting,
  },
  'presence-as-read': {
    what: {
      en: '{points}: passages never leave one by one, nor as they are read',
      fr: '{points} : les passages ne sortent jamais un à un, ni tels que lus',
    },
    help: {
      en: 'aggregate: { every: 15m, of: [increase] }, and minimum_group: { least: {least}, of: counts }',
      fr: 'aggregate: { every: 15m, of: [increase] }, et minimum_group: { least: {least}, of: counts }',
    },
    rule: counting,
  },
  'presence-by-change': {
    what: {
      en: '{points}: the moment of a change is the moment of a passage',
      fr: '{points} : le moment d’un changement est celui d’un passage',
    },
    help: { en: 'leave change_only out: windows do', fr: 'retirez change_only : des fenêtres suffisent' },
    rule: counting,
  },
  'presence-too-fine': {
    what: {
      en: '{points}: windows of {every} are finer than presence may leave',
      fr: '{points} : des fenêtres de {every} sont plus fines que ce que la présence admet',
    },
    help: { en: '{finest} or more', fr: '{finest} ou plus' },
    rule: counting,
  },
  'presence-without-group': {
    what: {
      en: '{points}: a number of few people is a person; noise does not change that',
      fr: '{points} : peu de personnes, c’est quelqu’un ; le bruit n’y change rien',
    },
    help: {
      en: 'minimum_group: { least: {least}, of: counts }, with noise besides if you like',
      fr: 'minimum_group: { least: {least}, of: counts }, avec du bruit en plus si vous voulez',
    },
    rule: group,
  },
  'presence-group-too-small': {
    what: { en: '{points}: {of} are too few to hide in', fr: '{points} : {of}, c’est trop peu pour s’y fondre' },
    help: { en: '{least} or more', fr: '{least} ou plus' },
    rule: group,
  },
  'presence-running-total': {
    what: {
      en: '{points}: from "{statistic}" of a counter to the next, each passage can be counted',
      fr: '{points} : d’un « {statistic} » de compteur au suivant, chaque passage se compte',
    },
    help: {
      en: 'of: [increase], which is suppressed where it is of too few',
      fr: 'of: [increase], qui est masqué quand il porte sur trop peu de monde',
    },
    rule: group,
  },
  'presence-sum': {
    what: {
      en: '{points}: a sum counts who stays as often as it is read, and so hides no few',
      fr: '{points} : une somme compte qui reste autant de fois qu’on lit, et ne cache donc pas le petit nombre',
    },
    help: {
      en: 'of: [mean, max]; or [increase] of a counter of passages',
      fr: 'of: [mean, max] ; ou [increase] d’un compteur de passages',
    },
    rule: group,
  },
  'light-of-people': {
    what: {
      en: '{points}: light that follows people tells when each of them comes',
      fr: '{points} : la lumière qui suit les gens dit quand chacun passe',
    },
    help: {
      en: 'aggregate: { every: {finest}, of: [mean] }, and round: {least} or more; or leave it home with drop',
      fr: 'aggregate: { every: {finest}, of: [mean] }, et round: {least} ou plus ; ou gardez-la ici avec drop',
    },
    rule: counting,
  },
  'detail-of-people': {
    what: {
      en: '{points}: no alarm is a reason to tell this reading by reading',
      fr: '{points} : aucune alarme ne justifie de le dire mesure par mesure',
    },
    help: {
      en: 'leave detail out, or give these points a release of their own',
      fr: 'retirez detail, ou donnez à ces points une sortie à eux',
    },
    rule: minimisation,
  },
  'open-energy-few-points': {
    what: {
      en: '{points}: what homes and firms use is published as a sum over {least} delivery points or more',
      fr: '{points} : ce que consomment logements et entreprises se publie en somme sur {least} points de livraison ou plus',
    },
    help: {
      en: 'a window, without detail, and minimum_group: { least: …, of: points }, so many that {least} devices are among them; or no licence',
      fr: 'une fenêtre, sans detail, et minimum_group: { least: …, of: points }, assez pour que {least} appareils en soient ; ou pas de licence',
    },
    rule: {
      en: 'Code de l’énergie, art. L111-73-1 (aggregated so that it is anonymous); décret no. 2020-196 of 4 March 2020 (10 delivery points or more). Written for energy, held here for water too',
      fr: 'Code de l’énergie, art. L111-73-1 (forme agrégée garantissant le caractère anonyme) ; décret n° 2020-196 du 4 mars 2020 (10 points de livraison ou plus). Écrit pour l’énergie, appliqué ici à l’eau aussi',
    },
  },
  'identifier-in-clear': {
    what: { en: '{points}: this tells who, or whose it is', fr: '{points} : ceci dit qui, ou à qui c’est' },
    help: {
      en: 'keep it home: drop: [{drop}]; or pseudonym: { rotates: 30d }',
      fr: 'gardez-le sur place : drop: [{drop}] ; ou pseudonym: { rotates: 30d }',
    },
    rule: {
      en: 'GDPR, art. 4(1) (an identification number identifies), art. 4(5) (pseudonymisation), art. 5(1)(c)',
      fr: 'RGPD, art. 4(1) (un numéro d’identification identifie), art. 4(5) (pseudonymisation), art. 5(1)(c)',
    },
  },
  'identifier-in-open-data': {
    what: {
      en: '{points}: what identifies is never published, under a pseudonym neither',
      fr: '{points} : ce qui identifie ne se publie pas, même sous pseudonyme',
    },
    help: {
      en: 'keep it home, with drop: [{drop}]; or no licence',
      fr: 'gardez-le sur place, avec drop: [{drop}] ; ou pas de licence',
    },
    rule: {
      en: 'GDPR, art. 4(5): a pseudonym is still personal data; Article 29 Working Party, opinion 05/2014 (WP 216)',
      fr: 'RGPD, art. 4(5) : un pseudonyme reste une donnée personnelle ; Groupe de l’article 29, avis 05/2014 (WP 216)',
    },
  },
  'passage-too-fine': {
    what: {
      en: '{points}: who passed, under a pseudonym too, leaves by windows of {finest} at the finest (here: {every})',
      fr: '{points} : qui est passé, même sous pseudonyme, sort par fenêtres de {finest} au plus fin (ici : {every})',
    },
    help: {
      en: 'aggregate: { every: {finest}, of: [last] }, or a longer window',
      fr: 'aggregate: { every: {finest}, of: [last] }, ou une fenêtre plus longue',
    },
    rule: counting,
  },
  'not-personal-of-people': {
    what: {
      en: '{points}: this is personal data, whatever the basis says: what a household uses, and what identifies, under a pseudonym too',
      fr: '{points} : ce sont des données personnelles, quoi que dise basis : ce qu’un foyer consomme et ce qui identifie, sous pseudonyme aussi',
    },
    help: {
      en: 'basis: the ground that the law gives for it, such as public-task or consent',
      fr: 'basis: le fondement que la loi y donne, comme public-task ou consent',
    },
    rule: {
      en: 'GDPR, art. 4(1) and recital 26 (whoever can be identified, directly or not); art. 4(5): a pseudonym is still personal data',
      fr: 'RGPD, art. 4(1) et considérant 26 (qui peut être identifié, directement ou non) ; art. 4(5) : un pseudonyme reste une donnée personnelle',
    },
  },
  'windows-undo': {
    what: {
      en: '{points}: windows of {every} beside those of {their} in "{other}" tell what lies between',
      fr: '{points} : des fenêtres de {every} à côté de celles de {their} dans « {other} » disent ce qui se passe entre elles',
    },
    help: {
      en: 'the same window in both releases: every: {their}',
      fr: 'la même fenêtre dans les deux sorties : every: {their}',
    },
    rule: together,
  },
  'releases-undo': {
    what: {
      en: '{points}: "{other}" and this release undo one another: their "{treatment}" differs',
      fr: '{points} : « {other} » et cette sortie se défont l’une l’autre : leur « {treatment} » diffère',
    },
    help: {
      en: 'the same treatment in both, whoever the recipients are; or the points in one of them only',
      fr: 'le même traitement dans les deux, quels que soient les destinataires ; ou les points dans l’une seulement',
    },
    rule: together,
  },
  'noise-undone': {
    what: {
      en: '{points}: told in "{other}" too, noise wears off',
      fr: '{points} : sortent aussi dans « {other} » : le bruit s’use',
    },
    help: {
      en: 'one release for each point with noise, in several encodings where need be',
      fr: 'une seule sortie par point bruité, en plusieurs encodages au besoin',
    },
    rule: noise,
  },
  'groups-differ-by-few': {
    what: {
      en: 'this sum less that of "{other}" is that of {by}: {points}',
      fr: 'cette somme moins celle de « {other} » est celle de {by} : {points}',
    },
    help: {
      en: 'the same points in both, or sets that differ by {least} devices or more',
      fr: 'les mêmes points dans les deux, ou des ensembles qui diffèrent de {least} appareils ou plus',
    },
    rule: together,
  },
} as const satisfies Record<string, Explanation>
