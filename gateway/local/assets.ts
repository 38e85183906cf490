/** The console's files, read into memory once: what is not among them is not there, whatever a path says. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

export interface Asset {
  readonly bytes: Buffer
  /** the same, gzipped */
  readonly gzipped?: Buffer
  readonly type: string
  readonly etag: string
  /** its name changes with it */
  readonly immutable: boolean
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}
/** As bundlers put them there: `app-B3KQ7XNL.js`. */
const hashed = /[-.][0-9A-Za-z_]{8,}\.[a-z0-9]+$/
const largestBytes = 8_000_000

/** The folder's files by the path that they have in a URL; undefined: there is no such folder, or nothing to show in it. */
export function readAssets(folder: string): ReadonlyMap<string, Asset> | undefined {
  const files = new Map(filesOf(folder).map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]))
  const assets = new Map<string, Asset>()
  let sum = 0
  for (const [path, file] of files) {
    const type = types[extname(path)]
    if (type === undefined) continue
    const bytes = readFileSync(file)
    const twin = files.get(`${path}.gz`)
    const gzipped = twin === undefined ? undefined : readFileSync(twin)
    sum += bytes.length + (gzipped?.length ?? 0)
    if (sum > largestBytes) throw new Error(`${folder} holds more than ${largestBytes} bytes: is it the console's?`)
    assets.set(path, {
      bytes,
      ...(gzipped === undefined ? {} : { gzipped }),
      type,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      immutable: hashed.test(path) && !path.endsWith('.html'),
    })
  }
  return assets.has('/index.html') ? assets : undefined
}

/**
 * The file for the path of a URL, not decoded: our files need no escapes. A path that names no file is one of the pages',
 * which all begin with `index.html`.
 */
export function assetAt(assets: ReadonlyMap<string, Asset>, path: string): Asset | undefined {
  const isPage = /^\/([\w-]+(\/[\w-]+)*\/?)?$/.test(path) && !/^\/api(\/|$)/i.test(path)
  return assets.get(path) ?? (isPage ? assets.get('/index.html') : undefined)
}

/** For whoever runs from the sources and has not built the pages. */
export const unbuilt: Asset = {
  bytes: Buffer.from(
    [
      '<!doctype html>',
      '<html lang="en"><meta charset="utf-8"><title>Fanal</title>',
      '<p>The gateway runs, but the pages of its console were not built: <code>npm run build</code>, then start again.</p>',
      '<p lang="fr">La passerelle tourne, mais les pages de sa console n’ont pas été construites : <code>npm run build</code>, puis relancez.</p>',
      '</html>\n',
    ].join('\n'),
  ),
  type: 'text/html; charset=utf-8',
  etag: '"unbuilt"',
  immutable: false,
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
