/**
 * Runs before `npm start` and `npm test`: installs what the lock names when it is not installed yet, Node 26 included.
 * Plain JavaScript without packages, because it runs on whatever Node the machine has, with nothing installed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.installed-from')
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex')

const french = /^fr/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')
const say = (/** @type {string} */ en, /** @type {string} */ fr) => process.stderr.write(`${french ? fr : en}\n`)

if (readStamp() !== lock) await install()
if (process.exitCode === undefined) await import('./ensure-console.mjs')

function readStamp() {
  try {
    return readFileSync(stamp, 'utf8')
  } catch {
    return undefined // never installed, or not to the end
  }
}

async function install() {
  say(
    'Fanal installs its packages, Node 26 among them (about 350 MB, once)…',
    'Fanal installe ses paquets, dont Node 26 (environ 350 Mo, une seule fois)…',
  )
  const begun = process.uptime()
  const seconds = () => Math.round(process.uptime() - begun)
  const ticking = setInterval(() => say(`  … ${seconds()} s`, `  … ${seconds()} s`), 5_000)
  const { code, output } = await npm([
    'ci',
    '--ignore-scripts',
    '--loglevel=error',
    '--fetch-retries=2',
    '--fetch-retry-maxtimeout=10000',
  ])
  clearInterval(ticking)
  if (code === 0) {
    if (!ownNodeRuns()) return
    writeFileSync(stamp, lock)
    say(`Installed in ${seconds()} s.`, `Installé en ${seconds()} s.`)
    return
  }
  process.stderr.write(output)
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/.test(output)
  ) {
    say(
      'The npm registry cannot be reached, so nothing was started. Check the network, or name your mirror:\n  npm config set registry https://…',
      'Le registre npm est injoignable : rien n’a démarré. Vérifiez le réseau, ou indiquez votre miroir :\n  npm config set registry https://…',
    )
  } else {
    say(
      'The installation failed (above: why); nothing was started.',
      'L’installation a échoué (raison ci-dessus) ; rien n’a démarré.',
    )
  }
  process.exitCode = 1
}

/** Whether the Node that was just installed starts here; if not, says why. */
function ownNodeRuns() {
  const tried = spawnSync(join(root, 'node_modules', '.bin', 'node'), ['--version'], { encoding: 'utf8' })
  if (tried.status === 0) return true
  process.stderr.write(tried.stderr || `${tried.error?.message ?? `exit ${tried.status}`}\n`)
  say(
    'Node 26 does not start on this machine (above: why); nothing was started. On a small Debian:\n  sudo apt install libatomic1',
    'Node 26 ne démarre pas sur cette machine (raison ci-dessus) ; rien n’a démarré. Sur un petit Debian :\n  sudo apt install libatomic1',
  )
  process.exitCode = 1
  return false
}

/** Runs the npm that runs us, or the one in the path; says its exit code and what it complained of. */
function npm(/** @type {string[]} */ args) {
  const own = process.env.npm_execpath
  const [command, ...first] = own && /\.c?js$/.test(own) ? [process.execPath, own] : ['npm']
  return new Promise((resolve) => {
    const child = spawn(command, [...first, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
    let output = ''
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: 1, output: `${error.message}\n` }))
    child.on('close', (code) => resolve({ code, output }))
  })
}
