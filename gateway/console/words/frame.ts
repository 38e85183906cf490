/** What stands around the pages: navigation, connection, entering and leaving. */
import type { RefusalTold, Role } from '../../local/session.ts'
import type { Catalogue } from './catalogue.ts'

export const frame = {
  skip: { en: 'Skip to the page', fr: 'Aller à la page' },
  pages: { en: 'Pages', fr: 'Pages' },
  'page.overview': { en: 'Overview', fr: 'Aperçu' },
  'page.tonight': { en: 'Tonight', fr: 'Cette nuit' },
  'page.devices': { en: 'Devices', fr: 'Appareils' },
  'page.lines': { en: 'Lines', fr: 'Lignes' },
  'page.data': { en: 'Data', fr: 'Données' },
  'page.system': { en: 'System', fr: 'Système' },
  'page.login': { en: 'Log in', fr: 'Connexion' },
  'page.setup': { en: 'First account', fr: 'Premier compte' },
  'page.unknown': { en: 'No such page', fr: 'Page inconnue' },
  'page.unknown-text': {
    en: 'Nothing is shown at this address.',
    fr: 'Rien n’est montré à cette adresse.',
  },
  'page.back': { en: 'To the overview', fr: 'Vers l’aperçu' },

  'street-time': { en: 'Street time', fr: 'Heure de la rue' },
  'link.word-opening': { en: 'opening', fr: 'connexion' },
  'link.word-live': { en: 'live', fr: 'en direct' },
  'link.word-lost': { en: 'lost', fr: 'perdu' },
  'link.lost': {
    en: 'No word from the cabinet since {since}; trying again.',
    fr: 'Aucune nouvelle de l’armoire depuis {since} ; nouvel essai en cours.',
  },
  'link.never': {
    en: 'No word from the cabinet yet; trying again.',
    fr: 'Encore aucune nouvelle de l’armoire ; nouvel essai en cours.',
  },
  'link.old': {
    en: 'What is shown may be old.',
    fr: 'Ce qui est montré peut être ancien.',
  },
  loading: { en: 'Asking the cabinet…', fr: 'Question à l’armoire…' },
  'again.button': { en: 'Ask again', fr: 'Redemander' },

  'login.title': { en: 'Who is there?', fr: 'Qui est là ?' },
  'login.name': { en: 'Name', fr: 'Nom' },
  'login.password': { en: 'Password', fr: 'Mot de passe' },
  'login.button': { en: 'Log in', fr: 'Entrer' },
  'login.busy': { en: 'Asking…', fr: 'Vérification…' },
  'login.ended': {
    en: 'Your session has ended. Log in, and you are back where you were.',
    fr: 'Votre session est terminée. Reconnectez-vous pour revenir où vous étiez.',
  },
  'login.lost-password': {
    en: 'No account, or the password forgotten? At the gateway, `fanal password NAME` sets a new one.',
    fr: 'Pas de compte, ou mot de passe oublié ? Sur la passerelle, `fanal password NOM` en fixe un nouveau.',
  },
  'setup.title': { en: 'The first account', fr: 'Le premier compte' },
  'setup.text': {
    en: 'Nobody has an account here yet. The first one is an administrator’s: it makes the others.',
    fr: 'Personne n’a encore de compte ici. Le premier est celui d’un administrateur : il fera les autres.',
  },
  'setup.code': { en: 'Setup code', fr: 'Code de mise en route' },
  'setup.code-hint': {
    en: 'It was shown where the gateway was started.',
    fr: 'Il a été montré là où la passerelle a démarré.',
  },
  'setup.password-hint': { en: '10 characters at least.', fr: 'Au moins 10 caractères.' },
  'setup.button': { en: 'Make the account', fr: 'Créer le compte' },

  'logout.button': { en: 'Log out', fr: 'Se déconnecter' },
} as const satisfies Catalogue

export const roleNames = {
  viewer: { en: 'viewer', fr: 'lecture' },
  technician: { en: 'technician', fr: 'technicien' },
  operator: { en: 'operator', fr: 'exploitant' },
  administrator: { en: 'administrator', fr: 'administrateur' },
} as const satisfies Catalogue<Role>

/** What each role may, in a word or two. */
export const roleMeanings = {
  viewer: { en: 'sees all', fr: 'voit tout' },
  technician: {
    en: 'sees all, works at the cabinet, takes support bundles',
    fr: 'voit tout, travaille dans l’armoire, emporte le dossier d’assistance',
  },
  operator: { en: 'sees all, commands the light', fr: 'voit tout, commande la lumière' },
  administrator: { en: 'everything, accounts included', fr: 'tout, comptes compris' },
} as const satisfies Catalogue<Role>

/** What the gateway answers when it does not do what was asked; `UNREACHABLE`: it did not answer. */
export const refusals = {
  MALFORMED: {
    en: 'The gateway does not understand what was asked. Reload the page; if it stays so, it is a fault of ours.',
    fr: 'La passerelle ne comprend pas la demande. Rechargez la page ; si cela persiste, c’est une faute de notre part.',
  },
  NOT_FOUND: { en: 'There is no such thing here.', fr: 'Cela n’existe pas ici.' },
  LOGGED_OUT: { en: 'Nobody is logged in any more.', fr: 'Personne n’est plus connecté.' },
  WRONG_CREDENTIALS: {
    en: 'Name or password is wrong, or the link was used already.',
    fr: 'Nom ou mot de passe incorrect, ou lien déjà utilisé.',
  },
  LOCKED_OUT: {
    en: 'Too many failures: wait {seconds} seconds before you try again.',
    fr: 'Trop d’échecs : attendez {seconds} secondes avant de réessayer.',
  },
  NOT_ALLOWED: { en: 'Your role does not allow this.', fr: 'Votre rôle ne le permet pas.' },
  WRONG_CODE: {
    en: 'The setup code is wrong, or was used already. The gateway shows a new one when it starts.',
    fr: 'Le code est faux ou a déjà servi. La passerelle en montre un nouveau à son démarrage.',
  },
  SOMEBODY_WORKS_HERE: {
    en: '{who} is working at this cabinet until {until} at the latest.',
    fr: '{who} travaille dans cette armoire, jusqu’à {until} au plus tard.',
  },
  ACCOUNT_EXISTS: { en: 'An account of this name exists already.', fr: 'Un compte de ce nom existe déjà.' },
  LAST_ADMINISTRATOR: {
    en: 'This is the last administrator: make another one first.',
    fr: 'C’est le dernier administrateur : créez-en d’abord un autre.',
  },
  FOREIGN_ORIGIN: {
    en: 'The request came from another site’s page, and was refused. Open the console at its own address.',
    fr: 'La demande venait de la page d’un autre site, et a été refusée. Ouvrez la console à sa propre adresse.',
  },
  FAILED: {
    en: 'The gateway could not do it; its log says why.',
    fr: 'La passerelle n’a pas pu le faire ; son journal dit pourquoi.',
  },
  UNREACHABLE: {
    en: 'The cabinet does not answer: check the network between you and it. Nothing was changed here.',
    fr: 'L’armoire ne répond pas : vérifiez le réseau entre elle et vous. Rien n’a changé ici.',
  },
} as const satisfies Catalogue<RefusalTold['error'] | 'UNREACHABLE'>
