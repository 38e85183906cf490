/** Profile id → profile: the built-in ones and those of a site's own folder, through one door. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { explain, fileMistake, type Explained, type Mistake } from './explain.ts'
import { installed } from './installed.ts'
import { contradictions, profileSchema, type Contradiction, type Profile } from './profile.ts'
import { setpointContradictions } from './setpoint-contradictions.ts'

export interface Registry {
  /** of all profiles, faulty ones included, in alphabetical order */
  readonly ids: readonly string[]
  /** Reads the one file when first asked; undefined where there is none, or a faulty one (`mistakes` then says why). */
  profile(id: string): Profile | undefined
  /** Every sound profile. Reads all files. */
  readonly profiles: ReadonlyMap<string, Profile>
  /** What is wrong with the folders, and with the profiles read so far. A faulty profile disables itself only. */
  readonly mistakes: readonly Mistake[]
}

/**
 * Lists the built-in profiles, then those in and below `folders`, in this order; of two profiles with one id the first is
 * used, and the second is a mistake. Recordings, other files and hidden files are passed over.
 */
export function loadRegistry(folders: readonly string[]): Registry {
  const mistakes: Mistake[] = []
  const files = new Map<string, string>()
  for (const file of [installed.catalogue, ...folders].flatMap((folder) => profileFiles(folder, mistakes))) {
    const id = idOf(file)
    const other = files.get(id)
    if (other === undefined) files.set(id, file)
    else mistakes.push(fileMistake(file, 'profile-shadowed', { profile: id, other }))
  }

  const read = new Map<string, Profile | undefined>()
  const profile = (id: string): Profile | undefined => {
    const file = files.get(id)
    if (file === undefined || read.has(id)) return read.get(id)
    const explained = readProfile(file)
    if (!explained.ok) mistakes.push(...explained.mistakes)
    read.set(id, explained.ok ? explained.value : undefined)
    return read.get(id)
  }
  const ids = [...files.keys()].sort()
  return {
    ids,
    profile,
    get profiles() {
      return new Map(ids.flatMap((id) => [[id, profile(id)] as const]).filter(isSound))
    },
    mistakes,
  }
}

/** Every mistake of a profile; `file` is its path, whose last part must be the id. */
export function explainProfile(text: string, file: string): Explained<Profile> {
  return explain(text, {
    file,
    schema: profileSchema,
    contradictions: (document) => [
      ...misnamed(document, idOf(file)),
      ...contradictions(document),
      ...setpointContradictions(document),
    ],
  })
}

function readProfile(file: string): Explained<Profile> {
  try {
    return explainProfile(readFileSync(file, 'utf8'), file)
  } catch (error) {
    return { ok: false, mistakes: [fileMistake(file, 'unreadable-file', { reason: reasonOf(error) })] }
  }
}

function profileFiles(folder: string, mistakes: Mistake[]): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
    return names.filter((name) => isProfile(basename(name))).map((name) => join(folder, name))
  } catch (error) {
    mistakes.push(fileMistake(folder, 'unreadable-folder', { reason: reasonOf(error) }))
    return []
  }
}

function isProfile(name: string): boolean {
  return /\.ya?ml$/.test(name) && !/\.recording\.ya?ml$/.test(name) && !name.startsWith('.')
}

function idOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '')
}

function misnamed(document: unknown, name: string): Contradiction[] {
  const id = typeof document === 'object' && document !== null && 'id' in document ? document.id : undefined
  if (typeof id !== 'string' || id === name) return []
  return [{ path: ['id'], code: 'id-not-file-name', words: { name }, candidates: [name] }]
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function isSound(entry: readonly [string, Profile | undefined]): entry is readonly [string, Profile] {
  return entry[1] !== undefined
}
