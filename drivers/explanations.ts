/**
 * Every mistake that a file can contain, in words: what is wrong, and what would be right. The words in braces are filled
 * in: `{value}` is what the file says, `{key}` under which key, `{in}` where, `{allowed}` what may stand there; the others
 * come with the mistake.
 */
import { typeset } from './french.ts'
import { policyExplanations } from './policy-explanations.ts'
import { releaseExplanations } from './release-explanations.ts'
import { ruleExplanations } from './rule-explanations.ts'

export type Language = 'en' | 'fr'
export type Bilingual = Readonly<Record<Language, string>>
/** What to fill in; a text that is the same in both languages may stand alone. */
export type Words = Readonly<Record<string, string | Bilingual>>

export interface Explanation {
  readonly what: Bilingual
  /** what is allowed, and an example; shown where no nearest right answer is known */
  readonly help: Bilingual
  /** of what is refused for people's sake: by which rule, and where it is from */
  readonly rule?: Bilingual
}

const allowed: Bilingual = { en: 'allowed here: {allowed}', fr: 'admis ici : {allowed}' }
const oneOfThese: Bilingual = { en: 'there is: {allowed}', fr: 'il y a : {allowed}' }
const slugForm: Bilingual = {
  en: 'lower-case letters and digits, words joined by hyphens: rue-haute-2',
  fr: 'des minuscules sans accent et des chiffres, les mots joints par des traits d’union : rue-haute-2',
}

export const explanations = {
  ...releaseExplanations,
  ...ruleExplanations,
  ...policyExplanations,

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
  'braces-without-quotes': {
    what: {
      en: 'a name with braces, inside other braces, must be in quotes',
      fr: 'un nom avec des accolades, dans d’autres accolades, doit être entre guillemets',
    },
    help: {
      en: "YAML takes the inner ones for a mapping: by: 'gear_{gear}_level'",
      fr: "YAML prend celles du dedans pour un bloc : by: 'gear_{gear}_level'",
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
  'not-a-moment': {
    what: { en: '"{value}" is no moment', fr: '« {value} » n’est pas un moment' },
    help: {
      en: 'a day, 2026-11-25, or a time with its zone, 2026-11-25T10:30+01:00',
      fr: 'un jour, 2026-11-25, ou une heure avec son décalage, 2026-11-25T10:30+01:00',
    },
  },
  'not-a-rate': {
    what: { en: '"{value}" is no rate of change', fr: '« {value} » n’est pas une vitesse de variation' },
    help: {
      en: 'so much of the unit each second or minute: 10/s, 5/m; or at-once',
      fr: 'tant de l’unité par seconde ou par minute : 10/s, 5/m ; ou at-once (d’un coup)',
    },
  },
  'not-a-repeat-name': {
    what: { en: '"{value}" cannot name a kind', fr: '« {value} » ne peut nommer une sorte' },
    help: { en: 'lower-case letters only: gear', fr: 'des minuscules seulement : gear' },
  },
  'not-limits': {
    what: { en: '"{value}" are no limits', fr: '« {value} » ne sont pas des limites' },
    help: {
      en: 'the least and the most that may be written, in the quantity’s unit: [1, 100]; of a switch [0, 1]',
      fr: 'le moins et le plus qui puissent s’écrire, dans l’unité de la grandeur : [1, 100] ; d’un interrupteur [0, 1]',
    },
  },
  'not-a-safe-value': {
    what: { en: '"{value}" is no value to be safe at', fr: '« {value} » n’est pas une valeur sûre' },
    help: {
      en: 'what it goes to when nothing better is known, for lamps light: a number such as 100, or true for a switch',
      fr: 'ce vers quoi aller quand on ne sait rien de mieux, pour des lampes la lumière : un nombre comme 100, ou true pour un interrupteur',
    },
  },
  'not-a-confirmation': {
    what: { en: 'this does not say what confirms a write', fr: 'ceci ne dit pas ce qui confirme une écriture' },
    help: {
      en: '{ by: POINT, within: 5s, tolerance: 1 }, or { none: why nothing does }',
      fr: '{ by: POINT, within: 5s, tolerance: 1 }, ou { none: pourquoi rien ne le fait }',
    },
  },
  'not-a-loss-behaviour': {
    what: {
      en: 'this does not say what the device does when it hears nothing any more',
      fr: 'ceci ne dit pas ce que fait l’appareil quand il n’entend plus rien',
    },
    help: {
      en: '{ keeps: what that means for the street }, or { goes_to: safe, after: 10s, armed_by: [{ at: holding/8, value: 10 }] }',
      fr: '{ keeps: ce que cela veut dire pour la rue }, ou { goes_to: safe, after: 10s, armed_by: [{ at: holding/8, value: 10 }] }',
    },
  },
  'repeat-upside-down': {
    what: { en: 'the last "{repeat}" comes before the first', fr: 'le dernier « {repeat} » vient avant le premier' },
    help: { en: 'from is the lower number, to the higher', fr: 'from est le plus petit numéro, to le plus grand' },
  },
  'no-such-repeat': {
    what: { en: 'there is no kind "{repeat}"', fr: 'il n’y a pas de sorte « {repeat} »' },
    help: { en: 'declare it under repeats: {allowed}', fr: 'déclarez-la sous repeats : {allowed}' },
  },
  'step-and-repeat': {
    what: {
      en: '"{point}": step, and a kind in braces, belong together',
      fr: '« {point} » : step et une sorte entre accolades vont ensemble',
    },
    help: {
      en: 'gear_{gear}_level with step: 100, the registers from one to the next; a point by itself has neither',
      fr: 'gear_{gear}_level avec step: 100, les registres de l’un au suivant ; un point seul n’a ni l’un ni l’autre',
    },
  },
  'name-taken-twice': {
    what: { en: '"{point}" is one of "{other}" already', fr: '« {point} » est déjà l’un de « {other} »' },
    help: {
      en: 'each name once, also after a number stands in the place of the braces',
      fr: 'chaque nom une fois, aussi quand un numéro prend la place des accolades',
    },
  },
  'identity-of-many': {
    what: { en: '"{value}" is one of many', fr: '« {value} » est l’un de plusieurs' },
    help: {
      en: 'a point that every such device has, without braces: which of many there are depends on the site',
      fr: 'un point que tout appareil de ce type possède, sans accolades : lesquels de plusieurs il y a dépend du site',
    },
  },
  'swap-of-another-kind': {
    what: {
      en: '"{point}" and "{with}" are not many of the same kind',
      fr: '« {point} » et « {with} » ne sont pas plusieurs de la même sorte',
    },
    help: {
      en: 'points that change places have the same kind in braces, or none has one',
      fr: 'les points qui s’échangent ont la même sorte entre accolades, ou aucun n’en a',
    },
  },
  'not-writable': {
    what: { en: 'nothing can be written to {table} registers', fr: 'rien ne s’écrit dans les registres {table}' },
    help: { en: 'holding or coil', fr: 'holding ou coil' },
  },
  'setpoint-encoding': {
    what: { en: '{as} cannot be written and read back exactly', fr: '{as} ne s’écrit ni ne se relit exactement' },
    help: allowed,
  },
  'switch-and-bool': {
    what: { en: '{quantity} and {as} do not fit', fr: '{quantity} et {as} ne vont pas ensemble' },
    help: {
      en: 'what is on or off (relay, contact) is a bool in a coil, and nothing else is',
      fr: 'ce qui est ouvert ou fermé (relay, contact) est un bool dans une coil, et rien d’autre ne l’est',
    },
  },
  'limits-wider-than-quantity': {
    what: {
      en: 'wider than what {quantity} can be ({range})',
      fr: 'plus large que ce que peut être {quantity} ({range})',
    },
    help: {
      en: 'what this device takes, in the quantity’s unit; per cent and raw levels are two quantities: light_level, dali_level',
      fr: 'ce que prend cet appareil, dans l’unité de la grandeur ; pour cent et niveaux bruts sont deux grandeurs : light_level, dali_level',
    },
  },
  'limits-of-switch': {
    what: { en: 'a switch is written 0 and 1', fr: 'un interrupteur s’écrit 0 et 1' },
    help: { en: 'limits: [0, 1]', fr: 'limits: [0, 1]' },
  },
  'limits-beyond-encoding': {
    what: {
      en: '{as} cannot say all of these, only {range}',
      fr: '{as} ne peut tout dire, seulement {range}',
    },
    help: {
      en: 'check limits, scale and unit against the maker’s list, or take a wider encoding',
      fr: 'comparez limits, scale et unit à la liste du fabricant, ou prenez un encodage plus large',
    },
  },
  'tolerance-of-switch': {
    what: { en: 'a switch is as it was set, or it is not', fr: 'un interrupteur est comme demandé, ou ne l’est pas' },
    help: { en: 'leave tolerance out', fr: 'enlevez tolerance' },
  },
  'slew-of-switch': {
    what: { en: 'a switch has no slope', fr: 'un interrupteur n’a pas de pente' },
    help: { en: 'slew: at-once', fr: 'slew: at-once' },
  },
  'safe-of-wrong-type': {
    what: {
      en: 'the safe value is not of the kind of {quantity}',
      fr: 'la valeur sûre n’est pas du genre de {quantity}',
    },
    help: {
      en: 'true or false for a switch, a number for the others',
      fr: 'true ou false pour un interrupteur, un nombre pour les autres',
    },
  },
  'safe-outside-limits': {
    what: { en: 'the safe value is outside the limits ({range})', fr: 'la valeur sûre est hors des limites ({range})' },
    help: { en: 'a value that may be written, or 0', fr: 'une valeur qui peut s’écrire, ou 0' },
  },
  'confirms-another': {
    what: { en: '"{point}" tells something else', fr: '« {point} » dit autre chose' },
    help: {
      en: 'a point of the same quantity, and of the same one of its kind',
      fr: 'un point de la même grandeur, et du même de sa sorte',
    },
  },
  'writes-round-the-envelope': {
    what: {
      en: '{register} is a setpoint: nothing but a judged command may write it',
      fr: '{register} est une consigne : seule une commande jugée peut l’écrire',
    },
    help: {
      en: 'housekeeping and arming write registers of their own',
      fr: 'l’entretien et l’armement écrivent des registres à eux',
    },
  },
  'coil-neither-on-nor-off': {
    what: { en: 'a coil is written 0 or 1, not {value}', fr: 'une coil s’écrit 0 ou 1, pas {value}' },
    help: {
      en: '1 for on, 0 for off; nothing flips it: a flip that is repeated undoes itself',
      fr: '1 pour fermé, 0 pour ouvert ; rien ne la bascule : une bascule répétée s’annule',
    },
  },
  'writes-at-odds': {
    what: {
      en: 'another entry, or another of this kind, writes something else to {register}',
      fr: 'une autre entrée, ou un autre de cette sorte, écrit autre chose dans {register}',
    },
    help: {
      en: 'one value for each register; of many of a kind with a register each, step says where the next one is',
      fr: 'une valeur par registre ; quand chacun d’une sorte a le sien, step dit où est le suivant',
    },
  },
  'safe-in-two-registers': {
    what: {
      en: '{as} does not fit into the one register that says what is safe',
      fr: '{as} ne tient pas dans le seul registre qui dit ce qui est sûr',
    },
    help: {
      en: 'a setpoint of one register; otherwise on_loss: { keeps: what that means for the street }',
      fr: 'une consigne d’un seul registre ; sinon on_loss: { keeps: ce que cela veut dire pour la rue }',
    },
  },
  'no-points': {
    what: { en: 'the profile has no points', fr: 'le profil n’a aucun point' },
    help: {
      en: 'at least one: voltage_l1: { at: input/0x0000, as: f32, quantity: voltage }',
      fr: 'au moins un : voltage_l1: { at: input/0x0000, as: f32, quantity: voltage }',
    },
  },
  'not-an-extent': {
    what: { en: '"{value}" is no run of registers', fr: '« {value} » n’est pas une suite de registres' },
    help: {
      en: 'a table, the first address and the last: holding/96-127',
      fr: 'une table, la première adresse et la dernière : holding/96-127',
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
  'slew-of-no-number': {
    what: {
      en: '"{quantity}" is no number: nothing says how fast it changes',
      fr: '« {quantity} » n’est pas un nombre : rien ne dit à quelle vitesse il varie',
    },
    help: { en: 'remove slew', fr: 'supprimez slew' },
  },
  'rolls-over-but-no-counter': {
    what: { en: '"{quantity}" is no counter', fr: '« {quantity} » n’est pas un compteur' },
    help: { en: 'remove rolls_over_at', fr: 'supprimez rolls_over_at' },
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
  'never-absent': {
    what: {
      en: '"{point}" has no "absent", so that nothing is told by its having no value',
      fr: '« {point} » n’a pas d’« absent » : qu’il n’ait pas de valeur ne dit donc rien',
    },
    help: {
      en: 'say what it reads without a supply: absent: [0]',
      fr: 'dites ce qu’il lit sans alimentation : absent: [0]',
    },
  },
  'point-unreadable': {
    what: {
      en: '"{point}" lies in registers that "unreadable" forbids to read',
      fr: '« {point} » est dans des registres que « unreadable » interdit de lire',
    },
    help: {
      en: 'narrow "unreadable", or remove the point',
      fr: 'réduisez « unreadable », ou supprimez le point',
    },
  },
  'point-beyond-one-read': {
    what: {
      en: '"{point}" takes more registers than one request may read: {most}',
      fr: '« {point} » prend plus de registres qu’une requête ne peut en lire : {most}',
    },
    help: {
      en: 'a value is read whole: correct "longest_read", the encoding or the length',
      fr: 'une valeur se lit d’un bloc : corrigez « longest_read », l’encodage ou la longueur',
    },
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
  'not-an-alarm-pattern': {
    what: { en: 'this is no code of an alarm', fr: 'ceci n’est pas un code d’alarme' },
    help: {
      en: 'device-dead, line-* or * for all',
      fr: 'device-dead, line-* ou * pour toutes',
    },
  },
  'not-a-date': {
    what: { en: 'this is not a date', fr: 'ceci n’est pas une date' },
    help: {
      en: 'year, month and day: 2028-01-01',
      fr: 'année, mois et jour : 2028-01-01',
    },
  },
  'not-a-number-of-bytes': {
    what: { en: 'this is not a number of bytes', fr: 'ceci n’est pas un nombre d’octets' },
    help: {
      en: 'a number with kB, MB or GB: 5MB',
      fr: 'un nombre avec kB, MB ou GB : 5MB',
    },
  },
  'not-a-bit-rate': {
    what: { en: 'this is not a bit rate', fr: 'ceci n’est pas un débit' },
    help: {
      en: 'a number with kbit/s or Mbit/s: 64kbit/s',
      fr: 'un nombre avec kbit/s ou Mbit/s : 64kbit/s',
    },
  },
  'not-a-power': {
    what: { en: 'this is not a power', fr: 'ceci n’est pas une puissance' },
    help: {
      en: 'a number of watts: 3W',
      fr: 'un nombre de watts : 3W',
    },
  },
  'not-a-sparkplug-id': {
    what: { en: 'this cannot be a name in Sparkplug', fr: 'ceci ne peut être un nom pour Sparkplug' },
    help: {
      en: 'any text without +, / and #',
      fr: 'un texte sans +, / ni #',
    },
  },
  'not-a-delivery': {
    what: { en: 'this is not a delivery', fr: 'ceci n’est pas un mode de remise' },
    help: {
      en: 'durable (kept until the recipient’s receipt), or { best-effort: 30s } (a power cut may lose so much)',
      fr: 'durable (gardé jusqu’à l’accusé de réception du destinataire), ou { best-effort: 30s } (une coupure peut en perdre autant)',
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
  'not-an-address-to-listen-on': {
    what: { en: '"{value}" is not an address with a port', fr: '« {value} » n’est pas une adresse avec un port' },
    help: {
      en: '127.0.0.1:8480 for this machine alone, 0.0.0.0:8480 for those of its networks',
      fr: '127.0.0.1:8480 pour cette machine seule, 0.0.0.0:8480 pour celles de ses réseaux',
    },
  },
  'listens-twice': {
    what: { en: '"{other}" listens there already', fr: '« {other} » y écoute déjà' },
    help: { en: 'each has a port of its own: 127.0.0.1:1502', fr: 'à chacun son port : 127.0.0.1:1502' },
  },
  'not-a-network': {
    what: { en: '"{value}" is not a network', fr: '« {value} » n’est pas un réseau' },
    help: {
      en: 'its address and how many bits of it are common: 192.168.7.0/24',
      fr: 'son adresse et combien de ses bits sont communs : 192.168.7.0/24',
    },
  },
  'not-a-service-network': {
    what: {
      en: '"{value}" is not a private network: Modbus knows no password, and does not go over the internet',
      fr: '« {value} » n’est pas un réseau privé : Modbus ne connaît pas de mot de passe, et ne va pas sur internet',
    },
    help: {
      en: 'one within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7; or only this machine, and a tunnel to it',
      fr: 'l’un de 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7 ; ou cette seule machine, et un tunnel jusqu’à elle',
    },
  },
  'pass-through-without-network': {
    what: {
      en: '"{key}" goes beyond this machine, and no service network says who may come',
      fr: '« {key} » dépasse cette machine, et aucun réseau de service ne dit qui peut venir',
    },
    help: {
      en: 'listen: 127.0.0.1:1502; or besides, for the network at the cabinet, service_network: 192.168.7.0/24',
      fr: 'listen: 127.0.0.1:1502 ; ou en plus, pour le réseau de l’armoire, service_network: 192.168.7.0/24',
    },
  },
  'pass-through-outside-network': {
    what: {
      en: '"{key}" is not an address of the service network {network}',
      fr: '« {key} » n’est pas une adresse du réseau de service {network}',
    },
    help: {
      en: 'this machine’s address in that network, as a number: 192.168.7.1:1502; never 0.0.0.0',
      fr: 'l’adresse de cette machine dans ce réseau, en chiffres : 192.168.7.1:1502 ; jamais 0.0.0.0',
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
    help: { en: 'see them with: fanal check, and its file', fr: 'voyez-les avec : fanal check, et son fichier' },
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
  'timeout-above-worst-response': {
    what: {
      en: '{value} is longer than the longest that the device may take to answer ({worst})',
      fr: '{value} est plus long que le plus long que l’appareil puisse mettre à répondre ({worst})',
    },
    help: {
      en: 'set worst_response as well: the timeout, or more',
      fr: 'réglez aussi worst_response : la valeur de « timeout », ou plus',
    },
  },
  'line-overloaded': {
    what: {
      en: 'this line would be busy {load} % of the time: {costs}',
      fr: 'cette ligne serait occupée {load} % du temps : {costs}',
    },
    help: { en: 'what fits: {fits}', fr: 'ce qui convient : {fits}' },
  },

  // sites: devices with many of a kind, place, segments
  'not-a-list-of-indices': {
    what: { en: '"{value}" does not say which there are', fr: '« {value} » ne dit pas lesquels il y a' },
    help: {
      en: 'numbers, and ranges from the least to the most: 0-11, 14; in quotes where commas are: "0-11, 14"',
      fr: 'des numéros, et des plages du plus petit au plus grand : 0-11, 14 ; entre guillemets s’il y a des virgules : "0-11, 14"',
    },
  },
  'no-such-kind': {
    what: {
      en: 'the profile {profile} has no "{key}" to choose from',
      fr: 'le profil {profile} n’a pas de « {key} » à choisir',
    },
    help: oneOfThese,
  },
  'no-such-index': {
    what: { en: 'there is no {kind} {indices}', fr: 'il n’y a pas de {kind} {indices}' },
    help: { en: 'the profile counts from {from} to {to}', fr: 'le profil compte de {from} à {to}' },
  },
  'not-a-time-zone': {
    what: { en: '"{value}" is not the name of a time zone', fr: '« {value} » n’est pas un nom de fuseau horaire' },
    help: {
      en: 'as the IANA names them: Europe/Paris, America/Guadeloupe',
      fr: 'comme l’IANA les nomme : Europe/Paris, America/Guadeloupe',
    },
  },
  'not-a-point': {
    what: { en: '"{value}" is not written like a point', fr: '« {value} » n’est pas écrit comme un point' },
    help: { en: 'device.point, exactly one: lamps.group_0_level', fr: 'appareil.point, un seul : lamps.group_0_level' },
  },
  'not-a-sun-event': {
    what: {
      en: '"{value}" is no moment of the sun that may stand here',
      fr: '« {value} » n’est pas un moment du soleil admis ici',
    },
    help: {
      en: '"from" is sunset or civil-dusk, "until" is sunrise or civil-dawn; with minutes if need be: sunset + 10m',
      fr: '« from » est sunset ou civil-dusk, « until » est sunrise ou civil-dawn ; avec des minutes au besoin : sunset + 10m',
    },
  },
  'not-a-time-of-day': {
    what: { en: '"{value}" is not a time of day', fr: '« {value} » n’est pas une heure du jour' },
    help: {
      en: 'hours and minutes, on the street’s clock: 23:00, 05:30',
      fr: 'heures et minutes, à l’heure de la rue : 23:00, 05:30',
    },
  },
  'dark-program': {
    what: { en: 'a level of 0 is no light', fr: 'un niveau de 0 n’est pas de la lumière' },
    help: {
      en: 'more than 0, up to 100; a street goes dark only in its late period ("late"), by an act',
      fr: 'plus de 0, jusqu’à 100 ; une rue ne s’éteint que dans sa période tardive (« late »), par un acte',
    },
  },
  'not-an-on-loss': {
    what: { en: '"{key}" cannot be {value}', fr: '« {key} » ne peut être {value}' },
    help: {
      en: '{allowed}; or dark, with the reason why nobody is in danger then: { off: the path is closed at night }',
      fr: '{allowed} ; ou éteint, avec la raison pour laquelle nul n’est alors en danger : { off: le chemin est fermé la nuit }',
    },
  },
  'segment-named-like-device': {
    what: { en: '"{key}" is a device already', fr: '« {key} » est déjà un appareil' },
    help: {
      en: 'the level of a segment is called like a point, {key}.level: give the segment a name of its own',
      fr: 'le niveau d’un segment se nomme comme un point, {key}.level : donnez au segment un nom à lui',
    },
  },
  'segments-without-place': {
    what: {
      en: 'segments follow the sun: "place" must say where',
      fr: 'les segments suivent le soleil : « place » doit dire où',
    },
    help: {
      en: 'place: { latitude: 47.2184, longitude: -1.5536, time_zone: Europe/Paris }',
      fr: 'place: { latitude: 47.2184, longitude: -1.5536, time_zone: Europe/Paris }',
    },
  },
  'no-such-setpoint': {
    what: { en: 'no device here has a setpoint "{value}"', fr: 'aucun appareil ici n’a de consigne « {value} »' },
    help: oneOfThese,
  },
  'no-point-here': {
    what: { en: 'no device here has a point "{value}"', fr: 'aucun appareil ici n’a de point « {value} »' },
    help: oneOfThese,
  },
  'read-only-point': {
    what: {
      en: '"{value}" is only read: nothing can be written to it',
      fr: '« {value} » se lit seulement : on ne peut rien y écrire',
    },
    help: oneOfThese,
  },
  'not-installed': {
    what: {
      en: 'the profile knows "{value}", but the site does not say that it is there',
      fr: 'le profil connaît « {value} », mais le site ne dit pas qu’il est là',
    },
    help: {
      en: 'add its number to "has" of the device "{device}"',
      fr: 'ajoutez son numéro à « has » de l’appareil « {device} »',
    },
  },
  'not-a-light': {
    what: {
      en: '"{value}" sets {quantity}, which is no light',
      fr: '« {value} » règle {quantity}, ce qui n’est pas de la lumière',
    },
    help: {
      en: 'a segment is made of setpoints of light_level, dali_level or relay',
      fr: 'un segment est fait de consignes de light_level, dali_level ou relay',
    },
  },
  'setpoint-taken': {
    what: {
      en: '"{value}" belongs to the segment "{segment}" already',
      fr: '« {value} » est déjà au segment « {segment} »',
    },
    help: {
      en: 'each setpoint stands once, in one segment',
      fr: 'chaque consigne figure une fois, dans un seul segment',
    },
  },
  'broadcast-beside-others': {
    what: {
      en: '"{value}" and "{other}" reach the same lamps',
      fr: '« {value} » et « {other} » touchent les mêmes lampes',
    },
    help: {
      en: 'a broadcast goes to every lamp of its device: use it alone, or only the others',
      fr: 'une diffusion va à toutes les lampes de son appareil : elle seule, ou seulement les autres',
    },
  },
  'point-of-another-quantity': {
    what: { en: '"{value}" tells {quantity}', fr: '« {value} » indique {quantity}' },
    help: { en: 'wanted is a point of: {wanted}', fr: 'il faut un point de : {wanted}' },
  },
  'limits-wider-than-profile': {
    what: {
      en: 'the limits {value} are wider than what the lamps can',
      fr: 'les limites {value} dépassent ce que les lampes peuvent',
    },
    help: {
      en: 'a site may narrow, never widen: within {range} %',
      fr: 'un site peut restreindre, jamais élargir : dans {range} %',
    },
  },
  'slew-faster-than-profile': {
    what: { en: '{value} is faster than the profile allows', fr: '{value} est plus rapide que le profil ne l’admet' },
    help: {
      en: 'a site may slow down, never speed up: at most {most}',
      fr: 'un site peut ralentir, jamais accélérer : au plus {most}',
    },
  },
  'slew-not-in-per-cent': {
    what: {
      en: '"{key}" counts in per cent, "{setpoint}" does not',
      fr: '« {key} » compte en pour cent, « {setpoint} » non',
    },
    help: {
      en: 'leave it out: DALI levels and relays change as fast as their profile says',
      fr: 'retirez-le : niveaux DALI et relais changent aussi vite que leur profil le dit',
    },
  },
  'rest-shorter-than-profile': {
    what: {
      en: '{value} is shorter than the rest that the device needs',
      fr: '{value} est plus court que le repos qu’il faut à l’appareil',
    },
    help: { en: '{least} or more', fr: '{least} ou plus' },
  },
  'level-outside-limits': {
    what: {
      en: '{level} % is not a level that the segment may have',
      fr: '{level} % n’est pas un niveau que le segment puisse avoir',
    },
    help: { en: 'within {range} %, or 0 where dark is allowed', fr: 'dans {range} %, ou 0 où le noir est permis' },
  },
  'level-below-floor': {
    what: { en: '{level} % is below the floor of {floor} %', fr: '{level} % est sous le plancher de {floor} %' },
    help: { en: 'raise the level, or lower the floor', fr: 'relevez le niveau, ou abaissez le plancher' },
  },
  'relay-cannot-dim': {
    what: {
      en: '{level} % cannot be: "{setpoint}" is a relay',
      fr: '{level} % ne se peut : « {setpoint} » est un relais',
    },
    help: { en: 'a relay is on or off: 100 or 0', fr: 'un relais est fermé ou ouvert : 100 ou 0' },
  },
  'late-period-empty': {
    what: { en: 'the late period ends when it begins', fr: 'la période tardive finit quand elle commence' },
    help: {
      en: 'two times of day: { from: "23:00", until: "05:00", level: 50 }',
      fr: 'deux heures du jour : { from: "23:00", until: "05:00", level: 50 }',
    },
  },
  'late-period-over-noon': {
    what: {
      en: 'the late period ends before it begins: a night goes from noon to noon',
      fr: 'la période tardive finit avant de commencer : une nuit va de midi à midi',
    },
    help: {
      en: 'the other way round? { from: "23:00", until: "05:00", level: 50 }',
      fr: 'à l’envers ? { from: "23:00", until: "05:00", level: 50 }',
    },
  },
  'dark-without-act': {
    what: { en: 'dark at night: by which decision?', fr: 'éteint la nuit : par quelle décision ?' },
    help: { en: 'name it: act: "arrêté municipal 2026-14"', fr: 'nommez-la : act: "arrêté municipal 2026-14"' },
  },
  'photocell-missing': {
    what: { en: '"{key}: photocell" needs a photocell', fr: '« {key}: photocell » veut une cellule' },
    help: {
      en: 'photocell: { point: cell.illuminance, on_below: 20, off_above: 60 }',
      fr: 'photocell: { point: cell.illuminance, on_below: 20, off_above: 60 }',
    },
  },
  'thresholds-upside-down': {
    what: {
      en: '"off_above" ({value}) must be more than "on_below" ({below})',
      fr: '« off_above » ({value}) doit dépasser « on_below » ({below})',
    },
    help: {
      en: 'between the two nothing changes, so that a cloud does not make the lamps flicker: on_below 20, off_above 60',
      fr: 'entre les deux rien ne change, pour qu’un nuage ne fasse pas clignoter les lampes : on_below 20, off_above 60',
    },
  },
  'locked-both-ways': {
    what: {
      en: 'while "{point}" is {is}, both on and off are forbidden',
      fr: 'tant que « {point} » est {is}, la marche et l’arrêt sont tous deux interdits',
    },
    help: { en: 'keep one of the two interlocks', fr: 'gardez l’un des deux verrouillages' },
  },
  'polled-too-seldom': {
    what: {
      en: '"{device}" takes us for dead after {after}, and would be read each {period} only',
      fr: '« {device} » nous croit morts au bout de {after}, et ne serait lu que toutes les {period}',
    },
    help: {
      en: 'three times within that time at least: under "polling", {class}: {most} or less',
      fr: 'au moins trois fois dans ce délai : sous « polling », {class}: {most} ou moins',
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
