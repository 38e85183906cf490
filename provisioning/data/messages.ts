/** What `fanal data` and `fanal audit` say to people. Part of the catalogue in `messages.ts`. */
import type { Language } from '../language.ts'

export const dataMessages = {
  'help.data-ledger': {
    en: 'what each release let out, by day; with “verify”, whether the chain of hashes holds',
    fr: 'ce que chaque sortie a laissé sortir, par jour ; avec « verify », si la chaîne d’empreintes tient',
  },
  'help.data-sample': {
    en: 'the last message of each release, exactly as it was sent',
    fr: 'le dernier message de chaque sortie, exactement tel qu’il a été envoyé',
  },
  'help.data-export': {
    en: 'all that was kept of the readings, for the owner (Data Act, article 4)',
    fr: 'tout ce qui a été gardé des relevés, pour le propriétaire (règlement sur les données, article 4)',
  },
  'help.data-metadata': {
    en: 'what the exported data are: devices, profiles, points, releases',
    fr: 'ce que sont les données exportées : appareils, profils, points, sorties',
  },
  'help.data-cost': {
    en: 'what each purpose costs a month: messages, bytes, watt-hours',
    fr: 'ce que chaque finalité coûte par mois : messages, octets, wattheures',
  },
  'help.audit': {
    en: 'check the chain of who commanded what: fanal audit verify',
    fr: 'vérifier la chaîne de qui a commandé quoi : fanal audit verify',
  },
  'option.export-from': {
    en: 'of an export, its beginning: 2026-12-01, or 2026-12-01T18:00 in the street, or with its zone',
    fr: 'd’une exportation, le début : 2026-12-01, ou 2026-12-01T18:00 dans la rue, ou avec son fuseau',
  },
  'option.export-until': {
    en: 'of an export, its end; by default now',
    fr: 'd’une exportation, la fin ; sans elle, maintenant',
  },
  'option.export-form': {
    en: 'of an export: csv, or json (an object a line)',
    fr: 'd’une exportation : csv, ou json (un objet par ligne)',
  },
  'option.export-into': {
    en: 'of an export: write the data into this folder, with metadata.json beside them',
    fr: 'd’une exportation : écrire les données dans ce dossier, avec metadata.json à côté',
  },
  'option.month': { en: 'of the cost: 2026-11; by default this month', fr: 'du coût : 2026-11 ; sans elle, ce mois' },
  'option.saved': {
    en: 'of the cost: what dimming saves by your reckoning, in kWh a year',
    fr: 'du coût : ce que l’abaissement économise selon votre calcul, en kWh par an',
  },
  'option.head': {
    en: 'of a verification: a hash that was kept elsewhere, which must be in the chain',
    fr: 'd’une vérification : une empreinte gardée ailleurs, qui doit être dans la chaîne',
  },
  'data.policy': {
    en: 'Policy {policy}, enforced since {since}.',
    fr: 'Règle {policy}, appliquée depuis {since}.',
  },
  'data.day': { en: 'day (UTC)', fr: 'jour (UTC)' },
  'data.release': { en: 'release', fr: 'sortie' },
  'data.windows': { en: 'windows', fr: 'fenêtres' },
  'data.values': { en: 'values', fr: 'valeurs' },
  'data.suppressed': { en: 'suppressed', fr: 'masquées' },
  'data.epsilon': { en: 'noise ε', fr: 'bruit ε' },
  'data.gone': { en: 'told as lost', fr: 'déclarés perdus' },
  'data.messages': { en: 'messages', fr: 'messages' },
  'data.bytes': { en: 'bytes', fr: 'octets' },
  'data.open': { en: 'open', fr: 'ouvert' },
  'data.cut': { en: 'not counted from {from} to {until}: power cut', fr: 'non compté de {from} à {until} : coupure' },
  'data.none': { en: 'Nothing has left yet.', fr: 'Rien n’est encore sorti.' },
  'data.not-kept': {
    en: 'The disk does not take the ledger ({code}): it is held in memory, and tried again.',
    fr: 'Le disque ne prend pas le registre ({code}) : il est gardé en mémoire, et réessayé.',
  },
  'data.whole': {
    en: 'Whole: lines {first} to {last} are as they were written, none missing between.',
    fr: 'Intacte : les lignes {first} à {last} sont telles qu’écrites, aucune ne manque entre elles.',
  },
  'data.empty': { en: 'There is no line yet.', fr: 'Il n’y a encore aucune ligne.' },
  'data.turned-over': {
    en: 'Older lines than these were turned over: their place was needed.',
    fr: 'Les lignes plus anciennes ont été effacées : leur place était nécessaire.',
  },
  'data.remark-torn': {
    en: 'Line {n}: a power cut had torn the line before it was whole; it was cut off.',
    fr: 'Ligne {n} : une coupure avait déchiré la ligne avant qu’elle soit entière ; elle a été ôtée.',
  },
  'data.remark-lost': {
    en: 'Line {n}: entries before it were lost, since the disk did not take them.',
    fr: 'Ligne {n} : des entrées avant elle sont perdues, le disque ne les prenant pas.',
  },
  'data.remark-damaged': {
    en: 'Line {n}: the gateway itself found damage at a start, and says so here.',
    fr: 'Ligne {n} : la passerelle a trouvé elle-même un dommage à un démarrage, et le dit ici.',
  },
  'data.head-found': {
    en: 'The hash that you kept is that of line {n}: all up to there is as it was then.',
    fr: 'L’empreinte que vous aviez gardée est celle de la ligne {n} : tout jusque-là est comme alors.',
  },
  'data.head-origin': {
    en: 'That hash is the origin’s, which every chain has: it proves nothing. Keep the one below.',
    fr: 'Cette empreinte est celle de l’origine, que toute chaîne a : elle ne prouve rien. Gardez celle ci-dessous.',
  },
  'data.head': { en: 'head {head}', fr: 'tête {head}' },
  'data.head-why': {
    en: 'Keep this hash elsewhere: only with it is it noticed when the end is cut off, or all of it rewritten (--head).',
    fr: 'Gardez cette empreinte ailleurs : elle seule révèle une fin coupée, ou une réécriture entière (--head).',
  },
  'data.sent': {
    en: '{release}, acknowledged by the broker at {at}',
    fr: '{release}, réception confirmée par le broker à {at}',
  },
  'data.properties': { en: 'properties {properties}', fr: 'propriétés {properties}' },
  'data.cut-short': { en: 'shown: the beginning of {bytes}', fr: 'montré : le début de {bytes}' },
  'data.nothing-sent': {
    en: 'Nothing of it has left since the gateway started.',
    fr: 'Rien n’en est sorti depuis le démarrage de la passerelle.',
  },
  'data.exported': {
    en: '{file} and {metadata}: all that the gateway has kept of it, as it was read.',
    fr: '{file} et {metadata} : tout ce que la passerelle en a gardé, tel que lu.',
  },
  'cost.month': {
    en: '{month}: bytes and energy of what was counted, {counted} between {from} and {until}',
    fr: '{month} : octets et énergie de ce qui fut compté, {counted} entre {from} et {until}',
  },
  'cost.nothing': { en: '{month}: nothing was counted.', fr: '{month} : rien ne fut compté.' },
  'cost.purpose': { en: 'purpose', fr: 'finalité' },
  'cost.link': { en: 'on the link', fr: 'sur le lien' },
  'cost.energy': { en: 'energy', fr: 'énergie' },
  'cost.per-value': { en: 'Wh a value', fr: 'Wh par valeur' },
  'cost.besides': { en: 'births, answers, keep-alives', fr: 'naissances, réponses, maintien' },
  'cost.network': {
    en: 'network: {wh}, at 0.12 kWh a gigabyte of mobile data (Traficom 2021, a convention); overhead of each message estimated at 213 bytes',
    fr: 'réseau : {wh}, à 0,12 kWh par gigaoctet mobile (Traficom 2021, une convention) ; surcoût de chaque message estimé à 213 octets',
  },
  'cost.gateway-declared': {
    en: 'the gateway itself: {wh}, {watts} W as the site declares',
    fr: 'la passerelle elle-même : {wh}, {watts} W selon le site',
  },
  'cost.gateway-assumed': {
    en: 'the gateway itself: {wh}, {watts} W assumed (say what it draws: frugality.draw)',
    fr: 'la passerelle elle-même : {wh}, {watts} W supposés (dites ce qu’elle tire : frugality.draw)',
  },
  'cost.modem': {
    en: 'the modem: {wh}, {watts} W as the site declares',
    fr: 'le modem : {wh}, {watts} W selon le site',
  },
  'cost.budget': {
    en: 'budget: {used} of {bytes} used; {projected} by the end of the month at this rate',
    fr: 'budget : {used} de {bytes} utilisés ; {projected} à la fin du mois à ce rythme',
  },
  'cost.unread': {
    en: '{release}: no receipt for {days} days. Nobody seems to read it: switch it off, or ask its recipient.',
    fr: '{release} : aucun accusé de réception depuis {days} jours. Personne ne semble le lire : l’arrêter, ou demander au destinataire.',
  },
  'cost.saving': {
    en: 'It takes {share} of what dimming saves.',
    fr: 'Cela prend {share} de ce que l’abaissement économise.',
  },
  'cost.worth-it': { en: 'Worth it.', fr: 'Cela en vaut la peine.' },
  'cost.not-worth-it': {
    en: 'Not worth it here: a local clock and a report each month would serve better.',
    fr: 'Cela n’en vaut pas la peine ici : une horloge locale et un relevé mensuel serviraient mieux.',
  },
  'cost.no-saving-claimed': {
    en: 'No saving is claimed: nobody has said what dimming saves here (--saved).',
    fr: 'Aucune économie n’est affirmée : personne n’a dit ce que l’abaissement économise ici (--saved).',
  },
  'fault.NO_SUCH_DATA': {
    en: '“{what}” is nothing that fanal {verb} knows. There are: {known}.',
    fr: '« {what} » n’est rien que fanal {verb} connaisse. Il y a : {known}.',
  },
  'fault.NO_SUCH_RELEASE': {
    en: 'There is no release {release}. There are: {known}.',
    fr: 'Il n’y a pas de sortie {release}. Il y a : {known}.',
  },
  'fault.NOT_A_FIGURE': {
    en: '“{value}” is none: write --month 2026-11, and --saved in kWh a year, as 2400.',
    fr: '« {value} » n’en est pas un : écrire --month 2026-11, et --saved en kWh par an, comme 2400.',
  },
  'fault.CHAIN_BROKEN': {
    en: 'Line {at} of the chain is not what was written ({why}). What follows proves nothing: find out who could write to {where}.',
    fr: 'La ligne {at} de la chaîne n’est pas ce qui fut écrit ({why}). Ce qui suit ne prouve rien : chercher qui pouvait écrire dans {where}.',
  },
  'fault.NOT_A_HEAD': {
    en: '“{head}” is no hash: 64 digits from 0 to 9 and a to f, as verify prints them. Nothing was checked.',
    fr: '« {head} » n’est pas une empreinte : 64 chiffres de 0 à 9 et de a à f, tels que verify les affiche. Rien n’a été vérifié.',
  },
  'fault.HEAD_MISSING': {
    en: 'The hash {head} is not in the chain: its end was cut off, or all of it was written anew.',
    fr: 'L’empreinte {head} n’est pas dans la chaîne : sa fin a été coupée, ou tout a été réécrit.',
  },
  'fault.EXPORT_UNWRITABLE': {
    en: 'The export cannot be written to {file} ({detail}). Choose another folder: --into FOLDER',
    fr: 'L’exportation ne peut être écrite dans {file} ({detail}). Choisir un autre dossier : --into DOSSIER',
  },
  'fault.EXPORT_OF_NOTHING': {
    en: 'Nothing lies between {from} and {until}: the beginning must be the earlier, and before now.',
    fr: 'Il n’y a rien entre {from} et {until} : le début doit être le plus tôt, et avant maintenant.',
  },
  'fault.EXPORT_NO_BEGINNING': {
    en: 'Say from when on: fanal data export --from 2026-12-01',
    fr: 'Dire à partir de quand : fanal data export --from 2026-12-01',
  },
} as const satisfies Record<string, Record<Language, string>>
