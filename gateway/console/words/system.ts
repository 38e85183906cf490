/** The machine, the account and its settings; the alarms. */
import type { AlarmCode } from '../../observe/alarms.ts'
import type { Trust, TrustReason } from '../../control/trust.ts'
import type { LogLine, SystemTold } from '../../local/pages.ts'
import type { Catalogue } from './catalogue.ts'

export const system = {
  'system.title': { en: 'System', fr: 'Système' },
  'work.title': { en: 'Working here', fr: 'Travailler ici' },
  'work.text': {
    en: 'While you are working at this cabinet, nobody commands the light from elsewhere. The program goes on: whoever works on lamps switches them off at the cabinet.',
    fr: 'Tant que vous travaillez dans cette armoire, personne ne commande la lumière d’ailleurs. Le programme continue : qui travaille sur des lampes les coupe à l’armoire.',
  },
  'work.for': { en: 'For how long', fr: 'Pendant' },
  'work.button': { en: 'I am working at this cabinet', fr: 'Je travaille dans cette armoire' },
  'work.gone': { en: 'I have gone', fr: 'Je suis parti' },
  'work.take-off': { en: 'Take the lock of {who} off', fr: 'Lever le verrou de {who}' },
  'work.mine': { en: 'You are working here, until {until}.', fr: 'Vous travaillez ici, jusqu’à {until}.' },
  'work.other': { en: '{who} is working here, until {until}.', fr: '{who} travaille ici, jusqu’à {until}.' },

  'settings.title': { en: 'This screen', fr: 'Cet écran' },
  'settings.theme': { en: 'Colours', fr: 'Couleurs' },
  'theme.auto': { en: 'as the system', fr: 'comme le système' },
  'theme.light': { en: 'light', fr: 'clair' },
  'theme.dark': { en: 'dark', fr: 'sombre' },
  'theme.night': { en: 'night', fr: 'nuit' },
  'settings.language': { en: 'Language', fr: 'Langue' },

  'machine.title': { en: 'The gateway', fr: 'La passerelle' },
  'machine.site': { en: 'Site', fr: 'Site' },
  'machine.revision': { en: 'Revision', fr: 'Révision' },
  'machine.clock': { en: 'Clock', fr: 'Horloge' },
  'machine.started': { en: 'Running since', fr: 'En marche depuis' },
  'machine.versions': { en: 'Versions', fr: 'Versions' },
  'machine.disk': { en: 'Disk', fr: 'Disque' },
  'machine.free-of': { en: '{free} free of {size}', fr: '{free} libres sur {size}' },
  'machine.kept': { en: 'Kept there', fr: 'Gardé là' },
  'machine.memory': { en: 'Memory', fr: 'Mémoire' },
  'machine.memory-of': {
    en: 'the gateway uses {rss}; {free} free of {size}',
    fr: 'la passerelle en prend {rss} ; {free} libres sur {size}',
  },
  'machine.cpu': { en: 'Processor', fr: 'Processeur' },
  'machine.cpu-share': { en: '{share} % of one core since the start', fr: '{share} % d’un cœur depuis le démarrage' },
  'machine.history': { en: 'History', fr: 'Historique' },
  'machine.history-of': { en: '{bytes} of {quota}', fr: '{bytes} sur {quota}' },
  'machine.history-since': { en: ', since {oldest}', fr: ', depuis {oldest}' },
  'machine.no-history': { en: 'none is kept', fr: 'rien n’est gardé' },

  'support.title': { en: 'Support bundle', fr: 'Dossier d’assistance' },
  'support.text': {
    en: 'One file for who helps you: state, site file, log, audit. Removed from it: passwords and keys, coordinates, people’s names, serial numbers, and the values that tell how people live or that somebody is there. What was removed, and where, stands in it.',
    fr: 'Un fichier pour qui vous aide : état, fichier de site, journal, audit. En sont retirés : mots de passe et clés, coordonnées, noms de personnes, numéros de série, et les valeurs qui disent comment on vit ou qu’il y a quelqu’un. Ce qui a été retiré, et où, y est écrit.',
  },
  'support.button': { en: 'Download the bundle', fr: 'Télécharger le dossier' },

  'log.title': { en: 'Log', fr: 'Journal' },
  'log.none': { en: 'The log is empty.', fr: 'Le journal est vide.' },
  'log.hidden': { en: 'Your role does not show the log.', fr: 'Votre rôle ne montre pas le journal.' },

  'account.title': { en: 'Your account', fr: 'Votre compte' },
  'account.you': { en: '{name}, {role}: {meaning}.', fr: '{name}, {role} : {meaning}.' },
  'account.password': { en: 'Change the password', fr: 'Changer le mot de passe' },
  'account.old': { en: 'The present one', fr: 'L’actuel' },
  'account.new': { en: 'The new one', fr: 'Le nouveau' },
  'account.change': { en: 'Change it', fr: 'Changer' },
  'account.changed': { en: 'The password is changed.', fr: 'Le mot de passe est changé.' },

  'accounts.title': { en: 'Accounts', fr: 'Comptes' },
  'accounts.name': { en: 'Name', fr: 'Nom' },
  'accounts.role': { en: 'Role', fr: 'Rôle' },
  'accounts.deed': { en: 'Delete', fr: 'Supprimer' },
  'accounts.delete': { en: 'Delete {name}', fr: 'Supprimer {name}' },
  'accounts.sure': { en: 'Really? Delete {name}', fr: 'Vraiment ? Supprimer {name}' },
  'accounts.sure-short': { en: 'Really?', fr: 'Vraiment ?' },
  'accounts.new': { en: 'Make or change an account', fr: 'Créer ou changer un compte' },
  'accounts.password-hint': {
    en: '10 characters at least; left empty, an account that exists keeps its own.',
    fr: 'Au moins 10 caractères ; laissé vide, un compte existant garde le sien.',
  },
  'accounts.button': { en: 'Save the account', fr: 'Enregistrer le compte' },
  'accounts.saved': { en: '{name} is saved.', fr: '{name} est enregistré.' },
  'accounts.deleted': { en: '{name} is deleted.', fr: '{name} est supprimé.' },

  'unit.days': { en: '{n} days', fr: '{n} jours' },
  'unit.months': { en: '{n} months', fr: '{n} mois' },
  'unit.years': { en: '{n} years', fr: '{n} ans' },
  'unit.one-day': { en: 'one day', fr: 'un jour' },
  'unit.one-month': { en: 'one month', fr: 'un mois' },
  'unit.one-year': { en: 'one year', fr: 'un an' },
  'alarm.since': { en: 'since {since}', fr: 'depuis {since}' },
} as const satisfies Catalogue

/** `{of}`: what it is of; `{trouble}`: the sentence of its code; `{because}`, `{reason}`: their words. */
export const alarmWords = {
  'time-unknown': {
    en: 'Nobody knows what time it is ({reason}): segments do what the site says for that, which is light unless it says otherwise.',
    fr: 'Personne ne sait l’heure ({reason}) : les segments font ce que le site prévoit alors, la lumière sauf avis contraire.',
  },
  'line-down': { en: 'The line {of} is down. {trouble}.', fr: 'La ligne {of} est coupée. {trouble}.' },
  'line-foreign-master': {
    en: 'Another master asks on the line {of} too: nothing is written there until it is silent, and reads give way.',
    fr: 'Un autre maître interroge aussi la ligne {of} : on n’y écrit plus tant qu’il parle, et les lectures lui cèdent le pas.',
  },
  'line-echo': {
    en: 'The adapter of the line {of} hears what it sends: nothing is written there, since an echo looks like an answer.',
    fr: 'L’adaptateur de la ligne {of} entend ce qu’il émet : on n’y écrit plus, car un écho ressemble à une réponse.',
  },
  'line-noise': {
    en: 'A good part of the answers on the line {of} are damaged.',
    fr: 'Une bonne part des réponses sur la ligne {of} sont abîmées.',
  },
  'device-dead': {
    en: '{of} does not answer; it is tried again now and then.',
    fr: '{of} ne répond pas ; on réessaie de temps à autre.',
  },
  'device-doubt': {
    en: '{of} does not look like a {profile}: {because}. Check unit, wiring and profile.',
    fr: '{of} ne ressemble pas à un {profile} : {because}. Vérifiez l’unité, le câblage et le profil.',
  },
  'write-trouble': {
    en: '{title}: not as it should be ({because}); it is tried again.',
    fr: '{title} : pas comme il faut ({because}) ; on réessaie.',
  },
  unarmed: {
    en: '{of} would not light its lamps by itself if the gateway died: {because}. It is tried again.',
    fr: '{of} n’allumerait pas ses lampes de lui-même si la passerelle mourait : {because}. On réessaie.',
  },
  'site-refused': {
    en: 'The site file is refused ({code}): the last one that ran is in force. See why with fanal check, mend it, start again.',
    fr: 'Le fichier de site est refusé ({code}) : c’est le dernier qui a tourné qui vaut. Voyez pourquoi avec fanal check, corrigez, relancez.',
  },
  'outbox-trouble': {
    en: 'Records cannot be kept on disk ({code}): make room, or look at the card. Polling goes on.',
    fr: 'Des enregistrements ne peuvent être gardés sur le disque ({code}) : faites de la place, ou voyez la carte. Les lectures continuent.',
  },
  'keeping-trouble': {
    en: 'Audit and commands cannot be kept on disk ({code}): the lamps go on, what happens is held in memory.',
    fr: 'L’audit et les commandes ne peuvent être gardés sur le disque ({code}) : les lampes continuent, ce qui arrive reste en mémoire.',
  },
  'history-trouble': {
    en: 'The history cannot be kept on disk ({code}): curves have a gap from here on. Polling goes on.',
    fr: 'L’historique ne peut être gardé sur le disque ({code}) : les courbes ont un trou à partir d’ici. Les lectures continuent.',
  },
  'uplink-down': { en: '{trouble}', fr: '{trouble}' },
  'release-refused': { en: '{of}: {trouble}', fr: '{of} : {trouble}' },
  'profile-defect': {
    en: '{of} refuses registers that its profile {profile} has it read: {registers}. All the others are read.',
    fr: '{of} refuse des registres que son profil {profile} fait lire : {registers}. Tous les autres sont lus.',
  },
  'time-holdover': {
    en: 'The time is believed ({reason}), though no time server confirms it now.',
    fr: 'L’heure est crue ({reason}), bien qu’aucun serveur de temps ne la confirme à présent.',
  },
  unlocked: {
    en: 'Tools may write to the line {of}, past all limits: {who} has unlocked it (“{reason}”).',
    fr: 'Des outils peuvent écrire sur la ligne {of}, sans aucune limite : {who} l’a déverrouillée (« {reason} »).',
  },
} as const satisfies Catalogue<AlarmCode>

export const trustWords = {
  synced: { en: 'known', fr: 'connue' },
  holdover: { en: 'believed', fr: 'crue' },
  unknown: { en: 'unknown', fr: 'inconnue' },
} as const satisfies Catalogue<Trust>

export const trustReasons = {
  synchronised: { en: 'a time server says so', fr: 'un serveur de temps le dit' },
  declared: {
    en: 'the site says that this machine’s time is right',
    fr: 'le site dit que l’heure de cette machine est juste',
  },
  'hardware-clock': { en: 'a hardware clock set it at boot', fr: 'une horloge matérielle l’a donnée au démarrage' },
  'same-boot': { en: 'it was known before, and counted on since', fr: 'elle était connue, et comptée depuis' },
  'never-set': { en: 'it was never set', fr: 'elle n’a jamais été mise' },
  'before-floor': { en: 'it lies before what was known already', fr: 'elle est avant ce qui était déjà connu' },
  stepped: { en: 'it has leapt', fr: 'elle a sauté' },
  'held-too-long': {
    en: 'nobody has confirmed it for too long',
    fr: 'personne ne l’a confirmée depuis trop longtemps',
  },
} as const satisfies Catalogue<TrustReason>

export const keptWords = {
  outbox: { en: 'outbox', fr: 'boîte d’envoi' },
  history: { en: 'history', fr: 'historique' },
  audit: { en: 'audit', fr: 'audit' },
  log: { en: 'log', fr: 'journal' },
  other: { en: 'other', fr: 'autre' },
} as const satisfies Catalogue<SystemTold['disk']['kept'][number]['what']>

export const logLevels = {
  debug: { en: 'detail', fr: 'détail' },
  info: { en: 'note', fr: 'note' },
  warn: { en: 'warning', fr: 'attention' },
  error: { en: 'error', fr: 'erreur' },
  fatal: { en: 'fatal', fr: 'fatal' },
} as const satisfies Catalogue<LogLine['level']>
