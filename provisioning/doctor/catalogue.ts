/**
 * All that the doctor can find: of what, how grave, what it is, why it matters, and what to type. `{words}` are filled in.
 * A remedy is a command, the same in both languages, or `see PAGE`, a page of the manual.
 */
import type { Language } from '../language.ts'
import type { Subject } from './finding.ts'

type Text = Readonly<Record<Language, string>>

interface Known {
  readonly of: Subject
  readonly state: 'ok' | 'warning' | 'wrong'
  /** absent of what has its sentence elsewhere: troubles of lines and broker (`words.code`) */
  readonly what?: Text
  readonly why?: Text
  readonly remedy?: string
}

export const catalogue = {
  'node-ok': { of: 'runtime', state: 'ok', what: { en: 'Node {version}', fr: 'Node {version}' } },
  'node-old': {
    of: 'runtime',
    state: 'wrong',
    what: { en: 'Node {version} is older than {needed}', fr: 'Node {version} est plus ancien que {needed}' },
    why: { en: 'Fanal does not run on it', fr: 'Fanal n’y fonctionne pas' },
    remedy: 'npm ci --ignore-scripts',
  },
  'libatomic-missing': {
    of: 'runtime',
    state: 'warning',
    what: { en: 'the library libatomic is missing', fr: 'la bibliothèque libatomic manque' },
    why: { en: 'the Node that Fanal brings may not start', fr: 'le Node que Fanal apporte peut ne pas démarrer' },
    remedy: 'sudo apt-get install libatomic1',
  },

  'folder-ok': { of: 'folder', state: 'ok', what: { en: '{folder}, {free} free', fr: '{folder}, {free} libres' } },
  'folder-none': {
    of: 'folder',
    state: 'warning',
    what: { en: '{folder} does not exist', fr: '{folder} n’existe pas' },
    why: { en: 'no gateway has run there yet', fr: 'aucune passerelle n’y a encore tourné' },
    remedy: 'fanal up SITE --state {folder}',
  },
  'folder-unwritable': {
    of: 'folder',
    state: 'wrong',
    what: { en: '{folder} cannot be written', fr: '{folder} n’est pas inscriptible' },
    why: { en: 'no gateway starts there as {user}', fr: 'aucune passerelle n’y démarre en tant que {user}' },
    remedy: 'sudo chown -R {user} {folder}',
  },
  'folder-foreign': {
    of: 'folder',
    state: 'warning',
    what: { en: '{folder} belongs to another user', fr: '{folder} appartient à un autre utilisateur' },
    why: {
      en: 'two users in one folder lock one another out',
      fr: 'deux utilisateurs dans un dossier s’excluent l’un l’autre',
    },
    remedy: 'ls -ld {folder}',
  },
  'folder-open': {
    of: 'folder',
    state: 'warning',
    what: { en: 'others can look into {folder}', fr: 'd’autres peuvent lire {folder}' },
    why: { en: 'what waits to leave is nobody else’s', fr: 'ce qui attend de sortir n’est à personne d’autre' },
    remedy: 'chmod 700 {folder}',
  },
  'folder-read-only': {
    of: 'folder',
    state: 'wrong',
    what: {
      en: 'the file system of {folder} is read-only',
      fr: 'le système de fichiers de {folder} est en lecture seule',
    },
    why: {
      en: 'nothing is kept; a card that fails turns itself read-only',
      fr: 'rien n’est gardé ; une carte qui lâche passe en lecture seule',
    },
    remedy: 'sudo dmesg --level=err,warn | tail -n 20',
  },
  'folder-fleeting': {
    of: 'folder',
    state: 'warning',
    what: { en: '{folder} is on {kind}', fr: '{folder} est sur {kind}' },
    why: {
      en: 'all of it is gone at the next start of the machine: records, audit, leases',
      fr: 'tout disparaît au prochain démarrage de la machine : enregistrements, audit, commandes',
    },
    remedy: 'fanal up SITE --state /var/lib/fanal',
  },
  'disk-full': {
    of: 'folder',
    state: 'wrong',
    what: { en: '{free} free on the disk of {folder}', fr: '{free} libres sur le disque de {folder}' },
    why: {
      en: 'records are held in memory, and lost when that is full',
      fr: 'les enregistrements restent en mémoire, et sont perdus quand elle est pleine',
    },
    remedy: 'sudo du -xh --max-depth=3 / | sort -h | tail -n 20',
  },
  'disk-low': {
    of: 'folder',
    state: 'warning',
    what: { en: '{free} free on the disk of {folder}', fr: '{free} libres sur le disque de {folder}' },
    why: { en: 'it will be full one day', fr: 'il sera plein un jour' },
    remedy: 'sudo du -xh --max-depth=3 / | sort -h | tail -n 20',
  },
  'inodes-low': {
    of: 'folder',
    state: 'wrong',
    what: {
      en: 'the disk of {folder} has hardly any inodes left',
      fr: 'le disque de {folder} n’a presque plus d’inodes',
    },
    why: { en: 'no file can be made, whatever room there is', fr: 'aucun fichier ne peut être créé, malgré la place' },
    remedy: 'df -i {folder}',
  },
  'files-set-aside': {
    of: 'folder',
    state: 'warning',
    what: { en: 'damaged files were set aside: {files}', fr: 'des fichiers abîmés ont été mis de côté : {files}' },
    why: {
      en: 'a power cut or a failing card; look at them, then delete them',
      fr: 'une coupure ou une carte qui lâche ; les regarder, puis les effacer',
    },
    remedy: 'ls -l {folder}',
  },

  'site-ok': { of: 'site', state: 'ok', what: { en: '{file}', fr: '{file}' } },
  'site-none': {
    of: 'site',
    state: 'warning',
    what: {
      en: 'no site file was named, and none ran here',
      fr: 'aucun fichier de site n’est nommé, et aucun n’a tourné ici',
    },
    why: { en: 'lines and broker cannot be looked at', fr: 'lignes et broker ne peuvent être examinés' },
    remedy: 'fanal doctor SITE',
  },
  'site-missing': {
    of: 'site',
    state: 'wrong',
    what: { en: '{file} cannot be read ({detail})', fr: '{file} ne peut être lu ({detail})' },
    why: { en: 'without it no gateway starts', fr: 'sans lui aucune passerelle ne démarre' },
    remedy: 'ls -l {file}',
  },
  'site-wrong': {
    of: 'site',
    state: 'wrong',
    what: { en: 'mistakes in {file}: {n}', fr: 'erreurs dans {file} : {n}' },
    why: { en: 'no gateway starts with it', fr: 'aucune passerelle ne démarre avec' },
    remedy: 'fanal check {file}',
  },
  'site-cut-short': {
    of: 'site',
    state: 'wrong',
    what: {
      en: '{file} is only the beginning of the site that ran before',
      fr: '{file} n’est que le début du site qui a tourné avant',
    },
    why: {
      en: 'it looks cut off; no gateway starts with it',
      fr: 'il semble tronqué ; aucune passerelle ne démarre avec',
    },
    remedy: 'diff {file} {kept}',
  },
  'profiles-wrong': {
    of: 'site',
    state: 'wrong',
    what: { en: 'mistakes in profiles of your own: {n}', fr: 'erreurs dans vos propres profils : {n}' },
    why: { en: 'devices with them are not read', fr: 'les appareils qui en dépendent ne sont pas lus' },
    remedy: 'fanal check {file} --profiles FOLDER',
  },

  'gateway-running': {
    of: 'gateway',
    state: 'ok',
    what: { en: 'runs since {since} (process {pid})', fr: 'tourne depuis {since} (processus {pid})' },
  },
  'gateway-not-running': {
    of: 'gateway',
    state: 'wrong',
    what: { en: 'no gateway runs in {folder}', fr: 'aucune passerelle ne tourne dans {folder}' },
    why: { en: 'nothing is read, and nobody lights the street', fr: 'rien n’est lu, et nul n’éclaire la rue' },
    remedy: 'fanal up {site} --state {folder}',
  },
  'gateway-silent': {
    of: 'gateway',
    state: 'wrong',
    what: { en: 'the gateway in {folder} does not answer', fr: 'la passerelle de {folder} ne répond pas' },
    why: {
      en: 'it hangs, or is of another release than this command',
      fr: 'elle est bloquée, ou d’une autre version que cette commande',
    },
    remedy: 'fanal support --state {folder}',
  },
  'gateway-several': {
    of: 'gateway',
    state: 'warning',
    what: { en: 'several gateways run: {folders}', fr: 'plusieurs passerelles tournent : {folders}' },
    why: {
      en: 'two on one line answer one another’s devices; each command wants its --state',
      fr: 'à deux sur une ligne elles se gênent ; chaque commande veut son --state',
    },
    remedy: 'fanal status --state {folder}',
  },
  'gateway-not-allowed': {
    of: 'gateway',
    state: 'wrong',
    what: {
      en: '{user} may not ask the gateway in {folder}',
      fr: '{user} n’a pas le droit d’interroger la passerelle de {folder}',
    },
    why: { en: 'half of what is to be known is not', fr: 'la moitié de ce qu’il faut savoir reste inconnue' },
    remedy: 'sudo fanal doctor --state {folder}',
  },
  'unit-disabled': {
    of: 'gateway',
    state: 'warning',
    what: { en: 'the unit {unit} is {enabled}', fr: 'l’unité {unit} est {enabled}' },
    why: { en: 'after a power cut no gateway starts', fr: 'après une coupure aucune passerelle ne démarre' },
    remedy: 'sudo systemctl enable {unit}',
  },
  'unit-failed': {
    of: 'gateway',
    state: 'wrong',
    what: { en: 'the unit {unit} has failed', fr: 'l’unité {unit} a échoué' },
    why: { en: 'systemd has given up starting it', fr: 'systemd a renoncé à la démarrer' },
    remedy: 'journalctl -u {unit} -n 50',
  },
  'unit-unwatched': {
    of: 'gateway',
    state: 'warning',
    what: { en: 'the unit {unit} has no watchdog', fr: 'l’unité {unit} n’a pas de chien de garde' },
    why: {
      en: 'a gateway that hangs would not be started again; it wants WatchdogSec=30 and NotifyAccess=all',
      fr: 'une passerelle bloquée ne serait pas relancée ; il faut WatchdogSec=30 et NotifyAccess=all',
    },
    remedy: 'sudo systemctl edit {unit}',
  },

  'clock-ok': { of: 'clock', state: 'ok', what: { en: '{time}, believed', fr: '{time}, crue' } },
  'clock-unset': {
    of: 'clock',
    state: 'wrong',
    what: { en: 'the clock says {time}: nobody has set it', fr: 'l’horloge dit {time} : personne ne l’a réglée' },
    why: {
      en: 'programs cannot be followed, certificates look wrong',
      fr: 'les programmes ne peuvent être suivis, les certificats semblent faux',
    },
    remedy: 'sudo timedatectl set-ntp true',
  },
  'clock-unsynchronised': {
    of: 'clock',
    state: 'warning',
    what: { en: '{time}, and no time server keeps it', fr: '{time}, et aucun serveur de temps ne la tient' },
    why: {
      en: 'the street’s clock drifts, and is not believed after a power cut',
      fr: 'l’heure de la rue dérive, et n’est plus crue après une coupure',
    },
    remedy: 'sudo timedatectl set-ntp true',
  },
  'clock-unknown': {
    of: 'clock',
    state: 'wrong',
    what: {
      en: 'the gateway does not know what time it is ({reason})',
      fr: 'la passerelle ne sait pas quelle heure il est ({reason})',
    },
    why: { en: 'each segment does what its `on_loss` says', fr: 'chaque segment fait ce que dit son `on_loss`' },
    remedy: 'timedatectl',
  },
  'clock-holdover': {
    of: 'clock',
    state: 'warning',
    what: {
      en: 'the gateway keeps the time by itself ({reason})',
      fr: 'la passerelle tient l’heure toute seule ({reason})',
    },
    why: { en: 'after 30 days it is believed no longer', fr: 'après 30 jours elle n’est plus crue' },
    remedy: 'timedatectl',
  },

  'serial-ok': { of: 'serial', state: 'ok', what: { en: '{line}: {path}', fr: '{line} : {path}' } },
  'serial-missing': {
    of: 'serial',
    state: 'wrong',
    what: { en: '{line}: there is no {path}', fr: '{line} : {path} n’existe pas' },
    why: {
      en: 'the adapter is not plugged in, or has another name',
      fr: 'l’adaptateur n’est pas branché, ou a un autre nom',
    },
    remedy: 'ls -l /dev/serial/by-id',
  },
  'serial-not-allowed': {
    of: 'serial',
    state: 'wrong',
    what: { en: '{line}: {user} may not open {path}', fr: '{line} : {user} n’a pas le droit d’ouvrir {path}' },
    why: {
      en: 'it belongs to the group {group}; log in again after this',
      fr: 'il est au groupe {group} ; se reconnecter ensuite',
    },
    remedy: 'sudo usermod -aG {group} {user}',
  },
  'serial-held': {
    of: 'serial',
    state: 'wrong',
    what: {
      en: '{line}: {program} (process {pid}) holds {path}',
      fr: '{line} : {program} (processus {pid}) tient {path}',
    },
    why: { en: 'a line has one owner', fr: 'une ligne n’a qu’un maître' },
    remedy: 'ps -fp {pid}',
  },
  'serial-modem-manager': {
    of: 'serial',
    state: 'wrong',
    what: { en: '{line}: ModemManager holds {path}', fr: '{line} : ModemManager tient {path}' },
    why: { en: 'it takes each adapter for a modem', fr: 'il prend chaque adaptateur pour un modem' },
    remedy: 'sudo systemctl mask --now ModemManager',
  },
  'serial-passing-name': {
    of: 'serial',
    state: 'warning',
    what: {
      en: '{line}: {path} is another adapter when it is replugged',
      fr: '{line} : {path} désigne un autre adaptateur une fois rebranché',
    },
    why: { en: 'write {stable} into the site file', fr: 'écrire {stable} dans le fichier de site' },
    remedy: 'ls -l /dev/serial/by-id',
  },
  'serial-unnamed': {
    of: 'serial',
    state: 'warning',
    what: {
      en: '{line}: {path} is another adapter when it is replugged, and nothing tells them apart',
      fr: '{line} : {path} désigne un autre adaptateur une fois rebranché, et rien ne les distingue',
    },
    why: {
      en: 'this system has no name by id or by path for it; in a container, give it its name outside: --device /dev/serial/by-id/…',
      fr: 'ce système n’a pour lui ni nom by-id ni nom by-path ; dans un conteneur, lui donner celui du dehors : --device /dev/serial/by-id/…',
    },
    remedy: 'udevadm info {path}',
  },
  'serial-moved': {
    of: 'serial',
    state: 'warning',
    what: {
      en: '{line}: the adapter that was {path} is {now} since it was replugged',
      fr: '{line} : l’adaptateur qui était {path} est {now} depuis qu’il a été rebranché',
    },
    why: {
      en: 'a restart would not find it: write {stable} into the site file',
      fr: 'un redémarrage ne le retrouverait pas : écrire {stable} dans le fichier de site',
    },
    remedy: 'ls -l /dev/serial/by-id',
  },
  'serial-twin': {
    of: 'serial',
    state: 'warning',
    what: {
      en: '{line}: {path} may be either of two adapters, whose serial number is the same or none',
      fr: '{line} : {path} peut être l’un ou l’autre de deux adaptateurs, au même numéro de série ou sans numéro',
    },
    why: {
      en: 'write {stable}, which names the socket, into the site file',
      fr: 'écrire {stable}, qui nomme la prise, dans le fichier de site',
    },
    remedy: 'ls -l /dev/serial/by-path',
  },
  'serial-slow': {
    of: 'serial',
    state: 'warning',
    what: {
      en: '{line}: the adapter keeps what it hears for {ms} ms',
      fr: '{line} : l’adaptateur garde {ms} ms ce qu’il entend',
    },
    why: {
      en: 'each question takes that much longer; the package brings a udev rule that sets it at each plugging in',
      fr: 'chaque question dure d’autant plus ; le paquet apporte une règle udev qui le règle à chaque branchement',
    },
    remedy: 'echo 1 | sudo tee /sys/bus/usb-serial/devices/{tty}/latency_timer',
  },

  'line-ok': { of: 'lines', state: 'ok', what: { en: '{line}: {url}', fr: '{line} : {url}' } },
  'line-trouble': { of: 'lines', state: 'wrong', remedy: 'fanal read --site {site}' },
  'line-noisy': {
    of: 'lines',
    state: 'warning',
    what: {
      en: '{line}: {share} % of the answers were damaged',
      fr: '{line} : {share} % des réponses étaient abîmées',
    },
    why: {
      en: 'look at A and B, the terminators, the shield, and a cable beside a power line',
      fr: 'regarder A et B, les terminaisons, le blindage, et un câble le long d’un câble de puissance',
    },
    remedy: 'fanal status',
  },
  'line-foreign': {
    of: 'lines',
    state: 'warning',
    what: {
      en: '{line}: somebody else speaks on it ({foreign} frames)',
      fr: '{line} : quelqu’un d’autre y parle ({foreign} trames)',
    },
    why: { en: 'two masters on one wire disturb one another', fr: 'deux maîtres sur un fil se gênent' },
    remedy: 'see provisioning/README.md#troubles',
  },
  'line-foreign-master': {
    of: 'lines',
    state: 'wrong',
    what: { en: '{line}: another master asks on it', fr: '{line} : un autre maître l’interroge' },
    why: {
      en: 'nothing is written while both speak: end one of the two, or let it go through this gateway',
      fr: 'on n’écrit plus tant que les deux parlent : arrêter l’un des deux, ou le faire passer par cette passerelle',
    },
    remedy: 'see provisioning/README.md#a-disturbed-line',
  },
  'line-echo': {
    of: 'lines',
    state: 'wrong',
    what: { en: '{line}: the adapter hears what it sends', fr: '{line} : l’adaptateur entend ce qu’il émet' },
    why: {
      en: 'nothing is written: switch off its local echo, or wire RE to DE so that it is deaf while it sends',
      fr: 'on n’écrit plus : couper son écho local, ou relier RE à DE pour qu’il soit sourd pendant qu’il émet',
    },
    remedy: 'see provisioning/README.md#a-disturbed-line',
  },
  'line-noise': {
    of: 'lines',
    state: 'wrong',
    what: { en: '{line}: a fifth of the answers are damaged', fr: '{line} : un cinquième des réponses sont abîmées' },
    why: {
      en: 'look at the terminators, the shield, A and B; then try a lower baud rate',
      fr: 'regarder les terminaisons, le blindage, A et B ; puis essayer un débit plus bas',
    },
    remedy: 'see provisioning/README.md#a-disturbed-line',
  },
  'line-busy': {
    of: 'lines',
    state: 'warning',
    what: { en: '{line}: busy {load} % of the time', fr: '{line} : occupée {load} % du temps' },
    why: {
      en: 'polls come late; read less often (`polling`), or split the line',
      fr: 'les lectures prennent du retard ; lire moins souvent (`polling`), ou partager la ligne',
    },
    remedy: 'fanal lines',
  },

  'devices-ok': { of: 'devices', state: 'ok', what: { en: '{n} answer', fr: '{n} répondent' } },
  'device-dead': {
    of: 'devices',
    state: 'wrong',
    what: {
      en: '{device} does not answer (unit {unit} on {line})',
      fr: '{device} ne répond pas (unité {unit} sur {line})',
    },
    why: {
      en: 'power, unit address, speed and parity, then A and B swapped, in this order',
      fr: 'alimentation, adresse, vitesse et parité, puis A et B inversés, dans cet ordre',
    },
    remedy: "fanal read '{device}.*'",
  },
  'line-mute': {
    of: 'devices',
    state: 'wrong',
    what: { en: '{line}: not a single byte is heard', fr: '{line} : pas un seul octet n’est entendu' },
    why: {
      en: 'power of the devices, the wire, A and B swapped, or no unit {unit}, in this order',
      fr: 'alimentation des appareils, le fil, A et B inversés, ou pas d’unité {unit}, dans cet ordre',
    },
    remedy: 'see provisioning/README.md#a-device-does-not-answer',
  },
  'line-gibberish': {
    of: 'devices',
    state: 'wrong',
    what: {
      en: '{line}: only damaged bytes are heard, never an answer',
      fr: '{line} : seuls des octets abîmés sont entendus, jamais une réponse',
    },
    why: {
      en: 'speed and parity are wrong, or A and B are swapped, or two devices have unit {unit}',
      fr: 'vitesse ou parité fausses, ou A et B inversés, ou deux appareils ont l’unité {unit}',
    },
    remedy: 'see provisioning/README.md#a-device-does-not-answer',
  },
  'line-others': {
    of: 'devices',
    state: 'wrong',
    what: {
      en: '{line}: answers are heard, but of other units than those asked',
      fr: '{line} : des réponses sont entendues, mais d’autres unités que celles demandées',
    },
    why: {
      en: 'the unit addresses in the site file are not those of the devices, or another master asks here',
      fr: 'les adresses du fichier de site ne sont pas celles des appareils, ou un autre maître interroge ici',
    },
    remedy: 'see provisioning/README.md#a-device-does-not-answer',
  },
  'device-absent': {
    of: 'devices',
    state: 'wrong',
    what: {
      en: '{device} is silent, and others on {line} answer',
      fr: '{device} se tait, et d’autres répondent sur {line}',
    },
    why: {
      en: 'line, speed and wires are right: its power, or its unit address is not {unit}',
      fr: 'ligne, vitesse et fils sont bons : son alimentation, ou son adresse n’est pas {unit}',
    },
    remedy: 'see provisioning/README.md#a-device-does-not-answer',
  },
  'device-overlaps': {
    of: 'devices',
    state: 'wrong',
    what: {
      en: '{device}: its answers are damaged, and those of others on {line} are not',
      fr: '{device} : ses réponses sont abîmées, et celles des autres sur {line} ne le sont pas',
    },
    why: {
      en: 'two devices have unit {unit}, and speak at once; or its own stub or terminals are bad',
      fr: 'deux appareils ont l’unité {unit}, et parlent à la fois ; ou sa dérivation ou ses bornes sont mauvaises',
    },
    remedy: 'see provisioning/README.md#a-device-does-not-answer',
  },
  'device-doubt': {
    of: 'devices',
    state: 'wrong',
    what: {
      en: '{device} does not look like {profile}: {because}',
      fr: '{device} ne ressemble pas à {profile} : {because}',
    },
    why: {
      en: 'its values do not count, and nothing is written to it: the unit of another device, the profile of a sister model, or a firmware that moved its registers',
      fr: 'ses valeurs ne comptent pas, et rien ne lui est écrit : l’unité d’un autre appareil, le profil d’un modèle frère, ou un micrologiciel qui a déplacé ses registres',
    },
    remedy: "fanal read '{device}.*'",
  },
  'device-refuses': {
    of: 'devices',
    state: 'warning',
    what: {
      en: '{device} refuses registers that {profile} has it read: {registers}',
      fr: '{device} refuse des registres que {profile} fait lire : {registers}',
    },
    why: {
      en: 'their points have no value; the profile is another device’s, or wrong',
      fr: 'leurs points n’ont pas de valeur ; le profil est celui d’un autre appareil, ou faux',
    },
    remedy: 'see drivers/README.md#what-a-device-refuses',
  },

  'light-ok': {
    of: 'light',
    state: 'ok',
    what: { en: '{n} segments do as they shall', fr: '{n} segments font ce qu’ils doivent' },
  },
  'light-disobeys': {
    of: 'light',
    state: 'wrong',
    what: {
      en: '{segment} does not do as it shall ({because})',
      fr: '{segment} ne fait pas ce qu’il doit ({because})',
    },
    why: { en: 'the street may be dark, or lit by day', fr: 'la rue peut être noire, ou allumée le jour' },
    remedy: 'fanal why {segment}.level',
  },
  'light-unarmed': {
    of: 'light',
    state: 'warning',
    what: {
      en: '{device} does not go to its safe state by itself ({because})',
      fr: '{device} ne va pas de lui-même à son état sûr ({because})',
    },
    why: {
      en: 'if the gateway fails, its lamps stay as they are',
      fr: 'si la passerelle tombe, ses lampes restent en l’état',
    },
    remedy: "fanal read '{device}.*'",
  },

  'broker-ok': { of: 'broker', state: 'ok', what: { en: '{broker}', fr: '{broker}' } },
  'broker-trouble': { of: 'broker', state: 'wrong', remedy: 'see provisioning/README.md#troubles' },
  'broker-not-found': { of: 'broker', state: 'wrong', remedy: 'getent hosts {host}' },
  'broker-tls': { of: 'broker', state: 'wrong', remedy: 'openssl s_client -connect {host}:{port} -servername {host}' },
  'broker-refuses-release': { of: 'broker', state: 'wrong', remedy: 'see gateway/uplink/README.md' },
  'broker-file': {
    of: 'broker',
    state: 'wrong',
    what: { en: '{file} cannot be read ({detail})', fr: '{file} ne peut être lu ({detail})' },
    why: { en: 'without it there is no login', fr: 'sans lui, pas d’accès' },
    remedy: 'ls -l {file}',
  },
  'broker-plain': {
    of: 'broker',
    state: 'warning',
    what: { en: '{broker} is not encrypted', fr: '{broker} n’est pas chiffré' },
    why: {
      en: 'whoever is on the way reads along, the password too; write mqtts://',
      fr: 'qui est sur le chemin lit tout, le mot de passe aussi ; écrire mqtts://',
    },
    remedy: 'see provisioning/README.md#the-site-file',
  },

  'outbox-ok': {
    of: 'outbox',
    state: 'ok',
    what: { en: '{waiting} records wait', fr: '{waiting} enregistrements attendent' },
  },
  'outbox-trouble': {
    of: 'outbox',
    state: 'wrong',
    what: {
      en: 'the disk does not take records ({because})',
      fr: 'le disque ne prend pas les enregistrements ({because})',
    },
    why: {
      en: '{held} are held in memory; a power cut loses them',
      fr: '{held} sont en mémoire ; une coupure les perd',
    },
    remedy: 'df -h {folder}',
  },
  'keeping-trouble': {
    of: 'outbox',
    state: 'wrong',
    what: {
      en: 'audit and leases cannot be kept ({because})',
      fr: 'audit et commandes ne peuvent être gardés ({because})',
    },
    why: { en: 'a restart forgets them', fr: 'un redémarrage les oublie' },
    remedy: 'df -h {folder}',
  },
  'outbox-no-receipt': {
    of: 'outbox',
    state: 'warning',
    what: {
      en: '{release}: its recipient has confirmed nothing',
      fr: '{release} : son destinataire n’a rien confirmé',
    },
    why: {
      en: '{waiting} records are kept until it does, and fill the disk one day',
      fr: '{waiting} enregistrements sont gardés jusque-là, et rempliront le disque un jour',
    },
    remedy: 'see gateway/uplink/README.md',
  },
  'outbox-unread': {
    of: 'outbox',
    state: 'warning',
    what: {
      en: '{release}: no receipt from its recipient for {days} days',
      fr: '{release} : aucun accusé de réception de son destinataire depuis {days} jours',
    },
    why: {
      en: 'nobody seems to read it, and {waiting} records are kept for it: switch it off, or ask its recipient',
      fr: 'personne ne semble le lire, et {waiting} enregistrements sont gardés pour lui : l’arrêter, ou demander au destinataire',
    },
    remedy: 'fanal data cost',
  },
  'outbox-backlog': {
    of: 'outbox',
    state: 'warning',
    what: { en: '{release}: {waiting} records wait', fr: '{release} : {waiting} enregistrements attendent' },
    why: { en: 'the recipient or the broker does not keep up', fr: 'le destinataire ou le broker ne suit pas' },
    remedy: 'fanal status',
  },

  'history-ok': { of: 'history', state: 'ok', what: { en: 'kept', fr: 'tenu' } },
  'history-trouble': {
    of: 'history',
    state: 'wrong',
    what: { en: 'the history cannot be kept ({because})', fr: 'l’historique ne peut être tenu ({because})' },
    why: { en: 'nights past cannot be looked at', fr: 'les nuits passées ne peuvent être revues' },
    remedy: 'df -h {folder}',
  },

  'console-ok': { of: 'console', state: 'ok', what: { en: '{url}', fr: '{url}' } },
  'console-silent': {
    of: 'console',
    state: 'wrong',
    what: { en: 'nobody listens at {url}', fr: 'nul n’écoute sur {url}' },
    why: { en: 'the console cannot be opened', fr: 'la console ne peut être ouverte' },
    remedy: 'ss -ltnp',
  },
  'console-no-account': {
    of: 'console',
    state: 'warning',
    what: { en: '{url} has no account yet', fr: '{url} n’a pas encore de compte' },
    why: {
      en: 'whoever has the link of the last start makes the first one',
      fr: 'qui a le lien du dernier démarrage crée le premier',
    },
    remedy: 'fanal password NAME --state {folder}',
  },
  'console-exposed': {
    of: 'console',
    state: 'wrong',
    what: { en: '{url} is open to the network without encryption', fr: '{url} est ouvert au réseau sans chiffrement' },
    why: { en: 'passwords can be read along', fr: 'les mots de passe peuvent être lus au passage' },
    remedy: 'see provisioning/README.md#the-console',
  },
} as const satisfies Record<string, Known>

export type FindingCode = keyof typeof catalogue

/** As the type above would have it, for whoever looks one up. */
export function known(code: FindingCode): Known {
  return catalogue[code]
}

export const subjectNames: Readonly<Record<Subject, Text>> = {
  runtime: { en: 'runtime', fr: 'moteur' },
  folder: { en: 'folder', fr: 'dossier' },
  site: { en: 'site', fr: 'site' },
  gateway: { en: 'gateway', fr: 'passerelle' },
  clock: { en: 'clock', fr: 'horloge' },
  serial: { en: 'serial', fr: 'série' },
  lines: { en: 'lines', fr: 'lignes' },
  devices: { en: 'devices', fr: 'appareils' },
  light: { en: 'light', fr: 'lumière' },
  broker: { en: 'broker', fr: 'broker' },
  outbox: { en: 'outbox', fr: 'départs' },
  history: { en: 'history', fr: 'historique' },
  console: { en: 'console', fr: 'console' },
}

export const stateNames: Readonly<Record<Known['state'], Text>> = {
  ok: { en: 'ok', fr: 'bon' },
  warning: { en: 'mind', fr: 'à noter' },
  wrong: { en: 'WRONG', fr: 'À CORRIGER' },
}
