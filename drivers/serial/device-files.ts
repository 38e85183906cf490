/** Where the system tells of serial devices: passed in, so that tests bring a machine of their own. Nothing here throws. */
import { constants, fstat } from 'node:fs'
import { readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

export interface DeviceFiles {
  /** `/dev` */
  readonly dev: string
  /** `/sys` */
  readonly sys: string
  /** `188:0`: of the device node at a path, or of the one that is open; undefined: there is none */
  numberOf(at: string | number): Promise<string | undefined>
  /** where the links of a path lead */
  real(path: string): Promise<string | undefined>
  /** without the white space around it */
  read(path: string): Promise<string | undefined>
  /** of what a folder holds */
  names(folder: string): Promise<readonly string[]>
  /** Overwrites what is there; false: it is not, or we may not. */
  write(path: string, text: string): Promise<boolean>
}

const statOpen = promisify(fstat)

async function ifThere<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch {
    return undefined
  }
}

export const systemFiles: DeviceFiles = {
  dev: '/dev',
  sys: '/sys',
  numberOf: async (at) => {
    const stats = await ifThere(() => (typeof at === 'string' ? stat(at) : statOpen(at)))
    return stats?.isCharacterDevice() === true ? deviceNumber(stats.rdev) : undefined
  },
  real: (path) => ifThere(() => realpath(path)),
  read: async (path) => (await ifThere(() => readFile(path, 'utf8')))?.trim(),
  names: async (folder) => (await ifThere(() => readdir(folder))) ?? [],
  write: async (path, text) => {
    // never makes a file: `w` would
    const written = await ifThere(() =>
      writeFile(path, text, { flag: constants.O_WRONLY | constants.O_TRUNC }).then(() => true),
    )
    return written ?? false
  },
}

/** Major and minor, as Linux packs them into one number (makedev(3)). */
export function deviceNumber(rdev: number): string {
  const major = Math.floor(rdev / 0x100) & 0xfff
  const minor = (rdev & 0xff) | ((rdev >>> 12) & 0xfff00)
  return `${major}:${minor}`
}
