/** The file with accounts and sessions: replaced whole, its owner's alone; a damaged one is set aside. */
import { open, readFile, rename } from 'node:fs/promises'
import { z } from 'zod'
import { readIfThere, replace, setAside, type Disk } from '../flash.ts'
import { roles } from './session.ts'

const account = z.strictObject({
  name: z.string(),
  role: z.enum(roles),
  /** `passwords.ts` */
  password: z.string(),
})
export type Account = Readonly<z.output<typeof account>>

const session = z.strictObject({
  /** of the token: SHA-256 */
  hash: z.string(),
  name: z.string(),
  /** since it began, and since it was last used, when this was kept */
  ageMs: z.number(),
  idleMs: z.number(),
})
export type KeptSession = z.output<typeof session>

const content = z.strictObject({
  v: z.literal(1),
  /** tells this gateway's cookies from those of another on the same machine */
  id: z.string().regex(/^[0-9a-f]{8}$/),
  accounts: z.array(account),
  sessions: z.array(session),
  /** when this was kept: on the wall and whether that was believed, since the machine booted, and which boot that was */
  wall: z.iso.datetime(),
  trusted: z.boolean(),
  bootId: z.string(),
  uptimeMs: z.number(),
})
export type AccountsContent = z.output<typeof content>

const disk: Disk = { open, readFile, rename }

export interface ReadAccounts {
  /** absent: there is no such file, or not any more */
  readonly found?: AccountsContent
  /** where one that is no such file was put */
  readonly damaged?: string
  /** what the disk said: it may well hold accounts */
  readonly unreadable?: unknown
}

export async function readAccounts(path: string): Promise<ReadAccounts> {
  try {
    const bytes = await readIfThere(disk, path)
    if (bytes === undefined) return {}
    const found = parsed(bytes.toString())
    return found === undefined ? { damaged: await setAside(disk, path) } : { found }
  } catch (error) {
    return { unreadable: error }
  }
}

/** Throws what the disk says. */
export async function writeAccounts(path: string, written: AccountsContent): Promise<void> {
  await replace(disk, path, `${JSON.stringify(written, undefined, 1)}\n`)
}

function parsed(text: string): AccountsContent | undefined {
  try {
    return content.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
