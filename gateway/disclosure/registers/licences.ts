/**
 * Addresses of licences, by their SPDX identifiers: of the EU's authority list where it has them, as DCAT-AP wants, else of
 * SPDX. The texts themselves, for people.
 */

const authority = 'http://publications.europa.eu/resource/authority/licence'

/** Those of the authority list that data are put under. */
const listed: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'CC0-1.0': `${authority}/CC0`,
    'CC-BY-4.0': `${authority}/CC_BY_4_0`,
    'CC-BY-SA-4.0': `${authority}/CC_BYSA_4_0`,
    'ODbL-1.0': `${authority}/ODC_BL`,
    'ODC-By-1.0': `${authority}/ODC_BY`,
    'PDDL-1.0': `${authority}/ODC_PDDL`,
  }),
)

/** SPDX identifiers are written in letters, digits, dots and hyphens (SPDX 2.3, annex D). */
export function isSpdx(licence: string): boolean {
  return /^[A-Za-z0-9.+-]+$/.test(licence)
}

/** What names the licence in a catalogue; undefined: nothing that a machine would know. */
export function licenceUri(licence: string): string | undefined {
  return listed.get(licence) ?? (isSpdx(licence) ? `http://spdx.org/licenses/${licence}` : undefined)
}

/** Where a person reads it. */
export function licencePage(licence: string): string | undefined {
  return isSpdx(licence) ? `https://spdx.org/licenses/${licence}.html` : undefined
}
