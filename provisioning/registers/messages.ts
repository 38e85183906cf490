/** What `fanal data page|register|catalogue|counts|qr` says. */

export const registerMessages = {
  'help.data': {
    en: 'what leaves, what left and what it cost, and how people and registers read it',
    fr: 'ce qui sort, ce qui est sorti et son coût, et comment les gens et les registres le lisent',
  },
  'help.data-page': {
    en: 'write the public page, French and English, and its JSON twin: fanal data page my-site.yaml --out www',
    fr: 'écrire la page publique, en français et en anglais, et son double JSON : fanal data page mon-site.yaml --out www',
  },
  'help.data-register': {
    en: 'write the register of processing activities (GDPR, article 30): JSON, CSV, a page to print',
    fr: 'écrire le registre des activités de traitement (RGPD, article 30) : JSON, CSV, page à imprimer',
  },
  'help.data-catalogue': {
    en: 'write the catalogue of the open releases (DCAT-AP): JSON-LD and Turtle',
    fr: 'écrire le catalogue des sorties ouvertes (DCAT-AP) : JSON-LD et Turtle',
  },
  'help.data-counts': {
    en: 'write counts of passages as transport.data.gouv.fr takes them, from a recipient’s records',
    fr: 'écrire les comptages de passages pour transport.data.gouv.fr, d’après les relevés d’un destinataire',
  },
  'help.data-qr': {
    en: 'write the QR code for the cabinet’s door, as SVG',
    fr: 'écrire le code QR pour la porte de l’armoire, en SVG',
  },
  'option.out-folder': { en: 'the folder to write into', fr: 'le dossier où écrire' },
  'option.out-file': { en: 'the file to write', fr: 'le fichier à écrire' },
  'option.access': {
    en: 'where people get the data; without it, the site’s responsible.page',
    fr: 'où l’on obtient les données ; sinon, responsible.page du site',
  },
  'option.address': {
    en: 'where the page is; without it, the site’s responsible.page, or the console’s own',
    fr: 'où est la page ; sinon, responsible.page du site, ou celle de la console',
  },
  'option.records': {
    en: 'what fanal receive --into has kept',
    fr: 'ce que fanal receive --into a gardé',
  },
  'registers.written': { en: '{file}: {bytes} bytes', fr: '{file} : {bytes} octets' },
  'registers.from-file': {
    en: 'Made from the file {file}: no message to show, nor since when it is in force. A running gateway knows both.',
    fr: 'Fait du fichier {file} : ni message à montrer, ni date d’entrée en vigueur. Une passerelle en marche sait les deux.',
  },
  'registers.open': { en: '{n} open releases in the catalogue', fr: '{n} sorties ouvertes dans le catalogue' },
  'registers.counted': {
    en: '{measures} windows of {channels} channels; {empty} are empty (not counted, or suppressed)',
    fr: '{measures} créneaux de {channels} canaux ; {empty} sont vides (non comptés, ou masqués)',
  },
  'registers.leads-to': { en: 'It leads to {address}', fr: 'Il mène à {address}' },
  'fault.OUTPUT_UNWRITABLE': {
    en: '{file} cannot be written ({detail}). Choose another place: --out',
    fr: '{file} ne peut être écrit ({detail}). Choisir un autre endroit : --out',
  },
  'fault.NO_RESPONSIBLE': {
    en: 'Nobody answers for the data of {site}: a catalogue names its publisher. Say who in the site file: responsible: { name: …, contact: … }',
    fr: 'Personne ne répond des données de {site} : un catalogue nomme qui le publie. Le dire dans le fichier de site : responsible: { name: …, contact: … }',
  },
  'fault.NO_ACCESS': {
    en: 'Where do people get the data of {site}? Say it with --access https://…, or in the site file: responsible: { page: https://… }',
    fr: 'Où obtient-on les données de {site} ? Le dire avec --access https://…, ou dans le fichier de site : responsible: { page: https://… }',
  },
  'fault.NOT_A_WEB_ADDRESS': {
    en: '“{address}” is no address of a page. Write it whole: https://example.org/…',
    fr: '« {address} » n’est pas l’adresse d’une page. L’écrire en entier : https://example.org/…',
  },
  'fault.NO_PAGE_ADDRESS': {
    en: 'Where is the page of {site}? A phone does not reach this machine’s own address. Say it with --address https://…, or in the site file: responsible: { page: https://… }',
    fr: 'Où est la page de {site} ? Un téléphone n’atteint pas l’adresse interne de cette machine. Le dire avec --address https://…, ou dans le fichier de site : responsible: { page: https://… }',
  },
  'fault.NOTHING_COUNTED': {
    en: 'No release of {site} says which points count passages. Say it in the site file: counts: { counter.bikes_in: { practice: BIKE, direction: N } }',
    fr: 'Aucune sortie de {site} ne dit quels points comptent des passages. Le dire dans le fichier de site : counts: { compteur.velos: { practice: BIKE, direction: N } }',
  },
  'fault.RECORDS_UNREADABLE': {
    en: '{file} cannot be read as records ({detail}). It is what fanal receive --into writes.',
    fr: '{file} est illisible comme relevés ({detail}). C’est ce que fanal receive --into écrit.',
  },
} as const
