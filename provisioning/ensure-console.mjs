/**
 * Builds the console's pages into `dist/console` when what they are made of has changed: a source tree runs as it stands, but
 * no browser reads TypeScript. Plain JavaScript, after `ensure-installed.mjs`, whose Node 26 it runs.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const built = join(root, 'dist', 'console')
const stamp = join(root, 'dist', 'console.made-from')

const made = createHash('sha256')
for (const file of ['package-lock.json', ...sourcesIn('gateway'), ...sourcesIn('drivers')])
  made.update(file).update(readFileSync(join(root, file)))
const wanted = made.digest('hex')
if (!existsSync(built) || readIfThere(stamp) !== wanted) build()

/** The pages import catalogues of several rooms: a change too many costs a build of a tenth of a second. */
function sourcesIn(/** @type {string} */ room) {
  return readdirSync(join(root, room), { recursive: true })
    .map((file) => join(room, String(file)))
    .filter((file) => /\.(tsx?|css|html)$/.test(file) && !/\.test\.ts$/.test(file))
    .sort()
}

function readIfThere(/** @type {string} */ file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function build() {
  const node = join(root, 'node_modules', '.bin', 'node')
  const { status, stderr, error } = spawnSync(node, [join(root, 'gateway/console/build.ts'), built], {
    encoding: 'utf8',
  })
  if (status === 0) {
    mkdirSync(dirname(stamp), { recursive: true })
    writeFileSync(stamp, wanted)
    return
  }
  // The gateway runs without its pages, and says on its own page what is missing.
  process.stderr.write(`${stderr || error?.message || ''}\nThe console could not be built (above: why).\n`)
}
