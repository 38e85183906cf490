/** What leaves and what stays: purposes, grounds, roles, treatments. */
import type { Catalogue } from './catalogue.ts'

export const data = {
  'data.title': { en: 'Data', fr: 'Données' },
  'data.lead': {
    en: 'Told by the very policy that is enforced: what is not listed as leaving cannot leave.',
    fr: 'Dit par la règle même qui est appliquée : ce qui n’est pas listé comme sortant ne peut sortir.',
  },
  'data.public-why': {
    en: 'Whoever stands before the cabinet reads the same, without an account: the page that its QR code leads to.',
    fr: 'Qui se tient devant l’armoire lit la même chose, sans compte : la page où mène son code QR.',
  },
  'data.public': { en: 'The public page', fr: 'La page publique' },
  'data.twin': { en: 'The same for machines (JSON)', fr: 'La même pour les machines (JSON)' },
  'data.leaves': { en: 'Leaves ({n})', fr: 'Sort ({n})' },
  'data.nothing-leaves': { en: 'Nothing leaves this cabinet.', fr: 'Rien ne sort de cette armoire.' },
  'data.home': { en: 'Stays here ({n})', fr: 'Reste ici ({n})' },
  'data.nothing-home': { en: 'All that is read here also leaves.', fr: 'Tout ce qui est lu ici sort aussi.' },
  'data.to': { en: 'To whom', fr: 'À qui' },
  'data.for': { en: 'What for', fr: 'Pour quoi' },
  'data.what': { en: 'What', fr: 'Quoi' },
  'data.coarse': { en: 'How coarse', fr: 'Finesse' },
  'data.basis': { en: 'On which ground', fr: 'Base légale' },
  'data.kept': { en: 'Kept there for', fr: 'Gardé là-bas' },
  'data.licence': { en: 'Licence', fr: 'Licence' },
  'data.not-open': { en: 'not open data', fr: 'pas de données ouvertes' },
  'data.delivery': { en: 'Delivery', fr: 'Livraison' },
  'data.durable': {
    en: 'kept here until the recipient’s receipt',
    fr: 'gardé ici jusqu’à l’accusé de réception du destinataire',
  },
  'data.best-effort': {
    en: 'best effort: a power cut may lose {window}, and says so',
    fr: 'au mieux : une coupure peut perdre {window}, et le dit',
  },
  'data.not-personal': { en: 'nobody’s personal data: {because}', fr: 'pas une donnée personnelle : {because}' },
  'data.counts': { en: 'So far', fr: 'Jusqu’ici' },
  'data.figures': { en: '{last} made, {waiting} waiting', fr: '{last} faits, {waiting} en attente' },
  'data.receipt': { en: 'confirmed up to {receipt}', fr: 'confirmés jusqu’à {receipt}' },
  'data.no-receipt': { en: 'no receipt yet', fr: 'pas encore d’accusé de réception' },
  'data.ledger': { en: 'Ledger', fr: 'Registre des sorties' },
  'data.ledger-of': {
    en: 'What left in {release}, by day (UTC)',
    fr: 'Ce qui est sorti dans {release}, par jour (UTC)',
  },
  'data.ledger-none': { en: 'nothing has left yet', fr: 'rien n’est encore sorti' },
  'data.day': { en: 'Day', fr: 'Jour' },
  'data.messages': { en: 'Messages', fr: 'Messages' },
  'data.bytes': { en: 'Volume', fr: 'Volume' },
  'data.point': { en: 'Point', fr: 'Point' },
  'data.tells': { en: 'What it could tell', fr: 'Ce qu’il pourrait dire' },
} as const satisfies Catalogue

export { basisWords, purposeWords, recipientRoles, sensitivityWords } from '../../disclosure/words.ts'
