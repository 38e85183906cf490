/**
 * Every mistake that a file can contain, in words: what is wrong, and what would be right. The words in braces are filled
 * in: `{value}` is what the file says, `{key}` under which key, `{in}` where, `{allowed}` what may stand there; the others
 * come with the mistake.
 */
import { typeset } from './french.ts'

export type Language = 'en' | 'fr'
export type Bilingual = Readonly<Record<Language, string>>
/** What to fill in; a text that is the same in both languages may stand alone. */
export type Words = Readonly<Record<string, string | Bilingual>>

export interface Explanation {
  readonly what: Bilingual
  /** what is allowed, and an example; shown where no nearest right answer is known */
  readonly help: Bilingual
}

const allowed: Bilingual = { en: 'allowed here: {allowed}', fr: 'admis ici : {allowed}' }
const oneOfThese: Bilingual = { en: 'there is: {allowed}', fr: 'il y a : {allowed}' }
const slugForm: Bilingual = {
  en: 'lower-case letters and digits, words joined by hyphens: rue-haute-2',
  fr: 'des minuscules sans accent et des chiffres, les mots joints par des traits d’union : rue-haute-2',
}

export const explanations = {
  // the file as a whole
  'empty-file': {
    what: { en: 'the file is empty', fr: 'le fichier est vide' },
    help: {
      en: 'if it was not always so, it was cut short: take the last good copy',
      fr: 's’il ne l’a pas toujours été, il a été tronqué : reprenez la dernière bonne copie',
    },
  },
  'unreadable-file': {
    what: { en: 'the file cannot be read ({reason})', fr: 'le fichier ne peut être lu ({reason})' },
    help: { en: 'check its name and its permissions', fr: 'vérifiez son nom et ses droits' },
  },
  'unreadable-folder': {
    what: { en: 'the folder cannot be read ({reason})', fr: 'le dossier ne peut être lu ({reason})' },
    help: { en: 'check its name and its permissions', fr: 'vérifiez son nom et ses droits' },
  },

  // YAML
  'not-yaml': {
    what: { en: 'this cannot be read as YAML', fr: 'ceci ne se lit pas comme du YAML' },
    help: {
      en: 'a line is `key: value`; list entries begin with "- "; what belongs together has the same indentation',
      fr: 'une ligne s’écrit `clé: valeur` ; les éléments d’une liste commencent par « - » ; ce qui va ensemble a le même retrait',
    },
  },
  'duplicate-key': {
    what: { en: 'the key "{value}" stands here a second time', fr: 'la clé « {value} » figure ici une seconde fois' },
    help: { en: 'keep one of the two', fr: 'gardez l’une des deux' },
  },
  'tab-as-indent': {
    what: { en: 'a tab is used as indentation', fr: 'une tabulation sert de retrait' },
    help: { en: 'indent with spaces, two for each level', fr: 'mettez des espaces, deux par niveau' },
  },
  'bad-indent': {
    what: { en: 'the indentation is not right', fr: 'le retrait n’est pas bon' },
    help: {
      en: 'entries of one mapping begin in the same column; what is inside brackets or quotes must be closed',
      fr: 'les entrées d’un même bloc commencent dans la même colonne ; crochets et guillemets doivent être refermés',
    },
  },
  'missing-character': {
    what: {
      en: 'a quote, a bracket or a colon is missing',
      fr: 'il manque un guillemet, un crochet ou un deux-points',
    },
    help: {
      en: 'close what was opened; a key is followed by a colon and a space, `key: value`',
      fr: 'refermez ce qui est ouvert ; une clé est suivie d’un deux-points et d’une espace, `clé: valeur`',
    },
  },
  'two-keys-on-a-line': {
    what: { en: 'two keys stand on one line', fr: 'deux clés figurent sur une même ligne' },
    help: {
      en: 'put the second on a line of its own, or quote the value: key: "text: more text"',
      fr: 'mettez la seconde à la ligne, ou la valeur entre guillemets : clé: "texte: suite"',
    },
  },
  'reserved-first-character': {
    what: { en: 'a value cannot begin with this character', fr: 'une valeur ne peut commencer par ce caractère' },
    help: { en: 'put the value in quotes: "@home"', fr: 'mettez la valeur entre guillemets : "@home"' },
  },
  'several-documents': {
    what: { en: 'a second document begins here (---)', fr: 'un second document commence ici (---)' },
    help: { en: 'one file holds one document', fr: 'un fichier contient un seul document' },
  },
  'alias-not-allowed': {
    what: { en: 'aliases (*name) are not used here', fr: 'les alias (*nom) n’ont pas cours ici' },
    help: {
      en: 'write the value out: each line must be readable by itself',
      fr: 'écrivez la valeur en toutes lettres : chaque ligne doit se lire seule',
    },
  },

  // keys and values
  'unknown-key': {
    what: { en: 'unknown key "{key}"{in}', fr: 'clé inconnue « {key} »{in}' },
    help: allowed,
  },
  'missing-key': {
    what: { en: '"{key}" is missing{in}', fr: '« {key} » manque{in}' },
    help: { en: '{wanted}', fr: '{wanted}' },
  },
  'empty-value': {
    what: { en: '"{key}" has no value', fr: '« {key} » n’a pas de valeur' },
    help: { en: '{wanted}', fr: '{wanted}' },
  },
  'not-one-of': {
    what: { en: '"{key}" cannot be "{value}"', fr: '« {key} » ne peut être « {value} »' },
    help: allowed,
  },
  'wrong-type': {
    what: { en: 'wanted here: {expected}; this is {found}', fr: 'attendu ici : {expected} ; ceci est {found}' },
    help: { en: '{how}', fr: '{how}' },
  },
  'text-not-number': {
    what: {
      en: '"{value}" in quotes is text; wanted is a number',
      fr: '"{value}" entre guillemets est du texte ; il faut un nombre',
    },
    help: { en: 'write the number without quotes', fr: 'écrivez le nombre sans guillemets' },
  },
  'decimal-comma': {
    what: {
      en: '"{value}" is text: numbers have a decimal point',
      fr: '« {value} » est du texte : la décimale s’écrit avec un point',
    },
    help: { en: 'such as 0.1', fr: 'par exemple 0.1' },
  },
  'text-not-flag': {
    what: { en: '"{value}" is text; wanted is true or false', fr: '« {value} » est du texte ; il faut true ou false' },
    help: { en: 'write true or false, without quotes', fr: 'écrivez true ou false, sans guillemets' },
  },
  'not-quoted': {
    what: {
      en: '{value} is read as {found}; wanted is text',
      fr: '{value} est lu comme {found} ; il faut du texte',
    },
    help: { en: 'put it in quotes', fr: 'mettez-le entre guillemets' },
  },
  'not-a-whole-number': {
    what: { en: '{value} is not a whole number', fr: '{value} n’est pas un nombre entier' },
    help: { en: 'whole numbers only, such as 12', fr: 'des nombres entiers seulement, par exemple 12' },
  },
  'not-finite': {
    what: { en: '{value} is not a number to count with', fr: 'on ne peut pas compter avec {value}' },
    help: { en: 'a number, such as 5 or 0.1', fr: 'un nombre, par exemple 5 ou 0.1' },
  },
  'number-too-small': {
    what: { en: '{value} is too small for "{key}"', fr: '{value} est trop petit pour « {key} »' },
    help: { en: '{limit} or more', fr: '{limit} ou plus' },
  },
  'number-not-above': {
    what: { en: '{value} is too small for "{key}"', fr: '{value} est trop petit pour « {key} »' },
    help: { en: 'more than {limit}', fr: 'plus de {limit}' },
  },
  'number-too-big': {
    what: { en: '{value} is too big for "{key}"', fr: '{value} est trop grand pour « {key} »' },
    help: { en: '{limit} or less', fr: '{limit} ou moins' },
  },
  'empty-text': {
    what: { en: 'the text of "{key}" is empty', fr: 'le texte de « {key} » est vide' },
    help: { en: 'a text', fr: 'un texte' },
  },
  'text-too-short': {
    what: { en: 'the text of "{key}" is too short', fr: 'le texte de « {key} » est trop court' },
    help: { en: 'a text of at least {limit} character(s)', fr: 'un texte d’au moins {limit} caractère(s)' },
  },
  'not-a-list': {
    what: { en: '"{key}" is a list', fr: '« {key} » est une liste' },
    help: { en: 'a list is written [a, b]', fr: 'une liste s’écrit [a, b]' },
  },
  'list-too-short': {
    what: { en: 'too few entries in "{key}"', fr: 'trop peu d’éléments dans « {key} »' },
    help: { en: 'at least {limit}, written [a, b]', fr: 'au moins {limit}, écrits [a, b]' },
  },
  'list-too-long': {
    what: { en: 'too many entries in "{key}"', fr: 'trop d’éléments dans « {key} »' },
    help: { en: 'at most {limit}', fr: 'au plus {limit}' },
  },
  'not-valid': {
    what: { en: '"{value}" does not do for "{key}"', fr: '« {value} » ne convient pas pour « {key} »' },
    help: { en: 'see drivers/README.md', fr: 'voyez drivers/README.md' },
  },

  // forms that profiles and sites share
  'not-a-slug': {
    what: { en: '"{value}" is not written like a name', fr: '« {value} » n’est pas écrit comme un nom' },
    help: slugForm,
  },
  'not-a-point-name': {
    what: {
      en: '"{value}" is not written like the name of a point',
      fr: '« {value} » n’est pas écrit comme un nom de point',
    },
    help: {
      en: 'lower-case letters and digits, words joined by underscores: voltage_l1',
      fr: 'des minuscules sans accent et des chiffres, les mots joints par des tirets bas : voltage_l1',
    },
  },
  'no-time-unit': {
    what: { en: 'Don’t know what {value} means: it has no unit', fr: 'Que veut dire {value} ? L’unité manque' },
    help: { en: 'a number and ms, s, m, h or d: 500ms, 15m', fr: 'un nombre et ms, s, m, h ou d : 500ms, 15m' },
  },
  'not-a-duration': {
    what: { en: '"{value}" is not a duration', fr: '« {value} » n’est pas une durée' },
    help: {
      en: 'a number and its unit (ms, s, m, h or d), without a space: 500ms, 2s, 15m',
      fr: 'un nombre et son unité (ms, s, m, h ou d), sans espace : 500ms, 2s, 15m',
    },
  },
  'duration-outside': {
    what: {
      en: '{value} is too short or too long for "{key}"',
      fr: '{value} est trop court ou trop long pour « {key} »',
    },
    help: { en: 'from {least} to {most}', fr: 'de {least} à {most}' },
  },
  'not-a-serial-format': {
    what: { en: '"{value}" is not a serial format', fr: '« {value} » n’est pas un format série' },
    help: {
      en: 'baud, data bits, parity (N, E, O), stop bits: 9600 8N1',
      fr: 'bauds, bits de données, parité (N, E, O), bits de stop : 9600 8N1',
    },
  },
  'range-upside-down': {
    what: { en: 'the range {value} is upside down', fr: 'la plage {value} est à l’envers' },
    help: { en: 'the least first, then the most: [0, 300]', fr: 'le minimum d’abord, puis le maximum : [0, 300]' },
  },

  // profiles
  'id-not-file-name': {
    what: { en: 'the id "{value}" is not the name of the file', fr: 'l’id « {value} » n’est pas le nom du fichier' },
    help: { en: 'id: {allowed}', fr: 'id: {allowed}' },
  },
  'profile-shadowed': {
    what: {
      en: 'a profile "{profile}" exists already: this one is not used',
      fr: 'un profil « {profile} » existe déjà : celui-ci n’est pas utilisé',
    },
    help: {
      en: 'give the file and its id another name; the other one is {other}',
      fr: 'donnez un autre nom au fichier et à son id ; l’autre est {other}',
    },
  },
  'source-too-vague': {
    what: { en: 'this does not tell where the registers come from', fr: 'ceci ne dit pas d’où viennent les registres' },
    help: {
      en: 'the maker’s document, its edition, the table or page: "Acme, M1 register list, ed. 2, p. 7"',
      fr: 'le document du fabricant, son édition, le tableau ou la page : "Acme, M1 register list, éd. 2, p. 7"',
    },
  },
  'no-points': {
    what: { en: 'the profile has no points', fr: 'le profil n’a aucun point' },
    help: {
      en: 'at least one: voltage_l1: { at: input/0x0000, as: f32, quantity: voltage }',
      fr: 'au moins un : voltage_l1: { at: input/0x0000, as: f32, quantity: voltage }',
    },
  },
  'not-a-register': {
    what: { en: '"{value}" is not the address of a register', fr: '« {value} » n’est pas une adresse de registre' },
    help: {
      en: 'coil, discrete, input or holding, and an address counted from 0, up to 0xffff: input/0x0034',
      fr: 'coil, discrete, input ou holding, et une adresse comptée à partir de 0, jusqu’à 0xffff : input/0x0034',
    },
  },
  'not-a-bit': {
    what: { en: '"{value}" is not the number of a bit', fr: '« {value} » n’est pas un numéro de bit' },
    help: {
      en: 'bits count from 0, the least significant, to 31: { 0: lamp_failure }',
      fr: 'les bits se comptent de 0, celui de poids faible, à 31 : { 0: lamp_failure }',
    },
  },
  'worst-response-below-timeout': {
    what: {
      en: '{value} is shorter than the timeout ({timeout})',
      fr: '{value} est plus court que le délai d’attente ({timeout})',
    },
    help: {
      en: 'the longest that the device may take and still answer: the timeout, or more',
      fr: 'le plus long que l’appareil puisse mettre à répondre : la valeur de « timeout », ou plus',
    },
  },
  'default-outside-range': {
    what: { en: 'the default {value} is outside the range', fr: 'la valeur par défaut {value} est hors de la plage' },
    help: {
      en: 'a site that says nothing of "{parameter}" gets the default: it must be in the range',
      fr: 'un site qui ne dit rien de « {parameter} » reçoit cette valeur : elle doit être dans la plage',
    },
  },
  'no-such-point': {
    what: { en: 'the profile has no point "{value}"', fr: 'le profil n’a pas de point « {value} »' },
    help: oneOfThese,
  },
  'table-and-encoding': {
    what: { en: '"{value}" does not go with {table}', fr: '« {value} » ne va pas avec {table}' },
    help: {
      en: 'coil and discrete are single bits, always "bool"; input and holding are registers, never "bool"',
      fr: 'coil et discrete sont des bits, toujours « bool » ; input et holding sont des registres, jamais « bool »',
    },
  },
  'text-and-registers': {
    what: {
      en: '"registers" goes with "as: text", and only with it',
      fr: '« registers » va avec « as: text », et seulement avec lui',
    },
    help: {
      en: 'a text says its length: { as: text, registers: 8 }; the other encodings have theirs',
      fr: 'un texte dit sa longueur : { as: text, registers: 8 } ; les autres encodages ont la leur',
    },
  },
  'flags-and-names': {
    what: {
      en: '"flags" goes with "as: flags16" or "flags32", and only with them',
      fr: '« flags » va avec « as: flags16 » ou « flags32 », et seulement avec eux',
    },
    help: {
      en: 'name the bits: { as: flags16, flags: { 0: lamp_failure, 2: door_open } }',
      fr: 'nommez les bits : { as: flags16, flags: { 0: lamp_failure, 2: door_open } }',
    },
  },
  'unit-of-another-quantity': {
    what: { en: '"{value}" is not a unit of "{quantity}"', fr: '« {value} » n’est pas une unité de « {quantity} »' },
    help: {
      en: 'the quantity is kept in {base}: give a unit that converts into it, or none',
      fr: 'la grandeur est conservée en {base} : donnez une unité qui s’y convertit, ou aucune',
    },
  },
  'range-wider-than-quantity': {
    what: {
      en: 'the range {value} is wider than that of "{quantity}"',
      fr: 'la plage {value} déborde celle de « {quantity} »',
    },
    help: { en: 'within {range}, in the quantity’s unit', fr: 'dans {range}, dans l’unité de la grandeur' },
  },
  'no-such-parameter': {
    what: {
      en: 'the profile has no {type} called "{parameter}"',
      fr: 'le profil n’a pas de {type} nommé « {parameter} »',
    },
    help: {
      en: 'declare it under "parameters": { {parameter}: { type: {type}, … } }',
      fr: 'déclarez-le sous « parameters » : { {parameter}: { type: {type}, … } }',
    },
  },
  'swap-not-returned': {
    what: {
      en: '"{point}" swaps with "{with}", which does not swap back',
      fr: '« {point} » s’échange avec « {with} », qui ne le lui rend pas',
    },
    help: {
      en: 'both points name each other, with the same "when"',
      fr: 'les deux points se nomment l’un l’autre, avec le même « when »',
    },
  },
  'beyond-last-register': {
    what: {
      en: 'the value at {value} goes beyond the last register',
      fr: 'la valeur en {value} dépasse le dernier registre',
    },
    help: { en: 'the last address is 0xffff', fr: 'la dernière adresse est 0xffff' },
  },
  'register-claimed-twice': {
    what: {
      en: 'the registers at {value} belong to "{point}" already',
      fr: 'les registres en {value} sont déjà à « {point} »',
    },
    help: {
      en: 'u32, i32 and f32 take two registers, u64, i64 and f64 four: check the address and the encoding',
      fr: 'u32, i32 et f32 prennent deux registres, u64, i64 et f64 quatre : vérifiez l’adresse et l’encodage',
    },
  },

  // sites
  'nothing-here': {
    what: { en: '"{key}" is empty', fr: '« {key} » est vide' },
    help: {
      en: 'at least one entry, under a name of your choice',
      fr: 'au moins une entrée, sous un nom de votre choix',
    },
  },
  'not-an-absolute-path': {
    what: { en: '"{value}" is not a full path', fr: '« {value} » n’est pas un chemin complet' },
    help: {
      en: 'it begins with "/"; best a name that stays: /dev/serial/by-id/…',
      fr: 'il commence par « / » ; de préférence un nom stable : /dev/serial/by-id/…',
    },
  },
  'not-a-point-pattern': {
    what: {
      en: '"{value}" is not a point, nor a pattern of points',
      fr: '« {value} » n’est ni un point ni un motif de points',
    },
    help: {
      en: 'device.point, with * for either half: meter.voltage_l1, meter.*, *.power_active',
      fr: 'appareil.point, avec * pour l’une ou l’autre moitié : meter.voltage_l1, meter.*, *.power_active',
    },
  },
  'not-a-treatment': {
    what: { en: 'this is not a treatment', fr: 'ceci n’est pas un traitement' },
    help: {
      en: '{ aggregate: { every: 15m, of: [mean, max] } } or { round: 10 }, one an entry',
      fr: '{ aggregate: { every: 15m, of: [mean, max] } } ou { round: 10 }, un par élément',
    },
  },
  'not-a-basis': {
    what: { en: 'this is not a legal basis', fr: 'ceci n’est pas une base légale' },
    help: {
      en: '{allowed}; or { not-personal: why it is nobody’s data }',
      fr: '{allowed} ; ou { not-personal: pourquoi ces données ne sont celles de personne }',
    },
  },
  'not-a-delivery': {
    what: { en: 'this is not a delivery', fr: 'ceci n’est pas un mode de remise' },
    help: {
      en: 'durable (kept until the recipient’s receipt), or { best-effort: 30s } (a power cut may lose so much)',
      fr: 'durable (gardé jusqu’à l’accusé du destinataire), ou { best-effort: 30s } (une coupure peut en perdre autant)',
    },
  },
  'not-a-retention': {
    what: { en: '"{value}" is not a retention', fr: '« {value} » n’est pas une durée de conservation' },
    help: {
      en: 'a number and d, m or y (days, months, years): 3y',
      fr: 'un nombre et d, m ou y (jours, mois, années) : 3y',
    },
  },
  'not-a-broker-url': {
    what: { en: '"{value}" is not a broker’s URL', fr: '« {value} » n’est pas l’URL d’un broker' },
    help: {
      en: 'mqtts://broker.example:8883, or mqtt:// without TLS; user name and password have keys of their own',
      fr: 'mqtts://broker.example:8883, ou mqtt:// sans TLS ; identifiant et mot de passe ont leurs propres clés',
    },
  },
  'line-twice': {
    what: {
      en: '{value} is where line "{line}" goes already',
      fr: '{value} est déjà l’adresse de la ligne « {line} »',
    },
    help: {
      en: 'one wire or endpoint is one line: put the devices of both on one, each with its unit',
      fr: 'un câble ou une adresse est une seule ligne : mettez-y les appareils des deux, chacun avec son unité',
    },
  },
  'no-such-line': {
    what: { en: 'there is no line "{value}"', fr: 'il n’y a pas de ligne « {value} »' },
    help: oneOfThese,
  },
  'no-such-profile': {
    what: { en: 'there is no profile "{value}"', fr: 'il n’y a pas de profil « {value} »' },
    help: oneOfThese,
  },
  'faulty-profile': {
    what: {
      en: 'the profile "{value}" has mistakes of its own',
      fr: 'le profil « {value} » contient lui-même des erreurs',
    },
    help: { en: 'see them with: npx fanal check', fr: 'voyez-les avec : npx fanal check' },
  },
  'no-such-parameter-of-profile': {
    what: {
      en: 'the profile {profile} has no parameter "{key}"',
      fr: 'le profil {profile} n’a pas de paramètre « {key} »',
    },
    help: oneOfThese,
  },
  'parameter-of-wrong-type': {
    what: {
      en: 'the parameter "{parameter}" is a {type}, {value} is not',
      fr: 'le paramètre « {parameter} » est de type {type}, ce que {value} n’est pas',
    },
    help: {
      en: 'a ratio is a number, such as 40; a flag is true or false',
      fr: 'un ratio est un nombre, par exemple 40 ; un flag est true ou false',
    },
  },
  'parameter-outside-range': {
    what: {
      en: '{value} is outside the range of "{parameter}"',
      fr: '{value} est hors de la plage de « {parameter} »',
    },
    help: { en: 'the profile allows {range}', fr: 'le profil admet {range}' },
  },
  'pattern-matches-nothing': {
    what: { en: 'no point of this site fits "{value}"', fr: 'aucun point de ce site ne correspond à « {value} »' },
    help: oneOfThese,
  },
  'treatment-twice': {
    what: {
      en: '"{treatment}" stands twice in this treatment',
      fr: '« {treatment} » figure deux fois dans ce traitement',
    },
    help: { en: 'once is enough: keep the coarser one', fr: 'une fois suffit : gardez le plus grossier' },
  },
  'unit-taken': {
    what: {
      en: 'unit {unit} on line {line} is "{device}" already',
      fr: 'l’unité {unit} sur la ligne {line} est déjà « {device} »',
    },
    help: {
      en: 'each device on a line has a unit of its own, 1 to 247',
      fr: 'chaque appareil d’une ligne a sa propre unité, de 1 à 247',
    },
  },
  'key-and-certificate-together': {
    what: { en: 'a certificate and its key go together', fr: 'un certificat et sa clé vont ensemble' },
    help: {
      en: 'give both "certificate" and "key", or neither',
      fr: 'donnez « certificate » et « key », ou aucun des deux',
    },
  },
  'tls-without-mqtts': {
    what: { en: '"tls" needs an mqtts:// broker', fr: '« tls » veut un broker mqtts://' },
    help: { en: 'write mqtts://, or leave "tls" out', fr: 'écrivez mqtts://, ou retirez « tls »' },
  },
  'reserved-release-name': {
    what: { en: 'a release cannot be called "{release}"', fr: 'une sortie ne peut s’appeler « {release} »' },
    help: {
      en: 'the gateway’s own announcements have this name; choose another',
      fr: 'les annonces de la passerelle portent ce nom ; choisissez-en un autre',
    },
  },
  'serial-format-not-of-profile': {
    what: {
      en: '"{device}" ({profile}) cannot be set to {format}',
      fr: '« {device} » ({profile}) ne peut être réglé sur {format}',
    },
    help: {
      en: 'it speaks: {allowed}; all devices on a line share one format',
      fr: 'il parle : {allowed} ; tous les appareils d’une ligne ont le même format',
    },
  },
} as const satisfies Record<string, Explanation>

export type Code = keyof typeof explanations

export function isCode(text: string): text is Code {
  return Object.hasOwn(explanations, text)
}

/** What can stand in a file, by zod's names, and how it is written. */
export const kinds: Readonly<Record<string, { readonly name: Bilingual; readonly how: Bilingual }>> = {
  string: {
    name: { en: 'text', fr: 'du texte' },
    how: {
      en: 'a text; in quotes where it looks like a number',
      fr: 'un texte ; entre guillemets s’il ressemble à un nombre',
    },
  },
  number: {
    name: { en: 'a number', fr: 'un nombre' },
    how: { en: 'a number without quotes, such as 5 or 0.1', fr: 'un nombre sans guillemets, par exemple 5 ou 0.1' },
  },
  int: {
    name: { en: 'a whole number', fr: 'un nombre entier' },
    how: { en: 'a whole number without quotes, such as 12', fr: 'un nombre entier sans guillemets, par exemple 12' },
  },
  boolean: {
    name: { en: 'true or false', fr: 'true ou false' },
    how: { en: 'true or false, without quotes', fr: 'true ou false, sans guillemets' },
  },
  array: {
    name: { en: 'a list', fr: 'une liste' },
    how: { en: 'a list is written [a, b]', fr: 'une liste s’écrit [a, b]' },
  },
  object: {
    name: { en: 'a mapping', fr: 'un bloc' },
    how: {
      en: 'a mapping is written { key: value }, or a key a line, indented',
      fr: 'un bloc s’écrit { clé: valeur }, ou une clé par ligne, en retrait',
    },
  },
}

/** The message in one language; a list of names is cut where nobody would read on. */
export function say(message: Bilingual, words: Words, language: Language): string {
  const text = language === 'fr' ? typeset(message.fr) : message.en
  return text.replaceAll(/\{([a-z]+)\}/g, (braced, name: string) => {
    const word = words[name]
    return word === undefined ? braced : typeof word === 'string' ? word : word[language]
  })
}

const shown = 16

/** Names in a row, for `{allowed}`. */
export function listed(names: readonly string[]): Bilingual | string {
  if (names.length === 0) return { en: 'none', fr: 'aucun' }
  return names.slice(0, shown).join(', ') + (names.length > shown ? ' …' : '')
}
