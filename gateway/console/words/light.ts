/** The light: who rules it, why, until when; tonight and commands. Wording as in `provisioning/messages.ts`. */
import type { Priority } from '../../control/command.ts'
import type { Ground } from '../../control/ruling.ts'
import type { SegmentStatus } from '../../local/answers.ts'
import type { Catalogue } from './catalogue.ts'

export const light = {
  'overview.title': { en: 'The street now', fr: 'La rue en ce moment' },
  'overview.light': { en: 'Light', fr: 'Lumière' },
  'overview.measures': { en: 'Measures', fr: 'Mesures' },
  'overview.alarms': { en: 'Alarms', fr: 'Alarmes' },
  'overview.no-alarm': { en: 'Nothing is wrong.', fr: 'Rien à signaler.' },
  'overview.no-segments': {
    en: 'This cabinet controls no light: its site file names no segments.',
    fr: 'Cette armoire ne commande aucune lumière : son fichier de site ne nomme aucun segment.',
  },
  'overview.no-measures': {
    en: 'No device of this cabinet measures anything shown here. All points are on the devices’ pages.',
    fr: 'Aucun appareil de cette armoire ne mesure ce qui se montre ici. Tous les points sont sur les pages des appareils.',
  },
  'overview.all-points': { en: 'All points of {device}', fr: 'Tous les points de {device}' },
  'overview.uplink': { en: 'Towards the city', fr: 'Vers la ville' },
  'uplink.connected': { en: 'Connected to {broker}', fr: 'Connecté à {broker}' },
  'uplink.disconnected': {
    en: 'Not connected to {broker}. Records are kept meanwhile.',
    fr: 'Pas connecté à {broker}. Les enregistrements sont gardés en attendant.',
  },
  'uplink.waiting': {
    en: '{waiting} records wait for a receipt',
    fr: '{waiting} enregistrements attendent un accusé de réception',
  },
  'uplink.held': {
    en: '{held} records are held in memory: the disk does not take them',
    fr: '{held} enregistrements en mémoire : le disque ne les prend pas',
  },
  'presence.banner': {
    en: '{who} is working at this cabinet until {until}: nobody commands the light from elsewhere.',
    fr: '{who} travaille dans cette armoire jusqu’à {until} : personne ne commande la lumière d’ailleurs.',
  },
  'presence.mine': {
    en: 'You are working at this cabinet until {until}: nobody commands the light from elsewhere.',
    fr: 'Vous travaillez dans cette armoire jusqu’à {until} : personne ne commande la lumière d’ailleurs.',
  },

  'level.at': { en: 'at {level}', fr: 'à {level}' },
  'level.off': { en: 'off', fr: 'éteint' },
  'level.actual': { en: 'Lamps', fr: 'Lampes' },
  'level.untold': { en: 'nothing tells', fr: 'rien ne le dit' },
  'rules.by': { en: 'By', fr: 'Par' },
  'rules.until': { en: 'Until', fr: 'Jusqu’à' },
  'rules.unknown-end': { en: 'nobody can say', fr: 'nul ne peut le dire' },
  'rules.left': { en: '{moment} ({length} left)', fr: '{moment} (encore {length})' },
  'rules.then': { en: 'Then', fr: 'Ensuite' },
  'rules.then-level': { en: '{who}, {level}', fr: '{who}, {level}' },
  'segment.see-tonight': { en: 'Tonight: {title}', fr: 'Cette nuit : {title}' },

  'tonight.title': { en: 'Tonight', fr: 'Cette nuit' },
  'tonight.choose': { en: 'Segment', fr: 'Segment' },
  'tonight.none': {
    en: 'No light is controlled here, so there is no night to show.',
    fr: 'Aucune lumière n’est commandée ici : il n’y a pas de nuit à montrer.',
  },
  'tonight.doubtful': {
    en: 'Nobody knows what time it is: what is planned is not what is followed.',
    fr: 'Personne ne sait l’heure : ce qui est prévu n’est pas ce qui est suivi.',
  },
  'curve.title': {
    en: 'Light from noon to noon: what is planned, and what the lamps said',
    fr: 'La lumière de midi à midi : ce qui est prévu, et ce que les lampes ont dit',
  },
  'curve.planned': { en: 'planned', fr: 'prévu' },
  'curve.actual': { en: 'the lamps', fr: 'les lampes' },
  'curve.commanded': { en: 'commanded', fr: 'commandé' },
  'curve.steps': { en: 'Step by step', fr: 'Pas à pas' },
  'curve.steps-caption': { en: 'What is planned tonight', fr: 'Ce qui est prévu cette nuit' },
  'curve.from': { en: 'From', fr: 'De' },
  'curve.until': { en: 'Until', fr: 'À' },
  'curve.level': { en: 'Level', fr: 'Niveau' },
  'curve.why': { en: 'Why', fr: 'Pourquoi' },
  'curve.is-now': { en: 'now', fr: 'en cours' },
  'curve.ruled': { en: 'Who ruled so far', fr: 'Qui a commandé jusqu’ici' },
  'curve.since': { en: 'Since', fr: 'Depuis' },
  'curve.who': { en: 'Who', fr: 'Qui' },
  'curve.no-gateway': { en: 'no gateway ran', fr: 'aucune passerelle ne tournait' },
  'curve.said': { en: 'What the lamps said', fr: 'Ce que les lampes ont dit' },
  'curve.at': { en: 'At', fr: 'À' },
  'curve.nothing': { en: 'nothing', fr: 'rien' },

  'override.title': { en: 'Override', fr: 'Forcer la lumière' },
  'override.level': { en: 'Level', fr: 'Niveau' },
  'override.less': { en: '5 % less', fr: '5 % de moins' },
  'override.more': { en: '5 % more', fr: '5 % de plus' },
  'override.allowed': { en: 'Allowed now: {from} to {to}{off}.', fr: 'Permis à présent : de {from} à {to}{off}.' },
  'override.allowed-off': { en: ', or off', fr: ', ou éteint' },
  'override.for': { en: 'For how long', fr: 'Pendant' },
  'override.because': { en: 'Because', fr: 'Parce que' },
  'override.because-hint': {
    en: 'A few words, for the audit and for who comes after you.',
    fr: 'Quelques mots, pour l’audit et pour qui vient après vous.',
  },
  'override.because-missing': {
    en: 'Say why: without a reason nothing is commanded.',
    fr: 'Dites pourquoi : sans raison, rien ne se commande.',
  },
  'override.preview': { en: '{level} until {until}, then {next}.', fr: '{level} jusqu’à {until}, puis {next}.' },
  'override.preview-open': { en: '{level} until {until}.', fr: '{level} jusqu’à {until}.' },
  'override.button': { en: 'Set the light', fr: 'Commander' },
  'override.busy': { en: 'Waiting for the lamps…', fr: 'En attente des lampes…' },
  'override.may-not': {
    en: 'Your role ({role}) sees the light, and does not command it.',
    fr: 'Votre rôle ({role}) voit la lumière, sans la commander.',
  },
  'override.when-working': {
    en: 'You may command while you are working at this cabinet: say so first, under System.',
    fr: 'Vous pouvez commander pendant que vous travaillez dans cette armoire : dites-le d’abord, sous Système.',
  },
  'override.stands': { en: 'A command stands', fr: 'Une commande est en cours' },
  'override.returns': {
    en: 'Returns by itself in {length}: at {until}, {next}.',
    fr: 'Retour automatique dans {length} : à {until}, {next}.',
  },
  'override.returns-open': {
    en: 'Ends by itself in {length}, at {until}.',
    fr: 'Se termine seule dans {length}, à {until}.',
  },
  'release.button': { en: 'Release now', fr: 'Libérer maintenant' },

  'verdict.accepted': {
    en: 'Accepted: {level} until {until}. {outcome}',
    fr: 'Accepté : {level} jusqu’à {until}. {outcome}',
  },
  'verdict.outranked': {
    en: 'Accepted until {until}, but something stronger keeps it {level}: {who}.',
    fr: 'Accepté jusqu’à {until}, mais plus fort le tient {level} : {who}.',
  },
  'verdict.outranked-unknown': {
    en: 'Accepted until {until}, but something stronger rules.',
    fr: 'Accepté jusqu’à {until}, mais plus fort que vous commande.',
  },
  'verdict.released': { en: 'Released: now {level}, {who}.', fr: 'Libéré : maintenant {level}, {who}.' },
  'verdict.released-plain': { en: 'Released.', fr: 'Libéré.' },
  'verdict.refused': { en: 'Refused.', fr: 'Refusé.' },
} as const satisfies Catalogue

export const groundWords = {
  day: { en: 'day', fr: 'jour' },
  evening: { en: 'evening', fr: 'soirée' },
  late: { en: 'late period', fr: 'période tardive' },
  morning: { en: 'morning', fr: 'matin' },
  'no-trusted-time': { en: 'the time is not known', fr: 'heure inconnue' },
  'photocell-dark': { en: 'the photocell sees dark', fr: 'la cellule voit la nuit' },
  'photocell-bright': { en: 'the photocell sees daylight', fr: 'la cellule voit le jour' },
  safe: { en: 'safe value', fr: 'valeur sûre' },
} as const satisfies Catalogue<Ground>

/** `{who}`, `{reason}`, `{ground}` */
export const rulerWords = {
  program: { en: 'the program ({ground})', fr: 'le programme ({ground})' },
  default: { en: 'its safe value', fr: 'sa valeur sûre' },
  operator: { en: '{who}: “{reason}”', fr: '{who} : « {reason} »' },
  upstream: { en: '{who}, from upstream: “{reason}”', fr: '{who}, à distance : « {reason} »' },
  emergency: { en: '{who}, emergency: “{reason}”', fr: '{who}, urgence : « {reason} »' },
  flow: { en: 'the flow {who}: “{reason}”', fr: 'le flux {who} : « {reason} »' },
  'local-manual': { en: 'the contact {who}', fr: 'le contact {who}' },
  safety: { en: 'the interlock {who}: {reason}', fr: 'le verrouillage {who} : {reason}' },
} as const satisfies Catalogue<Priority>

/** How the last write went. */
export const writeWords = {
  applied: { en: 'as asked', fr: 'comme demandé' },
  ramping: { en: 'on their way', fr: 'en chemin' },
  unconfirmed: { en: 'written, not confirmed yet', fr: 'écrit, pas encore confirmé' },
  rejected: { en: 'the device does not take it', fr: 'l’appareil ne le prend pas' },
  waiting: { en: 'it cannot be written now', fr: 'ce n’est pas possible à présent' },
} as const satisfies Catalogue<SegmentStatus['state']>

/** What a command came to, as a sentence. */
export const outcomeWords = {
  applied: { en: 'The lamps say so too.', fr: 'Les lampes le disent aussi.' },
  ramping: { en: 'On its way.', fr: 'En chemin.' },
  unconfirmed: { en: 'Written, not confirmed yet.', fr: 'Écrit, pas encore confirmé.' },
  rejected: {
    en: 'The device does not take it; it is tried again.',
    fr: 'L’appareil ne le prend pas ; on réessaie.',
  },
  waiting: { en: 'It cannot be written now.', fr: 'Ce n’est pas possible à présent.' },
} as const satisfies Catalogue<SegmentStatus['state']>
