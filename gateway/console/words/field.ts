/** Devices, points and lines. */
import type { Disturbance } from '../../../drivers/line.ts'
import type { BadReason, UncertainReason } from '../../../drivers/reading.ts'
import type { DefectTold, PointOrigin } from '../../local/pages.ts'
import type { KnownPoint, Status } from '../../local/answers.ts'
import type { Catalogue } from './catalogue.ts'

export const field = {
  'devices.title': { en: 'Devices', fr: 'Appareils' },
  'devices.doubt': { en: 'unlike its profile', fr: 'pas conforme à son profil' },
  'devices.none': { en: 'This site names no devices.', fr: 'Ce site ne nomme aucun appareil.' },
  'device.on': { en: 'unit {unit} on {line}', fr: 'unité {unit} sur {line}' },
  'device.points': { en: '{n} points', fr: '{n} points' },
  'device.bad-points': { en: '{n} without a value', fr: '{n} sans valeur' },
  'device.unknown': { en: 'There is no device “{name}” here.', fr: 'Il n’y a pas d’appareil « {name} » ici.' },
  'device.back': { en: 'All devices', fr: 'Tous les appareils' },
  'device.doubt': {
    en: 'It does not look like a {profile}: {because}. Check unit, wiring and profile.',
    fr: 'Il ne ressemble pas à un {profile} : {because}. Vérifiez l’unité, le câblage et le profil.',
  },
  'device.defects': {
    en: 'It refuses registers that its profile has it read. All the others are read.',
    fr: 'Il refuse des registres que son profil fait lire. Tous les autres sont lus.',
  },
  'device.line': { en: 'Line', fr: 'Ligne' },
  'device.unit': { en: 'Unit', fr: 'Unité' },
  'device.profile': { en: 'Profile', fr: 'Profil' },
  'device.grade': { en: 'grade {grade}', fr: 'niveau {grade}' },
  'device.source': { en: 'Where the registers are from', fr: 'D’où viennent les registres' },
  'device.latency': { en: 'Latency', fr: 'Latence' },
  'device.latency-figures': {
    en: 'last {last} ms, median {median} ms, slowest of a hundred {p99} ms',
    fr: 'dernière {last} ms, médiane {median} ms, la plus lente sur cent {p99} ms',
  },
  'device.no-latency': { en: 'it has not answered yet', fr: 'pas encore de réponse' },
  'device.health': { en: 'State', fr: 'État' },
  'device.setpoints': { en: 'What is written there', fr: 'Ce qui y est écrit' },
  'device.setpoint-of': { en: 'by the segment {segment}', fr: 'par le segment {segment}' },
  'device.setpoint-free': { en: 'by no segment: it is never written', fr: 'par aucun segment : jamais écrit' },
  'points.title': { en: 'Points', fr: 'Points' },
  'points.find': { en: 'Find', fr: 'Chercher' },
  'points.none-fits': { en: 'No point fits “{text}”.', fr: 'Aucun point ne correspond à « {text} ».' },
  'point.why': { en: 'Why this value', fr: 'Pourquoi cette valeur' },
  'point.hour': { en: 'The last hour', fr: 'La dernière heure' },
  'point.hour-of': { en: 'The last hour of {point}', fr: 'La dernière heure de {point}' },
  'point.hour-none': { en: 'Nothing is kept of the last hour.', fr: 'Rien n’est gardé de la dernière heure.' },
  'point.hour-range': { en: '{least} to {most}', fr: 'de {least} à {most}' },
  'point.offset': { en: 'Carried on', fr: 'Reporté' },
  'point.offset-text': {
    en: '{value} are added since {since}: {what}. If that is wrong, write counters_from under the device in the site file.',
    fr: '{value} s’ajoutent depuis le {since} : {what}. Si c’est faux, écrivez counters_from sous l’appareil dans le fichier du site.',
  },
  'point.register': { en: 'Register', fr: 'Registre' },
  'point.no-register': { en: 'not read from registers', fr: 'ne vient pas de registres' },
  'point.raw': { en: 'Raw registers', fr: 'Registres bruts' },
  'point.no-raw': { en: 'none came yet', fr: 'encore aucun' },
  'point.hex': { en: 'hexadecimal', fr: 'hexadécimal' },
  'point.decimal': { en: 'decimal', fr: 'décimal' },
  'point.encoding': { en: 'Encoding', fr: 'Encodage' },
  'point.order': { en: 'bytes {order}', fr: 'octets {order}' },
  'point.sum': { en: 'The sum', fr: 'Le calcul' },
  'point.poll': { en: 'Polled', fr: 'Lecture' },
  'point.driver': { en: 'Driver', fr: 'Pilote' },
  'point.poll-class': { en: '{class}, every {period}', fr: '{class}, toutes les {period}' },
  'point.read-at': { en: 'Read', fr: 'Lu' },
  'point.leaves': { en: 'Leaves in', fr: 'Sort dans' },
  'point.home': { en: 'stays here', fr: 'reste ici' },
  'point.age': { en: '{age} ago', fr: 'il y a {age}' },
  'point.now': { en: 'just now', fr: 'à l’instant' },
  'point.no-value': { en: 'no value', fr: 'sans valeur' },
  'point.table': { en: 'As a table', fr: 'En tableau' },
  'point.at': { en: 'At', fr: 'À' },
  'point.value': { en: 'Value', fr: 'Valeur' },
  'value.true': { en: 'yes', fr: 'oui' },
  'value.false': { en: 'no', fr: 'non' },
  'value.on': { en: 'on', fr: 'enclenché' },
  'value.off': { en: 'off', fr: 'déclenché' },
  'value.closed': { en: 'closed', fr: 'fermé' },
  'value.open': { en: 'open', fr: 'ouvert' },

  'lines.title': { en: 'Lines', fr: 'Lignes' },
  'lines.up': { en: 'open', fr: 'ouverte' },
  'lines.down': { en: 'down', fr: 'coupée' },
  'lines.load': { en: 'Load', fr: 'Charge' },
  'lines.load-text': {
    en: 'busy {load} % of the last minute',
    fr: 'occupée {load} % de la dernière minute',
  },
  'lines.planned': { en: 'Planned', fr: 'Prévu' },
  'lines.planned-text': {
    en: 'busy {load}: {requests} requests for {registers} registers, {cycle} a cycle',
    fr: 'occupée {load} : {requests} requêtes pour {registers} registres, {cycle} par cycle',
  },
  'lines.timeout': { en: 'timeout {timeout}', fr: 'délai {timeout}' },
  'lines.timeout-suggested': {
    en: 'timeout {timeout}; {suggested} would suit',
    fr: 'délai {timeout} ; {suggested} conviendrait',
  },
  'lines.requests': { en: 'Requests', fr: 'Requêtes' },
  'lines.answered': { en: '{answers} of {requests} answered', fr: '{answers} réponses sur {requests}' },
  'lines.errors': { en: 'Errors since the start', fr: 'Erreurs depuis le démarrage' },
  'lines.no-errors': { en: 'none', fr: 'aucune' },
  'lines.timeouts': { en: 'without an answer in time', fr: 'sans réponse à temps' },
  'lines.garbled': { en: 'answers damaged on the way', fr: 'réponses abîmées en chemin' },
  'lines.foreign': { en: 'answers of somebody else', fr: 'réponses d’un autre' },
  'lines.late': { en: 'answers that came too late', fr: 'réponses arrivées trop tard' },
  'lines.exceptions': { en: 'refused by the device', fr: 'refusées par l’appareil' },
  'lines.polls': { en: 'Polls', fr: 'Lectures' },
  'lines.polls-text': { en: '{polls}, of which {missed} missed', fr: '{polls}, dont {missed} manquées' },
  'lines.worst': { en: 'Worst lateness', fr: 'Pire retard' },
  'lines.devices': { en: 'Devices', fr: 'Appareils' },
} as const satisfies Catalogue

export const qualityWords = {
  good: { en: 'good', fr: 'bonne' },
  uncertain: { en: 'uncertain', fr: 'douteuse' },
  bad: { en: 'bad', fr: 'mauvaise' },
} as const satisfies Catalogue<KnownPoint['state']>

export const healthWords = {
  alive: { en: 'answers', fr: 'répond' },
  dead: { en: 'silent', fr: 'muet' },
  'line-down': { en: 'line down', fr: 'ligne coupée' },
} as const satisfies Catalogue<Status['devices'][string]['health']>

/** What a counter did, so that something is added to it. */
export const counterWords = {
  'rolled-over': { en: 'it rolled over', fr: 'il a fait un tour' },
  reset: { en: 'it began anew', fr: 'il est reparti de zéro' },
  exchanged: {
    en: 'it went on from elsewhere, as another meter would',
    fr: 'il a continué d’ailleurs, comme un autre compteur',
  },
} as const satisfies Catalogue<NonNullable<PointOrigin['offset']>['what']>

/** What disturbs a line as such. */
export const disturbanceWords = {
  noise: {
    en: 'Noise: a good part of what is heard is damaged.',
    fr: 'Bruit : une bonne part de ce qui s’entend est abîmée.',
  },
  'foreign-master': { en: 'Another master asks here, too.', fr: 'Un autre maître interroge aussi ici.' },
  echo: { en: 'The adapter hears what it sends.', fr: 'L’adaptateur entend ce qu’il envoie.' },
} as const satisfies Catalogue<Disturbance['kind']>

export const pollWords = {
  fast: { en: 'fast', fr: 'rapide' },
  normal: { en: 'normal', fr: 'normale' },
  slow: { en: 'slow', fr: 'lente' },
} as const satisfies Catalogue<PointOrigin['poll']>

type WriteReason = 'differs' | 'not-read-back' | 'resting' | 'contended' | 'not-sayable' | 'fault'

/** Why a value is doubtful or missing, or why a write did not go well. */
export const reasonWords = {
  stale: { en: 'old', fr: 'ancienne' },
  suspect: { en: 'suspect', fr: 'suspecte' },
  'not-read': { en: 'not read yet', fr: 'pas encore lue' },
  'line-down': { en: 'line down', fr: 'ligne coupée' },
  'no-answer': { en: 'no answer', fr: 'pas de réponse' },
  garbled: { en: 'garbled', fr: 'brouillée' },
  refused: { en: 'refused by the device', fr: 'refusée par l’appareil' },
  'illegal-address': { en: 'no such register', fr: 'registre inexistant' },
  absent: { en: 'the device has no value', fr: 'l’appareil n’a pas de valeur' },
  implausible: { en: 'implausible', fr: 'invraisemblable' },
  'not-identified': { en: 'another device answers there', fr: 'un autre appareil y répond' },
  differs: { en: 'it says something else of itself', fr: 'il dit autre chose de lui-même' },
  'not-read-back': { en: 'it cannot be read back', fr: 'il ne peut être relu' },
  contended: {
    en: 'not written: another master or an echo on the line',
    fr: 'non écrite : un autre maître ou un écho sur la ligne',
  },
  resting: { en: 'it did not answer a moment ago', fr: 'il n’a pas répondu à l’instant' },
  'not-sayable': { en: 'it knows no such value', fr: 'il ne connaît pas cette valeur' },
  fault: { en: 'a fault of ours, see the log', fr: 'une faute de notre part, voir le journal' },
} as const satisfies Catalogue<BadReason | UncertainReason | WriteReason>

/** `{points}`: the one that it is, or those on either side. */
export const defectWords = {
  point: { en: '{register}: not there ({points})', fr: '{register} : absent ({points})' },
  hole: {
    en: '{register}: {count} registers, not to be read over ({points})',
    fr: '{register} : {count} registres, à ne pas traverser ({points})',
  },
  seam: { en: '{register}: not to be read across ({points})', fr: '{register} : à ne pas enjamber ({points})' },
  length: { en: '{register}: {count} at once, and no more', fr: '{register} : {count} à la fois, pas plus' },
} as const satisfies Record<DefectTold['kind'], Catalogue[string]>
