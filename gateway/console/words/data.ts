/** What leaves and what stays: purposes, grounds, roles, treatments. */
import type { Sensitivity } from '../../../drivers/quantities.ts'
import type { SiteRelease } from '../../releases.ts'
import type { Catalogue } from './catalogue.ts'

export const data = {
  'data.title': { en: 'Data', fr: 'Données' },
  'data.lead': {
    en: 'Told by the very policy that is enforced: what is not listed as leaving cannot leave.',
    fr: 'Dit par la règle même qui est appliquée : ce qui n’est pas listé comme sortant ne peut sortir.',
  },
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
  'data.durable': { en: 'kept here until the recipient’s receipt', fr: 'gardé ici jusqu’à l’accusé du destinataire' },
  'data.best-effort': {
    en: 'best effort: a power cut may lose {window}, and says so',
    fr: 'au mieux : une coupure peut perdre {window}, et le dit',
  },
  'data.not-personal': { en: 'nobody’s personal data: {because}', fr: 'pas une donnée personnelle : {because}' },
  'data.counts': { en: 'So far', fr: 'Jusqu’ici' },
  'data.figures': { en: '{last} made, {waiting} waiting', fr: '{last} faits, {waiting} en attente' },
  'data.receipt': { en: 'confirmed up to {receipt}', fr: 'accusés jusqu’à {receipt}' },
  'data.no-receipt': { en: 'no receipt yet', fr: 'pas d’accusé' },
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

/** Purposes of DTPR's taxonomy (`gateway/releases.ts`). */
export const purposeWords = {
  accessibility: { en: 'accessibility', fr: 'accessibilité' },
  connectivity: { en: 'connectivity', fr: 'connectivité' },
  ecology: { en: 'ecology', fr: 'écologie' },
  energy_efficiency: { en: 'energy efficiency', fr: 'efficacité énergétique' },
  health: { en: 'health', fr: 'santé' },
  inform: { en: 'to inform', fr: 'information' },
  logistics: { en: 'logistics', fr: 'logistique' },
  mobility: { en: 'mobility', fr: 'mobilité' },
  planning_decision_making: { en: 'planning and decisions', fr: 'planification et décisions' },
  research_development: { en: 'research and development', fr: 'recherche et développement' },
  safety_security: { en: 'safety and security', fr: 'sûreté et sécurité' },
  waste_management: { en: 'waste management', fr: 'gestion des déchets' },
  water_efficiency: { en: 'water efficiency', fr: 'économie d’eau' },
  maintenance: { en: 'maintenance of the installation', fr: 'entretien de l’installation' },
} as const satisfies Catalogue<SiteRelease['purpose']>

/** GDPR, article 6(1). */
export const basisWords = {
  consent: { en: 'consent (GDPR 6(1)(a))', fr: 'consentement (RGPD 6(1)(a))' },
  contract: { en: 'contract (GDPR 6(1)(b))', fr: 'contrat (RGPD 6(1)(b))' },
  'legal-obligation': { en: 'legal obligation (GDPR 6(1)(c))', fr: 'obligation légale (RGPD 6(1)(c))' },
  'vital-interests': { en: 'vital interests (GDPR 6(1)(d))', fr: 'intérêts vitaux (RGPD 6(1)(d))' },
  'public-task': { en: 'public task (GDPR 6(1)(e))', fr: 'mission d’intérêt public (RGPD 6(1)(e))' },
  'legitimate-interests': { en: 'legitimate interests (GDPR 6(1)(f))', fr: 'intérêts légitimes (RGPD 6(1)(f))' },
} as const satisfies Catalogue<Extract<SiteRelease['basis'], string>>

export const recipientRoles = {
  controller: { en: 'controller', fr: 'responsable du traitement' },
  'joint-controller': { en: 'joint controller', fr: 'responsable conjoint' },
  processor: { en: 'processor', fr: 'sous-traitant' },
  'third-party': { en: 'third party', fr: 'tiers' },
} as const satisfies Catalogue<SiteRelease['recipient']['role']>

export const sensitivityWords = {
  technical: { en: 'nothing about people', fr: 'rien sur personne' },
  public: { en: 'nothing about people; of general interest', fr: 'rien sur personne ; d’intérêt général' },
  usage: { en: 'how premises are used', fr: 'l’usage de locaux' },
  presence: { en: 'that somebody is there', fr: 'la présence de quelqu’un' },
  identifier: { en: 'who, or whose meter', fr: 'qui, ou le compteur de qui' },
} as const satisfies Catalogue<Sensitivity>
