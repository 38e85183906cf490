/** What can be wrong with a line itself, as opposed to a device on it; each with its remedy, in both languages. */
import { typeset } from './french.ts'

const remedies = {
  LINE_DEVICE_MISSING: {
    en: 'there is no such serial device: is the adapter plugged in? `ls -l /dev/serial/by-id` shows those there are',
    fr: 'ce port série n’existe pas : l’adaptateur est-il branché ? `ls -l /dev/serial/by-id` montre ceux qui y sont',
  },
  LINE_DEVICE_STRANGER: {
    en: 'another adapter has taken the name of the one that was open: plug that one in again; if it was exchanged, restart the gateway; best, name it by /dev/serial/by-id',
    fr: 'un autre adaptateur a pris le nom de celui qui était ouvert : rebrancher celui-là ; s’il a été remplacé, redémarrer la passerelle ; mieux, le nommer par /dev/serial/by-id',
  },
  LINE_DEVICE_BUSY: {
    en: 'another program holds the serial device: end it, a line has one owner',
    fr: 'un autre programme tient le port série : l’arrêter, une ligne n’a qu’un maître',
  },
  LINE_NOT_ALLOWED: {
    en: 'no permission to open the serial device: add the user to the group that owns it (often `dialout`)',
    fr: 'pas le droit d’ouvrir le port série : ajouter l’utilisateur au groupe qui le possède (souvent `dialout`)',
  },
  LINE_DEVICE_UNFIT: {
    en: 'the device does not take these serial settings: is it a serial port, and the speed one that it knows?',
    fr: 'le périphérique refuse ces réglages série : est-ce un port série, et connaît-il cette vitesse ?',
  },
  LINE_REFUSED: {
    en: 'the host refuses the connection: is the port right, and Modbus enabled there?',
    fr: 'l’hôte refuse la connexion : le port est-il le bon, et Modbus y est-il activé ?',
  },
  LINE_UNREACHABLE: {
    en: 'the host cannot be reached: check its address, the cable and the network',
    fr: 'l’hôte est injoignable : vérifier son adresse, le câble et le réseau',
  },
  LINE_CONNECT_TIMEOUT: {
    en: 'the host does not answer: check its address, the cable and the network',
    fr: 'l’hôte ne répond pas : vérifier son adresse, le câble et le réseau',
  },
  LINE_LOST: {
    en: 'the line broke off: it is opened again at its next use',
    fr: 'la ligne a été coupée : elle est rouverte à la prochaine lecture',
  },
  LINE_CLOSED: { en: 'the line was closed here', fr: 'la ligne a été fermée ici' },
} as const satisfies Record<string, Record<'en' | 'fr', string>>

export type LineErrorCode = keyof typeof remedies
export const lineErrorCodes = Object.keys(remedies) as LineErrorCode[]

export function isLineErrorCode(code: string): code is LineErrorCode {
  return Object.hasOwn(remedies, code)
}

/** What is wrong with the line of this URL, and what to do. */
export function lineTrouble(code: LineErrorCode, url: string, language: 'en' | 'fr'): string {
  return language === 'fr' ? typeset(`${url} : ${remedies[code].fr}`) : `${url}: ${remedies[code].en}`
}

export class LineError extends Error {
  override readonly name = 'LineError'
  readonly code: LineErrorCode
  readonly url: string

  /** `url`: the line, as `lineUrl` writes it. */
  constructor(code: LineErrorCode, url: string, cause?: unknown) {
    super(`${code}: ${lineTrouble(code, url, 'en')}`, cause === undefined ? {} : { cause })
    this.code = code
    this.url = url
  }
}
