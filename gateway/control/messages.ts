/** What the refusals of commands mean, and what would be obeyed, in both languages. */
import { refusalCodes, type RefusalCode } from './refusal.ts'

export const refusalMessages = {
  COMMAND_MALFORMED: {
    en: 'This is no command: see the form in gateway/uplink/README.md.',
    fr: 'Ce n’est pas une commande : voir sa forme dans gateway/uplink/README.md.',
  },
  COMMAND_WRONG_TYPE: {
    en: 'The value is neither a number of per cent nor on or off.',
    fr: 'La valeur n’est ni un pourcentage, ni on ou off.',
  },
  COMMAND_UNKNOWN_SETPOINT: {
    en: '{setpoint} does not exist: what can be commanded is the level of a segment. See them: fanal status',
    fr: '{setpoint} n’existe pas : ce qui se commande est le niveau d’un segment. Les voir : fanal status',
  },
  COMMAND_READ_ONLY: {
    en: '{setpoint} is not to be commanded: it is only read, or a segment owns it. Command the segment: fanal status lists them.',
    fr: '{setpoint} ne se commande pas : ce point est seulement lu, ou appartient à un segment. Commander le segment : fanal status les montre.',
  },
  COMMAND_UNBOUNDED: {
    en: 'The command has no end ({missing} is missing): what nobody ends would be forgotten.',
    fr: 'La commande n’a pas de fin ({missing} manque) : ce que personne ne termine s’oublie.',
  },
  COMMAND_TOO_LONG: {
    en: 'Too long: {most} at most. What shall last longer belongs into the program.',
    fr: 'Trop long : {most} au plus. Ce qui doit durer appartient au programme.',
  },
  COMMAND_LATE: {
    en: 'The command came too late ({by}).',
    fr: 'La commande est arrivée trop tard ({by}).',
  },
  COMMAND_TIME_UNKNOWN: {
    en: 'The gateway does not know what time it is, so it cannot tell whether the command is in time: send it with an expiry.',
    fr: 'La passerelle ne sait pas l’heure, et ne peut dire si la commande arrive à temps : l’envoyer avec une expiration.',
  },
  COMMAND_REPLAYED: {
    en: 'This command was here before: its nonce was used. Send a new one with another nonce.',
    fr: 'Cette commande est déjà venue : son nonce a servi. En envoyer une autre, avec un autre nonce.',
  },
  COMMAND_RETAINED: {
    en: 'The command was published retained: the broker would give it again at each connection. Publish it unretained.',
    fr: 'La commande est publiée « retained » : le broker la redonnerait à chaque connexion. La publier sans ce drapeau.',
  },
  COMMAND_TOO_MANY: {
    en: 'More commands came in a day than can be remembered: wait, and look who sends them (the audit knows).',
    fr: 'Plus de commandes en un jour qu’il n’est possible d’en retenir : attendre, et voir qui les envoie (le journal d’audit le sait).',
  },
  COMMAND_NOTHING_TO_RELEASE: {
    en: 'Nothing to release: no command of yours stands here.',
    fr: 'Rien à libérer : aucune commande de votre part n’est en cours ici.',
  },
  COMMAND_SOMEBODY_WORKS_HERE: {
    en: 'Somebody is working at this cabinet until {until} at the latest: until then, or until they have gone, nothing is commanded from elsewhere.',
    fr: 'Quelqu’un travaille dans cette armoire, jusqu’à {until} au plus tard : d’ici là, ou jusqu’à son départ, rien ne se commande d’ailleurs.',
  },
  COMMAND_OUT_OF_LIMITS: {
    en: '{level} % is outside what these lamps can, or what the site wants.',
    fr: '{level} % dépasse ce que ces lampes peuvent, ou ce que le site veut.',
  },
  COMMAND_BELOW_FLOOR: {
    en: '{level} % is below the floor of {floor} %: while the program asks for light, the street may not be darker.',
    fr: '{level} % est sous le plancher de {floor} % : tant que le programme demande de la lumière, la rue ne peut être plus sombre.',
  },
  COMMAND_INTERLOCKED: {
    en: 'The interlock {point} forbids it: {because}.',
    fr: 'Le verrouillage {point} l’interdit : {because}.',
  },
  COMMAND_SWITCHED_TOO_OFTEN: {
    en: 'Switched off often enough for one night ({switchings} times are allowed, two of them for the program).',
    fr: 'Éteint assez souvent pour une nuit ({switchings} fois au plus, dont deux pour le programme).',
  },
  COMMAND_WRONG_DEVICE: {
    en: '{device} does not look like its profile: nothing is written to it. Check unit, wiring and profile.',
    fr: '{device} ne ressemble pas à son profil : rien ne lui est écrit. Vérifier l’unité, le câblage et le profil.',
  },
  COMMAND_NOT_IDENTIFIED: {
    en: '{device} has not said yet who it is: nothing is written to it before. If it stays so, check power, line, unit and profile.',
    fr: '{device} n’a pas encore dit qui il est : rien ne lui est écrit avant. Si cela dure, vérifier alimentation, ligne, unité et profil.',
  },
  COMMAND_TOO_STEEP: {
    en: '{setpoint} may not change so fast: the gateway goes there step by step.',
    fr: '{setpoint} ne peut changer si vite : la passerelle y va pas à pas.',
  },
  COMMAND_TOO_SOON: {
    en: '{setpoint} was written a moment ago, and rests.',
    fr: '{setpoint} vient d’être écrit, et se repose.',
  },
} as const satisfies Record<RefusalCode, Record<'en' | 'fr', string>>

export function isRefusalCode(code: string): code is RefusalCode {
  return refusalCodes.some((known) => known === code)
}

export function refusalText(
  code: RefusalCode,
  words: Readonly<Record<string, string | number>>,
  language: 'en' | 'fr',
): string {
  return refusalMessages[code][language].replaceAll(/\{([a-z]+)\}/g, (whole, name: string) =>
    String(words[name] ?? whole),
  )
}
