#!/usr/bin/env node
/**
 * The `fanal` command on whatever Node the machine has: installs what is missing and runs cli.ts on the Node 26 that comes
 * with the project. Plain JavaScript, like the step before it.
 */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

await import('./ensure-installed.mjs')
if (process.exitCode === undefined) {
  const here = dirname(fileURLToPath(import.meta.url))
  const node = join(here, '..', 'node_modules', '.bin', 'node')
  const fanal = spawn(node, [join(here, 'cli.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal's Ctrl-C reaches both of us; a signal for us alone is passed on. Either way fanal ends in its own time.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => fanal.kill('SIGTERM'))
  fanal.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  })
  fanal.on('close', (code) => (process.exitCode = code ?? 1))
}
