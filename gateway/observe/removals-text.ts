/** The list of what a bundle left out, for whoever sends it and for whoever gets it, in both languages. */
import { hidden, whys, type Removal, type Why } from './redaction.ts'

const reasons: Readonly<Record<Why, { readonly en: string; readonly fr: string }>> = {
  secret: {
    en: 'passwords, tokens, keys: whoever has them can pass for somebody else',
    fr: 'mots de passe, jetons, clés : qui les a peut se faire passer pour un autre',
  },
  person: {
    en: 'names of people and recipients, addresses, telephone numbers: they are nobody else’s business',
    fr: 'noms de personnes et de destinataires, adresses, numéros de téléphone : ils ne regardent personne d’autre',
  },
  reason: {
    en: 'reasons of commands: people write names into them',
    fr: 'motifs des commandes : on y écrit des noms',
  },
  place: {
    en: 'coordinates, titles, the city: they tell where the cabinet stands',
    fr: 'coordonnées, titres, la ville : ils disent où est l’armoire',
  },
  serial: {
    en: 'serial numbers of meters and adapters: each belongs to one customer or one place',
    fr: 'numéros de série des compteurs et des adaptateurs : chacun appartient à un abonné ou à un lieu',
  },
  broker: {
    en: 'the broker’s name, user and client id: half of a login',
    fr: 'nom du broker, utilisateur et identifiant de client : la moitié d’un accès',
  },
  network: {
    en: 'addresses that the world can reach',
    fr: 'adresses que le monde peut atteindre',
  },
  value: {
    en: 'values that tell how premises are used, or that somebody is there; their quality stays',
    fr: 'valeurs qui disent l’usage des lieux ou une présence ; leur qualité reste',
  },
  words: {
    en: 'comments and free text: nobody knows what stands in them',
    fr: 'commentaires et textes libres : nul ne sait ce qui s’y trouve',
  },
}

/** Undefined: nothing was left out, since somebody wanted all of it. */
export function removalsText(removals: readonly Removal[] | undefined): string {
  if (removals === undefined)
    return [
      'NOTHING WAS REMOVED. This bundle holds names, places and whatever else the gateway knows: give it only to somebody who has a right to all of it.',
      'RIEN N’A ÉTÉ RETIRÉ. Cette archive contient des noms, des lieux et tout ce que la passerelle sait : ne la donner qu’à qui a droit à tout cela.',
      '',
    ].join('\n')
  const used = whys.filter((why) => removals.some((removal) => removal.why === why))
  const list = [...removals].sort(
    (a, b) => compare(a.part, b.part) || compare(a.where, b.where) || compare(a.why, b.why),
  )
  return [
    'What was removed from this bundle, where, and why. In its place stands the word in brackets.',
    'Ce qui a été retiré de cette archive, où, et pourquoi. À sa place figure le mot entre crochets.',
    'The names of site, lines, devices, segments and releases are still in it, and the addresses of the cabinet’s own network.',
    'Les noms du site, des lignes, appareils, tronçons et publications y sont encore, et les adresses du réseau de l’armoire.',
    '',
    ...used.flatMap((why) => [hidden(why), `  en: ${reasons[why].en}`, `  fr: ${reasons[why].fr}`]),
    '',
    ...list.map(({ part, where, why, times }) => `${part}  ${where === '' ? '…' : where}  ${hidden(why)}  ×${times}`),
    '',
  ].join('\n')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
