/** What purposes, grounds, roles and sensitivities are called: on the console, on the public page and in the registers. */
import type { Sensitivity } from '../../drivers/quantities.ts'
import type { SiteRelease } from '../releases.ts'
import type { Text } from './text.ts'

type Words<Key extends string> = Readonly<Record<Key, Text>>

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
} as const satisfies Words<SiteRelease['purpose']>

/** GDPR, article 6(1). */
export const basisWords = {
  consent: { en: 'consent (GDPR 6(1)(a))', fr: 'consentement (RGPD 6(1)(a))' },
  contract: { en: 'contract (GDPR 6(1)(b))', fr: 'contrat (RGPD 6(1)(b))' },
  'legal-obligation': { en: 'legal obligation (GDPR 6(1)(c))', fr: 'obligation légale (RGPD 6(1)(c))' },
  'vital-interests': { en: 'vital interests (GDPR 6(1)(d))', fr: 'intérêts vitaux (RGPD 6(1)(d))' },
  'public-task': { en: 'public task (GDPR 6(1)(e))', fr: 'mission d’intérêt public (RGPD 6(1)(e))' },
  'legitimate-interests': { en: 'legitimate interests (GDPR 6(1)(f))', fr: 'intérêts légitimes (RGPD 6(1)(f))' },
} as const satisfies Words<Extract<SiteRelease['basis'], string>>

export const recipientRoles = {
  controller: { en: 'controller', fr: 'responsable du traitement' },
  'joint-controller': { en: 'joint controller', fr: 'responsable conjoint' },
  processor: { en: 'processor', fr: 'sous-traitant' },
  'third-party': { en: 'third party', fr: 'tiers' },
} as const satisfies Words<SiteRelease['recipient']['role']>

export const sensitivityWords = {
  technical: { en: 'nothing about people', fr: 'rien sur personne' },
  public: { en: 'nothing about people; of general interest', fr: 'rien sur personne ; d’intérêt général' },
  usage: { en: 'how premises are used', fr: 'l’usage de locaux' },
  presence: { en: 'that somebody is there', fr: 'la présence de quelqu’un' },
  identifier: { en: 'who, or whose meter', fr: 'qui, ou à qui est le compteur' },
} as const satisfies Words<Sensitivity>
