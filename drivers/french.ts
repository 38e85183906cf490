/** French typography, kept out of the catalogues: spaces that do not break before double signs and inside guillemets. */

/** `« mot » : oui ?` with the no-break spaces that French wants (Lexique des règles typographiques). */
export function typeset(text: string): string {
  return text
    .replaceAll(/« /g, '«\u00a0')
    .replaceAll(/ »/g, '\u00a0»')
    .replaceAll(/ :(?=\s|$)/g, '\u00a0:')
    .replaceAll(/ ([;?!])/g, '\u202f$1')
}
