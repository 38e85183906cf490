/** What the fleet's policy forbids a site, in words; and what a policy can get wrong itself. */
import type { Bilingual, Explanation } from './explanations.ts'

const fleet: Bilingual = {
  en: '{policy} (fleet’s policy, release "{release}"): a site may narrow, never widen',
  fr: '{policy} (politique du parc, sortie « {release} ») : un site peut restreindre, jamais élargir',
}

export const policyExplanations = {
  'release-not-in-policy': {
    what: {
      en: 'the fleet’s policy knows no release "{release}"',
      fr: 'la politique du parc ne connaît pas de sortie « {release} »',
    },
    help: { en: 'it has: {allowed}', fr: 'elle a : {allowed}' },
    rule: fleet,
  },
  'wider-points': {
    what: { en: 'the policy does not let out {points}', fr: 'la politique ne laisse pas sortir {points}' },
    help: { en: 'it lets out: {widest}', fr: 'elle laisse sortir : {widest}' },
    rule: fleet,
  },
  'wider-alarms': {
    what: {
      en: 'the policy does not let out the alarms "{alarms}"',
      fr: 'la politique ne laisse pas sortir les alarmes « {alarms} »',
    },
    help: { en: 'it lets out: {widest}', fr: 'elle laisse sortir : {widest}' },
    rule: fleet,
  },
  'another-purpose': {
    what: { en: '"{value}" is no purpose of the policy', fr: '« {value} » n’est pas une finalité de la politique' },
    help: { en: 'it allows: {widest}', fr: 'elle admet : {widest}' },
    rule: fleet,
  },
  'another-basis': {
    what: { en: 'the policy does not stand on this basis', fr: 'la politique ne se fonde pas sur cette base' },
    help: { en: 'it allows: {widest}', fr: 'elle admet : {widest}' },
    rule: fleet,
  },
  'another-recipient': {
    what: { en: 'the policy does not know this recipient', fr: 'la politique ne connaît pas ce destinataire' },
    help: { en: 'it allows: {widest}', fr: 'elle admet : {widest}' },
    rule: fleet,
  },
  'finer-treatment': {
    what: {
      en: '"{treatment}" is less than the policy asks for',
      fr: '« {treatment} » est moins que ce que la politique veut',
    },
    help: { en: 'at least {widest}', fr: 'au moins {widest}' },
    rule: fleet,
  },
  'detail-not-in-policy': {
    what: { en: 'the policy does not tell this in detail', fr: 'la politique ne dit pas ceci en détail' },
    help: { en: 'at most {widest}', fr: 'au plus {widest}' },
    rule: fleet,
  },
  'longer-retention': {
    what: {
      en: '{value} is longer than the policy keeps it',
      fr: '{value} est plus long que ce que la politique garde',
    },
    help: { en: '{widest} or less', fr: '{widest} ou moins' },
    rule: fleet,
  },
  'later-expiry': {
    what: { en: 'the policy ends this release sooner', fr: 'la politique met fin plus tôt à cette sortie' },
    help: { en: 'expires: {widest}, or sooner', fr: 'expires: {widest}, ou plus tôt' },
    rule: fleet,
  },
  'licence-not-in-policy': {
    what: { en: 'the policy does not publish this under {value}', fr: 'la politique ne publie pas ceci sous {value}' },
    help: { en: 'it allows: {widest}', fr: 'elle admet : {widest}' },
    rule: fleet,
  },
  'encoding-not-in-policy': {
    what: { en: 'the policy does not tell this as {value}', fr: 'la politique ne dit pas ceci en {value}' },
    help: { en: 'it allows: {widest}', fr: 'elle admet : {widest}' },
    rule: fleet,
  },
  'least-below-rules': {
    what: { en: '{value} is less than the rules ask for', fr: '{value} est moins que ce que veulent les règles' },
    help: { en: '{least} or more: a policy narrows, too', fr: '{least} ou plus : une politique restreint, elle aussi' },
    rule: {
      en: 'the rules of gateway/disclosure/RULES.md hold whatever a policy says',
      fr: 'les règles de gateway/disclosure/RULES.md valent quoi qu’une politique dise',
    },
  },
  'policy-unreadable': {
    what: {
      en: 'the fleet’s policy {file} cannot be read ({reason})',
      fr: 'la politique du parc {file} ne peut être lue ({reason})',
    },
    help: {
      en: 'without it nothing is known of what may leave: its name counts from where the site file lies',
      fr: 'sans elle on ne sait rien de ce qui peut sortir : son nom compte depuis le dossier du fichier de site',
    },
  },
} as const satisfies Record<string, Explanation>
