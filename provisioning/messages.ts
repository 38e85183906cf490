/** What the commands say to people, in both languages. `{words}` are filled in. */
import { typeset } from '../drivers/french.ts'
import { dataMessages } from './data/messages.ts'
import type { Language } from './language.ts'
import { registerMessages } from './registers/messages.ts'

export const messages = {
  ...registerMessages,
  ...dataMessages,
  // help
  program: {
    en: 'Fanal: the lantern of the street cabinet. Field buses in, declared data out.',
    fr: 'Fanal : la lanterne de l’armoire de rue. Les bus de terrain entrent, les données déclarées sortent.',
  },
  'help.up': {
    en: 'run a gateway; without a site, show the demo street',
    fr: 'démarrer une passerelle ; sans site, montrer la rue de démonstration',
  },
  'help.check': {
    en: 'check site files and profiles; say what would leave and what stays home',
    fr: 'vérifier des fichiers de site et des profils ; dire ce qui sortirait et ce qui reste',
  },
  'help.status': { en: 'how a running gateway is', fr: 'l’état d’une passerelle en marche' },
  'help.lines': {
    en: 'what each line has to carry, as planned and as it is; which timeouts would suit: fanal lines my-site.yaml',
    fr: 'ce que chaque ligne doit porter, prévu et mesuré ; quels délais conviendraient : fanal lines mon-site.yaml',
  },
  'help.read': {
    en: 'read points, or registers with the letters of mbpoll',
    fr: 'lire des points, ou des registres avec les lettres de mbpoll',
  },
  'help.set': {
    en: 'command a segment’s light, for a while: fanal set north.level 60 --for 2h --because "night market"',
    fr: 'commander la lumière d’un segment, pour un temps : fanal set nord.level 60 --for 2h --because "marché de nuit"',
  },
  'help.release': { en: 'end the command that stands', fr: 'terminer la commande en cours' },
  'help.why': {
    en: 'why a segment is as it is, or was: fanal why north.level --at 02:10',
    fr: 'pourquoi un segment est comme il est, ou était : fanal why nord.level --at 02:10',
  },
  'help.doctor': {
    en: 'what is wrong here, and what to type: fanal doctor my-site.yaml',
    fr: 'ce qui ne va pas ici, et quoi taper : fanal doctor mon-site.yaml',
  },
  'help.support': {
    en: 'pack what somebody far away needs to help, without names, places and secrets',
    fr: 'emballer ce qu’il faut à quelqu’un au loin pour aider, sans noms, lieux ni secrets',
  },
  'option.unredacted': {
    en: 'leave nothing out: for somebody who has a right to all of it',
    fr: 'ne rien retirer : pour qui a droit à tout',
  },
  'option.bundle': { en: 'write the bundle to this file', fr: 'écrire l’archive dans ce fichier' },
  'doctor.well': { en: 'Nothing is wrong.', fr: 'Tout va bien.' },
  'doctor.mind': { en: 'Nothing is wrong; {warnings} to mind.', fr: 'Rien à corriger ; {warnings} à noter.' },
  'doctor.wrong': { en: '{wrong} wrong, {warnings} to mind.', fr: '{wrong} à corriger, {warnings} à noter.' },
  'support.written': {
    en: '{file}: {bytes}. What was left out, and why, is in its REDACTED.txt.',
    fr: '{file} : {bytes}. Ce qui a été retiré, et pourquoi, est dans son REDACTED.txt.',
  },
  'support.written-whole': {
    en: '{file}: {bytes}. Nothing was left out.',
    fr: '{file} : {bytes}. Rien n’a été retiré.',
  },
  'support.unredacted': {
    en: 'With --unredacted the bundle holds names of people, reasons, the cabinet’s place, serial numbers and values. Whoever gets it has all of that. To go on, type: {word}',
    fr: 'Avec --unredacted l’archive contient noms de personnes, motifs, lieu de l’armoire, numéros de série et valeurs. Qui la reçoit a tout cela. Pour continuer, taper : {word}',
  },
  'support.word': { en: 'everything', fr: 'tout' },
  'help.presence': {
    en: 'say that somebody works at the cabinet, so that nobody commands from elsewhere; or see who does',
    fr: 'dire que quelqu’un travaille à l’armoire, pour que personne ne commande d’ailleurs ; ou voir qui',
  },
  'help.unlock': {
    en: 'let a tool write to a line, for a while: fanal unlock yard --for 15m --because "ratio of the meter"',
    fr: 'laisser un outil écrire sur une ligne, pour un temps : fanal unlock cour --for 15m --because "rapport du compteur"',
  },
  'help.lock': {
    en: 'tools write to the line no more',
    fr: 'les outils n’écrivent plus sur la ligne',
  },
  'option.unlock-for': {
    en: 'for how long: 15m (as without it), 1h, at most 8h',
    fr: 'pour combien de temps : 15m (sinon aussi), 1h, au plus 8h',
  },
  'unlock.unlocked': {
    en: 'Tools may write to {line} at {listen} until {until}, past all limits of control. {who} works at this cabinet until then: nobody commands from elsewhere. To end it: fanal lock {line}',
    fr: 'Les outils peuvent écrire sur {line}, à {listen}, jusqu’à {until}, sans les limites de la commande. {who} travaille à cette armoire jusque-là : personne ne commande d’ailleurs. Pour finir : fanal lock {line}',
  },
  'unlock.locked': {
    en: 'Tools write to {line} no more. What control owns there is written again.',
    fr: 'Les outils n’écrivent plus sur {line}. Ce que la commande y tient est écrit à nouveau.',
  },
  'unlock.was-locked': { en: '{line} was not unlocked.', fr: '{line} n’était pas déverrouillée.' },
  'up.pass-through': {
    en: 'Tools reach the line {line} at {listen}.',
    fr: 'Les outils atteignent la ligne {line} à {listen}.',
  },
  'up.unlocked': {
    en: 'tools may write to the line {line}, past all limits: {who} has unlocked it (“{reason}”)',
    fr: 'des outils peuvent écrire sur la ligne {line}, sans aucune limite : {who} l’a déverrouillée (« {reason} »)',
  },
  'up.locked-over': {
    en: 'the line {line} is locked again: its time is over',
    fr: 'la ligne {line} est reverrouillée : son temps est écoulé',
  },
  'up.locked-said': { en: 'the line {line} is locked again', fr: 'la ligne {line} est reverrouillée' },
  'up.locked-left': {
    en: 'the line {line} is locked again: whoever unlocked it has left the cabinet',
    fr: 'la ligne {line} est reverrouillée : qui l’avait déverrouillée a quitté l’armoire',
  },
  'up.locked-stop': {
    en: 'the line {line} is locked again: the gateway stops',
    fr: 'la ligne {line} est reverrouillée : la passerelle s’arrête',
  },
  'up.write-refused': {
    en: 'a tool tried to write to the locked line {line} (unit {unit}, function {function}). To let it: {fanal} unlock {line} --because "…"',
    fr: 'un outil a tenté d’écrire sur la ligne verrouillée {line} (unité {unit}, fonction {function}). Pour l’y autoriser : {fanal} unlock {line} --because "…"',
  },
  'help.password': {
    en: 'set the password of an account of the console; a new account, or one that was forgotten',
    fr: 'poser le mot de passe d’un compte de la console ; nouveau, ou oublié',
  },
  'option.here-for': { en: 'for how long: 30m, 2h, at most 8h', fr: 'pour combien de temps : 30m, 2h, au plus 8h' },
  'option.here-no-more': { en: 'the work is done', fr: 'le travail est fini' },
  'option.who': {
    en: 'who works there: the name of their account of the console; without it, your user name',
    fr: 'qui y travaille : le nom de son compte de la console ; sans elle, votre identifiant',
  },
  'option.role': {
    en: 'what the account may do; without it as it is, a new one: administrator if there is none, else viewer',
    fr: 'ce que le compte peut faire ; sans elle comme il est, un nouveau : administrator s’il n’y en a pas, sinon viewer',
  },
  'option.for': {
    en: 'how long it rules: 90s, 30m, 2h, 1d, at most 7d (compulsory: a command without an end would be forgotten)',
    fr: 'combien de temps elle vaut : 90s, 30m, 2h, 1d, au plus 7d (obligatoire : une commande sans fin s’oublie)',
  },
  'option.because': {
    en: 'why, for the audit and for who comes after you',
    fr: 'pourquoi, pour l’audit et pour qui vient après vous',
  },
  'option.moment': {
    en: 'a moment: 02:10 (the last time it was so late, in the street), or 2026-12-21T02:10',
    fr: 'un moment : 02:10 (la dernière fois qu’il était cette heure, dans la rue), ou 2026-12-21T02:10',
  },
  'help.watch': { en: 'follow points as they are read', fr: 'suivre les points au fil des lectures' },
  'help.receive': {
    en: 'be the recipient: take records, find gaps, give receipts',
    fr: 'être le destinataire : recevoir, trouver les trous, accuser réception',
  },
  'help.uninstall': {
    en: 'say what removing Fanal from this machine would remove; with --yes, remove it',
    fr: 'dire ce qu’enlèverait le retrait de Fanal de cette machine ; avec --yes, l’enlever',
  },
  'option.yes': { en: 'do it', fr: 'le faire' },
  'option.keep-state': {
    en: 'leave the site file, and what the gateway remembers and has yet to send',
    fr: 'laisser le fichier de site, et ce que la passerelle garde en mémoire et doit encore envoyer',
  },
  'uninstall.removes': { en: 'Removes:', fr: 'Enlève :' },
  'uninstall.keeps': { en: 'Stays:', fr: 'Reste :' },
  'uninstall.program': {
    en: '{path}: the programs, and the service `fanal`, which is stopped: the street is then lit by what its devices do by themselves',
    fr: '{path} : les programmes, et le service `fanal`, qui est arrêté : la rue est alors éclairée par ce que ses appareils font d’eux-mêmes',
  },
  'uninstall.site': {
    en: '{path}: the site file, and profiles of your own',
    fr: '{path} : le fichier de site, et vos propres profils',
  },
  'uninstall.state': {
    en: '{path}: records that wait to leave, the audit, what control remembers',
    fr: '{path} : les relevés qui attendent de partir, l’audit, ce dont la commande se souvient',
  },
  'uninstall.cache': { en: '{path}: what was compiled', fr: '{path} : ce qui a été compilé' },
  'uninstall.ask': {
    en: 'Nothing was removed. To do it: sudo fanal uninstall --yes (with --keep-state what it remembers stays)',
    fr: 'Rien n’a été enlevé. Pour le faire : sudo fanal uninstall --yes (avec --keep-state, ce qu’elle garde en mémoire reste)',
  },
  'uninstall.source': {
    en: 'This Fanal runs from its source tree, and has installed nothing outside of it. Delete {root}, and what its gateways remember: {state}',
    fr: 'Ce Fanal tourne depuis son code source, et n’a rien installé ailleurs. Supprimez {root}, et ce que ses passerelles gardent en mémoire : {state}',
  },
  'uninstall.folder': {
    en: 'This Fanal is a folder. Delete {root}, and what its gateways remember: {state}',
    fr: 'Ce Fanal est un dossier. Supprimez {root}, et ce que ses passerelles gardent en mémoire : {state}',
  },
  'uninstall.container': {
    en: 'This Fanal runs in a container. On the machine that runs it, remove the container, its image, and the volume that is {state}',
    fr: 'Ce Fanal tourne dans un conteneur. Sur la machine qui l’héberge, supprimez le conteneur, son image, et le volume monté sur {state}',
  },
  'option.lang': { en: 'language of the messages', fr: 'langue des messages' },
  'option.json': { en: 'print JSON, one object a line', fr: 'écrire du JSON, un objet par ligne' },
  'option.state': { en: 'the gateway’s folder', fr: 'le dossier de la passerelle' },
  'option.log': { en: 'write the log to this file', fr: 'écrire le journal dans ce fichier' },
  'option.at': {
    en: 'begin the demo street’s night at this time: 2026-12-21T16:20',
    fr: 'commencer la nuit de la rue de démonstration à cette heure : 2026-12-21T16:20',
  },
  'option.profiles': { en: 'a folder with profiles of your own', fr: 'un dossier de profils à vous' },
  'option.site': {
    en: 'site file, to read without a running gateway',
    fr: 'fichier de site, pour lire sans passerelle en marche',
  },
  'option.into': {
    en: 'keep records in this file and give receipts; without it, only watch',
    fr: 'garder les enregistrements dans ce fichier et accuser réception ; sans lui, regarder seulement',
  },
  'option.filter': { en: 'topic filter', fr: 'filtre de sujets' },
  'option.username': { en: 'user name at the broker', fr: 'identifiant auprès du broker' },
  'option.password-file': { en: 'file with the password in it', fr: 'fichier contenant le mot de passe' },
  'option.ca': { en: 'file with the authority’s certificate', fr: 'fichier du certificat de l’autorité' },
  'option.cert': { en: 'file with the client’s certificate', fr: 'fichier du certificat client' },
  'option.key': { en: 'file with the client’s key', fr: 'fichier de la clé du client' },
  'option.mode': { en: 'rtu, tcp, or rtu-over-tcp', fr: 'rtu, tcp ou rtu-over-tcp' },
  'option.address': { en: 'unit (server address); 1,2,5:9', fr: 'unité (adresse du serveur) ; 1,2,5:9' },
  'option.reference': { en: 'first reference, counted from 1', fr: 'première référence, comptée à partir de 1' },
  'option.zero': {
    en: 'count references from 0, as on the wire',
    fr: 'compter les références à partir de 0, comme sur le fil',
  },
  'option.count': { en: 'how many values', fr: 'combien de valeurs' },
  'option.type': {
    en: '0 coil, 1 discrete input, 3 input register, 4 holding register; 3:int, 3:float, 3:hex',
    fr: '0 bobine, 1 entrée tout-ou-rien, 3 registre d’entrée, 4 registre de maintien ; 3:int, 3:float, 3:hex',
  },
  'option.big': { en: 'most significant word first', fr: 'mot de poids fort en premier' },
  'option.port': { en: 'TCP port', fr: 'port TCP' },
  'option.baud': { en: 'baud rate', fr: 'vitesse en bauds' },
  'option.data': { en: 'data bits, 7 or 8', fr: 'bits de données, 7 ou 8' },
  'option.stop': { en: 'stop bits, 1 or 2', fr: 'bits de stop, 1 ou 2' },
  'option.parity': { en: 'none, even, or odd', fr: 'none, even ou odd' },
  'option.timeout': { en: 'seconds to wait for an answer', fr: 'secondes d’attente d’une réponse' },
  'option.once': { en: 'read once (as it does anyway)', fr: 'lire une fois (c’est le cas de toute façon)' },

  // mistakes of the command line
  'line.unknown-verb': { en: 'no such command: “{name}”', fr: 'commande inconnue : « {name} »' },
  'line.unknown-option': { en: 'no such option: {name}', fr: 'option inconnue : {name}' },
  'line.value-missing': { en: '{name} wants a value', fr: '{name} attend une valeur' },
  'line.not-a-choice': {
    en: '{name} is one of {choices}, not “{value}”',
    fr: '{name} vaut {choices}, pas « {value} »',
  },
  'line.too-many': { en: '“{name}” is one too many for {verb}', fr: '« {name} » est de trop pour {verb}' },
  'line.option-missing': { en: '{name} is missing', fr: '{name} manque' },
  'line.operand-missing': { en: '<{name}> is missing', fr: '<{name}> manque' },
  'line.not-a-number': { en: '{name} wants {wanted}, not “{value}”', fr: '{name} attend {wanted}, pas « {value} »' },
  'did-you-mean': { en: 'did you mean “{name}”?', fr: 'vouliez-vous dire « {name} » ?' },
  'nothing-started': { en: 'nothing was started', fr: 'rien n’a démarré' },

  // refusals and troubles
  'fault.SITE_WRONG': {
    en: 'The site file has mistakes:\n{mistakes}',
    fr: 'Le fichier de site a des erreurs :\n{mistakes}',
  },
  'fault.SITE_MISSING': {
    en: '{file} cannot be read ({detail}). Give the path of a site file, or none for the demo street.',
    fr: '{file} est illisible ({detail}). Indiquez un fichier de site, ou rien pour la rue de démonstration.',
  },
  'fault.SITE_CUT_SHORT': {
    en: '{file} is only the beginning of the file that ran before: it looks cut off. If you mean it, delete {kept} and start again.',
    fr: '{file} n’est que le début du fichier d’avant : il semble tronqué. Si c’est voulu, supprimez {kept} et relancez.',
  },
  'fault.FILE_MISSING': { en: '{file} cannot be read ({detail}).', fr: '{file} est illisible ({detail}).' },
  'fault.NOT_ALLOWED': {
    en: 'No permission to ask the gateway in {folder}: run this as its owner.',
    fr: 'Pas le droit d’interroger la passerelle de {folder} : lancez ceci sous le compte de son propriétaire.',
  },
  'fault.NOT_ROOT': {
    en: 'Only root removes Fanal from a machine: sudo fanal uninstall --yes',
    fr: 'Seul root enlève Fanal d’une machine : sudo fanal uninstall --yes',
  },
  'fault.STATE_PATH_TOO_LONG': {
    en: '{folder} is too long a path for a socket. Choose a shorter one: --state FOLDER',
    fr: '{folder} est un chemin trop long pour un socket. Choisissez-en un plus court : --state DOSSIER',
  },
  'fault.STATE_IN_USE': {
    en: 'A gateway is already running in {folder}. See it: fanal status --state {folder}',
    fr: 'Une passerelle tourne déjà dans {folder}. Pour la voir : fanal status --state {folder}',
  },
  'fault.STATE_UNWRITABLE': {
    en: '{folder} cannot be written ({detail}). Choose another folder: --state FOLDER',
    fr: '{folder} ne peut être écrit ({detail}). Choisissez un autre dossier : --state DOSSIER',
  },
  'fault.LOG_UNWRITABLE': {
    en: 'The log cannot be written to {file} ({detail}). Choose another file: --log FILE',
    fr: 'Le journal ne peut être écrit dans {file} ({detail}). Choisissez un autre fichier : --log FICHIER',
  },
  'fault.OUTBOX_OPEN': {
    en: 'The outbox cannot be opened ({detail}): records are held in memory. Check the folder and its owner; light and polling go on, and it is tried again.',
    fr: 'La boîte d’envoi ne peut être ouverte ({detail}) : les enregistrements restent en mémoire. Vérifiez le dossier et son propriétaire ; lumière et lectures continuent, et un nouvel essai suit.',
  },
  'fault.OUTBOX_BUSY': {
    en: 'Another process holds the outbox ({detail}): records are held in memory. End that process; light and polling go on, and it is tried again.',
    fr: 'Un autre processus tient la boîte d’envoi ({detail}) : les enregistrements restent en mémoire. Arrêtez ce processus ; lumière et lectures continuent, et un nouvel essai suit.',
  },
  'fault.OUTBOX_NEWER': {
    en: 'A newer Fanal wrote the outbox ({detail}): nothing was changed, and nothing is sent. Start that one again; light and polling go on.',
    fr: 'Un Fanal plus récent a écrit la boîte d’envoi ({detail}) : rien n’a été changé, et rien n’est envoyé. Redémarrez celui-là ; lumière et lectures continuent.',
  },
  'fault.OUTBOX_FULL': {
    en: 'The disk is full: records cannot be kept ({detail}). Make room; polling goes on, and nothing kept so far is lost.',
    fr: 'Le disque est plein : des enregistrements ne peuvent être gardés ({detail}). Faites de la place ; les lectures continuent, et rien de gardé n’est perdu.',
  },
  'fault.OUTBOX_IO': {
    en: 'The disk cannot be read or written: records cannot be kept ({detail}). Look at the card; polling goes on.',
    fr: 'Le disque ne se lit ou ne s’écrit plus : des enregistrements ne peuvent être gardés ({detail}). Voyez la carte ; les lectures continuent.',
  },
  'fault.OUTBOX_DAMAGED': {
    en: 'A part of the outbox is damaged ({detail}). Restart the gateway: it sets the damage aside and goes on.',
    fr: 'Une partie de la boîte d’envoi est endommagée ({detail}). Redémarrez la passerelle : elle la met de côté et continue.',
  },
  'fault.OUTBOX_UNDECLARED': {
    en: 'A record of a release that the site does not declare ({detail}). This is a fault of ours: please report it.',
    fr: 'Un enregistrement d’une sortie que le site ne déclare pas ({detail}). C’est une faute de notre part : signalez-la.',
  },
  'fault.OUTBOX_CLOSED': {
    en: 'The outbox has ended ({detail}): the gateway is stopping.',
    fr: 'La boîte d’envoi est fermée ({detail}) : la passerelle s’arrête.',
  },
  'fault.OUTBOX_DEAD': {
    en: 'The outbox’s thread has died ({detail}): records are not kept. Restart the gateway; polling goes on.',
    fr: 'Le fil de la boîte d’envoi est mort ({detail}) : rien n’est gardé. Redémarrez la passerelle ; les lectures continuent.',
  },
  'fault.NOTHING_KNOWN': {
    en: 'Nothing is known of a gateway in {folder}. Say where it is: --state FOLDER',
    fr: 'On ne sait rien d’une passerelle dans {folder}. Dire où elle est : --state DOSSIER',
  },
  'fault.SEVERAL_FOLDERS': {
    en: 'Several gateways were here; say which one: --state {folders}',
    fr: 'Plusieurs passerelles sont passées ici ; dire laquelle : --state {folders}',
  },
  'fault.NOT_CONFIRMED': {
    en: 'Nothing was written: “{word}” was not typed.',
    fr: 'Rien n’a été écrit : « {word} » n’a pas été tapé.',
  },
  'fault.BUNDLE_UNWRITABLE': {
    en: 'The bundle cannot be written to {file} ({detail}). Choose another file: --into FILE',
    fr: 'L’archive ne peut être écrite dans {file} ({detail}). Choisir un autre fichier : --into FICHIER',
  },
  'fault.NOT_RUNNING': {
    en: 'No gateway is running in {folder}. Start one: fanal up',
    fr: 'Aucune passerelle ne tourne dans {folder}. Pour en démarrer une : fanal up',
  },
  'fault.GATEWAY_GONE': { en: 'The gateway has stopped.', fr: 'La passerelle s’est arrêtée.' },
  'fault.SEVERAL_RUNNING': {
    en: 'Several gateways are running; say which one: --state {folders}',
    fr: 'Plusieurs passerelles tournent ; dites laquelle : --state {folders}',
  },
  'fault.NO_SUCH_POINT': { en: 'No point fits “{pattern}”.', fr: 'Aucun point ne correspond à « {pattern} ».' },
  'fault.STREET_FAILED': {
    en: 'The demo street did not start: {detail}',
    fr: 'La rue de démonstration n’a pas démarré : {detail}',
  },
  'fault.AT_NOT_A_TIME': {
    en: '“{text}” is no time from 2000 to 2099. Write it on the street’s clock: --at 2026-12-21T16:20',
    fr: '« {text} » n’est pas une heure entre 2000 et 2099. Écrivez-la à l’heure de la rue : --at 2026-12-21T16:20',
  },
  'fault.AT_WITH_SITE': {
    en: 'Only the demo street can begin at another time; {file} is a real cabinet. Leave out one of the two.',
    fr: 'Seule la rue de démonstration peut commencer à une autre heure ; {file} est une vraie armoire. Enlevez l’un des deux.',
  },
  'fault.GATEWAY_DIED': {
    en: 'The gateway ended unexpectedly (exit {exit}). Its log: {log}',
    fr: 'La passerelle s’est arrêtée sans prévenir (code {exit}). Son journal : {log}',
  },

  // fanal up
  'up.title': { en: 'Fanal · {title}', fr: 'Fanal · {title}' },
  'up.demo': {
    en: 'A demo street, on this machine only. Its site file, yours to copy: {file}',
    fr: 'Une rue de démonstration, sur cette machine seulement. Son fichier de site, à copier : {file}',
  },
  'up.at': {
    en: 'The street’s clock begins at {time} ({zone}).',
    fr: 'L’horloge de la rue commence à {time} ({zone}).',
  },
  'up.line': { en: '  line    {name}  {url}', fr: '  ligne   {name}  {url}' },
  'up.broker': { en: '  broker  {url}', fr: '  broker  {url}' },
  'up.release': { en: '  leaves  {name}  {topic}', fr: '  sort    {name}  {topic}' },
  'up.home': {
    en: '  kept    {n} points are read here and leave in no release',
    fr: '  gardés  {n} points sont lus ici et ne figurent dans aucune sortie',
  },
  'up.hint': {
    en: 'In another terminal: {fanal} status{state} · {fanal} watch{state} · {fanal} receive {url}\nCtrl-C ends it.',
    fr: 'Dans un autre terminal : {fanal} status{state} · {fanal} watch{state} · {fanal} receive {url}\nCtrl-C pour arrêter.',
  },
  'up.adapter-moved': {
    en: 'line {line}: its adapter is back as {path}, no longer {before}; name it by /dev/serial/by-id, for a restart would not find it',
    fr: 'ligne {line} : son adaptateur est revenu sous {path}, et non plus {before} ; le nommer par /dev/serial/by-id, car un redémarrage ne le retrouverait pas',
  },
  'up.adapter-slow': {
    en: 'line {line}: its adapter keeps what it hears for {ms} ms, and that could not be changed: see fanal doctor',
    fr: 'ligne {line} : son adaptateur garde {ms} ms ce qu’il entend, sans qu’on ait pu y remédier : voir fanal doctor',
  },
  'up.device-alive': { en: '{device} answers', fr: '{device} répond' },
  'up.device-dead': {
    en: '{device} does not answer; it is tried again from time to time',
    fr: '{device} ne répond pas ; on réessaie de temps à autre',
  },
  'up.device-doubt': {
    en: '{device} does not look like a {profile}: {because}. Check unit, wiring and profile.',
    fr: '{device} ne ressemble pas à un {profile} : {because}. Vérifiez l’unité, le câblage et le profil.',
  },
  'up.counter-rolled-over': {
    en: '{point} has rolled over, from {from} to {to}: {offset} is added to it from now on',
    fr: '{point} a fait un tour, de {from} à {to} : on lui ajoute désormais {offset}',
  },
  'up.counter-reset': {
    en: '{point} has begun anew, from {from} to {to}: {offset} is added to it from now on. Was the meter reset, or replaced?',
    fr: '{point} est reparti de zéro, de {from} à {to} : on lui ajoute désormais {offset}. Le compteur a-t-il été remis à zéro ou remplacé ?',
  },
  'up.counter-exchanged': {
    en: '{point} goes on from elsewhere, from {from} to {to}, as another meter would: {offset} is added to it from now on',
    fr: '{point} continue d’ailleurs, de {from} à {to}, comme le ferait un autre compteur : on lui ajoute désormais {offset}',
  },
  'up.counter-faster': {
    en: '{point} counts faster than its profile says, and is believed: from {from} to {to}. Check slew, the range of the power, and the ratio.',
    fr: '{point} compte plus vite que ne le dit son profil, et on le croit : de {from} à {to}. Vérifiez slew, la plage de la puissance et le rapport.',
  },
  'up.suspect-leapt': {
    en: '{point} has leapt further than it can: its values are suspect until some go together',
    fr: '{point} a fait un bond impossible : ses valeurs sont suspectes jusqu’à ce que plusieurs se suivent',
  },
  'up.suspect-fell': {
    en: '{point} counts, and has fallen: its last value stands until it is clear why',
    fr: '{point} est un compteur, et a baissé : sa dernière valeur vaut jusqu’à ce qu’on sache pourquoi',
  },
  'up.suspect-swapped': {
    en: '{point} and {with} seem to have changed places: both are suspect. Check the profile, if the device has a new firmware.',
    fr: '{point} et {with} semblent avoir échangé leurs places : les deux sont suspects. Vérifiez le profil si l’appareil a un nouveau micrologiciel.',
  },
  'up.suspect-words-exchanged': {
    en: 'the two registers of {point} seem to have changed places: it is suspect. Check the order in the profile, if the device has a new firmware.',
    fr: 'les deux registres de {point} semblent avoir échangé leurs places : il est suspect. Vérifiez l’ordre dans le profil si l’appareil a un nouveau micrologiciel.',
  },
  'up.suspect-over': { en: '{point} goes together again', fr: '{point} est de nouveau cohérent' },
  'up.profile-defect': {
    en: '{device} refuses registers that its profile {profile} has it read: {registers}. All the others are read.',
    fr: '{device} refuse des registres que son profil {profile} fait lire : {registers}. Tous les autres sont lus.',
  },
  'up.line-foreign-master': {
    en: 'line {line}: another master asks here too; nothing is written any more, and reads give way',
    fr: 'ligne {line} : un autre maître interroge aussi ; on n’écrit plus, et les lectures lui cèdent le pas',
  },
  'up.line-echo': {
    en: 'line {line}: the adapter hears what it sends; nothing is written, since an echo looks like an answer',
    fr: 'ligne {line} : l’adaptateur entend ce qu’il émet ; on n’écrit plus, car un écho ressemble à une réponse',
  },
  'up.line-noise': {
    en: 'line {line}: a good part of the answers are damaged',
    fr: 'ligne {line} : une bonne part des réponses sont abîmées',
  },
  'up.line-undisturbed': {
    en: 'line {line}: nothing disturbs it any more',
    fr: 'ligne {line} : plus rien ne la perturbe',
  },
  'up.line-back': { en: 'line {line} is back', fr: 'la ligne {line} est revenue' },
  'up.accepted': { en: 'the broker takes {release} again', fr: 'le broker accepte de nouveau {release}' },
  'up.outbox-back': { en: 'records are kept again', fr: 'les enregistrements sont de nouveau gardés' },
  'up.lost': {
    en: '{records} records are lost: the disk did not take them, and there was no more room in memory',
    fr: '{records} enregistrements sont perdus : le disque ne les a pas pris, et la mémoire était pleine',
  },
  'up.sparkplug-born': {
    en: 'the live view (Sparkplug B) is there, its births are told',
    fr: 'la vue en direct (Sparkplug B) est là, ses naissances sont dites',
  },
  'up.sparkplug-waiting': {
    en: 'the live view (Sparkplug B) waits for its primary host {host}: until that one says that it is there, nothing is told',
    fr: 'la vue en direct (Sparkplug B) attend son hôte primaire {host} : tant qu’il ne se dit pas présent, rien n’est dit',
  },
  'up.sparkplug-refused': {
    en: 'a Sparkplug host tried to write {metric}: refused, nothing is written that way; commands have topics of their own',
    fr: 'un hôte Sparkplug a voulu écrire {metric} : refusé, rien ne s’écrit par là ; les commandes ont leurs propres topics',
  },
  'up.sparkplug-trouble': {
    en: 'live view (Sparkplug B): {trouble}',
    fr: 'vue en direct (Sparkplug B) : {trouble}',
  },
  'status.sparkplug': { en: 'live view', fr: 'vue directe' },
  'status.sparkplug-figures': {
    en: '{messages} messages, {births} births, {bytes} bytes',
    fr: '{messages} messages, {births} naissances, {bytes} octets',
  },
  'status.sparkplug-waiting': { en: 'waits for {host}', fr: 'attend {host}' },
  'up.connected': { en: 'connected to the broker, {protocol}', fr: 'connecté au broker, {protocol}' },
  'up.first-left': { en: 'first record of {release} has left', fr: 'le premier enregistrement de {release} est sorti' },
  'up.first-receipt': { en: 'the recipient of {release} confirms', fr: 'le destinataire de {release} confirme' },
  'up.renumbered': {
    en: 'the recipient holds more than this outbox ever sent: an old copy? A new numbering has begun',
    fr: 'le destinataire a plus que cette boîte n’a jamais envoyé : une vieille copie ? Une nouvelle numérotation commence',
  },
  'up.summary': {
    en: '{readings} readings taken · {left} records left · {waiting} kept until receipt',
    fr: '{readings} lectures · {left} enregistrements sortis · {waiting} gardés jusqu’à l’accusé de réception',
  },
  'up.recovered': {
    en: 'the outbox was damaged and set aside as {file}; a new one has begun, with {kept} records that could still be read ({lost} could not)',
    fr: 'la boîte d’envoi était endommagée, mise de côté sous {file} ; une nouvelle commence, avec {kept} enregistrements encore lisibles ({lost} ne l’étaient plus)',
  },
  'up.stopped-lossy': { en: 'stopped', fr: 'arrêté' },
  'up.stopped': { en: 'stopped; nothing is lost', fr: 'arrêté ; rien n’est perdu' },

  'up.ruling': { en: '{title}: {level}, {who}', fr: '{title} : {level}, {who}' },
  'up.write-trouble': {
    en: '{title}: not as it should be ({because}); it is tried again',
    fr: '{title} : pas comme il faut ({because}) ; on réessaie',
  },
  'up.write-back': { en: '{title}: as it should be again', fr: '{title} : de nouveau comme il faut' },
  'up.unarmed': {
    en: '{device} would not light its lamps by itself if the gateway died: {because}. It is tried again.',
    fr: '{device} n’allumerait pas ses lampes de lui-même si la passerelle mourait : {because}. On réessaie.',
  },
  'up.time-synced': { en: 'the time is known', fr: 'l’heure est connue' },
  'up.time-holdover': {
    en: 'the time is believed, though no time server confirms it now',
    fr: 'l’heure est crue, bien qu’aucun serveur de temps ne la confirme à présent',
  },
  'up.time-unknown': {
    en: 'nobody knows what time it is ({reason}): segments do what the site says for that, which is light unless it says otherwise',
    fr: 'personne ne sait l’heure ({reason}) : les segments font ce que le site prévoit alors, la lumière sauf avis contraire',
  },
  'up.short-lives': {
    en: 'start number {times} in a row after a power cut or a crash: the card is spared, audit and commands are written only in {seconds} s. Check the supply and its contacts.',
    fr: 'démarrage n° {times} de suite après une coupure ou une panne : la carte est ménagée, l’audit et les commandes ne seront écrits que dans {seconds} s. Vérifiez l’alimentation et ses contacts.',
  },
  'up.site-refused': {
    en: 'the site file is refused ({code}): the last one that ran is in force. See why with fanal check, mend it, start again',
    fr: 'le fichier de site est refusé ({code}) : c’est le dernier qui a tourné qui vaut. Voyez pourquoi avec fanal check, corrigez, relancez',
  },
  'up.keeping-trouble': {
    en: 'audit and commands cannot be kept on disk ({code}): the lamps go on, what happens is held in memory',
    fr: 'l’audit et les commandes ne peuvent être gardés sur le disque ({code}) : les lampes continuent, ce qui arrive reste en mémoire',
  },
  'up.keeping-back': { en: 'audit and commands are kept again', fr: 'l’audit et les commandes sont de nouveau gardés' },

  'up.history-trouble': {
    en: 'readings cannot be kept for the console ({code}): lamps, meters and records go on',
    fr: 'les lectures ne peuvent être gardées pour la console ({code}) : lampes, compteurs et enregistrements continuent',
  },
  'up.history-back': { en: 'readings are kept again', fr: 'les lectures sont de nouveau gardées' },
  'up.socket-back': {
    en: 'commands can ask this gateway again',
    fr: 'les commandes peuvent de nouveau interroger cette passerelle',
  },
  'up.console': { en: 'console  {url}', fr: 'console  {url}' },
  'up.console-fingerprint': {
    en: '         nobody vouches for its certificate: compare the fingerprint in the browser\n         SHA-256 {fingerprint}',
    fr: '         personne ne garantit son certificat : comparez l’empreinte dans le navigateur\n         SHA-256 {fingerprint}',
  },
  'up.console-trouble': {
    en: 'the console cannot be opened at {url} ({code}); the gateway goes on, and tries again',
    fr: 'la console ne peut être ouverte sur {url} ({code}) ; la passerelle continue, et réessaie',
  },
  'up.welcome-setup': {
    en: 'nobody can log in yet. Make the first account (works once):  {link}',
    fr: 'personne ne peut encore se connecter. Créez le premier compte (sert une fois) :  {link}',
  },
  'up.welcome-demo': {
    en: 'open it (logs you in, works once):  {link}',
    fr: 'l’ouvrir (vous connecte, sert une fois) :  {link}',
  },
  'up.welcome-password': {
    en: 'later: name {name}, password {password} (shown this once)',
    fr: 'plus tard : nom {name}, mot de passe {password} (affiché cette seule fois)',
  },

  // commands: who rules a segment, and why
  'ground.day': { en: 'day', fr: 'jour' },
  'ground.evening': { en: 'evening', fr: 'soirée' },
  'ground.late': { en: 'late period', fr: 'période tardive' },
  'ground.morning': { en: 'morning', fr: 'matin' },
  'ground.no-trusted-time': { en: 'the time is not known', fr: 'heure inconnue' },
  'ground.photocell-dark': { en: 'the photocell sees dark', fr: 'la cellule voit la nuit' },
  'ground.photocell-bright': { en: 'the photocell sees daylight', fr: 'la cellule voit le jour' },
  'ground.safe': { en: 'safe value', fr: 'valeur sûre' },
  'rules.program': { en: 'the program ({ground})', fr: 'le programme ({ground})' },
  'rules.default': { en: 'its safe value', fr: 'sa valeur sûre' },
  'rules.operator': { en: '{who}: “{reason}”', fr: '{who} : « {reason} »' },
  'rules.upstream': { en: '{who}, from upstream: “{reason}”', fr: '{who}, à distance : « {reason} »' },
  'rules.emergency': { en: '{who}, emergency: “{reason}”', fr: '{who}, urgence : « {reason} »' },
  'rules.flow': { en: 'the flow {who}: “{reason}”', fr: 'le flux {who} : « {reason} »' },
  'rules.local-manual': { en: 'the contact {who}', fr: 'le contact {who}' },
  'rules.safety': { en: 'the interlock {who}: {reason}', fr: 'le verrouillage {who} : {reason}' },
  'why.because.program': {
    en: 'because the program says so ({ground})',
    fr: 'parce que le programme le veut ({ground})',
  },
  'why.because.no-trusted-time': {
    en: 'because nobody knows what time it is{because}',
    fr: 'parce que personne ne sait l’heure{because}',
  },
  'why.because.photocell': {
    en: 'because nobody knows the time, and {ground}',
    fr: 'parce que personne ne sait l’heure, et que {ground}',
  },
  'why.because.default': {
    en: 'because nothing else may be: this is its safe value',
    fr: 'parce que rien d’autre n’est permis : c’est sa valeur sûre',
  },
  'why.because.operator': {
    en: 'because {who} asked for it (“{reason}”)',
    fr: 'parce que {who} l’a demandé (« {reason} »)',
  },
  'why.because.upstream': {
    en: 'because {who} asked for it from upstream (“{reason}”)',
    fr: 'parce que {who} l’a demandé à distance (« {reason} »)',
  },
  'why.because.emergency': {
    en: 'because {who} asked for it in an emergency (“{reason}”)',
    fr: 'parce que {who} l’a demandé en urgence (« {reason} »)',
  },
  'why.because.flow': {
    en: 'because the flow {who} asks for it (“{reason}”)',
    fr: 'parce que le flux {who} le demande (« {reason} »)',
  },
  'why.because.local-manual': {
    en: 'because the contact {who} is closed (forced on)',
    fr: 'parce que le contact {who} est fermé (marche forcée)',
  },
  'why.because.safety': {
    en: 'because the interlock {who} holds ({reason})',
    fr: 'parce que le verrouillage {who} tient ({reason})',
  },
  // of what is past
  'why.then.program': {
    en: 'because the program said so ({ground})',
    fr: 'parce que le programme le voulait ({ground})',
  },
  'why.then.no-trusted-time': {
    en: 'because nobody knew what time it was{because}',
    fr: 'parce que personne ne savait l’heure{because}',
  },
  'why.then.photocell': {
    en: 'because nobody knew the time ({ground})',
    fr: 'parce que personne ne savait l’heure ({ground})',
  },
  'why.then.default': {
    en: 'because nothing else was allowed: that was its safe value',
    fr: 'parce que rien d’autre n’était permis : c’était sa valeur sûre',
  },
  'why.then.flow': {
    en: 'because the flow {who} asked for it (“{reason}”)',
    fr: 'parce que le flux {who} le demandait (« {reason} »)',
  },
  'why.then.local-manual': {
    en: 'because the contact {who} was closed (forced on)',
    fr: 'parce que le contact {who} était fermé (marche forcée)',
  },
  'why.then.safety': {
    en: 'because the interlock {who} held ({reason})',
    fr: 'parce que le verrouillage {who} tenait ({reason})',
  },
  'why.is': {
    en: '{setpoint} is {level} since {since}, {because}',
    fr: '{setpoint} est {level} depuis {since}, {because}',
  },
  'why.was': {
    en: '{setpoint} was {level} from {since}, {because}',
    fr: '{setpoint} était {level} depuis {since}, {because}',
  },
  'why.until': { en: ', until {until}', fr: ', jusqu’à {until}' },
  'why.next': { en: '; then {level}, {who}', fr: ' ; ensuite {level}, {who}' },
  'why.still': { en: ', and still is', fr: ', et l’est encore' },
  'why.doubtful': {
    en: ' (times by a clock that nobody can trust now)',
    fr: ' (heures d’une horloge à laquelle rien ne permet de se fier)',
  },
  'why.nothing': {
    en: 'Nothing is known of {setpoint} at {at}: no gateway ran then, or it is too long ago.',
    fr: 'On ne sait rien de {setpoint} à {at} : aucune passerelle ne tournait, ou c’est trop ancien.',
  },
  'level.at': { en: 'at {level} %', fr: 'à {level} %' },
  'level.off': { en: 'off', fr: 'éteint' },
  'set.accepted': {
    en: '{setpoint}: {level} {until}{next}. {outcome}',
    fr: '{setpoint} : {level} {until}{next}. {outcome}',
  },
  'set.outranked': {
    en: '{setpoint}: accepted {until}, but something stronger keeps it {level}: {who}.',
    fr: '{setpoint} : accepté {until}, mais plus fort le tient {level} : {who}.',
  },
  'set.until': { en: 'until {until} (in {length})', fr: 'jusqu’à {until} (dans {length})' },
  'set.for': { en: 'for {length}', fr: 'pendant {length}' },
  'set.released': {
    en: '{setpoint}: released; now {level}, {who}.',
    fr: '{setpoint} : libéré ; maintenant {level}, {who}.',
  },
  'set.allowed': { en: 'Allowed now: {from} to {to} %{off}.', fr: 'Permis à présent : de {from} à {to} %{off}.' },
  'set.allowed-off': { en: ', or off', fr: ', ou éteint' },
  'outcome.applied': { en: 'The lamps say so too.', fr: 'Les lampes le disent aussi.' },
  'outcome.ramping': { en: 'On its way.', fr: 'En chemin.' },
  'outcome.unconfirmed': { en: 'Written, not confirmed yet.', fr: 'Écrit, pas encore confirmé.' },
  'outcome.rejected': {
    en: 'The device does not take it; it is tried again.',
    fr: 'L’appareil ne le prend pas ; on réessaie.',
  },
  'outcome.waiting': { en: 'It cannot be written now.', fr: 'Ce n’est pas possible à présent.' },
  'wrote.ramping': { en: 'on their way', fr: 'en chemin' },
  'wrote.unconfirmed': { en: 'written, not confirmed yet', fr: 'écrit, pas encore confirmé' },
  'wrote.rejected': { en: 'the device does not take it', fr: 'l’appareil ne le prend pas' },
  'wrote.waiting': { en: 'it cannot be written now', fr: 'ce n’est pas possible à présent' },
  'fault.NOT_A_LEVEL': {
    en: '“{value}” is no level: write per cent (60), or on, or off.',
    fr: '« {value} » n’est pas un niveau : écrire un pourcentage (60), ou on, ou off.',
  },
  'fault.NOT_A_LEASE': {
    en: '“{value}” is no duration up to 7 days: write 90s, 30m, 2h or 1d.',
    fr: '« {value} » n’est pas une durée d’au plus 7 jours : écrire 90s, 30m, 2h ou 1d.',
  },
  'fault.NOT_A_MOMENT': {
    en: '“{value}” is no moment: write 02:10, 2026-12-21, or 2026-12-21T02:10.',
    fr: '« {value} » n’est pas un moment : écrire 02:10, 2026-12-21, ou 2026-12-21T02:10.',
  },
  'fault.NOT_A_REASON': {
    en: '--because wants some words, and no more than 200 letters of them.',
    fr: '--because attend quelques mots, et pas plus de 200 lettres.',
  },
  'fault.MOMENT_AHEAD': {
    en: '{value} is yet to come. What will rule next: fanal why {setpoint}',
    fr: '{value} est encore à venir. Ce qui vaudra ensuite : fanal why {setpoint}',
  },
  'fault.NO_SUCH_SETPOINT': {
    en: '{setpoint} does not exist. There are: {known}.',
    fr: '{setpoint} n’existe pas. Il y a : {known}.',
  },
  'fault.NO_SEGMENTS': {
    en: '{setpoint} does not exist: this site has no segments. Declare them in its file, under `segments`.',
    fr: '{setpoint} n’existe pas : ce site n’a aucun segment. Les déclarer dans son fichier, sous `segments`.',
  },
  'fault.NOT_UNDERSTOOD': {
    en: 'The gateway does not understand this ({detail}): is it of another release than this command? fanal --version',
    fr: 'La passerelle ne comprend pas ceci ({detail}) : est-elle d’une autre version que cette commande ? fanal --version',
  },
  'fault.WHOSE_PASSWORD': {
    en: 'Whose password? Name the account: fanal password NAME. There are: {known}',
    fr: 'Le mot de passe de qui ? Nommez le compte : fanal password NOM. Il y a : {known}',
  },
  'fault.NOT_A_NAME': {
    en: '“{name}” is no name for an account: 40 letters, digits, spaces and . _ @ - at most.',
    fr: '« {name} » n’est pas un nom de compte : au plus 40 lettres, chiffres, espaces et . _ @ -',
  },
  'fault.PASSWORD_LENGTH': {
    en: 'A password has {shortest} letters at least, and {longest} at most. Nothing was changed.',
    fr: 'Un mot de passe a au moins {shortest} lettres, et au plus {longest}. Rien n’a changé.',
  },
  'fault.PASSWORDS_DIFFER': {
    en: 'The two are not the same. Nothing was changed.',
    fr: 'Les deux ne sont pas les mêmes. Rien n’a changé.',
  },
  'fault.LAST_ADMINISTRATOR': {
    en: 'One account must remain an administrator’s: make another one first.',
    fr: 'Un compte doit rester administrateur : faites-en d’abord un autre.',
  },
  'fault.NOT_A_PRESENCE': {
    en: 'Write either --for with a duration from 1m to 8h, or --release; --who is a name.',
    fr: 'Écrivez soit --for avec une durée de 1m à 8h, soit --release ; --who est un nom.',
  },
  'fault.SOMEBODY_WORKS_HERE': {
    en: '{who} works at this cabinet until {until}. Only they say that they have gone: ask them.',
    fr: '{who} travaille à cette armoire jusqu’à {until}. Seule cette personne dit qu’elle est partie : demandez-lui.',
  },
  'fault.NOT_AN_UNLOCK': {
    en: 'Write --for with a duration from 1m to 8h, --because with some words, 200 letters at most; --who is a name.',
    fr: 'Écrire --for avec une durée de 1m à 8h, --because avec quelques mots, 200 lettres au plus ; --who est un nom.',
  },
  'fault.NO_PASS_THROUGH': {
    en: 'Tools have no way to a line “{line}”. Those that they reach: {known}. Another: `pass_through` in the site file.',
    fr: 'Les outils n’ont pas accès à une ligne « {line} ». Celles qu’ils atteignent : {known}. Une autre : `pass_through` dans le fichier de site.',
  },
  'fault.PASS_THROUGH_FAILED': {
    en: 'Tools do not reach the line {line}: nothing listens on {listen} ({detail}). EADDRINUSE: end what does, or set another port in `pass_through`. The gateway goes on and tries again.',
    fr: 'Les outils n’atteignent pas la ligne {line} : rien n’écoute sur {listen} ({detail}). EADDRINUSE : arrêtez ce qui l’occupe, ou changez le port dans `pass_through`. La passerelle continue et réessaie.',
  },
  'fault.CONSOLE_PORT_TAKEN': {
    en: 'There is no console: another program listens on {where}. End it, or set `console.listen`; the gateway goes on and tries again.',
    fr: 'Pas de console : un autre programme écoute sur {where}. Terminez-le, ou réglez `console.listen` ; la passerelle continue et réessaie.',
  },
  'fault.CONSOLE_PORT_NOT_ALLOWED': {
    en: 'There is no console: only root may listen on {where}. Set a port above 1023 in `console.listen`.',
    fr: 'Pas de console : seul root peut écouter sur {where}. Réglez un port au-dessus de 1023 dans `console.listen`.',
  },
  'fault.CONSOLE_ADDRESS': {
    en: 'There is no console: this machine does not have the address {where} ({detail}). Check `console.listen`; the gateway goes on and tries again.',
    fr: 'Pas de console : cette machine n’a pas l’adresse {where} ({detail}). Vérifiez `console.listen` ; la passerelle continue et réessaie.',
  },
  'fault.CONSOLE_CERTIFICATE': {
    en: 'There is no console: certificate and key cannot be used, {where} ({detail}). Check `console.tls`: both in PEM form, and made for one another.',
    fr: 'Pas de console : certificat et clé inutilisables, {where} ({detail}). Vérifiez `console.tls` : les deux au format PEM, et faits l’un pour l’autre.',
  },
  'fault.CONSOLE_FAILED': {
    en: 'There is no console at {where}: {detail} (ENOSPC: the disk is full, EROFS: it is read-only). The gateway goes on and tries again; its log says more.',
    fr: 'Pas de console sur {where} : {detail} (ENOSPC : le disque est plein, EROFS : il est en lecture seule). La passerelle continue et réessaie ; son journal en dit plus.',
  },
  'fault.SOCKET_FAILED': {
    en: 'fanal status and the like cannot ask this gateway: {path} cannot be made ({detail}). Make room there, or look at the card; the gateway goes on and tries again.',
    fr: 'fanal status et les autres ne peuvent interroger cette passerelle : {path} ne peut être créé ({detail}). Faites-y de la place, ou voyez la carte ; la passerelle continue et réessaie.',
  },

  // fanal presence, fanal password
  'presence.somebody': {
    en: '{who} works at this cabinet until {until}: nobody commands from elsewhere. The program goes on.',
    fr: '{who} travaille à cette armoire jusqu’à {until} : personne ne commande d’ailleurs. Le programme continue.',
  },
  'presence.nobody': { en: 'Nobody works at this cabinet.', fr: 'Personne ne travaille à cette armoire.' },
  'password.first': { en: 'New password of {name}: ', fr: 'Nouveau mot de passe de {name} : ' },
  'password.again': { en: 'The same again: ', fr: 'Le même, encore : ' },
  'password.set': {
    en: '{name} ({role}) has a new password. Whoever was logged in with the old one is so no longer.',
    fr: '{name} ({role}) a un nouveau mot de passe. Qui était connecté avec l’ancien ne l’est plus.',
  },
  'role.viewer': { en: 'viewer', fr: 'consultation' },
  'role.technician': { en: 'technician', fr: 'technicien' },
  'role.operator': { en: 'operator', fr: 'opérateur' },
  'role.administrator': { en: 'administrator', fr: 'administrateur' },

  // fanal check
  'check.good-site': {
    en: '{file}: good. {devices} devices, {points} points.',
    fr: '{file} : correct. {devices} appareils, {points} points.',
  },
  'check.good-profile': {
    en: '{file}: good. {maker} {model}, {points} points, grade {grade}.',
    fr: '{file} : correct. {maker} {model}, {points} points, niveau {grade}.',
  },
  'check.leaves': { en: 'Leaves:', fr: 'Sort :' },
  'check.release': {
    en: '  {name} → {recipient}, for “{purpose}”, on the ground of: {basis}; {delivery}: {treatment}',
    fr: '  {name} → {recipient}, pour « {purpose} », sur la base : {basis} ; {delivery} : {treatment}',
  },
  'check.not-personal': { en: 'not personal ({because})', fr: 'non personnel ({because})' },
  'check.as-read': { en: 'as read', fr: 'tel que lu' },
  'check.aggregate': { en: '{of} of every {every}', fr: '{of} par {every}' },
  'check.round': { en: 'rounded to {step}', fr: 'arrondi à {step}' },
  'check.home': { en: 'Stays home ({n}):', fr: 'Reste ici ({n}) :' },
  'check.controls': { en: 'Controls:', fr: 'Commande :' },
  'check.segment': {
    en: '  {name}  {from} {until} at {level} %{late}; {floor}; {loss}',
    fr: '  {name}  {from} {until} à {level} %{late} ; {floor} ; {loss}',
  },
  'check.from-sunset': { en: 'from sunset{offset}', fr: 'du coucher du soleil{offset}' },
  'check.from-civil-dusk': { en: 'from civil dusk{offset}', fr: 'du crépuscule civil du soir{offset}' },
  'check.until-sunrise': { en: 'to sunrise{offset}', fr: 'au lever du soleil{offset}' },
  'check.until-civil-dawn': { en: 'to civil dawn{offset}', fr: 'à l’aube civile{offset}' },
  'check.late': { en: ', {level} % from {from} to {until}', fr: ', {level} % de {from} à {until}' },
  'check.dark': { en: ', dark from {from} to {until} ({act})', fr: ', éteint de {from} à {until} ({act})' },
  'check.floor': { en: 'floor {floor} %', fr: 'plancher {floor} %' },
  'check.no-floor': { en: 'no floor', fr: 'sans plancher' },
  'check.loss-program': {
    en: 'without a trusted time {level} %',
    fr: 'sans heure sûre {level} %',
  },
  'check.loss-photocell': {
    en: 'without a trusted time by its photocell',
    fr: 'sans heure sûre selon sa cellule',
  },
  'check.loss-off': { en: 'without a trusted time dark ({because})', fr: 'sans heure sûre éteint ({because})' },
  'check.mind': { en: 'Mind:', fr: 'À savoir :' },
  'check.notice-passing-name': {
    en: '  {line}: {device} may be another adapter when it is replugged or the machine restarts; name it by /dev/serial/by-id (fanal doctor says how)',
    fr: '  {line} : {device} peut désigner un autre adaptateur une fois rebranché ou la machine redémarrée ; le nommer par /dev/serial/by-id (fanal doctor dit comment)',
  },
  'check.notice-keeps': {
    en: '  {segment}: if the gateway dies, {setpoint} stays as it is (the profile says: {because})',
    fr: '  {segment} : si la passerelle meurt, {setpoint} reste en l’état (le profil dit : {because})',
  },
  'check.notice-goes-on': {
    en: '  {segment}: if the gateway dies, {setpoint} goes on by itself within {within}',
    fr: '  {segment} : si la passerelle meurt, {setpoint} s’allume de lui-même en {within}',
  },
  'check.notice-goes-off': {
    en: '  {segment}: if the gateway dies, {setpoint} goes off by itself within {within}',
    fr: '  {segment} : si la passerelle meurt, {setpoint} s’éteint de lui-même en {within}',
  },
  'check.notice-only-site': {
    en: '  {segment}: nothing reads back {setpoint} but what confirm_by names ({points})',
    fr: '  {segment} : rien ne relit {setpoint} sinon ce que nomme confirm_by ({points})',
  },
  'check.lines': { en: 'The lines:', fr: 'Les lignes :' },
  'check.line': {
    en: '  {line}: {requests} requests for {registers} registers, {cycle} ms a cycle; busy {load} % of the time',
    fr: '  {line} : {requests} requêtes pour {registers} registres, {cycle} ms par cycle ; occupée {load} % du temps',
  },
  'check.notice-line-busy': {
    en: '  {line}: busy {load} % of the time; above 80 % polls wait for one another. See what takes it: fanal lines',
    fr: '  {line} : occupée {load} % du temps ; au-delà de 80 % les lectures s’attendent. Voir ce qui l’occupe : fanal lines',
  },
  'check.notice-line-over': {
    en: '  {line}: too much, {load} % of the time, if its devices think for 10 ms as is common (their profiles do not say). See: fanal lines',
    fr: '  {line} : trop, {load} % du temps, si ses appareils réfléchissent 10 ms comme il est courant (leurs profils ne le disent pas). Voir : fanal lines',
  },
  'check.notice-unconfirmed': {
    en: '  {segment}: nothing reads back {setpoint}; name a point that tells its light under confirm_by, if there is one',
    fr: '  {segment} : rien ne relit {setpoint} ; nommez sous confirm_by un point qui dit sa lumière, s’il y en a un',
  },

  'check.good-policy': {
    en: '{file}: good. The policy {policy}, {releases} release(s); others: {others}.',
    fr: '{file} : correct. La politique {policy}, {releases} sortie(s) ; autres : {others}.',
  },
  'check.others-refuse': { en: 'refused', fr: 'refusées' },
  'check.others-allow': { en: 'allowed within the rules', fr: 'admises dans les règles' },
  'check.within-policy': { en: 'Within the fleet’s policy {policy}.', fr: 'Dans la politique du parc {policy}.' },
  'check.advice': { en: 'Could be less, or clearer:', fr: 'Pourrait être moins, ou plus clair :' },
  'advice.saves': {
    en: '; some {messages} messages and {bytes} less a day',
    fr: ' ; quelque {messages} messages et {bytes} de moins par jour',
  },
  'advice.coarser': {
    en: '  {release}: for “{purpose}”, {treatment} would do: {because}{saves}',
    fr: '  {release} : pour « {purpose} », {treatment} suffirait : {because}{saves}',
  },
  'advice.fine-beside-coarse': {
    en: '  {release}: {other} lets out {points} finer, so that being coarse here hides nothing',
    fr: '  {release} : {other} laisse sortir plus finement {points}, si bien qu’être grossier ici ne cache rien',
  },
  'advice.same-content': {
    en: '  {release}: says what {other} says; one release may have several encodings{saves}',
    fr: '  {release} : dit ce que dit {other} ; une sortie peut avoir plusieurs encodages{saves}',
  },
  'advice.feeds-unsaid': {
    en: '  {device}: nothing says whom it feeds (feeds: public-lighting, dwelling …), and its use leaves in {releases}; it is taken for the town’s own',
    fr: '  {device} : rien ne dit qui il alimente (feeds: public-lighting, dwelling …), et sa consommation sort dans {releases} ; il est pris pour celui de la commune',
  },
  'advice.kept-long': {
    en: '  {release}: {points} kept for {retention}; {keeps} serves “{purpose}”',
    fr: '  {release} : {points} gardés {retention} ; {keeps} suffit pour « {purpose} »',
  },
  'advice.durable-for-anyone': {
    en: '  {release}: durable waits for the receipts of {recipient}; whoever reads open data gives none: { best-effort: 60s }',
    fr: '  {release} : durable attend les accusés de réception de {recipient} ; qui lit des données ouvertes n’en donne pas : { best-effort: 60s }',
  },
  'advice.durable-live': {
    en: '  {release}: durable, and told as it is now ({encodings}): nobody asks for yesterday’s; { best-effort: 60s } wears the flash less',
    fr: '  {release} : durable, et dit au présent ({encodings}) : nul ne demande celui d’hier ; { best-effort: 60s } use moins la mémoire',
  },
  'advice.licence-missing': {
    en: '  {release}: meant for everybody, with no licence; open data has one: {known}',
    fr: '  {release} : destinée à tous, sans licence ; des données ouvertes en ont une : {known}',
  },
  'advice.licence-unknown': {
    en: '  {release}: {licence} is no licence known for open data; French authorities use {known}',
    fr: '  {release} : {licence} n’est pas une licence connue de données ouvertes ; les administrations françaises prennent {known}',
  },
  'advice.expired': {
    en: '  {release}: ended on {expires}; nothing leaves any more. Remove it, or renew it with its reason',
    fr: '  {release} : terminée le {expires} ; plus rien ne sort. Retirez-la, ou renouvelez-la avec sa raison',
  },
  'advice.consent-of-nobody': {
    en: '  {release}: on consent, and nothing in it is anybody’s: name the true basis, or why it is not personal',
    fr: '  {release} : fondée sur le consentement, et rien n’y est à personne : dites la vraie base, ou pourquoi ce n’est pas personnel',
  },
  'advice.consent-of-passers-by': {
    en: '  {release}: who walks by {points} cannot consent; public-task or legitimate-interests, with a notice on site',
    fr: '  {release} : qui passe devant {points} ne peut consentir ; public-task ou legitimate-interests, avec une information sur place',
  },
  'advice.noise-weak': {
    en: '  {release}: with epsilon {epsilon} noise hides little; {most} or less',
    fr: '  {release} : avec epsilon {epsilon} le bruit cache peu ; {most} ou moins',
  },
  'advice.noise-budget-short': {
    en: '  {release}: a day’s windows cost {wanted} and may spend {day}: the rest of the day will be suppressed',
    fr: '  {release} : les fenêtres d’un jour coûtent {wanted} et peuvent dépenser {day} : le reste du jour sera tu',
  },
  'advice.identifier-adds-nothing': {
    en: '  {release}: under its pseudonym {points} tells nothing that the device’s pseudonym does not, but that it was exchanged: keep it home{drop}',
    fr: '  {release} : sous son pseudonyme, {points} ne dit rien que le pseudonyme de l’appareil ne dise, sinon qu’il fut remplacé : gardez-le sur place{drop}',
  },
  'advice.identifier-of-last': {
    en: '  {release}: of {points} each window tells the last that went by, so neither how many there were nor who: keep it home{drop}, and count by a counter’s point, which tells of nobody',
    fr: '  {release} : de {points} chaque fenêtre dit le dernier passé, donc ni combien ni qui : gardez-le sur place{drop}, et comptez par le point d’un compteur, qui ne parle de personne',
  },
  'advice.counts-not-released': {
    en: '  {release}: counts names {point}, which is not among its points: nothing of it is counted',
    fr: '  {release} : counts nomme {point}, qui n’est pas de ses points : rien n’en est compté',
  },
  'advice.counts-no-passages': {
    en: '  {release}: {point} says how it is at a moment, and not how many came by: nothing of it is counted',
    fr: '  {release} : {point} dit ce qui est à un instant, et non combien sont passés : rien n’en est compté',
  },
  'advice.counts-without-interval': {
    en: '  {release}: {point} counts within an interval of its own; say how long it is, or nothing is counted: counts: { {point}: { interval: 5m } }',
    fr: '  {release} : {point} compte sur une période qui lui est propre ; dites sa durée, sinon rien n’est compté : counts: { {point}: { interval: 5m } }',
  },
  'advice.counts-interval-splits': {
    en: '  {release}: windows of {every} split the interval in which {point} counts, so that nothing is counted: take a multiple of it',
    fr: '  {release} : des fenêtres de {every} coupent la période sur laquelle compte {point}, si bien que rien n’est compté : prenez-en un multiple',
  },
  'advice.counts-without-statistic': {
    en: '  {release}: {point} is counted by its {statistic}, which does not leave: aggregate: { of: [{statistic}] }',
    fr: '  {release} : {point} se compte par {statistic}, qui ne sort pas : aggregate: { of: [{statistic}] }',
  },

  // tables
  'column.point': { en: 'point', fr: 'point' },
  'column.value': { en: 'value', fr: 'valeur' },
  'column.quality': { en: 'quality', fr: 'qualité' },
  'column.age': { en: 'age', fr: 'âge' },
  'column.leaves': { en: 'leaves in', fr: 'sort dans' },
  'column.time': { en: 'read in', fr: 'lu en' },
  'quality.good': { en: 'good', fr: 'bonne' },
  'quality.uncertain': { en: 'uncertain', fr: 'douteuse' },
  'quality.bad': { en: 'bad', fr: 'mauvaise' },
  'reason.stale': { en: 'old', fr: 'ancienne' },
  'reason.suspect': { en: 'suspect', fr: 'suspecte' },
  'reason.not-read': { en: 'not read yet', fr: 'pas encore lue' },
  'reason.line-down': { en: 'line down', fr: 'ligne coupée' },
  'reason.no-answer': { en: 'no answer', fr: 'pas de réponse' },
  'reason.garbled': { en: 'garbled', fr: 'brouillée' },
  'reason.refused': { en: 'refused by the device', fr: 'refusée par l’appareil' },
  'reason.illegal-address': { en: 'no such register', fr: 'registre inexistant' },
  'reason.absent': { en: 'the device has no value', fr: 'l’appareil n’a pas de valeur' },
  'reason.implausible': { en: 'implausible', fr: 'invraisemblable' },
  'reason.not-identified': { en: 'another device answers there', fr: 'un autre appareil y répond' },
  'reason.differs': { en: 'it says something else of itself', fr: 'il dit autre chose de lui-même' },
  'reason.not-read-back': { en: 'it cannot be read back', fr: 'il ne peut être relu' },
  'reason.contended': {
    en: 'not written: another master or an echo on the line',
    fr: 'non écrite : un autre maître ou un écho sur la ligne',
  },
  'reason.resting': { en: 'it did not answer a moment ago', fr: 'il n’a pas répondu à l’instant' },
  'reason.not-sayable': { en: 'it knows no such value', fr: 'il ne connaît pas cette valeur' },
  'reason.fault': { en: 'a fault of ours, see the log', fr: 'une faute de notre part, voir le journal' },
  // of a clock that is not, or hardly, to be trusted
  'reason.synchronised': { en: 'a time server says so', fr: 'un serveur de temps le dit' },
  'reason.hardware-clock': {
    en: 'a hardware clock set it at boot',
    fr: 'une horloge matérielle l’a donnée au démarrage',
  },
  'reason.same-boot': { en: 'it was known before, and counted on since', fr: 'elle était connue, et comptée depuis' },
  'reason.never-set': { en: 'it was never set', fr: 'elle n’a jamais été mise' },
  'reason.before-floor': {
    en: 'it lies before what was known already',
    fr: 'elle est avant ce qui était déjà connu',
  },
  'reason.stepped': { en: 'it has leapt', fr: 'elle a sauté' },
  'reason.held-too-long': {
    en: 'nobody has confirmed it for too long',
    fr: 'personne ne l’a confirmée depuis trop longtemps',
  },
  'stays-home': { en: 'stays home', fr: 'reste ici' },

  // fanal status
  'status.site': {
    en: '{site} ({tenant}), running since {since}, pid {pid}',
    fr: '{site} ({tenant}), en marche depuis {since}, pid {pid}',
  },
  'status.line': { en: 'line', fr: 'ligne' },
  'status.line-moved': { en: '{url}, now {path}', fr: '{url}, aujourd’hui {path}' },
  'status.line-figures': {
    en: '{answers} of {requests} answered, {timeouts} timeouts, {garbled} garbled, {missed} polls missed',
    fr: '{answers} réponses sur {requests}, {timeouts} sans réponse, {garbled} brouillées, {missed} lectures manquées',
  },
  'lines.line': { en: 'line', fr: 'ligne' },
  'lines.requests': { en: 'requests', fr: 'requêtes' },
  'lines.registers': { en: 'registers', fr: 'registres' },
  'lines.cycle': { en: 'ms a cycle', fr: 'ms par cycle' },
  'lines.load': { en: 'load planned', fr: 'charge prévue' },
  'lines.load-now': { en: 'measured', fr: 'mesurée' },
  'lines.rate': { en: 'requests/s', fr: 'requêtes/s' },
  'lines.timeouts': { en: 'timeouts', fr: 'sans réponse' },
  'lines.garbled': { en: 'garbled', fr: 'brouillées' },
  'lines.foreign': { en: 'foreign', fr: 'd’autrui' },
  'lines.exceptions': { en: 'exceptions', fr: 'refusées' },
  'lines.who': { en: 'device', fr: 'appareil' },
  'lines.class': { en: 'class', fr: 'classe' },
  'lines.every': { en: 'every', fr: 'toutes les' },
  'lines.unit': { en: 'unit', fr: 'unité' },
  'lines.device': { en: 'device', fr: 'appareil' },
  'lines.answers-in': { en: 'answers in', fr: 'répond en' },
  'lines.latest': { en: '99 % in', fr: '99 % en' },
  'lines.thinks': { en: 'thinks for', fr: 'réfléchit' },
  'lines.share': { en: 'load', fr: 'charge' },
  'lines.thinks-longest': { en: '99 % for', fr: '99 % en' },
  'lines.timeout': { en: 'timeout', fr: 'délai' },
  'lines.suggested': { en: 'would suit', fr: 'conviendrait' },
  'lines.suits': { en: 'as it is', fr: 'tel quel' },
  'lines.too-early': { en: 'too early', fr: 'trop tôt' },
  'lines.adapter': {
    en: '{driver}, keeps what it hears for {ms} ms',
    fr: '{driver}, garde ce qu’il entend {ms} ms',
  },
  'lines.disturbed-noise': { en: 'noise', fr: 'bruit' },
  'lines.disturbed-foreign-master': { en: 'another master asks here', fr: 'un autre maître interroge ici' },
  'lines.disturbed-echo': { en: 'echo', fr: 'écho' },
  'lines.busy': {
    en: '{line} is busy {load} of the time; above 80 % polls wait for one another.',
    fr: '{line} est occupée {load} du temps ; au-delà de 80 % les lectures s’attendent.',
  },
  'lines.over': {
    en: '{line} would take {load} of the time, if its devices think for 10 ms as is common (their profiles do not say).',
    fr: '{line} prendrait {load} du temps, si ses appareils réfléchissent 10 ms comme il est courant (leurs profils ne le disent pas).',
  },
  'lines.guessed': {
    en: 'Where a profile does not say how long its device thinks before it answers, the plan takes 10 ms.',
    fr: 'Là où un profil ne dit pas combien de temps son appareil réfléchit avant de répondre, la prévision prend 10 ms.',
  },
  'lines.suggested-how': {
    en: 'A timeout that would suit goes into the site file, as `timeout` of the device; a shorter one costs the line less when the device is dead.',
    fr: 'Un délai qui conviendrait se met dans le fichier de site, sous `timeout` de l’appareil ; plus court, il coûte moins à la ligne quand l’appareil est muet.',
  },
  'lines.not-running': {
    en: 'Planned only: no gateway of this site runs here.',
    fr: 'Prévu seulement : aucune passerelle de ce site ne tourne ici.',
  },
  'status.device': { en: 'device', fr: 'appareil' },
  'status.device-place': { en: '{profile}, unit {unit} on {line}', fr: '{profile}, unité {unit} sur {line}' },
  'status.broker': { en: 'broker', fr: 'broker' },
  'status.segment': { en: 'segment', fr: 'segment' },
  'status.asked': { en: '{level}, {who}', fr: '{level}, {who}' },
  'status.actual': { en: 'the lamps say {actual} %', fr: 'les lampes disent {actual} %' },
  'status.alarm': { en: 'alarm', fr: 'alarme' },
  'status.since': { en: 'since {since}', fr: 'depuis {since}' },
  'status.alarm-of': { en: '{of}: {what}', fr: '{of} : {what}' },
  'status.no-alarm': { en: 'Nothing is wrong.', fr: 'Rien à signaler.' },
  'status.untold': { en: 'no lamp tells', fr: 'aucune lampe ne le dit' },
  'status.release': { en: 'release', fr: 'sortie' },
  'status.release-figures': { en: '{last} made, {waiting} waiting', fr: '{last} faits, {waiting} en attente' },
  'status.receipt': { en: 'confirmed up to {receipt}', fr: 'confirmés jusqu’à {receipt}' },
  'status.no-receipt': { en: 'no receipt yet', fr: 'pas encore d’accusé de réception' },
  'status.best-effort': { en: 'best effort', fr: 'au mieux' },
  'status.held': {
    en: '{held} records are held in memory: the disk does not take them',
    fr: '{held} enregistrements en mémoire : le disque ne les prend pas',
  },
  'status.caught-up': {
    en: '{n} records that waited follow until about {when}; what is new goes before them',
    fr: '{n} enregistrements en attente suivent jusque vers {when} ; les nouveaux passent avant',
  },
  'status.budget': {
    en: 'this month {spent} of {monthly} on the wire, estimated; at this pace {projected}',
    fr: 'ce mois-ci {spent} sur {monthly} transmis, estimation ; à ce rythme {projected}',
  },
  'status.spent': {
    en: 'this month {spent} on the wire, estimated',
    fr: 'ce mois-ci {spent} transmis, estimation',
  },
  'status.budget-waits': {
    en: 'for the month’s bytes wait: {releases}; nothing of them is lost',
    fr: 'attendent le forfait du mois : {releases} ; rien n’en est perdu',
  },
  'status.twin': {
    en: 'another gateway has this one’s identity: outbox {outbox}, start {boot}. Stop the copy, or give each its own identity.',
    fr: 'une autre passerelle porte la même identité : file {outbox}, démarrage {boot}. Arrêter la copie, ou donner à chacune la sienne.',
  },
  'status.ledger': { en: 'ledger', fr: 'journal' },
  'status.ledger-figures': { en: '{messages} message(s), {bytes} bytes', fr: '{messages} message(s), {bytes} octets' },
  'state.alive': { en: 'answers', fr: 'répond' },
  'state.foreign-master': { en: 'another master', fr: 'un autre maître' },
  'state.echo': { en: 'echo', fr: 'écho' },
  'state.noise': { en: 'noise', fr: 'parasites' },
  'state.line-down': { en: 'line down', fr: 'ligne coupée' },
  'state.dead': { en: 'silent', fr: 'muet' },
  'state.connected': { en: 'connected', fr: 'connecté' },
  'state.disconnected': { en: 'not connected', fr: 'non connecté' },

  // fanal read, raw
  'read.loss': {
    en: '{sent} frames transmitted, {received} received, {errors} errors, {loss}% frame loss',
    fr: '{sent} trames émises, {received} reçues, {errors} erreurs, {loss} % de pertes',
  },
  'read.no-answer': { en: 'no answer', fr: 'pas de réponse' },
  'read.garbled': { en: 'only damaged or foreign frames', fr: 'rien que des trames abîmées ou étrangères' },
  'read.resting': {
    en: 'not asked: it did not answer a moment ago',
    fr: 'pas interrogé : il n’a pas répondu à l’instant',
  },
  'read.exception': { en: 'exception {exception}', fr: 'exception {exception}' },

  // fanal receive
  'fault.NOT_A_BROKER': {
    en: '“{broker}” is no broker: write mqtt://host or mqtts://host, with :port where it is not 1883 or 8883',
    fr: '« {broker} » n’est pas un broker : écrire mqtt://hôte ou mqtts://hôte, avec :port s’il n’est ni 1883 ni 8883',
  },
  'fault.SHELF_OPEN': { en: '{file} cannot be opened: {detail}', fr: '{file} ne peut être ouvert : {detail}' },
  'fault.SHELF_NOT_OURS': {
    en: '{file} is something else, and was left alone: name another file with --into',
    fr: '{file} est autre chose, et n’a pas été touché : nommer un autre fichier avec --into',
  },
  'fault.SHELF_WRITE': {
    en: '{file} cannot be written: {detail}. No receipt was given for what is not in it.',
    fr: '{file} ne peut être écrit : {detail}. Aucun accusé de réception n’a été donné pour ce qui n’y est pas.',
  },
  'receive.online': { en: '{site} is online', fr: '{site} est en ligne' },
  'receive.offline': { en: '{site} is offline', fr: '{site} est hors ligne' },
  'receive.garbage': { en: 'not understood, on {topic}: {detail}', fr: 'incompris, sur {topic} : {detail}' },
  'receive.gap-found': { en: '{name}: {from} to {to} are missing', fr: '{name} : il manque {from} à {to}' },
  'receive.gap-declared': {
    en: '{name}: the gateway says that {from} to {to} will not come ({why})',
    fr: '{name} : la passerelle dit que {from} à {to} ne viendront pas ({why})',
  },
  'receive.gap-closed': { en: '{name}: complete up to {upto}', fr: '{name} : complet jusqu’à {upto}' },
  'receive.replay-asked': { en: '{name}: asked again for {ranges}', fr: '{name} : redemandé {ranges}' },
  'receive.watching': {
    en: 'Watching {filter} at {url}. Nothing is kept and no receipt is given; --into FILE does both.',
    fr: 'Observation de {filter} sur {url}. Rien n’est gardé, aucun accusé de réception n’est donné ; --into FICHIER fait les deux.',
  },
  'receive.keeping': {
    en: 'Keeping {filter} of {url} in {file}; receipts are given.',
    fr: 'Conservation de {filter} de {url} dans {file} ; les accusés de réception sont donnés.',
  },
} as const satisfies Record<string, Record<Language, string>>

export type MessageKey = keyof typeof messages

export function isMessage(key: string): key is MessageKey {
  return Object.hasOwn(messages, key)
}

export type Say = (key: MessageKey, words?: Readonly<Record<string, string | number>>) => string

export function speak(language: Language): Say {
  const catalogue = (key: MessageKey) => (language === 'fr' ? typeset(messages[key].fr) : messages[key].en)
  return (key, words = {}) =>
    catalogue(key).replaceAll(/\{([a-z-]+)\}/g, (whole, name: string) => String(words[name] ?? whole))
}
